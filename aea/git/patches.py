"""Commits with their line changes, out of `git diff-tree --stdin`.

git alone computes every diff, with fixed options, so what was read commit by commit equals what a
rebuild reads. Merges come in `--cc` form: of a merge only the lines that differ from all parents are its
own. A commit whose parent or object is not here has `is_diff_known` False and
no files; nothing is ever fetched. Files over 32 MiB count as binary; of a file with more than 200,000
changed lines on one side, that side is counted without runs and hashes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aea.errors import GitError
from aea.git import fixes, merges, messages, pulls, reverts
from aea.git.absent import incomplete, recorded_parents, shallow_boundary
from aea.git.command import attempt, run, text
from aea.git.diff_stream import Ask, Streams
from aea.git.trailers import parse_message
from aea.records import Commit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from aea.git.diff_text import Answer
    from aea.git.discover import Repository
    from aea.records import FileChange

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def read_commits(
    repository: Repository, shas: Iterable[str], since_ms: int | None = None
) -> Iterator[Commit]:
    """The commits in the order asked for; those not here, or committed before `since_ms`, left out."""
    wanted = [sha for sha in dict.fromkeys(shas) if _SHA.fullmatch(sha)]
    if since_ms is not None:
        wanted = _committed_since(repository, wanted, since_ms)
    undiffed = shallow_boundary(repository) | incomplete(repository, wanted)
    recorded = recorded_parents(repository, [sha for sha in wanted if sha in undiffed])
    streams = Streams(repository.common_dir, _mailmap(repository))
    try:
        for ask, answer in streams.answers(Ask(sha, sha not in undiffed) for sha in wanted):
            if answer is None:
                _refuse_if_here(repository, ask.sha)
                continue
            commit = _commit(repository, ask, answer)
            yield commit if commit.is_diff_known else _undiffed(repository, commit, recorded)
    finally:
        streams.close()


def read_merges(
    repository: Repository, merges: Iterable[tuple[str, str]]
) -> Generator[tuple[str, tuple[FileChange, ...]]]:
    """(merge, its files compared with its first parent) of (merge, first parent); those not here left out."""
    streams = Streams(repository.common_dir, _mailmap(repository))
    try:
        asks = (Ask(sha, is_diffed=True, parent=parent) for sha, parent in merges)
        for ask, answer in streams.answers(asks):
            if answer is not None and ask.is_diffed:
                yield ask.sha, answer.files
    finally:
        streams.close()


def _commit(repository: Repository, ask: Ask, answer: Answer) -> Commit:
    author, author_mail, authored, committer, committer_mail, committed = answer.fields[2:8]
    committed_at = _milliseconds(committed)
    return Commit(
        sha=ask.sha,
        parent_shas=tuple(text(answer.fields[1]).split()),
        author_name=text(author),
        author_email=text(author_mail),
        authored_at=_milliseconds(authored),
        committer_name=text(committer),
        committer_email=text(committer_mail),
        committed_at=committed_at,
        is_diff_known=ask.is_diffed,
        files=answer.files if ask.is_diffed else (),
        authorship=parse_message(answer.fields[8], ask.sha, committed_at),
        subject_key=reverts.subject_key(answer.fields[8]),
        reverted_shas=reverts.reverted_shas(answer.fields[8]),
        reverted_subject_key=reverts.reverted_subject_key(answer.fields[8]),
        fix_evidence=fixes.fix_evidence(answer.fields[8]),
        pull_number=pulls.pull_number(answer.fields[8], repository.repository_key),
        merged_branch=merges.merged_branch(answer.fields[8]),
        task_mentions=messages.task_mentions(repository, answer.fields[8]),
    )


def _undiffed(
    repository: Repository, commit: Commit, recorded: dict[str, tuple[str, ...]]
) -> Commit:
    """With the parents it has in truth: git was told others, or does not know them."""
    if commit.sha not in recorded:
        recorded |= recorded_parents(repository, [commit.sha])
    return commit._replace(parent_shas=recorded[commit.sha])


def _refuse_if_here(repository: Repository, sha: str) -> None:
    """No commit that is here may be left out only because git fails."""
    common_dir = repository.common_dir
    if attempt(["cat-file", "commit", sha], common_dir, git_dir=common_dir).returncode == 0:
        raise GitError(f"git cannot print commit {sha}", f"git -C {common_dir} fsck")


def _mailmap(repository: Repository) -> tuple[str, ...]:
    """A mailmap that a partial clone lacks would stop git at once: then none is used."""
    if not repository.is_partial:
        return ()
    common_dir = repository.common_dir
    asked = attempt(["cat-file", "-e", "HEAD:.mailmap"], common_dir, git_dir=common_dir)
    return () if asked.returncode == 0 else ("-c", "mailmap.blob=")


def _milliseconds(seconds: bytes) -> int:
    """0 for a damaged date, as git itself shows it."""
    try:
        return int(seconds) * 1000
    except ValueError:
        return 0


def _committed_since(repository: Repository, shas: list[str], since_ms: int) -> list[str]:
    args = ["rev-list", "--no-walk=unsorted", "--timestamp", "--ignore-missing", "--stdin"]
    if not shas:
        return []
    asked = "".join(f"{sha}\n" for sha in shas).encode()
    told = run(args, repository.common_dir, git_dir=repository.common_dir, data=asked)
    pairs = (line.split() for line in told.decode("ascii").splitlines())
    return [sha for seconds, sha in pairs if int(seconds) * 1000 >= since_ms]

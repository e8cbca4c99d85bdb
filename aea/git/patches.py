"""Commits with their line changes, from `git diff-tree --stdin`.

Git alone computes every diff, with fixed options, so reading commit by commit gives the same result as reading
everything again. Merges use the `--cc` form: only lines that differ from all parents are the merge's own. A
commit with a missing parent or object has `is_diff_known` False and no files; nothing is ever fetched. Files
over 32 MiB count as binary. More than 200,000 changed lines on one side of a file are counted but not hashed.
"""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from aea.errors import GitError
from aea.git import fixes, merges, messages, pulls, reverts
from aea.git.blobs import BlobReader, with_written_lines
from aea.git.command import attempt, run, text
from aea.git.diff_stream import DiffRequest, DiffStreams
from aea.git.partial_clone import list_incomplete, read_parents, read_shallow_commits
from aea.git.trailers import parse_message
from aea.records import Commit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from aea.git.diff_text import CommitDiff
    from aea.git.discover import Repository
    from aea.records import FileChange

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def read_commits(
    repository: Repository, shas: Iterable[str], since_ms: int | None = None
) -> Iterator[Commit]:
    """Yield the commits in the order requested, without missing ones and those before `since_ms`."""
    wanted = [sha for sha in dict.fromkeys(shas) if _SHA.fullmatch(sha)]
    if since_ms is not None:
        wanted = _committed_since(repository, wanted, since_ms)
    undiffed = read_shallow_commits(repository) | list_incomplete(repository, wanted)
    recorded = read_parents(repository, [sha for sha in wanted if sha in undiffed])
    streams = DiffStreams(repository.common_dir, _mailmap(repository))
    blobs = BlobReader(repository.common_dir)
    try:
        requests = (DiffRequest(sha, sha not in undiffed) for sha in wanted)
        for request, diff in streams.read(requests):
            if diff is None:
                _raise_if_present(repository, request.sha)
                continue
            commit = _commit(repository, request, _written(diff, blobs))
            if diff.links:
                commit = commit._replace(links=tuple(_links(diff, blobs)))
            yield commit if commit.is_diff_known else _undiffed(repository, commit, recorded)
    finally:
        streams.close()
        blobs.close()


def read_merges(
    repository: Repository, merges: Iterable[tuple[str, str]]
) -> Generator[tuple[str, tuple[FileChange, ...]]]:
    """Yield (merge, its files compared with its first parent) for (merge, first parent) pairs.

    Missing commits are left out.
    """
    streams = DiffStreams(repository.common_dir, _mailmap(repository))
    blobs = BlobReader(repository.common_dir)
    try:
        requests = (DiffRequest(sha, is_diffed=True, parent=parent) for sha, parent in merges)
        for request, diff in streams.read(requests):
            if diff is not None and request.is_diffed:
                yield request.sha, _written(diff, blobs).files
    finally:
        streams.close()
        blobs.close()


def _written(diff: CommitDiff, blobs: BlobReader) -> CommitDiff:
    """The commit with the lines that were written into its files, also where git stores them in another format."""
    if not diff.whole:
        return diff
    files = [
        with_written_lines(file, diff.whole[file.path], blobs) if file.path in diff.whole else file
        for file in diff.files
    ]
    return diff._replace(files=tuple(files))


def _links(diff: CommitDiff, blobs: BlobReader) -> Iterator[tuple[str, str]]:
    """The links that lead to another place in the repository."""
    for path, sha in diff.links.items():
        target = normpath(join(dirname(path), text(blobs.read(sha) or b"/")))
        if not target.startswith(("/", "../")) and target != "..":
            yield path, "" if target == "." else target


def _commit(repository: Repository, request: DiffRequest, diff: CommitDiff) -> Commit:
    author, author_mail, authored, committer, committer_mail, committed = diff.fields[2:8]
    message = diff.fields[8]
    committed_at = _milliseconds(committed)
    return Commit(
        sha=request.sha,
        parent_shas=tuple(text(diff.fields[1]).split()),
        author_name=text(author),
        author_email=text(author_mail),
        authored_at=_milliseconds(authored),
        committer_name=text(committer),
        committer_email=text(committer_mail),
        committed_at=committed_at,
        is_diff_known=request.is_diffed,
        files=diff.files if request.is_diffed else (),
        authorship=parse_message(message, request.sha, committed_at),
        subject_key=reverts.parse_subject_key(message),
        reverted_shas=reverts.parse_reverted_shas(message),
        reverted_subject_key=reverts.parse_reverted_subject_key(message),
        fix_evidence=fixes.parse_fix_evidence(message),
        pull_number=pulls.parse_pull_number(message, repository.repository_key),
        merged_branch=merges.parse_merged_branch(message),
        task_mentions=messages.parse_task_mentions(repository, message),
    )


def _undiffed(
    repository: Repository, commit: Commit, recorded: dict[str, tuple[str, ...]]
) -> Commit:
    """Restore the real parents: git was given others, or the shallow clone hides them."""
    if commit.sha not in recorded:
        recorded |= read_parents(repository, [commit.sha])
    return commit._replace(parent_shas=recorded[commit.sha])


def _raise_if_present(repository: Repository, sha: str) -> None:
    """A commit that exists must not be skipped because git failed to print it."""
    common_dir = repository.common_dir
    if attempt(["cat-file", "commit", sha], common_dir, git_dir=common_dir).returncode == 0:
        raise GitError(f"git cannot print commit {sha}", f"git -C {common_dir} fsck")


def _mailmap(repository: Repository) -> tuple[str, ...]:
    """Disable the mailmap if a partial clone does not have it: otherwise git would stop at once."""
    if not repository.is_partial:
        return ()
    common_dir = repository.common_dir
    done = attempt(["cat-file", "-e", "HEAD:.mailmap"], common_dir, git_dir=common_dir)
    return () if done.returncode == 0 else ("-c", "mailmap.blob=")


def _milliseconds(seconds: bytes) -> int:
    """Return 0 for a damaged date, as git does."""
    try:
        return int(seconds) * 1000
    except ValueError:
        return 0


def _committed_since(repository: Repository, shas: list[str], since_ms: int) -> list[str]:
    args = ["rev-list", "--no-walk=unsorted", "--timestamp", "--ignore-missing", "--stdin"]
    if not shas:
        return []
    names = "".join(f"{sha}\n" for sha in shas).encode()
    output = run(args, repository.common_dir, git_dir=repository.common_dir, data=names)
    pairs = (line.split() for line in output.decode("ascii").splitlines())
    return [sha for seconds, sha in pairs if int(seconds) * 1000 >= since_ms]

"""Commits with their line changes, out of `git diff-tree --stdin`.

git alone computes every diff, with fixed options, so what was read commit by commit equals what a
rebuild reads. Merges come in `--cc` form: of a merge only the lines that differ from all parents are its
own. A commit whose parent or object is not here has `is_diff_known` False and
no files; nothing is ever fetched. Files over 32 MiB count as binary; of a file with more than 200,000
changed lines on one side, that side is counted without runs and hashes.
"""

from __future__ import annotations

import os
import re
from collections import deque
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

from aea.errors import GitError
from aea.git import fixes, merges, messages, reverts
from aea.git.command import attempt, run, start, text
from aea.git.diff_text import HEADER_FORMAT, MARKER, Answer, CutError, read_answer
from aea.git.trailers import parse_message
from aea.records import Commit

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator

    from aea.git.discover import Repository
    from aea.records import FileChange

_COMMON = (
    "diff-tree",
    "--stdin",
    "--root",
    "--always",
    "-r",
    "--raw",
    "--no-abbrev",
    "--no-color",
    "--encoding=UTF-8",
)
_TEXT = (
    *_COMMON,
    "-p",
    "-U1",  # with -U0 git counts other lines than --numstat, and misnumbers those of merges
    "--full-index",
    "-M50%",
    "-l1000",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--inter-hunk-context=0",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--ignore-submodules=none",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    HEADER_FORMAT,
)
_MERGED = (*_TEXT, "--cc")
_OBJECTS = (*_COMMON, "-m", "--no-renames", "--format=%x00%H")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_AHEAD = 64  # commits asked for but not read: they fit in the smallest pipe, so nothing ever blocks
_TURN = 16  # commits that one git process prints before it is the other's turn
_BATCH = 1000
_FEW = 64  # below it, trying costs less than listing the objects of a partial clone


class Ask(NamedTuple):
    """A commit to print; as a merge of itself when only its header can be had: no tree is read."""

    sha: str
    is_diffed: bool
    parent: str | None = None  # compare with this commit only

    def line(self) -> bytes:
        """What git reads: the commit, its supposed parents if any, then the end marker."""
        words = [self.sha, self.parent or ""] if self.is_diffed else [self.sha] * 3
        return " ".join(words).strip().encode() + b"\n" + MARKER


class _Stream:
    """One git process; it is started when it is needed, and again behind a commit at which it died."""

    def __init__(self, git_dir: str, options: tuple[str, ...]) -> None:
        self._git_dir, self._options = git_dir, options
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: deque[Ask] = deque()

    def feed(self, asks: Iterable[Ask]) -> None:
        """Ask for more commits, at most `_AHEAD` at a time."""
        asks = list(asks)
        self._waiting.extend(asks)
        self._write(asks)

    def answer(self) -> Answer | None:
        """The next commit asked for; None when git does not have it, or stopped at it."""
        try:
            answer = read_answer(self._lines())
            self._waiting.popleft()
        except CutError:
            self.close()
            self._waiting.popleft()
            self._write(self._waiting)
            return None
        return answer

    def close(self) -> None:
        """End the process, finished or not."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            _close(pipe)
        process.wait()

    def _lines(self) -> IO[bytes]:
        process = self._started()
        assert process.stdout is not None
        return process.stdout

    def _write(self, asks: Iterable[Ask]) -> None:
        words = b"".join(ask.line() for ask in asks)
        if not words:
            return
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(words)
            process.stdin.flush()
        except BrokenPipeError:
            return  # git died; reading finds the end and starts it again

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = start(self._options, self._git_dir)
        return self._process


class _Streams:
    """Two git processes take turns, so that both work while one is read; a third tells bare headers."""

    def __init__(self, git_dir: str, options: tuple[str, ...]) -> None:
        self._diffs = [_Stream(git_dir, (*options, *_MERGED)) for _ in range(2)]
        self._bare = (git_dir, (*options, *_TEXT))
        self._headers = _Stream(*self._bare)
        self._waiting: deque[tuple[Ask, _Stream]] = deque()
        self._taken = 0

    def answers(self, asks: Iterable[Ask]) -> Iterator[tuple[Ask, Answer | None]]:
        """In the order asked; where git cannot print the diff, what it says of the header."""
        source = iter(asks)
        while True:
            if len(self._waiting) <= _AHEAD // 2:
                self._feed(list(islice(source, _AHEAD - len(self._waiting))))
            if not self._waiting:
                return
            ask, stream = self._waiting.popleft()
            answer = stream.answer()
            if answer is None and ask.is_diffed:
                ask = Ask(ask.sha, is_diffed=False)
                answer = self._header(ask)
            yield ask, answer

    def close(self) -> None:
        """End all processes."""
        for stream in (*self._diffs, self._headers):
            stream.close()

    def _feed(self, asks: list[Ask]) -> None:
        turns = [(ask, self._turn(ask)) for ask in asks]
        self._waiting.extend(turns)
        for stream in (*self._diffs, self._headers):
            stream.feed(ask for ask, taker in turns if taker is stream)

    def _turn(self, ask: Ask) -> _Stream:
        if not ask.is_diffed:
            return self._headers
        self._taken += 1
        return self._diffs[(self._taken - 1) // _TURN % 2]

    def _header(self, ask: Ask) -> Answer | None:
        stream = _Stream(*self._bare)
        try:
            stream.feed([ask])
            return stream.answer()
        finally:
            stream.close()


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        return  # closing flushes what a dead git did not read


def read_commits(
    repository: Repository, shas: Iterable[str], since_ms: int | None = None
) -> Iterator[Commit]:
    """The commits in the order asked for; those not here, or committed before `since_ms`, left out."""
    wanted = [sha for sha in dict.fromkeys(shas) if _SHA.fullmatch(sha)]
    if since_ms is not None:
        wanted = _committed_since(repository, wanted, since_ms)
    undiffed = _shallow_boundary(repository) | _incomplete(repository, wanted)
    recorded = _recorded_parents(repository, [sha for sha in wanted if sha in undiffed])
    streams = _Streams(repository.common_dir, _mailmap(repository))
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
) -> Iterator[tuple[str, tuple[FileChange, ...]]]:
    """(merge, its files compared with its first parent) of (merge, first parent); those not here left out."""
    streams = _Streams(repository.common_dir, _mailmap(repository))
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
        evidence=parse_message(answer.fields[8], ask.sha, committed_at),
        subject_key=reverts.subject_key(answer.fields[8]),
        reverted_shas=reverts.reverted_shas(answer.fields[8]),
        reverted_subject_key=reverts.reverted_subject_key(answer.fields[8]),
        fix_evidence=fixes.fix_evidence(answer.fields[8]),
        merged_branch=merges.merged_branch(answer.fields[8]),
        task_mentions=messages.task_mentions(repository, answer.fields[8]),
    )


def _undiffed(
    repository: Repository, commit: Commit, recorded: dict[str, tuple[str, ...]]
) -> Commit:
    """With the parents it has in truth: git was told others, or does not know them."""
    if commit.sha not in recorded:
        recorded |= _recorded_parents(repository, [commit.sha])
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


def _recorded_parents(repository: Repository, shas: list[str]) -> dict[str, tuple[str, ...]]:
    """The parents in the commit objects themselves: a shallow clone hides them from git log."""
    common_dir = repository.common_dir
    found: dict[str, tuple[str, ...]] = {}
    for some in (shas[first : first + _BATCH] for first in range(0, len(shas), _BATCH)):
        asked = "".join(f"{sha}\n" for sha in some).encode()
        told = run(["cat-file", "--batch"], common_dir, git_dir=common_dir, data=asked)
        found.update(_parse_parents(told))
    return found


def _parse_parents(told: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Objects as `<sha> commit <size>`, content and line feed, or `<sha> missing`."""
    place = 0
    while place < len(told):
        end = told.index(b"\n", place)
        sha, _, size = told[place:end].decode("ascii").partition(" commit ")
        place = end + 1
        if size:
            head = told[place : place + int(size)].partition(b"\n\n")[0].decode("utf-8", "replace")
            lines = [line.split() for line in head.split("\n")]
            yield sha, tuple(words[1] for words in lines if words[:1] == ["parent"])
            place += int(size) + 1


def _committed_since(repository: Repository, shas: list[str], since_ms: int) -> list[str]:
    args = ["rev-list", "--no-walk=unsorted", "--timestamp", "--ignore-missing", "--stdin"]
    if not shas:
        return []
    asked = "".join(f"{sha}\n" for sha in shas).encode()
    told = run(args, repository.common_dir, git_dir=repository.common_dir, data=asked)
    pairs = (line.split() for line in told.decode("ascii").splitlines())
    return [sha for seconds, sha in pairs if int(seconds) * 1000 >= since_ms]


def _shallow_boundary(repository: Repository) -> set[str]:
    """Commits whose parents were not fetched; git would show them as adding everything."""
    try:
        with open(os.path.join(repository.common_dir, "shallow"), encoding="ascii") as file:
            return set(file.read().split())
    except OSError:
        return set()


def _incomplete(repository: Repository, shas: list[str]) -> set[str]:
    """The commits of a partial clone that touch objects which are not here."""
    if not repository.is_partial or len(shas) <= _FEW:
        return set()
    touched = _touched_objects(repository, shas)
    absent = _absent_objects(repository, {name for names in touched.values() for name in names})
    return {sha for sha, names in touched.items() if not absent.isdisjoint(names)}


def _touched_objects(repository: Repository, shas: list[str]) -> dict[str, set[bytes]]:
    """The files (by object id) that each commit changes, as far as the trees are here."""
    process = start(_OBJECTS, repository.common_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    found: dict[str, set[bytes]] = {}
    names: set[bytes] = set()
    try:
        for some in (shas[first : first + _AHEAD] for first in range(0, len(shas), _AHEAD)):
            process.stdin.write(b"".join(Ask(sha, is_diffed=True).line() for sha in some))
            process.stdin.flush()
            left = len(some)
            while left and (line := process.stdout.readline()):
                if line[:1] == b"\0":
                    names = found.setdefault(line[1:-1].decode("ascii"), set())
                elif line[:1] == b":":
                    names.update(_blobs(line))
                left -= line == MARKER
    except BrokenPipeError:
        pass  # a tree is missing: the diff itself finds out about the other commits
    finally:
        process.kill()
        _close(process.stdin)
        _close(process.stdout)
        process.wait()
    return found


def _blobs(line: bytes) -> Iterator[bytes]:
    """The object ids of a raw line that name a file's content: not absent, not a submodule."""
    old_mode, new_mode, old, new, *_ = line[1:].split(b" ")
    for mode, name in ((old_mode, old), (new_mode, new)):
        if mode != b"160000" and name.strip(b"0"):
            yield name


def _absent_objects(repository: Repository, names: set[bytes]) -> set[bytes]:
    """Which of the objects are not here. Asking for each by name would fetch it with older git."""
    args = (
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objectname)",
        "--unordered",
        "--buffer",
    )
    process = start(args, repository.common_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    with process.stdout as listing:
        for line in listing:
            names.discard(line[:-1])
    process.wait()
    return names

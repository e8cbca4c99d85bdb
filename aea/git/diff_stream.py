"""Pipelined requests to `git diff-tree --stdin`, with fixed diff options."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

from aea.git.command import start
from aea.git.diff_text import END_MARKER, HEADER_FORMAT, CommitDiff, TruncatedError, parse_diff

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator

COMMON = (
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
    *COMMON,
    "-p",
    "-U1",  # with -U0 the counts differ from --numstat, and line numbers of merges are wrong
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
# Requests sent but not yet read. They fit in the smallest pipe, so writes never block.
MAX_IN_FLIGHT = 64
_TURN = 16  # commits that one git process prints before the other takes its turn


class DiffRequest(NamedTuple):
    """A commit to print. Without `is_diffed` git prints only its header and reads no tree."""

    sha: str
    is_diffed: bool
    parent: str | None = None  # compare with this parent only

    def line(self) -> bytes:
        """Return git's input: the commit, the parents to compare with, then the end marker."""
        # a commit named as both its own parents is a merge without differences: only the header is printed
        words = [self.sha, self.parent or ""] if self.is_diffed else [self.sha] * 3
        return " ".join(words).strip().encode() + b"\n" + END_MARKER


class _Stream:
    """One git process, started on demand and restarted after a commit on which it died."""

    def __init__(self, git_dir: str, options: tuple[str, ...]) -> None:
        self._git_dir, self._options = git_dir, options
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: deque[DiffRequest] = deque()

    def feed(self, requests: Iterable[DiffRequest]) -> None:
        """Send more requests. At most `MAX_IN_FLIGHT` may be outstanding."""
        requests = list(requests)
        self._waiting.extend(requests)
        self._write(requests)

    def read(self) -> CommitDiff | None:
        """Return the next commit, or None when git does not have it or died printing it."""
        try:
            diff = parse_diff(self._lines())
            self._waiting.popleft()
        except TruncatedError:
            self.close()
            self._waiting.popleft()
            self._write(self._waiting)
            return None
        return diff

    def close(self) -> None:
        """Kill the process, whether or not it has finished."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            close(pipe)
        process.wait()

    def _lines(self) -> IO[bytes]:
        process = self._started()
        assert process.stdout is not None
        return process.stdout

    def _write(self, requests: Iterable[DiffRequest]) -> None:
        lines = b"".join(request.line() for request in requests)
        if not lines:
            return
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(lines)
            process.stdin.flush()
        except BrokenPipeError:
            return  # git died: the next read meets the end of the file and restarts it

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = start(self._options, self._git_dir)
        return self._process


class DiffStreams:
    """Two git processes that alternate, so that both work while one is read; a third prints headers."""

    def __init__(self, git_dir: str, options: tuple[str, ...]) -> None:
        self._diffs = [_Stream(git_dir, (*options, *_MERGED)) for _ in range(2)]
        self._bare = (git_dir, (*options, *_TEXT))
        self._headers = _Stream(*self._bare)
        self._waiting: deque[tuple[DiffRequest, _Stream]] = deque()
        self._taken = 0

    def read(
        self, requests: Iterable[DiffRequest]
    ) -> Iterator[tuple[DiffRequest, CommitDiff | None]]:
        """Yield the commits in the order requested. Where git cannot print a diff, only the header."""
        source = iter(requests)
        while True:
            if len(self._waiting) <= MAX_IN_FLIGHT // 2:
                self._feed(list(islice(source, MAX_IN_FLIGHT - len(self._waiting))))
            if not self._waiting:
                return
            request, stream = self._waiting.popleft()
            diff = stream.read()
            if diff is None and request.is_diffed:
                request = DiffRequest(request.sha, is_diffed=False)
                diff = self._header(request)
            yield request, diff

    def close(self) -> None:
        """Kill all processes."""
        for stream in (*self._diffs, self._headers):
            stream.close()

    def _feed(self, requests: list[DiffRequest]) -> None:
        turns = [(request, self._turn(request)) for request in requests]
        self._waiting.extend(turns)
        for stream in (*self._diffs, self._headers):
            stream.feed(request for request, taker in turns if taker is stream)

    def _turn(self, request: DiffRequest) -> _Stream:
        if not request.is_diffed:
            return self._headers
        self._taken += 1
        return self._diffs[(self._taken - 1) // _TURN % 2]

    def _header(self, request: DiffRequest) -> CommitDiff | None:
        stream = _Stream(*self._bare)
        try:
            stream.feed([request])
            return stream.read()
        finally:
            stream.close()


def close(pipe: IO[bytes] | None) -> None:
    """Close a pipe, even of a process that died."""
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        return  # closing flushes data that a dead git did not read

"""Talking with `git diff-tree --stdin`: asked for commits, it prints their diffs, with fixed options."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

from aea.git.command import start
from aea.git.diff_text import HEADER_FORMAT, MARKER, Answer, CutError, read_answer

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
AHEAD = 64  # commits asked for but not read: they fit in the smallest pipe, so nothing ever blocks
_TURN = 16  # commits that one git process prints before it is the other's turn


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
        """Ask for more commits, at most `AHEAD` at a time."""
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
            close(pipe)
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


class Streams:
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
            if len(self._waiting) <= AHEAD // 2:
                self._feed(list(islice(source, AHEAD - len(self._waiting))))
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


def close(pipe: IO[bytes] | None) -> None:
    """A pipe, also of a process that died."""
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        return  # closing flushes what a dead git did not read

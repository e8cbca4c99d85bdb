"""The contents of files, from a long-running `git cat-file --batch`, and changes of files read as a whole by their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.forms import written_lines
from aea.forms.difference import Difference, compare
from aea.git.command import start
from aea.git.diff_stream import close
from aea.lines import hash_lines, pack_runs

if TYPE_CHECKING:
    from aea.git.command import Process
    from aea.git.diff_text import WholeFile
    from aea.records import FileChange


class BlobReader:
    """Reads blobs of one repository. The process starts with the first one."""

    def __init__(self, git_dir: str) -> None:
        self._git_dir = git_dir
        self._process: Process | None = None

    def read(self, sha: str) -> bytes | None:
        """The content of a blob, b"" of the null sha, or None if git does not have it."""
        if not sha.strip("0"):
            return b""
        if self._process is None:
            self._process = start(["cat-file", "--batch"], self._git_dir)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{sha}\n".encode())
            process.stdin.flush()
        except BrokenPipeError:
            return None
        head = process.stdout.readline().split()
        if len(head) != 3:
            return None
        content = process.stdout.read(int(head[2]) + 1)[:-1]
        return content if head[1] == b"blob" else b""

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            close(process.stdin)
            close(process.stdout)
            process.wait()


def with_written_lines(change: FileChange, whole: WholeFile, blobs: BlobReader) -> FileChange:
    """The change with the lines that were written; a binary file has none, and those of a missing one are unknown.

    A line of a merge is added if no parent has it; removed lines of a merge are not known.
    """
    if change.is_binary:
        return change
    stored = [blobs.read(sha) for sha in (whole.new_sha, *whole.old_shas)]
    paths = (change.path, *[change.old_path or change.path] * len(whole.old_shas))
    if any(content is None for content in stored):
        return _replaced(change, [], [], None)
    new, *olds = [written_lines(path, raw or b"") for path, raw in zip(paths, stored, strict=True)]
    found = [compare(old, new) for old in olds] or [Difference([], [*range(1, len(new) + 1)])]
    added = sorted(set(found[0].added).intersection(*(other.added for other in found[1:])))
    removed = found[0].removed if len(olds) == 1 else []
    return _replaced(change, _pick(new, added), _pick(olds[0], removed) if olds else [], found)


def _pick(lines: list[bytes], numbers: list[int]) -> list[tuple[int, bytes]]:
    return [(number, lines[number - 1]) for number in numbers]


def _replaced(
    change: FileChange,
    added: list[tuple[int, bytes]],
    removed: list[tuple[int, bytes]],
    found: object,
) -> FileChange:
    return change._replace(
        lines_added=None if found is None else len(added),
        lines_removed=None if found is None else len(removed),
        added_runs=_runs(added),
        added_hashes=hash_lines([line for _, line in added]),
        removed_runs=_runs(removed),
        removed_hashes=hash_lines([line for _, line in removed]),
    )


def _runs(lines: list[tuple[int, bytes]]) -> bytes:
    runs: list[tuple[int, int]] = []
    for number, _ in lines:
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return pack_runs(runs)

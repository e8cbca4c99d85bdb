"""Patches as agents write them: the `*** Begin Patch` grammar and unified diffs."""

from __future__ import annotations

import re
from typing import NamedTuple

from aea.forms import is_plain, written_lines, written_part
from aea.lines import MARK
from aea.sources.shell import absolute

Run = tuple[int, int]  # first line, line count

_HEADER = re.compile(r"\*\*\* (Add|Update|Delete) File: (.+)")
_MOVE = re.compile(r"\*\*\* Move to: (.+)")
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_OPERATIONS = {"Add": "create", "Update": "update", "Delete": "delete"}


class PatchFile(NamedTuple):
    """The change of one file by a patch. Runs are None if the patch has no line numbers."""

    path: str
    old_path: str | None
    operation: str  # create, update, delete
    added: list[bytes]
    removed: list[bytes]
    added_runs: list[Run] | None
    removed_runs: list[Run] | None


class LineDiff(NamedTuple):
    """The lines of a unified diff and their positions."""

    added: list[bytes]
    removed: list[bytes]
    added_runs: list[Run]
    removed_runs: list[Run]


def parse_apply_patch(text: str, directory: str | None) -> list[PatchFile]:
    """The files of a `*** Begin Patch` text. Relative paths are below `directory`.

    A content line has its mark (`+`, `-` or a space) in the first column, so a line that starts with `***` is
    never content.
    """
    found: list[PatchFile] = []
    is_inside = is_after_update = False
    for line in text.encode("utf-8", "surrogatepass").split(b"\n"):
        if not line.startswith(b"*** "):
            if is_inside and found and line[:1] in b"+-":
                _take_line(found[-1], line)
            is_after_update = False
            continue
        head = line.decode("utf-8", "replace").rstrip()
        if head == "*** Begin Patch":
            is_inside = True
        elif head == "*** End Patch":
            is_inside = False
        elif is_inside and (header := _HEADER.fullmatch(head)):
            found.append(_new_file(header[1], header[2], directory))
            is_after_update = header[1] == "Update"
        elif is_after_update and (move := _MOVE.fullmatch(head)):
            found[-1] = _moved(found[-1], move[1], directory)
    return [_with_runs(file) for file in found]


def _new_file(word: str, path: str, directory: str | None) -> PatchFile:
    return PatchFile(absolute(path, directory), None, _OPERATIONS[word], [], [], None, None)


def _moved(file: PatchFile, path: str, directory: str | None) -> PatchFile:
    return file._replace(path=absolute(path, directory), old_path=file.path)


def _take_line(file: PatchFile, line: bytes) -> None:
    if line[:1] == b"+":
        if file.operation != "delete":
            file.added.append(line[1:].removeprefix(MARK))
    elif file.operation == "update" and line:
        file.removed.append(line[1:].removeprefix(MARK))


def _with_runs(file: PatchFile) -> PatchFile:
    """Only for a new file does a patch imply line numbers."""
    if file.operation != "create":
        return as_written(file)
    added = file.added
    if not is_plain(file.path):
        added = written_lines(file.path, b"\n".join(added))
    return file._replace(added=added, added_runs=whole_file(len(added)), removed_runs=[])


def as_written(file: PatchFile) -> PatchFile:
    """The change with the lines that were written, where the file has them in another format (aea/forms)."""
    if is_plain(file.path):
        return file
    added, removed = written_part(file.path, file.added), written_part(file.path, file.removed)
    return file._replace(added=added, removed=removed, added_runs=None, removed_runs=None)


def whole_file(line_count: int) -> list[Run]:
    """The runs of all lines of a file."""
    return [(1, line_count)] if line_count else []


def parse_unified_diff(text: str) -> LineDiff:
    """The lines of a unified diff of one file.

    The header of a hunk gives its length, so content that looks like a header is read as content: inside a hunk,
    `--- x` is a removed line `-- x`.
    """
    diff = LineDiff([], [], [], [])
    old_left = new_left = old = new = 0
    for line in text.split("\n"):
        if old_left <= 0 and new_left <= 0:
            if hunk := _HUNK.match(line):
                old, new = int(hunk[1]), int(hunk[3])
                old_left, new_left = int(hunk[2] or 1), int(hunk[4] or 1)
            continue
        mark = line[:1]
        if mark == "+":
            _take(diff.added, diff.added_runs, new, line)
        elif mark == "-":
            _take(diff.removed, diff.removed_runs, old, line)
        elif mark == "\\":
            continue
        if mark != "-":
            new, new_left = new + 1, new_left - 1
        if mark != "+":
            old, old_left = old + 1, old_left - 1
    return diff


def _take(lines: list[bytes], runs: list[Run], number: int, line: str) -> None:
    lines.append(line[1:].encode("utf-8", "surrogatepass").removeprefix(MARK))
    extend_runs(runs, number)


def extend_runs(runs: list[Run], line: int) -> None:
    """Add a line number to runs of consecutive lines."""
    first, count = runs[-1] if runs else (0, 0)
    if count and first + count == line:
        runs[-1] = (first, count + 1)
    else:
        runs.append((line, 1))

"""What `git diff-tree --raw -p` prints for one commit, read without guessing.

Paths come from the raw lines, where git quotes what is not plain; the patch only gives line numbers
and lines. Hunks are read by the lengths in their headers, so no content is ever taken for a header.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from aea.git.command import text
from aea.lines import hash_lines, pack_runs
from aea.records import FileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARKER = b".\n"  # git repeats a line that is no commit: it ends the answer for one commit
HEADER_FORMAT = "--format=%x00%H%x00%P%x00%aN%x00%aE%x00%at%x00%cN%x00%cE%x00%ct%x00%B%x00"
_HEADER_END = b"\0\n"  # a message has lines but no NUL: git prints none
MAX_HASHED_LINES = 200_000  # of one side of one file: beyond it lines are counted, not kept
_SLICE = 4096

_RUN = re.compile(rb"-+|\++| +|.", re.DOTALL)
_MINUS, _PLUS, _BLANK = b"-+ "
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_MERGE_HUNK = re.compile(rb"(@@@+) ((?:-\d+(?:,\d+)? )+)\+(\d+)(?:,\d+)? ")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_NAMED_ESCAPES = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
}
_KINDS = {"A": "add", "M": "modify", "D": "delete", "R": "rename", "C": "copy", "T": "type"}
_GITLINK = b"160000"


class CutError(Exception):
    """git stopped in the middle of an answer."""


class Answer(NamedTuple):
    """One commit as printed: the fields of the header and its files."""

    fields: list[bytes]
    files: tuple[FileChange, ...]


class Entry(NamedTuple):
    """One raw line."""

    kind: str
    path: str
    old_path: str | None
    is_old_link: bool  # a submodule before
    is_new_link: bool  # a submodule after


class Side:
    """The added or the removed lines of one file."""

    __slots__ = ("_hashes", "_lines", "_runs", "count")

    def __init__(self) -> None:
        self.count = 0
        self._lines: list[bytes] = []  # not hashed yet
        self._hashes: list[bytes] = []
        self._runs: list[tuple[int, int]] = []

    def add(self, first: int, lines: list[bytes]) -> None:
        """Take lines that stand one after another from line `first` on."""
        self.count += len(lines)
        if self.count > MAX_HASHED_LINES:
            self._lines, self._hashes, self._runs = [], [], []
            return
        self._lines += lines
        if len(self._lines) >= _SLICE:
            self.settle()
        if self._runs and sum(self._runs[-1]) == first:
            first, before = self._runs.pop()
            self._runs.append((first, before + len(lines)))
        else:
            self._runs.append((first, len(lines)))

    def settle(self) -> None:
        """Keep hashes instead of the lines."""
        if self._lines:
            self._hashes.append(hash_lines(self._lines))
            self._lines = []

    def stored(self) -> tuple[bytes, bytes]:
        """Runs and hashes; both empty when there are too many lines to keep."""
        self.settle()
        return pack_runs(self._runs), b"".join(self._hashes)


class Changed:
    """What the patch says about one file."""

    __slots__ = ("added", "is_binary", "removed")

    def __init__(self) -> None:
        self.added, self.removed, self.is_binary = Side(), Side(), False

    def settle(self) -> None:
        """No line of it is kept while other files are read."""
        self.added.settle()
        self.removed.settle()


def read_answer(lines: Iterator[bytes]) -> Answer | None:
    """The next commit; None when git does not have it. Ends behind the marker."""
    header = _next(lines)
    if header == MARKER:
        return None
    if not header.endswith(_HEADER_END):
        header += b"".join(_rest_of_header(lines))
    fields = header[1:-2].split(b"\0")
    entries: list[tuple[bytes, Entry]] = []
    for line in lines:
        if line == MARKER:
            return Answer(fields, _finish(entries, {}))
        if line[:1] == b":":
            entries.append(_entry(line))
        elif line[:5] == b"diff ":
            return Answer(fields, _read_patch(lines, line, entries))
    raise CutError


def _rest_of_header(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of the message; they may look like anything."""
    line = b""
    while not line.endswith(_HEADER_END):
        yield (line := _next(lines))


def _next(lines: Iterator[bytes]) -> bytes:
    line = next(lines, b"")
    if not line.endswith(b"\n"):
        raise CutError
    return line


def _entry(line: bytes) -> tuple[bytes, Entry]:
    """`:mode mode sha sha M<tab>path`, or with more colons, modes and letters for a merge."""
    about, *names = line[:-1].split(b"\t")
    words = about.lstrip(b":").split(b" ")
    parents = len(words) // 2 - 1
    letters = words[-1].decode("ascii")[: max(1, parents)]
    kind = _KINDS.get(letters[0], "modify") if len(set(letters)) == 1 else "modify"
    has_old = parents == 1 and len(names) > 1
    return names[-1], Entry(
        kind="modify" if parents > 1 and kind in ("rename", "copy") else kind,
        path=unquote(names[-1]),
        old_path=unquote(names[0]) if has_old else None,
        is_old_link=_GITLINK in words[:parents],
        is_new_link=words[parents] == _GITLINK,
    )


def unquote(name: bytes) -> str:
    """A path as git prints it: in quotes with C escapes when it holds anything unusual."""
    if name[:1] == b'"':
        name = _ESCAPE.sub(_unescape, name[1:-1])
    return text(name)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else _NAMED_ESCAPES.get(code, code)


def _read_patch(
    lines: Iterator[bytes], line: bytes, entries: list[tuple[bytes, Entry]]
) -> tuple[FileChange, ...]:
    """All patches of a commit, from its first `diff` line to the marker."""
    if line.startswith(b"diff --git "):
        owners = _owners_in_order(entries)
        return _finish(entries, _read_blocks(lines, line, lambda _: next(owners, -1), _read_hunk))
    places = {name: place for place, (name, _) in enumerate(entries)}
    changes = _read_blocks(lines, line, lambda head: _merge_owner(head, places), _read_merge_hunk)
    shown = [(place, entries[place]) for place in sorted(changes) if place >= 0]
    return tuple(_file_change(entry, changes[place]) for place, (_, entry) in shown)


def _owners_in_order(entries: list[tuple[bytes, Entry]]) -> Iterator[int]:
    """Patches follow the order of the raw lines; a change of type is printed as two."""
    for place, (_, entry) in enumerate(entries):
        yield place
        if entry.kind == "type":
            yield place


def _merge_owner(head: bytes, places: dict[bytes, int]) -> int:
    """Git leaves out the uninteresting files of a merge, so the name decides."""
    return places.get(head[:-1].split(b" ", 2)[2], -1)


def _read_blocks(
    lines: Iterator[bytes],
    line: bytes,
    owner: Callable[[bytes], int],
    read_hunk: Callable[[Iterator[bytes], bytes, Changed], bytes],
) -> dict[int, Changed]:
    changes: dict[int, Changed] = {}
    current = Changed()
    while line != MARKER:
        first = line[:1]
        if first == b"@":
            line = read_hunk(lines, line, current)
            continue
        if first == b"d" and line[:5] == b"diff ":
            current.settle()
            current = changes.setdefault(owner(line), Changed())
        elif first == b"B" and line[:13] == b"Binary files ":
            current.is_binary = True
        line = _next(lines)
    return changes


def _read_hunk(lines: Iterator[bytes], head: bytes, changed: Changed) -> bytes:
    """One hunk, to the lengths in its header; the line behind it is returned."""
    found = _HUNK.match(head)
    if found is None:
        raise CutError
    old, old_count, new, new_count = found.groups()
    old_left = 1 if old_count is None else int(old_count)
    new_left = 1 if new_count is None else int(new_count)
    if not old_left:
        _take(lines, int(new), new_left, changed.added)
    elif not new_left:
        _take(lines, int(old), old_left, changed.removed)
    else:
        _read_mixed(lines, (int(old), old_left), (int(new), new_left), changed)
    line = _next(lines)
    return _next(lines) if line[:1] == b"\\" else line


def _take(lines: Iterator[bytes], first: int, count: int, side: Side) -> None:
    """Lines of one kind: a new or a deleted file."""
    while count > 0:
        some = [line[1:-1] for line in islice(lines, min(count, _SLICE))]
        if not some:
            raise CutError
        side.add(first, some)
        first += len(some)
        count -= len(some)


def _read_mixed(
    lines: Iterator[bytes], old: tuple[int, int], new: tuple[int, int], changed: Changed
) -> None:
    """Removed, added and common lines; `old` and `new` are (first line, number of lines)."""
    (old_line, old_left), (new_line, new_left) = old, new
    while some := list(islice(lines, min(max(old_left, new_left), _SLICE))):
        marks = b"".join([line[:1] for line in some])
        for run in _RUN.finditer(marks):
            place, end = run.span()
            if marks[place] == _MINUS:
                changed.removed.add(old_line, [line[1:-1] for line in some[place:end]])
                old_line += end - place
            elif marks[place] == _PLUS:
                changed.added.add(new_line, [line[1:-1] for line in some[place:end]])
                new_line += end - place
            elif marks[place] == _BLANK:
                old_line += end - place
                new_line += end - place
        old_left, new_left = sum(old) - old_line, sum(new) - new_line
    if old_left or new_left:
        raise CutError


def _read_merge_hunk(lines: Iterator[bytes], head: bytes, changed: Changed) -> bytes:
    """One hunk of a merge: only lines that all parents lack, or all had, are the merge's own.

    No length is needed: each line starts with one of ` +-` per parent, and no other line does.
    """
    found = _MERGE_HUNK.match(head)
    if found is None:
        raise CutError
    parents = len(found[1]) - 1
    old, new = int(found[2][1:].split(b" ")[0].split(b",")[0]), int(found[3])
    all_added, all_removed = b"+" * parents, b"-" * parents
    while (line := _next(lines))[:1] in (b" ", b"+", b"-"):
        marks, is_lost = line[:parents], b"-" in line[:parents]
        if marks == all_added:
            changed.added.add(new, [line[parents:-1]])
        elif marks == all_removed:
            changed.removed.add(old, [line[parents:-1]])
        new += not is_lost
        old += marks[:1] == (b"-" if is_lost else b" ")
    return line


def _finish(
    entries: list[tuple[bytes, Entry]], changes: dict[int, Changed]
) -> tuple[FileChange, ...]:
    return tuple(
        _file_change(entry, changes.get(place) or Changed())
        for place, (_, entry) in enumerate(entries)
    )


def _file_change(entry: Entry, changed: Changed) -> FileChange:
    """A submodule has no lines of ours; where it replaces a file, the file's lines count."""
    added = Side() if entry.is_new_link else changed.added
    removed = Side() if entry.is_old_link else changed.removed
    if changed.is_binary:
        added = removed = Side()
    return FileChange(
        entry.path,
        entry.old_path,
        entry.kind,
        changed.is_binary,
        None if changed.is_binary else added.count,
        None if changed.is_binary else removed.count,
        *added.stored(),
        *removed.stored(),
    )

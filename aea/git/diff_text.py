"""Strict parser for the output of `git diff-tree --raw -p` for one commit.

Paths come from the raw lines, where git quotes unusual names; the patch provides only line numbers and
lines. Hunks are read by the lengths in their headers, so content is never mistaken for a header.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from aea.forms import is_plain
from aea.forms.encoding import StoredText
from aea.git.command import text
from aea.lines import hash_lines, pack_runs
from aea.records import FileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

END_MARKER = b".\n"  # git echoes a line that is not a commit, which ends the output of one commit
HEADER_FORMAT = "--format=%x00%H%x00%P%x00%aN%x00%aE%x00%at%x00%cN%x00%cE%x00%ct%x00%B%x00"
_HEADER_END = b"\0\n"  # a commit message cannot contain NUL
MAX_HASHED_LINES = 200_000  # per side of a file: beyond this, lines are counted but not hashed
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
_SYMLINK = b"120000"


class TruncatedError(Exception):
    """Git stopped in the middle of a commit."""


class CommitDiff(NamedTuple):
    """One commit as printed: its header fields and its files."""

    fields: list[bytes]
    files: tuple[FileChange, ...]
    whole: dict[str, WholeFile]  # by path: files whose lines are not written as they are stored
    links: dict[str, str]  # blob by path: symbolic links


class WholeFile(NamedTuple):
    """The blobs of a file. An all-zero sha stands for no file."""

    old_shas: tuple[str, ...]  # of each parent
    new_sha: str


class RawEntry(NamedTuple):
    """One raw line."""

    kind: str
    path: str
    old_path: str | None
    is_old_link: bool  # was a submodule
    is_new_link: bool  # is a submodule
    is_symlink: bool
    shas: list[bytes]  # of the file in each parent, then in the commit


class Side:
    """The added or removed lines of one file."""

    __slots__ = ("_hashes", "_lines", "_runs", "_text", "count")

    def __init__(self, text: StoredText | None = None) -> None:
        self.count = 0
        self._text = text or StoredText()
        self._lines: list[bytes] = []  # not hashed yet
        self._hashes: list[bytes] = []
        self._runs: list[tuple[int, int]] = []

    def add(self, first: int, lines: list[bytes]) -> None:
        """Add consecutive lines, starting at line `first`."""
        self.count += len(lines)
        if self.count > MAX_HASHED_LINES:
            self._lines, self._hashes, self._runs = [], [], []
            return
        self._lines += lines
        if len(self._lines) >= _SLICE:
            self.hash_pending()
        if self._runs and sum(self._runs[-1]) == first:
            first, before = self._runs.pop()
            self._runs.append((first, before + len(lines)))
        else:
            self._runs.append((first, len(lines)))

    def hash_pending(self) -> None:
        """Replace the buffered lines with their hashes."""
        if self._lines:
            self._hashes.append(hash_lines(self._text.as_utf8(self._lines)))
            self._lines = []

    def pack(self) -> tuple[bytes, bytes]:
        """Return the packed runs and hashes. Both are empty above `MAX_HASHED_LINES`."""
        self.hash_pending()
        return pack_runs(self._runs), b"".join(self._hashes)


class PatchedFile:
    """The patch of one file."""

    __slots__ = ("added", "is_binary", "removed")

    def __init__(self) -> None:
        text = StoredText()
        self.added, self.removed, self.is_binary = Side(text), Side(text), False

    def hash_pending(self) -> None:
        """Release the buffered lines before the next file is read."""
        self.added.hash_pending()
        self.removed.hash_pending()


def parse_diff(lines: Iterator[bytes]) -> CommitDiff | None:
    """Parse the next commit up to its end marker. Return None when git does not have the commit."""
    header = _next(lines)
    if header == END_MARKER:
        return None
    if not header.endswith(_HEADER_END):
        header += b"".join(_rest_of_header(lines))
    fields = header[1:-2].split(b"\0")
    entries: list[tuple[bytes, RawEntry]] = []
    for line in lines:
        if line == END_MARKER:
            return CommitDiff(fields, _finish(entries, {}), _whole_files(entries), _links(entries))
        if line[:1] == b":":
            entries.append(_entry(line))
        elif line[:5] == b"diff ":
            files = _read_patch(lines, line, entries)
            return CommitDiff(fields, files, _whole_files(entries), _links(entries))
    raise TruncatedError


def _rest_of_header(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the remaining lines of the message, which may look like anything."""
    line = b""
    while not line.endswith(_HEADER_END):
        yield (line := _next(lines))


def _next(lines: Iterator[bytes]) -> bytes:
    line = next(lines, b"")
    if not line.endswith(b"\n"):
        raise TruncatedError
    return line


def _entry(line: bytes) -> tuple[bytes, RawEntry]:
    """Parse `:mode mode sha sha M<tab>path`; a merge has more colons, modes and letters."""
    about, *names = line[:-1].split(b"\t")
    words = about.lstrip(b":").split(b" ")
    parents = len(words) // 2 - 1
    letters = words[-1].decode("ascii")[: max(1, parents)]
    kind = _KINDS.get(letters[0], "modify") if len(set(letters)) == 1 else "modify"
    has_old = parents == 1 and len(names) > 1
    return names[-1], RawEntry(
        kind="modify" if parents > 1 and kind in ("rename", "copy") else kind,
        path=unquote(names[-1]),
        old_path=unquote(names[0]) if has_old else None,
        is_old_link=_GITLINK in words[:parents],
        is_new_link=words[parents] == _GITLINK,
        is_symlink=words[parents] == _SYMLINK,
        shas=words[parents + 1 : -1],
    )


def unquote(name: bytes) -> str:
    """Decode a path as git prints it: in quotes, with C escapes, when it is unusual."""
    if name[:1] == b'"':
        name = _ESCAPE.sub(_unescape, name[1:-1])
    return text(name)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else _NAMED_ESCAPES.get(code, code)


def _read_patch(
    lines: Iterator[bytes], line: bytes, entries: list[tuple[bytes, RawEntry]]
) -> tuple[FileChange, ...]:
    """Read all patches of a commit, from its first `diff` line to the end marker."""
    if line.startswith(b"diff --git "):
        owners = _owners_in_order(entries)
        return _finish(entries, _read_blocks(lines, line, lambda _: next(owners, -1), _read_hunk))
    places = {name: place for place, (name, _) in enumerate(entries)}
    changes = _read_blocks(lines, line, lambda head: _merge_owner(head, places), _read_merge_hunk)
    shown = [(place, entries[place]) for place in sorted(changes) if place >= 0]
    return tuple(_file_change(entry, changes[place]) for place, (_, entry) in shown)


def _owners_in_order(entries: list[tuple[bytes, RawEntry]]) -> Iterator[int]:
    """Patches follow the order of the raw lines. A change of type is printed as two patches."""
    for place, (_, entry) in enumerate(entries):
        yield place
        if entry.kind == "type":
            yield place


def _merge_owner(head: bytes, places: dict[bytes, int]) -> int:
    """Find the file by name, because git omits the uninteresting files of a merge."""
    return places.get(head[:-1].split(b" ", 2)[2], -1)


def _read_blocks(
    lines: Iterator[bytes],
    line: bytes,
    owner: Callable[[bytes], int],
    read_hunk: Callable[[Iterator[bytes], bytes, PatchedFile], bytes],
) -> dict[int, PatchedFile]:
    changes: dict[int, PatchedFile] = {}
    current = PatchedFile()
    while line != END_MARKER:
        first = line[:1]
        if first == b"@":
            line = read_hunk(lines, line, current)
            continue
        if first == b"d" and line[:5] == b"diff ":
            current.hash_pending()
            current = changes.setdefault(owner(line), PatchedFile())
        elif first == b"B" and line[:13] == b"Binary files ":
            current.is_binary = True
        line = _next(lines)
    return changes


def _read_hunk(lines: Iterator[bytes], head: bytes, changed: PatchedFile) -> bytes:
    """Read one hunk by the lengths in its header. Returns the line after it."""
    found = _HUNK.match(head)
    if found is None:
        raise TruncatedError
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
    """Read lines of one kind only: a new or a deleted file."""
    while count > 0:
        batch = [line[1:-1] for line in islice(lines, min(count, _SLICE))]
        if not batch:
            raise TruncatedError
        side.add(first, batch)
        first += len(batch)
        count -= len(batch)


def _read_mixed(
    lines: Iterator[bytes], old: tuple[int, int], new: tuple[int, int], changed: PatchedFile
) -> None:
    """Read removed, added and context lines. `old` and `new` are (first line, line count)."""
    (old_line, old_left), (new_line, new_left) = old, new
    while batch := list(islice(lines, min(max(old_left, new_left), _SLICE))):
        marks = b"".join([line[:1] for line in batch])
        for run in _RUN.finditer(marks):
            place, end = run.span()
            if marks[place] == _MINUS:
                changed.removed.add(old_line, [line[1:-1] for line in batch[place:end]])
                old_line += end - place
            elif marks[place] == _PLUS:
                changed.added.add(new_line, [line[1:-1] for line in batch[place:end]])
                new_line += end - place
            elif marks[place] == _BLANK:
                old_line += end - place
                new_line += end - place
        old_left, new_left = sum(old) - old_line, sum(new) - new_line
    if old_left or new_left:
        raise TruncatedError


def _read_merge_hunk(lines: Iterator[bytes], head: bytes, changed: PatchedFile) -> bytes:
    """Read one hunk of a merge. A line counts only when it differs from all parents.

    No lengths are needed: every line starts with one of ` +-` for each parent, and no other line does.
    """
    found = _MERGE_HUNK.match(head)
    if found is None:
        raise TruncatedError
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


def _whole_files(entries: list[tuple[bytes, RawEntry]]) -> dict[str, WholeFile]:
    return {
        entry.path: WholeFile(tuple(map(text, entry.shas[:-1])), text(entry.shas[-1]))
        for _, entry in entries
        if not is_plain(entry.path) and not (entry.is_old_link or entry.is_new_link)
    }


def _links(entries: list[tuple[bytes, RawEntry]]) -> dict[str, str]:
    return {entry.path: text(entry.shas[-1]) for _, entry in entries if entry.is_symlink}


def _finish(
    entries: list[tuple[bytes, RawEntry]], changes: dict[int, PatchedFile]
) -> tuple[FileChange, ...]:
    return tuple(
        _file_change(entry, changes.get(place) or PatchedFile())
        for place, (_, entry) in enumerate(entries)
    )


def _file_change(entry: RawEntry, changed: PatchedFile) -> FileChange:
    """A submodule has no lines. When it replaces a file, the lines of the file count as removed."""
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
        *added.pack(),
        *removed.pack(),
    )

"""The lines that a write changes, as hashes: what its input asks for, corrected by what its result tells.

Whatever the records hold decides, the best first: the patch, the file before the write with the replacements or the
whole new text, the texts of the input. If only the new text of an overwritten file is known, all its lines may be
new: they are kept, and their number is unknown.
"""

from __future__ import annotations

from bisect import bisect_left
from struct import pack
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from aea.forms import is_plain, written_lines, written_part
from aea.lines import MARK, content, hash_lines, hash_numbers, pack_runs, text_lines
from aea.sources import lenient
from aea.sources.changes import Change, change, line_diff, replaced
from aea.sources.claude import inputs
from aea.sources.claude.shapes import EditResult
from aea.sources.patch import (
    PatchFile,
    as_written,
    extend_runs,
    parse_apply_patch,
    parse_unified_diff,
)
from aea.sources.programs import program_writes
from aea.sources.shell import absolute, heredoc_writes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.sources.claude.shapes import Hunk
    from aea.sources.patch import LineDiff, Run
    from aea.sources.shell import HeredocWrite

_RESULT = msgspec.json.Decoder(EditResult)
_TEXT = msgspec.json.Decoder(str)
_PLANS = "/.claude/plans/"


class Edit(NamedTuple):
    """One write to one file. Whether it was accepted is not known yet."""

    path: str
    operation: str
    lines_added: int | None  # None: an overwritten file, whose lines may have stood there before
    lines_removed: int | None
    added: bytes
    removed: bytes
    added_runs: bytes | None = None
    removed_runs: bytes | None = None
    is_before_known: bool = False
    is_user_modified: bool = False


def proposed(tool: str, raw: bytes, directory: str | None) -> list[Edit]:
    """Return the writes that a call's input asks for. `applied` and `told` correct them by the result."""
    if tool == "Bash" and not any(
        sign in raw for sign in (b"<<", b" -c", b" -e", b"echo", b"printf", b"sed -i")
    ):
        return []
    asked = inputs.read(tool, raw)
    if asked.command is not None:
        return [_of_heredoc(write) for write in heredoc_writes(asked.command, directory)] + [
            _edit(write.path, write.lines, [])._replace(operation="script", lines_added=None)
            for write in program_writes(asked.command, directory)
        ]
    if asked.patch is not None:
        return [_of_patch(file) for file in parse_apply_patch(asked.patch, directory)]
    if not asked.path or _PLANS in asked.path:
        return []
    path = absolute(asked.path, directory)
    if asked.source is not None:
        return [_edit(path, text_lines(asked.source), [])]
    if asked.pairs is not None:
        return [_of_pairs(path, asked.pairs)]
    return [] if asked.content is None else [_of_whole_text(path, asked.content)]


def applied(tool: str, edits: list[Edit], raw: bytes) -> list[Edit]:
    """Return the proposed edits with what a structured result adds; none if it says that nothing was written."""
    if tool == "Bash" or not edits or not raw:
        return edits
    result = lenient.find(raw, _RESULT)
    if result is None:
        return edits
    if result.error or result.staged:
        return []
    return [_corrected(edits[0], tool, result), *edits[1:]]


def told(tool: str, edits: list[Edit], text: str) -> list[Edit]:
    """Return the proposed edits with what the text of a result adds: a patch, or whether the file is new."""
    if len(edits) != 1 or tool == "Bash":
        return edits
    (edit,) = edits
    if "\n@@ -" in text:
        diff = parse_unified_diff(text)
        if diff.added or diff.removed:
            return [_of_diff(edit, diff)]
    if tool != "Write":
        return edits
    if "created successfully" in text:
        return [edit._replace(operation="create", is_before_known=True)]
    return [_of_unknown_size(edit)]


def _corrected(edit: Edit, tool: str, result: EditResult) -> Edit:
    original = bytes(result.originalFile) or bytes(result.originalFileContents)
    is_whole = _is_whole_text(edit)
    is_create = is_whole and result.type == "create"
    known = is_create or (bool(original) and original != b"null")
    edit = edit._replace(is_before_known=known, is_user_modified=bool(result.userModified))
    if is_create:
        return edit._replace(operation="create")
    if result.updated_file and result.original_file:
        return _of_whole_files(edit, result.original_file, result.updated_file)
    if known and not is_plain(edit.path):
        return _of_original(edit, original, result)
    hunks = [hunk for hunk in result.structuredPatch or () if _is_change(hunk)]
    if hunks:
        return _of_hunks(edit, hunks)
    if known:
        return _of_original(edit, original, result)
    return _of_unknown_size(edit) if tool == "Write" and result.type == "update" else edit


def _is_whole_text(edit: Edit) -> bool:
    """Whether a proposed edit is a whole file: a replacement does not know its position."""
    return edit.added_runs is not None


def _is_change(hunk: Hunk) -> bool:
    return any(line[:1] in ("+", "-") for line in hunk.lines)


def _of_original(edit: Edit, original: bytes, result: EditResult) -> Edit:
    """A result without a patch, but with the file before the write: nothing changed, or a patch took too long."""
    before = lenient.find(original, _TEXT)
    if before is None:
        return edit
    if _is_whole_text(edit):
        return _of_whole_files(edit, before, result.content)
    after: str | None = before
    for old, new, every in _replacements(result):
        after = None if after is None else replaced(after, old, new, every=every)
    if after is None or not _replacements(result):
        return edit
    gone, come = written_lines(edit.path, before), written_lines(edit.path, after)
    return _of_change(edit, change(gone, come))


def _replacements(result: EditResult) -> list[tuple[str, str, bool]]:
    if result.edits is not None:
        return [(edit.old_string, edit.new_string, bool(edit.replace_all)) for edit in result.edits]
    if result.oldString is None or result.newString is None:
        return []
    return [(result.oldString, result.newString, bool(result.replaceAll))]


def _of_change(edit: Edit, found: Change) -> Edit:
    return edit._replace(
        lines_added=len(found.added),
        lines_removed=len(found.removed),
        added=hash_lines(found.added),
        removed=hash_lines(found.removed),
        added_runs=_packed(found.added_runs),
        removed_runs=_packed(found.removed_runs),
    )


def _of_diff(edit: Edit, diff: LineDiff) -> Edit:
    file = as_written(PatchFile(edit.path, None, edit.operation, *diff))
    return _of_change(edit, Change(*file[3:]))


def _packed(runs: list[Run] | None) -> bytes | None:
    return None if runs is None else pack_runs(runs)


def _of_unknown_size(edit: Edit) -> Edit:
    """A file that was overwritten: how many of its lines are new is not known."""
    return edit._replace(lines_added=None, lines_removed=None)


def _of_whole_files(edit: Edit, before: str, content: object) -> Edit:
    if not isinstance(content, str):
        return edit
    gone, come = line_diff(written_lines(edit.path, before), written_lines(edit.path, content))
    counted = _edit(edit.path, come, gone)
    return counted._replace(is_before_known=True, is_user_modified=edit.is_user_modified)


def _of_hunks(edit: Edit, hunks: list[Hunk]) -> Edit:
    """The real diff. It shows tabs as spaces, so a line takes its white space from the call."""
    added: list[bytes] = []
    removed: list[bytes] = []
    added_runs: list[tuple[int, int]] = []
    removed_runs: list[tuple[int, int]] = []
    for hunk in hunks:
        old, new = hunk.oldStart, hunk.newStart
        for line in hunk.lines:
            mark = line[:1]
            if mark == "+":
                added.append(_patch_line(line))
                extend_runs(added_runs, new)
                new += 1
            elif mark == "-":
                removed.append(_patch_line(line))
                extend_runs(removed_runs, old)
                old += 1
            elif mark != "\\":  # "\ No newline at end of file"
                old += 1
                new += 1
    if not is_plain(edit.path):
        added, removed = written_part(edit.path, added), written_part(edit.path, removed)
    is_numbered = is_plain(edit.path)
    return edit._replace(
        lines_added=len(added),
        lines_removed=len(removed),
        added=_as_called(hash_lines(added), edit.added),
        removed=_as_called(hash_lines(removed), edit.removed),
        added_runs=pack_runs(added_runs) if is_numbered else None,
        removed_runs=pack_runs(removed_runs) if is_numbered else None,
    )


def _patch_line(line: str) -> bytes:
    return line[1:].encode("utf-8", "surrogatepass").removeprefix(MARK)


def _as_called(shown: bytes, called: bytes) -> bytes:
    """`shown`, with the hashes of `called` for lines that differ only in white space.

    Both are in file order. If several lines of `called` match, the next one in order is taken.
    """
    exact = hash_numbers(called)
    places: dict[int, list[int]] = {}
    for place, line in enumerate(exact):
        places.setdefault(content(line), []).append(place)
    found, place = [], 0
    for line in hash_numbers(shown):
        known = places.get(content(line), ())
        at = bisect_left(known, place)
        place = known[at] + 1 if at < len(known) else place
        found.append(exact[known[at if at < len(known) else -1]] if known else line)
    return pack(f">{len(found)}Q", *found)


def _of_whole_text(path: str, text: str) -> Edit:
    added = written_lines(path, text)
    runs = pack_runs([(1, len(added))] if added else [])
    return _edit(path, added, [])._replace(added_runs=runs)


def _of_pairs(path: str, pairs: Iterable[tuple[str, str]]) -> Edit:
    added, removed = [], []
    for old, new in pairs:
        gone, come = line_diff(
            written_part(path, text_lines(old)), written_part(path, text_lines(new))
        )
        removed += gone
        added += come
    return _edit(path, added, removed)


def _of_patch(file: PatchFile) -> Edit:
    edit = _edit(file.path, file.added, file.removed)._replace(operation=file.operation)
    return edit._replace(
        added_runs=_packed(file.added_runs), removed_runs=_packed(file.removed_runs)
    )


def _of_heredoc(write: HeredocWrite) -> Edit:
    if write.is_append:
        return _edit(write.path, written_part(write.path, text_lines(write.body)), [])
    return _of_whole_text(write.path, write.body)


def _edit(path: str, added: list[bytes], removed: list[bytes]) -> Edit:
    return Edit(path, "update", len(added), len(removed), hash_lines(added), hash_lines(removed))

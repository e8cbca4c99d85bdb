"""The lines that an Edit, Write, MultiEdit, NotebookEdit or here-document changes, as hashes."""

from __future__ import annotations

from bisect import bisect_left
from difflib import SequenceMatcher
from struct import pack
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from aea.lines import content, hash_lines, hash_numbers, pack_runs, text_lines
from aea.sources import lenient
from aea.sources.claude.shapes import EditInput, EditResult
from aea.sources.patch import extend_runs
from aea.sources.shell import absolute, heredoc_writes

if TYPE_CHECKING:
    from aea.sources.claude.shapes import Hunk
    from aea.sources.shell import HeredocWrite

TOOLS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit", "Bash"})
_DIFF_LIMIT = (
    2_000  # lines per side; a longer diff takes seconds, so all its lines count as changed
)
_INPUT = msgspec.json.Decoder(EditInput)
_RESULT = msgspec.json.Decoder(EditResult)
_TEXT = msgspec.json.Decoder(str)
_PLANS = "/.claude/plans/"


class Edit(NamedTuple):
    """One write to one file. Whether it was accepted is not known yet."""

    path: str
    operation: str
    lines_added: int
    lines_removed: int
    added: bytes
    removed: bytes
    added_runs: bytes | None = None
    removed_runs: bytes | None = None
    is_before_known: bool = False
    is_user_modified: bool = False


def proposed(tool: str, raw: bytes, directory: str | None) -> list[Edit]:
    """The writes that a call's input asks for. `applied` corrects them by the result."""
    if tool == "Bash" and b"<<" not in raw:
        return []
    asked = lenient.find(raw, _INPUT)
    if asked is None:
        return []
    if tool == "Bash":
        writes = heredoc_writes(asked.command or "", directory)
        return [_of_heredoc(write) for write in writes]
    path = asked.file_path or asked.notebook_path
    if not path or _PLANS in path:
        return []
    return [_of_input(tool, asked, absolute(path, directory))]


def applied(tool: str, edits: list[Edit], raw: bytes) -> list[Edit]:
    """The proposed edits with what the result adds: the real diff, a person's changes, an error."""
    if tool == "Bash" or not edits or not raw:
        return edits
    result = lenient.find(raw, _RESULT)
    if result is None:
        return edits
    if result.error:
        return []
    return [_corrected(edits[0], tool, result)]


def _corrected(edit: Edit, tool: str, result: EditResult) -> Edit:
    original = bytes(result.originalFile) or bytes(result.originalFileContents)
    is_create = tool == "Write" and result.type == "create"
    known = is_create or (bool(original) and original != b"null")
    edit = edit._replace(is_before_known=known, is_user_modified=bool(result.userModified))
    if is_create:
        return edit._replace(operation="create")
    if result.structuredPatch:
        return _of_hunks(edit, result.structuredPatch)
    if tool == "Write" and known:
        return _of_whole_files(edit, original, result.content)
    return edit


def _of_whole_files(edit: Edit, original: bytes, content: object) -> Edit:
    """A result without hunks: nothing changed, or Claude Code gave up a diff that took too long."""
    before = lenient.find(original, _TEXT)
    if before is None or not isinstance(content, str):
        return edit
    gone, come = line_diff(text_lines(before), text_lines(content))
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
                added.append(line[1:].encode("utf-8", "surrogatepass"))
                extend_runs(added_runs, new)
                new += 1
            elif mark == "-":
                removed.append(line[1:].encode("utf-8", "surrogatepass"))
                extend_runs(removed_runs, old)
                old += 1
            elif mark != "\\":  # "\ No newline at end of file"
                old += 1
                new += 1
    return edit._replace(
        lines_added=len(added),
        lines_removed=len(removed),
        added=_as_called(hash_lines(added), edit.added),
        removed=_as_called(hash_lines(removed), edit.removed),
        added_runs=pack_runs(added_runs),
        removed_runs=pack_runs(removed_runs),
    )


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


def _of_input(tool: str, asked: EditInput, path: str) -> Edit:
    if tool == "Write":
        added = text_lines(asked.content or "")
        runs = pack_runs([(1, len(added))] if added else [])
        return _edit(path, added, [])._replace(added_runs=runs)
    if tool == "NotebookEdit":
        source = "" if asked.edit_mode == "delete" else asked.new_source or ""
        return _edit(path, text_lines(source), [])
    if asked.edits is not None:
        pairs = [(edit.old_string, edit.new_string) for edit in asked.edits]
    else:
        pairs = [(asked.old_string or "", asked.new_string or "")]
    added, removed = [], []
    for old, new in pairs:
        gone, come = line_diff(text_lines(old), text_lines(new))
        removed += gone
        added += come
    return _edit(path, added, removed)


def _of_heredoc(write: HeredocWrite) -> Edit:
    edit = _edit(write.path, text_lines(write.body), [])
    if write.is_append:
        return edit
    return edit._replace(added_runs=pack_runs([(1, edit.lines_added)] if edit.lines_added else []))


def _edit(path: str, added: list[bytes], removed: list[bytes]) -> Edit:
    return Edit(path, "update", len(added), len(removed), hash_lines(added), hash_lines(removed))


def line_diff(old: list[bytes], new: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """(lines only in `old`, lines only in `new`), in order."""
    start, end = 0, 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before or not after or max(len(before), len(after)) > _DIFF_LIMIT:
        return before, after
    gone: list[bytes] = []
    come: list[bytes] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += before[i1:i2]
            come += after[j1:j2]
    return gone, come

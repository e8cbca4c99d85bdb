"""The writes that the input of a tool asks for.

Tools of editors and servers are recognized by what their input carries:

    a path and a whole text           {"file_path": ..., "content": ...}
    a path and a replacement          {"path": ..., "oldText": ..., "newText": ...}
    a path and several replacements   {"path": ..., "edits": [...]}
    a path and an insertion           {"command": "insert", "path": ..., "insert_line": ..., "new_str": ...}
    a patch                           *** Begin Patch
    a shell command                   {"command": ...}

Keys count in any spelling (`filePath`, `file_path`). An input that names a repository of a forge is no local write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from aea.sources import lenient
from aea.sources.claude.shapes import EditInput

if TYPE_CHECKING:
    from collections.abc import Iterable

_INPUT = msgspec.json.Decoder(EditInput)
_ANY = msgspec.json.Decoder(dict[str, Any])
_WRITERS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit", "Bash"})
_NO_WRITERS = frozenset(
    {
        "Agent",
        "AskUserQuestion",
        "BashOutput",
        "ExitPlanMode",
        "Glob",
        "Grep",
        "KillShell",
        "LS",
        "NotebookRead",
        "Read",
        "Skill",
        "Task",
        "TaskCreate",
        "TaskOutput",
        "TaskUpdate",
        "TodoRead",
        "TodoWrite",
        "ToolSearch",
        "WebFetch",
        "WebSearch",
    }
)
_MARKS = (b"path", b"Path", b"file", b"File", b"command", b"uri", b"*** Begin Patch")
_PATHS = (
    "filepath",
    "path",
    "notebookpath",
    "absolutepath",
    "relativepath",
    "relativeworkspacepath",
    "pathinproject",
    "targetfile",
    "filename",
    "file",
    "uri",
)
_CONTENTS = ("content", "contents", "filecontent", "filecontents", "filetext", "newcontent", "text")
_OLD = ("oldstring", "oldstr", "oldtext", "oldcontent", "search", "searchtext")
_NEW = ("newstring", "newstr", "newtext", "newcontent", "replace", "replacetext", "replacement")
_INSERTED = ("inserttext", "newstr", "text", "content")
_LISTS = ("edits", "changes", "replacements")
_REMOTE = frozenset({"owner", "repo", "repository", "projectid"})
_READING = frozenset(
    {"find", "get", "grep", "list", "lookup", "open", "query", "read", "search", "view"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_BEGIN_PATCH = "*** Begin Patch"


class Asked(NamedTuple):
    """The writes that an input asks for: one kind of them."""

    path: str | None = None
    content: str | None = None
    pairs: list[tuple[str, str]] | None = None
    patch: str | None = None
    command: str | None = None
    source: str | None = None  # of a cell of a notebook


def may_write(tool: str, raw: msgspec.Raw) -> bool:
    """Whether a call may be a write. Its input is decoded when its result comes."""
    if tool in _WRITERS:
        return True
    data = bytes(raw)
    return tool not in _NO_WRITERS and any(mark in data for mark in _MARKS)


def read(tool: str, raw: bytes) -> Asked:
    """Return what an input asks for: nothing, if it cannot be read or is no write."""
    if tool not in _WRITERS:
        asked = lenient.find(raw, _ANY)
        return _of_any(tool, asked) if asked else Asked()
    found = lenient.find(raw, _INPUT)
    if found is None:
        return Asked()
    if tool == "Bash":
        return Asked(command=found.command)
    path = found.file_path or found.notebook_path
    if tool == "Write":
        return Asked(path, content=found.content or "")
    if tool == "NotebookEdit":
        source = "" if found.edit_mode == "delete" else found.new_source or ""
        return Asked(path, source=source)
    if found.edits is not None:
        return Asked(path, pairs=[(edit.old_string, edit.new_string) for edit in found.edits])
    return Asked(path, pairs=[(found.old_string or "", found.new_string or "")])


def _of_any(tool: str, asked: dict[str, Any]) -> Asked:
    fields = _plain(asked)
    if not _REMOTE.isdisjoint(fields):
        return Asked()
    patch = next((v for v in fields.values() if isinstance(v, str) and _BEGIN_PATCH in v), None)
    path = _first(fields, _PATHS)
    if patch is not None and path is None:
        return Asked(patch=patch)
    if path is None:
        return Asked(command=_first(fields, ("command", "cmd")))
    if _is_reader(tool):
        return Asked()
    pairs = _pairs(fields)
    return Asked(path, None if pairs else _first(fields, _CONTENTS), pairs)


def _pairs(fields: dict[str, Any]) -> list[tuple[str, str]] | None:
    for name in _LISTS:
        if isinstance(fields.get(name), list):
            parts = [_plain(part) for part in fields[name] if isinstance(part, dict)]
            return [pair for part in parts for pair in _pairs(part) or ()]
    old, new = _first(fields, _OLD), _first(fields, _NEW)
    if old is not None and new is not None:
        return [(old, new)]
    if "insertline" in fields:
        inserted = _first(fields, _INSERTED)
        return None if inserted is None else [("", inserted)]
    return None


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields by their names in lower case without marks."""
    return {name.replace("_", "").replace("-", "").lower(): value for name, value in fields.items()}


def _first(fields: dict[str, Any], names: Iterable[str]) -> str | None:
    return next((fields[name] for name in names if isinstance(fields.get(name), str)), None)


def _is_reader(tool: str) -> bool:
    words = {word.lower() for word in _WORD.findall(tool.rpartition("__")[2])}
    return not words.isdisjoint(_READING) and words.isdisjoint({"replace", "edit", "write"})

"""Claude Code tool calls that wait for their results, possibly across several readings of a file."""

from __future__ import annotations

import base64
from typing import Any

from aea.records import ToolCall
from aea.sources.claude import edits as written
from aea.sources.claude.edits import Edit

_BINARY = ("added", "removed", "added_runs", "removed_runs")  # base64 in a stored edit


class Call:
    """A tool call whose result has not been read yet."""

    __slots__ = ("branch", "directory", "edits", "raw", "record")

    def __init__(
        self, record: ToolCall, raw: bytes, directory: str | None, branch: str | None
    ) -> None:
        self.record = record
        self.raw = raw
        self.directory = directory
        self.branch = branch
        self.edits: list[Edit] | None = None if raw else []

    def proposed(self) -> list[Edit]:
        """The writes that its own input asks for."""
        if self.edits is None:
            self.edits = written.proposed(self.record.tool_name, self.raw, self.directory)
        return self.edits

    def dump(self) -> list[Any]:
        """The call as JSON values: line hashes instead of text."""
        edits = [_dump_edit(edit) for edit in self.proposed()]
        return [list(self.record), self.branch, edits]

    @staticmethod
    def load(stored: list[Any]) -> Call:
        """The call that `dump` stored."""
        record, branch, edits = stored
        call = Call(ToolCall(*record), b"", None, branch)
        call.edits = [_load_edit(edit) for edit in edits]
        return call


def _dump_edit(edit: Edit) -> list[Any]:
    return [
        base64.b64encode(value).decode() if isinstance(value, bytes) else value for value in edit
    ]


def _load_edit(stored: list[Any]) -> Edit:
    fields = dict(zip(Edit._fields, stored, strict=True))
    for name in _BINARY:
        if fields[name] is not None:
            fields[name] = base64.b64decode(fields[name])
    return Edit(**fields)

"""Tool calls of Claude Code that wait for their results, also from one reading to the next."""

from __future__ import annotations

import base64
from typing import Any

from aea.records import ToolCall
from aea.sources.claude import edits as written
from aea.sources.claude.edits import Edit


class Call:
    """A tool call whose result has not come yet."""

    __slots__ = ("branch", "directory", "edits", "raw", "record")

    def __init__(
        self, record: ToolCall, raw: bytes, directory: str | None, branch: str | None
    ) -> None:
        self.record = record
        self.raw = raw
        self.directory = directory
        self.branch = branch
        self.edits: list[Edit] | None = None

    def proposed(self) -> list[Edit]:
        """What it writes by its own words."""
        if self.edits is None:
            self.edits = written.proposed(self.record.tool_name, self.raw, self.directory)
        return self.edits

    def dump(self) -> list[Any]:
        """As JSON values: line hashes, no text."""
        edits = [_dump_edit(edit) for edit in self.proposed()]
        return [list(self.record), self.branch, edits]

    @staticmethod
    def load(stored: list[Any]) -> Call:
        """What `dump` gave."""
        call = Call(ToolCall(*stored[0]), b"", None, stored[1])
        call.edits = [_load_edit(edit) for edit in stored[2]]
        return call


def _dump_edit(edit: Edit) -> list[Any]:
    return [
        base64.b64encode(value).decode() if isinstance(value, bytes) else value for value in edit
    ]


def _load_edit(stored: list[Any]) -> Edit:
    edit = Edit(*stored)
    return edit._replace(
        added=base64.b64decode(stored[4]),
        removed=base64.b64decode(stored[5]),
        added_runs=None if stored[6] is None else base64.b64decode(stored[6]),
        removed_runs=None if stored[7] is None else base64.b64decode(stored[7]),
    )

"""What a source module offers: how a provider's files are found and what their bytes mean.

A source is a module, not a class. Storage comes in three kinds (docs/adr/0005-source-protocol.md):

    append    lines are only added; the cursor is a byte offset
    rewrite   the whole file is written anew; the cursor is its size, time and hash
    sqlite    rows change in place; the cursor is the greatest update time
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aea.records import CodeChange, Message, Problem, Session, ToolCall, Usage

State = dict[str, Any]  # JSON values only; holds no text of prompts or code


class Parsed(NamedTuple):
    """What a run of whole lines holds, and the parser's state after it."""

    sessions: list[Session]
    messages: list[Message]
    usages: list[Usage]
    tool_calls: list[ToolCall]
    code_changes: list[CodeChange]
    problems: list[Problem]
    unknown: dict[str, int]  # record types this version does not know, with their number of lines
    state: State


class Source(Protocol):
    """One provider. Everything but `roots` and `find_files` is pure."""

    NAME: str
    STORAGE: str  # append, rewrite, sqlite
    PARSER_VERSION: int  # a greater number makes every file be read again

    def roots(self, home: Path, environ: dict[str, str]) -> list[Path]:
        """The directories that may hold sessions, whether they exist or not."""

    def find_files(self, root: Path) -> Iterator[tuple[str, int, int, int]]:
        """(path, inode, size, mtime_ns) of each session file below a root; links are not followed."""

    def is_session(self, path: str) -> bool:
        """Whether a regular file of that path below a root is one that `find_files` gives."""

    def parse(self, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
        """The records of `chunk`: whole lines, the first of which starts at byte `offset`.

        `state` is what the call for the preceding bytes returned, {} at the start of the file.
        """

"""The fields of rollout lines that are used. The decoder skips all others unread."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType, field
from msgspec.json import Decoder

NOTHING = Raw(b"null")


class Payload(Struct, gc=False):
    """The used fields of all payloads. Fields that have several forms or are rarely read are `Raw`."""

    type: str | None = None
    call_id: str | None = None
    output: Raw = NOTHING
    name: str | None = None
    arguments: Raw = NOTHING
    input: Raw = NOTHING
    role: str | None = None
    content: Raw = NOTHING
    message: Raw = NOTHING
    info: Raw = NOTHING
    turn_id: str | None = None
    model: str | None = None
    cwd: str | None = None
    id: str | None = None
    session_id: str | None = None
    cli_version: str | None = None
    forked_from_id: str | None = None
    parent_thread_id: str | None = None
    source: Raw = NOTHING
    git: Raw = NOTHING
    status: Any = None  # a word, or an object with the state of an agent
    action: Raw = NOTHING
    success: bool | None = None
    changes: Raw = NOTHING
    exit_code: int | None = None
    new_thread_id: str | None = None
    item: Raw = NOTHING
    kind: str | None = None
    command: Raw = NOTHING
    originator: str | None = None
    thread_source: Raw = NOTHING
    stderr: Raw = NOTHING
    reason: Raw = NOTHING
    notes: Raw = field(default=NOTHING, name="internal_chat_message_metadata_passthrough")


class Line(Struct, gc=False):
    """One line. Old versions and `codex exec --json` write lines without `payload`."""

    type: str | None = None
    timestamp: str | int | float | None = None
    payload: Payload | UnsetType | None = UNSET
    record_type: str | None = None
    thread_id: str | None = None
    usage: Raw = NOTHING


class Tokens(Struct, gc=False):
    """One set of token counts."""

    input_tokens: int | float | None = 0
    cached_input_tokens: int | float | None = 0
    cache_write_input_tokens: int | float | None = 0
    output_tokens: int | float | None = 0
    reasoning_output_tokens: int | float | None = 0
    total_tokens: int | float | None = 0


class Info(Struct, gc=False):
    """The body of a token_count event."""

    total_token_usage: Tokens | None = None
    last_token_usage: Tokens | None = None
    model: str | None = None


class Content(Struct, gc=False):
    """One part of a message or of an output."""

    type: str | None = None
    text: str | None = None


class Notes(Struct, gc=False):
    """What newer versions note about a message."""

    content_item_kinds: list[str] | None = None


class Arguments(Struct, gc=False):
    """The arguments of tool calls that may write files."""

    command: str | list[str] | None = None
    cmd: str | list[str] | None = None
    workdir: str | None = None
    working_directory: str | None = None
    input: str | None = None
    patch: str | None = None


class Stdin(Struct, gc=False):
    """The running process that a call writes to."""

    session_id: str | int | None = None


class FileEntry(Struct, gc=False):
    """One file of a patch_apply_end event."""

    type: str | None = None
    content: str | None = None
    unified_diff: str | None = None
    move_path: str | None = None


class Spawn(Struct, gc=False):
    """The start of a sub-agent."""

    parent_thread_id: str | None = None


class Subagent(Struct, gc=False):
    """The sub-agent form of `source`."""

    thread_spawn: Spawn | None = None


class Source(Struct, gc=False):
    """The origin of a session."""

    subagent: Subagent | str | None = None
    internal: Any = None


class Git(Struct, gc=False):
    """The repository at session start."""

    branch: str | None = None
    repository_url: str | None = None


class Exit(Struct, gc=False):
    """The metadata of a command's result."""

    exit_code: int | None = None


class Result(Struct, gc=False):
    """The structured forms of a call's output."""

    output: str | None = None
    content: str | None = None
    metadata: Exit | None = None
    exit_code: int | None = None
    success: bool | None = None
    agent_id: str | None = None


LINE = Decoder(Line)
PAYLOAD = Decoder(Payload)
ITEM: Decoder[Payload | None] = Decoder(Payload | None)
TOKENS: Decoder[Tokens | None] = Decoder(Tokens | None)
INFO: Decoder[Info | None] = Decoder(Info | None)
CONTENTS: Decoder[str | list[Content] | None] = Decoder(str | list[Content] | None)
NOTES: Decoder[Notes | None] = Decoder(Notes | None)
ARGUMENTS: Decoder[str | Arguments | None] = Decoder(str | Arguments | None)
STDIN: Decoder[str | Stdin | None] = Decoder(str | Stdin | None)
WORDS: Decoder[str | list[str] | None] = Decoder(str | list[str] | None)
TEXT: Decoder[str | None] = Decoder(str | None)
CHANGES: Decoder[dict[str, FileEntry] | None] = Decoder(dict[str, FileEntry] | None)
SOURCE: Decoder[str | Source | None] = Decoder(str | Source | None)
GIT: Decoder[Git | None] = Decoder(Git | None)
OUTPUT: Decoder[str | list[Content] | Result | None] = Decoder(str | list[Content] | Result | None)
RESULT: Decoder[Result | None] = Decoder(Result | None)
ANYTHING: Decoder[Any] = Decoder()

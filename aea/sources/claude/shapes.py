"""The fields of transcript lines that are used. The decoder skips all others unread."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct

_NOTHING = Raw(b"")


class CacheWrites(Struct, gc=False):
    """The tokens written to each kind of cache."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class ServerTools(Struct, gc=False):
    """Calls that the service made itself."""

    web_search_requests: int | None = None


class Iteration(Struct, gc=False):
    """One step of a response. An advisor is a second model with its own tokens."""

    type: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: CacheWrites | None = None


class Tokens(Struct, gc=False):
    """message.usage."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: CacheWrites | None = None
    speed: str | None = None
    server_tool_use: ServerTools | None = None
    iterations: list[Iteration] | None = None


class Block(Struct, gc=False):
    """One block of a message's content."""

    type: str | None = None
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    input: Raw = _NOTHING
    tool_use_id: str | None = None
    content: Raw = _NOTHING
    is_error: bool | None = None


class Body(Struct, gc=False):
    """message."""

    id: str | None = None
    role: str | None = None
    model: str | None = None
    content: str | list[Block] | None = None
    stop_reason: str | None = None
    usage: Tokens | None = None


class Origin(Struct, gc=False):
    """Who sent a text."""

    kind: str | None = None


class Forked(Struct, gc=False):
    """The record of which this one is a copy."""

    messageUuid: str | None = None


class Line(Struct, gc=False):
    """One line of a transcript."""

    type: str | None = None
    uuid: str | None = None
    timestamp: str | None = None
    sessionId: str | None = None
    cwd: str | None = None
    gitBranch: str | None = None
    version: str | None = None
    requestId: str | None = None
    agentId: str | None = None
    isSidechain: bool | None = None
    isMeta: bool | None = None
    isCompactSummary: bool | None = None
    isVisibleInTranscriptOnly: bool | None = None
    isApiErrorMessage: bool | None = None
    sessionKind: str | None = None
    message: Body | None = None
    toolUseResult: Raw = _NOTHING
    parentToolUseID: str | None = None
    promptSource: str | None = None
    turnOrigin: str | None = None
    origin: Origin | str | None = None
    entrypoint: str | None = None
    isVirtual: bool | None = None
    textNotTyped: bool | None = None
    handedOff: bool | None = None
    wakeupSource: Raw = _NOTHING
    scheduledTaskId: Raw = _NOTHING
    planContent: str | None = None
    forkedFrom: Forked | None = None
    data: Raw = _NOTHING
    attachment: Raw = _NOTHING


class Progress(Struct, gc=False):
    """`data` of a progress line. Older builds store a sub-agent's whole record in it."""

    type: str | None = None
    agentId: str | None = None
    message: Line | None = None


class Queued(Struct, gc=False):
    """`attachment` of a prompt that waited for a tool to finish."""

    type: str | None = None
    prompt: str | list[Block] | None = None
    commandMode: str | None = None
    origin: Origin | str | None = None
    isMeta: bool | None = None


class Hunk(Struct, gc=False):
    """One hunk of structuredPatch."""

    oldStart: int = 1
    newStart: int = 1
    lines: list[str] = []


class Replacement(Struct, gc=False):
    """One replacement of an Edit or MultiEdit."""

    old_string: str = ""
    new_string: str = ""
    replace_all: bool | None = None


class EditResult(Struct, gc=False):
    """toolUseResult of an applied edit, or of a finished sub-agent."""

    type: str | None = None
    filePath: str | None = None
    content: str | list[Any] | None = None
    structuredPatch: list[Hunk] | None = None
    originalFile: Raw = _NOTHING
    originalFileContents: Raw = _NOTHING
    original_file: str | None = None  # a notebook before and after an edit
    updated_file: str | None = None
    userModified: bool | None = None
    oldString: str | None = None
    newString: str | None = None
    replaceAll: bool | None = None
    edits: list[Replacement] | None = None
    staged: bool | None = None  # held for somebody's review: nothing was written
    error: str | None = None


class Spawned(Struct, gc=False):
    """toolUseResult of a Task or Agent call."""

    agentId: str | None = None


class EditInput(Struct, gc=False):
    """`input` of every tool that writes."""

    file_path: str | None = None
    notebook_path: str | None = None
    content: str | None = None
    old_string: str | None = None
    new_string: str | None = None
    edits: list[Replacement] | None = None
    new_source: str | None = None
    edit_mode: str | None = None
    command: str | None = None


class Option(Struct, gc=False):
    """One answer that the agent offers to its question."""

    label: str | None = None


class Question(Struct, gc=False):
    """One question of the agent."""

    options: list[Option] | None = None


class Annotation(Struct, gc=False):
    """What a person added to the answer to a question."""

    notes: str | None = None
    unanswered: str | None = None


class Answers(Struct, gc=False):
    """toolUseResult of an AskUserQuestion call."""

    questions: list[Question] | None = None
    answers: dict[str, Any] | None = None
    response: str | None = None
    annotations: dict[str, Annotation] | None = None
    afkTimeoutMs: Raw = _NOTHING  # set when nobody answered in time

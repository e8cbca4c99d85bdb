"""The shape of Codex rollout lines: only the fields that are read, everything else is skipped."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import UNSET, DecodeError, Raw, Struct, UnsetType
from msgspec.json import Decoder, encode

from aea.sources import jsonl

NOTHING = Raw(b"null")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_SECOND = 100_000_000_000  # a greater number counts milliseconds
_LAST_INSTANT = 253_402_300_800_000  # the year 10000
_MOST_TOKENS = 10**12  # a greater number is no count


class Payload(Struct, gc=False):
    """The named parts of all payloads; `Raw` where forms differ or the value is seldom read."""

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
    status: Any = None  # a word, or the object of an agent's state
    action: Raw = NOTHING
    success: bool | None = None
    changes: Raw = NOTHING
    exit_code: int | None = None
    new_thread_id: str | None = None
    item: Raw = NOTHING
    kind: str | None = None
    command: Raw = NOTHING


class Line(Struct, gc=False):
    """One line; `payload` is unset in the bare lines of old versions and of `codex exec --json`."""

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


class Arguments(Struct, gc=False):
    """What a tool call that may write files was given."""

    command: str | list[str] | None = None
    cmd: str | list[str] | None = None
    workdir: str | None = None
    working_directory: str | None = None
    input: str | None = None
    patch: str | None = None


class Stdin(Struct, gc=False):
    """Which running process a call goes on with."""

    session_id: str | int | None = None


class FileEntry(Struct, gc=False):
    """One file of a patch_apply_end event."""

    type: str | None = None
    content: str | None = None
    unified_diff: str | None = None
    move_path: str | None = None


class Spawn(Struct, gc=False):
    """How a sub-agent came to be."""

    parent_thread_id: str | None = None


class Subagent(Struct, gc=False):
    """The sub-agent form of `source`."""

    thread_spawn: Spawn | None = None


class Source(Struct, gc=False):
    """Who started a session."""

    subagent: Subagent | str | None = None


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


class Reader(NamedTuple):
    """A strict decoder for speed and a lax one for damaged or oddly typed text."""

    strict: Decoder[Any]
    lax: Decoder[Any]


def reader(kind: Any) -> Reader:  # a union is no type
    """The two decoders of a type."""
    return Reader(Decoder(kind), Decoder(kind, strict=False))


LINE = reader(Line)
PAYLOAD = reader(Payload)
ITEM = reader(Payload | None)
TOKENS = reader(Tokens | None)
INFO = reader(Info | None)
CONTENTS = reader(str | list[Content] | None)
ARGUMENTS = reader(str | Arguments | None)
STDIN = reader(str | Stdin | None)
WORDS = reader(str | list[str] | None)
TEXT = reader(str | None)
CHANGES = reader(dict[str, FileEntry] | None)
SOURCE = reader(str | Source | None)
GIT = reader(Git | None)
OUTPUT = reader(str | list[Content] | Result | None)
RESULT = reader(Result | None)
_ANYTHING: Decoder[Any] = Decoder()


def read(raw: bytes | Raw, kind: Reader) -> Any:  # what the reader reads
    """The typed value; damaged text is repaired, what cannot be read raises ValueError."""
    try:
        return kind.strict.decode(raw)
    except (DecodeError, UnicodeDecodeError):
        value = _clean(jsonl.decode(bytes(raw), _ANYTHING))
        return kind.lax.decode(encode(value))


def find(raw: bytes | Raw, kind: Reader) -> Any:  # what the reader reads
    """The typed value, None when it has another form."""
    try:
        return read(raw, kind)
    except ValueError:
        return None


def _clean(value: Any) -> Any:  # any JSON value
    """JSON values that can be encoded again: lone surrogates replaced, no NaN."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def line_types(line: bytes) -> tuple[str, str]:
    """The type of a line and of its payload when nothing else of it can be trusted."""
    value = jsonl.decode(line, _ANYTHING)
    if not isinstance(value, dict):
        return "", ""
    outer, payload = value.get("type"), value.get("payload")
    if not isinstance(payload, dict):
        return str(outer or ""), ""
    inner, item = payload.get("type"), payload.get("item")
    if inner == "item_completed" and isinstance(item, dict):
        inner = f"{inner}/{item.get('type')}"
    return str(outer or ""), str(inner or "")


def instant(stamp: str | float | None) -> int | None:
    """UTC milliseconds of a time stamp, None when it is none."""
    if isinstance(stamp, str):
        try:
            moment = datetime.fromisoformat(stamp)
        except ValueError:
            return None
        return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND
    if isinstance(stamp, int | float):
        moment_ms = stamp if stamp > _LAST_SECOND else stamp * 1000
        return int(moment_ms) if 0 <= moment_ms < _LAST_INSTANT else None
    return None


def uuid_instant(text: str) -> int | None:
    """The instant inside an identifier of version 7."""
    digits = text.replace("-", "")
    if len(digits) != 32 or digits[12] != "7":
        return None
    try:
        return int(digits[:12], 16)
    except ValueError:
        return None


def whole(number: float | None) -> int:
    """A token count; what is absent, negative or beyond all measure is 0."""
    return int(number) if number and 0 < number <= _MOST_TOKENS else 0

"""The identity of an API response: several records hold its parts, and several files hold copies of these.

The service gives each response an id of its own, and each request another. Some gateways give every response the
same id, such as `relay`, and no request id. So two records with one id are parts of one response only if nothing
speaks against it:

    a prompt between them      another response, unless the second record repeats the usage of the first
    a short id, no request     another response as well if the input tokens differ, if the output shrinks, or if the
                               result of a tool stands between them and the second record is no further call

A record with the instant and the input of an earlier part is that part, written twice. The identity of a response
with a short id and no request id contains the uuid of its first record, which copies keep; so does that of a further
response with the ids of another one. A record without an id is a response of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aea.sources.claude import characters

if TYPE_CHECKING:
    from aea.sources.claude.characters import Blocks, Characters
    from aea.sources.claude.shapes import Body, Line, Tokens

_MOST = 16  # responses that may go on; records of several agents alternate in old files
_MOST_INSTANTS = 16
_UNIQUE = re.compile(r"(?=(?:\D*\d){2})(?:[^0-9A-Za-z]*[0-9A-Za-z]){16}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SEPARATOR = "\x1f"
_UNKNOWN = (0, 0, 0)


class Part(NamedTuple):
    """What a record adds to: the identity of a response, and the characters of its parts so far."""

    identity: str
    characters: Characters


class _Response:
    """A response that may go on."""

    __slots__ = (
        "blocks",
        "identity",
        "ids",
        "input_side",
        "instants",
        "is_asked",
        "is_told",
        "output",
    )

    def __init__(self, ids: tuple[str | None, ...], identity: str) -> None:
        self.ids = ids  # of the agent, the message and the request
        self.identity = identity
        self.input_side = _UNKNOWN
        self.output = 0
        self.instants: list[int] = []
        self.blocks: Blocks = {}
        self.is_asked = False  # a prompt came since
        self.is_told = False  # the result of a tool came since

    def add(self, side: tuple[int, int, int], output: int, now: int) -> None:
        """Note another part."""
        if side != _UNKNOWN:
            self.input_side = side
        self.output = max(self.output, output)
        self.is_told = False
        if now not in self.instants:
            self.instants = [*self.instants[1 - _MOST_INSTANTS :], now]

    def dump(self) -> list[Any]:
        """Return the response as JSON values."""
        counts = [*self.input_side, self.output]
        said = [self.is_asked, self.is_told]
        return [*self.ids, self.identity, counts, self.instants, *said, self.blocks]

    @staticmethod
    def load(stored: list[Any]) -> _Response:
        """Return the response that `dump` stored."""
        *ids, identity, counts, instants, is_asked, is_told, blocks = stored
        response = _Response(tuple(ids), identity)
        response.input_side, response.output = (counts[0], counts[1], counts[2]), counts[3]
        response.instants, response.is_asked, response.is_told = instants, is_asked, is_told
        response.blocks = blocks
        return response


class Responses:
    """The responses of one file, as far as the records read so far tell them apart."""

    def __init__(self, stored: list[list[Any]]) -> None:
        self._open = [_Response.load(one) for one in stored]

    def dump(self) -> list[list[Any]]:
        """Return the responses that may go on as JSON values."""
        return [response.dump() for response in self._open]

    def take_prompt(self, agent: str | None) -> None:
        """Note that an agent was asked for another response."""
        for response in self._open:
            response.is_asked = response.is_asked or response.ids[0] == agent

    def take_result(self, agent: str | None) -> None:
        """Note that an agent got the result of a tool."""
        for response in self._open:
            response.is_told = response.is_told or response.ids[0] == agent

    def identify(self, line: Line, body: Body, agent: str | None, now: int) -> Part:
        """Return the response of which a record is a part, with this part."""
        if not body.id:
            blocks: Blocks = {}
            characters.note(blocks, body)
            return Part(_first(line, now), characters.total(blocks))
        ids = (agent, body.id, line.requestId)
        side, output = _usage(body.usage)
        known = next((one for one in reversed(self._open) if one.ids == ids), None)
        if known is None or not _goes_on(known, body, side, output, now):
            identity = _name(ids, line, now, is_again=known is not None)
            known = _Response(ids, identity)
            self._open = [one for one in self._open if not _is_over(one, ids)][1 - _MOST :]
            self._open.append(known)
        known.add(side, output, now)
        characters.note(known.blocks, body)
        return Part(known.identity, characters.total(known.blocks))


def origin_uuid(line: Line) -> str | None:
    """Return the uuid of a record; of a copy with a uuid of its own, that of the original."""
    return (line.forkedFrom.messageUuid if line.forkedFrom else None) or line.uuid


def record_identity(line: Line, otherwise: str) -> str:
    """Return the uuid that copies of a record share; else its time stamp with what tells records of one instant apart."""
    identity = origin_uuid(line)
    if identity is not None and _UUID.fullmatch(identity):
        return identity
    return _SEPARATOR.join((identity or otherwise, line.timestamp or ""))


def _usage(tokens: Tokens | None) -> tuple[tuple[int, int, int], int]:
    """Return (input tokens by kind, output tokens)."""
    if tokens is None:
        return _UNKNOWN, 0
    read, written = tokens.cache_read_input_tokens, tokens.cache_creation_input_tokens
    return (tokens.input_tokens or 0, read or 0, written or 0), tokens.output_tokens or 0


def _goes_on(
    known: _Response, body: Body, side: tuple[int, int, int], output: int, now: int
) -> bool:
    is_same_input = side == known.input_side
    if now in known.instants and is_same_input:
        return True
    is_unique = _is_unique(known.ids)
    if known.is_asked:
        return is_unique and is_same_input and output == known.output
    if is_unique:
        return True
    if not is_same_input and _UNKNOWN not in (side, known.input_side):
        return False
    if body.usage and output < known.output:
        return False
    return not known.is_told or (side != _UNKNOWN and _is_only_calls(body))


def _is_only_calls(body: Body) -> bool:
    blocks = body.content if isinstance(body.content, list) else []
    return bool(blocks) and all(block.type == "tool_use" for block in blocks)


def _is_unique(ids: tuple[str | None, ...]) -> bool:
    """Whether ids are likely to be the only ones: `relay` or `msg_1` alone is too short for that."""
    _, message, request = ids
    return bool(request) or _UNIQUE.search(message or "") is not None


def _is_over(known: _Response, ids: tuple[str | None, ...]) -> bool:
    """Whether no further part is expected, since the agent has begun another response."""
    return known.ids[0] == ids[0] and known.ids != ids and _is_unique(known.ids)


def _name(ids: tuple[str | None, ...], line: Line, now: int, *, is_again: bool) -> str:
    _, message, request = ids
    if not is_again and _is_unique(ids):
        return message or ""
    return _SEPARATOR.join((message or "", request or "", _first(line, now)))


def _first(line: Line, now: int) -> str:
    return origin_uuid(line) or f"{line.sessionId or ''}@{now}"

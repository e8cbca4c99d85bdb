"""Agent Trace records (agent-trace.dev, 0.1): `.agent-trace/traces.jsonl` in a worktree, one JSON per line.

A record names the lines of a file that a conversation wrote, and a revision. The reference hook writes the
commit that was checked out, so the lines are in the next commit. Only the last segment of a conversation's
URL and the session id are kept. Entries for shells and session starts are not files and are ignored.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from aea.git.agents import parse_tool, parse_word
from aea.records import Authorship, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PSEUDO_FILES = {".shell-history", ".sessions", ".unknown"}
_CONTRIBUTORS = {"ai", "human", "mixed"}
_MAX_LINE = 10**9


class _Contributor(msgspec.Struct):
    type: str | None = None
    model_id: str | None = None


class _Range(msgspec.Struct):
    start_line: int
    end_line: int
    contributor: _Contributor | None = None


class _Conversation(msgspec.Struct):
    url: str | None = None
    contributor: _Contributor | None = None
    ranges: list[_Range] | None = None


class _File(msgspec.Struct):
    path: str
    conversations: list[_Conversation] | None = None


class _Revision(msgspec.Struct):
    type: str | None = None
    revision: str | None = None


class _Tool(msgspec.Struct):
    name: str | None = None


class _Metadata(msgspec.Struct):
    session_id: str | None = None
    conversation_id: str | None = None


class _Trace(msgspec.Struct):
    timestamp: str
    files: list[_File]
    vcs: _Revision | None = None
    tool: _Tool | None = None
    metadata: _Metadata | None = None


_decode = msgspec.json.Decoder(_Trace).decode


def parse_traces(chunk: bytes, offset: int = 0) -> tuple[list[Authorship], list[Problem]]:
    """Parse complete lines. The first one starts at byte `offset`. A malformed line is a problem."""
    records: list[Authorship] = []
    problems: list[Problem] = []
    for line in chunk.split(b"\n"):
        if line.strip():
            try:
                records.extend(_parse_trace(_decode(line)))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
                problems.append(Problem(offset, "agent trace: record cannot be read"))
        offset += len(line) + 1
    return list(dict.fromkeys(records)), problems


def _parse_trace(trace: _Trace) -> Iterator[Authorship]:
    """Yield nothing for a record that does not name a git commit."""
    vcs = trace.vcs or _Revision()
    sha = (vcs.revision or "").lower()
    if vcs.type != "git" or not _SHA.fullmatch(sha):
        return
    at = int(datetime.fromisoformat(trace.timestamp).timestamp() * 1000)
    tool = parse_tool(trace.tool.name) if trace.tool else None
    for file in trace.files:
        if file.path in _PSEUDO_FILES or file.path.startswith("/") or "\x00" in file.path:
            continue
        path = file.path.removeprefix("./")
        for conversation in file.conversations or [_Conversation()]:
            session = _session(trace.metadata or _Metadata(), conversation.url)
            for model, first, count, who in _ranges(conversation):
                fields = (tool, session, model, path, first, count, who)
                yield Authorship(sha, "agent_trace", *fields, at)


def _ranges(
    conversation: _Conversation,
) -> Iterator[tuple[str | None, int | None, int | None, str]]:
    """Yield (model, first line, line count, contributor) for each range, or once for the whole file."""
    if not conversation.ranges:
        yield _attributed(None, conversation, None, None)
    for run in conversation.ranges or []:
        if not 1 <= run.start_line <= run.end_line <= _MAX_LINE:
            raise ValueError
        count = run.end_line - run.start_line + 1
        yield _attributed(run.contributor, conversation, run.start_line, count)


def _attributed(
    own: _Contributor | None, conversation: _Conversation, first: int | None, count: int | None
) -> tuple[str | None, int | None, int | None, str]:
    """A range may override the contributor of its conversation."""
    who = own or conversation.contributor or _Contributor()
    contributor = who.type if who.type in _CONTRIBUTORS else "unknown"
    return parse_word(who.model_id), first, count, contributor or "unknown"


def _session(metadata: _Metadata, url: str | None) -> str | None:
    """Return the session id, or the last segment of the conversation's URL without query and suffix."""
    named = parse_word(metadata.session_id) or parse_word(metadata.conversation_id)
    if named or not url:
        return named
    segment = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    return parse_word(segment.removesuffix(".jsonl"))

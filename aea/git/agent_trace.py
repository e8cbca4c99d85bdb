"""Records of Agent Trace (agent-trace.dev, 0.1): `.agent-trace/traces.jsonl` in a work tree, one JSON a line.

A record says which lines of which file a conversation wrote, and at which revision; the reference hook writes
the commit that was checked out, so the lines are in the commit after it. Of a conversation's address only the
last step is kept, and no metadata but the session's id. Entries for shells and session starts are no files.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from aea.git.agents import tool_as_recorded, word_as_recorded
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
    """The records in whole lines that start at byte `offset`; a damaged line is a problem."""
    records: list[Authorship] = []
    problems: list[Problem] = []
    for line in chunk.split(b"\n"):
        if line.strip():
            try:
                records.extend(_read_trace(_decode(line)))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
                problems.append(Problem(offset, "agent trace: record cannot be read"))
        offset += len(line) + 1
    return list(dict.fromkeys(records)), problems


def _read_trace(trace: _Trace) -> Iterator[Authorship]:
    """Nothing of a record that names no commit of git."""
    vcs = trace.vcs or _Revision()
    sha = (vcs.revision or "").lower()
    if vcs.type != "git" or not _SHA.fullmatch(sha):
        return
    at = int(datetime.fromisoformat(trace.timestamp).timestamp() * 1000)
    tool = tool_as_recorded(trace.tool.name) if trace.tool else None
    for file in trace.files:
        if file.path in _PSEUDO_FILES or file.path.startswith("/") or "\x00" in file.path:
            continue
        path = file.path.removeprefix("./")
        for conversation in file.conversations or [_Conversation()]:
            session = _session(trace.metadata or _Metadata(), conversation.url)
            for model, first, count, who in _ranges(conversation):
                said = (tool, session, model, path, first, count, who)
                yield Authorship(sha, "agent_trace", *said, at)


def _ranges(
    conversation: _Conversation,
) -> Iterator[tuple[str | None, int | None, int | None, str]]:
    """(model, first line, number of lines, contributor) of each range, of the file when there is none."""
    if not conversation.ranges:
        yield _whose(None, conversation, None, None)
    for run in conversation.ranges or []:
        if not 1 <= run.start_line <= run.end_line <= _MAX_LINE:
            raise ValueError
        count = run.end_line - run.start_line + 1
        yield _whose(run.contributor, conversation, run.start_line, count)


def _whose(
    own: _Contributor | None, conversation: _Conversation, first: int | None, count: int | None
) -> tuple[str | None, int | None, int | None, str]:
    """A range may name another contributor than its conversation."""
    who = own or conversation.contributor or _Contributor()
    contributor = who.type if who.type in _CONTRIBUTORS else "unknown"
    return word_as_recorded(who.model_id), first, count, contributor or "unknown"


def _session(metadata: _Metadata, url: str | None) -> str | None:
    """The session's id; else the last step of the conversation's address, without query or suffix."""
    named = word_as_recorded(metadata.session_id) or word_as_recorded(metadata.conversation_id)
    if named or not url:
        return named
    step = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    return word_as_recorded(step.removesuffix(".jsonl"))

"""Parse the lines of a Claude Code transcript. Pure: bytes and state in, records out.

Forks, resumed sessions and sub-agents copy records into several files. These identities are the same in each copy:

    message     uuid, of a copy that of its original; other ids with the time stamp
    response    message.id and requestId (responses.py)
    tool call   message.id (or uuid) and the call's id

The records of a sub-agent name the session of its parent and belong to it; agent_id distinguishes them.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from aea.keys import key64, owner_rank
from aea.records import (
    CodeChange,
    Interruption,
    Message,
    Problem,
    Session,
    ToolCall,
    Usage,
    nothing,
)
from aea.sources import jsonl, lenient
from aea.sources.claude import authors, dialogs, inputs, outcome
from aea.sources.claude import edits as written
from aea.sources.claude.calls import Call
from aea.sources.claude.interruptions import interruptions
from aea.sources.claude.messages import prompt_text, queued_text
from aea.sources.claude.responses import Responses, record_identity
from aea.sources.claude.shapes import Block, Line, Progress
from aea.sources.claude.usage import Context, extent, merged, usages
from aea.sources.instants import instant
from aea.sources.text import TextFeatures, message_features, word_count

if TYPE_CHECKING:
    from aea.records import Parsed, State
    from aea.sources.claude.outcome import Outcome

_ID = "claude_code"  # for Cowork too: it stores copies of the same records
_SYNTHETIC = "<synthetic>"
_IGNORED = frozenset(
    [
        "system",
        "summary",
        "file-history-snapshot",
        "queue-operation",
        "pr-link",
        "ai-title",
        "custom-title",
        "mode",
        "agent-setting",
        "agent-name",
        "last-prompt",
        "permission-mode",
        "task-summary",
        "bridge-session",
        "content-replacement",
        "worktree-state",
    ]
)
_LINE = msgspec.json.Decoder(Line)
_PROGRESS = msgspec.json.Decoder(Progress)


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of whole lines; see aea.sources.base."""
    reading = _Reading(path, state)
    for at, raw in jsonl.whole_lines(chunk, offset):
        reading.take(at, raw)
    return reading.parsed()


class _Reading:
    """One call of `parse`: the records found so far and the calls that wait for their results."""

    def __init__(self, path: str, state: State) -> None:
        self._fallback_session, self._fallback_agent = _owner_of(path)
        self._calls = {k: Call.load(v) for k, v in state.get("calls", {}).items()}
        self._queued: list[int] = list(state.get("queued", ()))
        self._responses = Responses(state.get("responses", []))
        self._sessions: dict[str, Session] = {}
        self._usages: dict[tuple[int, int], Usage] = {}
        self._messages: list[Message] = []
        self._tool_calls: list[ToolCall] = []
        self._changes: list[CodeChange] = []
        self._interruptions: list[Interruption] = []
        self._problems: list[Problem] = []
        self._unknown: dict[str, int] = {}
        self._new_calls: dict[str, None] = {}
        self._at = 0

    def parsed(self) -> Parsed:
        pending = [self._calls[k].record for k in self._new_calls if k in self._calls]
        return nothing(self._state())._replace(
            sessions=list(self._sessions.values()),
            messages=self._messages,
            usages=list(self._usages.values()),
            tool_calls=self._tool_calls + pending,
            code_changes=self._changes,
            interruptions=self._interruptions,
            problems=self._problems,
            unknown=self._unknown,
        )

    def _state(self) -> State:
        calls = {k: call.dump() for k, call in self._calls.items()}
        state: State = {"calls": calls, "queued": self._queued, "responses": self._responses.dump()}
        return {name: value for name, value in state.items() if value}

    def take(self, at: int, raw: bytes) -> None:
        """One line: one record, unless writers tore it or appended at once."""
        try:
            self._take_record(at, *lenient.decode(raw, _LINE))
        except ValueError:
            for part in jsonl.parts(raw):
                self._take_part(at + part.start, part)

    def _take_part(self, at: int, part: jsonl.Part) -> None:
        try:
            if part.is_record:
                self._take_record(at, *lenient.decode(part.data, _LINE))
                return
        except ValueError:
            pass  # JSON, but nested too deeply
        self._problems.append(Problem(at, "not valid JSON"))

    def _take_record(self, at: int, line: Line, is_whole: bool) -> None:
        self._at = at
        kind = line.type or (
            line.message.role if line.message else None
        )  # old builds write no type
        if not is_whole:
            self._problems.append(Problem(at, "a field of unknown shape"))
        if kind == "assistant":
            self._take_assistant(line, None)
        elif kind == "user":
            self._take_user(line, None)
        elif kind == "progress":
            self._take_progress(line)
        elif kind == "attachment":
            self._take_queued(line)
        elif kind not in _IGNORED:
            self._count_unknown(kind)

    def _count_unknown(self, kind: object) -> None:
        name = kind if isinstance(kind, str) and kind else "(none)"
        self._unknown[name] = self._unknown.get(name, 0) + 1

    def _take_progress(self, line: Line) -> None:
        """Older builds write a sub-agent's record into the parent's file as well.

        The sub-agent's own file has the same records, and owns them. Without it, this is all that is known: responses
        with their true input, and with an output of the moment.
        """
        raw = bytes(line.data)
        if b'"agent_progress"' not in raw:
            return
        progress = lenient.find(raw, _PROGRESS)
        if progress is None or not progress.agentId or progress.message is None:
            return  # the sub-agent's own file, if any, has the record
        agent, inner = progress.agentId, progress.message
        self._link(line.parentToolUseID, agent)
        inner.sessionId, inner.cwd = line.sessionId, inner.cwd or line.cwd
        inner.gitBranch, inner.sessionKind = line.gitBranch, line.sessionKind
        inner.timestamp = inner.timestamp or line.timestamp
        if inner.type == "assistant":
            self._take_assistant(inner, agent)
        elif inner.type == "user":
            self._take_user(inner, agent)

    def _link(self, tool_use_id: str | None, agent: str) -> None:
        call = self._calls.get(tool_use_id or "")
        if call and call.record.spawned_agent_id is None:
            call.record = call.record._replace(spawned_agent_id=agent)
            self._new_calls[tool_use_id or ""] = None  # emitted again, with the link

    def _context(self, line: Line, nested_agent: str | None) -> Context | None:
        """The context of a record; None and a problem if it has no time stamp."""
        now = instant(line.timestamp)
        if now is None:
            self._problems.append(Problem(self._at, "no time stamp"))
            return None
        session = line.sessionId or self._fallback_session
        agent = nested_agent or line.agentId or self._fallback_agent
        agent = agent or ("sidechain" if line.isSidechain else None)
        is_copy = line.sessionKind == "bg" or line.forkedFrom is not None
        demotion = is_copy + 2 * (agent is not None) + 4 * (nested_agent is not None)
        seen = self._sessions.get(session)
        if line.cwd and (seen is None or now < seen.occurred_at):
            self._sessions[session] = Session(session, now, None, line.cwd, line.version, None)
        return Context(session, agent, now, owner_rank(demotion, session))

    def _take_assistant(self, line: Line, nested_agent: str | None) -> None:
        body = line.message
        context = self._context(line, nested_agent)
        if body is None or context is None:
            return
        part = self._responses.identify(line, body, context.agent_id, context.now)
        if body.usage and body.model != _SYNTHETIC and not line.isApiErrorMessage:
            known = extent(line, part, is_excerpt=nested_agent is not None)
            for one in usages(line, key64(_ID, part.identity), known, context, self._at):
                self._keep_usage(one)
        blocks = body.content if isinstance(body.content, list) else []
        text = [body.content] if isinstance(body.content, str) else []
        for block in blocks:
            if block.type == "text" and block.text:
                text.append(block.text)
            elif block.type == "tool_use" and block.id:
                self._take_call(line, block, part.identity, context)
        words = sum(map(word_count, text))
        if words and nested_agent is None and body.model != _SYNTHETIC:
            self._add_message(line, "assistant", context, words, "".join(text))

    def _keep_usage(self, more: Usage) -> None:
        key = more.message_key, more.request_key
        self._usages[key] = merged(self._usages.get(key), more)

    def _take_call(self, line: Line, block: Block, identity: str, context: Context) -> None:
        name = block.name or "(unknown)"
        record = ToolCall(
            session_id=context.session_id,
            agent_id=context.agent_id,
            call_key=key64(_ID, "call", identity, block.id),
            occurred_at=context.now,
            tool_name=name,
            status="pending",
            finished_at=None,
            spawned_agent_id=None,
            owner_rank=context.owner_rank,
            offset=self._at,
        )
        raw = bytes(block.input) if inputs.may_write(name, block.input) else b""
        identity_here = block.id or ""
        same = self._calls.get(identity_here) if identity_here in self._new_calls else None
        if same and same.record.call_key != record.call_key:
            self._tool_calls.append(same.record)  # another call has its id: nothing will answer it
        self._calls[identity_here] = Call(record, raw, line.cwd, line.gitBranch)
        self._new_calls[identity_here] = None

    def _take_user(self, line: Line, nested_agent: str | None) -> None:
        body = line.message
        context = self._context(line, nested_agent)
        if body is None or context is None:
            return
        blocks = body.content if isinstance(body.content, list) else []
        answers = [block for block in blocks if block.type == "tool_result"]
        # With several answers the one structured result could be any of theirs: their texts decide.
        result = bytes(line.toolUseResult) if len(answers) == 1 else b""
        if answers:
            self._responses.take_result(context.agent_id)
        elif not line.isMeta:
            self._responses.take_prompt(context.agent_id)
        said = [self._take_result(block, result, context) for block in answers]
        self._interruptions += interruptions(line, context, self._at)
        if nested_agent is None:
            self._take_words(line, context, [text for text in said if text is not None])

    def _take_words(self, line: Line, context: Context, said: list[str]) -> None:
        """What a person typed, at dialogs about tools or as a prompt: one record is one message."""
        is_main = context.agent_id is None
        text = prompt_text(line) if is_main else None
        if said and not authors.is_by_machine(line):
            texts = said if text is None else [*said, text]
            # A dialog about a call of a sub-agent is shown to the person who talks with its parent.
            self._add_message(line, "user", context._replace(agent_id=None), 0, "\n".join(texts))
        elif text is not None:
            self._take_prompt(line, context, text)

    def _take_prompt(self, line: Line, context: Context, text: str) -> None:
        """A queued prompt may have a user record as well; it counts once."""
        waited = key64(text)
        if text and waited in self._queued:
            self._queued.remove(waited)
        else:
            self._queued.clear()  # the queue was emptied before: the same text again is a new prompt
            self._add_message(line, "user", context, 0, text)

    def _take_queued(self, line: Line) -> None:
        text = queued_text(line)
        context = self._context(line, None) if text else None
        if context is not None and context.agent_id is None:
            self._queued.append(key64(text))
            self._add_message(line, "user", context, 0, text)

    def _add_message(self, line: Line, role: str, context: Context, words: int, text: str) -> None:
        features = message_features(text) if role == "user" else TextFeatures(words)
        # The session is not part of the key: a fork's copy without a uuid is the same message.
        identity = record_identity(line, f"{role}:{key64(text)}")
        self._messages.append(
            Message(
                session_id=context.session_id,
                agent_id=context.agent_id,
                message_key=key64(_ID, identity),
                occurred_at=context.now,
                position=0,
                role=role,
                is_prompt=role == "user",
                word_count=features.word_count,
                is_error_paste=features.is_error_paste,
                is_continuation=features.is_continuation,
                debug_signature=features.debug_signature,
                directory=line.cwd,
                branch_name=line.gitBranch or None,
                owner_rank=context.owner_rank,
                offset=self._at,
            )
        )

    def _take_result(self, block: Block, result: bytes, context: Context) -> str | None:
        """The end of a call; returns what a person said at the dialog about it."""
        call = self._calls.pop(block.tool_use_id or "", None)
        tool = call.record.tool_name if call else None
        end = outcome.outcome(tool or "", block, result)
        if call is not None:  # else it is in a file that is not here, or its result was read before
            self._end_call(call, block, result, end, context)
        return dialogs.said(tool, block, result, end.status)

    def _end_call(
        self, call: Call, block: Block, result: bytes, end: Outcome, context: Context
    ) -> None:
        record = call.record._replace(finished_at=context.now, **end._asdict())
        if record.spawned_agent_id is None and b'"agentId"' in result[:1_000_000]:
            record = record._replace(spawned_agent_id=outcome.spawned_agent(result))
        self._tool_calls.append(record)
        if end.status == "ok":
            self._take_edits(call, record, result, block)

    def _take_edits(self, call: Call, record: ToolCall, result: bytes, block: Block) -> None:
        edits = call.proposed()
        if not edits:
            return
        if result[:1] == b"{":
            edits = written.applied(record.tool_name, edits, result)
        elif outcome.is_done(record.tool_name, block):
            edits = written.told(record.tool_name, edits, outcome.text_of(block))
        else:
            return
        for number, edit in enumerate(edits):
            self._changes.append(
                CodeChange(
                    session_id=record.session_id,
                    agent_id=record.agent_id,
                    change_key=key64("change", record.call_key, number),
                    call_key=record.call_key,
                    occurred_at=record.finished_at or record.occurred_at,
                    path=edit.path,
                    old_path=None,
                    operation=edit.operation,
                    tool_name=record.tool_name,
                    lines_added=edit.lines_added,
                    lines_removed=edit.lines_removed,
                    added_hashes=edit.added,
                    removed_hashes=edit.removed,
                    added_runs=edit.added_runs,
                    removed_runs=edit.removed_runs,
                    is_before_known=edit.is_before_known,
                    is_user_modified=edit.is_user_modified,
                    branch_name=call.branch or None,
                    owner_rank=record.owner_rank,
                    offset=record.offset,
                )
            )


def _owner_of(path: str) -> tuple[str, str | None]:
    """(session, agent) by the path, <session>/subagents/**/agent-<id>.jsonl, for records without them."""
    place = PurePath(path)
    folders = place.parts[1:-1]
    if not place.stem.startswith("agent-"):
        return place.stem, None
    agent = place.stem.removeprefix("agent-")
    if "subagents" not in folders[1:]:
        return place.stem, agent
    back = folders[::-1].index("subagents")
    return folders[-back - 2], agent

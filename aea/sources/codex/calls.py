"""Codex tool calls: their start, their output and the code changes they made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.lines import HASH_BYTES
from aea.records import CodeChange, ToolCall
from aea.sources import lenient
from aea.sources.codex import edits as edits_of
from aea.sources.codex import messages, questions
from aea.sources.codex import outcome as outcomes
from aea.sources.codex.shapes import CHANGES, STDIN, TEXT
from aea.sources.codex.state import Call, Writer

if TYPE_CHECKING:
    from msgspec import Raw

    from aea.sources.codex.edits import Edit
    from aea.sources.codex.outcome import Outcome
    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Payload

_PREFIX = "functions."
_BY_A_PERSON = "user_shell"  # a command typed after `!`
_SPAWN_TOOLS = frozenset({"spawn_agent"})
_ONE_LINE_STATUS = {"completed": "ok", "failed": "failed", "incomplete": "failed"}


def take_function_call(reading: Reading, payload: Payload) -> None:
    """A call with arguments: a JSON text or an object."""
    _take_call(reading, payload, payload.name or "", payload.arguments)


def take_custom_call(reading: Reading, payload: Payload) -> None:
    """A call with free text as its input."""
    _take_call(reading, payload, payload.name or "", payload.input)


def take_local_shell(reading: Reading, payload: Payload) -> None:
    """A shell call in the form of the Responses API."""
    call = _start(reading, payload, "local_shell")
    if call is not None:
        call.edits = edits_of.action_edits(payload.action, reading.progress.directory)


def take_tool_search(reading: Reading, payload: Payload) -> None:
    """A search for tools."""
    _start(reading, payload, "tool_search")


def take_web_search(reading: Reading, payload: Payload) -> None:
    """A search that the API made itself. One line holds the call and its end."""
    reading.progress.web_search_count += 1
    _take_one_line_call(reading, payload, "web_search")


def take_image(reading: Reading, payload: Payload) -> None:
    """An image that the API made itself."""
    _take_one_line_call(reading, payload, "image_generation")


def _take_call(reading: Reading, payload: Payload, name: str, raw: Raw) -> None:
    name = name.removeprefix(_PREFIX)
    call = _start(reading, payload, name)
    if call is None:
        return
    if name == "write_stdin":
        _continue(reading, call, raw)
        return
    if name in questions.TOOLS:
        reading.progress.choices[_call_id(reading, payload)] = questions.choices(raw)
        return
    proposal = edits_of.proposed_edits(name, raw, reading.progress.directory)
    call.edits = proposal.edits
    call.is_script, call.needs_code = proposal.is_script, proposal.needs_code


def _start(reading: Reading, payload: Payload, name: str) -> Call | None:
    """The pending call; None if it was seen before."""
    progress = reading.progress
    call_id = _call_id(reading, payload)
    if call_id in progress.calls:
        return None
    call = Call(progress.key("call", call_id), name or "unknown", reading.now)
    progress.calls[call_id] = call
    _emit_call(reading, call, "pending")
    return call


def _call_id(reading: Reading, payload: Payload) -> str:
    if call_id := payload.call_id or payload.id:
        return call_id
    reading.progress.unnamed_count += 1
    return f"#{reading.progress.unnamed_count}"


def _take_one_line_call(reading: Reading, payload: Payload, name: str) -> None:
    call_id = _call_id(reading, payload)
    call = Call(reading.progress.key("call", call_id), name, reading.now)
    status = _ONE_LINE_STATUS.get(str(payload.status), "pending")
    _emit_call(reading, call, status)


def _continue(reading: Reading, call: Call, raw: Raw) -> None:
    """A call that writes to a running process also waits for the edits of that process."""
    session = lenient.find_whole(raw, STDIN)
    if isinstance(session, str):
        session = lenient.find_whole(session.encode("utf-8", "replace"), STDIN)
    started = None
    if session is not None and not isinstance(session, str):
        started = reading.progress.running_calls.pop(str(session.session_id), None)
    if started is not None:
        call.edits = started.edits
        call.writer = started.writer or Writer(started.call_key, started.tool_name)


def take_output(reading: Reading, payload: Payload) -> None:
    """The output of a call."""
    call_id = payload.call_id or payload.id or ""
    call = reading.progress.calls.get(call_id)
    if call is None:
        return
    if call.is_finished:
        if call.accepted_at is None:
            _settle(reading, call_id, call)
        return
    if call_id in reading.progress.choices:
        messages.take_answer(reading, call_id, payload.output)
    outcome = _outcome(call, payload.output)
    call.spawned_agent_id = call.spawned_agent_id or outcome.spawned_agent_id
    _emit_call(reading, call, outcome.status)
    call.is_finished = True
    if call.edits and not call.has_event and outcome.is_applied:
        call.accepted_at, call.accepted_offset = reading.now, reading.offset
        reading.progress.held_calls.append(call_id)
        return
    if call.edits and outcome.running_id:
        reading.progress.running_calls[outcome.running_id] = call
    _settle(reading, call_id, call)


def _outcome(call: Call, raw: Raw) -> Outcome:
    if call.is_script and call.edits:
        return outcomes.script_outcome(raw, needs_code=call.needs_code)
    if call.exit_code is None and call.tool_name not in _SPAWN_TOOLS:
        quick = outcomes.quick_outcome(raw)
        if quick is not None:
            return quick
    return outcomes.full_outcome(raw, call.exit_code)


def _settle(reading: Reading, call_id: str, call: Call) -> None:
    """Forget a call. A late event for it must change nothing."""
    del reading.progress.calls[call_id]
    if call.edits or call.has_event:
        reading.progress.settled_calls.append(call_id)


def release_held(reading: Reading) -> None:
    """Accept the held calls without an event: their own patch is the best information there is."""
    progress = reading.progress
    held, progress.held_calls = progress.held_calls, []
    for call_id in held:
        call = progress.calls[call_id]
        _emit_changes(reading, call, call.edits, call.accepted_at or 0, call.accepted_offset)
        _settle(reading, call_id, call)


def emit_held(reading: Reading) -> None:
    """Emit the held changes and keep holding them: the file may end here, or the next line corrects them."""
    for call_id in reading.progress.held_calls:
        call = reading.progress.calls[call_id]
        _emit_changes(reading, call, call.edits, call.accepted_at or 0, call.accepted_offset)


def take_patch_end(reading: Reading, payload: Payload) -> None:
    """The event with the changes that a patch really made."""
    status = _event_status(payload)
    changes = lenient.decode_whole(payload.changes, CHANGES) or {}
    call_id = _call_id(reading, payload)
    call = reading.progress.calls.get(call_id)
    proposed = call.edits if call is not None else []
    edits = edits_of.event_edits(changes, reading.progress.directory, proposed)
    if call is not None:
        _take_own_end(reading, call_id, call, edits, status)
    elif call_id not in reading.progress.settled_calls:
        _take_nested_end(reading, call_id, "apply_patch", edits, status)


def _event_status(payload: Payload) -> str:
    if payload.status == "declined":
        return "rejected"
    is_success = payload.status == "completed" if payload.success is None else payload.success
    return "ok" if is_success else "failed"


def _take_own_end(
    reading: Reading, call_id: str, call: Call, edits: list[Edit], status: str
) -> None:
    if call.has_event:
        return
    call.has_event = True
    if status == "ok":
        _emit_changes(reading, call, edits, reading.now, reading.offset)
    if call.is_finished:
        reading.progress.held_calls.remove(call_id)
        _settle(reading, call_id, call)
    else:
        _emit_call(reading, call, status)
        call.is_finished = True


def _take_nested_end(
    reading: Reading, call_id: str, tool_name: str, edits: list[Edit], status: str
) -> None:
    """A call inside a code-mode program has its own id, and its event says more than the program."""
    progress = reading.progress
    nested = Call(progress.key("call", call_id), tool_name, reading.now)
    programs = [call for call in progress.calls.values() if call.is_script and not call.is_finished]
    if programs:
        programs[-1].has_event = True
        nested.writer = Writer(programs[-1].call_key, programs[-1].tool_name)
    elif edits:
        _emit_call(reading, nested, status)
    if status == "ok":
        _emit_changes(reading, nested, edits, reading.now, reading.offset)
    if edits:
        progress.settled_calls.append(call_id)


def take_command_end(reading: Reading, payload: Payload) -> None:
    """The event with a command's exit code, kept for the output line of the call."""
    if lenient.find_whole(payload.source, TEXT) == _BY_A_PERSON:
        return
    call_id = _call_id(reading, payload)
    call = reading.progress.calls.get(call_id)
    if call is not None:
        call.exit_code = payload.exit_code
    elif payload.exit_code is not None and call_id not in reading.progress.settled_calls:
        edits = edits_of.command_edits(payload.command, reading.place(payload))
        status = "ok" if payload.exit_code == 0 else "failed"
        _take_nested_end(reading, call_id, "exec_command", edits, status)


def take_extension(reading: Reading, payload: Payload) -> None:
    """A search that a code-mode program made."""
    if payload.kind == "web.search":
        payload.status = payload.status or "completed"
        take_web_search(reading, payload)


def take_spawn_end(reading: Reading, payload: Payload) -> None:
    """The event that names the session of a new sub-agent."""
    call = reading.progress.calls.get(payload.call_id or "")
    if call is not None:
        call.spawned_agent_id = payload.new_thread_id


def _emit_call(reading: Reading, call: Call, status: str) -> None:
    reading.tool_calls.append(
        ToolCall(
            session_id=reading.progress.session_id,
            agent_id=None,
            call_key=call.call_key,
            occurred_at=call.occurred_at,
            tool_name=call.tool_name,
            status=status,
            finished_at=None if status == "pending" else reading.now,
            spawned_agent_id=call.spawned_agent_id,
            owner_rank=reading.rank,
            offset=reading.offset,
        )
    )


def _emit_changes(
    reading: Reading, call: Call, edits: list[Edit], occurred_at: int, offset: int
) -> None:
    writer = call.writer or Writer(call.call_key, call.tool_name)
    for edit in edits:
        reading.code_changes.append(
            CodeChange(
                session_id=reading.progress.session_id,
                agent_id=None,
                change_key=key64("change", call.call_key, edit.path),
                call_key=writer.call_key,
                occurred_at=occurred_at,
                path=edit.path,
                old_path=edit.old_path,
                operation=edit.operation,
                tool_name=writer.tool_name,
                lines_added=None
                if edit.operation == "script"
                else len(edit.added_hashes) // HASH_BYTES,
                lines_removed=len(edit.removed_hashes) // HASH_BYTES,
                added_hashes=edit.added_hashes,
                removed_hashes=edit.removed_hashes,
                added_runs=edit.added_runs,
                removed_runs=edit.removed_runs,
                is_before_known=edit.is_before_known,
                is_user_modified=False,
                branch_name=reading.progress.branch_name,
                owner_rank=reading.rank,
                offset=offset,
            )
        )

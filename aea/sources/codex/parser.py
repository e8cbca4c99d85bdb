"""The Codex parser: each line goes to the function for its kind. Pure: bytes and state in, records out.

Facts are keyed by the root of a session's lineage. The copy of a parent's lines in a fork therefore has the same
keys as the parent. Codex writes some things twice; the better record counts: response items before user interface
events, `patch_apply_end` before the call's own patch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import UNSET

from aea.sources import jsonl, lenient
from aea.sources.codex import calls, interruptions, messages, session, usage
from aea.sources.codex.reading import Reading
from aea.sources.codex.shapes import ANYTHING, ITEM, LINE, PAYLOAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.records import Parsed, State
    from aea.sources.codex.shapes import Line, Payload

_TAKE: dict[str, Callable[[Reading, Payload], None]] = {
    "session_meta": session.take_meta,
    "turn_context": session.take_turn,
    "event_msg/task_started": session.take_turn,
    "event_msg/turn_started": session.take_turn,
    "event_msg/token_count": usage.take_tokens,
    "event_msg/turn_aborted": interruptions.take_abort,
    "event_msg/context_compacted": usage.take_compaction,
    "compacted": usage.take_compaction,
    "event_msg/user_message": messages.take_user_event,
    "event_msg/agent_message": messages.take_agent_event,
    "event_msg/patch_apply_end": calls.take_patch_end,
    "event_msg/exec_command_end": calls.take_command_end,
    "event_msg/collab_agent_spawn_end": calls.take_spawn_end,
    "event_msg/item_completed/UserMessage": messages.take_user_event,
    "event_msg/item_completed/AgentMessage": messages.take_agent_event,
    "event_msg/item_completed/FileChange": calls.take_patch_end,
    "event_msg/item_completed/CommandExecution": calls.take_command_end,
    "event_msg/item_completed/Extension": calls.take_extension,
    "response_item/message": messages.take_item,
    "response_item/function_call": calls.take_function_call,
    "response_item/custom_tool_call": calls.take_custom_call,
    "response_item/local_shell_call": calls.take_local_shell,
    "response_item/tool_search_call": calls.take_tool_search,
    "response_item/web_search_call": calls.take_web_search,
    "response_item/image_generation_call": calls.take_image,
    "response_item/function_call_output": calls.take_output,
    "response_item/custom_tool_call_output": calls.take_output,
    "response_item/tool_search_output": calls.take_output,
    "response_item/mcp_tool_call_output": calls.take_output,
}
_TAKE_BARE: dict[str, Callable[[Reading, Line], None]] = {
    "thread.started": session.take_thread,
    "turn.completed": usage.take_turn_usage,
}
_IGNORED = frozenset(
    """
    world_state inter_agent_communication inter_agent_communication_metadata
    turn.started turn.failed item.started item.updated item.completed error
    response_item/reasoning response_item/agent_message response_item/compaction
    response_item/context_compaction response_item/compaction_summary
    response_item/compaction_trigger response_item/ghost_snapshot response_item/other
    event_msg/agent_reasoning event_msg/agent_reasoning_raw_content
    event_msg/agent_reasoning_section_break event_msg/background_event
    event_msg/deprecation_notice event_msg/dynamic_tool_call_request
    event_msg/dynamic_tool_call_response event_msg/entered_review_mode event_msg/error
    event_msg/exited_review_mode event_msg/guardian_assessment event_msg/hook_completed
    event_msg/hook_started event_msg/image_generation_end
    event_msg/item_started event_msg/mcp_tool_call_end event_msg/model_reroute
    event_msg/patch_apply_begin event_msg/patch_apply_updated event_msg/plan_update
    event_msg/raw_response_item event_msg/session_configured event_msg/shutdown_complete
    event_msg/stream_error event_msg/sub_agent_activity event_msg/task_complete
    event_msg/terminal_interaction event_msg/thread_goal_updated event_msg/thread_name_updated
    event_msg/thread_rolled_back event_msg/turn_complete event_msg/turn_diff
    event_msg/undo_completed event_msg/undo_started event_msg/view_image_tool_call
    event_msg/warning event_msg/web_search_begin event_msg/web_search_end
    event_msg/exec_command_begin event_msg/mcp_tool_call_begin event_msg/thread_settings_applied
    """.split()  # noqa: SIM905  # a list of names reads better than ninety quotes
)
_IGNORED_START = ("event_msg/collab_", "event_msg/item_completed")
_OUTPUTS = frozenset(
    {
        "event_msg/patch_apply_end",
        "event_msg/exec_command_end",
        "event_msg/item_completed/FileChange",
        "event_msg/item_completed/CommandExecution",
        "response_item/function_call_output",
        "response_item/custom_tool_call_output",
    }
)
_MESSAGES = frozenset(
    {
        "event_msg/user_message",
        "event_msg/agent_message",
        "event_msg/item_completed/UserMessage",
        "event_msg/item_completed/AgentMessage",
        "event_msg/agent_reasoning",
        "event_msg/agent_reasoning_raw_content",
        "response_item/message",
        "response_item/reasoning",
    }
)
_WRAPPERS = frozenset({"event_msg", "response_item"})
# A third of all lines is reasoning without a record. Decoding it took 4 % of the time.
_REASONING = re.compile(
    rb'\{"timestamp":"[^"]*",(?:"ordinal":\d+,)?'
    rb'"type":"(?:response_item","payload":\{"type":"reasoning"'
    rb'|event_msg","payload":\{"type":"agent_reasoning(?:_raw_content)?")'
)
_START = b'{"timestamp":"'  # of a record; a second one on a line is another record
_UNTIMED = "no time stamp"
_UNREADABLE = "not a JSON object"


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of whole lines; see aea.sources.base."""
    reading = Reading(path, state)
    progress = reading.progress
    for reading.offset, line in jsonl.whole_lines(chunk, offset):
        if not progress.held_calls and _REASONING.match(line) and line.find(_START, 1) < 0:
            continue
        try:
            _take_line(reading, line)
        except ValueError:
            _take_parts(reading, line)
    calls.emit_held(reading)
    return reading.result()


def _take_parts(reading: Reading, line: bytes) -> None:
    """A line that is not one record as expected: perhaps several, or a torn one beside whole ones."""
    offset, parts = reading.offset, jsonl.parts(line)
    for part in parts:
        reading.offset = offset + part.start
        try:
            if part.is_record and len(parts) > 1:
                _take_line(reading, part.data)
                continue
        except ValueError:
            pass
        _take_bad_line(reading, part.data)


def _take_line(reading: Reading, raw: bytes) -> None:
    line = lenient.decode_whole(raw, LINE)
    kind, payload = _kind(line, raw)
    if not reading.begin_line(line):
        reading.report(_UNTIMED)
        return
    progress = reading.progress
    if progress.held_calls or progress.held_message is not None:
        _release(reading, kind)
    if payload is not None and (take := _TAKE.get(kind)):
        if not progress.session_id and kind != "session_meta":
            _name_by_file(reading)
        take(reading, payload)
    elif take_bare := _TAKE_BARE.get(kind):
        take_bare(reading, line)
    elif kind in _TAKE:
        reading.report(f"{kind} without payload")
    elif not _is_ignored(kind):
        reading.count_unknown(kind)


def _kind(line: Line, raw: bytes) -> tuple[str, Payload | None]:
    """(kind of the line, its payload)."""
    outer = line.type or ""
    payload = line.payload
    if payload is UNSET:
        return _bare_kind(line, raw)
    if payload is None or outer not in _WRAPPERS:
        return outer, payload
    inner = payload.type or ("message" if payload.role else "")
    if inner == "item_completed":
        item = lenient.decode_whole(payload.item, ITEM)
        return f"event_msg/item_completed/{(item and item.type) or ''}", item
    return f"{outer}/{inner}", payload


def _bare_kind(line: Line, raw: bytes) -> tuple[str, Payload | None]:
    """A line without a payload: from `codex exec --json`, or from a rollout before September 2025."""
    outer = line.type or ""
    if outer in _TAKE_BARE or outer in _IGNORED:
        return outer, None
    if line.record_type:
        return "world_state", None
    payload = lenient.decode_whole(raw, PAYLOAD)
    if outer or payload.role:
        return f"response_item/{outer or 'message'}", payload
    return ("session_meta" if payload.id else ""), payload


def _release(reading: Reading, kind: str) -> None:
    """Emit records that wait for a better one, unless this line may be it."""
    if reading.progress.held_calls and kind not in _OUTPUTS:
        calls.release_held(reading)
    if reading.progress.held_message is not None and kind not in _MESSAGES:
        messages.release_held(reading)


def _name_by_file(reading: Reading) -> None:
    """Name the session by the file: it has no session_meta."""
    reading.name_session(reading.file_id(), reading.file_id())
    reading.sight_session()


def _is_ignored(kind: str) -> bool:
    return kind in _IGNORED or kind.startswith(_IGNORED_START)


def _take_bad_line(reading: Reading, raw: bytes) -> None:
    """A line that cannot be read, or whose fields have other types than its kind should have."""
    try:
        outer, inner = _types(raw)
    except ValueError:
        outer = inner = ""
    if not outer:
        reading.report(_UNREADABLE)
        return
    kind = f"{outer}/{inner}" if outer in _WRAPPERS else outer
    if kind in _TAKE or kind in _TAKE_BARE:
        reading.report(f"unexpected form of {kind}")
    elif not _is_ignored(kind):
        reading.count_unknown(kind)


def _types(line: bytes) -> tuple[str, str]:
    """The type of a line and of its payload when the line has an unexpected form."""
    value = lenient.decode_whole(line, ANYTHING)
    if not isinstance(value, dict):
        return "", ""
    outer, payload = value.get("type"), value.get("payload")
    if not isinstance(payload, dict):
        return str(outer or ""), ""
    inner, item = payload.get("type"), payload.get("item")
    if inner == "item_completed" and isinstance(item, dict):
        inner = f"{inner}/{item.get('type')}"
    return str(outer or ""), str(inner or "")

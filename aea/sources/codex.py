"""Codex: rollout files below ~/.codex, one JSON object per line, only ever added to.

Facts are keyed by the root of a session's lineage, so that the copy of a parent's lines in a fork
names the same facts as the parent. Two pairs of records tell the same thing; of each one is taken:
response items before user interface events, `patch_apply_end` before the call's own patch.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import UNSET

from aea.sources import codex_calls, codex_messages, codex_session, jsonl
from aea.sources.codex_lines import LINE, PAYLOAD, line_types, read
from aea.sources.codex_reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aea.sources.base import Parsed, State
    from aea.sources.codex_lines import Line, Payload

NAME = "codex"
STORAGE = "append"
PARSER_VERSION = 1

_TAKE: dict[str, Callable[[Reading, Payload], None]] = {
    "session_meta": codex_session.take_meta,
    "turn_context": codex_session.take_turn,
    "event_msg/task_started": codex_session.take_turn,
    "event_msg/turn_started": codex_session.take_turn,
    "event_msg/token_count": codex_session.take_tokens,
    "event_msg/user_message": codex_messages.take_user_event,
    "event_msg/agent_message": codex_messages.take_agent_event,
    "event_msg/patch_apply_end": codex_calls.take_patch_end,
    "event_msg/exec_command_end": codex_calls.take_command_end,
    "event_msg/collab_agent_spawn_end": codex_calls.take_spawn_end,
    "response_item/message": codex_messages.take_item,
    "response_item/function_call": codex_calls.take_function_call,
    "response_item/custom_tool_call": codex_calls.take_custom_call,
    "response_item/local_shell_call": codex_calls.take_local_shell,
    "response_item/tool_search_call": codex_calls.take_tool_search,
    "response_item/web_search_call": codex_calls.take_web_search,
    "response_item/image_generation_call": codex_calls.take_image,
    "response_item/function_call_output": codex_calls.take_output,
    "response_item/custom_tool_call_output": codex_calls.take_output,
    "response_item/tool_search_output": codex_calls.take_output,
    "response_item/mcp_tool_call_output": codex_calls.take_output,
}
_TAKE_BARE: dict[str, Callable[[Reading, Line], None]] = {
    "thread.started": codex_session.take_thread,
    "turn.completed": codex_session.take_turn_usage,
}
_IGNORED = frozenset(
    """
    compacted world_state inter_agent_communication inter_agent_communication_metadata
    turn.started turn.failed item.started item.updated item.completed error
    response_item/reasoning response_item/agent_message response_item/compaction
    response_item/context_compaction response_item/compaction_summary
    response_item/compaction_trigger response_item/ghost_snapshot response_item/other
    event_msg/agent_reasoning event_msg/agent_reasoning_raw_content
    event_msg/agent_reasoning_section_break event_msg/background_event
    event_msg/context_compacted event_msg/deprecation_notice event_msg/dynamic_tool_call_request
    event_msg/dynamic_tool_call_response event_msg/entered_review_mode event_msg/error
    event_msg/exited_review_mode event_msg/guardian_assessment event_msg/hook_completed
    event_msg/hook_started event_msg/image_generation_end event_msg/item_completed
    event_msg/item_started event_msg/mcp_tool_call_end event_msg/model_reroute
    event_msg/patch_apply_begin event_msg/patch_apply_updated event_msg/plan_update
    event_msg/raw_response_item event_msg/session_configured event_msg/shutdown_complete
    event_msg/stream_error event_msg/sub_agent_activity event_msg/task_complete
    event_msg/terminal_interaction event_msg/thread_goal_updated event_msg/thread_name_updated
    event_msg/thread_rolled_back event_msg/turn_aborted event_msg/turn_complete event_msg/turn_diff
    event_msg/undo_completed event_msg/undo_started event_msg/view_image_tool_call
    event_msg/warning event_msg/web_search_begin event_msg/web_search_end
    event_msg/exec_command_begin event_msg/mcp_tool_call_begin event_msg/thread_settings_applied
    """.split()  # noqa: SIM905  # a list of names reads better than ninety quotes
)
_IGNORED_START = "event_msg/collab_"
_OUTPUTS = frozenset(
    {
        "event_msg/patch_apply_end",
        "event_msg/exec_command_end",
        "response_item/function_call_output",
        "response_item/custom_tool_call_output",
    }
)
_MESSAGES = frozenset(
    {
        "event_msg/user_message",
        "event_msg/agent_message",
        "event_msg/agent_reasoning",
        "event_msg/agent_reasoning_raw_content",
        "response_item/message",
        "response_item/reasoning",
    }
)
_WRAPPERS = frozenset({"event_msg", "response_item"})
_UNTIMED = "no time stamp"
_UNREADABLE = "not a JSON object"


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """The session trees of each directory in CODEX_HOME, else of ~/.codex."""
    listed = [name.strip() for name in environ.get("CODEX_HOME", "").split(",")]
    homes = [Path(name) for name in listed if name] or [home / ".codex"]
    return [base / tree for base in homes for tree in ("sessions", "archived_sessions")]


def find_files(root: Path) -> Iterator[tuple[str, int, int, int]]:
    """(path, inode, size, mtime_ns) of each rollout below a root."""
    directories = [os.fspath(root)]
    while directories:
        try:
            entries = os.scandir(directories.pop())
        except OSError:
            continue  # absent, or gone since it was listed: it holds nothing now
        with entries:
            for entry in entries:
                if entry.name.endswith(".jsonl") and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield entry.path, status.st_ino, status.st_size, status.st_mtime_ns
                elif entry.is_dir(follow_symlinks=False):
                    directories.append(entry.path)


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of a run of whole lines."""
    reading = Reading(path, state)
    for reading.offset, line in jsonl.whole_lines(chunk, offset):
        try:
            _take_line(reading, line)
        except (ValueError, RecursionError):
            _take_bad_line(reading, line)
    return reading.result()


def _take_line(reading: Reading, raw: bytes) -> None:
    line: Line = read(raw, LINE)
    kind, payload = _kind(line, raw)
    if not reading.begin_line(line):
        reading.report(_UNTIMED)
        return
    _release(reading, kind)
    if payload is not None and (take := _TAKE.get(kind)):
        _name_by_file(reading, kind)
        take(reading, payload)
    elif take_bare := _TAKE_BARE.get(kind):
        take_bare(reading, line)
    elif not _is_ignored(kind):
        reading.count_unknown(kind)


def _kind(line: Line, raw: bytes) -> tuple[str, Payload | None]:
    """The name of a kind of line, and its payload."""
    outer = line.type or ""
    payload = line.payload
    if payload is UNSET:
        return _bare_kind(line, raw)
    if payload is None or outer not in _WRAPPERS:
        return outer, payload
    inner = payload.type or ("message" if payload.role else "")
    return f"{outer}/{inner}", payload


def _bare_kind(line: Line, raw: bytes) -> tuple[str, Payload | None]:
    """Lines without a payload: a program's output, or a rollout of before September 2025."""
    outer = line.type or ""
    if outer in _TAKE_BARE or outer in _IGNORED:
        return outer, None
    if line.record_type:
        return "world_state", None
    payload: Payload = read(raw, PAYLOAD)
    if outer or payload.role:
        return f"response_item/{outer or 'message'}", payload
    return ("session_meta" if payload.id else ""), payload


def _release(reading: Reading, kind: str) -> None:
    """Give out what waited for a better record, unless this line still may be it."""
    if reading.progress.held_calls and kind not in _OUTPUTS:
        codex_calls.release_held(reading)
    if reading.progress.held_message is not None and kind not in _MESSAGES:
        codex_messages.release_held(reading)


def _name_by_file(reading: Reading, kind: str) -> None:
    """A file without a session_meta is called by its name."""
    if not reading.progress.session_id and kind != "session_meta":
        reading.name_session(reading.file_id(), reading.file_id())
        reading.sight_session()


def _is_ignored(kind: str) -> bool:
    return kind in _IGNORED or kind in _TAKE or kind.startswith(_IGNORED_START)


def _take_bad_line(reading: Reading, raw: bytes) -> None:
    """A line that does not have the form its type should have."""
    try:
        outer, inner = line_types(raw)
    except (ValueError, RecursionError):
        outer = inner = ""
    if not outer:
        reading.report(_UNREADABLE)
        return
    kind = f"{outer}/{inner}" if outer in _WRAPPERS else outer
    if kind in _TAKE or kind in _TAKE_BARE:
        reading.report(f"unexpected form of {kind}")
    elif not _is_ignored(kind):
        reading.count_unknown(kind)

"""Databases store this state: a new version must read what an old one wrote."""

from __future__ import annotations

import json

from aea.sources.codex.state import dump, load

STORED = {
    "session_id": "s",
    "scope": "s",
    "is_named": True,
    "branch_name": "main",
    "instant": 1770112800250,
    "turn_id": "t",
    "totals": [500, 100, 0, 10, 4, 510],
    "item_counts": {"user": 1},
    "held_message": {
        "role": "assistant",
        "ordinal": 1,
        "message_key": -5,
        "occurred_at": 1770112801000,
        "offset": 831,
        "features": [3, False, True, -7],
    },
    "calls": {
        "c": {
            "call_key": 7,
            "tool_name": "apply_patch",
            "occurred_at": 1770112801000,
            "edits": [["/w/a", None, "create", "AAAAAAAAAAE=", "", "AAAAAQAAAAE=", None, True]],
            "writer": [6, "exec"],
            "is_script": False,
            "needs_code": False,
            "exit_code": None,
            "spawned_agent_id": None,
            "is_finished": True,
            "is_told": True,
            "accepted_at": 1770112802000,
            "accepted_offset": 900,
        }
    },
    "held_calls": ["c"],
}


def test_a_stored_state_is_read_and_written_in_the_same_form() -> None:
    progress = load(json.loads(json.dumps(STORED)))
    assert json.loads(json.dumps(dump(progress))) == STORED
    call = progress.calls["c"]
    assert call.has_event
    assert call.writer is not None
    assert (call.writer.call_key, call.writer.tool_name) == (6, "exec")
    assert progress.held_message is not None
    assert progress.held_message.features.is_continuation

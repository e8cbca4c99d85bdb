"""Databases store these calls: a new version must read what an old one wrote."""

from __future__ import annotations

import json

from aea.sources.claude.calls import Call

STORED = [
    ["s", None, 5, 1770112800000, "Edit", "pending", None, None, 8, 120, None, None],
    "main",
    [["/w/a", "update", 2, 1, "AAAAAAAAAAE=", "", None, "AAAAAQAAAAE=", False, True]],
]


def test_a_stored_call_is_read_and_written_in_the_same_form() -> None:
    call = Call.load(json.loads(json.dumps(STORED)))
    assert json.loads(json.dumps(call.dump())) == STORED
    (edit,) = call.proposed()
    assert (edit.added, edit.removed, edit.added_runs) == (b"\0\0\0\0\0\0\0\1", b"", None)
    assert (edit.removed_runs, edit.is_user_modified) == (b"\0\0\0\1\0\0\0\1", True)
    assert (call.record.call_key, call.branch) == (5, "main")


def test_a_call_that_an_older_version_stored_is_read() -> None:
    record, *others = STORED
    assert Call.load([record[:11], *others]).record == Call.load(STORED).record

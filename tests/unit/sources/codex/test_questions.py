"""What a person answers at a dialog of Codex."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aea.records import Parsed
from aea.sources.codex import codex
from tests.support.codex import SESSION, item, timed

LABEL = "Rename the error table"
ARGUMENTS = json.dumps(
    {"questions": [{"id": "q", "question": "Which?", "options": [{"label": LABEL}]}]}
)
CALL = item(type="function_call", name="request_user_input", arguments=ARGUMENTS, call_id="c")


def _answered(*texts: str) -> tuple[str, dict[str, Any]]:
    output = json.dumps({"answers": {"q": {"answers": list(texts)}}})
    return item(type="function_call_output", call_id="c", output=output)


def _parsed(*rows: tuple[str, dict[str, Any]], source: str = "cli") -> Parsed:
    raw = timed(("session_meta", {"id": SESSION, "source": source}), *rows)
    return codex.parse(raw, 0, "p", {})


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((LABEL,), [0]),
        ((LABEL, "user_note: but keep the view"), [4]),
        (("None of the above", "user_note: drop it"), [2]),
        (("neither of them please",), [4]),
        ((), []),
    ],
)
def test_only_what_was_typed_counts(texts: tuple[str, ...], words: list[int]) -> None:
    messages = _parsed(CALL, _answered(*texts)).messages
    assert [m.word_count for m in messages if m.is_prompt] == words


def test_a_dialog_that_was_aborted_has_no_answer() -> None:
    aborted = item(type="function_call_output", call_id="c", output="aborted by user")
    assert _parsed(CALL, aborted).messages == []


def test_nobody_answers_in_a_session_of_a_program() -> None:
    assert _parsed(CALL, _answered("drop it"), source="exec").messages == []


def test_the_label_is_not_kept_and_the_answer_may_come_later() -> None:
    lines = timed(("session_meta", {"id": SESSION}), CALL, _answered(LABEL, "user_note: go"))
    cut = lines.rindex(b"\n", 0, -1) + 1
    first = codex.parse(lines[:cut], 0, "p", {})
    assert LABEL not in json.dumps(first.state)
    (message,) = codex.parse(lines[cut:], cut, "p", first.state).messages
    assert (message.is_prompt, message.word_count, message.is_error_paste) == (True, 1, False)

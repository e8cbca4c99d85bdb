"""What a person types at a dialog is a prompt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.claude import called, parse, prompts
from tests.support.sessions import ClaudeSession

REFUSED = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the"
    " new_string was NOT written to the file)."
)
HINT = (
    "\n\nNote: The user's next message may contain a correction or preference. Pay close attention."
)
SAID = f"{REFUSED} To tell you how to proceed, the user said:\n"
QUESTIONS = [{"question": "Which?", "options": [{"label": "Ten"}, {"label": "Twenty, or so"}]}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            f"{REFUSED} STOP what you are doing and wait for the user to tell you how to proceed.",
            [],
        ),
        (f"{SAID}not this file", [3]),
        (f"{SAID}not this file{HINT}", [3]),
        ([{"type": "text", "text": f"{SAID}not this file"}], [3]),
        (
            f"{REFUSED} The user provided the following reason for the rejection:  not this file",
            [3],
        ),
        (f"{REFUSED}\nTo tell you how to proceed, the user said:\nno", [1]),
        (
            "Permission for this tool use was denied. The tool use was rejected. The user said:\nno",
            [1],
        ),
        (f"{SAID}The user wants to clarify these questions.\n Questions asked:", []),
        (f"{SAID}", []),
        (f"Exit code 1\n{SAID}quoted by the output of a command", []),
        ("<tool_use_error>String to replace not found in file.</tool_use_error>", []),
    ],
)
def test_feedback_on_a_refusal(content: object, expected: list[int]) -> None:
    parsed = called("Bash", {"command": "ls"}, "Error: x", is_error=True, content=content)
    assert prompts(parsed) == expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"answers": {"Which?": "Seven percent on Mondays"}}, [4]),
        ({"answers": {"Which?": "Ten"}}, [0]),
        ({"answers": {"Which?": "Twenty, or so"}}, [0]),
        ({"answers": {"Which?": "Ten, and mine"}}, [2]),
        ({"answers": {"Which?": "Ten"}, "annotations": {"Which?": {"notes": "but not more"}}}, [3]),
        ({"answers": {}, "response": "let us talk first"}, [4]),
        (
            {
                "answers": {"Which?": "(skipped)"},
                "annotations": {"Which?": {"unanswered": "skipped"}},
            },
            [],
        ),
        ({"answers": {"Which?": "No response after 60 s"}, "afkTimeoutMs": 60000}, []),
        ({"answers": {}}, []),
        ({"answers": {"Which?": ["Ten", "mine"]}}, [1]),
    ],
)
def test_answers_to_questions(result: dict[str, Any], expected: list[int]) -> None:
    asked = {"questions": QUESTIONS}
    parsed = called("AskUserQuestion", asked, {"questions": QUESTIONS, **result})
    assert prompts(parsed) == expected
    assert parsed.tool_calls[0].status == "ok"


def test_answers_of_records_without_a_structured_result() -> None:
    told = 'User has answered your questions: "Which?"="Seven percent", "When?"="now". You can now continue.'
    assert prompts(called("AskUserQuestion", {}, ..., content=told)) == [3]
    assert prompts(called("Bash", {"command": "x"}, ..., content=told)) == []


def test_nobody_answers_in_a_run_of_a_program() -> None:
    session = ClaudeSession("s")
    block = {"type": "tool_result", "tool_use_id": "t", "is_error": True, "content": f"{SAID}no"}
    session.add("user", {"role": "user", "content": [block]}, entrypoint="sdk-cli")
    session.add("user", {"role": "user", "content": [block]}, origin={"kind": "peer"})
    assert prompts(parse(session)) == []


def test_a_record_is_one_prompt() -> None:
    session = ClaudeSession("s")
    block = {
        "type": "tool_result",
        "tool_use_id": "t",
        "is_error": True,
        "content": f"{SAID}not so",
    }
    typed = {"type": "text", "text": "but so"}
    session.add("user", {"role": "user", "content": [block, block, typed]})
    assert prompts(parse(session)) == [6]


def test_who_refuses_a_call_of_a_sub_agent_speaks_in_the_session() -> None:
    session = ClaudeSession("s")
    block = {
        "type": "tool_result",
        "tool_use_id": "t",
        "is_error": True,
        "content": f"{SAID}not so",
    }
    session.add("user", {"role": "user", "content": [block]}, isSidechain=True, agentId="a1")
    (message,) = parse(session).messages
    assert (message.word_count, message.is_prompt, message.agent_id) == (2, True, None)

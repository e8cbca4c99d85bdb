"""What a person said at a dialog. It stands in the result of the tool whose call the dialog was about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from aea.sources import lenient
from aea.sources.claude.outcome import text_of
from aea.sources.claude.shapes import Answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.sources.claude.shapes import Block

_FEEDBACK = re.compile(
    r"\s*(?:Error: |<tool_use_error>)*"
    r"(?:The user doesn.t want to|User rejected|Permission for this tool use was denied)"
    r".{0,400}?\b(?:[Tt]he user said|following reason for the rejection):\s*",
    re.DOTALL,
)
_BEHIND_FEEDBACK = re.compile(
    r"\s*(?:\n\nNote: The user's next message may contain a correction.*|</tool_use_error>)\s*\Z",
    re.DOTALL,
)
_OF_PRODUCT = (  # buttons that answer with a text of their own
    "The user wants to clarify these questions",
    "The user has indicated they have provided enough answers",
    "User chose to stay in plan mode",
)
_PAIR = re.compile(r'"[^"\n]*"="([^"]*)"')
_QUESTION_TOOL = "AskUserQuestion"


_ANSWERS = msgspec.json.Decoder(Answers)


def said(tool: str | None, block: Block, result: bytes, status: str) -> str | None:
    """Return what the person typed: "" for a choice without typed words, None if nobody said anything."""
    if status == "rejected":
        return _feedback(text_of(block))
    if status != "ok":
        return None
    if result[:1] == b"{" and b'"answers"' in result and b'"questions"' in result:
        found = lenient.find(result, _ANSWERS)
        return None if found is None or found.afkTimeoutMs else _answer(found)
    if tool == _QUESTION_TOOL and result[:1] != b"{":
        pairs = _PAIR.findall(text_of(block))
        return "\n".join(pairs) if pairs else None
    return None


def _feedback(text: str) -> str | None:
    found = _FEEDBACK.match(text)
    if found is None:
        return None
    typed = _BEHIND_FEEDBACK.sub("", text[found.end() :]).strip()
    return None if typed.startswith(_OF_PRODUCT) else typed or None


def _answer(found: Answers) -> str | None:
    """The label of an option is the agent's text: only other answers, notes and free replies were typed."""
    notes = found.annotations or {}
    answers = {
        question: answer
        for question, answer in (found.answers or {}).items()
        if answer and not (question in notes and notes[question].unanswered)
    }
    labels = {
        option.label
        for question in found.questions or ()
        for option in question.options or ()
        if option.label
    }
    typed = [text for answer in answers.values() for text in _typed(answer, labels)]
    typed += [note.notes for note in notes.values() if note.notes]
    if found.response:
        typed.append(found.response)
    return "\n".join(typed) if typed or answers else None


def _typed(answer: object, labels: set[str]) -> Iterator[str]:
    for part in answer if isinstance(answer, list) else [answer]:
        text = str(part)
        if text not in labels:
            rest = [piece for piece in text.split(", ") if piece not in labels]
            yield ", ".join(rest)

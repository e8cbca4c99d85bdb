"""The words that a person typed, without those that Claude Code, an editor or an agent put into a user record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from aea.sources import lenient, preambles
from aea.sources.claude import authors
from aea.sources.claude.shapes import Queued

if TYPE_CHECKING:
    from aea.sources.claude.shapes import Block, Line

_OF_PRODUCT = ("[Request interrupted", "<bash-input>")
_PLAN = "Implement the following plan:"
_PLAN_HINT = "If you need specific details from before exiting plan mode"
_PLAN_FEEDBACK = "User feedback on this plan: "
_QUEUED = msgspec.json.Decoder(Queued)


def typed_text(content: str | list[Block] | None, *, is_known: bool = False) -> str:
    """The typed text of a message, "" if there is none; `is_known`: a person wrote it, whatever it looks like."""
    if isinstance(content, str):
        texts = [content]
    else:
        texts = [block.text or "" for block in content or () if block.type == "text"]
    typed = [_typed(text, is_known=is_known) for text in texts]
    return "\n".join(text for text in typed if text and not text.isspace())


def prompt_text(line: Line) -> str | None:
    """The typed text of a user record, also beside a tool result; None if the record is no prompt."""
    if line.message is None or authors.is_hidden(line):
        return None
    plan = _plan_of(line)
    if plan is not None:
        return None if authors.is_program(line.entrypoint) else _feedback(line, plan)
    by_person = authors.is_person(line, line.origin)
    if by_person is False:
        return None
    return typed_text(line.message.content, is_known=by_person is True) or None


def queued_text(line: Line) -> str:
    """The text typed while a tool ran. It is stored as an attachment, mostly without a user record."""
    raw = bytes(line.attachment)
    queued = lenient.find(raw, _QUEUED) if b'"queued_command"' in raw else None
    if queued is None or queued.type != "queued_command" or queued.isMeta:
        return ""
    if (queued.commandMode or "prompt") != "prompt" or authors.is_hidden(line):
        return ""
    by_person = authors.is_person(line, queued.origin or line.origin)
    return "" if by_person is False else typed_text(queued.prompt, is_known=by_person is True)


def _typed(text: str, *, is_known: bool) -> str:
    if not is_known and authors.is_notice(text):
        return ""
    text = preambles.request(text)
    start = text.lstrip()
    is_notice = not is_known and authors.is_notice(start)
    return "" if is_notice or start.startswith(_OF_PRODUCT) else text


def _plan_of(line: Line) -> str | None:
    """The plan that the agent wrote and the record repeats: a person approved it, and Claude Code starts afresh.

    Records of older versions have no field for it, but the sentence that Claude Code puts behind the plan.
    """
    if line.planContent is not None:
        return line.planContent
    text = _text(line)
    before, hint, _ = text.rpartition(_PLAN_HINT)
    return before if hint and text.startswith(_PLAN) else None


def _feedback(line: Line, plan: str) -> str:
    """What the person typed when approving the plan. It stands behind the plan, at the end."""
    text = _text(line)
    behind = text.find(plan) + len(plan) if plan in text else 0
    place = text.rfind(_PLAN_FEEDBACK, behind)
    return text[place + len(_PLAN_FEEDBACK) :] if place >= 0 else ""


def _text(line: Line) -> str:
    content = line.message.content if line.message else None
    if isinstance(content, str):
        return content.lstrip()
    return "\n".join(block.text or "" for block in content or () if block.type == "text").lstrip()

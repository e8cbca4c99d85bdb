"""The text that a person typed, without the text that Codex adds to user messages."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from aea.sources import preambles
from aea.sources.codex import authors

if TYPE_CHECKING:
    from aea.sources.codex.shapes import Content

_HEADINGS = re.compile(
    r"# (?:Applications mentioned by the user|Browser comments|Context from my IDE setup|Diff comments"
    r"|Files mentioned by the user|In app browser|Pull request checks|Response annotations|Review findings"
    r"|Selected text|Terminal (?:output|selection)):"
)
_REQUEST = re.compile(r"^#{1,4} My request for Codex:[ \t]*\n?", re.MULTILINE)
_PLAN = re.compile(  # what the product sends when a person approves a plan
    r"PLEASE IMPLEMENT THIS PLAN:|A previous agent produced the plan below to accomplish the user's task\."
    r"|Implement the plan\.\s*\Z"
)
_TYPED = "user.text"
_IMAGE_MARK = re.compile(r"</?image\b[^>]*>")
_READ_TYPES = frozenset({"input_text", "output_text", "text", "Text", None})


def message_text(content: str | list[Content] | None) -> str:
    """The text of a message of the assistant."""
    return "\n".join(text for text in _texts(content) if text and not text.isspace())


def prompt_text(content: str | list[Content] | None, kinds: list[str]) -> str | None:
    """The words that a person typed; "" for a plan's approval, which has none, and None if nobody said anything.

    `kinds` says of each part of the content what it is, in newer versions: `user.text` was typed, whatever it looks
    like, and `unknown` says nothing.
    """
    typed = [
        typed_text(text, is_known=kind == _TYPED)
        for text, kind in zip_longest(_texts(content), kinds)
        if text and kind in (_TYPED, "unknown", None)
    ]
    texts = [text for text in typed if text and not text.isspace()]
    if texts and _PLAN.match(texts[0].lstrip()):
        return "\n".join(texts[1:])
    return "\n".join(texts) or None


def _texts(content: str | list[Content] | None) -> list[str]:
    """The text of each part, "" for images."""
    if isinstance(content, str):
        return [content]
    return [(part.text or "") if part.type in _READ_TYPES else "" for part in content or ()]


def typed_text(text: str, *, is_known: bool = False) -> str:
    """The part of a user text that a person typed; `is_known`: a person wrote it, perhaps in an app."""
    if is_known:
        typed = _request(text)
    else:
        typed = authors.without_wrapped(_request(authors.without_wrapped(text)))
    return _IMAGE_MARK.sub("", typed) if "<image" in typed or "</image" in typed else typed


def _request(text: str) -> str:
    """The request behind what an app or an editor wrote about files, pages and selections."""
    found = _REQUEST.search(text)
    if found:
        return text[found.end() :]
    request = preambles.request(text)
    return "" if request is text and _HEADINGS.match(text.lstrip()) else request

"""The questions that the agent asks at a dialog (request_user_input), and what the person answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from aea.keys import key64
from aea.sources import lenient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Raw

TOOLS = frozenset({"request_user_input", "ask_user_question"})
_NOTE = "user_note:"
_OTHER = "None of the above"  # the option that the dialog adds


class _Option(Struct, gc=False):
    label: str | None = None


class _Question(Struct, gc=False):
    options: list[_Option] | None = None


class _Request(Struct, gc=False):
    questions: list[_Question] | None = None


class _Answer(Struct, gc=False):
    answers: list[str] | str | None = None


class _Response(Struct, gc=False):
    answers: dict[str, _Answer | list[str] | str | None] | None = None


_REQUEST: msgspec.json.Decoder[str | _Request | None] = msgspec.json.Decoder(str | _Request | None)
_RESPONSE: msgspec.json.Decoder[str | _Response | None] = msgspec.json.Decoder(
    str | _Response | None
)


def choices(arguments: bytes | Raw) -> list[int]:
    """Hashes of the labels that a person may choose. They are the agent's text."""
    request = lenient.find(arguments, _REQUEST)
    if isinstance(request, str):
        request = lenient.find(request.encode("utf-8", "replace"), _REQUEST)
    if not isinstance(request, _Request):
        return []
    options = [option for one in request.questions or () for option in one.options or ()]
    return [_hash(option.label) for option in options if option.label]


def answer(output: bytes | Raw, labels: list[int]) -> str | None:
    """What the person typed: "" for a choice without typed words, None if nobody answered."""
    response = lenient.find(output, _RESPONSE)
    if isinstance(response, str):
        response = lenient.find(response.encode("utf-8", "replace"), _RESPONSE)
    if not isinstance(response, _Response):
        return None
    given = [text for one in (response.answers or {}).values() for text in _texts(one) if text]
    typed = [_typed(text, labels) for text in given]
    return "\n".join(text for text in typed if text) if given else None


def _texts(one: _Answer | list[str] | str | None) -> Iterator[str]:
    found = one.answers if isinstance(one, _Answer) else one
    yield from [found] if isinstance(found, str) else found or ()


def _typed(text: str, labels: list[int]) -> str:
    if text.startswith(_NOTE):
        return text.removeprefix(_NOTE).strip()
    return "" if text == _OTHER or _hash(text) in labels else text


def _hash(text: str) -> int:
    return key64("label", text)

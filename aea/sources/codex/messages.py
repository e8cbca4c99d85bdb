"""Codex messages: one record per text, although Codex writes most of them twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.records import Message
from aea.sources import lenient
from aea.sources.codex import authors, questions
from aea.sources.codex.shapes import CONTENTS, NOTES, TEXT
from aea.sources.codex.state import HeldMessage
from aea.sources.codex.typed_text import message_text, prompt_text
from aea.sources.text import TextFeatures, message_features, word_count

if TYPE_CHECKING:
    from msgspec import Raw

    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Content, Payload

_ROLES = frozenset({"user", "assistant"})


def take_item(reading: Reading, payload: Payload) -> None:
    """A message as the model saw it. These records are preferred to events."""
    role = payload.role or ""
    if role not in _ROLES:
        return
    text = _text(lenient.decode_whole(payload.content, CONTENTS), role, payload)
    if text is None:
        return
    progress = reading.progress
    held = progress.held_message
    if held is not None and held.role == role:
        progress.held_message = None  # its response item has come
    else:
        release_held(reading)
    if role not in progress.item_roles:
        progress.item_roles.append(role)
    ordinal = progress.item_counts[role] = progress.item_counts.get(role, 0) + 1
    if ordinal > progress.message_counts.get(role, 0):
        _emit(reading, _seen(reading, role, text, ordinal))


def _text(content: str | list[Content] | None, role: str, payload: Payload) -> str | None:
    """The text of a message; None if `role` wrote nothing of it."""
    if role != "user":
        return message_text(content) or None
    notes = lenient.find(payload.notes, NOTES)
    return prompt_text(content, (notes.content_item_kinds if notes else None) or [])


def take_user_event(reading: Reading, payload: Payload) -> None:
    """A person's message as the user interface showed it: a text, or an item with content."""
    if authors.is_typed_kind(payload.kind):
        _take_event(reading, payload, "user")


def take_agent_event(reading: Reading, payload: Payload) -> None:
    """The assistant's message as the user interface showed it."""
    _take_event(reading, payload, "assistant")


def _take_event(reading: Reading, payload: Payload, role: str) -> None:
    """An event counts only in files without response items for messages of its role."""
    progress = reading.progress
    if role in progress.item_roles:
        return
    content = lenient.decode_whole(payload.message, TEXT) or lenient.decode_whole(
        payload.content, CONTENTS
    )
    text = _text(content, role, payload)
    if text is None:
        return
    release_held(reading)
    ordinal = progress.event_counts[role] = progress.event_counts.get(role, 0) + 1
    progress.held_message = _seen(reading, role, text, ordinal)


def _seen(reading: Reading, role: str, text: str, ordinal: int) -> HeldMessage:
    progress = reading.progress
    # Without a turn id, the text distinguishes the n-th message of a parent from that of its fork.
    key = progress.key("message", role, ordinal, key64(text))
    return HeldMessage(
        role, ordinal, key, reading.now, reading.offset, _features(reading, role, text)
    )


def _features(reading: Reading, role: str, text: str) -> TextFeatures:
    is_typed = role == "user" and reading.progress.has_person
    return message_features(text) if is_typed else TextFeatures(word_count(text))


def take_answer(reading: Reading, call_id: str, output: bytes | Raw) -> None:
    """The answers to questions that the agent asked at a dialog: what the person typed there is a prompt."""
    text = questions.answer(output, reading.progress.choices.pop(call_id))
    if text is None or not reading.progress.has_person:
        return
    release_held(reading)
    features = _features(reading, "user", text)
    key = reading.progress.key("answer", call_id)
    _append(reading, HeldMessage("user", 0, key, reading.now, reading.offset, features))


def release_held(reading: Reading) -> None:
    """Emit the held message: its response item did not come."""
    held, reading.progress.held_message = reading.progress.held_message, None
    if held is not None:
        _emit(reading, held)


def _emit(reading: Reading, seen: HeldMessage) -> None:
    reading.progress.message_counts[seen.role] = seen.ordinal
    _append(reading, seen)


def _append(reading: Reading, seen: HeldMessage) -> None:
    progress = reading.progress
    progress.position += 1
    features = seen.features
    reading.messages.append(
        Message(
            session_id=progress.session_id,
            agent_id=None,
            message_key=seen.message_key,
            occurred_at=seen.occurred_at,
            position=progress.position,
            role=seen.role,
            is_prompt=seen.role == "user" and progress.has_person,
            word_count=features.word_count,
            is_error_paste=features.is_error_paste,
            is_continuation=features.is_continuation,
            debug_signature=features.debug_signature,
            directory=progress.directory,
            branch_name=progress.branch_name,
            owner_rank=reading.rank,
            offset=seen.offset,
        )
    )

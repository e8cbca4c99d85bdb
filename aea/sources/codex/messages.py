"""Codex messages: one record per text, though most are written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.records import Message
from aea.sources.codex.shapes import CONTENTS, TEXT, read
from aea.sources.codex.state import HeldMessage
from aea.sources.codex.typed_text import message_text
from aea.sources.text import message_features

if TYPE_CHECKING:
    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Payload

_ROLES = frozenset({"user", "assistant"})


def take_item(reading: Reading, payload: Payload) -> None:
    """A message as the model saw it: the family of records that is preferred."""
    role = payload.role or ""
    if role not in _ROLES:
        return
    text = message_text(read(payload.content, CONTENTS), role)
    if not text:
        return
    progress = reading.progress
    held = progress.held_message
    if held is not None and held.role == role:
        progress.held_message = None  # this is its response item
    else:
        release_held(reading)
    if role not in progress.item_roles:
        progress.item_roles.append(role)
    ordinal = progress.item_counts[role] = progress.item_counts.get(role, 0) + 1
    if ordinal > progress.message_counts.get(role, 0):
        _emit(reading, _seen(reading, role, text, ordinal))


def take_user_event(reading: Reading, payload: Payload) -> None:
    """A person's message as told to the user interface: a text, or an item with content."""
    _take_event(reading, payload, "user")


def take_agent_event(reading: Reading, payload: Payload) -> None:
    """The assistant's message as told to the user interface."""
    _take_event(reading, payload, "assistant")


def _take_event(reading: Reading, payload: Payload, role: str) -> None:
    """Counts only in a file that does not write this role's messages as response items."""
    progress = reading.progress
    if role in progress.item_roles:
        return
    content = read(payload.message, TEXT) or read(payload.content, CONTENTS)
    text = message_text(content, role)
    if not text:
        return
    release_held(reading)
    ordinal = progress.event_counts[role] = progress.event_counts.get(role, 0) + 1
    progress.held_message = _seen(reading, role, text, ordinal)


def _seen(reading: Reading, role: str, text: str, ordinal: int) -> HeldMessage:
    progress = reading.progress
    # The text keeps apart the n-th message of a parent and of its fork where no turn id does.
    key = progress.key("message", role, ordinal, key64(text))
    features: tuple[int, bool, bool, int | None] = (len(text.split()), False, False, None)
    if role == "user" and not progress.is_subagent:
        found = message_features(text)
        features = (
            found.word_count,
            found.is_error_paste,
            found.is_continuation,
            found.debug_signature,
        )
    return HeldMessage(role, ordinal, key, reading.now, reading.offset, features)


def release_held(reading: Reading) -> None:
    """The response item did not come: the event was the message."""
    held, reading.progress.held_message = reading.progress.held_message, None
    if held is not None:
        _emit(reading, held)


def _emit(reading: Reading, seen: HeldMessage) -> None:
    progress = reading.progress
    progress.message_counts[seen.role] = seen.ordinal
    progress.position += 1
    word_count, is_error_paste, is_continuation, debug_signature = seen.features
    reading.messages.append(
        Message(
            session_id=progress.session_id,
            agent_id=None,
            message_key=seen.message_key,
            occurred_at=seen.occurred_at,
            position=progress.position,
            role=seen.role,
            is_prompt=seen.role == "user" and not progress.is_subagent,
            word_count=word_count,
            is_error_paste=is_error_paste,
            is_continuation=is_continuation,
            debug_signature=debug_signature,
            directory=progress.directory,
            branch_name=progress.branch_name,
            owner_rank=reading.rank,
            offset=seen.offset,
        )
    )

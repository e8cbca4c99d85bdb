"""The end of a turn that a person stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.records import Interruption
from aea.sources import lenient
from aea.sources.codex import usage
from aea.sources.codex.shapes import TEXT

if TYPE_CHECKING:
    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Payload

_BY_PERSON = "interrupted"  # others: replaced by a new turn, review_ended, budget_limited


def take_abort(reading: Reading, payload: Payload) -> None:
    """A turn that ended before it was done. Older versions do not say why: a person stopped it."""
    usage.note_interruption(reading)
    if (lenient.find_whole(payload.reason, TEXT) or _BY_PERSON) != _BY_PERSON:
        return
    progress = reading.progress
    is_waiting = any(not call.is_finished for call in progress.calls.values())
    turn = payload.turn_id or progress.turn_id or reading.now
    reading.interruptions.append(
        Interruption(
            session_id=progress.session_id,
            agent_id=None,
            interruption_key=progress.key("interruption", turn),
            occurred_at=reading.now,
            stopped="tool" if is_waiting or progress.has_stopped_call else "response",
            owner_rank=reading.rank,
            offset=reading.offset,
        )
    )

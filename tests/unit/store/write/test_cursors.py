"""What is stored about sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.ingest.readers import append
from tests.support.database import ingest, select
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path


def _counts() -> dict[str, int]:
    rows = select("SELECT record_type, record_count FROM ingest_unknown_record")
    return {row["record_type"]: row["record_count"] for row in rows}


def test_names_of_unknown_record_types_are_names_or_nothing(home: Path) -> None:
    claude, codex = ClaudeSession("s"), CodexSession("019a0000-0000-7000-8000-000000000001")
    texts = ("a secret of mine", "x" * 65, "ESC\x1b[31m", "geheim-ß", "a\nb", "\u202e", "<b>")
    for text in texts:
        claude.add(text, {})
        codex.add("event_msg", {"type": text})
    claude.add("hologram", {})
    claude.add("new-kind_2", {})
    claude.write(home)
    codex.write(home)

    ingest()

    assert _counts().keys() == {"hologram", "new-kind_2", "(other)"}
    total = select("SELECT sum(record_count) AS n FROM ingest_unknown_record")
    assert total == [{"n": 2 * len(texts) + 2}]


@pytest.mark.parametrize("chunk", [500, 8_000_000])
def test_a_source_has_a_bounded_number_of_them(
    home: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(append, "CHUNK_BYTES", chunk)
    session = ClaudeSession("s")
    for number in range(100):
        session.add(f"kind-{number}", {})
    for number in range(3):
        session.add(f"kind-{number}", {})
    session.write(home)

    ingest()

    counts = _counts()
    assert counts.pop("(other)") == 60
    assert counts == {f"kind-{number}": 2 if number < 3 else 1 for number in range(40)}

"""Any chunking, order, repetition and interleaving gives what one clean pass gives."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea.ingest.readers import append
from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.depth import scaled
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from collections.abc import Iterator

ERROR = "still failing: TypeError: cannot read x of undefined at /a/b.js:12"


def _claude(session_id: str) -> ClaudeSession:
    session = ClaudeSession(session_id)
    for number in range(6):
        session.prompt(ERROR if number else "make it work").say("let me see", 5 + number)
        session.edit(
            f"/w/repo/{number % 2}.py", "a", f"b\nc{number}", status=("ok", "rejected")[number % 2]
        )
        session.wait(1000)
    return session


def _sources() -> dict[str, bytes]:
    """Relative path and bytes of every session file of the world under test."""
    parent = _claude("11111111-1111-4111-8111-111111111111")
    fork = parent.fork("22222222-0000-4000-8000-000000000000")
    fork.wait(5000).prompt("and now?").say("now this", 50)
    codex = CodexSession("0197b001-1000-7000-8000-0000000000a1").prompt("add a file").say("ok")
    codex.patch("n.py", "1", "2").prompt(ERROR).say("sorry")
    claude, rollouts = ".claude/projects/p", ".codex/sessions/2026/05/28"
    return {
        f"{claude}/{parent.session_id}.jsonl": parent.data(),
        f"{claude}/{fork.session_id}.jsonl": fork.data(),
        f"{claude}/copy.jsonl": parent.data()[: len(parent.data()) // 2],
        f"{rollouts}/rollout-2026-05-28T20-26-40-{codex.session_id}.jsonl": codex.data(),
    }


class World:
    """A home of its own, so that one test function can hold many."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="aea-world-"))
        patch.setenv("HOME", str(self.home))
        patch.setenv("AEA_HOME", str(self.home / "aea"))

    def write(self, name: str, data: bytes) -> None:
        """Give a file these bytes."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.home)


@pytest.fixture(scope="module")
def clean() -> Iterator[dict[str, list[dict[str, object]]]]:
    """The events of one clean pass."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        world = World(patch)
        for name, data in _sources().items():
            world.write(name, data)
        ingest()
        assert_consistent()
        yield dump_events()
        world.close()


steps = st.lists(
    st.tuples(
        st.integers(0, 3), st.floats(0, 1), st.sampled_from(["grow", "touch", "ingest", "delete"])
    ),
    max_size=14,
)


@settings(max_examples=scaled(20))
@given(history=steps, chunk=st.sampled_from([300, 1500, 8_000_000]))
def test_any_history_of_the_files_ends_in_the_same_events(
    history: list[tuple[int, float, str]], chunk: int, clean: dict[str, list[dict[str, object]]]
) -> None:
    sources = list(_sources().items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        patch.setattr(append, "CHUNK_BYTES", chunk)
        world = World(patch)
        for which, part, action in history:
            name, data = sources[which]
            if action == "grow":  # to a length that may be less than before: a truncation
                world.write(name, data[: int(len(data) * part)])
            elif action == "touch" and (world.home / name).exists():
                os.utime(world.home / name)
            elif action == "delete":
                (world.home / name).unlink(missing_ok=True)
            ingest()
        for name, data in reversed(sources):
            world.write(name, data)
        ingest()

        assert_consistent()
        assert dump_events() == clean
        world.close()


def test_the_world_has_what_the_rules_look_for(clean: dict[str, list[dict[str, object]]]) -> None:
    quality = {row["session_id"]: row for row in clean["event_session_quality"]}

    assert len(quality) == 3
    assert sum(int(str(row["debug_loop_flag"])) for row in quality.values()) == 1
    assert sum(int(str(row["mid_session_error_paste_flag"])) for row in quality.values()) == 2

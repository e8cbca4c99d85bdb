"""Real processes, really killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 8


def _write_sessions(home: Path) -> None:
    for number in range(80):
        session = ClaudeSession(f"{number:08d}-0000-4000-8000-000000000000")
        for turn in range(30):
            session.prompt("again").say("ok", turn).edit(f"/w/{turn}.py", "a\nb", "a\nc\nd")
        session.write(home)


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "aea", "ingest", "--quiet"]
    return subprocess.Popen(
        command, cwd=os.getcwd(), env=dict(os.environ) | {"PYTHONPATH": _root()}
    )


def _root() -> str:
    import aea

    return os.path.dirname(os.path.dirname(os.path.abspath(aea.__file__)))


def test_kill_9_at_random_instants_loses_nothing(home: Path) -> None:
    _write_sessions(home)
    chance = random.Random(7)
    killed = 0
    for _ in range(ROUNDS):
        process = _start()
        time.sleep(chance.uniform(0.06, 0.3))
        killed += process.poll() is None
        process.kill()
        process.wait()
    ingest()
    after = dump_events()
    assert_consistent()

    os.environ["AEA_HOME"] = str(home / "clean")
    ingest()
    assert dump_events() == after
    assert killed > 0

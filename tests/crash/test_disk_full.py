"""A disk that is full: a clear error, nothing lost, and all is well when there is room again."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.sessions import ClaudeSession

ROOT = Path(__file__).resolve().parents[2]
LIMIT_BYTES = 700_000


def test_a_full_disk_is_a_clear_error_and_costs_nothing(home: Path) -> None:
    for number in range(60):
        session = ClaudeSession(f"{number:08d}-0000-4000-8000-000000000000")
        for turn in range(25):
            session.prompt("again").say("ok", turn).edit(
                f"/w/{number}-{turn}.py", "a\nb", "a\nc\nd"
            )
        session.write(home)
    done = subprocess.run(
        [sys.executable, "-m", "aea", "ingest", "--quiet"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, LIMIT_BYTES)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert "cannot be used" in done.stderr
    assert "disk" in done.stderr.split("Try: ")[1]
    ingest()
    assert_consistent()
    after = dump_events()
    os.environ["AEA_HOME"] = str(home / "clean")
    ingest()
    assert dump_events() == after

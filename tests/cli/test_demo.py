"""The first thing a newcomer runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _demo(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "aea", "demo", *options],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_ends_in_numbers_and_leaves_nothing(home: Path) -> None:
    before = sorted(path.name for path in home.iterdir())
    text = _demo()

    assert "Every event equals its definition" in text
    assert not Path(re.findall(r"dir:(/\S+)/work/shop", text)[0]).exists()
    assert sorted(path.name for path in home.iterdir()) == before


def test_today_seven_and_thirty_days_differ_and_none_is_empty() -> None:
    kept = re.findall(r"HOME=(\S+) AEA_HOME=(\S+)", _demo("--keep"))[0]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": kept[0], "AEA_HOME": kept[1]}
    command = [sys.executable, "-m", "aea", "stats", "--all-projects", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)["rows"]
    shutil.rmtree(kept[0])

    for name in (
        "session_count",
        "prompt_count",
        "total_tokens",
        "commit_count",
        "accepted_lines_added",
    ):
        today, week, month = (row[name] for row in rows)
        assert 0 < today < week < month, name
    assert rows[2]["debug_loop_count"] == rows[2]["no_output_count"] == 1

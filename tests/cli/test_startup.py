"""What a command imports is what a person waits for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.database import ingest
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "click",
    "pygit2",
    "msgspec",
    "zstandard",
    "sqlite_utils",
    "dataclasses",
    "subprocess",
    "json",
    "zoneinfo",
    "asyncio",
}


def _imports(*arguments: str, cwd: Path | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aea", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}


def test_warm_stats_imports_nothing_heavy(home: Path) -> None:
    ClaudeSession("s1").prompt("hi").say("ho").write(home)
    ingest()

    loaded = _imports("stats")
    assert "apsw" in loaded
    assert loaded & HEAVY == set()
    assert not [name for name in loaded if name.startswith("aea.pipeline")]


@pytest.mark.parametrize("options", [(), ("--csv",), ("--all-projects",)], ids=" ".join)
def test_nor_does_it_inside_a_repository(options: tuple[str, ...], home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    ingest(directory=str(repo.directory))

    assert _imports("stats", *options, cwd=repo.directory) & HEAVY == set()


def test_json_is_loaded_where_it_is_printed(home: Path) -> None:
    ingest()

    assert _imports("stats", "--json") & HEAVY == {"json"}


def test_help_opens_no_database() -> None:
    assert _imports("--help") & {"apsw", "pygit2", "msgspec"} == set()

"""The first thing a newcomer runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aea.demo.corpus import write_demo
from tests.support.sessions import START, ClaudeSession

ROOT = Path(__file__).resolve().parents[2]
MIDNIGHT_MS = (START - START % 86_400) * 1000


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary directories are made."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def _run(*options: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aea", "demo", *options],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | extra,
        capture_output=True,
        text=True,
        check=False,
    )


def _demo(*options: str, **extra: str) -> str:
    done = _run(*options, **extra)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _kept(text: str) -> dict[str, str]:
    """The variables that lead to a kept home."""
    line = next(line for line in text.splitlines() if line.startswith("Kept: "))
    return dict(word.split("=", 1) for word in shlex.split(line.removeprefix("Kept: ")))


def _rows(variables: dict[str, str], *options: str) -> list[dict[str, float]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    command = [sys.executable, "-m", "aea", "stats", "--all-projects", "--json", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    rows: list[dict[str, float]] = json.loads(done.stdout)["rows"]
    return rows


def _contents(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_it_ends_in_numbers_and_leaves_nothing(scratch: Path) -> None:
    text = _demo()

    assert re.findall(r"^\$ aea (\S+)", text, re.MULTILINE) == [
        "ingest",
        "stats",
        "stats",
        "delivery",
        "session",
        "check",
    ]
    assert "No differences: all stored numbers" in text
    assert "your own data was not read or changed" in text
    assert list(scratch.iterdir()) == []


def test_today_seven_and_thirty_days_differ_and_none_is_empty(scratch: Path) -> None:
    rows = _rows(_kept(_demo("--keep")))

    for name in (
        "session_count",
        "prompt_count",
        "total_tokens",
        "commit_count",
        "accepted_lines_added",
    ):
        today, week, month = (row[name] for row in rows)
        assert 0 < today < week < month, name
    assert rows[2]["session_count"] == 9  # a fork counts, a sub-agent does not
    assert rows[2]["commit_count"] == 14
    assert rows[2]["debug_loop_numerator"] == rows[2]["no_output_numerator"] == 1
    assert rows[2]["error_paste_numerator"] == 2


def test_a_demo_right_after_midnight_has_a_today(scratch: Path) -> None:
    now = {"AEA_NOW_MS": str(MIDNIGHT_MS + 5_000)}
    today, week, _ = _rows(_kept(_demo("--keep", **now)) | now)

    assert 0 < today["session_count"] < week["session_count"]
    assert 0 < today["commit_count"] < week["commit_count"]


def test_settings_and_sessions_of_the_user_are_neither_read_nor_changed(
    home: Path, scratch: Path
) -> None:
    """They would keep *.py out of commits, ask for a signature and turn the hooks off."""
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "ignore").write_text("*.py\n*.md\n")
    settings = f"[core]\nhooksPath = {home}/hooks\n[commit]\ngpgSign = true\n"
    (home / "gitconfig").write_text(settings)
    (home / ".gitconfig").write_text(settings)
    ClaudeSession("mine").prompt("secret").say("answer").write(home)
    before = _contents(home)
    own = {"CLAUDE_CONFIG_DIR": str(home / ".claude"), "XDG_CONFIG_HOME": str(home / ".config")}
    variables = _kept(_demo("--keep", **own))

    assert _contents(home) == before
    assert _rows(own | variables)[2]["session_count"] == 9
    assert variables.pop("GIT_CONFIG_NOSYSTEM") == "1"
    assert all(value.startswith(str(scratch)) for value in variables.values()), variables


def test_git_settings_made_in_a_kept_home_stay_there(scratch: Path) -> None:
    """As root, `git config --global` would replace a device that stands for the file."""
    variables = _kept(_demo("--keep"))
    command = ["git", "config", "--global", "user.name", "Ada"]
    subprocess.run(command, env=os.environ | variables, check=True)
    written = Path(variables["GIT_CONFIG_GLOBAL"])
    assert scratch in written.parents
    assert "Ada" in written.read_text()


def test_commits_announce_themselves_and_the_environment_comes_back(tmp_path: Path) -> None:
    before = dict(os.environ)
    place = tmp_path / "demo"
    shop, client = write_demo(place, START * 1000)

    notices = (place / "aea" / "spool" / "notices").read_bytes()
    assert notices.count(b"post-commit") == 14
    assert os.fsencode(shop) in notices
    assert os.fsencode(client) in notices
    assert dict(os.environ) == before


def test_without_git_it_says_so_and_leaves_nothing(scratch: Path, tmp_path: Path) -> None:
    done = _run(PATH=str(tmp_path))

    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot start git: No such file or directory" in done.stderr
    assert list(scratch.iterdir()) == []


def test_a_checkout_that_is_not_installed_runs_it_too(scratch: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "aea", "demo"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.fixture(autouse=True)
def _emptied(scratch: Path) -> object:
    yield
    shutil.rmtree(scratch)

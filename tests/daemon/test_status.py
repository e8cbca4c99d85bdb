"""What `aea status` and `aea doctor` say of real states."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from aea import paths
from tests.support import daemons
from tests.support.database import ingest
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path


def _doctor() -> tuple[int, dict[str, str]]:
    done = daemons.aea("doctor", "--json")
    return done.returncode, {row["subject"]: row["finding"] for row in json.loads(done.stdout)}


def test_everything_is_on_one_screen(home: Path) -> None:
    ClaudeSession("s1").prompt("hi").write(home)
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    ingest(directory=str(repo.directory))
    daemons.aea("install-hooks", str(repo.directory))
    with daemons.running() as process:
        shown = json.loads(daemons.aea("status", "--json").stdout)
        text = daemons.aea("status").stdout
        assert _doctor() == (0, {})
    assert shown["daemon"]["pid"] == process.pid
    assert shown["daemon"]["memory_bytes"] < 60_000_000
    (claude,) = [row for row in shown["providers"] if row["provider"] == "claude_code"]
    assert claude["session_count"] == 1
    assert claude["roots"] == [str(home / ".claude" / "projects")]
    (known,) = shown["repositories"]
    assert known["is_hook_installed"] is True
    assert known["commit_count"] == 1
    assert shown["database_bytes"] > 0
    assert f"pid {process.pid}" in text
    assert text.count("\n") < 25


def test_a_newcomer_is_told_what_to_do(home: Path) -> None:
    assert "not running" in daemons.aea("status").stdout
    code, findings = _doctor()
    assert code == 1
    assert findings[str(paths.data_dir())] == "nothing was ever read"


def test_the_doctor_finds_each_fault(home: Path) -> None:
    ClaudeSession("s1").prompt("hi").write(home)
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    ingest(directory=str(repo.directory))
    daemons.aea("install-hooks", str(repo.directory))
    assert _doctor() == (0, {})

    repo.git("config", "core.hooksPath", str(home / "other-hooks"))
    assert "core.hooksPath" in _doctor()[1][str(repo.directory)]
    repo.git("config", "--unset", "core.hooksPath")

    paths.data_dir().chmod(0o755)
    assert "open to other users" in _doctor()[1][str(paths.data_dir())]
    paths.data_dir().chmod(0o700)

    with daemons.running() as process:
        process.kill()
        process.wait()
    assert "is gone" in _doctor()[1]["daemon"]
    paths.daemon_lock().unlink()

    os.environ["AEA_NOW_MS"] = "1700000000000"
    assert "set back" in _doctor()[1]["clock"]
    del os.environ["AEA_NOW_MS"]

    with paths.database().open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 200_000)
    code, findings = _doctor()
    assert code == 1
    assert str(paths.database()) in findings
    assert daemons.aea("ingest").returncode == 0
    assert _doctor() == (0, {})

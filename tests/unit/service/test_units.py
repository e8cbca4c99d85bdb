"""What is written for the service managers, with odd paths in it."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from aea.errors import AeaError
from aea.service import launchd, program, systemd, taskscheduler

if TYPE_CHECKING:
    from pathlib import Path

ODD = "a b%c\"d\\e$f'g"


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An interpreter and a data directory whose paths hold what units must escape."""
    place = tmp_path / ODD
    place.mkdir()
    (place / "python").symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setattr(sys, "executable", str(place / "python"))
    monkeypatch.setenv("AEA_HOME", str(place / "data"))
    return place


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_systemd_accepts_the_unit(
    odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = tmp_path / "aea.service"
    unit.write_text(systemd.render())
    runtime = tmp_path / "run"
    runtime.mkdir()
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(unit)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")  # it says 0 for unknown keys too


def test_launchd_reads_the_agent_back(odd: Path) -> None:
    agent = plistlib.loads(launchd.render().encode())
    assert agent["ProgramArguments"] == [str(odd / "python"), "-P", "-m", "aea", "daemon", "run"]
    assert agent["EnvironmentVariables"]["AEA_HOME"] == str(odd / "data")
    assert agent["KeepAlive"] == {"SuccessfulExit": False}


def test_the_windows_task_is_well_formed(odd: Path) -> None:
    task = ET.fromstring(taskscheduler.render())
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext(".//t:Command", namespaces=space) == str(odd / "python")
    assert task.findtext(".//t:Arguments", namespaces=space) == "-P -m aea daemon run"
    assert task.findtext(".//t:ExecutionTimeLimit", namespaces=space) == "PT0S"


def test_no_secret_is_carried_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-1234")
    monkeypatch.setenv("CODEX_HOME", "/somewhere else")
    assert "sk-1234" not in systemd.render()
    assert '"CODEX_HOME=/somewhere else"' in systemd.render()


def test_a_cached_environment_is_refused(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(sys, "prefix", str(home / ".cache" / "uv" / "archive-v0" / "abc"))
    with pytest.raises(AeaError, match="uvx"):
        program.command()

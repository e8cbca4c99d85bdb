"""Faults that only show in the data."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from aea.git import hook
from tests.support.database import ingest
from tests.support.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path


def doctor() -> str:
    command = [sys.executable, "-m", "aea", "doctor"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_a_mainline_that_is_not_there_is_told(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"a.py": "alpha = 1\n"})
    repo.git("config", "aea.mainline", "release/2")
    ingest(directory=str(repo.directory))
    told = doctor()
    assert "there is no branch 'release/2'; taken instead: refs/heads/main" in told
    assert f"git -C {repo.directory} config aea.mainline BRANCH" in told
    repo.git("branch", "release/2")
    ingest(directory=str(repo.directory))
    assert "aea.mainline" not in doctor()


def test_a_hook_that_was_bypassed_is_told_and_one_that_never_was_is_not(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"a.py": "alpha = 1\n", ".githooks/README": "hooks\n"})
    repo.git("config", "core.hooksPath", ".githooks")
    ingest(directory=str(repo.directory))
    assert str(repo.directory) not in doctor()
    repo.git("config", "--unset", "core.hooksPath")
    hook.install(str(repo.directory))
    assert str(repo.directory) not in doctor()
    repo.git("config", "core.hooksPath", ".githooks")
    assert f"{repo.directory}: post-commit: bypassed: core.hooksPath" in doctor()

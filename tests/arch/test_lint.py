"""Every exception from a lint rule is needed somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]


def _findings() -> list[tuple[str, str]]:
    """(path, rule) of everything that ruff finds when no rule is ignored for a file or for all."""
    command = [sys.executable, "-m", "ruff", "check", ".", "--isolated", "--exit-zero", "--quiet"]
    command += ["--select", "ALL", "--output-format", "json"]
    command += ["--target-version", SETTINGS["target-version"]]
    command += ["--line-length", str(SETTINGS["line-length"])]
    command += [
        "--config",
        f'lint.pydocstyle.convention="{SETTINGS["lint"]["pydocstyle"]["convention"]}"',
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return [(str(Path(one["filename"]).relative_to(ROOT)), one["code"]) for one in found]


def _ignores() -> list[tuple[str, str]]:
    """(pattern of paths, rule or family of rules)."""
    of_files = SETTINGS["lint"]["per-file-ignores"]
    everywhere = [("*", rule) for rule in SETTINGS["lint"]["ignore"]]
    return everywhere + [(files, rule) for files, rules in of_files.items() for rule in rules]


def test_an_ignore_that_hides_nothing_is_removed() -> None:
    ignores = _ignores()
    needed = set()
    for path, code in _findings():
        hidden_by = [
            (files, rule)
            for files, rule in ignores
            if fnmatch(path, files) and re.fullmatch(rf"{rule}\d*", code)
        ]
        if len(hidden_by) == 1:
            needed.update(hidden_by)
    assert [ignore for ignore in ignores if ignore not in needed] == []


def test_every_ignore_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    for rule in {rule for _, rule in _ignores()}:
        lines = [line for line in text.splitlines() if f'"{rule}"' in line]
        assert all(re.search(r" # \w", line) for line in lines), rule

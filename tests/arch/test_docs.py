"""Docs say what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from aea.cli.main import COMMANDS
from aea.store.engine import metrics, sqlfiles

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_generated_pages_are_current() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_every_command_and_every_sql_object_is_documented() -> None:
    commands, dictionary = (DOCS / "cli.md").read_text(), (DOCS / "data-dictionary.md").read_text()
    readme = (ROOT / "README.md").read_text()

    for name in COMMANDS:
        assert f"## aea {name}\n" in commands
        if name not in ("uninstall-hooks", "hooks"):
            assert f"aea {name}" in readme
    for layer in ("metadata", "fact", "ingest", "event", "view"):
        for file in sqlfiles.list_layer(layer):
            assert f"### {file.name}\n" in dictionary


def test_every_metric_is_explained_by_its_own_words() -> None:
    page = (DOCS / "metrics.md").read_text().splitlines()

    for metric in metrics.list_metrics():
        file = sqlfiles.read("metric", metric.name)
        said = " | ".join(file.header(name) for name in ("numerator", "denominator", "left out"))
        assert f"| {metric.title} (`{metric.name}`) | {said} |" in page


def test_every_requirement_has_a_status() -> None:
    rows = re.findall(
        r"^\| (S00\d-\d+) \| .* \| (\w[\w ]+) \| .+ \|$",
        (DOCS / "requirements.md").read_text(),
        re.MULTILINE,
    )
    sizes = {"S000": 18, "S001": 55, "S002": 110, "S003": 57, "S004": 24}

    assert [name for name, _ in rows] == [
        f"{s}-{n}" for s, size in sizes.items() for n in range(1, size + 1)
    ]
    assert {status for _, status in rows} <= {"done", "partly", "later", "not planned"}


def test_decisions_are_short_and_the_changelog_is_open() -> None:
    for path in sorted((DOCS / "adr").glob("*.md")):
        assert path.read_text().count("\n") <= 40, path.name
        assert path.read_text().startswith(f"# {path.name[:4]} ")
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()

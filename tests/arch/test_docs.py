"""Docs say what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from aea.cli.main import COMMANDS
from aea.ingest.catch_up import open_database
from aea.reports import stats
from aea.store.engine import db, metrics, sqlfiles

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
    for layer in (
        "metadata",
        "fact",
        "derived",
        "dirty",
        "build",
        "ingest",
        "event",
        "view",
        "metric",
        "dimension",
    ):
        for file in sqlfiles.list_layer(layer):
            assert f"### {file.name}\n" in dictionary


def test_every_column_of_a_view_is_described() -> None:
    page = (DOCS / "data-dictionary.md").read_text()
    views = page.split("\n## Views", 1)[1].split("\n## ", 1)[0]

    assert re.findall(r"^\| (\w+) \|  \|$", views, re.MULTILINE) == []
    for section in views.split("\n### ")[1:]:
        assert "\n| column | meaning |\n" in section, section.split("\n", 1)[0]


@pytest.mark.parametrize(
    ("report", "names"),
    [
        ("stats", stats.METRICS),
        ("outcomes", "delivery, quality"),
        ("sessions", "productivity, sessions"),
        ("tasks", "mainline_reach, churn, sessions"),
    ],
)
def test_every_column_of_json_and_csv_is_described(report: str, names: str) -> None:
    """By a comment in the report, or by its metric in docs/metrics.md."""
    page = (DOCS / "data-dictionary.md").read_text().split("\n## Reports", 1)[1]
    section = page.split(f"\n### {report}\n", 1)[1].split("\n### ", 1)[0]
    described = set(re.findall(r"^\| (\w+) \| .+ \|$", section, re.MULTILINE))
    text = sqlfiles.read("report", report).text
    statement = metrics.expand(text, names)
    with closing(open_database()) as connection:
        columns, _ = db.select(
            connection, statement, dict.fromkeys(re.findall(r":(\w+)", statement), 0)
        )

    prefixes = tuple(metric.name for metric in metrics.list_metrics())
    assert [
        name for name in columns if name not in described and not name.startswith(prefixes)
    ] == []


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

"""The labelled sample of public commits and branch names: what docs/tasks.md says about it holds."""

from __future__ import annotations

from pathlib import Path

from tests.bench import tasks

DOCS = Path(__file__).parents[2] / "docs" / "tasks.md"


def test_task_keys_are_right_in_98_of_100_cases() -> None:
    sample = tasks.read_sample()
    assert len(sample) >= 300
    found = tasks.score(sample)
    assert found.precision >= 0.98
    assert f"| all | {found.precision:.3f} | {found.recall:.3f} |" in DOCS.read_text("utf-8")

"""A unit test is found by the name of what it tests."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "tests" / "unit"
BEHAVIOURS = {  # of several modules together: named after what is tested
    "ingest/test_late_knowledge.py",
    "ingest/test_odd_values.py",
    "ingest/test_other_paths.py",
    "ingest/test_prompts.py",
    "ingest/test_pull_names.py",
    "ingest/test_clones.py",
    "ingest/test_reverted.py",
    "ingest/test_session_outcome.py",
    "ingest/test_task_session.py",
    "ingest/test_without_lines.py",
    "pipeline/test_marking.py",
    "reports/test_model_names.py",
    "reports/test_session_report.py",
    "service/test_units.py",
    "sources/claude/test_samples.py",
    "sources/codex/test_samples.py",
    "sources/test_contract.py",
    "sources/test_golden.py",
    "store/engine/test_events.py",
    "store/engine/test_upgrade.py",
    "store/write/test_new_table.py",
}


def test_each_unit_test_has_the_path_of_its_module_or_is_listed() -> None:
    tests = {path.relative_to(UNIT) for path in UNIT.rglob("test_*.py")}
    others = {str(test) for test in tests if not _subject(test).exists()}
    assert others == BEHAVIOURS
    assert all((ROOT / "aea" / test.parent).is_dir() for test in tests)


def _subject(test: Path) -> Path:
    """The module or package that a test is named after."""
    place = ROOT / "aea" / test.parent / test.stem.removeprefix("test_")
    return place if place.is_dir() else place.with_suffix(".py")

"""A long refresh is many transactions: others write in between, a kill loses nothing, reports say what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aea.pipeline import refresh
from aea.reports import footer
from aea.store.engine import db
from aea.store.engine.lock import writer_lock
from aea.store.engine.schema import ALL_LAYERS, count_waiting
from tests.support.daemons import until
from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTHING = {"problem_count": 0, "unknown_record_count": 0, "missing_source_count": 0}
ROOT = str(Path(__file__).parents[2])
# one key per transaction, as on a machine that is slow enough
_SLOW = "from aea.pipeline import refresh; refresh.TRANSACTION_SECONDS = 0.0; from aea.__main__ import main; main()"


@pytest.fixture
def events(home: Path, tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    """The events of a history long enough to be refreshed in many transactions."""
    repo = make_repo(tmp_path / "shop")
    for number in range(20):
        text = "".join(f"value_{number}_{line} = {line}\n" for line in range(6))
        session = ClaudeSession(f"{number:08d}-0000-4000-8000-000000000000", str(repo.directory))
        path = str(repo.directory / f"{number % 5}.py")
        session.prompt("go").edit(path, "", text).write(home)
        repo.change({f"{number % 5}.py": text}, f"ABC-{number} Add")
    ingest(directory=str(repo.directory))
    return dump_events()


@pytest.fixture
def slow_rebuild() -> Iterator[subprocess.Popen[bytes]]:
    """`aea rebuild`, in the middle of its work."""
    environment = dict(os.environ) | {"PYTHONPATH": ROOT}
    process = subprocess.Popen([sys.executable, "-c", _SLOW, "rebuild"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _waiting() -> int:
    with closing(db.open_reader()) as connection:
        return count_waiting(connection)


def _aea(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aea", *arguments]
    environment = dict(os.environ) | {"PYTHONPATH": ROOT}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("events")
def test_another_process_writes_in_between(slow_rebuild: subprocess.Popen[bytes]) -> None:
    until(lambda: _waiting() > 0)
    with writer_lock(20):
        left = _waiting()
        assert left > 0
        assert slow_rebuild.poll() is None


def test_a_killed_rebuild_is_continued(
    events: dict[str, list[dict[str, object]]], slow_rebuild: subprocess.Popen[bytes]
) -> None:
    until(lambda: _waiting() > 0)
    most = _waiting()
    until(lambda: _waiting() < most)
    slow_rebuild.kill()
    slow_rebuild.wait()
    assert _waiting() > 0
    checked = _aea("check")
    assert checked.returncode == 1
    assert "still to be computed" in checked.stderr
    ingest()
    assert _waiting() == 0
    assert dump_events() == events
    assert_consistent()


def test_a_report_says_how_much_is_missing(
    events: dict[str, list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with writer_lock(5), closing(db.open_writer()) as connection, db.transaction(connection):
        refresh.restart(connection, ALL_LAYERS)
    monkeypatch.setattr(refresh, "TRANSACTION_SECONDS", 0.0)
    outcome = ingest(budget_seconds=0.01)
    assert outcome.pending_key_count > 0
    assert not outcome.is_complete()
    assert f"{outcome.pending_key_count} rows to compute" in footer.line(outcome, _NOTHING)
    assert ingest().pending_key_count == 0
    assert dump_events() == events

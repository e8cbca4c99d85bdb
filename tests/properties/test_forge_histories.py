"""Random histories and a forge that tells random things of them, in any order: the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.ingest.catch_up import open_database
from aea.ingest.run import IngestRun
from aea.records import PullRequest
from aea.store.write.pulls import PullWriter
from tests.properties.test_histories import History, rebuilt
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.depth import scaled
from tests.support.repos import make_repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEPS = 12


class Numbered(History):
    """Some subjects and merges name a pull request; the forge tells something now and then."""

    def commit(self) -> None:
        super().commit()
        if self.dice.random() < 0.3:
            number = self.dice.randrange(1, 6)
            self.repo.git("commit", "-q", "--amend", "-m", f"Change {self.count} (#{number})")

    def merge(self) -> None:
        number = self.dice.randrange(1, 6)
        self._join("merge", "-q", "--no-ff", "-m", f"Merge pull request #{number} from x/y")

    def tell(self, time: int) -> Callable[[PullWriter], None]:
        shas = [*self.repo.git("rev-list", "--all", "--reflog").split(), "e" * 40]
        sha, number = self.dice.choice(shas), self.dice.randrange(1, 6)
        kind = self.dice.choice(["pull", "pull", "member", "lookup"])
        if kind == "member":
            return lambda writer: writer.write_commits(number, [sha])
        if kind == "lookup":
            status = self.dice.choice(["no_pr", "failed"])
            return lambda writer: writer.write_lookup(sha, status)
        merged = self.dice.choice([None, time])
        pull = PullRequest(
            number=number,
            state="merged" if merged else "open",
            is_draft=False,
            created_at=self.dice.randrange(3),
            updated_at=time,
            closed_at=merged,
            merged_at=merged,
            base_ref="main",
            head_ref="topic",
            head_sha=self.dice.choice(shas),
            merge_commit_sha=sha if merged else None,
            commit_shas=(),
            fixed_issues=(),
        )
        return lambda writer: writer.write_pulls([pull]) and None


def write(told: list[Callable[[PullWriter], None]]) -> None:
    connection = open_database()
    (row,) = select("SELECT id FROM metadata_repositories")
    with IngestRun(connection).transaction():
        for one in told:
            one(PullWriter(connection, row["id"], "github", 5))
    connection.close()


@pytest.mark.parametrize("seed", range(scaled(4)))
def test_what_a_forge_tells_between_steps_equals_the_same_told_at_once(
    home: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = Numbered(make_repo(home / "repo"), seed)
    history.repo.change({"a.py": history.lines(6), "b.py": history.lines(6)}, "Begin (#1)")
    ingest(directory=str(history.repo.directory))
    told = []
    for time in range(1, STEPS):
        history.step()
        told.append(history.tell(time))
        write(told[-1:])
        if history.dice.random() < 0.6:
            ingest(directory=str(history.repo.directory))
        assert_consistent()
    ingest(directory=str(history.repo.directory))
    by_steps = dump_events()
    assert by_steps["event_commit_pr_outcome"]
    assert_consistent()
    assert rebuilt() == by_steps
    monkeypatch.setenv("AEA_HOME", str(home / "second"))
    ingest(directory=str(history.repo.directory))
    write(told)
    assert_consistent()
    assert dump_events() == by_steps

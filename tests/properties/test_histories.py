"""Random histories by real git: read step by step, at once, and rebuilt, all give the same events."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.depth import scaled
from tests.support.repos import Repo, make_repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEPS = 14
FIRST = int(os.environ.get("AEA_SEED", "0"))  # AEA_SEED=1000 plays other histories
SEEDS = range(FIRST, FIRST + scaled(6))


class History:
    """A repository and the dice."""

    def __init__(self, repo: Repo, seed: int) -> None:
        self.repo = repo
        self.dice = random.Random(seed)
        self.count = 0

    def branches(self) -> list[str]:
        return [
            name
            for name in self.repo.git(
                "for-each-ref", "--format=%(refname:short)", "refs/heads"
            ).split()
            if name != "main"
        ]

    def lines(self, count: int) -> str:
        self.count += 1
        return "".join(f"value_{self.count}_{n} = {self.dice.random()}\n" for n in range(count))

    def commit(self) -> None:
        """A file grows, or one line of it changes."""
        name = self.dice.choice(["a.py", "b.py", "c.py"])
        path = self.repo.directory / name
        old = path.read_text().splitlines(keepends=True) if path.exists() else []
        if old and self.dice.random() < 0.5:
            del old[self.dice.randrange(len(old))]
        old.insert(self.dice.randrange(len(old) + 1), self.lines(self.dice.randrange(1, 5)))
        subject = self.dice.choice(["Add", "fix: mend", "ABC-12 Change"])
        self.repo.change({name: "".join(old)}, f"{subject} {self.count}")

    def branch(self) -> None:
        self.count += 1
        self.repo.git("checkout", "-q", "-b", f"feature/XY-{self.count}")
        self.commit()

    def switch(self) -> None:
        self.repo.git("checkout", "-q", self.dice.choice(["main", *self.branches()]))

    def _join(self, *how: str) -> None:
        """Bring a branch to main; what conflicts is given up."""
        if not self.branches():
            return
        self.repo.git("checkout", "-q", "main")
        self.repo.clock += 60
        branch = self.dice.choice(self.branches())
        self.repo.git(*how, branch, check=False)
        if "--squash" in how and self.repo.git("diff", "--cached", "--name-only"):
            self.repo.git("commit", "-q", "-m", f"{branch} (#7)", check=False)

    def merge(self) -> None:
        self._join("merge", "-q", "--no-ff", "--no-edit")

    def forward(self) -> None:
        self._join("merge", "-q", "--ff-only")

    def squash(self) -> None:
        self._join("merge", "-q", "--squash")

    def pick(self) -> None:
        self._join("cherry-pick")

    def rebase(self) -> None:
        self.repo.clock += 60
        self.repo.git("rebase", "-q", "main", check=False)

    def revert(self) -> None:
        self.repo.clock += 60
        self.repo.git("revert", "--no-edit", "HEAD", check=False)

    def amend(self) -> None:
        self.repo.clock += 60
        self.repo.write("a.py", self.lines(3))
        self.repo.git("commit", "-q", "-a", "--amend", "--no-edit", check=False)

    def force(self) -> None:
        self.repo.git("reset", "-q", "--hard", "HEAD~1", check=False)

    def delete(self) -> None:
        if self.branches():
            self.repo.git("checkout", "-q", "main")
            self.repo.git("branch", "-D", self.dice.choice(self.branches()))

    def step(self) -> str:
        """One command, and out of whatever it left unfinished."""
        does: list[Callable[[], None]] = [
            *(self.commit, self.commit, self.branch, self.switch, self.merge, self.forward),
            *(
                self.squash,
                self.pick,
                self.rebase,
                self.revert,
                self.amend,
                self.force,
                self.delete,
            ),
        ]
        does_now = self.dice.choice(does)
        does_now()
        for tool in ("merge", "rebase", "cherry-pick", "revert"):
            self.repo.git(tool, "--abort", check=False)
        self.repo.git("reset", "-q", "--hard")
        self.repo.git("clean", "-qfd")
        return does_now.__name__


def rebuilt() -> dict[str, list[dict[str, object]]]:
    connection = db.open_writer()
    rebuild(connection)
    connection.close()
    return dump_events()


def _forget_branches(*looks: dict[str, list[dict[str, object]]]) -> None:
    """Where a deleted branch stood when main went back, only an earlier look knows."""
    for tables in looks:
        del tables["event_task_commit"]
        for row in tables["event_commit_outcome"]:
            del row["branch_name"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_read_by_steps_equals_one_read_at_once(
    home: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 2:  # one key per transaction
        monkeypatch.setattr("aea.pipeline.refresh.TRANSACTION_SECONDS", 0.0)
    history = History(make_repo(home / "repo"), seed)
    history.repo.change({"a.py": history.lines(6), "b.py": history.lines(6)}, "Begin")
    done = []
    for _ in range(STEPS):
        done.append(history.step())
        if history.dice.random() < 0.6:
            ingest(directory=str(history.repo.directory))
            assert_consistent()
    ingest(directory=str(history.repo.directory))
    assert_consistent()
    by_steps = dump_events()
    assert rebuilt() == by_steps, done
    monkeypatch.setenv("AEA_HOME", str(home / "second"))
    ingest(directory=str(history.repo.directory))
    assert_consistent()
    at_once = dump_events()
    if {"force", "amend"} & set(done):
        _forget_branches(by_steps, at_once)
    assert at_once == by_steps, done

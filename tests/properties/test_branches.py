"""Random histories of branches: any reading gives what a rebuild gives, and what one reading at the end gives."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.depth import scaled
from tests.support.repos import make_repo

if TYPE_CHECKING:
    import pytest

BRANCHES = ("ABC-1-a", "feat/2-b", "work", "develop")


class History:
    """A repository in which every commit has a file of its own, so that nothing conflicts."""

    def __init__(self, directory: Path) -> None:
        self.repo = make_repo(directory)
        self._count = 0
        self.commit("")

    def _names(self) -> list[str]:
        return self.repo.git("branch", "--format=%(refname:short)").split()

    def commit(self, branch: str) -> None:
        """On whatever is checked out."""
        self._count += 1
        message = ("Work", "ABC-9: more", "Tidy\n\nTask: ABC-10")[self._count % 3]
        self.repo.change({f"f{self._count}": f"{self._count}\n"}, f"{message} {self._count}")

    def switch(self, branch: str) -> None:
        """To a branch, made when it is new."""
        is_old = branch in self._names()
        self.repo.git("checkout", "-q", *([] if is_old else ["-b"]), branch)

    def main(self, branch: str) -> None:
        """To the mainline."""
        self.repo.git("checkout", "-q", "main")

    def detach(self, branch: str) -> None:
        """To no branch."""
        self.repo.git("checkout", "-q", "--detach")

    def merge(self, branch: str) -> None:
        """With a merge commit, into whatever is checked out."""
        self._take(branch, "--no-ff", "--no-edit")

    def forward(self, branch: str) -> None:
        """A fast-forward, if it is one."""
        self._take(branch, "--ff-only")

    def squash(self, branch: str) -> None:
        """One commit with the changes of a branch."""
        self._take(branch, "--squash")
        if self.repo.git("status", "--porcelain"):
            self.repo.commit("Squashed")

    def _take(self, branch: str, *options: str) -> None:
        if branch in self._names():
            self.repo.clock += 60
            self.repo.git("merge", "-q", *options, branch, check=False)

    def rebase(self, branch: str) -> None:
        """A branch onto the mainline."""
        if branch in self._names():
            self.repo.clock += 60
            self.repo.git("rebase", "-q", "main", branch, check=False)
            self.repo.git("rebase", "--abort", check=False)

    def delete(self, branch: str) -> None:
        """A branch that is not checked out."""
        if branch in self._names():
            self.repo.git("branch", "-q", "-D", branch, check=False)

    def amend(self, branch: str) -> None:
        """What is checked out, the mainline left out."""
        if not self._is_on_main():
            self._amend()

    def amend_main(self, branch: str) -> None:
        """What the mainline had is nobody's any more, or that of a branch which began there."""
        if self._is_on_main():
            self._amend()

    def _amend(self) -> None:
        self.repo.clock += 60
        self.repo.git("commit", "-q", "--amend", "-m", f"Amended {self.repo.clock}")

    def _is_on_main(self) -> bool:
        return self.repo.git("symbolic-ref", "-q", "HEAD", check=False) == "refs/heads/main"

    def force(self, branch: str) -> None:
        """A branch of work loses its last commit."""
        if not self._is_on_main():
            self.repo.git("reset", "-q", "--hard", "HEAD~1", check=False)


_NAMES = ("commit", "switch", "main", "detach", "merge", "forward", "squash", "rebase", "delete")
# that a branch stood once where nobody committed on it: only who looked knows
_LOST = {"detach", "force", "amend_main"}
steps = st.lists(
    st.tuples(
        st.sampled_from((*_NAMES, "commit", "commit", "amend", "amend_main", "force")),
        st.sampled_from(BRANCHES),
        st.booleans(),
    ),
    min_size=4,
    max_size=16,
)


def tables() -> dict[str, list[dict[str, Any]]]:
    """The events, and what they come from without keys of this database."""
    return dump_events() | {
        "assignment": select(
            "SELECT c.commit_sha, a.task_key, a.evidence, a.branch_name, a.branch_evidence,"
            " a.is_fallback, a.confidence FROM fact_task_commit_assignment AS a INNER JOIN fact_commit AS c"
            " ON c.id = a.commit_id ORDER BY 1, 2"
        )
    }


def derived() -> list[Any]:
    """What a rebuild must give again."""
    return [
        select("SELECT * FROM fact_task_commit_assignment ORDER BY commit_id, task_key"),
        select("SELECT * FROM derived_commit_branch ORDER BY commit_sha, evidence, anchor_id"),
        select("SELECT branch_name, branch_kind, is_deleted FROM derived_branch ORDER BY 1"),
    ]


def without_times(rows: list[Any]) -> list[Any]:
    return [[{k: v for k, v in row.items() if k != "ingested_at"} for row in some] for some in rows]


@settings(max_examples=scaled(8))
@given(history=steps)
def test_any_history(history: list[tuple[str, str, bool]], monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(tempfile.mkdtemp(prefix="aea-branches-"))
    try:
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("AEA_HOME", str(home / "stepwise"))
        made = History(home / "repo")
        for name, branch, is_read in history:
            getattr(made, name)(branch)
            if is_read:
                ingest(directory=str(made.repo.directory))
                assert_consistent()
        ingest(directory=str(made.repo.directory))
        stepwise, before = tables(), without_times(derived())
        connection = db.open_writer()
        rebuild(connection)
        connection.close()
        assert_consistent()
        assert without_times(derived()) == before
        assert tables() == stepwise
        if not _LOST & {name for name, _, _ in history}:
            monkeypatch.setenv("AEA_HOME", str(home / "bulk"))
            ingest(directory=str(made.repo.directory))
            assert tables() == stepwise
    finally:
        shutil.rmtree(home)

"""A repository in which one session writes: what of its lines reaches the mainline, and what dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.scenarios.sessions import Author, Claude
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, make_repo

if TYPE_CHECKING:
    from pathlib import Path

ADA = Author("claude_code", "ad000000-0000-4000-8000-000000000001")
DAY = 86_400
CODE = [
    "def total(cart):",
    "    result = 0",
    "    for item in cart:",
    "        result += item.price",
    "    return result",
    "",
]
HEAD = ["import math", "import sys", ""]


class Shop:
    """A repository, and one session that writes in it."""

    def __init__(self, home: Path) -> None:
        self.repo: Repo = make_repo(home / "repo")
        self.write("a.py", HEAD)
        self.write("README.md", ["Shop"])
        self.repo.commit("Begin")
        place = home / ".claude" / "projects" / "-repo" / f"{ADA.session_id}.jsonl"
        self.session = Claude(ADA, place, late=False)

    def write(self, name: str, lines: list[str]) -> None:
        self.repo.write(name, "".join(f"{line}\n" for line in lines))

    def read(self, name: str) -> list[str]:
        return (self.repo.directory / name).read_text().splitlines()

    def edit(self, name: str, lines: list[str]) -> None:
        """By the session's tool."""
        path = self.repo.directory / name
        old = self.read(name) if path.exists() else None
        self.repo.clock += 60
        self.session.edit(str(path), old, lines, self.repo.clock, str(self.repo.directory))
        self.write(name, lines)

    def change(self, name: str, lines: list[str], message: str = "By hand") -> str:
        self.write(name, lines)
        return self.repo.commit(message)

    def look(self) -> None:
        """Read, and prove that a rebuild gives the same."""
        ingest(directory=str(self.repo.directory))
        assert_consistent()
        before = dump_events()
        connection = db.open_writer()
        rebuild(connection)
        connection.close()
        assert dump_events() == before

    def churn(self, sha: str) -> tuple[int, int, int]:
        """(lines that came, gone within the window, gone)."""
        (row,) = select("SELECT * FROM event_commit_churn WHERE commit_sha = ?", sha)
        return (
            row["ai_added_lines_reaching_mainline"],
            row["ai_added_lines_removed_within_window"],
            row["ai_added_lines_removed"],
        )

    def bug(self, sha: str) -> dict[str, Any]:
        (row,) = select("SELECT * FROM event_commit_bug_signal WHERE commit_sha = ?", sha)
        return row

"""A small database in which every table that rules and events read has rows."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from aea.pipeline.check import check
from aea.pipeline.refresh import refresh
from aea.store.engine import db
from tests.support.database import ingest
from tests.support.ledger import ADA, CODE, HEAD, Shop
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path


def make_world(home: Path) -> Path:
    """Make it below `home`; returns the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("AEA_HOME", str(home / "aea"))
        shop = Shop(home)
        _write_history(shop)
        _write_sub_agent(home, shop)
        ingest(directory=str(shop.repo.directory))
        with closing(db.open_writer()) as connection:
            with db.transaction(connection):
                _know_more(connection)
                refresh(connection)
            assert check(connection) == []
    return home / "aea" / "aea.db"


def _write_history(shop: Shop) -> None:
    repo = shop.repo
    repo.git("config", "user.email", "ada@example.org")
    shop.edit("b.py", CODE)
    repo.commit("Add totals (#1)")
    repo.git("checkout", "-q", "-b", "ABC-1-work")
    shop.edit("c.py", [line.replace("total", "sum_of") for line in CODE])
    repo.commit("Sum")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "ABC-1-work")
    repo.commit("Squashed: sums")
    repo.git("checkout", "-q", "-b", "side")
    shop.change("d.py", HEAD)
    repo.git("commit", "-q", "--amend", "-m", "ABC-2 header\n\nMade-with: Cursor\n")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side")
    shop.change("b.py", CODE[:1], "Too much")
    shop.change("e.py", ["eta = 8", "theta = 9"], "Greek")
    repo.clock += 60
    repo.git("revert", "--no-edit", "HEAD")
    for ref in ("HEAD", "main"):
        repo.git("reflog", "delete", f"{ref}@{{0}}")  # only the mainline shows where it was made


def _write_sub_agent(home: Path, shop: Shop) -> None:
    """s1 has no repository; s2 becomes a sub-agent of the session that writes in the shop."""
    ClaudeSession("s1").prompt("Write it").say("Done" * 100).write(home)
    session = ClaudeSession("s2", str(shop.repo.directory), "ABC-1-work")
    session.prompt("Sum up").say("Done").wait(60)
    path = str(shop.repo.directory / "f.py")
    session.edit(path, "zeta = 1", "zeta = 2\niota = 3\nkappa = 4")
    session.edit(path, "lambda = 5", "mu = 6", status="failed")
    session.edit(path, "lambda = 5", "mu = 6", status="rejected")
    session.prompt("[Request interrupted by user for tool use]").write(home)
    shop.repo.clock = START + 600
    shop.change("f.py", ["zeta = 2", "iota = 3", "kappa = 4"], "Kappa")
    shop.write("g.py", ["lambda_ = 5"])
    shop.repo.commit("Lambda", author="Claude Code")


_MORE = """
INSERT INTO fact_session_usage WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30)
SELECT message_key, request_key + i, s.id, NULL, model_id, occurred_at, input_tokens,
    output_tokens, 0, 0, 0, NULL, NULL, 0, 1, owner_rank, source_id, source_offset, 1, 1, 0, 9, 0, 0
FROM (SELECT u.* FROM fact_session_usage AS u INNER JOIN metadata_sessions AS s ON s.id = u.session_id
    WHERE s.session_id <> 's1' LIMIT 1) CROSS JOIN metadata_sessions AS s CROSS JOIN n
WHERE s.session_id = 's1';
UPDATE metadata_sessions SET is_subagent = 1, parent_session_id = :parent WHERE session_id = 's2';
INSERT INTO fact_pull_request SELECT repository_id, 2, 'github', 'closed', 0, occurred_at, occurred_at,
    occurred_at, occurred_at, 'main', 'fix', commit_sha, commit_sha, NULL, 1
FROM fact_commit WHERE id = (SELECT death_id FROM derived_line_death);
INSERT INTO fact_pull_request SELECT repository_id, 3, 'github', 'open', 0, occurred_at, occurred_at,
    NULL, NULL, 'main', 'side', commit_sha, NULL, NULL, 1
FROM fact_commit WHERE pull_number = 1;
INSERT INTO fact_pull_request_commit SELECT repository_id, head_sha, pr_number, 1, 1 FROM fact_pull_request;
INSERT INTO fact_issue_fix SELECT repository_id, 7, 2, 1, 1 FROM metadata_repositories AS r
    INNER JOIN fact_pull_request AS p ON p.repository_id = r.id WHERE p.pr_number = 2;
INSERT INTO fact_issue SELECT repository_id, 7, 'github', 'closed', 1, 2, 2, 2 FROM fact_issue_fix;
INSERT INTO metadata_links (repository_id, link_path, target_path)
SELECT DISTINCT repository_id, 'f.py', 'c.py' FROM fact_commit;
INSERT INTO fact_commit_pull_lookup SELECT repository_id, commit_sha, 'no_pr', 1, 1, 1, 1
FROM fact_commit WHERE merged_branch = 'side';
"""


def _know_more(connection: db.Connection) -> None:
    """What a forge and the product's own log would have told."""
    for statement in _MORE.split(";\n"):
        names = {"parent": ADA.session_id} if ":parent" in statement else {}
        connection.execute(statement, names)


def drop_guards(connection: db.Connection) -> None:
    """Let a test do what headers say is never done."""
    guards = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'never_*'"
    for (name,) in db.rows(connection, guards):
        connection.execute(f"DROP TRIGGER {name}")

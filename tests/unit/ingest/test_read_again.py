"""A repository that an older aea read has, after the next run, the rows of a new one."""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from aea.ingest import read_again
from aea.ingest.commits import ingest_repository
from aea.ingest.run import IngestRun
from aea.store.engine import db
from tests.support.database import assert_consistent, dump_events, dump_facts, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

CODE = "é = compute(1)\nb = compute(2)\n"
BOOK = json.dumps({"cells": [{"cell_type": "code", "source": [CODE]}], "nbformat": 4}, indent=1)

# Rows as they were read when a notebook was JSON, Latin-1 was bytes, and links were files.
OLDER = """
INSERT INTO fact_commit_file_change SELECT NULL, commit_id, file_id, old_file_id, occurred_at, ordered_at, 'copy', 0, 5,
    0, x'0000000100000002', x'000000000000000a000000000000000b', x'', x'', NULL, ingested_at
FROM fact_commit_file_change WHERE 1 ON CONFLICT DO NOTHING;
CREATE TEMP TABLE older AS SELECT * FROM fact_commit_file_change;
DELETE FROM fact_commit_file_change;
INSERT INTO fact_commit_file_change SELECT id, commit_id, file_id, old_file_id, occurred_at, ordered_at, change_kind,
    is_binary, 1, 0, x'0000000100000001', x'000000000000000a', x'', x'', lead_key, 1 FROM older;
CREATE TEMP TABLE merges AS SELECT * FROM fact_commit_trunk_change;
DELETE FROM fact_commit_trunk_change;
INSERT INTO fact_commit_trunk_change SELECT commit_id, file_id, old_file_id, x'0000000100000001',
    x'000000000000000a', removed_runs, removed_hashes, occurred_at, ordered_at, 1 FROM merges;
UPDATE fact_commit SET patch_key = 1 WHERE patch_key IS NOT NULL;
INSERT INTO metadata_users (user_email, user_name) VALUES ('mapped@elsewhere', 'By mailmap.file');
UPDATE fact_commit SET author_id = (SELECT max(id) FROM metadata_users), subject_key = 1, pull_number = 77;
DELETE FROM fact_commit_revert;
INSERT INTO fact_commit_task_mention SELECT repository_id, commit_sha, 'SHA-256', 'message', 1, source_id, 1
FROM fact_commit WHERE 1 ON CONFLICT DO NOTHING;
DELETE FROM metadata_links;
UPDATE ingest_cursor SET parser_version = 1 WHERE provider = 'git';
"""


def _make_older() -> None:
    with closing(db.open_writer()) as connection:
        run = IngestRun(connection)
        with run.transaction():
            connection.execute(OLDER).fetchall()


@pytest.fixture
def repo(home: Path) -> Repo:
    """A repository with a notebook, a file in Latin-1, a link and a merge, and a session that wrote them."""
    made = make_repo(home / "repo")
    made.clock = START + 600
    place = str(made.directory)
    session = ClaudeSession("s1", place).prompt("Write")
    session.edit(f"{place}/l.py", "", CODE).edit(f"{place}/via/c.py", "", CODE).write(home)
    os.symlink("lib", made.directory / "via")
    made.change({"n.ipynb": BOOK, "l.py": CODE.encode("latin-1"), "lib/c.py": CODE})
    made.git("switch", "-qc", "side")
    made.change({"s.py": CODE})
    made.git("switch", "-q", "main")
    made.change({"m.py": CODE})
    made.merge("side")
    made.change({"m.py": f"{CODE}c = 1\n"}, 'Reapply "ABC-1 Add"')
    ingest(directory=place)
    return made


def test_known_commits_are_read_again(repo: Repo) -> None:
    clean = dump_facts(), dump_events()
    assert (
        select("SELECT sum(line_count) AS n FROM derived_commit_line_match WHERE is_carried = 0")[
            0
        ]["n"]
        == 4
    )
    _make_older()
    assert (dump_facts(), dump_events()) != clean

    ingest()

    assert (dump_facts(), dump_events()) == clean
    assert_consistent()
    assert ingest().commit_count == 0


def test_an_interrupted_run_goes_on(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    clean = dump_facts(), dump_events()
    _make_older()
    monkeypatch.setattr(read_again, "_BATCH_COMMITS", 1)
    with closing(db.open_writer()) as connection:
        results = [
            ingest_repository(IngestRun(connection), str(repo.directory), deadline=0.0)
            for _ in range(6)
        ]
    assert [one.is_complete for one in results if one] == [False] * 5 + [True]
    ingest()
    assert (dump_facts(), dump_events()) == clean
    assert_consistent()

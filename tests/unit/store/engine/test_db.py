"""What a reader meets that another process left."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw

from aea.store.engine import db


def test_a_reader_takes_back_what_a_killed_writer_left_half_done(tmp_path: Path) -> None:
    original = tmp_path / "a.db"
    connection = apsw.Connection(str(original))
    connection.execute("CREATE TABLE t (x)")
    connection.executemany("INSERT INTO t VALUES (zeroblob(?))", [(300,)] * 2000)
    connection.pragma("cache_size", 5)
    connection.execute("BEGIN IMMEDIATE; UPDATE t SET x = randomblob(300)").fetchall()
    for ending in ("", "-journal"):
        shutil.copy(f"{original}{ending}", f"{tmp_path / 'b.db'}{ending}")
    connection.execute("ROLLBACK")
    connection.close()

    reader = db.open_reader(tmp_path / "b.db")
    query = "SELECT count(*) FROM t WHERE x = zeroblob(300)"
    assert reader.execute(query).get == 2000
    reader.close()

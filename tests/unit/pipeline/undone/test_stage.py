"""Undone lines follow the writes of a session, in any order of arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.database import ingest, select
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

_FOUND = """
SELECT s.session_id, u.lines_added, u.lines_undone FROM derived_session_undone AS u
INNER JOIN metadata_sessions AS s ON s.id = u.session_id ORDER BY 1, 2
"""


def _found() -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in select(_FOUND)]


def test_a_later_write_of_the_session_undoes_lines(home: Path) -> None:
    session = ClaudeSession("s1").edit("/w/repo/a.py", "one = 1", "two = 2\nthree = 3")
    session.write(home)
    ClaudeSession("s2").wait(60).edit("/w/repo/a.py", "two = 2", "four = 4").write(home)
    ingest()
    assert _found() == [("s1", 2, 0), ("s2", 1, 0)]  # another session undoes nothing

    session.edit("/w/repo/a.py", "three = 3", "five = 5")
    session.edit("/w/repo/b.py", "three = 3", "six = 6")
    session.edit("/w/repo/a.py", "two = 2", "no", status="failed").write(home)
    ingest()
    assert _found() == [("s1", 1, 0), ("s1", 3, 1), ("s2", 1, 0)]

"""One random history, read as it happens, and once more from nothing."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from aea.errors import AeaError
from aea.pipeline.check import check
from aea.pipeline.refresh import rebuild
from aea.reports import repos
from aea.reports.commit import lines_by_file
from aea.store.engine import db
from tests.scenarios.operations import OPERATIONS, ai_edit
from tests.scenarios.sessions import Author
from tests.scenarios.world import ConflictError, Line, World
from tests.support import database
from tests.support.repos import NO_SETTINGS

_TABLES = {
    "derived_commit_line_match": "SELECT r.repository_key, c.commit_sha, f.file_path, m.first_line, m.line_count,"
    " s.session_id, m.agent_id, m.stage, m.confidence, m.is_carried, m.change_key, m.change_line,"
    " o.commit_sha AS origin FROM derived_commit_line_match AS m"
    " INNER JOIN fact_commit AS c ON c.id = m.commit_id"
    " INNER JOIN metadata_repositories AS r ON r.id = c.repository_id"
    " INNER JOIN metadata_files AS f ON f.id = m.file_id"
    " INNER JOIN metadata_sessions AS s ON s.id = m.session_id"
    " LEFT JOIN fact_commit AS o ON o.id = m.origin_id ORDER BY 1, 2, 3, 4"
}


class Told(NamedTuple):
    """What aea says of a line."""

    author: Author | None
    stage: str | None
    confidence: float | None


class Outcome(NamedTuple):
    """One history: the truth, what was told, and what is wrong beside it."""

    seed: int
    operations: list[str]
    lines: list[tuple[Line, Told]]
    alive: int  # lines of sessions that the ledger says the mainline still has
    truly_alive: int  # those of them that it has
    faults: list[str]


def run(seed: int, steps: int = 16) -> Outcome:
    """Make the history of a seed and score it; the process gets a home of its own."""
    with tempfile.TemporaryDirectory(prefix=f"aea-scenario-{seed}-") as place:
        world = World(Path(place).resolve(), seed)
        world.home.mkdir()
        os.environ.update(
            HOME=str(world.home),
            AEA_HOME=str(world.place / "aea"),
            TZ="UTC",
            GIT_CONFIG_GLOBAL=NO_SETTINGS,
            GIT_CONFIG_NOSYSTEM="1",
        )
        os.chdir(world.place)
        done = _play(world, steps)
        lines = _score(world)
        return Outcome(seed, done, lines, *_alive(world), _faults(world))


def _play(world: World, steps: int) -> list[str]:
    if world.dice.random() < 0.7:
        world.git("remote", "add", "origin", "https://example.org/team/code.git")
    ai_edit(world)
    done = []
    for _ in range(steps):
        name = world.dice.choice(sorted(OPERATIONS))
        world.operation = name
        done.append(name)
        try:
            OPERATIONS[name](world)
        except ConflictError:
            _take_back(world)
        world.check()
        if world.dice.random() < 0.5:
            _ingest(world)
        for session in world.sessions:
            if session.late and world.dice.random() < 0.15:
                session.release()
    _ingest(world)
    for session in world.sessions:
        if session.late:
            session.release()
    _ingest(world)
    _name_moves(world)
    return done


def _name_moves(world: World) -> None:
    """Say where the clone was: what was recorded there before aea first saw it has no other trace."""
    for old, _ in world.moves:
        with suppress(AeaError):  # a place that was known needs no alias
            repos.alias(str(old), str(world.repository))


def _take_back(world: World) -> None:
    """git met a conflict: back to main as it was."""
    world.tree = world.repository
    for command in ("rebase", "cherry-pick", "merge", "revert"):
        world.git(command, "--abort", check=False)
    world.git("reset", "-q", "--hard", check=False)
    world.git("clean", "-qfd", check=False)
    world.git("checkout", "-q", "main")
    world.switch("main")


def _ingest(world: World) -> None:
    database.ingest(directory=str(world.repository))


def _score(world: World) -> list[tuple[Line, Told]]:
    found = []
    connection = db.open_reader()
    for sha, lines in world.truth().items():
        rows = db.rows(connection, "SELECT id FROM fact_commit WHERE commit_sha = ?", (sha,))
        assert rows, f"commit {sha} was not read"
        told = lines_by_file(connection, rows[-1][0])
        for (path, number), line in lines.items():
            assert number in told[path], f"{sha}:{path}:{number} is no added line to aea"
            found.append((line, _told(told[path][number])))
    connection.close()
    return found


def _told(owner: dict[str, Any]) -> Told:
    author = None
    if owner["session_id"] is not None:
        author = Author(owner["provider"], owner["session_id"], owner["agent_id"])
    return Told(author, owner["stage"], owner["confidence"])


_ROWS = (
    "SELECT c.commit_sha, f.file_path, l.first_line, l.line_count FROM {0} AS l"
    " INNER JOIN fact_commit AS c ON c.id = l.commit_id"
    " INNER JOIN metadata_files AS f ON f.id = l.file_id"
)


def _alive(world: World) -> tuple[int, int]:
    """(lines that came to the mainline and did not go, those of them that stand there as a session's)."""
    born, dead = (
        {
            (row["commit_sha"], row["file_path"], row["first_line"] + step)
            for row in database.select(_ROWS.format(table))
            for step in range(row["line_count"])
        }
        for table in ("derived_line_arrival", "derived_line_death")
    )
    told = Counter(
        _squeezed(world.commits[sha][path][number - 1]) for sha, path, number in born - dead
    )
    head = world.commits[world.git("rev-parse", "main")]
    truth = Counter(_squeezed(line) for lines in head.values() for line in lines if line.author)
    return told.total(), (told & truth).total()


def _squeezed(line: Line) -> str:
    return "".join(line.text.split())


def _faults(world: World) -> list[str]:
    """Lines owned twice, writes spent twice, and what a rebuild or a clean ingest says otherwise."""
    faults = [f"{found.subject} {found.key}: {found.finding}" for found in _check()]
    seen = _dump()
    connection = db.open_writer()
    rebuild(connection)
    connection.close()
    faults += _differences("rebuild", seen, _dump())
    os.environ["AEA_HOME"] = str(world.place / "clean")
    _ingest(world)
    _name_moves(world)
    return faults + _differences("clean ingest", seen, _dump())


def _check() -> list[Any]:
    connection = db.open_reader()
    found = check(connection)
    connection.close()
    return found


def _dump() -> dict[str, Counter[str]]:
    tables = dict(database.dump_events())
    tables |= {name: database.select(query) for name, query in _TABLES.items()}
    return {
        name: Counter(json.dumps(row, sort_keys=True, default=str) for row in rows)
        for name, rows in tables.items()
    }


def _differences(
    what: str, one: dict[str, Counter[str]], two: dict[str, Counter[str]]
) -> list[str]:
    return [
        f"{what}: {name} {side} {row}"
        for name in one
        for side, rows in (("lost", one[name] - two[name]), ("gained", two[name] - one[name]))
        for row in list(rows)[:3]
    ]

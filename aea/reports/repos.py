"""`aea repos`: known repositories, directories outside them, and aliases."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from aea import clock
from aea.errors import UsageError
from aea.ingest import catch_up
from aea.progress import Bar
from aea.reports import freshness, render
from aea.store.engine import db
from aea.store.engine.lock import writer_lock
from aea.store.recovery import snapshots
from aea.store.write import repositories

if TYPE_CHECKING:
    from aea.reports.query import Row


def show(output: str) -> str:
    """Every repository, then every directory with sessions outside a known repository."""
    connection = freshness.reader()
    known: list[Row] = [row._asdict() for row in repositories.list_known(connection)]
    unresolved: list[Row] = [
        {"directory": path, "session_count": count}
        for path, count in repositories.list_unresolved(connection)
    ]
    connection.close()
    for row in known:
        row["roots"] = row["roots"].split("\n") if row["roots"] else []
    if output == "json":
        return render.as_json({"repositories": known, "unresolved_directories": unresolved})
    if output == "csv":
        return render.as_csv([row | {"roots": " ".join(row["roots"])} for row in known])
    return _as_text(known, unresolved)


def _as_text(known: list[Row], unresolved: list[Row]) -> str:
    body = [
        [
            row["repository_key"],
            (row["roots"] or ["(not on this disk)"])[0],
            str(row["session_count"]),
            str(row["commit_count"]),
            render.text(row["mainline_branch"]),
        ]
        for row in known
    ]
    text = render.as_table(["Repository", "Path", "Sessions", "Commits", "Mainline"], body, left=2)
    if unresolved:
        lines = [[row["directory"], str(row["session_count"])] for row in unresolved]
        text += "\n\n" + render.as_table(["In no known repository", "Sessions"], lines)
        text += "\n\nTry: aea repos alias DIRECTORY REPOSITORY"
    return text


def alias(old_path: str, repository: str) -> str:
    """Map a path to a repository; AeaError if the path is a work tree or the repository is unknown."""
    if not old_path.startswith("/") and old_path[1:3] not in (":/", ":\\"):
        raise UsageError(
            f"{old_path!r} is not an absolute path", "give the path as the sessions recorded it"
        )
    old_path, bar = old_path.rstrip("/") or "/", Bar()
    if os.path.isdir(repository):
        catch_up.catch_up(directory=repository, progress=bar)
    with writer_lock(30), closing(catch_up.open_database(bar)) as connection:
        from aea.ingest.run import IngestRun

        run = IngestRun(connection)
        repository_id, key = repositories.find(connection, repository)
        with run.transaction():
            repositories.alias(connection, run.locator, old_path, repository_id)
            count = len(db.rows(connection, "SELECT * FROM dirty_session"))
        run.refresh_waiting(progress=bar)
        bar.close()
        snapshots.take_if_due(
            connection, clock.now_ms(), is_forced=True
        )  # no source has it: only a snapshot can restore it
    return f"{old_path} now belongs to {key}; {count} sessions were moved."

"""`aea repos`: known repositories, directories outside them, and aliases."""

from __future__ import annotations

import os
from contextlib import closing
from shlex import quote
from typing import TYPE_CHECKING

from aea import clock
from aea.console import visible
from aea.errors import UsageError
from aea.ingest import catch_up
from aea.ingest.lost_trees import list_hints
from aea.progress import Bar
from aea.reports import freshness, render
from aea.spelling import is_absolute, normalised
from aea.store.engine import db
from aea.store.engine.lock import writer_lock
from aea.store.recovery import snapshots
from aea.store.write import repositories

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection

_EVIDENCE = {
    "tree": "git's list of work trees",
    "lines": "lines written there",
    "branch": "its name and branch",
    "name": "its name, in an agent's folder",
    "remote": "the URL that sessions recorded",
}


def show(output: str) -> str:
    """Every repository, then every directory with sessions outside a known repository."""
    connection = freshness.reader()
    known: list[Row] = [row._asdict() for row in repositories.list_known(connection)]
    unresolved: list[Row] = [
        {"directory": path, "session_count": count}
        for path, count in repositories.list_unresolved(connection)
    ]
    names = ("directory", "repository", "evidence", "session_count")
    concluded: list[Row] = [
        dict(zip(names, row, strict=True)) for row in repositories.list_concluded(connection)
    ]
    keys = {key: name for name, key in _keys(connection)}
    hints: list[Row] = [
        {"directory": path, "repository": keys[signs.repository_id], "root": signs.tree}
        | {"line_count": signs.line_count, "is_named_after": int(signs.has_name)}
        for path, signs in list_hints(connection)
    ]
    connection.close()
    for row in known:
        row["roots"] = row["roots"].split("\n") if row["roots"] else []
    if output == "json":
        parts = {"concluded_directories": concluded, "unresolved_directories": unresolved}
        return render.as_json({"repositories": known} | parts | {"hints": hints})
    if output == "csv":
        return render.as_csv([row | {"roots": " ".join(row["roots"])} for row in known])
    return _as_text(known, concluded, unresolved, hints)


def _keys(connection: Connection) -> list[tuple[str, int]]:
    return db.rows(connection, "SELECT repository_key, id FROM metadata_repositories")


def _as_text(
    known: list[Row], concluded: list[Row], unresolved: list[Row], hints: list[Row]
) -> str:
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
    if concluded:
        lines = [
            [
                row["directory"],
                row["repository"],
                _EVIDENCE[row["evidence"]],
                str(row["session_count"]),
            ]
            for row in concluded
        ]
        head = ["Not on this disk any more", "Repository", "Concluded from", "Sessions"]
        text += "\n\n" + render.as_table(head, lines, left=3)
    if unresolved:
        lines = [[row["directory"], str(row["session_count"])] for row in unresolved]
        text += "\n\n" + render.as_table(["In no known repository", "Sessions"], lines)
        commands = [f"aea repos alias {quote(h['root'])} {quote(h['repository'])}" for h in hints]
        text += "\n\nTry: " + "\n     ".join(commands or ["aea repos alias DIRECTORY REPOSITORY"])
    return text


def alias(old_path: str, repository: str) -> str:
    """Map a path to a repository; AeaError if the path is a work tree or the repository is unknown."""
    recorded, old_path = old_path, normalised(old_path)
    if not is_absolute(old_path):
        raise UsageError(
            f"{recorded!r} is not an absolute path", "give the path as the sessions recorded it"
        )
    bar = Bar()
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
    return visible(f"{recorded} now belongs to {key}; {count} sessions were moved.")

"""The SQL that finds the files of sessions that are one file of git under other paths: through links, in other letters.

A session names a file as it sees it; git has one path for it. Two paths are one file

- if a symbolic link of the repository leads from one to the other (`metadata_links`);
- if they are equal but for the form of accents, or for case, and git has only one of them: `Src/App.py` where git has
  `src/app.py` and no other file of that name.

What git has is asked as of a commit, so a later commit does not change what an earlier one says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from aea.spelling import folded, name_key
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.pipeline.attribution.model import Commit
    from aea.store.engine.db import Connection

_MAX_LINKED = 64  # paths of one file: links to links may lead in circles
_IN_GIT = (
    "SELECT 1 FROM fact_commit_file_change AS f INNER JOIN fact_commit AS c ON c.id = f.commit_id"
    " WHERE f.file_id = ? AND (c.ordered_at, c.depth, c.commit_sha) <= (?, ?, ?) LIMIT 1"
)


def list_recorded(connection: Connection, file_id: int, commit: Commit) -> list[int]:
    """The other paths under which sessions wrote to a file of a commit."""
    repository_id, path = _find(connection, file_id)
    if repository_id is None:
        return []
    linked = _linked(connection, repository_id, path, is_target=True)
    found = [one for place in linked for one in _list_one(connection, repository_id, place, commit)]
    found += _list_one(connection, repository_id, path, commit, own=file_id)
    return list(dict.fromkeys(one for one in found if one != file_id))


def _list_one(
    connection: Connection, repository_id: int, path: str, commit: Commit, own: int | None = None
) -> list[int]:
    """The files that are meant by one path: itself, in any letters if git has it in these letters only."""
    same = [row for row in _list_same(connection, repository_id, path) if row[0] != own]
    in_git = {one for one, _ in same if _is_in_git(connection, one, commit)}
    return [
        one
        for one, name in same
        if (own is None or one not in in_git)
        and (not in_git or normalize("NFC", name) == normalize("NFC", path))
    ]


def list_meant(connection: Connection, file_id: int) -> list[int]:
    """The files that git may have for a path of a session, and for every other spelling of it."""
    repository_id, path = _find(connection, file_id)
    if repository_id is None:
        return []
    linked = _linked(connection, repository_id, path, is_target=False)
    found = [
        one for place in (path, *linked) for one in _list_same(connection, repository_id, place)
    ]
    return list(dict.fromkeys(one for one, _ in found if one != file_id))


def _find(connection: Connection, file_id: int) -> tuple[int | None, str]:
    query = "SELECT repository_id, file_path FROM metadata_files WHERE id = ?"
    row = connection.execute(query, (file_id,)).fetchone()
    return (row[0], row[1]) if row else (None, "")


def _list_same(connection: Connection, repository_id: int, path: str) -> list[tuple[int, str]]:
    return db.rows(
        connection,
        "SELECT id, file_path FROM metadata_files WHERE name_key = ? AND repository_id = ?"
        " ORDER BY file_path",
        (name_key(path), repository_id),
    )


def _is_in_git(connection: Connection, file_id: int, commit: Commit) -> bool:
    return connection.execute(_IN_GIT, (file_id, *commit.order)).fetchone() is not None


def _linked(connection: Connection, repository_id: int, path: str, *, is_target: bool) -> list[str]:
    """Every path that leads to this one through links, or to which this one leads."""
    query = (
        "SELECT link_path, target_path FROM metadata_links WHERE repository_id = ?"
        " AND link_path NOT GLOB '/*'"
    )
    links = [
        (target, link) if is_target else (link, target)
        for link, target in db.rows(connection, query, (repository_id,))
    ]
    paths = [path]
    for one in paths if links else ():
        paths += [other for other in _stepped(one, links) if other not in paths]
        if len(paths) > _MAX_LINKED:
            break
    return paths[1:]


def _stepped(path: str, links: list[tuple[str, str]]) -> Iterator[str]:
    """The paths one link away. Links may be spelled in other letters, too."""
    for here, there in links:
        lower = f"{here}/" if here else ""
        if folded(path) == folded(here):
            yield there
        elif folded(path[: len(lower)]) == folded(lower):
            yield f"{there}/{path[len(lower) :]}".lstrip("/")

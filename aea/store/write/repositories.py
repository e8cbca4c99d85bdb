"""Look up, list, alias, rename and unite repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.errors import AeaError
from aea.store.engine import db
from aea.store.write import lost_trees
from aea.store.write.roots import Roots

if TYPE_CHECKING:
    from aea.store.engine.db import Connection
    from aea.store.write.roots import Locator


class Known(NamedTuple):
    """A repository as `aea repos` shows it."""

    repository_key: str
    roots: str  # paths separated by line feeds
    session_count: int
    commit_count: int
    mainline_branch: str | None


def list_known(connection: Connection) -> list[Known]:
    """All repositories by key."""
    rows = connection.execute(
        "SELECT r.repository_key,"
        " coalesce((SELECT group_concat(d.directory_path, char(10)) FROM metadata_directories AS d"
        "  WHERE d.repository_id = r.id AND d.is_root = 1), ''),"
        " (SELECT count(*) FROM metadata_directories AS d INNER JOIN metadata_sessions AS s"
        "  ON s.directory_id = d.id WHERE d.repository_id = r.id),"
        " (SELECT count(*) FROM fact_commit AS c WHERE c.repository_id = r.id), m.branch_name"
        " FROM metadata_repositories AS r LEFT JOIN derived_repository_mainline AS m ON m.repository_id = r.id ORDER BY r.repository_key"
    )
    return [Known(*row) for row in rows]


def list_unresolved(connection: Connection) -> list[tuple[str, int]]:
    """(directory, number of sessions) for each directory without a repository."""
    rows = db.rows(
        connection,
        "SELECT d.directory_path, count(s.id) FROM metadata_directories AS d"
        " INNER JOIN metadata_sessions AS s ON s.directory_id = d.id"
        " WHERE d.repository_id IS NULL GROUP BY d.id ORDER BY d.directory_path",
    )
    return [(path, count) for path, count in rows]


def list_roots(connection: Connection) -> list[tuple[int, str]]:
    """(repository, path) of each root that was found on disk."""
    rows = db.rows(
        connection,
        "SELECT repository_id, directory_path FROM metadata_directories"
        " WHERE is_root = 1 AND resolved_by = 'git' ORDER BY id",
    )
    return [(repository, path) for repository, path in rows]


def list_concluded(connection: Connection) -> list[tuple[str, str, str, int]]:
    """(directory, repository, evidence, sessions) of the lost directories whose repository was concluded."""
    return db.rows(
        connection,
        "SELECT d.directory_path, r.repository_key, d.resolved_by, (SELECT count(*)"
        " FROM metadata_directories AS i INNER JOIN metadata_sessions AS s ON s.directory_id = i.id"
        " WHERE i.id = d.id OR (i.directory_path > d.directory_path || '/'"
        " AND i.directory_path < d.directory_path || '0'))"
        " FROM metadata_directories AS d INNER JOIN metadata_repositories AS r ON r.id = d.repository_id"
        " WHERE d.is_root = 1 AND d.resolved_by NOT IN ('git', 'alias') ORDER BY d.directory_path",
    )


def find(connection: Connection, name: str) -> tuple[int, str]:
    """(surrogate key, key) of the repository with this key, root or unique name."""
    rows = db.rows(
        connection,
        "SELECT DISTINCT r.id, r.repository_key FROM metadata_repositories AS r"
        " LEFT JOIN metadata_directories AS d ON d.repository_id = r.id AND d.is_root = 1"
        " WHERE r.repository_key = ?1 OR d.directory_path = ?1 OR r.repository_name = ?1"
        " OR r.repository_key = 'git:' || ?1",
        (name,),
    )
    if len(rows) == 1:
        return int(rows[0][0]), str(rows[0][1])
    if rows:
        keys = ", ".join(sorted(row[1] for row in rows))
        raise AeaError(f"{name!r} matches {keys}", "give the whole key")
    raise AeaError(f"no repository {name!r} is known", "aea repos")


def find_enclosing(connection: Connection, directory: str) -> str | None:
    """The key of the repository with the nearest root at or above a directory; None if there is none."""
    steps = directory.rstrip("/").split("/")
    places = ["/".join(steps[:count]) or "/" for count in range(len(steps), 0, -1)]
    marks = ", ".join("?" * len(places))
    row = connection.execute(
        "SELECT r.repository_key FROM metadata_directories AS d INNER JOIN metadata_repositories AS r"
        f" ON r.id = d.repository_id WHERE d.is_root = 1 AND d.directory_path IN ({marks})"
        " ORDER BY length(d.directory_path) DESC LIMIT 1",
        places,
    ).fetchone()
    return str(row[0]) if row else None


def alias(connection: Connection, locator: Locator, old_path: str, repository_id: int) -> None:
    """Assign everything recorded at or below `old_path` to a repository. The caller holds the transaction."""
    row = connection.execute(
        "SELECT resolved_by, repository_id FROM metadata_directories"
        " WHERE directory_path = ? AND is_root = 1",
        (old_path,),
    ).fetchone()
    if row and row[0] == "git":
        _release(connection, locator, old_path, row[1], repository_id)
    elif row and row[1] != repository_id:
        lost_trees.reassign(connection, old_path, row[1], repository_id)
    Roots(connection, locator).set_root(old_path, repository_id, "alias")


def _release(
    connection: Connection, locator: Locator, old_path: str, before: int, repository_id: int
) -> None:
    """Unite the repository that was at a path with the new one. AeaError unless it has moved away."""
    if locator.at(old_path) is not None:
        raise AeaError(
            f"{old_path} is a work tree of its own repository",
            "an alias is for a path that is gone",
        )
    if before != repository_id and not _unite_if_moved(connection, before, repository_id, locator):
        raise AeaError(
            f"{old_path} was a work tree of another repository",
            "aea repos lists both; an alias joins places of one repository",
        )


def change_key(connection: Connection, repository_id: int, repository_key: str) -> int:
    """Give a repository a new key, or unite it with the one that has this key. Returns its surrogate key."""
    query = "SELECT repository_key FROM metadata_repositories WHERE id = ?"
    if connection.execute(query, (repository_id,)).get == repository_key:
        return repository_id
    query = "SELECT id FROM metadata_repositories WHERE repository_key = ?"
    other = connection.execute(query, (repository_key,)).get
    if other is None:
        name = repository_key.rsplit("/", 1)[-1]
        from aea.store.write import pulls  # reports import this module

        pulls.forget(connection, repository_id)
        connection.execute(
            "UPDATE metadata_repositories SET repository_key = ?, repository_name = ? WHERE id = ?",
            (repository_key, name, repository_id),
        )
        return repository_id
    _unite(connection, repository_id, int(other))
    return int(other)


def unite_moved(connection: Connection, repository_id: int, locator: Locator) -> None:
    """Unite a repository with the local ones that were moved here, or copied here and deleted."""
    query = "SELECT id FROM metadata_repositories WHERE id <> ?"
    for (other,) in db.rows(connection, query, (repository_id,)):
        _unite_if_moved(connection, other, repository_id, locator)


def _unite_if_moved(
    connection: Connection, other: int, repository_id: int, locator: Locator
) -> bool:
    """Unite `other` if it has no remote and the same first commit, and is no longer on disk."""
    key = "SELECT repository_key FROM metadata_repositories WHERE id = ?"
    if not str(connection.execute(key, (other,)).get).startswith("dir:"):
        return False
    roots = [root for owner, root in list_roots(connection) if owner == other]
    has_same_start = connection.execute(
        "SELECT 1 FROM fact_commit AS c INNER JOIN fact_commit AS o"
        " ON o.repository_id = ? AND o.commit_sha = c.commit_sha"
        " WHERE c.repository_id = ? AND c.parent_count = 0 LIMIT 1",
        (other, repository_id),
    ).fetchone()
    if has_same_start is None or any(locator.at(root) for root in roots):
        return False
    _unite(connection, other, repository_id)
    return True


def _unite(connection: Connection, gone: int, kept: int) -> None:
    from aea.store.write.unite import unite  # reports import this module

    unite(connection, gone, kept)

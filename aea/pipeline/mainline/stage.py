"""Place commits on the mainline: the trunk is the chain of first parents below the tip.

Whatever else the tip contains came with the first commit of the trunk that contains it. A tip that moved on
costs what it brings; one that went back (amend, force-push) takes away what lies behind the last commit that
both chains have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.mainline import queries
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.pipeline.mainline.queries import Link
    from aea.store.engine.db import Connection

_Place = tuple[int, int, int, int, bool, int]


def refresh(connection: Connection) -> int:
    """Bring the mainline of every dirty repository up to date; the caller holds the transaction."""
    repositories = db.rows(connection, "SELECT repository_id FROM dirty_mainline")
    connection.execute("DELETE FROM dirty_mainline")
    for (key,) in repositories:
        _place_repository(connection, key)
    return len(repositories)


def _place_repository(connection: Connection, repository_id: int) -> None:
    tip = queries.newest_tip(connection, repository_id)
    if tip is None or queries.has_closed_gap(connection, repository_id):
        queries.cut_behind(connection, repository_id, -1)
    if tip is None:
        queries.name_mainline(connection, repository_id, None)
        return
    ref, sha = tip
    parts = ref.split("/")
    name = "/".join(parts[2:] if parts[1] == "heads" else parts[3:])
    queries.name_mainline(connection, repository_id, name)
    trunk, base = _new_trunk(connection, repository_id, sha)
    queries.cut_behind(connection, repository_id, base)
    placed: set[int] = set()
    for position, link in enumerate(trunk, base + 1):
        places = list(_brought(connection, repository_id, link, position, placed))
        queries.write_places(connection, places, clock.now_ms())


def _new_trunk(connection: Connection, repository_id: int, tip: str) -> tuple[list[Link], int]:
    """The new part of the trunk, oldest first, and the position of the commit it stands on (-1: none)."""
    chain: list[Link] = []
    sha = tip
    while link := queries.find_link(connection, repository_id, sha):
        if link.is_trunk and link.position is not None:
            return chain[::-1], link.position
        chain.append(link)
        if not link.parent_shas:
            break
        sha = link.parent_shas[0]
    return chain[::-1], -1


def _brought(
    connection: Connection, repository_id: int, trunk: Link, position: int, placed: set[int]
) -> Iterator[_Place]:
    """The commit of the trunk and those that came with it: reachable from it, on the mainline not before."""
    waiting = [trunk]
    while waiting:
        link = waiting.pop()
        if link.commit_id in placed:
            continue
        placed.add(link.commit_id)
        parents = [queries.find_link(connection, repository_id, sha) for sha in link.parent_shas]
        waiting += [
            parent
            for parent in parents
            if parent and parent.position is None and parent.commit_id not in placed
        ]
        arrived = (trunk.commit_id, position, None in parents, trunk.ordered_at)
        yield link.commit_id, repository_id, *arrived

"""Merge into a new database what only the damaged one before it still had."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aea import clock
from aea.errors import BusyError
from aea.ingest.run import IngestRun
from aea.store.engine import db, tables
from aea.store.recovery import salvage
from aea.store.write import cursors
from aea.store.write.roots import write_repository
from aea.store.write.transfer import Transfer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aea.store.engine.db import Connection
    from aea.store.recovery.salvage import LostSource, Root


def merge_damaged(connection: Connection, damaged: Path) -> int:
    """Merge what can be read and return the number of deleted sources it came from. Skips what cannot be merged."""
    rows = db.rows(connection, "SELECT provider, source_path, ingested_at FROM ingest_cursor")
    remains = salvage.read(damaged, {(row[0], row[1]): row[2] for row in rows})
    run = IngestRun(connection)
    transfer = Transfer(connection, remains.parents)
    for root in remains.roots:
        _try(run, transfer, partial(_add_root, run, root))
    merged = [_try(run, transfer, partial(_merge, run, transfer, one)) for one in remains.sources]
    for table in tables.list_tables():
        if table.salvage == "all":
            _try(run, transfer, partial(transfer.write_metadata, table.name, clock.now_ms()))
    return sum(merged)


def _try(run: IngestRun, transfer: Transfer, step: Callable[[], None]) -> bool:
    try:
        with run.transaction():
            step()
    except (OSError, BusyError, *db.ENVIRONMENT, *db.DAMAGE):
        raise  # the new database has a problem: the next run tries again
    except Exception:
        transfer.forget()
        return False  # a damaged page can contain any value
    return True


def _add_root(run: IngestRun, root: Root) -> None:
    """Add a root or an alias that is newer than the snapshot."""
    if run.identities.roots.repository_at(root.path) is None:
        repository_id = write_repository(run.connection, root.repository_key)
        run.identities.roots.set_root(root.path, repository_id, root.resolved_by)


def _merge(run: IngestRun, transfer: Transfer, lost: LostSource) -> None:
    """Merge the facts of a source. Its cursor does not move: if the source reappears, it is read again."""
    now = clock.now_ms()
    cursor = cursors.find(run.connection, lost.provider, lost.path)
    if cursor is None:
        cursor = cursors.start(run.connection, lost.provider, lost.path, now)
    transfer.write_facts(lost.facts, cursor.source_id, now)
    if lost.provider != cursors.GIT:
        cursors.mark_missing(run.connection, lost.provider, [lost.path])

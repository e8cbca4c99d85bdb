"""After a damaged database was replaced: merge what it alone still knew into the new one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aea import clock
from aea.errors import BusyError
from aea.ingest.session import Ingest
from aea.store.engine import db
from aea.store.recovery import salvage
from aea.store.write import branch_heads, cursors, trunk
from aea.store.write.commits import CommitWriter
from aea.store.write.evidence import EvidenceWriter
from aea.store.write.roots import write_repository
from aea.store.write.task_names import write_branch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aea.store.engine.db import Connection
    from aea.store.recovery.salvage import LostRepository, LostSource, Root


def take_over(connection: Connection, damaged: Path) -> int:
    """Merge what can be read; how many sources that are gone it kept. A part that is no good is left out."""
    rows = db.rows(connection, "SELECT provider, source_path, ingested_at FROM ingest_cursor")
    remains = salvage.read(damaged, {(row[0], row[1]): row[2] for row in rows})
    run = Ingest(connection)
    for root in remains.roots:
        _try(run, partial(_learn, run, root))
    sources = [_try(run, partial(_merge, run, one)) for one in remains.sources]
    repositories = [_try(run, partial(_merge_commits, run, one)) for one in remains.repositories]
    return sum(sources) + sum(repositories)


def _try(run: Ingest, step: Callable[[], None]) -> bool:
    try:
        with run.transaction():
            step()
    except (OSError, BusyError, *db.ENVIRONMENT, *db.DAMAGE):
        raise  # the new database's trouble: the next run tries again
    except Exception:
        return False  # damage may make anything of a value
    return True


def _learn(run: Ingest, root: Root) -> None:
    """A repository, or an alias that somebody made: the snapshot may be older."""
    if run.identities.roots.repository_at(root.path) is None:
        repository_id = write_repository(run.connection, root.repository_key)
        run.identities.roots.set_root(root.path, repository_id, root.resolved_by)


def _merge(run: Ingest, lost: LostSource) -> None:
    source_id = _source(run, lost.provider, lost.path)
    run.writer.write(lost.provider, source_id, lost.parsed, clock.now_ms())
    cursors.mark_missing(run.connection, lost.provider, [lost.path])


def _merge_commits(run: Ingest, lost: LostRepository) -> None:
    repository_id = write_repository(run.connection, lost.repository_key)
    source_id = _source(run, cursors.GIT, lost.path)
    writer = CommitWriter(run.connection, repository_id, source_id)
    for commit, is_reachable in lost.commits:
        writer.write([commit], is_reachable=is_reachable, now=clock.now_ms())
    now = clock.now_ms()
    EvidenceWriter(run.connection, repository_id, source_id).write(lost.evidence, now)
    for sha, files in lost.merges.items():
        trunk.write_merge(run.connection, repository_id, sha, files, now)
    trunk.write_tips(run.connection, repository_id, source_id, lost.tips, now)
    writer.write_ref_updates(lost.updates, now)
    for ref, branch, sha, own_count in lost.stands:
        place = branch_heads.Place(repository_id, source_id, ref, branch)
        write_branch(run.connection, repository_id, branch)
        branch_heads.write_tip(run.connection, place, sha, own_count, now)


def _source(run: Ingest, provider: str, path: str) -> int:
    """The source's key. Its cursor stays where it was: if the source comes back, it is read again."""
    known = cursors.find(run.connection, provider, path)
    if known is None:
        known = cursors.start(run.connection, provider, path, clock.now_ms())
    return known.source_id

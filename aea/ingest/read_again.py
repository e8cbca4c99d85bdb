"""Read the files of known commits again, after an upgrade that reads them in another way.

Commits that git does not have any more keep what was read from them. Each batch is a transaction that moves the cursor,
so an interrupted run continues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea import clock
from aea.git import patches
from aea.store.write import trunk

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.git.discover import Repository
    from aea.ingest.run import IngestRun
    from aea.store.write.commits import CommitWriter

_BATCH_COMMITS = 200
_PLACE = "read_again_from"  # in the state of a cursor: the commits up to this one are done


def mark(state: dict[str, Any], read_by: int, version: int) -> dict[str, Any]:
    """The state of a cursor, with a note if an older aea read the commits. The scan sees the repository as changed."""
    if not 0 < read_by < version or not state:
        return state
    return {_PLACE: 0, **state, "signature": ""}


def read_again(
    run: IngestRun,
    found: Repository,
    writer: CommitWriter,
    state: dict[str, Any],
    save: Callable[[], None],
    deadline: float | None,
) -> bool:
    """Read the commits that the state notes. Returns False if the deadline passed before the last of them."""
    while _PLACE in state:
        rows = writer.list_after(state[_PLACE], _BATCH_COMMITS)
        commits = list(patches.read_commits(found, [row.sha for row in rows]))
        merged = [(row.sha, row.first_parent) for row in rows if row.is_trunk_merge]
        merges = list(patches.read_merges(found, merged)) if merged else []
        with run.transaction():
            for commit in commits:
                writer.write_again(commit, clock.now_ms())
            for sha, files in merges:
                trunk.write_merge_again(
                    run.connection, writer.repository_id, sha, files, clock.now_ms()
                )
            if rows:
                state[_PLACE] = rows[-1].commit_id
            else:
                del state[_PLACE]
            save()
        if _PLACE in state and deadline is not None and clock.monotonic() >= deadline:
            return False
    return True

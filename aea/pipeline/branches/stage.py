"""Refresh the kinds of branches, and the commits that merges and heads claim for their branches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.branches import queries, rules

if TYPE_CHECKING:
    from aea.pipeline.branches.rules import Anchor
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Refresh every dirty branch and anchor."""
    now = clock.now_ms()
    branches = [queries.find_branch(connection, *key) for key in dirty["dirty_branch"]]
    kinds = [(branch, rules.classify(branch)) for branch in branches if branch]
    queries.write_branches(connection, kinds, now)
    for key in dirty.take("dirty_anchor", dirty["dirty_anchor"]):
        anchor = queries.find_anchor(connection, *key)
        if anchor is None:
            queries.delete_claim(connection, *key)
        else:
            _refresh_anchor(connection, anchor, now)


def _refresh_anchor(connection: Connection, anchor: Anchor, now: int) -> None:
    """The walk looks commits up one by one: only it knows how far down it goes."""
    find_commit = partial(queries.find_commit, connection, anchor.repository_id)
    is_stored = partial(queries.is_stored, connection, anchor)
    claim = rules.claim_commits(anchor, find_commit, is_stored)
    queries.write_claim(connection, anchor, claim, now)

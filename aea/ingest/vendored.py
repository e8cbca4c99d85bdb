"""Apply what .gitattributes says about vendored files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aea.git import vendored
from aea.store.write.vendored import list_files_named, write_vendored

if TYPE_CHECKING:
    from aea.git.discover import Repository
    from aea.store.engine.db import Connection


def apply_attributes(
    connection: Connection, found: Repository, repository_id: int, state: dict[str, Any]
) -> dict[str, Any]:
    """Mark the files that the rules name, and return the new state. The caller holds the transaction.

    As long as the rules stay, only new files are looked at.
    """
    paths = list_files_named(connection, repository_id, vendored.NAME)
    rules = vendored.read_rules(found, paths)
    if not rules and not state.get("rules"):
        return {}
    kept = [list(rule) for rule in rules]
    after = state["after"] if kept == state.get("rules") else 0
    test = partial(vendored.is_vendored, rules=rules)
    return {"rules": kept, "after": write_vendored(connection, repository_id, after, test)}

"""Read and write the names of tasks: in messages, in branch names, by the patterns of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import tasks
from aea.store.engine import db
from aea.store.write import merges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aea.store.engine.db import Connection


def find_rules(connection: Connection, repository_id: int) -> tasks.Rules:
    """The rules that find task names in a repository."""
    query = "SELECT task_patterns FROM metadata_repositories WHERE id = ?"
    stored = connection.execute(query, (repository_id,)).get
    if not stored:
        return tasks.BUILT_IN
    import json  # few have patterns

    return tasks.compile_rules(json.loads(str(stored)))[0]


def write_patterns(connection: Connection, repository_id: int, patterns: Sequence[str]) -> None:
    """Store the patterns of the user and apply them to the known branches."""
    import json

    connection.execute(
        "UPDATE metadata_repositories SET task_patterns = ? WHERE id = ?",
        (json.dumps(list(patterns)) if patterns else None, repository_id),
    )
    rules = find_rules(connection, repository_id)
    query = "SELECT branch_name FROM metadata_branches WHERE repository_id = ?"
    for (name,) in db.rows(connection, query, (repository_id,)):
        key = tasks.task_key(name, rules)
        _write_task(connection, key)
        connection.execute(
            "UPDATE metadata_branches SET task_id = (SELECT id FROM metadata_tasks WHERE task_key = ?1)"
            " WHERE repository_id = ?2 AND branch_name = ?3 AND task_id IS NOT"
            " (SELECT id FROM metadata_tasks WHERE task_key = ?1)",
            (key, repository_id, name),
        )


def write_branch(connection: Connection, repository_id: int, branch_name: str) -> None:
    """Insert a branch with the task in its name."""
    query = "SELECT 1 FROM metadata_branches WHERE repository_id = ? AND branch_name = ?"
    if connection.execute(query, (repository_id, branch_name)).fetchone():
        return
    key = tasks.task_key(branch_name, find_rules(connection, repository_id))
    _write_task(connection, key)
    connection.execute(
        "INSERT OR IGNORE INTO metadata_branches (repository_id, branch_name, task_id)"
        " VALUES (?, ?, (SELECT id FROM metadata_tasks WHERE task_key = ?))",
        (repository_id, branch_name, key),
    )


def write_mentions(
    connection: Connection,
    repository_id: int,
    source_id: int,
    sha: str,
    mentions: Iterable[tuple[str, str]],
    occurred_at: int,
    now: int,
) -> None:
    """Replace the tasks that the message of a commit mentions."""
    wanted = sorted(mentions)
    known = db.rows(
        connection,
        "SELECT task_key, evidence FROM fact_commit_task_mention"
        " WHERE repository_id = ? AND commit_sha = ? ORDER BY task_key",
        (repository_id, sha),
    )
    if wanted == known:
        return
    connection.execute(
        "DELETE FROM fact_commit_task_mention WHERE repository_id = ? AND commit_sha = ?",
        (repository_id, sha),
    )
    for key, evidence in wanted:
        _write_task(connection, key)
        connection.execute(
            merges.statement("fact_commit_task_mention"),
            (repository_id, sha, key, evidence, occurred_at, source_id, now),
        )


def list_dates(connection: Connection, repository_id: int) -> dict[str, int]:
    """The instant of each commit of a repository."""
    query = "SELECT commit_sha, occurred_at FROM fact_commit WHERE repository_id = ?"
    return dict(db.rows(connection, query, (repository_id,)))


def _write_task(connection: Connection, key: str | None) -> None:
    if key:
        connection.execute("INSERT OR IGNORE INTO metadata_tasks (task_key) VALUES (?)", (key,))

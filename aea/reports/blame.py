"""`aea blame`: a file as git blame shows it, with the session that wrote each line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.console import visible
from aea.errors import UsageError
from aea.git.blame import BlamedLine, blame
from aea.reports import commit, freshness, query, render, repository_filter

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection


def show(path: str, revision: str | None, *, is_json: bool) -> str:
    """Each line with its commit and session; GitError if git does not know the file."""
    directory, name = os.path.split(os.path.abspath(path))
    if not os.path.isdir(directory):
        raise UsageError(f"{directory} is not a directory", "name a file in a work tree")
    lines = blame(directory, name, revision)
    connection = freshness.reader()
    try:
        root = repository_filter.root_above(directory)
        owners = _Owners(connection, repository_filter.choose(connection, root, all_projects=True))
        rows = [_row(line, owners.of(line)) for line in lines]
    finally:
        connection.close()
    if is_json:
        return render.as_json({"path": path, "lines": rows})
    return "\n".join(_text(rows))


class _Owners:
    """Looks up each commit once."""

    def __init__(self, connection: Connection, repository: str | None) -> None:
        self._connection = connection
        self._repository = repository
        self._known: dict[tuple[str, str], dict[int, Row]] = {}

    def of(self, line: BlamedLine) -> Row:
        """The owner of a line; NOBODY if it is unknown."""
        if line.sha is None:
            return commit.NOBODY
        key = (line.sha, line.origin_path)
        if key not in self._known:
            self._known[key] = self._read(*key)
        return self._known[key].get(line.origin_number, commit.NOBODY)

    def _read(self, sha: str, path: str) -> dict[int, Row]:
        rows = query.select(
            self._connection,
            "SELECT c.id FROM fact_commit AS c INNER JOIN metadata_repositories AS r"
            " ON r.id = c.repository_id WHERE c.commit_sha = ? ORDER BY r.repository_key = ? DESC",
            (sha, self._repository),
        )
        found = commit.lines_by_file(self._connection, rows[0]["id"], path) if rows else {}
        return found.get(path, {})


def _row(line: BlamedLine, owner: Row) -> Row:
    return {"line": line.number, "commit": line.sha, **owner, "content": line.content}


def _text(rows: list[Row]) -> list[str]:
    heads = [visible(_head(row)) for row in rows]
    width = max(map(len, heads), default=0)
    digits = len(str(len(rows)))
    return [
        f"{head:<{width}}  {row['line']:>{digits}}) {_code(row['content'])}".rstrip()
        for head, row in zip(heads, rows, strict=True)
    ]


def _code(line: str) -> str:
    """A line of a file without its line end; tabs stay."""
    return visible(line.rstrip(), keep="\t")


def _head(row: Row) -> str:
    sha = row["commit"][:8] if row["commit"] else "not committed"
    if row["session_id"] is None:
        return sha
    model = render.text(row["model"])
    evidence = f"{row['stage']} {row['confidence']:.2f}"
    return f"{sha} {row['provider']} {row['session_id'][:8]} {model} {evidence}"

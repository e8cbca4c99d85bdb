"""`aea session`: the list of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.reports import freshness, query, render, repository_filter

if TYPE_CHECKING:
    from aea.reports.query import Row

_QUERY = """
SELECT * FROM view_session_productivity
WHERE (:repository IS NULL OR repository = :repository)
    AND (:provider IS NULL OR provider = :provider)
ORDER BY ended_at DESC, provider, session_id LIMIT :limit
"""


def show(
    limit: int, repo: str | None, provider: str | None, output: str, *, all_projects: bool
) -> str:
    """The latest sessions, newest first."""
    connection = freshness.reader()
    repository = repository_filter.choose(connection, repo, all_projects=all_projects)
    parameters = {"repository": repository, "provider": provider, "limit": limit}
    rows = query.select(connection, _QUERY, parameters)
    connection.close()
    if output == "json":
        return render.as_json(rows)
    if output == "csv":
        return render.as_csv(rows)
    if not rows:
        where = f"in {repository}" if repository else "anywhere"
        return f"No session {where}. Try: aea session --all-projects"
    header = ["Session", "Provider", "Model", "Branch", "Last active", "Prompts", "Lines"]
    return render.as_table(header, [_line(row) for row in rows], left=5)


def _line(row: Row) -> list[str]:
    lines = f"+{row['accepted_lines_added']} -{row['accepted_lines_removed']}"
    return [
        row["session_id"],
        row["provider"],
        render.text(row["model_name"]),
        render.text(row["branch_name"]),
        row["ended_at"].replace("T", " ").rstrip("Z") + " UTC",
        "0" if row["user_turn_count"] is None else str(row["user_turn_count"]),
        lines,
    ]

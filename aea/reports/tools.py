"""`aea session tools`: how often each tool was called, failed and was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.reports import freshness, query, render, repository_filter
from aea.reports.metric_text import SMALL_SAMPLE_NOTE

if TYPE_CHECKING:
    from aea.reports.query import Row

_HEADER = ["Tool", "Provider", "Calls", "Failed", "Error rate", "Refused", "Stopped", "Loops"]


def show(
    limit: int, repo: str | None, provider: str | None, output: str, *, all_projects: bool
) -> str:
    """The tools as a table, JSON or CSV; those with most errors first."""
    connection = freshness.reader()
    repository = repository_filter.choose(connection, repo, all_projects=all_projects)
    parameters = {"repository": repository, "provider": provider, "row_limit": limit}
    rows = query.grouped_report(connection, "tools", "", None, parameters)
    connection.close()
    if output == "json":
        return render.as_json(rows)
    if output == "csv":
        return render.as_csv(rows)
    if not rows:
        where = f"in {repository}" if repository else "anywhere"
        return f"No tool was called {where}. Try: aea session tools --all-projects"
    notes = [SMALL_SAMPLE_NOTE] if any(row["is_small_sample"] for row in rows) else []
    hidden = rows[0]["tool_count"] - len(rows)
    if hidden:
        notes.append(f"{hidden} more tools: --limit {rows[0]['tool_count']}")
    return "\n".join([render.as_table(_HEADER, [_line(row) for row in rows], left=2), *notes])


def _line(row: Row) -> list[str]:
    rate = row["tool_error_rate"]
    mark = "*" if rate is not None and row["is_small_sample"] else ""
    counts = ("refused_count", "interrupted_call_count", "agent_loop_count")
    return [
        row["tool_name"],
        row["provider"],
        render.count(row["call_count"]),
        render.count(row["failed_call_count"]),
        (render.NOT_APPLICABLE if rate is None else render.share(rate)) + mark,
        *(render.count(row[name]) for name in counts),
    ]

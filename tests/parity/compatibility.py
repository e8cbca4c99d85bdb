"""Rows by the rules of an earlier system: outcomes.sql and sessions.sql beside this file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from aea.reports import date_range, query
from aea.store.engine import db

_FILTERS = ("repository", "provider", "model", "branch", "task")
_FILES = {
    "delivery": "outcomes",
    "quality": "outcomes",
    "tasks": "sessions",
    "sessions": "sessions",
}


def rows(
    report: str, group_by: str | None = None, *, overall: bool = False, **asked: Any
) -> list[query.Row]:
    """The rows of a report; without a group they are grouped by model (tasks: by task), small ones hidden."""
    is_implicit = not (group_by or overall or report == "tasks")
    if report == "tasks":
        group_by = "task"
    group_by = "model" if is_implicit else group_by
    since, until = date_range.bounds("UTC", asked.pop("since", None), asked.pop("until", None))
    parameters = {
        "report": report,
        "group_by": group_by,
        "is_implicit": is_implicit,
        "row_limit": asked.pop("limit", 50),
        "time_zone": "UTC",
        "since": since,
        "until": until,
        **{name: asked.pop(name, None) for name in _FILTERS},
    }
    assert not asked, f"these rules do not know {asked}"
    parameters["source"] = _source(group_by, parameters)
    text = (Path(__file__).parent / f"{_FILES[report]}.sql").read_text()
    with closing(date_range.with_calendar(db.open_reader(), "UTC")) as connection:
        return query.select(connection, text, parameters)


def _source(group_by: str | None, parameters: dict[str, Any]) -> str:
    """Whose rows are counted."""
    wanted = {group_by, *(name for name in _FILTERS if parameters[name])}
    if "task" in wanted:
        return "task"
    if "branch" in wanted:
        return "branch"
    return "session" if wanted & {"provider", "model"} else "commit"

"""The trust line: how fresh a report is, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aea.ingest.catch_up import Outcome
    from aea.reports.query import Row

_COUNTS = (
    ("problem_count", "places could not be read (aea tables: ingest_problem)"),
    ("unknown_record_count", "records of unknown types"),
    ("missing_source_count", "sources deleted since, kept here"),
)


def line(outcome: Outcome, facts: Row, *notes: str) -> str:
    """One sentence from the row of sql/report/trust.sql; `notes` are what the report adds, "" for nothing."""
    counts = (f"{facts[name]} {what}" for name, what in _COUNTS if facts[name])
    return "; ".join([freshness(outcome), *filter(None, notes), *counts]) + "."


def freshness(outcome: Outcome) -> str:
    """Whether all that there is was read."""
    if outcome.is_locked:
        return "Not up to date: another aea process is reading; ask again in a moment"
    if outcome.failures:
        count = len(outcome.failures)
        return f"Not up to date: {count} repositories could not be read; aea ingest says why"
    if not outcome.is_complete():
        files, repositories = outcome.pending_file_count, outcome.pending_repository_count
        return f"Not up to date: {files} files and {repositories} repositories to read; run: aea ingest"
    return "Up to date"


def document(outcome: Outcome, facts: Row) -> dict[str, Any]:
    """The same for --json."""
    return facts | {
        "is_up_to_date": outcome.is_complete() and not outcome.failures,
        "failures": list(outcome.failures),
        "pending_file_count": outcome.pending_file_count,
        "pending_repository_count": outcome.pending_repository_count,
    }

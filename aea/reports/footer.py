"""The footer of a report: how fresh its data is, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aea.ingest.catch_up import IngestResult
    from aea.reports.query import Row

_COUNTS = (
    ("problem_count", "places could not be read (aea tables: ingest_problem)"),
    ("unknown_record_count", "records of unknown types"),
    ("missing_source_count", "sources deleted since, kept here"),
)


def line(outcome: IngestResult, counts: Row, *notes: str) -> str:
    """One sentence from the row of sql/report/footer.sql; a report may add notes, empty ones are skipped."""
    problems = (f"{counts[name]} {text}" for name, text in _COUNTS if counts[name])
    return "; ".join([_freshness(outcome), *filter(None, notes), *problems]) + "."


def _freshness(outcome: IngestResult) -> str:
    """Whether every source was read to its end."""
    if outcome.is_locked:
        return "Not up to date: another aea process is reading; try again in a moment"
    if outcome.failures:
        count = len(outcome.failures)
        return f"Not up to date: {count} repositories could not be read; aea ingest says why"
    if outcome.pending_key_count:
        return f"Not up to date: {outcome.pending_key_count} rows to compute; run: aea ingest"
    if not outcome.is_complete():
        files, repositories = outcome.pending_file_count, outcome.pending_repository_count
        return f"Not up to date: {files} files and {repositories} repositories to read; run: aea ingest"
    return "Up to date"


def document(outcome: IngestResult, counts: Row) -> dict[str, Any]:
    """The same as JSON."""
    return counts | {
        "is_up_to_date": outcome.is_complete() and not outcome.failures,
        "failures": list(outcome.failures),
        "pending_file_count": outcome.pending_file_count,
        "pending_repository_count": outcome.pending_repository_count,
        "pending_key_count": outcome.pending_key_count,
    }

"""The coverage of a commit in words, and what the shares of a report leave out, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.reports.render import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.reports.query import Row


_REASONS = {
    "matched_lines": "covered: sessions wrote lines of it",
    "known_author": "covered: the author's sessions are on this machine",
    "agent_account": "recorded: by the account of an agent",
    "recorded_lines": "recorded: other tools recorded its AI lines",
    "lines_unknown": "recorded: with AI, lines unknown",
    "root_commit": "import: a first commit with a code base",
    "vendored": "import: vendored files",
    "size": "import: more lines than import_lines",
    "before_first_session": "not covered: from before the first known session",
    "unknown_author": "not covered: the author's sessions are not on this machine",
}


def sentence(row: Row) -> str:
    """The coverage of one commit, and why."""
    return _REASONS[row["coverage_reason"]]


def lines(row: Row) -> Iterator[str]:
    """Recorded evidence, imports, and commits that are not covered. A row of another report has none."""
    if commits := row.get("recorded_commit_count"):
        yield f"recorded by other tools: {_commits(commits)}, {_added(row['recorded_ai_lines'])} by AI"
    if commits := row.get("lines_unknown_commit_count"):
        yield f"with AI, lines unknown: {_commits(commits)}, left out of the shares"
    if commits := row.get("import_commit_count"):
        yield f"imports: {_commits(commits)}, {_added(row['import_lines_added'])}, left out of the shares"
    if commits := row.get("not_covered_commit_count"):
        authors = _plural(row["not_covered_author_count"], "author")
        yield f"not covered: {_commits(commits)} of {authors}, {_why(row)}, left out of the shares"


def _why(row: Row) -> str:
    """Somebody else, or oneself in earlier days."""
    early = row["before_first_session_commit_count"]
    if early == row["not_covered_commit_count"]:
        return "from before the first known session"
    aside = f" ({count(early)} from before the first known session)" if early else ""
    return f"whose sessions are not on this machine{aside}"


def _commits(number: int) -> str:
    return _plural(number, "commit")


def _added(number: float | None) -> str:
    return _plural(round(number or 0), "line")


def _plural(number: int, noun: str) -> str:
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"

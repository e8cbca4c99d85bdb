"""`aea show`: a commit line by line, with the session that wrote each line and the evidence."""

from __future__ import annotations

import os
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from aea.console import visible
from aea.errors import AeaError, GitError
from aea.lines import line_numbers
from aea.reports import freshness, query, render, repository_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.reports.query import Row
    from aea.store.engine.db import Connection

_SHA = re.compile(r"[0-9a-f]{4,64}")
NOBODY: Row = dict.fromkeys(
    ("provider", "session_id", "agent_id", "model", "stage", "confidence", "is_carried", "origin")
)
_FIND = (
    "SELECT c.id AS commit_id, c.commit_sha, r.repository_key AS repository, o.commit_time, o.author,"
    " o.is_merge, o.is_reachable, o.lines_added, o.lines_removed, o.attributable_lines,"
    " o.total_matched_ai_lines, o.ai_share, o.ai_assisted_unproven FROM fact_commit AS c"
    " INNER JOIN metadata_repositories AS r ON r.id = c.repository_id"
    " INNER JOIN event_commit_outcome AS o ON o.repository = r.repository_key"
    " AND o.commit_sha = c.commit_sha WHERE c.commit_sha GLOB ? || '*'"
)


def show(target: str, *, is_json: bool) -> str:
    """Every added line of a commit with its owner; AeaError if the commit is unknown."""
    connection = freshness.reader()
    try:
        commit = find(connection, target)
        files = lines_by_file(connection, commit["commit_id"])
        key = {"repository": commit["repository"], "commit_sha": commit["commit_sha"]}
        sessions = query.report(connection, "commit_sessions", key)
        recorded = query.report(connection, "commit_authorship", {"commit_id": commit["commit_id"]})
        (outcome,) = query.report(connection, "commit_outcome", key)
    finally:
        connection.close()
    details = CommitDetails(commit, outcome, sessions, files, recorded)
    return _as_json(details) if is_json else _as_text(details)


class CommitDetails(NamedTuple):
    """Everything that is known about a commit."""

    commit: Row
    outcome: Row  # whether it shipped and held up
    sessions: list[Row]
    files: dict[str, dict[int, Row]]
    recorded: list[Row]  # what other tools recorded about its authors


def find(connection: Connection, target: str) -> Row:
    """The commit for a sha, the start of one, or whatever git takes as a commit in this directory."""
    sha = resolve(target)
    rows = _starting_with(connection, sha or target.lower())
    if not rows and sha:
        raise AeaError(
            f"{target!r} is commit {sha[:12]}, which is not read yet",
            "aea ingest reads what branches, tags and reflogs reach",
        )
    if not rows:
        raise AeaError(
            f"no commit {target!r} is known",
            "aea ingest reads repositories; aea repos lists them; a branch or HEAD is known inside its repository only",
        )
    if len({row["commit_sha"] for row in rows}) > 1:
        raise AeaError(f"several commits start with {target!r}", "give more of it")
    here = repository_filter.choose(connection, None, all_projects=False)
    return next((row for row in rows if row["repository"] == here), rows[0])


def is_known(connection: Connection, target: str) -> bool:
    """Return True if git takes the target as a commit here, or a stored commit starts with it."""
    return resolve(target) is not None or bool(_starting_with(connection, target.lower()))


def _starting_with(connection: Connection, sha: str) -> list[Row]:
    return query.select(connection, _FIND, (sha,)) if _SHA.fullmatch(sha) else []


def resolve(target: str) -> str | None:
    """The sha of a name, by git in this directory; None if git knows no such commit here."""
    from aea.git.revision import find_commit

    try:
        return find_commit(os.getcwd(), target)
    except FileNotFoundError:
        return None  # the current directory was deleted
    except GitError:
        if _SHA.fullmatch(target.lower()):
            return None  # the database may know it
        raise


def lines_by_file(
    connection: Connection, commit_id: int, path: str | None = None
) -> dict[str, dict[int, Row]]:
    """The owner of every added line, by path and line number; NOBODY if it is unknown."""
    parameters = {"commit_id": commit_id, "path": path}
    files: dict[str, dict[int, Row]] = {}
    for row in query.report(connection, "commit_runs", parameters):
        if row["path"] not in files:
            files[row["path"]] = dict.fromkeys(line_numbers(row["added_runs"]), NOBODY)
        if row["first_line"] is not None:
            owner = {name: row[name] for name in NOBODY}
            stop = row["first_line"] + row["line_count"]
            files[row["path"]].update(dict.fromkeys(range(row["first_line"], stop), owner))
    return files


def _as_json(details: CommitDetails) -> str:
    files = [
        {"path": path, "lines": [{"line": number} | owner for number, owner in lines.items()]}
        for path, lines in details.files.items()
    ]
    head = {
        key: details.commit[key] for key in details.commit if key not in ("commit_id", "commit_sha")
    }
    document: dict[str, Any] = {"commit": details.commit["commit_sha"], **head}
    rest = {
        "outcome": details.outcome,
        "sessions": details.sessions,
        "recorded": details.recorded,
        "files": files,
    }
    return render.as_json(document | rest)


def _as_text(details: CommitDetails) -> str:
    commit = details.commit
    time = commit["commit_time"].replace("T", " ").rstrip("Z")
    gone = "" if commit["is_reachable"] else "  (amended or dropped)"
    where = visible(f"{time} UTC  {commit['author']}  {commit['repository']}")
    head = f"{commit['commit_sha']}{gone}\n{where}"
    head += "".join(f"\n{visible(line)}" for line in _outcome(details.outcome))
    parts = [head, _sessions(commit, details.sessions)]
    if details.recorded:
        parts.append(_recorded(details.recorded))
    parts += [f"{visible(path)}\n{_runs(lines)}" for path, lines in details.files.items() if lines]
    return "\n\n".join(parts)


def _outcome(row: Row) -> Iterator[str]:
    """Its branch and tasks, whether it shipped and held up: a line for each that is known."""
    names = [("branch", row["branch_name"]), ("task", row["tasks"])]
    names.append(("pull request", row["pr_number"] and f"#{row['pr_number']}"))
    if known := ", ".join(f"{name} {value}" for name, value in names if value):
        yield known
    if row["merged_to_mainline_flag"]:
        since = row["mainline_at"].replace("T", " ").rstrip("Z")
        yield f"on the mainline since {since} UTC ({row['merged_evidence']})"
    elif row["merged_to_mainline_flag"] == 0:
        yield "not on the mainline"
    if row["ai_added_lines_reaching_mainline"]:
        yield (
            f"{row['ai_added_lines_reaching_mainline']} AI lines reached the mainline,"
            f" {row['ai_added_lines_removed_within_window']} of them removed within"
            f" {row['churn_window_days']:g} days, {row['ai_added_lines_removed']} so far"
        )
    if row["bug_after_merge_flag"]:
        yield f"bug fixed by {row['first_bug_signal_commit_sha']}"
    if row["reverted_later_flag"]:
        yield f"reverted later ({row['reverted_evidence']})"


def _sessions(commit: Row, sessions: list[Row]) -> str:
    if commit["lines_added"] is None:
        return "Its diff is not available: a parent or an object is missing."
    if not sessions:
        return "It changes no lines."
    header = ["Session", "Provider", "Model", "Lines", "Share", "Moved", "Generated", "Confidence"]
    return render.as_table(header, [_session(row) for row in sessions], left=3)


def _session(row: Row) -> list[str]:
    is_known = row["provider"] != "unattributed"
    return [
        row["session_id"] or "unattributed",
        row["provider"] if is_known else "",
        render.text(row["model"]) if is_known else "",
        str(row["matched_lines"]),
        render.share(row["share_of_commit"]),
        str(row["carried_lines"]),
        str(row["generated_lines"]),
        "" if row["confidence"] is None else f"{row['confidence']:.2f}",
    ]


def _recorded(rows: list[Row]) -> str:
    """What other tools recorded; it counts in no metric."""
    header = ["Recorded by", "Tool", "Session", "Contributor", "File", "Lines"]
    return render.as_table(header, [_record(row) for row in rows], left=len(header))


def _record(row: Row) -> list[str]:
    lines = ""
    if row["first_line"] is not None:
        lines = f"{row['first_line']}-{row['first_line'] + row['line_count'] - 1}"
    names = (row["kind"], row["tool"], row["external_session"], row["contributor"], row["path"])
    return [*("" if name is None else str(name) for name in names), lines]


def _runs(lines: dict[int, Row]) -> str:
    body = [
        [f"  {first}-{last}" if last > first else f"  {first}", *describe(owner)]
        for first, last, owner in _neighbours(lines)
    ]
    width = max(len(row[0]) for row in body)
    return "\n".join(f"{row[0]:<{width}}  {'  '.join(row[1:])}".rstrip() for row in body)


def _neighbours(lines: dict[int, Row]) -> Iterator[tuple[int, int, Row]]:
    """(first line, last line, owner) of each run of consecutive lines with one owner."""
    pairs = enumerate(lines.items())
    for _, group in groupby(pairs, lambda pair: (pair[1][0] - pair[0], list(pair[1][1].values()))):
        run = [line for _, line in group]
        yield run[0][0], run[-1][0], run[0][1]


def describe(owner: Row) -> list[str]:
    """The owner, the evidence and the confidence, for people."""
    if owner["session_id"] is None:
        return ["unattributed"]
    agent = f" agent {owner['agent_id']}" if owner["agent_id"] else ""
    moved = " (moved or put back)" if owner["is_carried"] else ""
    who = f"{owner['provider']} {owner['session_id']}{agent}"
    return [visible(who), owner["stage"], f"{owner['confidence']:.2f}{moved}"]

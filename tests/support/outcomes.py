"""Rows put straight into the event tables: what reports say about them can be worked out by hand."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from aea.ingest.catch_up import open_database
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

REPO = "git:github.com/acme/shop"
_OUTCOME = {
    "repository": REPO,
    "commit_time": "2026-03-02T10:00:00Z",
    "author": "ada@example.org",
    "is_merge": 0,
    "is_reachable": 1,
    "coverage": "covered",
    "coverage_reason": "known_author",
    "heavy_ai_flag": 0,
    "branch_name": None,
    "merged_to_mainline_flag": 0,
    "mainline_at": None,
    "reverted_later_flag": 0,
    "total_matched_ai_lines": 0,
    "attributable_lines": 10,
    "ai_assisted_unproven": 0,
    "commit_total_changed_lines": 12,
    "lines_added": 10,
    "lines_removed": 2,
    "ingested_at": 1,
}
_CHURN = {
    "mainline_at": "2026-03-02T12:00:00Z",
    "mature_at": "2026-03-16T12:00:00Z",
    "ai_added_lines_removed": 0,
    "churn_window_days": 14,
}
_BUG = {"mature_at": "2026-05-01T12:00:00Z", "bug_signal_count": 0, "window_days": 60}
_SESSION = {"certain_lines": 0, "carried_lines": 0, "generated_lines": 0, "is_reachable": 1}
_TASK = {"evidence": "branch", "fallback_flag": 0, "confidence": 1.0}
_QUALITY = {
    "repository": REPO,
    "machine": "m",
    "started_at": "2026-03-02T09:00:00Z",
    "ended_at": "2026-03-02T10:00:00Z",
    "model_name": None,
    "debug_loop_flag": 0,
    "mid_session_error_paste_flag": 0,
    "accepted_output_flag": 1,
    "minutes_to_first_accepted_change": None,
    "session_commit_within_4h_flag": 0,
    "agent_loop_flag": 0,
    "finished_tool_call_count": 10,
    "failed_tool_call_count": 1,
    "refused_tool_call_count": 0,
    "interruption_count": 0,
    "written_line_count": 10,
    "undone_line_count": 1,
    "rule_version": 1,
    "ingested_at": 1,
}
_LINES = ("accepted_lines_added", "committed_lines", "shipped_lines", "thrown_away_lines")
_PRODUCTIVITY = {
    "accepted_lines_removed": 0,
    "accepted_total_changed_lines": 0,
    "code_change_count": 1,
    "user_word_count": 1,
    "tool_call_count": 1,
    "has_tokens": 1,
}
_TASK_SESSION = {
    "repository": REPO,
    "started_at": "2026-03-02T09:00:00Z",
    "commit_within_window_flag": 0,
    "ingested_at": 1,
}


def _place(outcome: dict[str, Any]) -> str:
    if not outcome["is_reachable"]:
        return "dropped"
    return "mainline" if outcome["merged_to_mainline_flag"] else "open"


class Events:
    """Writes event rows; every method names only what matters."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, dict[str, Any]]] = []

    def commit(self, sha: str, **values: Any) -> Events:
        """One commit; `churn`=(reaching, removed), `bug`, `pull`=(status, opened, merged), `sessions`, `tasks`.

        `sessions` is {(provider, session, model): matched lines}, `tasks` is {key: branch}.
        """
        extra = {
            name: values.pop(name, None) for name in ("churn", "bug", "pull", "sessions", "tasks")
        }
        fallback = values.pop("fallback", 0)
        mature = {n: values.pop(n) for n in ("churn_mature_at", "bug_mature_at") if n in values}
        branch = max(filter(None, (extra["tasks"] or {}).values()), default=None)
        outcome = _OUTCOME | {"commit_sha": sha, "branch_name": branch} | values
        if values.get("merged_to_mainline_flag"):
            outcome.setdefault("mainline_at", outcome["commit_time"])
        outcome.setdefault("place", _place(outcome))
        outcome.setdefault("ai_lines", outcome["total_matched_ai_lines"])
        self._rows.append(("event_commit_outcome", outcome))
        key = {n: outcome[n] for n in ("repository", "commit_sha", "commit_time", "ingested_at")}
        if extra["churn"]:
            lines = ("ai_added_lines_reaching_mainline", "ai_added_lines_removed_within_window")
            counts = dict(zip(lines, extra["churn"], strict=True))
            at = {"mature_at": mature["churn_mature_at"]} if "churn_mature_at" in mature else {}
            self._rows.append(("event_commit_churn", key | _CHURN | counts | at))
        if extra["bug"] is not None:
            at = {"mature_at": mature["bug_mature_at"]} if "bug_mature_at" in mature else {}
            row = key | _BUG | {"bug_after_merge_flag": extra["bug"]} | at
            self._rows.append(("event_commit_bug_signal", row))
        if extra["pull"]:
            names = ("lookup_status", "pr_opened_flag", "pr_merged_flag")
            pull = dict(zip(names, extra["pull"], strict=True))
            self._rows.append(("event_commit_pr_outcome", key | pull))
        self._sessions(key, extra["sessions"] or {})
        if outcome["place"] == "mainline" and outcome["mainline_at"]:
            self._lead(outcome, extra["sessions"] or {})
        for task, branch in (extra["tasks"] or {}).items():
            row = key | _TASK | {"task_key": task, "branch_name": branch, "fallback_flag": fallback}
            self._rows.append(("event_task_commit", row))
        return self

    def _lead(
        self, outcome: dict[str, Any], sessions: dict[tuple[str, str, str | None], int]
    ) -> None:
        """Lines that the sessions wrote when they were committed."""
        names = ("repository", "commit_sha", "mainline_at", "ingested_at")
        key = {name: outcome[name] for name in names} | {"written_at": outcome["commit_time"]}
        for (provider, session, _), lines in sessions.items():
            row = key | {"provider": provider, "session_id": session, "line_count": lines}
            self._rows.append(("event_commit_lead", row))

    def _sessions(
        self, key: dict[str, Any], sessions: dict[tuple[str, str, str | None], int]
    ) -> None:
        total = sum(sessions.values())
        for (provider, session, model), lines in sessions.items():
            names = {"provider": provider, "session_id": session, "model_name": model}
            share = {"matched_lines": lines, "share_of_ai": lines / total}
            self._rows.append(("event_commit_session", key | _SESSION | names | share))
        nobody = {"provider": "unattributed", "session_id": "", "matched_lines": 3}
        self._rows.append(("event_commit_session", key | _SESSION | nobody))

    def session(
        self, provider: str, session: str, turns: int, lines: tuple[int | None, ...], **values: Any
    ) -> Events:
        """One session with prompts; `lines` are those accepted, committed, shipped and thrown away."""
        names = {"provider": provider, "session_id": session}
        row = _QUALITY | names | {"user_turn_count": turns} | values
        self._rows.append(("event_session_quality", row))
        return self.worked(provider, session, lines, repository=row["repository"])

    def worked(
        self, provider: str, session: str, lines: tuple[int | None, ...], **values: Any
    ) -> Events:
        """What a session wrote; `root_session_id` is the one that started it."""
        names = {"provider": provider, "session_id": session, "root_session_id": session}
        same = {n: _QUALITY[n] for n in ("repository", "machine", "started_at", "ended_at")}
        counts = dict(zip(_LINES, lines, strict=True)) | {"ingested_at": 1}
        row = _PRODUCTIVITY | same | names | counts | values
        self._rows.append(("event_session_productivity", row))
        return self

    def task_session(self, task: str, session: str, weight: float, **values: Any) -> Events:
        """One session of a task."""
        names = {"task_key": task, "provider": "codex", "session_id": session}
        self._rows.append(
            ("event_task_session", _TASK_SESSION | names | {"attribution_weight": weight} | values)
        )
        return self

    def write(self) -> None:
        """Into the database of this test, which is made first."""
        with closing(open_database()) as connection, db.transaction(connection):
            for table, row in self._rows:
                self._insert(connection, table, row)
            connection.execute(
                "INSERT OR IGNORE INTO metadata_repositories (repository_key, repository_name)"
                " VALUES (?, 'shop')",
                (REPO,),
            )

    def _insert(self, connection: Connection, table: str, row: dict[str, Any]) -> None:
        """A column that is not named and cannot be NULL is 0 or empty."""
        info = db.rows(connection, f"PRAGMA table_info({table})")
        blank = {name: "" if kind == "TEXT" else 0 for _, name, kind, filled, *_ in info if filled}
        row = blank | row
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)

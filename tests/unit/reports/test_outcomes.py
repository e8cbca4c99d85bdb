"""Figures worked out by hand from rows in the event tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aea.errors import UsageError
from aea.reports import settings, stats
from aea.reports.outcomes import OutcomesRequest, build_report
from aea.store.engine import metrics
from tests.support import worlds
from tests.support.database import ingest, select
from tests.support.outcomes import REPO, Events
from tests.support.sessions import START, ClaudeSession
from tests.support.worlds import GPT, OPUS

NOW = 1_775_001_600_000  # 2026-04-01


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEA_NOW_MS", str(NOW))


@pytest.fixture
def world() -> None:
    worlds.write_commits()


def rows(report: str, *names: str, **asked: Any) -> dict[Any, tuple[Any, ...]]:
    """Group to values; that of a ratio or mean is (numerator, denominator)."""
    found = build_report(OutcomesRequest(report, all_projects=True, timezone="UTC", **asked))
    return {_key(row): tuple(_part(row, name) for name in names) for row in found.rows}


def _key(row: dict[str, Any]) -> Any:
    return row["group_key"]


def _part(row: dict[str, Any], name: str) -> Any:
    if f"{name}_numerator" not in row:
        return row[name]
    parts = row[f"{name}_numerator"], row[f"{name}_denominator"]
    expected = parts[0] / parts[1] if parts[1] else None
    assert row[name] == (pytest.approx(expected) if expected is not None else None)
    return tuple(part if part is None else round(part, 9) for part in parts)


DELIVERY = (
    "commit_count", "heavy_commit_count", "ai_share", "heavy_share", "mainline_reach", "lead_time",
    "pr_lookup_coverage", "pr_reach", "pr_merge", "lines_added", "lines_removed",
)  # fmt: skip
QUALITY = (
    "churn", "bug_after_merge", "revert", "churn_of_others", "bug_after_merge_of_others",
    "revert_of_others",
)  # fmt: skip


@pytest.mark.usefixtures("world")
def test_delivery_of_everything() -> None:
    assert rows("delivery", *DELIVERY) == {
        None: (4, 3, (32, 40), (3, 4), (3, 4), 2.0, (2, 3), (1, 2), (1, 1), 40, 8)
    }


@pytest.mark.usefixtures("world")
def test_open_work_is_counted_apart() -> None:
    names = ("open_commit_count", "open_lines_added", "open_ai_lines")
    assert rows("delivery", *names) == {None: (2, 20, 10)}


@pytest.mark.usefixtures("world")
def test_quality_leaves_out_what_is_too_young_and_counts_it() -> None:
    immature = ("churn_immature_count", "bug_after_merge_of_others_immature_count")
    assert rows("quality", *QUALITY, *immature) == {
        None: ((40, 150), (1, 2), (1, 4), (1, 4), (0, 0), (1, 2), 1, 1)
    }


@pytest.mark.usefixtures("world")
def test_a_commit_is_divided_among_its_sessions_and_groups_add_up() -> None:
    names = (
        "commit_count",
        "heavy_commit_count",
        "mainline_reach",
        "churn",
        "bug_after_merge",
        "revert",
    )
    delivery = rows("delivery", *names[:3], group_by="provider")
    quality = rows("quality", *names[3:], group_by="provider")

    assert delivery == {
        "claude_code": (3, 2, (1.4, 1.7)),
        "codex": (2, 2, (1.6, 2.3)),
        "(no session)": (0, 0, (None, None)),
    }
    assert list(delivery) == ["claude_code", "codex", "(no session)"]
    assert quality == {
        "claude_code": ((34, 90), (0.4, 1.4), (1, 1.7)),
        "codex": ((6, 60), (0.6, 0.6), (0, 2.3)),
        "(no session)": ((None, None), (0, 0), (0, 0)),
    }
    for name, of in (("mainline_reach", "delivery"), ("churn", "quality"), ("revert", "quality")):
        for group in ("model", "provider", "repo", "branch", "task", "author", "week"):
            request = OutcomesRequest(of, group_by=group, all_projects=True, timezone="UTC")
            parts = [_part(row, name) for row in build_report(request).rows]
            whole = rows(of, name)[None][0]
            assert sum(n or 0 for n, _ in parts) == pytest.approx(whole[0]), (name, group)
            assert sum(d or 0 for _, d in parts) == pytest.approx(whole[1]), (name, group)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("model", {"opus": (3, 2), "(unknown)": (1, 1), "gpt": (1, 1), "(no session)": (0, 0)}),
        ("repo", {REPO: (3, 2), "dir:/x": (1, 1)}),
        ("author", {"ada@example.org": (3, 2), "bob@example.org": (1, 1)}),
        ("week", {"2026-03-09": (1, 1), "2026-03-02": (3, 2)}),
    ],
)
def test_groups(group: str, expected: dict[str, tuple[int, int]]) -> None:
    found = rows("delivery", "commit_count", "heavy_commit_count", group_by=group)
    assert found == expected
    assert list(found) == list(expected)


@pytest.mark.usefixtures("world")
def test_tasks_of_two_repositories_are_two_and_sort_naturally_before_the_limit() -> None:
    request = OutcomesRequest("delivery", group_by="task", all_projects=True, timezone="UTC")
    names = ("group_key", "repository", "commit_count", "heavy_commit_count")
    found = [tuple(row[name] for name in names) for row in build_report(request).rows]
    assert found == [
        ("ABC-2", REPO, 1, 1),
        ("ABC-10", "dir:/x", 1, 1),
        ("ABC-10", REPO, 1, 1),
        ("(no task)", REPO, 1, 0),
    ]
    cut = build_report(request._replace(limit=1))
    assert (cut.rows[0]["group_key"], cut.group_count) == ("ABC-2", 4)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"provider": "codex"}, (2, (1.6, 2.3))),
        ({"model": "opus"}, (3, (1.4, 1.7))),
        ({"branch": "topic/2"}, (1, (1, 1))),
        ({"task": "ABC-10"}, (2, (2, 3))),
        ({"task": "ABC-10", "provider": "codex"}, (1, (1, 1.7))),
        ({"task": "main"}, (1, (0, 0))),
        ({"author": "bob@example.org"}, (1, (1, 1))),
        ({"since": "2026-03-09"}, (1, (1, 1))),
        ({"until": "2026-03-08"}, (3, (2, 3))),
    ],
)
def test_filters(asked: dict[str, str], expected: tuple[Any, ...]) -> None:
    assert rows("delivery", "commit_count", "mainline_reach", **asked) == {None: expected}


@pytest.mark.usefixtures("world")
def test_a_week_begins_on_monday_in_the_zone_that_is_asked_for() -> None:
    request = OutcomesRequest("delivery", group_by="week", all_projects=True)
    sunday = build_report(request._replace(timezone="Pacific/Honolulu", since="2026-03-02"))
    assert [row["group_key"] for row in sunday.rows] == ["2026-03-09", "2026-03-02"]
    Events().commit("z", commit_time="2026-03-16T03:00:00Z").write()
    weeks = {
        zone: build_report(request._replace(timezone=zone)).rows[0]["group_key"]
        for zone in ("UTC", "Pacific/Honolulu")
    }
    assert weeks == {"UTC": "2026-03-16", "Pacific/Honolulu": "2026-03-09"}


@pytest.mark.usefixtures("world")
def test_unknown_is_not_nought() -> None:
    """Nobody asked the forge, nothing is old enough, no mainline is known."""
    (value,) = rows("delivery", "pr_reach", group_by="repo")["dir:/x"]
    assert value == (0, 0)  # over nothing: n/a
    (value,) = rows("quality", "churn", group_by="repo")["dir:/x"]
    assert value == (0, 0)  # the same
    Events().commit("g", repository="dir:/y", heavy_ai_flag=1, merged_to_mainline_flag=None).write()
    assert rows("delivery", "mainline_reach", group_by="repo")["dir:/y"] == ((None, None),)


TASKS = ("commit_count", "heavy_commit_count", "session_count", "mainline_reach", "churn", "prompts",
         "first_change", "debug_loop", "error_paste", "to_commit", "no_output")  # fmt: skip


@pytest.mark.usefixtures("world")
def test_tasks_weigh_sessions_by_their_lines() -> None:
    only = {"repo": REPO}
    found = build_report(OutcomesRequest("tasks", timezone="UTC", **only)).rows
    shown = {row["group_key"]: tuple(_part(row, name) for name in TASKS) for row in found}
    assert shown == {
        "ABC-2": (
            1,
            1,
            1,
            (1, 1),
            (10, 100),
            (120, 60),
            10.0,
            (0, 60),
            (0, 60),
            (0, 60),
            (0, 60),
        ),
        "ABC-10": (
            2,
            2,
            3,
            (1, 2),
            (30, 50),
            (40, 8),
            None,
            (7, 8),
            (0, 8),
            (7, 8),
            (0, 8),
        ),
    }
    assert list(shown) == ["ABC-2", "ABC-10"]


def test_tasks_with_sessions_come_first_and_the_newest_of_them_on_top() -> None:
    events = Events()
    days = {"ABC-1": 2, "ABC-2": 9, "ABC-3": 16, "ABC-4": 17, "ABC-10": 17}
    for number, (key, day) in enumerate(days.items()):
        events.commit(f"{number}", commit_time=f"2026-03-{day:02}T10:00:00Z", tasks={key: "x"})
    for key in ("ABC-1", "ABC-2"):
        events.session("claude_code", key, 1, (9, 9, 9, 0)).task_session(key, key, 9)
    events.write()

    report = build_report(OutcomesRequest("tasks", all_projects=True, timezone="UTC"))
    keys = [row["group_key"] for row in report.rows]
    assert keys == ["ABC-2", "ABC-1", "ABC-4", "ABC-10", "ABC-3"]
    assert (report.group_count, report.without_session_count) == (5, 3)
    cut = build_report(OutcomesRequest("tasks", all_projects=True, timezone="UTC", limit=1))
    assert (len(cut.rows), cut.without_session_count) == (1, 3)
    weeks = rows("tasks", "commit_count", group_by="week")
    assert list(weeks) == ["2026-03-16", "2026-03-09", "2026-03-02"]


@pytest.mark.usefixtures("world")
def test_branches_that_many_share_are_no_tasks_unless_asked_for() -> None:
    assert set(rows("tasks", "commit_count")) == {"ABC-2", "ABC-10"}
    assert set(rows("tasks", "commit_count", with_fallback=True)) == {"ABC-2", "ABC-10", "main"}
    assert rows("tasks", "commit_count", "session_count", task="main") == {"main": (1, 1)}
    by_week = rows("tasks", "commit_count", "session_count", group_by="week")
    assert by_week == {"2026-03-09": (1, 0), "2026-03-02": (3, 3)}
    by_model = rows("tasks", "commit_count", "mainline_reach", group_by="model")
    assert by_model["gpt"] == (2, (0.6, 1.3))


def test_a_commit_of_two_tasks_counts_once_where_tasks_are_not_the_group() -> None:
    two = {"ABC-2": "topic/2", "ABC-3": "topic/3"}
    shared = {GPT: 6, OPUS: 4}
    shipped = {"heavy_ai_flag": 1, "merged_to_mainline_flag": 1}
    Events().commit("h", **shipped, sessions=shared, tasks=two).write()
    names = ("commit_count", "mainline_reach")

    assert rows("tasks", *names) == {"ABC-2": (1, (1, 1)), "ABC-3": (1, (1, 1))}
    assert rows("tasks", *names, group_by="week") == {"2026-03-02": (1, (1, 1))}
    assert rows("tasks", *names, group_by="model") == {
        "gpt": (1, (0.6, 0.6)),
        "opus": (1, (0.4, 0.4)),
    }
    assert rows("tasks", *names, overall=True) == {None: (1, (1, 1))}


@pytest.mark.usefixtures("world")
def test_views_say_what_reports_say() -> None:
    """A view's now is the clock's, by which everything here is old enough."""
    (row,) = select("SELECT * FROM view_repository_commit_quality WHERE repository = ?", REPO)
    report = rows("delivery", "mainline_reach", "pr_reach", group_by="repo")[REPO]
    assert tuple(_part(row, name) for name in ("mainline_reach", "pr_reach")) == report
    assert (row["commit_count"], row["merge_count"], row["heavy_commit_count"]) == (3, 1, 2)
    (row,) = select("SELECT * FROM view_repository_churn_summary WHERE repository = ?", REPO)
    assert (_part(row, "churn"), _part(row, "churn_of_others")) == ((40, 150), (1, 4))
    (row,) = select(
        "SELECT * FROM view_task_execution_quality WHERE task_key = 'ABC-10' AND repository = ?",
        REPO,
    )
    assert tuple(_part(row, name) for name in TASKS[2:]) == (
        3, (1, 2), (30, 50), (40, 8), None, (7, 8), (0, 8), (7, 8), (0, 8),
    )  # fmt: skip
    weights = "SELECT commit_sha, sum(weight) AS w FROM view_commit_session GROUP BY commit_sha"
    assert {row["w"] for row in select(weights)} == {1}


@pytest.mark.usefixtures("world")
def test_bands_are_settings_and_small_samples_are_marked() -> None:
    found = build_report(OutcomesRequest("delivery", all_projects=True))
    statuses = {name: band["status"] for name, band in found.bands.items()}
    named = {"ai_share": None, "mainline_reach": "good", "pr_merge": "good", "pr_reach": "watch"}
    assert named.items() <= statuses.items()
    assert found.rows[0]["mainline_reach_is_small_sample"] == 1
    assert found.rows[0]["ai_share_is_small_sample"] == 1
    quality = build_report(OutcomesRequest("quality", all_projects=True))
    assert {quality.bands[name]["status"] for name in ("churn", "bug_after_merge", "revert")} == {
        "watch",
        "risk",
    }
    settings.change("churn_good", 0.5, is_default=False)
    assert (
        build_report(OutcomesRequest("quality", all_projects=True)).bands["churn"]["status"]
        == "good"
    )


def test_every_metric_can_be_asked_for_each_row_of_its_view(world: None) -> None:
    for metric in metrics.list_metrics():
        statement = (
            f"SELECT {metric.numerator} AS n, {metric.denominator} AS d, {metric.counts_from} AS f"
            f" FROM {metric.base}"
        )
        for row in select(statement):
            assert row["d"] in (None, 0) or row["d"] > 0
            assert (row["n"] or 0) <= (row["d"] or 0) or metric.unit != "share", metric.name
        assert metric.better in {"higher", "lower", "neither"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"overall": True, "group_by": "week"}, "exclude each other"),
    ],
)
def test_questions_without_sense(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build_report(OutcomesRequest(**({"report": "delivery"} | asked)))


def test_stats_and_the_view_of_sessions_agree(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEA_NOW_MS", str(START * 1000 + 3_600_000))
    loop = ClaudeSession("s1")
    for _ in range(5):
        loop.prompt("still: TypeError: x is undefined").say("again")
    loop.edit("/w/repo/a.py", "1", "2").write(home)
    ClaudeSession("s2").prompt("hi").say("ho").write(home)
    ClaudeSession("s3").prompt("hi").say("ho").edit("/w/repo/b.py", "1", "2").write(home)
    ingest()
    (view,) = select("SELECT * FROM view_global_session_quality")
    stats_row = stats.build_report(stats.StatsRequest()).rows[0]

    assert stats_row["session_with_prompt_count"] == view["session_count"] == 3
    for metric in stats.list_metrics():
        columns = [name for name in view if name.startswith(metric.name)]
        assert {name: view[name] for name in columns} == {name: stats_row[name] for name in columns}
    assert (view["debug_loop_numerator"], view["no_output_numerator"]) == (1, 1)

"""The rules of an earlier system beside ours, on the same events: its figures, and each documented difference.

README.md lists the differences; every row of its table has a case in DIFFERENCES.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aea.reports.outcomes import OutcomesRequest, build_report
from tests.parity import compatibility
from tests.support import worlds
from tests.support.outcomes import REPO, Events
from tests.support.worlds import session_flags

DELIVERY = ("commit_count", "heavy_commit_count", "mainline_reach", "pr_lookup_coverage", "pr_reach",
            "pr_merge")  # fmt: skip
QUALITY = ("heavy_commit_count", "churn", "bug_after_merge", "revert")
SESSIONS = ("session_count", "prompts", "first_change", "debug_loop", "error_paste", "to_commit",
            "no_output")  # fmt: skip


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEA_NOW_MS", "1775001600000")  # 2026-04-01


@pytest.fixture
def commits() -> None:
    worlds.write_commits()


@pytest.fixture
def sessions() -> None:
    worlds.write_sessions()


def figures(report: str, **asked: Any) -> list[tuple[Any, ...]]:
    """(key, values) in order; the value of a rate is (numerator, denominator)."""
    names = {"delivery": DELIVERY, "quality": QUALITY, "tasks": SESSIONS, "sessions": SESSIONS}[
        report
    ]
    rows = compatibility.rows(report, **asked)
    return [(row["group_key"], *(_value(row, name) for name in names)) for row in rows]


def session_figures(**asked: Any) -> list[tuple[Any, ...]]:
    return figures("sessions", **asked)


def _value(row: dict[str, Any], name: str) -> Any:
    if f"{name}_numerator" not in row:
        return row[name]
    parts = row[f"{name}_numerator"], row[f"{name}_denominator"]
    return tuple(part if part is None else round(part, 9) for part in parts)


CODEX = (4, 4, (2, 4), (1, 3), (1, 1), (1, 1))
CLAUDE = (4, 3, (2, 3), (2, 3), (1, 2), (1, 1))
HUMAN = (1, 0, (0, 0), (0, 0), (0, 0), (0, 0))


@pytest.mark.usefixtures("commits")
def test_delivery() -> None:
    assert figures("delivery", overall=True) == [
        (None, 7, 5, (3, 5), (2, 4), (1, 2), (1, 1)),
    ]
    assert figures("delivery", group_by="provider") == [
        ("claude_code", *CLAUDE),
        ("codex", *CODEX),
        ("human", *HUMAN),
    ]
    assert figures("delivery", group_by="model") == [
        ("claude_code/opus", *CLAUDE),
        ("codex/(unknown)", 1, 1, (1, 1), (0, 0), (0, 0), (0, 0)),
        ("codex/gpt", 3, 3, (1, 3), (1, 3), (1, 1), (1, 1)),
        ("human/(unknown)", *HUMAN),
    ]
    assert figures("delivery", group_by="repo") == [
        ("dir:/x", 1, 1, (1, 1), (0, 0), (0, 0), (0, 0)),
        (REPO, 6, 4, (2, 4), (2, 4), (1, 2), (1, 1)),
    ]
    assert figures("delivery", group_by="branch") == [
        ("topic/10", 1, 1, (1, 1), (0, 0), (0, 0), (0, 0)),
        ("main", 1, 0, (0, 0), (0, 0), (0, 0), (0, 0)),
        ("topic/10", 2, 2, (1, 2), (1, 2), (0, 1), (0, 0)),
        ("topic/2", 1, 1, (1, 1), (1, 1), (1, 1), (1, 1)),
    ]
    assert figures("delivery", group_by="task") == [
        ("ABC-2", 1, 1, (1, 1), (1, 1), (1, 1), (1, 1)),
        ("ABC-10", 1, 1, (1, 1), (0, 0), (0, 0), (0, 0)),
        ("ABC-10", 2, 2, (1, 2), (1, 2), (0, 1), (0, 0)),
    ]
    assert [row[:2] for row in figures("delivery", group_by="week")] == [
        ("2026-03-02", 5),
        ("2026-03-09", 2),
    ]


@pytest.mark.usefixtures("commits")
def test_quality_rounds_what_it_weighs() -> None:
    assert figures("quality", overall=True) == [(None, 5, (45, 170), (1, 3), (1, 5))]
    assert figures("quality", group_by="provider") == [
        ("claude_code", 3, (34, 90), (0, 1), (1, 2)),
        ("codex", 4, (11, 80), (1, 2), (0, 3)),
        ("human", 0, (0, 0), (0, 0), (0, 0)),
    ]
    assert figures("quality", group_by="model")[1:3] == [
        ("codex/(unknown)", 1, (5, 20), (0, 1), (0, 1)),
        ("codex/gpt", 3, (6, 60), (1, 1), (0, 2)),
    ]
    assert figures("quality", group_by="task") == [
        ("ABC-2", 1, (10, 100), (1, 1), (0, 1)),
        ("ABC-10", 3, (35, 70), (0, 2), (1, 3)),
    ]
    assert figures("quality", group_by="branch")[0] == ("main", 0, (0, 0), (0, 0), (0, 0))
    assert figures("quality", group_by="week")[1] == ("2026-03-09", 1, (5, 20), (0, 1), (0, 1))
    assert figures("quality", group_by="repo")[0] == ("dir:/x", 1, (5, 20), (0, 1), (0, 1))


@pytest.mark.usefixtures("commits")
def test_implicit_group_hides_small_models_and_people() -> None:
    assert [row[0] for row in figures("delivery")] == ["codex/gpt", "claude_code/opus"]
    assert [row[0] for row in figures("quality")] == ["codex/gpt", "claude_code/opus"]
    assert [row[0] for row in figures("quality", since="2026-03-09")] == [
        "codex/(unknown)",
        "human/(unknown)",
    ]


@pytest.mark.usefixtures("commits")
def test_filters_and_its_limit_before_the_order() -> None:
    assert figures("delivery", overall=True, provider="codex") == [(None, *CODEX)]
    assert figures("delivery", overall=True, provider="human") == [(None, *HUMAN)]
    assert [row[:2] for row in figures("delivery", group_by="task", model="codex/gpt")] == [
        ("ABC-2", 1),
        ("ABC-10", 1),
    ]
    assert [row[0] for row in figures("delivery", group_by="task", limit=1)] == ["ABC-10"]
    assert figures("quality", overall=True, task="ABC-10")[0][1] == 3


@pytest.mark.usefixtures("commits")
def test_sessions_of_tasks() -> None:
    assert figures("tasks", repository=REPO) == [
        ("ABC-2", 1, (120, 60), (600, 60), (0, 60), (0, 60), (0, 60), (0, 60)),
        ("ABC-10", 3, (40, 8), (None, None), (7, 8), (0, 8), (7, 10), (0, 8)),
    ]


OPUS_SESSIONS = (3, (19, 3), (50.5, 2), (1, 3), (1, 3), (1, 3), (1, 3))
GPT_SESSIONS = (2, (8, 2), (15, 2), (0, 2), (0, 2), (1, 2), (0, 2))
UNNAMED_SESSIONS = (1, (1, 1), (15, 1), (0, 1), (0, 1), (0, 1), (0, 1))


@pytest.mark.usefixtures("sessions")
def test_sessions() -> None:
    assert session_figures(overall=True) == [
        (None, 6, (28, 6), (80.5, 5), (1, 6), (1, 6), (2, 6), (1, 6))
    ]
    assert session_figures(group_by="model") == [
        ("claude_code/opus", *OPUS_SESSIONS),
        ("codex/(unknown)", *UNNAMED_SESSIONS),
        ("codex/gpt", *GPT_SESSIONS),
    ]
    assert session_figures(group_by="provider")[0] == ("claude_code", *OPUS_SESSIONS)
    assert [row[:2] for row in session_figures(group_by="repo")] == [
        (None, 1),
        ("dir:/x", 1),
        (REPO, 4),
    ]
    assert [row[:2] for row in session_figures(group_by="week")] == [
        ("2026-03-02", 5),
        ("2026-03-09", 1),
    ]
    assert session_figures(overall=True, model="codex/gpt") == [(None, *GPT_SESSIONS)]


@pytest.mark.usefixtures("sessions")
def test_tasks_and_branches_round_their_weights() -> None:
    two = (1, (120, 60), (600, 60), (0, 60), (0, 60), (60, 60), (0, 60))
    ten = (4, (52.6, 23.4), (279.2, 23.4), (2, 23), (2, 23), (1, 26), (0, 23))
    rest = (1, (9, 3), (90, 3), (0, 3), (0, 3), (0, 3), (0, 3))

    assert session_figures(group_by="task") == [("ABC-2", *two), ("ABC-10", *ten)]
    assert session_figures(group_by="branch") == [
        ("main", *rest),
        ("topic/10", *ten),
        ("topic/2", *two),
    ]
    assert [row[0] for row in session_figures(group_by="task", limit=1)] == ["ABC-10"]
    assert session_figures(overall=True, task="ABC-10") == [(None, *ten)]
    assert session_figures(overall=True, branch="main") == [(None, *rest)]


def test_a_session_of_two_tasks_is_once_in_its_branch() -> None:
    quiet = session_flags(turns=4, first=1.0)
    events = Events()
    events.task_session("ABC-1", "s1", 5, branch_name="topic", **quiet)
    events.task_session("ABC-2", "s1", 7, branch_name="topic", commit_within_window_flag=1, **quiet)
    events.write()
    once = (1, (48, 12), (12, 12), (0, 12), (0, 12), (12, 12), (0, 12))
    assert session_figures(group_by="branch") == [("topic", *once)]


@pytest.mark.usefixtures("sessions")
def test_implicit_group_hides_small_models() -> None:
    assert session_figures() == [("claude_code/opus", *OPUS_SESSIONS)]
    assert [row[:2] for row in session_figures(until="2026-03-08")] == [
        ("claude_code/opus", 2),
        ("codex/gpt", 2),
        ("codex/(unknown)", 1),
    ]


def test_implicit_order() -> None:
    """Most sessions, then most of them without output, then the name; cut at the end."""
    events = Events()
    for model, outputs in {"b": "111", "c": "1111", "a": "111", "d": "100", "e": "11"}.items():
        for number, output in enumerate(outputs):
            events.session(
                "codex", f"{model}{number}", 1, (0, 0, 0, 0), model_name=model,
                accepted_output_flag=int(output),
            )  # fmt: skip
    events.write()
    assert [row[0] for row in session_figures()] == ["codex/c", "codex/d", "codex/a", "codex/b"]
    assert [row[0] for row in session_figures(limit=2)] == ["codex/c", "codex/d"]


def _ours(report: str, *names: str, **asked: Any) -> dict[Any, Any]:
    """Group to values, as aea has them."""
    request = OutcomesRequest(report, **({"all_projects": True, "timezone": "UTC"} | asked))
    return {
        (row["repository"], row["group_key"]): [_value(row, name) for name in names]
        for row in build_report(request).rows
    }


def _theirs(report: str, *names: str, **asked: Any) -> dict[Any, Any]:
    return {
        (row.get("repository"), row["group_key"]): [_value(row, name) for name in names]
        for row in compatibility.rows(report, **asked)
    }


ALL, WHOLE = (None, None), {"overall": True}
BY_PROVIDER, BY_TASK = {"group_by": "provider"}, {"group_by": "task"}
# the case of README.md, the report, what is asked of both, the group, the metric, their value and ours
DIFFERENCES = [
    ("rounding", "quality", BY_PROVIDER, (None, "claude_code"), "bug_after_merge", (0, 1), (0.4, 1.4)),
    ("open windows", "quality", WHOLE, ALL, "churn", (45, 170), (40, 150)),
    ("bugs", "quality", WHOLE, ALL, "bug_after_merge", (1, 3), (1, 2)),
    ("unknown mainline", "delivery", {"group_by": "repo"}, (None, "dir:/y"), "mainline_reach", (0, 1), (None, None)),
    ("unreachable commits", "delivery", WHOLE, ALL, "commit_count", 9, 4),
    ("several sessions", "delivery", BY_PROVIDER, (None, "codex"), "mainline_reach", (2, 4), (1.6, 2.3)),
    ("pull requests", "delivery", {"group_by": "repo"}, (None, "git:gitlab.com/a/b"), "pr_lookup_coverage", (0, 0), (1, 1)),
    ("no session", "delivery", BY_PROVIDER, (None, "human"), "commit_count", 3, None),
    ("no session", "delivery", BY_PROVIDER, (None, "(no session)"), "commit_count", None, 0),
    ("no group asked for", "delivery", {}, (None, "codex/gpt"), "heavy_commit_count", 3, None),
    ("no group asked for", "delivery", {}, ALL, "heavy_commit_count", None, 3),
    ("task keys", "delivery", BY_TASK, ("git:gitlab.com/a/b", "#12"), "commit_count", None, 0),
    ("tasks of two repositories", "quality", BY_TASK, (None, "ABC-10"), "churn", (35, 70), None),
    ("tasks of two repositories", "quality", BY_TASK, (REPO, "ABC-10"), "churn", None, (30, 50)),
    ("tasks of two repositories", "quality", BY_TASK, ("dir:/x", "ABC-10"), "churn", None, (0, 0)),
    ("limit", "quality", BY_TASK | {"limit": 1}, (None, "ABC-10"), "heavy_commit_count", 3, None),
    ("limit", "quality", BY_TASK | {"limit": 1}, ("git:gitlab.com/a/b", "#12"), "heavy_commit_count", None, 0),
]  # fmt: skip
SESSION_DIFFERENCES = [
    ("sessions without commits", BY_TASK, (None, "(no commit)"), "session_count", None, 1),
    ("first change", WHOLE, ALL, "first_change", (80.5, 5), 15.0),
]


@pytest.mark.usefixtures("commits")
@pytest.mark.parametrize(
    ("case", "report", "asked", "group", "metric", "theirs", "ours"), DIFFERENCES
)
def test_differences_of_commits(
    case: str, report: str, asked: dict[str, Any], group: Any, metric: str, theirs: Any, ours: Any
) -> None:
    heavy = {"heavy_ai_flag": 1, "merged_to_mainline_flag": None}
    gitlab = {
        "repository": "git:gitlab.com/a/b",
        "pull": ("resolved", 1, 1),
        "tasks": {"#12": "12-x"},
    }
    Events().commit("y", repository="dir:/y", **heavy).commit("g", **heavy, **gitlab).write()

    assert _theirs(report, metric, **asked).get(group, [None]) == [theirs]
    assert _ours(report, metric, **asked).get(group, [None]) == [ours]


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize(
    ("case", "asked", "group", "metric", "theirs", "ours"), SESSION_DIFFERENCES
)
def test_differences_of_sessions(
    case: str, asked: dict[str, Any], group: Any, metric: str, theirs: Any, ours: Any
) -> None:
    ours_of = {key[1]: value for key, value in _ours("sessions", metric, **asked).items()}
    assert _theirs("sessions", metric, **asked).get(group, [None]) == [theirs]
    assert ours_of[group[1]] == [ours]


def test_a_week_begins_in_the_zone_that_is_asked_for() -> None:
    Events().commit("z", commit_time="2026-03-16T03:00:00Z").write()
    weeks = {"group_by": "week"}
    assert list(_theirs("delivery", **weeks)) == [(None, "2026-03-16")]
    assert list(_ours("delivery", **weeks, timezone="Pacific/Honolulu")) == [(None, "2026-03-09")]


def test_every_difference_that_is_documented_has_a_case() -> None:
    page = (Path(__file__).parent / "README.md").read_text()
    documented = {line.split(" | ")[0][2:] for line in page.splitlines() if line.startswith("| ")}
    cases = {row[0] for row in (*DIFFERENCES, *SESSION_DIFFERENCES)} | {"case", "weeks"}
    assert documented == cases

"""`aea session report`: figures worked out by hand from rows in the event tables, and real sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aea.errors import UsageError
from aea.reports import stats
from aea.reports.outcomes import SESSION_GROUPS, OutcomesRequest, as_document, build_report
from aea.reports.outcomes_text import as_text
from tests.support.database import ingest, select
from tests.support.outcomes import REPO, Events
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

METRICS = (
    "prompts",
    "first_change",
    "debug_loop",
    "error_paste",
    "to_commit",
    "no_output",
)
OURS = (*METRICS, "shipped_share")
LINES = ("accepted_lines_added", "committed_lines", "shipped_lines", "thrown_away_lines")
LATER = {"started_at": "2026-03-09T09:00:00Z"}
FIRST, WINDOW = "minutes_to_first_accepted_change", "session_commit_within_4h_flag"


@pytest.fixture
def world() -> None:
    """Six sessions with prompts; three have lines in tasks, one of these beside another without a prompt."""
    events = Events()
    opus, gpt = {"model_name": "opus"}, {"model_name": "gpt"}
    loop = {"debug_loop_flag": 1, "mid_session_error_paste_flag": 1}
    events.session("codex", "s1", 2, (100, 80, 60, 20), **gpt, **{FIRST: 10.0, WINDOW: 1})
    events.session("claude_code", "s2", 4, (50, 10, 0, 40), **opus, **loop, **{FIRST: 20.5})
    events.session("claude_code", "s3", 12, (0, 0, 0, 0), **opus, accepted_output_flag=0)
    events.session(
        "claude_code", "s4", 3, (10, 10, 2, 0), **opus, **LATER, **{FIRST: 30.0, WINDOW: 1}
    )
    events.worked("claude_code", "agent", (30, 20, 5, 10), root_session_id="s4")
    events.session("codex", "s5", 1, (7, 0, 0, None), repository=None, **{FIRST: 15.0})
    events.session("codex", "s6", 6, (5, 5, 8, 0), repository="dir:/x", **gpt, **{FIRST: 5.0})
    events.worked("codex", "s9", (9, 9, 9, 0))  # nobody typed a prompt

    events.commit("a", tasks={"ABC-2": "topic/2", "ABC-10": "topic/10"})
    events.commit("b", tasks={"main": "main"}, fallback=1)
    one = _flags(turns=2, first=10.0)
    two = _flags(turns=4, first=20.5) | loop
    four = _flags(turns=3, first=30.0)
    events.task_session(
        "ABC-2", "s1", 60, branch_name="topic/2", commit_within_window_flag=1, **one
    )
    events.task_session("ABC-10", "s1", 20, branch_name="topic/10", **one)
    claude: dict[str, Any] = {"provider": "claude_code"}
    events.task_session("ABC-10", "s2", 2.4, branch_name="topic/10", **two, **claude)
    claude |= four | LATER
    events.task_session(
        "ABC-10", "s4", 0, branch_name="topic/10", commit_within_window_flag=1, **claude
    )
    events.task_session("main", "s4", 3, branch_name="main", **claude)
    events.task_session("ABC-10", "s9", 2.4, branch_name="topic/10")
    events.write()


def _flags(*, turns: int, first: float) -> dict[str, Any]:
    quiet = {"debug_loop_flag": 0, "mid_session_error_paste_flag": 0, "accepted_output_flag": 1}
    return quiet | {"user_turn_count": turns, FIRST: first}


def rows(*names: str, **asked: Any) -> list[tuple[Any, ...]]:
    """(key, values) in order; a metric's value is (numerator, denominator)."""
    request = OutcomesRequest("sessions", **({"all_projects": True, "timezone": "UTC"} | asked))
    found = build_report(request).rows
    return [(row["group_key"], *(_part(row, name) for name in names)) for row in found]


def _part(row: dict[str, Any], name: str) -> Any:
    if f"{name}_numerator" not in row:
        return row[name]
    parts = row[f"{name}_numerator"], row[f"{name}_denominator"]
    expected = parts[0] / parts[1] if parts[1] else None
    assert row[name] == (pytest.approx(expected) if expected is not None else None)
    return tuple(part if part is None else round(part, 9) for part in parts)


@pytest.mark.usefixtures("world")
def test_all_sessions_in_one_scorecard() -> None:
    all_of_them = (
        None, 6, (28, 6), (80.5, 5), (1, 6), (1, 6), (2, 6), (1, 6), (72, 195), 195, 125, 75, 70,
    )  # fmt: skip
    assert rows("session_count", *OURS, *LINES) == [all_of_them]
    assert rows("session_count", *OURS, *LINES, overall=True) == [all_of_them]

    found = build_report(OutcomesRequest("sessions", all_projects=True))
    assert {name: band["status"] for name, band in found.bands.items()} == {
        "prompts": "watch",
        "first_change": "watch",
        "debug_loop": "watch",
        "error_paste": "watch",
        "to_commit": "watch",
        "no_output": "watch",
        "shipped_share": None,
    }
    assert found.rows[0]["first_change_is_small_sample"] == 0
    assert found.rows[0]["shipped_share_is_small_sample"] == 1  # four know lines
    (signal,) = [s for s in as_document(found)["scorecard"] if s["metric"] == "to_commit"]
    assert (signal["numerator"], signal["denominator"], signal["is_small_sample"]) == (2, 6, 0)


@pytest.mark.usefixtures("world")
def test_the_view_of_sessions_says_the_same() -> None:
    (view,) = select("SELECT * FROM view_global_session_quality")
    assert rows("session_count", *METRICS) == [
        (None, view["session_count"], *(_part(view, name) for name in METRICS))
    ]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("model", [("opus", 3, (7, 90)), ("gpt", 2, (65, 105)), ("(unknown)", 1, (None, None))]),
        ("provider", [("claude_code", 3, (7, 90)), ("codex", 3, (65, 105))]),
        ("repo", [(REPO, 4, (67, 190)), ("(none)", 1, (None, None)), ("dir:/x", 1, (5, 5))]),
        ("week", [("2026-03-09", 1, (7, 40)), ("2026-03-02", 5, (65, 155))]),
    ],
)
def test_groups(group: str, expected: list[tuple[Any, ...]]) -> None:
    assert rows("session_count", "shipped_share", group_by=group) == expected


@pytest.mark.usefixtures("world")
def test_tasks_and_branches_weigh_sessions_by_their_lines() -> None:
    two = (1, (120, 60), (600, 60), (0, 60), (0, 60), (60, 60), (0, 60), (45, 75))
    ten = (
        3, (52.6, 23.4), (279.2, 23.4), (2.4, 23.4), (2.4, 23.4), (1, 23.4), (0, 23.4), (16.75, 85),
    )  # fmt: skip
    rest = (1, (9, 3), (90, 3), (0, 3), (0, 3), (0, 3), (0, 3), (5.25, 30))
    nothing = (1, (12, 1), (0, 0), (0, 1), (0, 1), (0, 1), (1, 1), (0, 0))
    names = ("session_count", *OURS)

    assert rows(*names, group_by="task", repo=REPO) == [
        ("ABC-2", *two),
        ("ABC-10", *ten),
        ("(no commit)", *nothing),
        ("(no task)", *rest),
    ]
    assert rows(*names, group_by="branch", repo=REPO) == [
        ("topic/10", *ten),
        ("(no commit)", *nothing),
        ("main", *rest),
        ("topic/2", *two),
    ]
    assert rows(*names, task="main") == [(None, *rest)]
    assert rows("session_count", group_by="task", task="main") == [("main", 1)]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("group", SESSION_GROUPS)
def test_lines_of_groups_add_up(group: str) -> None:
    found = build_report(OutcomesRequest("sessions", group_by=group, all_projects=True)).rows
    (whole,) = rows(*LINES)
    for name, total in zip(LINES, whole[1:], strict=True):
        assert sum(row[name] or 0 for row in found) == pytest.approx(total)
    assert sum(_part(row, "shipped_share")[0] or 0 for row in found) == pytest.approx(72)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"provider": "codex"}, (3, (9, 3))),
        ({"model": "opus"}, (3, (19, 3))),
        ({"branch": "topic/2"}, (1, (120, 60))),
        ({"task": "ABC-10", "provider": "codex"}, (1, (40, 20))),
        ({"repo": REPO}, (4, (21, 4))),
        ({"since": "2026-03-09"}, (1, (3, 1))),
        ({"until": "2026-03-08"}, (5, (25, 5))),
    ],
)
def test_filters(asked: dict[str, str], expected: tuple[Any, ...]) -> None:
    assert rows("session_count", "prompts", **asked) == [(None, *expected)]


@pytest.mark.usefixtures("world")
def test_the_limit_cuts_groups_and_says_so() -> None:
    found = build_report(OutcomesRequest("sessions", group_by="model", all_projects=True, limit=1))
    assert ([row["group_key"] for row in found.rows], found.group_count) == (["opus"], 3)
    assert "2 more groups: --limit 3" in as_text(found)


def test_no_session_is_no_row() -> None:
    Events().worked("codex", "s9", (9, 9, 9, 0)).write()
    assert rows("session_count") == []
    assert "No session with a prompt here" in as_text(build_report(OutcomesRequest("sessions")))


OPUS = (3, (19, 3), (50.5, 2), (1, 3), (1, 3), (1, 3), (1, 3))
GPT = (2, (8, 2), (15, 2), (0, 2), (0, 2), (1, 2), (0, 2))
UNNAMED = (1, (1, 1), (15, 1), (0, 1), (0, 1), (0, 1), (0, 1))


def upstream(**asked: Any) -> list[tuple[Any, ...]]:
    """By the rules of upstream.md 3.2."""
    return rows("session_count", *METRICS, rules="upstream", **asked)


@pytest.mark.usefixtures("world")
def test_the_upstreams_sessions() -> None:
    assert upstream(overall=True) == [(None, 6, (28, 6), (80.5, 5), (1, 6), (1, 6), (2, 6), (1, 6))]
    assert upstream(group_by="model") == [
        ("claude_code/opus", *OPUS),
        ("codex/(unknown)", *UNNAMED),
        ("codex/gpt", *GPT),
    ]
    assert upstream(group_by="provider")[0] == ("claude_code", *OPUS)
    assert [row[:2] for row in upstream(group_by="repo")] == [(None, 1), ("dir:/x", 1), (REPO, 4)]
    assert [row[:2] for row in upstream(group_by="week")] == [("2026-03-02", 5), ("2026-03-09", 1)]
    assert upstream(overall=True, model="codex/gpt") == [(None, *GPT)]


@pytest.mark.usefixtures("world")
def test_the_upstreams_tasks_and_branches_round_their_weights() -> None:
    two = (1, (120, 60), (600, 60), (0, 60), (0, 60), (60, 60), (0, 60))
    ten = (4, (52.6, 23.4), (279.2, 23.4), (2, 23), (2, 23), (1, 26), (0, 23))
    rest = (1, (9, 3), (90, 3), (0, 3), (0, 3), (0, 3), (0, 3))

    assert upstream(group_by="task") == [("ABC-2", *two), ("ABC-10", *ten)]
    assert upstream(group_by="branch") == [("main", *rest), ("topic/10", *ten), ("topic/2", *two)]
    assert [row[0] for row in upstream(group_by="task", limit=1)] == ["ABC-10"]
    assert upstream(overall=True, task="ABC-10") == [(None, *ten)]
    assert upstream(overall=True, branch="main") == [(None, *rest)]


def test_a_session_of_two_tasks_is_once_in_the_upstreams_branch() -> None:
    quiet = _flags(turns=4, first=1.0)
    events = Events()
    events.task_session("ABC-1", "s1", 5, branch_name="topic", **quiet)
    events.task_session("ABC-2", "s1", 7, branch_name="topic", commit_within_window_flag=1, **quiet)
    events.write()
    once = (1, (48, 12), (12, 12), (0, 12), (0, 12), (12, 12), (0, 12))
    assert upstream(group_by="branch") == [("topic", *once)]


@pytest.mark.usefixtures("world")
def test_the_upstreams_implicit_group_hides_small_models() -> None:
    assert upstream() == [("claude_code/opus", *OPUS)]
    assert [row[:2] for row in upstream(until="2026-03-08")] == [
        ("claude_code/opus", 2),
        ("codex/gpt", 2),
        ("codex/(unknown)", 1),
    ]


def test_the_upstreams_implicit_order() -> None:
    """Most sessions, then most of them without output, then the name; cut at the end."""
    events = Events()
    for model, outputs in {"b": "111", "c": "1111", "a": "111", "d": "100", "e": "11"}.items():
        for number, output in enumerate(outputs):
            events.session(
                "codex", f"{model}{number}", 1, (0, 0, 0, 0), model_name=model,
                accepted_output_flag=int(output),
            )  # fmt: skip
    events.write()
    assert [row[0] for row in upstream()] == ["codex/c", "codex/d", "codex/a", "codex/b"]
    assert [row[0] for row in upstream(limit=2)] == ["codex/c", "codex/d"]


def test_the_upstream_knows_no_scorecard_with_groups() -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        rows(overall=True, group_by="model")


def test_real_sessions_are_reported_as_stats_has_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AEA_NOW_MS", str(START * 1000 + 3_600_000))
    loop = ClaudeSession("s1")
    for _ in range(5):
        loop.prompt("still: TypeError: x is undefined").say("again")
    loop.edit("/w/repo/a.py", "1", "2").write(home)
    ClaudeSession("s2").prompt("hi").say("ho").write(home)
    ingest()
    today = stats.build_report(stats.StatsRequest()).windows[0]
    (row,) = build_report(OutcomesRequest("sessions", all_projects=True)).rows

    assert row["session_count"] == today["judged_session_count"] == 2
    for name in ("debug_loop", "error_paste", "no_output"):
        assert row[name] == today[f"{name}_share"] == 0.5
    assert (row["prompts_numerator"], row["shipped_share"]) == (6, None)

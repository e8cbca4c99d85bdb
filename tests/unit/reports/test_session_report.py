"""`aea session report`: figures worked out by hand from rows in the event tables, and real sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aea.errors import UsageError
from aea.reports import dimensions, stats
from aea.reports.outcomes import OutcomesRequest, as_document, build_report
from aea.reports.outcomes_text import as_text
from tests.support import worlds
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


@pytest.fixture
def world() -> None:
    worlds.write_sessions()


def rows(*names: str, **asked: Any) -> list[tuple[Any, ...]]:
    """(key, values) in order; that of a ratio or mean is (numerator, denominator)."""
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
        None, 6, (28, 6), 15.0, (1, 6), (1, 6), (2, 6), (1, 6), (72, 195), 195, 125, 75, 70,
    )  # fmt: skip
    assert rows("session_count", *OURS, *LINES) == [all_of_them]
    assert rows("session_count", *OURS, *LINES, overall=True) == [all_of_them]

    found = build_report(OutcomesRequest("sessions", all_projects=True))
    statuses = {name: band["status"] for name, band in found.bands.items()}
    assert dict.fromkeys(METRICS, "watch") | {"shipped_share": None} == {
        name: statuses[name] for name in OURS
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
    two = (1, (120, 60), 10.0, (0, 60), (0, 60), (60, 60), (0, 60), (45, 75))
    ten = (
        3, (52.6, 23.4), 10.0, (2.4, 23.4), (2.4, 23.4), (1, 23.4), (0, 23.4), (16.75, 85),
    )  # fmt: skip
    rest = (1, (9, 3), 30.0, (0, 3), (0, 3), (0, 3), (0, 3), (5.25, 30))
    nothing = (1, (12, 1), None, (0, 1), (0, 1), (0, 1), (1, 1), (0, 0))
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
@pytest.mark.parametrize("group", dimensions.names_of("sessions"))
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


def test_a_scorecard_has_no_groups() -> None:
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
    today = stats.build_report(stats.StatsRequest()).rows[0]
    (row,) = build_report(OutcomesRequest("sessions", all_projects=True)).rows

    assert row["session_count"] == today["session_with_prompt_count"] == 2
    for metric in stats.list_metrics():
        columns = [name for name in row if name.startswith(metric.name)]
        assert {name: row[name] for name in columns} == {name: today[name] for name in columns}
    assert (row["debug_loop"], row["error_paste"], row["no_output"]) == (0.5, 0.5, 0.5)
    assert (row["prompts_numerator"], row["shipped_share"]) == (6, None)

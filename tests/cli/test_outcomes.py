"""`aea delivery`, `quality`, `tasks`, `session report` and `settings` as a person types them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_commands import aea, answer
from tests.support.database import assert_consistent, ingest, select
from tests.support.ledger import CODE, DAY, HEAD, Shop
from tests.support.outcomes import Events
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

OPUS = ("claude_code", "s2", "opus")


@pytest.fixture
def events() -> None:
    """Six heavy commits, five of them shipped, one of these reverted; and one of nobody known."""
    made = Events()
    shipped = {"heavy_ai_flag": 1, "merged_to_mainline_flag": 1, "total_matched_ai_lines": 9}
    for number in range(5):
        made.commit(
            f"a{number}", **shipped, mainline_at="2026-03-02T11:30:00Z", churn=(10, 2), bug=0,
            reverted_later_flag=int(number == 0), sessions={OPUS: 9}, tasks={"ABC-9": "topic/9"},
        )  # fmt: skip
    made.commit("b", heavy_ai_flag=1, sessions={OPUS: 9}, pull=("resolved", 1, 0))
    made.commit("c")
    made.task_session("ABC-9", "s2", 45, branch_name="topic/9", user_turn_count=3, debug_loop_flag=0,
                      mid_session_error_paste_flag=0, accepted_output_flag=1)  # fmt: skip
    made.write()


def _spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.usefixtures("events")
def test_a_scorecard_for_people() -> None:
    delivery = _spaced(aea("delivery").stdout)
    assert "5 commits, 5 heavy, lines +50 -10, and 2 open (+20 lines, " in delivery
    assert "Mainline reach (share) 83% 5 / 6 good" in delivery
    assert "Lead time (median) 90.0 min of 5" in delivery
    assert "PR reach (share) 100%* 1 / 1 good" in delivery
    assert "PR merge (share) 0%* 0 / 1 risk" in delivery
    assert "PR lookups (share) 17% 1 / 6" in delivery
    assert "* fewer than 5 in the sample" in delivery

    quality = _spaced(aea("quality").stdout)
    assert "Churn (share) 20% 10 / 50 n/a watch" in quality
    assert "Reverted (share) 17% 1 / 6 0%* risk" in quality
    assert delivery.endswith(" Up to date.")
    assert quality.endswith(" Up to date.")


@pytest.mark.usefixtures("events")
def test_what_is_too_young_is_said_and_what_is_unknown_is_not_nought() -> None:
    text = _spaced(aea("quality", AEA_NOW_MS="1772500000000").stdout)
    assert "Excluded from churn, window still open: 5" in text
    assert "Churn (share) n/a 0 / 0" in text
    (row,) = answer("quality", AEA_NOW_MS="1772500000000")["rows"]
    assert (row["churn"], row["churn_numerator"], row["churn_immature_count"]) == (None, 0, 5)
    (row,) = answer("delivery", "--task", "ABC-9")["rows"]
    assert (row["pr_reach"], row["pr_lookup_coverage"]) == (None, 0)


@pytest.mark.usefixtures("events")
def test_groups_as_text_json_and_csv() -> None:
    text = aea("delivery", "--group-by", "model").stdout.splitlines()
    assert text[2].split()[:3] == ["Model", "Commits", "Heavy"]
    assert [line.split()[0] for line in text[4:6]] == ["opus", "(no"]
    document = answer("delivery", "--group-by", "model")
    assert (document["group_by"], document["group_count"]) == ("model", 2)
    rows = list(csv.DictReader(io.StringIO(aea("delivery", "--group-by", "model", "--csv").stdout)))
    assert list(rows[0]) == list(document["rows"][0])
    assert (rows[0]["mainline_reach_numerator"], rows[0]["mainline_reach_denominator"]) == (
        "5.0",
        "6.0",
    )
    assert document["rows"][0]["mainline_reach_is_small_sample"] == 0
    cut = aea("delivery", "--group-by", "model", "--limit", "1").stdout
    assert "1 more groups: --limit 2" in cut


@pytest.mark.usefixtures("events")
def test_tasks() -> None:
    text = aea("tasks").stdout
    assert [line for line in text.splitlines() if line.startswith("ABC-9")]
    assert "but no session" not in text
    (row,) = answer("tasks")["rows"]
    assert (row["commit_count"], row["session_count"], row["prompts"]) == (5, 1, 3)


@pytest.mark.usefixtures("events")
def test_tasks_say_how_many_have_no_session() -> None:
    Events().commit("other", tasks={"ABC-7": "topic/7"}).commit("one", tasks={"ABC-8": "x"}).write()
    assert "2 more tasks have commits but no session" in aea("tasks", "--limit", "1").stdout
    assert answer("tasks")["without_session_count"] == 2
    assert "1 task has commits but no session" in aea("tasks", "--task", "ABC-7").stdout


def test_sessions_as_a_scorecard_and_by_task() -> None:
    events = Events()
    for number in range(5):
        events.session("codex", f"s{number}", 3, (40, 30, 20, 10), model_name="gpt")
        events.session(
            "codex", f"n{number}", 9, (0, 0, 0, None), accepted_output_flag=0, repository=None
        )
        events.task_session("ABC-9", f"s{number}", 10)
    events.commit("a", tasks={"ABC-9": "topic/9"}).write()

    text = _spaced(aea("session", "report").stdout)
    assert (
        "10 sessions, 200 lines accepted, 150 lines committed, 100 lines shipped, 50 lines" in text
    )
    assert "Shipped (share) 50% 100 / 200" in text
    assert "Prompts per session (mean) 6.0 60 / 10 watch" in text
    assert "No output (share) 50% 5 / 10 risk" in text
    assert "First change (median) n/a" in text
    document = answer("session", "report", "--group-by", "task")
    assert document["report"] == "sessions"
    assert [
        (row["group_key"], row["session_count"], row["shipped_share"]) for row in document["rows"]
    ] == [
        ("ABC-9", 5, 0.5),
        ("(no commit)", 5, None),
    ]
    (row,) = csv.DictReader(io.StringIO(aea("session", "report", "--csv").stdout))
    assert (row["prompts_numerator"], row["prompts_denominator"]) == ("60", "10")


@pytest.mark.usefixtures("events")
def test_bands_change_with_their_settings() -> None:
    assert answer("quality")["scorecard"][2]["status"] == "watch"
    done = aea("settings", "churn_good", "0.25")
    assert done.stdout.startswith("churn_good is 0.25 (share; shipped: 0.15).")
    card = {signal["metric"]: signal for signal in answer("quality")["scorecard"]}
    assert (card["churn"]["status"], card["churn"]["good"]) == ("good", 0.25)
    assert card["churn"]["numerator"] == 10
    aea("settings", "churn_good", "--default")
    (row,) = answer("settings", "churn_good")
    assert (row["setting_value"], row["default_value"]) == (0.15, 0.15)
    assert "churn_good" in aea("settings").stdout


def test_from_sessions_and_git_to_the_scorecard(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.clock = START
    repo.change({"README.md": "shop\n"})
    code = "def total(items):\n    return sum(item.price for item in items)\n"
    session = ClaudeSession("s1", cwd=str(repo.directory), branch="main")
    session.prompt("add a cart").edit(str(repo.directory / "cart.py"), "", code).write(home)
    repo.clock = START + 600
    repo.change({"cart.py": code})
    ingest(directory=str(repo.directory))

    (row,) = answer("delivery", cwd=repo.directory)["rows"]
    assert (row["commit_count"], row["heavy_commit_count"]) == (2, 1)
    assert (row["ai_share_numerator"], row["ai_share_denominator"]) == (2, 3)
    groups = answer("delivery", "--group-by", "provider", cwd=repo.directory)["rows"]
    assert [row["group_key"] for row in groups] == ["claude_code", "(no session)"]
    (other,) = answer("delivery", "--author", "nobody@example.org", cwd=repo.directory)["rows"] or [
        {}
    ]
    assert other == {}


def test_from_a_fix_in_git_to_churn_and_bug(home: Path) -> None:
    """The session adds six lines; three days later a fix takes two of them off the mainline."""
    shop = Shop(home)
    shop.edit("a.py", HEAD + CODE)
    shop.repo.commit("Add the total")
    shop.repo.clock += 3 * DAY
    shop.change("a.py", HEAD + CODE[:2] + ["    return sum(cart)"], "Fix the total")
    shop.look()
    ready = {"cwd": shop.repo.directory}
    (delivery,) = answer("delivery", **ready)["rows"]
    (row,) = answer("quality", **ready)["rows"]

    assert (delivery["commit_count"], delivery["heavy_commit_count"]) == (3, 1)
    assert (delivery["mainline_reach_numerator"], delivery["lead_time"]) == (1, 1 / 60)
    lost, came = row["churn_numerator"], row["churn_denominator"]
    (event,) = select("SELECT * FROM event_commit_churn WHERE ai_added_lines_reaching_mainline > 0")
    assert (lost, came) == (event["ai_added_lines_removed_within_window"], 6)
    assert lost > 0
    assert (row["bug_after_merge_numerator"], row["bug_after_merge_denominator"]) == (1, 1)

    now = str((shop.repo.clock + DAY) * 1000)
    (young,) = answer("quality", **ready, AEA_NOW_MS=now)["rows"]
    assert (young["churn"], young["churn_immature_count"]) == (None, 1)
    assert aea("settings", "churn_window_days", "1", AEA_NOW_MS=now).returncode == 0
    (shorter,) = answer("quality", **ready, AEA_NOW_MS=now)["rows"]
    assert (shorter["churn_numerator"], shorter["churn_denominator"]) == (0, 6)
    assert_consistent()


def test_a_rule_that_changes_makes_its_events_anew(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.clock = START
    lines = [f"value_{number} = compute({number})\n" for number in range(10)]
    session = ClaudeSession("s1", cwd=str(repo.directory), branch="main")
    session.prompt("x").edit(str(repo.directory / "a.py"), "", "".join(lines[:4])).write(home)
    repo.clock = START + 600
    repo.change({"a.py": "".join(lines)})
    ingest(directory=str(repo.directory))
    heavy = "SELECT ai_share, heavy_ai_flag FROM event_commit_outcome"
    assert select(heavy) == [{"ai_share": 0.4, "heavy_ai_flag": 0}]
    assert aea("settings", "heavy_ai_share", "0.4").returncode == 0
    assert select(heavy) == [{"ai_share": 0.4, "heavy_ai_flag": 1}]
    assert_consistent()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("delivery", "--overall", "--group-by", "week"), 2, "exclude each other"),
        (("delivery", "--since", "2026-05-29", "--until", "2026-05-28"), 2, "is after --until"),
        (("delivery", "--timezone", "Mars/Olympus"), 2, "no time zone"),
        (("settings", "moon", "1"), 2, "no setting 'moon'"),
        (("settings", "moon"), 2, "no setting 'moon'"),
        (("settings", "churn_good", "1.5"), 2, "churn_good cannot be 1.5"),
        (("settings", "churn_window_days", "nan"), 2, "churn_window_days cannot be nan"),
        (("settings", "churn_good", "0.5", "--default"), 2, "exclude each other"),
    ],
)
def test_errors_are_a_line_and_a_hint(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = aea(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Try: " in done.stderr

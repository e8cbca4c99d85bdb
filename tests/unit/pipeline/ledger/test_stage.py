"""When lines of a session came to the mainline, and when it lost them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.pipeline.refresh import refresh
from aea.store.engine import db
from tests.scenarios.sessions import Claude
from tests.support.database import select
from tests.support.ledger import ADA, CODE, DAY, HEAD, Shop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shop(home: Path) -> Shop:
    return Shop(home)


def add_code(shop: Shop) -> str:
    shop.edit("a.py", HEAD + CODE)
    return shop.repo.commit("Add total")


def test_a_line_that_is_changed_dies_once(shop: Shop) -> None:
    sha = add_code(shop)
    shop.look()
    assert shop.churn(sha) == (6, 0, 0)
    shop.change("a.py", [*HEAD, *CODE[:3], "        result += item.gross", *CODE[4:]])
    shop.look()
    assert shop.churn(sha) == (6, 1, 1)
    shop.change("a.py", [*HEAD, *CODE])
    shop.look()
    assert shop.churn(sha) == (6, 0, 0)  # the change was taken back: the mainline has the line


def test_after_the_window_it_is_no_churn(shop: Shop) -> None:
    sha = add_code(shop)
    shop.repo.clock += 15 * DAY
    shop.change("a.py", HEAD)
    shop.look()
    assert shop.churn(sha) == (6, 0, 6)


def test_the_window_may_be_set(shop: Shop) -> None:
    sha = add_code(shop)
    shop.repo.clock += 15 * DAY
    shop.change("a.py", HEAD)
    shop.look()
    connection = db.open_writer()
    with db.transaction(connection):
        connection.execute(
            "UPDATE metadata_settings SET setting_value = 20 WHERE setting_name = 'churn_window_days'"
        )
    connection.close()
    shop.look()
    assert shop.churn(sha) == (6, 6, 6)


def test_lines_that_others_wrote_do_not_count(shop: Shop) -> None:
    sha = add_code(shop)
    shop.change("a.py", CODE)
    shop.look()
    assert shop.churn(sha) == (6, 0, 0)


@pytest.mark.parametrize(
    "lines",
    [
        [*CODE, *HEAD],
        [*HEAD, "if True:", *(f"    {line}" if line else "" for line in CODE)],
        [
            *HEAD,
            "def total(",
            "    cart,",
            "):",
            *CODE[1:],
        ],
        ["# new", "# head", *HEAD, "pass", *CODE],
    ],
    ids=["moved", "indented", "broken", "pushed down"],
)
def test_lines_that_only_move_live_on_and_die_later(shop: Shop, lines: list[str]) -> None:
    sha = add_code(shop)
    shop.change("a.py", lines)
    shop.look()
    assert shop.churn(sha)[1:] == (0, 0)
    shop.change("a.py", HEAD)
    shop.look()
    assert shop.churn(sha) == (6, 6, 6)


def test_a_rename_and_a_move_to_another_file_keep_them(shop: Shop) -> None:
    sha = add_code(shop)
    shop.repo.git("mv", "a.py", "b.py")
    shop.repo.commit("Rename")
    shop.write("c.py", CODE)
    shop.change("b.py", HEAD, "Move it out")
    shop.look()
    assert shop.churn(sha)[2] == 0
    shop.change("c.py", ["nothing = 1"])
    shop.look()
    assert shop.churn(sha)[2] in (5, 6)  # the last line is blank


def test_a_merge_brings_them_and_a_merge_takes_them(shop: Shop) -> None:
    shop.repo.git("checkout", "-q", "-b", "work")
    sha = add_code(shop)
    shop.repo.git("checkout", "-q", "main")
    shop.change("README.md", ["Shop", "More"])
    shop.look()
    assert select("SELECT * FROM event_commit_churn WHERE commit_sha = ?", sha) == []
    shop.repo.merge("work")
    shop.look()
    assert shop.churn(sha) == (6, 0, 0)
    shop.repo.git("checkout", "-q", "work")
    fix = shop.change("a.py", [*HEAD, *CODE[:4], "    return round(result)", ""], "fix: round")
    shop.look()
    assert shop.churn(sha) == (6, 0, 0)
    shop.repo.git("checkout", "-q", "main")
    shop.repo.merge("work")
    shop.look()
    assert shop.churn(sha) == (6, 1, 1)
    told = shop.bug(sha)
    assert (told["bug_after_merge_flag"], told["first_bug_signal_commit_sha"]) == (1, fix)
    assert (told["bug_signal_count"], told["signal_source"]) == (1, "git_fix_commit")


def test_what_the_branch_took_back_itself_never_came(shop: Shop) -> None:
    shop.repo.git("checkout", "-q", "-b", "work")
    sha = add_code(shop)
    shop.change("a.py", [*HEAD, *CODE[:2]])
    shop.repo.git("checkout", "-q", "main")
    shop.change("README.md", ["Shop", "More"])
    shop.repo.merge("work")
    shop.look()
    assert shop.churn(sha) == (2, 0, 0)


@pytest.mark.parametrize(
    ("message", "flag"), [("fix: the total", 1), ("Fixes #3", 1), ("Other words", 0)]
)
def test_a_fix_that_takes_a_line_is_a_bug_signal(shop: Shop, message: str, flag: int) -> None:
    sha = add_code(shop)
    shop.look()
    assert shop.bug(sha)["bug_after_merge_flag"] == 0
    shop.change("a.py", [*HEAD, *CODE[:4], "    return round(result)", ""], message)
    shop.look()
    assert shop.bug(sha)["bug_after_merge_flag"] == flag


def tell(*statements: str) -> None:
    """What a forge told, as `aea github sync` writes it."""
    connection = db.open_writer()
    with db.transaction(connection):
        for statement in statements:
            connection.execute(statement)
        refresh(connection)
    connection.close()


def test_a_bug_that_the_forge_knows_is_a_signal_of_what_its_pull_request_mended(
    shop: Shop,
) -> None:
    sha = add_code(shop)
    shop.change("a.py", [*HEAD, *CODE[:4], "    return round(result)", ""], "Round it (#9)")
    shop.look()
    assert shop.bug(sha)["bug_after_merge_flag"] == 0
    pull = "1, 9, 'github', 'merged', 0, 1, 1, 1, 1, 'main', 'x', '', NULL, NULL, 1"
    tell(
        f"INSERT INTO fact_pull_request VALUES ({pull})",
        "INSERT INTO fact_issue_fix VALUES (1, 3, 9, 1, 1)",
    )
    shop.look()
    assert shop.bug(sha)["bug_after_merge_flag"] == 0  # it may be any issue
    tell("INSERT INTO fact_issue VALUES (1, 3, 'github', 'closed', 1, 1, 1, 1)")
    shop.look()
    assert (shop.bug(sha)["bug_signal_count"], shop.bug(sha)["signal_source"]) == (
        1,
        "linked_issue",
    )
    tell("DELETE FROM fact_issue_fix")
    shop.look()
    assert shop.bug(sha)["bug_after_merge_flag"] == 0


def test_a_fix_elsewhere_or_of_a_blank_line_is_none(shop: Shop) -> None:
    sha = add_code(shop)
    shop.change("README.md", ["Shop!"], "fix: the name")
    shop.change("a.py", [*HEAD, *CODE[:5]], "fix: no blank line")
    shop.repo.clock += 61 * DAY
    shop.change("a.py", [*HEAD, *CODE[:4], "    return round(result)"], "fix: too late")
    shop.look()
    assert shop.bug(sha)["bug_signal_count"] == 0


def test_most_lines_dying_at_once_is_a_revert(shop: Shop) -> None:
    sha = add_code(shop)
    shop.change("README.md", ["Shop", "No total any more"])
    shop.change("a.py", [*HEAD, CODE[1]], "Not needed")
    shop.look()
    query = "SELECT reverted_evidence AS found FROM event_commit_outcome WHERE commit_sha = ?"
    assert select(query, sha) == [{"found": "lines_died"}]


def test_a_session_knows_what_shipped_and_what_did_not(shop: Shop) -> None:
    shop.repo.git("checkout", "-q", "-b", "work")
    shop.edit("a.py", HEAD + CODE)
    shop.edit("b.py", ["scratch = 1", "more = 2"])
    (shop.repo.directory / "b.py").unlink()
    shop.repo.commit("Add total")
    query = (
        "SELECT committed_lines, shipped_lines, thrown_away_lines FROM event_session_productivity"
    )
    shop.look()
    assert [tuple(row.values()) for row in select(query)] == [(6, 0, 2)]
    shop.repo.git("checkout", "-q", "main")
    shop.repo.git("merge", "-q", "work")
    shop.look()
    assert [tuple(row.values()) for row in select(query)] == [(6, 6, 2)]


def test_a_mainline_that_goes_back_gives_lines_their_life_again(shop: Shop) -> None:
    sha = add_code(shop)
    shop.change("a.py", HEAD)
    shop.look()
    assert shop.churn(sha) == (6, 6, 6)
    shop.repo.git("reset", "-q", "--hard", "HEAD~1")
    shop.look()
    assert shop.churn(sha) == (6, 0, 0)


def test_a_session_that_is_read_late_finds_its_dead_lines(home: Path) -> None:
    shop = Shop(home)
    place = home / ".claude" / "projects" / "-repo" / f"{ADA.session_id}.jsonl"
    shop.session = Claude(ADA, place, late=True)
    sha = add_code(shop)
    shop.change("a.py", [*HEAD, *CODE[2:]])
    shop.look()
    assert shop.churn(sha) == (0, 0, 0)
    shop.session.release()
    shop.look()
    assert shop.churn(sha) == (6, 2, 2)

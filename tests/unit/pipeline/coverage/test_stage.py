"""The coverage of commits in real histories, in any order of arrival."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from aea.cli.main import run
from tests.scenarios.sessions import Author, Claude
from tests.support.database import ingest, select
from tests.support.ledger import CODE, DAY, Shop
from tests.unit.ingest.test_authorship import annotate, note

if TYPE_CHECKING:
    from pathlib import Path

BULK = [f"value_{number} = {number}" for number in range(250)]
AGENT = {"GIT_AUTHOR_NAME": "Claude", "GIT_AUTHOR_EMAIL": "noreply@anthropic.com"}
CAI = {"GIT_AUTHOR_NAME": "Cai", "GIT_AUTHOR_EMAIL": "cai@example.org"}


@pytest.fixture
def shop(home: Path) -> Shop:
    """Its first commit is older than the first session."""
    return Shop(home)


def commit(shop: Shop, name: str, lines: list[str], message: str = "By hand", **author: str) -> str:
    """A commit by somebody."""
    shop.write(name, lines)
    shop.repo.clock += 60
    shop.repo.git("add", "-A")
    shop.repo.git("commit", "-q", "-m", message, **author)
    return shop.repo.git("rev-parse", "HEAD")


def work(shop: Shop) -> str:
    """A commit with lines of the session."""
    shop.edit("b.py", CODE)
    return shop.repo.commit("Add totals")


def coverage(sha: str) -> tuple[str, str]:
    row = outcome(sha)
    return row["coverage"], row["coverage_reason"]


def outcome(sha: str) -> dict[str, Any]:
    (row,) = select("SELECT * FROM event_commit_outcome WHERE commit_sha = ?", sha)
    return row


def delivery(name: str = "ai_share") -> Any:
    (row,) = select("SELECT * FROM view_repository_commit_quality")
    return row[name]


def test_lines_of_sessions_tell_who_is_covered_and_since_when(shop: Shop) -> None:
    first = shop.repo.git("rev-parse", "HEAD")
    ours = work(shop)
    later = shop.change("c.py", ["gamma = 3"])
    colleague = commit(shop, "d.py", ["delta = 4"], **CAI)
    shop.look()

    assert coverage(first) == ("not_covered", "before_first_session")
    assert coverage(ours) == ("covered", "matched_lines")
    assert coverage(later) == ("covered", "known_author")
    assert coverage(colleague) == ("not_covered", "unknown_author")
    assert outcome(colleague)["heavy_ai_flag"] is None
    assert outcome(later)["heavy_ai_flag"] == 0
    assert delivery("ai_share_numerator") == len(CODE)
    assert delivery("ai_share_denominator") == len(CODE) + 1


def test_sessions_may_arrive_after_the_commits(shop: Shop) -> None:
    shop.repo.git("config", "user.email", "ada@example.org")
    shop.session.late = True
    before = shop.change("c.py", ["gamma = 3"])
    work(shop)
    after = shop.change("d.py", ["delta = 4"])
    shop.look()
    assert coverage(after) == ("not_covered", "unknown_author")
    assert delivery() is None
    shop.session.release()
    shop.look()
    assert coverage(before) == ("not_covered", "before_first_session")
    assert coverage(after) == ("covered", "known_author")


def test_an_older_session_covers_the_time_before(shop: Shop, home: Path) -> None:
    shop.repo.git("config", "user.email", "Ada@example.org")
    first, begin = shop.repo.git("rev-parse", "HEAD"), shop.repo.clock
    shop.repo.clock += 10 * DAY
    work(shop)
    shop.look()
    assert coverage(first) == ("not_covered", "before_first_session")
    older = Author("claude_code", "ad000000-0000-4000-8000-000000000002")
    place = home / ".claude" / "projects" / "-repo" / f"{older.session_id}.jsonl"
    Claude(older, place).fail("/w/x", ["a"], ["b"], begin - DAY, "/w")
    shop.look()
    assert coverage(first) == ("covered", "known_author")


def test_without_any_session_the_ai_share_is_unknown(shop: Shop) -> None:
    shop.repo.git("config", "user.email", "ada@example.org")
    commit(shop, "b.py", CODE, "Fix it", **CAI)
    shop.look()
    assert delivery() is None
    assert delivery("heavy_share") is None
    assert delivery("revert_of_others") is None


def test_an_agents_account_makes_the_commit_its_tools(shop: Shop) -> None:
    sha = commit(shop, "b.py", CODE, **AGENT)
    shop.look()
    row = outcome(sha)
    assert coverage(sha) == ("recorded", "agent_account")
    assert (row["ai_lines"], row["ai_share"], row["heavy_ai_flag"]) == (len(CODE), 1.0, 1)
    assert row["total_matched_ai_lines"] == 0
    assert delivery() == 1.0


def test_a_trailer_alone_does_not_say_which_lines(shop: Shop) -> None:
    work(shop)
    trailer = "More\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
    ours = commit(shop, "c.py", ["gamma = 3"], trailer)
    other = commit(shop, "d.py", ["delta = 4"], trailer, **CAI)
    shop.look()
    for sha in (ours, other):
        assert coverage(sha) == ("recorded", "lines_unknown")
        assert outcome(sha)["ai_lines"] is None
    assert delivery() == 1.0


def test_notes_count_with_their_lines_as_a_tier_of_their_own(shop: Shop) -> None:
    work(shop)
    sha = commit(shop, "c.py", [f"mu_{number} = {number}" for number in range(10)], **CAI)
    annotate(shop.repo, sha, note("2-5").replace("a.txt", "c.py"))
    shop.look()
    row = outcome(sha)
    assert coverage(sha) == ("recorded", "recorded_lines")
    assert (row["ai_lines"], row["ai_share"], row["heavy_ai_flag"]) == (4, 0.4, 0)
    assert delivery("ai_share_numerator") == len(CODE) + 4


def test_reports_say_what_they_leave_out(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    work(shop)
    commit(shop, "c.py", ["gamma = 3"], **AGENT)
    commit(shop, "d.py", ["delta = 4"], **CAI)
    commit(shop, "e.py", ["eta = 5"], **CAI)
    shop.look()
    place = ["--repo", str(shop.repo.directory)]
    assert run(["delivery", *place]) == 0
    text = capsys.readouterr().out
    assert "recorded by other tools: 1 commit, 1 line by AI" in text
    assert "not covered: 3 commits of 2 authors, whose sessions are not on this machine" in text
    assert "(1 from before the first known session)" in text
    shares = {}
    for evidence in ("all", "matched"):
        assert run(["delivery", *place, "--evidence", evidence, "--json"]) == 0
        (row,) = json.loads(capsys.readouterr().out)["rows"]
        shares[evidence] = (row["ai_share_numerator"], row["recorded_commit_count"])
    assert shares == {"all": (len(CODE) + 1, 1), "matched": (len(CODE), 0)}
    assert run(["show", shop.repo.git("rev-parse", "HEAD")]) == 0
    assert "not covered: the author's sessions are not on this machine" in capsys.readouterr().out


def test_a_root_commit_with_a_code_base_is_an_import(home: Path) -> None:
    from tests.support.repos import make_repo

    repo = make_repo(home / "old")
    repo.git("config", "user.email", "ada@example.org")
    sha = repo.change({"all.py": "".join(f"{line}\n" for line in BULK)}, "Begin")
    ingest(directory=str(repo.directory))
    assert coverage(sha) == ("import", "root_commit")
    assert delivery() is None


def test_any_commit_of_a_documented_size_is_an_import(shop: Shop) -> None:
    from aea.reports import settings

    sha = commit(shop, "all.py", BULK, **CAI)
    shop.look()
    assert coverage(sha) == ("not_covered", "unknown_author")
    settings.change("import_lines", 250, is_default=False)
    assert coverage(sha) == ("import", "size")
    shop.look()


def test_git_configuration_corrects_who_is_whose(shop: Shop) -> None:
    work(shop)
    colleague = commit(shop, "d.py", ["delta = 4"], **CAI)
    ours = shop.change("c.py", ["gamma = 3"])
    shop.repo.git("config", "--add", "aea.author", "cai@example.org")
    shop.repo.git("config", "--add", "aea.notAuthor", "ada@example.org")
    shop.look()
    assert coverage(colleague) == ("covered", "known_author")
    assert coverage(ours) == ("not_covered", "unknown_author")
    shop.repo.git("config", "--unset-all", "aea.author")
    shop.repo.git("config", "--unset-all", "aea.notAuthor")
    shop.look()
    assert coverage(colleague) == ("not_covered", "unknown_author")
    assert coverage(ours) == ("covered", "known_author")


def test_the_configured_address_is_mapped_like_those_of_commits(shop: Shop) -> None:
    shop.write(".mailmap", ["Ada <ada@example.org> <old@example.org>"])
    shop.repo.commit("Map")
    shop.repo.git("config", "user.email", "old@example.org")
    shop.session.fail(str(shop.repo.directory / "x"), ["a"], ["b"], shop.repo.clock, "/w")
    sha = shop.change("c.py", ["gamma = 3"])
    shop.look()
    assert select("SELECT user_email, is_own FROM fact_clone_user") == [
        {"user_email": "ada@example.org", "is_own": 1}
    ]
    assert coverage(sha) == ("covered", "known_author")


def test_a_few_lines_of_a_session_say_nothing_about_the_author(shop: Shop) -> None:
    shop.edit("b.py", CODE)
    lines = [*CODE, *(f"rho_{number} = {number}" for number in range(100))]
    sha = commit(shop, "b.py", lines, **CAI)
    shop.look()
    assert outcome(sha)["total_matched_ai_lines"] > 0
    assert coverage(sha) == ("not_covered", "unknown_author")


def test_what_git_attributes_call_vendored_is_an_import(shop: Shop) -> None:
    work(shop)
    sha = shop.change("deps/jay.py", ["jay = 1", "kay = 2"])
    shop.look()
    assert coverage(sha) == ("covered", "known_author")
    shop.change(".gitattributes", ["deps/** linguist-vendored"])
    shop.look()
    assert coverage(sha) == ("import", "vendored")
    shop.change(".gitattributes", ["# nothing"])
    shop.look()
    assert coverage(sha) == ("covered", "known_author")

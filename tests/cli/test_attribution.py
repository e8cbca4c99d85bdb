"""`aea show`, `aea blame` and `aea session show` on a real repository and session files."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_commands import aea, answer
from tests.scenarios.sessions import Author, Claude, Codex
from tests.support.database import ingest
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADA = Author("claude_code", "ad000000-0000-4000-8000-000000000001")
BOB = Author("codex", "0197b001-1000-7000-8000-000000000002")
BODY = ["def total(cart):", "\tresult = 0", "\tfor item in cart:", "\t\tresult += item.price"]


class Shop(Repo):
    """A repository in which sessions write before they commit."""

    def wrote(self, session: Claude | Codex, name: str, after: list[str]) -> None:
        """A session changes a file."""
        path = self.directory / name
        before = path.read_text().splitlines() if path.exists() else None
        self.clock += 10
        session.edit(str(path), before, after, self.clock, str(self.directory))
        self.write(name, "".join(f"{line}\n" for line in after))


@pytest.fixture
def shop(home: Path) -> Shop:
    """A repository with a person's first commit."""
    made = make_repo(home / "shop")
    made.clock = START
    made.change({"README.md": "Shop\n"})
    return Shop(made.directory, clock=made.clock)


def claude(home: Path) -> Claude:
    """A Claude session's file."""
    place = home / ".claude" / "projects" / "-shop"
    return Claude(ADA, place / f"{ADA.session_id}.jsonl")


def codex(home: Path) -> Codex:
    """A Codex session's file."""
    place = home / ".codex" / "sessions" / "2026" / "05" / "28"
    return Codex(BOB, place / f"rollout-2026-05-28T20-26-40-{BOB.session_id}.jsonl")


def owners(document: Any) -> list[tuple[str, int, str | None]]:
    """(path, line, session) of every added line."""
    return [
        (file["path"], line["line"], line["session_id"])
        for file in document["files"]
        for line in file["lines"]
    ]


def test_every_added_line_is_told(shop: Shop, home: Path) -> None:
    session = claude(home)
    shop.wrote(session, "cart.py", BODY)
    shop.write("notes.txt", "by hand\n")
    sha = shop.commit()
    ingest(directory=str(shop.directory))
    told = answer("show", "HEAD", cwd=shop.directory)

    assert told["commit"] == sha
    assert owners(told) == [
        *(("cart.py", number, ADA.session_id) for number in range(1, 5)),
        ("notes.txt", 1, None),
    ]
    line = told["files"][0]["lines"][0]
    assert (line["provider"], line["agent_id"], line["stage"]) == ("claude_code", None, "replay")
    assert line["confidence"] == 0.95
    assert (told["total_matched_ai_lines"], told["ai_share"]) == (4, 0.8)
    shares = {row["session_id"]: row["share_of_commit"] for row in told["sessions"]}
    assert shares == {ADA.session_id: 0.8, "": 0.2}
    text = aea("show", sha[:8], cwd=shop.directory).stdout
    assert "1-4  claude_code" in text
    assert "1  unattributed" in text


PROGRAM = "p = 'cart.py'; s = open(p).read(); open(p, 'w').write(s + '''{}''')"


@pytest.mark.parametrize("make", [claude, codex])
@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("shell", [[], ["bash", "-lc"]])
def test_a_program_that_ended_well_wrote_its_lines(
    shop: Shop,
    home: Path,
    make: Callable[[Path], Claude | Codex],
    code: int,
    shell: list[str],
) -> None:
    words = ["python3", "-c", PROGRAM.format("".join(f"{line}\n" for line in BODY))]
    shop.clock += 10
    session = make(home)
    where = str(shop.directory)
    session.run([*shell, shlex.join(words)] if shell else words, shop.clock, where, code=code)
    shop.write("cart.py", "".join(f"{line}\n" for line in BODY))
    shop.commit()
    ingest(directory=where)
    told = answer("show", "HEAD", cwd=shop.directory)["files"][0]["lines"]
    expected = (None, None, None) if code else (session.author.session_id, "script", 0.6)
    found = {(line["session_id"], line["stage"], line["confidence"]) for line in told}
    assert found == {expected}
    blamed = answer("blame", "cart.py", cwd=shop.directory)["lines"]
    assert {(row["session_id"], row["stage"]) for row in blamed} == {expected[:2]}
    for command in (("show", "HEAD"), ("blame", "cart.py")):
        assert ("script" in aea(*command, cwd=shop.directory).stdout) is not bool(code)


def test_blame_follows_lines_and_sessions(shop: Shop, home: Path) -> None:
    one, two = claude(home), codex(home)
    shop.wrote(one, "cart.py", BODY)
    shop.commit()
    shop.wrote(two, "cart.py", [*BODY, "\treturn result"])
    sha = shop.commit()
    shop.write("cart.py", "".join(f"{line}\n" for line in [*BODY, "\treturn result", "# mine"]))
    ingest(directory=str(shop.directory))
    told = answer("blame", "cart.py", cwd=shop.directory)

    found = [(row["session_id"], row["model"]) for row in told["lines"]]
    assert found[:4] == [(ADA.session_id, "claude-opus-4-6")] * 4
    assert (
        found[4:] == [(BOB.session_id, "(unknown)"), (None, None)] or found[4][0] == BOB.session_id
    )
    assert [row["commit"] for row in told["lines"]][4:] == [sha, None]
    assert "not committed" in aea("blame", "cart.py", cwd=shop.directory).stdout


def test_a_session_knows_what_landed(shop: Shop, home: Path) -> None:
    session = claude(home)
    shop.wrote(session, "cart.py", [*BODY, "debug()", "debug_more()"])
    shop.wrote(session, "cart.py", BODY)
    sha = shop.commit()
    ingest(directory=str(shop.directory))
    told = answer("session", "show", ADA.session_id[:8], cwd=shop.directory)

    (file,) = told["files"]
    assert (file["lines_added"], file["landed_lines"], file["not_landed_lines"]) == (6, 4, 2)
    assert [(row["commit"], row["matched_lines"]) for row in told["commits"]] == [(sha, 4)]
    first, second = told["writes"]
    assert [(run["commit"], run["line_count"]) for run in first["landed"]] == [(sha, 4)]
    assert second["landed"] == []
    assert "Not landed" in aea("session", "show", ADA.session_id, cwd=shop.directory).stdout


def test_a_session_that_comes_late_is_matched_and_rewrites_inherit(shop: Shop, home: Path) -> None:
    session = claude(home)
    session.late = True
    shop.wrote(session, "cart.py", BODY)
    shop.commit()
    ingest(directory=str(shop.directory))
    before = answer("show", "HEAD", cwd=shop.directory)
    shop.clock += 60
    shop.git("commit", "-q", "--amend", "-m", "better words")
    ingest(directory=str(shop.directory))
    session.release()
    ingest()
    after = answer("show", "HEAD", cwd=shop.directory)

    assert {session_id for _, _, session_id in owners(before)} == {None}
    assert {session_id for _, _, session_id in owners(after)} == {ADA.session_id}
    assert {line["stage"] for line in after["files"][0]["lines"]} == {"lineage"}
    assert answer("show", before["commit"], cwd=shop.directory)["is_reachable"] == 0


@pytest.mark.parametrize("is_seen_before", [True, False])
def test_a_moved_clone_keeps_its_sessions(shop: Shop, home: Path, is_seen_before: bool) -> None:
    shop.wrote(claude(home), "cart.py", BODY)
    shop.commit()
    if is_seen_before:
        ingest(directory=str(shop.directory))
    moved = shop.directory.rename(home / "moved")
    if is_seen_before:  # united by itself; the alias says nothing new and is no error
        ingest(directory=str(moved))
        assert {owner for _, _, owner in owners(answer("show", "HEAD", cwd=moved))} == {
            ADA.session_id
        }
    done = aea("repos", "alias", str(shop.directory), str(moved))
    assert done.returncode == 0, done.stderr
    assert {owner for _, _, owner in owners(answer("show", "HEAD", cwd=moved))} == {ADA.session_id}
    assert len(answer("repos")["repositories"]) == 1
    assert aea("check").returncode == 0


def test_an_alias_unites_no_strangers(shop: Shop, home: Path) -> None:
    other = make_repo(home / "other")
    other.change({"x.py": "x = 1\n"})
    ingest(directory=str(shop.directory))
    ingest(directory=str(other.directory))
    shop.directory.rename(home / "gone")
    done = aea("repos", "alias", str(shop.directory), str(other.directory))
    assert done.returncode == 1
    assert "was a work tree of another repository" in done.stderr
    assert len(answer("repos")["repositories"]) == 2


def test_a_copy_takes_over_when_the_original_is_deleted(shop: Shop, home: Path) -> None:
    shop.wrote(claude(home), "cart.py", BODY)
    shop.commit()
    ingest(directory=str(shop.directory))
    copy = home / "copy"
    shutil.copytree(shop.directory, copy)
    ingest(directory=str(copy))
    assert len(answer("repos")["repositories"]) == 2  # two places that are there are two
    shutil.rmtree(shop.directory)
    done = aea("repos", "alias", str(shop.directory), str(copy))
    assert done.returncode == 0, done.stderr
    assert {owner for _, _, owner in owners(answer("show", "HEAD", cwd=copy))} == {ADA.session_id}


def test_a_trailer_without_lines_is_unproven(shop: Shop) -> None:
    shop.write("a.py", "value = 1\n")
    shop.commit("work\n\nCo-Authored-By: Claude <noreply@anthropic.com>")
    ingest(directory=str(shop.directory))
    told = answer("show", "HEAD", cwd=shop.directory)

    assert (told["ai_assisted_unproven"], told["total_matched_ai_lines"]) == (1, 0)
    assert [row["kind"] for row in told["recorded"]] == ["trailer"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "feedfeed"), "no commit 'feedfeed' is known"),
        (("session", "show", "nothing"), "no session 'nothing' is known"),
        (("blame", "absent.py"), "absent.py"),
    ],
)
def test_what_is_unknown_is_a_clear_error(
    shop: Shop, arguments: tuple[str, ...], words: str
) -> None:
    ingest(directory=str(shop.directory))
    done = aea(*arguments, cwd=shop.directory)
    assert done.returncode == 1
    assert words in done.stderr

"""Reflogs: whole lines become updates, damage is passed by."""

from __future__ import annotations

import os
from pathlib import Path

from aea.git.reflog import find_checked_out_branch, list_reflogs, parse_reflog, read_reflogs
from aea.records import RefUpdate
from tests.support.repos import START, Repo

A, B, ZERO = "a" * 40, "b" * 40, "0" * 40


def line(old: str, new: str, message: str, name: str = "Ada <ada@x>") -> bytes:
    return f"{old} {new} {name} 1700000000 +0100\t{message}\n".encode()


def test_lines() -> None:
    chunk = (
        line(ZERO, A, "commit (initial): x")
        + line(A, B, "rebase (finish): refs/heads/x onto y")
        + line(B, ZERO, "", name='O > "12 +0000 <o@x>')
        + f"{A} {B} Ada <a@x> 1700000000 +0100\n".encode()
        + line("c" * 64, "d" * 64, "checkout: moving from a to b")
    )
    at = 1_700_000_000_000
    assert parse_reflog(chunk, "HEAD") == [
        RefUpdate("HEAD", None, A, at, "commit (initial)", "a", is_made=True),
        RefUpdate("HEAD", A, B, at, "rebase (finish)", "a"),
        RefUpdate("HEAD", B, None, at, "other", "a"),
        RefUpdate("HEAD", A, B, at, "other", "a"),
        RefUpdate("HEAD", "c" * 64, "d" * 64, at, "checkout"),
    ]


def test_damage_is_skipped() -> None:
    good = line(A, B, "commit: x")
    chunk = b"\0\0\0\n" + good[20:] + good + b"<<<<<<< HEAD\n" + good + good[:-5]
    assert len(parse_reflog(chunk, "HEAD")) == 2
    assert parse_reflog(b"", "HEAD") == []
    assert parse_reflog(good[:-1], "HEAD") == []
    for own_words in (
        "secret " * 50,
        "secret: words",
        "commitment: words",
        "commit without a colon",
    ):
        assert parse_reflog(line(A, B, own_words), "HEAD")[0].action == "other"
    assert len(parse_reflog(line(A, B, "merge " + "b" * 99 + ": x"), "HEAD")[0].action) == 60


def test_real_logs(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit()
    second = repo.commit()
    amended = repo.git("rev-parse", "HEAD")
    repo.git("commit", "-q", "--amend", "--allow-empty", "-m", "amended")
    amended = repo.git("rev-parse", "HEAD")
    repo.git("branch", "feature/x")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "feature/x")
    repo.write("a", "1\n")
    repo.git("add", "a")
    repo.git("stash", "-q")
    logs = dict(list_reflogs(repo.find()))
    assert list(logs) == [
        "HEAD",
        "worktrees/linked/HEAD",
        "refs/heads/feature/x",
        "refs/heads/main",
    ]
    updates = parse_reflog(Path(logs["refs/heads/main"]).read_bytes(), "refs/heads/main")
    assert [(u.old_sha, u.new_sha, u.action) for u in updates] == [
        (None, first, "commit (initial)"),
        (first, second, "commit"),
        (second, amended, "commit (amend)"),
    ]
    assert updates[0].occurred_at == (START + 60) * 1000


def test_git_tells_the_same_as_the_files(repo: Repo, tmp_path: Path) -> None:
    for _ in range(3):
        repo.commit()
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    told = read_reflogs(repo.find())
    for name, path in list_reflogs(repo.find()):
        with open(os.fsencode(path), "rb") as file:
            branch = (
                None if name.startswith("refs/") else find_checked_out_branch(repo.find(), name)
            )
            from_file = parse_reflog(file.read(), name, branch)
        assert [u for u in told if u.ref_name == name] == from_file


def test_no_logs(repo: Repo, tmp_path: Path) -> None:
    assert list_reflogs(repo.find()) == []
    assert read_reflogs(repo.find()) == []


def made(repo: Repo, name: str = "HEAD") -> list[tuple[str, str | None]]:
    """(action, branch) of what made a commit, as a HEAD's log tells."""
    path = dict(list_reflogs(repo.find()))[name]
    updates = parse_reflog(
        Path(path).read_bytes(), name, find_checked_out_branch(repo.find(), name)
    )
    return [(u.action, u.branch_name) for u in updates if u.is_made]


def test_a_head_tells_on_which_branch_it_stood(repo: Repo) -> None:
    repo.commit()
    repo.git("switch", "-q", "-c", "x")
    repo.commit()
    repo.git("checkout", "-q", "--detach")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.commit()
    repo.git("merge", "-q", "--no-ff", "-m", "m", "x")
    repo.git("switch", "-q", "-c", "y")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "y")
    assert made(repo) == [
        ("commit (initial)", "main"),
        ("commit", "x"),
        ("commit", None),
        ("commit", "main"),
        ("merge x", "main"),
        ("commit", "y"),
    ]


def test_a_rebase_that_goes_on_belongs_to_the_branch_it_returns_to(repo: Repo) -> None:
    repo.change({"a": "1"})
    repo.git("switch", "-q", "-c", "x")
    repo.change({"b": "1"})
    repo.change({"a": "2"})
    repo.git("switch", "-q", "main")
    repo.change({"a": "3"})
    repo.git("rebase", "-q", "main", "x", check=False)
    while_stopped = made(repo)
    repo.git("checkout", "-q", "--theirs", "a")
    repo.git("add", "a")
    repo.git("rebase", "--continue", GIT_EDITOR="true")
    picked = [("rebase (pick)", "x")]
    assert while_stopped[-1:] == picked
    assert made(repo)[-2:] in (picked * 2, [*picked, ("rebase (continue)", "x")])


def test_a_renamed_branch_is_told_by_its_last_name(repo: Repo) -> None:
    repo.commit()
    repo.git("switch", "-q", "-c", "x")
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.git("switch", "-q", "x")
    repo.git("branch", "-m", "y")
    repo.commit()
    assert made(repo) == [("commit (initial)", "main"), ("commit", "y"), ("commit", "y")]


def test_a_rebase_may_begin_on_another_branch(repo: Repo) -> None:
    repo.commit()
    repo.git("branch", "x")
    repo.git("switch", "-q", "-c", "y")
    repo.commit()
    repo.git("rebase", "-q", "main", "x")
    repo.git("switch", "-q", "y")
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.change({"m": "m"})
    repo.git("rebase", "-q", "main", "y")
    told = [pair for pair in made(repo) if not pair[0].startswith("rebase")]
    assert told == [
        ("commit (initial)", "main"),
        ("commit", "y"),
        ("commit", "y"),
        ("commit", "main"),
    ]

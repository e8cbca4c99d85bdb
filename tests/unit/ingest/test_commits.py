"""Repositories as they move: every ref, every rewrite, every place they are seen from."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

from aea.git import hook
from aea.git.spool import write_notice
from aea.ingest import catch_up, notices
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, clone, make_repo
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _commits() -> dict[str, int]:
    rows = select("SELECT commit_sha, is_reachable FROM event_commit_outcome")
    return {row["commit_sha"]: row["is_reachable"] for row in rows}


def _repo(home: Path) -> Repo:
    repo = make_repo(home / "repo")
    repo.change({"a.txt": "one\ntwo\n"})
    repo.change({"a.txt": "one\nthree\n", "b.txt": "x\n"})
    return repo


def test_the_first_ingest_takes_history_and_later_ones_what_is_new(home: Path) -> None:
    repo = _repo(home)
    assert ingest(directory=str(repo.directory)).commit_count == 2
    repo.change({"c.txt": "y\n"})

    assert ingest().commit_count == 1
    rows = select(
        "SELECT lines_added, lines_removed FROM event_commit_outcome ORDER BY commit_time"
    )
    assert [(row["lines_added"], row["lines_removed"]) for row in rows] == [(2, 0), (2, 1), (1, 0)]


def test_amended_and_dropped_commits_stay_marked_unreachable(home: Path) -> None:
    repo = _repo(home)
    ingest(directory=str(repo.directory))
    before = repo.git("rev-parse", "HEAD")
    repo.write("b.txt", "amended\n")
    repo.clock += 60
    repo.git("commit", "-qa", "--amend", "-m", "amended")
    after = repo.git("rev-parse", "HEAD")
    ingest()

    assert _commits()[before] == 0
    assert _commits()[after] == 1
    rewrites = select("SELECT old_sha, new_sha, rewrite_kind FROM fact_commit_rewrite")
    assert rewrites == [{"old_sha": before, "new_sha": after, "rewrite_kind": "amend"}]

    repo.git("reset", "-q", "--hard", before)
    ingest()
    assert (_commits()[before], _commits()[after]) == (1, 0)
    assert_consistent()


def test_a_rebase_is_told_from_the_reflog(home: Path) -> None:
    repo = _repo(home)
    repo.git("checkout", "-qb", "topic", "HEAD~1")
    old = [repo.change({"t.txt": "1\n"}), repo.change({"u.txt": "2\n"})]
    ingest(directory=str(repo.directory))
    repo.clock += 600
    repo.git("rebase", "-q", "main")
    new = repo.git("rev-list", "--reverse", "main..topic").split()
    ingest()

    rows = select("SELECT old_sha, new_sha FROM fact_commit_rewrite WHERE rewrite_kind = 'rebase'")
    assert {row["old_sha"]: row["new_sha"] for row in rows} == dict(zip(old, new, strict=True))
    assert [_commits()[sha] for sha in old + new] == [0, 0, 1, 1]


def test_any_number_of_looks_ends_in_the_same_events(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that looked all the time equals the one that came at the end."""
    repo = _repo(home)
    monkeypatch.setenv("AEA_HOME", str(home / "often"))
    ingest(directory=str(repo.directory))
    steps = [
        lambda: repo.git("checkout", "-qb", "topic"),
        lambda: repo.change({"t.txt": "1\n2\n"}),
        lambda: repo.git("commit", "-q", "--amend", "--allow-empty", "-m", "again"),
        lambda: repo.change({"u.txt": "2\n"}),
        lambda: repo.git("checkout", "-q", "main"),
        lambda: repo.change({"a.txt": "four\n"}),
        lambda: repo.merge("topic"),
        lambda: repo.git("branch", "-qD", "topic"),
        lambda: repo.git("reset", "-q", "--hard", "HEAD~1"),
        lambda: repo.git("pack-refs", "--all"),
        lambda: repo.change({"v.txt": "3\n"}),
    ]
    for step in steps:
        repo.clock += 60
        step()
        ingest()
        assert_consistent()
    often = dump_events()
    monkeypatch.setenv("AEA_HOME", str(home / "once"))
    ingest(directory=str(repo.directory))

    assert dump_events() == often


def test_linked_worktrees_and_clones_of_one_remote_are_one_repository(home: Path) -> None:
    repo = _repo(home)
    repo.git("remote", "add", "origin", "git@example.com:team/thing.git")
    repo.git("worktree", "add", "-q", str(home / "linked"), "-b", "side")
    other = clone(repo.directory, home / "clone")
    other.git("remote", "set-url", "origin", "https://user:secret@example.com/team/thing")
    ClaudeSession("s1", cwd=str(home / "linked")).prompt("hi").say("ho").write(home)
    ClaudeSession("s2", cwd=str(home / "clone")).prompt("hi").say("ho").write(home)
    ingest(directory=str(repo.directory))

    keys = select("SELECT DISTINCT repository FROM event_session_quality")
    assert keys == [{"repository": "git:example.com/team/thing"}]
    assert len(_commits()) == 2
    assert b"secret" not in (home / "aea" / "aea.db").read_bytes()


def test_a_repository_that_gets_a_remote_later_keeps_its_history(home: Path) -> None:
    repo = _repo(home)
    ClaudeSession("s1", cwd=str(repo.directory)).prompt("hi").say("ho").write(home)
    ingest(directory=str(repo.directory))
    repo.git("remote", "add", "origin", "git@example.com:team/thing.git")
    repo.change({"z.txt": "z\n"})
    ingest()

    assert select("SELECT DISTINCT repository FROM event_commit_outcome") == [
        {"repository": "git:example.com/team/thing"}
    ]
    assert len(_commits()) == 3
    assert select("SELECT repository FROM event_session_quality") == [
        {"repository": "git:example.com/team/thing"}
    ]
    assert_consistent()


def test_two_clones_unite_when_the_second_gets_the_remote(home: Path) -> None:
    first = _repo(home)
    first.git("remote", "add", "origin", "git@example.com:team/thing.git")
    second = make_repo(home / "second")
    second.change({"s.txt": "1\n"})
    ClaudeSession("s1", cwd=str(second.directory)).prompt("hi").edit(
        str(second.directory / "s.txt"), "1", "2"
    ).write(home)
    ingest(directory=str(first.directory))
    assert len(select("SELECT id FROM metadata_repositories")) == 2
    second.git("remote", "add", "origin", "git@example.com:team/thing.git")
    second.change({"s.txt": "2\n"})
    ingest()

    assert len(select("SELECT id FROM metadata_repositories")) == 1
    assert len(_commits()) == 4
    assert_consistent()


def test_a_vanished_directory_resolves_through_what_is_known(home: Path) -> None:
    repo = _repo(home)
    worktree = home / "repo" / ".worktrees" / "1"
    ClaudeSession("s1", cwd=str(worktree)).prompt("hi").say("ho").write(home)
    ClaudeSession("s2", cwd="/nowhere/at/all").prompt("hi").say("ho").write(home)
    ingest(directory=str(repo.directory))

    rows = select("SELECT session_id, repository FROM event_session_quality ORDER BY 1")
    assert [row["repository"] for row in rows] == [f"dir:{repo.directory}", None]


def test_a_session_read_before_its_repository_was_known_is_moved(home: Path) -> None:
    session = ClaudeSession("s1", cwd=str(home / "repo" / "sub"))
    session.prompt("hi").edit(str(home / "repo" / "sub" / "a.py"), "x", "y").write(home)
    ingest()
    assert select("SELECT repository FROM event_session_quality")[0]["repository"] is None
    repo = _repo(home)
    ingest(directory=str(repo.directory))

    key = f"dir:{repo.directory}"
    assert select("SELECT repository FROM event_session_quality")[0]["repository"] == key
    files = select("SELECT file_path FROM metadata_files WHERE file_path LIKE '%a.py'")
    assert files == [{"file_path": "sub/a.py"}]
    assert_consistent()


def test_hooks_make_a_repository_known_and_a_lost_notice_costs_nothing(home: Path) -> None:
    repo = _repo(home)
    ingest()
    assert _commits() == {}
    hook.install(str(repo.directory))
    repo.change({"h.txt": "1\n"})
    ingest()
    assert len(_commits()) == 3
    (home / "aea" / "spool" / "notices").unlink()
    repo.change({"h.txt": "2\n"})
    (home / "aea" / "spool" / "notices").unlink()
    ingest()

    assert len(_commits()) == 4


def test_a_repository_that_is_deleted_keeps_its_commits(home: Path) -> None:
    repo = _repo(home)
    ingest(directory=str(repo.directory))
    shutil.rmtree(repo.directory)
    ingest()

    assert len(_commits()) == 2


def test_only_commits_since_a_day(home: Path) -> None:
    repo = _repo(home)
    since_ms = (repo.clock - 30) * 1000
    ingest(directory=str(repo.directory), since_ms=since_ms)
    repo.change({"n.txt": "1\n"})
    ingest()

    assert len(_commits()) == 2


def test_installing_hooks_makes_the_history_known_without_a_commit(home: Path) -> None:
    repo = _repo(home)
    write_notice(str(repo.directory))
    ingest()

    assert len(_commits()) == 2
    assert stat.S_IMODE((home / "aea" / "spool" / "notices").stat().st_mode) == 0o600


def test_a_long_spool_is_put_aside_and_loses_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "ROTATE_BYTES", 300)
    repo = _repo(home)
    bare = make_repo(home / "bare", "--bare")
    for number in range(12):
        write_notice(str(home / f"nowhere{number}"))
    write_notice(str(repo.directory))
    ingest()
    write_notice(str(bare.directory))
    ingest()

    spool = home / "aea" / "spool" / "notices"
    aside = spool.with_name("notices.old")
    assert aside.stat().st_size > 300
    assert spool.stat().st_size < 300
    keys = {
        row["repository_key"] for row in select("SELECT repository_key FROM metadata_repositories")
    }
    assert keys == {f"dir:{repo.directory}", f"dir:{bare.directory}"}
    os.utime(aside, (0, 0))
    write_notice(str(repo.directory))
    ingest()
    assert not aside.exists()


def test_a_large_new_repository_is_left_to_aea_ingest(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = _repo(home)
    monkeypatch.setattr(catch_up, "_LARGE_BYTES", -1)
    outcome = ingest(directory=str(repo.directory), budget_seconds=60)
    assert (outcome.commit_count, outcome.pending_repository_count) == (0, 1)
    assert not outcome.is_complete()

    assert ingest().commit_count == 2
    repo.change({"c.txt": "1\n"})
    assert ingest(budget_seconds=60).commit_count == 1


def test_a_commit_dropped_in_one_clone_is_reachable_while_another_has_it(home: Path) -> None:
    first = _repo(home)
    first.git("remote", "add", "origin", "git@example.com:team/thing.git")
    second = clone(first.directory, home / "second")
    second.git("remote", "set-url", "origin", "git@example.com:team/thing.git")
    ingest(directory=str(first.directory))
    sha = first.change({"x.txt": "1\n"})
    second.git("fetch", "-q", str(first.directory), "main")
    second.git("branch", "held", "FETCH_HEAD")
    ingest(directory=str(second.directory))
    second.git("branch", "-qD", "held")
    ingest()
    assert _commits()[sha] == 1

    first.git("reset", "-q", "--hard", "HEAD~1")
    ingest()
    assert _commits()[sha] == 0
    assert_consistent()


def test_commits_that_git_swept_away_are_unreachable_and_stay(home: Path) -> None:
    repo = _repo(home)
    repo.git("checkout", "-qb", "topic")
    gone = [repo.change({"t.txt": "1\n"}), repo.change({"t.txt": "2\n"})]
    ingest(directory=str(repo.directory))
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-qD", "topic")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    ingest()

    assert [_commits()[sha] for sha in gone] == [0, 0]
    assert sorted(_commits().values()) == [0, 0, 1, 1]
    assert_consistent()

"""Recorded authorship of a real repository: notes, traces and trailers, read on and read again."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from aea.ingest import repository_stat
from tests.support.database import ingest, select
from tests.support.repos import Repo, clone, make_repo

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SHOWN = (
    "commit_sha, record_kind, tool_name, external_session, model_name, file_path, first_line,"
    " line_count, contributor, occurred_at"
)


def note(lines: str, session: str = "conv-1") -> str:
    agent = {"tool": "claude", "id": session, "model": "claude-opus-4-5"}
    metadata = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": "0" * 40,
        "prompts": {},
        "sessions": {"s_c9883b05a2487d": {"agent_id": agent, "human_author": "Ann XNAMEX"}},
        "humans": {"h_31dce776f88375": {"author": "Ann XNAMEX <ann@example.org>"}},
    }
    return f"a.txt\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 {lines}\n---\n{json.dumps(metadata)}"


def annotate(repo: Repo, sha: str, content: str) -> None:
    repo.clock += 1
    repo.git("notes", "--ref=ai", "add", "-f", "-F", "-", sha, data=content.encode())


def add_trace(tree: Path, sha: str, session: str, first: int = 1) -> None:
    contributor = {"type": "ai", "model_id": "anthropic/claude-opus-4-5"}
    run = {"start_line": first, "end_line": first + 1}
    record = {
        "version": "1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-24T10:30:00Z",
        "vcs": {"type": "git", "revision": sha},
        "tool": {"name": "cursor"},
        "files": [
            {"path": "a.txt", "conversations": [{"contributor": contributor, "ranges": [run]}]}
        ],
        "metadata": {"session_id": session, "command": "XPROMPTX"},
    }
    path = tree / ".agent-trace" / "traces.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        file.write(json.dumps(record).encode() + b"\n")


def rows(kind: str) -> list[dict[str, Any]]:
    return select(
        f"SELECT {SHOWN} FROM fact_commit_authorship WHERE record_kind = ? ORDER BY {SHOWN}", kind
    )


def everything() -> list[dict[str, Any]]:
    return select(f"SELECT {SHOWN} FROM fact_commit_authorship ORDER BY {SHOWN}")


def runs(kind: str) -> list[tuple[str, int, int]]:
    return [(row["commit_sha"], row["first_line"], row["line_count"]) for row in rows(kind)]


def reasons() -> list[str]:
    return [row["reason"] for row in select("SELECT reason FROM ingest_problem ORDER BY reason")]


def read_anew(repo: Repo, home: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setenv("AEA_HOME", str(home / "anew"))
    ingest(directory=str(repo.directory))
    return everything()


def two_commits(home: Path) -> tuple[Repo, str, str]:
    repo = make_repo(home / "repo")
    return repo, repo.change({"a.txt": "1\n2\n3\n"}), repo.change({"a.txt": "1\n2\n3\n4\n"})


def test_notes_are_read_on_replaced_and_removed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, one, two = two_commits(home)
    annotate(repo, one, note("1-2,3"))
    ingest(directory=str(repo.directory))
    assert rows("git_ai_note")[0] == {
        "commit_sha": one,
        "record_kind": "git_ai_note",
        "tool_name": "claude",
        "external_session": "conv-1",
        "model_name": "claude-opus-4-5",
        "file_path": "a.txt",
        "first_line": 1,
        "line_count": 2,
        "contributor": "ai",
        "occurred_at": None,
    }
    monkeypatch.setenv("AEA_NOW_MS", "1900000000000")

    annotate(repo, two, note("4"))
    ingest()
    assert sorted(runs("git_ai_note")) == sorted([(one, 1, 2), (one, 3, 1), (two, 4, 1)])
    written = select(
        "SELECT commit_sha FROM fact_commit_authorship WHERE ingested_at = 1900000000000"
    )
    assert written == [{"commit_sha": two}]  # the note that was there is not read again

    annotate(repo, one, note("2", "conv-2"))
    ingest()
    assert sorted(runs("git_ai_note")) == sorted([(one, 2, 1), (two, 4, 1)])

    repo.git("notes", "--ref=ai", "remove", two)
    ingest()
    assert runs("git_ai_note") == [(one, 2, 1)]
    known = everything()
    assert read_anew(repo, home, monkeypatch) == known


def test_a_tree_of_notes_that_git_cut_into_directories(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo(home / "repo")
    empty = ["-m", "x", "--allow-empty", "-q"]
    for _ in range(300):
        repo.git("commit", *empty)
        repo.clock += 60
    shas = repo.git("rev-list", "HEAD").split()
    annotate(repo, shas[0], note("1"))
    ingest(directory=str(repo.directory))
    content = note("7").encode()
    blob = repo.git("hash-object", "-w", "--stdin", data=content)
    stream = "".join(f"N {blob} {sha}\n" for sha in shas[1:])
    told = f"commit refs/notes/ai\ncommitter A <a@b> 1700000000 +0000\ndata 1\nx\nfrom refs/notes/ai^0\n{stream}"
    repo.git("fast-import", "--quiet", data=told.encode())
    assert "/" in repo.git("ls-tree", "-r", "--name-only", "refs/notes/ai").split()[0]
    ingest()

    assert sorted(runs("git_ai_note")) == sorted(
        [(shas[0], 1, 1), *((sha, 7, 1) for sha in shas[1:])]
    )
    repo.git("pack-refs", "--all")
    annotate(repo, shas[5], note("9"))
    ingest()
    known = everything()
    assert (shas[5], 9, 1) in runs("git_ai_note")
    assert read_anew(repo, home, monkeypatch) == known


def test_notes_that_were_made_anew_or_deleted(home: Path) -> None:
    repo, one, two = two_commits(home)
    annotate(repo, one, note("1"))
    ingest(directory=str(repo.directory))
    repo.git("update-ref", "-d", "refs/notes/ai")
    annotate(repo, two, note("4"))
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    ingest()
    assert runs("git_ai_note") == [(two, 4, 1)]

    repo.git("update-ref", "-d", "refs/notes/ai")
    ingest()
    assert runs("git_ai_note") == []


def test_a_damaged_note_is_a_problem_until_it_is_mended(home: Path) -> None:
    repo, one, two = two_commits(home)
    annotate(repo, one, "what is this")
    annotate(repo, two, note("4"))
    ingest(directory=str(repo.directory))
    assert reasons() == ["authorship note: no divider"]
    assert runs("git_ai_note") == [(two, 4, 1)]

    annotate(repo, one, note("1"))
    ingest()
    assert reasons() == []
    assert len(runs("git_ai_note")) == 2


def test_a_note_that_git_cannot_read_costs_only_itself(home: Path) -> None:
    repo = make_repo(home / "repo")
    shas = sorted(repo.change({"a.txt": f"{number}\n"}) for number in range(5))
    for number, sha in enumerate(shas):
        annotate(repo, sha, note(f"{number + 1}"))
    for sha, damage in ((shas[1], b"nonsense"), (shas[3], None)):
        blob = repo.git("notes", "--ref=ai", "list", sha)
        path = repo.directory / ".git" / "objects" / blob[:2] / blob[2:]
        path.unlink()
        if damage:
            path.write_bytes(damage)
    ingest(directory=str(repo.directory))

    assert sorted(runs("git_ai_note")) == [(shas[n], n + 1, 1) for n in (0, 2, 4)]
    assert reasons() == ["authorship note: missing, damaged or too large"] * 2


def test_a_note_may_come_before_its_commit(home: Path) -> None:
    repo, one, _ = two_commits(home)
    annotate(repo, one, note("1"))
    other = make_repo(home / "other")
    other.change({"b.txt": "1\n"})
    other.git("fetch", "-q", "--no-tags", str(repo.directory), "refs/notes/ai:refs/notes/ai")
    ingest(directory=str(other.directory))

    assert runs("git_ai_note") == [(one, 1, 1)]


def test_traces_are_read_on_and_stay(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo, one, two = two_commits(home)
    add_trace(repo.directory, one, "s1")
    ingest(directory=str(repo.directory))
    assert [row["external_session"] for row in rows("agent_trace")] == ["s1"]
    monkeypatch.setenv("AEA_NOW_MS", "1900000000000")

    add_trace(repo.directory, two, "s2")
    with (repo.directory / ".agent-trace" / "traces.jsonl").open("ab") as file:
        file.write(b"{damaged\n{not whole")
    ingest()
    assert sorted(row["external_session"] for row in rows("agent_trace")) == ["s1", "s2"]
    written = (
        "SELECT external_session FROM fact_commit_authorship WHERE ingested_at = 1900000000000"
    )
    assert select(written) == [{"external_session": "s2"}]
    assert reasons() == ["agent trace: record cannot be read"]
    known = everything()
    assert ingest().commit_count == 0

    (repo.directory / ".agent-trace" / "traces.jsonl").unlink()
    add_trace(repo.directory, two, "s3")
    ingest()
    assert sorted(row["external_session"] for row in rows("agent_trace")) == ["s1", "s2", "s3"]

    (repo.directory / ".agent-trace" / "traces.jsonl").unlink()
    add_trace(repo.directory, one, "s1")
    add_trace(repo.directory, two, "s2")
    assert read_anew(repo, home, monkeypatch) == known


def test_traces_of_a_linked_work_tree_are_noticed(home: Path) -> None:
    repo, one, _ = two_commits(home)
    repo.git("worktree", "add", "-q", str(home / "linked"), "-b", "side")
    ingest(directory=str(repo.directory))
    before = repository_stat.fingerprint(str(repo.directory / ".git"))
    add_trace(home / "linked", one, "s1")

    assert repository_stat.fingerprint(str(repo.directory / ".git")) != before
    ingest()
    assert [row["external_session"] for row in rows("agent_trace")] == ["s1"]


def test_a_trace_file_that_is_no_file_is_left_alone(home: Path) -> None:
    repo, _, _ = two_commits(home)
    (repo.directory / ".agent-trace").mkdir()
    os.mkfifo(repo.directory / ".agent-trace" / "traces.jsonl")
    ingest(directory=str(repo.directory))

    assert everything() == []


def test_trailers_come_with_their_commit_and_hostile_messages_break_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo(home / "repo")
    claude = "Co-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>"
    person = "Co-authored-by: Ann XNAMEX <ann@example.org>"
    hostile = f"x\n\n.\n:100644 100644\ndiff --git a/b b/b\n@@ -1 +1 @@\n\n{claude}\n{person}"
    one = repo.change({"a.txt": "1\n"}, hostile)
    repo.git("checkout", "-qb", "side")
    two = repo.change({"b.txt": "1\n"}, "x\n\nEntire-Checkpoint: 0a1b2c3d4e5f\n")
    repo.git("checkout", "-q", "main")
    repo.change({"c.txt": "1\n"}, "")
    repo.clock += 60
    repo.git("merge", "-q", "--no-ff", "-m", f"merge\n\n.\n{claude}", "side")
    merge = repo.git("rev-parse", "HEAD")
    ingest(directory=str(repo.directory))

    assert {(row["commit_sha"], row["tool_name"]) for row in rows("trailer")} == {
        (one, "claude"),
        (merge, "claude"),
    }
    checkpoints = rows("entire_checkpoint")
    assert [(row["commit_sha"], row["external_session"]) for row in checkpoints] == [
        (two, "0a1b2c3d4e5f")
    ]
    changes = select("SELECT sum(lines_added) AS n, count(*) AS files FROM fact_commit_file_change")
    assert changes == [{"n": 3, "files": 3}]
    known = everything()
    assert read_anew(repo, home, monkeypatch) == known


def test_two_clones_keep_what_each_holds(home: Path) -> None:
    repo, one, _ = two_commits(home)
    repo.git("remote", "add", "origin", "git@example.com:team/thing.git")
    other = clone(repo.directory, home / "clone")
    other.git("remote", "set-url", "origin", "git@example.com:team/thing.git")
    for each in (repo, other):
        annotate(each, one, note("1"))
        ingest(directory=str(each.directory))
    assert len(runs("git_ai_note")) == 2

    repo.git("notes", "--ref=ai", "remove", one)
    ingest()
    assert runs("git_ai_note") == [(one, 1, 1)]


def test_two_repositories_that_turn_out_to_be_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, one, _ = two_commits(home)
    annotate(repo, one, note("1"))
    add_trace(repo.directory, one, "s1")
    ingest(directory=str(repo.directory))
    other = clone(repo.directory, home / "clone")
    for each in (other, repo):
        each.git("remote", "remove", "origin", check=False)
        each.git("remote", "add", "origin", "git@example.com:team/thing.git")
        each.change({"z.txt": "1\n"}, "x\n\nMade-with: Cursor\n")
        ingest(directory=str(each.directory))

    assert len(select("SELECT id FROM metadata_repositories")) == 1
    assert len(rows("git_ai_note")) == len(rows("agent_trace")) == 1
    known = everything()
    monkeypatch.setenv("AEA_HOME", str(home / "anew"))
    for each in (other, repo):
        ingest(directory=str(each.directory))
    assert everything() == known


def test_no_name_and_no_prompt_of_a_record_is_kept(home: Path) -> None:
    repo, one, _ = two_commits(home)
    annotate(repo, one, note("1"))
    add_trace(repo.directory, one, "s1")
    repo.change({"b.txt": "1\n"}, "x\n\nCo-authored-by: Ann XNAMEX <ann@example.org>\n")
    ingest(directory=str(repo.directory))

    assert len(everything()) == 2
    for path in (home / "aea").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"XNAMEX" not in content
        assert b"XPROMPTX" not in content
        assert b"ann@example.org" not in content


def test_the_repository_is_only_read(home: Path) -> None:
    repo, one, _ = two_commits(home)
    annotate(repo, one, note("1"))
    add_trace(repo.directory, one, "s1")

    def content() -> dict[str, bytes]:
        files = (path for path in repo.directory.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in files}

    before = content()
    ingest(directory=str(repo.directory))
    assert content() == before

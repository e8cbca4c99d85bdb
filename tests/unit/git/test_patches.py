"""read_commits: what of a commit is kept, compared with git itself where git says it too."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea.errors import GitError
from aea.git import diff_text
from aea.git.patches import read_commits
from aea.lines import hash_lines, unpack_runs
from tests.support.depth import scaled
from tests.support.repos import START, Repo, clone, make_repo

if TYPE_CHECKING:
    from collections.abc import Generator

    from aea.records import Commit, FileChange

BUNDLE = Path(__file__).parents[4] / "shared" / "truth" / "entire_main.bundle"


def read(repo: Repo, *shas: str) -> list[Commit]:
    return list(read_commits(repo.find(), shas))


def last(repo: Repo) -> Commit:
    (commit,) = read(repo, repo.git("rev-parse", "HEAD"))
    return commit


def only_file(repo: Repo) -> FileChange:
    (file,) = last(repo).files
    return file


def runs(file: FileChange) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    return unpack_runs(file.added_runs), unpack_runs(file.removed_runs)


def git_totals(repo: Repo) -> dict[str, tuple[int, int]]:
    """Lines added and removed by each commit that is no merge, as git counts them."""
    told = repo.git("log", "--all", "--no-merges", "-M", "--numstat", "--format=%x00%H", "-z")
    totals = {}
    for block in told.split("\0\0"):
        sha, *rest = block.strip("\0").split("\0")
        rows = [field.lstrip("\n").split("\t") for field in rest]
        counts = [(int(row[0]), int(row[1])) for row in rows if len(row) == 3 and row[0].isdigit()]
        totals[sha] = (sum(a for a, _ in counts), sum(r for _, r in counts))
    return totals


def our_totals(commits: list[Commit]) -> dict[str, tuple[int, int]]:
    return {
        commit.sha: (
            sum(file.lines_added or 0 for file in commit.files),
            sum(file.lines_removed or 0 for file in commit.files),
        )
        for commit in commits
        if len(commit.parent_shas) < 2
    }


def test_header_and_root(repo: Repo) -> None:
    sha = repo.change({"a.py": "one\ntwo\n"})
    commit = last(repo)
    assert commit[:9] == (
        sha,
        (),
        "Ada",
        "ada@example.org",
        (START + 60) * 1000,
        "Bob",
        "bob@example.org",
        (START + 60) * 1000,
        True,
    )
    (file,) = commit.files
    assert (file.path, file.change_kind, file.lines_added, file.lines_removed) == (
        "a.py",
        "add",
        2,
        0,
    )
    assert unpack_runs(file.added_runs) == [(1, 2)]
    assert file.added_hashes == hash_lines([b"one", b"two"])


def test_modified_lines_have_exact_positions(repo: Repo) -> None:
    repo.change({"a": "".join(f"line {n}\n" for n in range(1, 21))})
    lines = [f"line {n}" for n in range(1, 21)]
    lines[4] = "changed"
    del lines[10:12]
    lines += ["end"]
    repo.change({"a": "\n".join(lines) + "\n"})
    file = only_file(repo)
    assert runs(file) == ([(5, 1), (19, 1)], [(5, 1), (11, 2)])
    assert file.added_hashes == hash_lines([b"changed", b"end"])
    assert file.removed_hashes == hash_lines([b"line 5", b"line 11", b"line 12"])


def test_content_that_looks_like_a_patch(repo: Repo) -> None:
    before = "-- a/x\n++ b/x\n-\n\\ No newline at end of file\n"
    after = "++ b/y\ndiff --git a/q b/q\n@@ -1 +1 @@\n.\n:100644 x\n\\ No newline at end of file"
    repo.change({"a": before})
    repo.change({"a": after, "b": "tail\n"})
    first, second = last(repo).files
    assert (first.lines_added, first.lines_removed) == (6, 4)
    assert first.added_hashes == hash_lines(after.encode().split(b"\n"))
    assert (second.path, second.lines_added) == ("b", 1)


@pytest.mark.parametrize("tail", ["", "\n", "\r\n"])
def test_missing_final_line_feed(repo: Repo, tail: str) -> None:
    repo.change({"a": "x\ny"})
    repo.change({"a": "x\nz" + tail, "b": "q"})
    first, second = last(repo).files
    assert (first.lines_added, first.lines_removed, second.lines_added) == (1, 1, 1)
    assert first.added_hashes[:6] == hash_lines([b"z"])[:6]


def test_crlf_keeps_lines_apart_and_equal_but_for_layout(repo: Repo) -> None:
    repo.change({"a": b"one = 1\r\ntwo = 2\r\n"})
    repo.change({"a": b"one = 1\ntwo = 2\n"})
    file = only_file(repo)
    assert (file.lines_added, file.lines_removed) == (2, 2)
    assert file.added_hashes == file.removed_hashes


def test_rename_keeps_both_names(repo: Repo) -> None:
    text = "".join(f"number {n}\n" for n in range(30))
    repo.change({"old name.py": text})
    repo.git("mv", "old name.py", "new\tname.py")
    repo.change({"new\tname.py": text + "more\n"})
    file = only_file(repo)
    assert (file.change_kind, file.old_path, file.path) == ("rename", "old name.py", "new\tname.py")
    assert (file.lines_added, file.lines_removed) == (1, 0)


def test_pure_rename_beside_others_keeps_the_order(repo: Repo) -> None:
    repo.change({"b": "".join(f"number {n}\n" for n in range(30)), "a": "1\n", "z": "1\n"})
    repo.git("mv", "b", "m")
    repo.change({"a": "2\n", "z": "2\n3\n"})
    files = last(repo).files
    assert [(f.path, f.change_kind, f.lines_added) for f in files] == [
        ("a", "modify", 1),
        ("m", "rename", 0),
        ("z", "modify", 2),
    ]


def test_mode_empty_and_type_changes(repo: Repo) -> None:
    repo.change({"a": "1\n2\n", "b": "x\n", "empty": "", "link": "text\nmore\n"})
    (repo.directory / "b").chmod(0o755)
    (repo.directory / "empty").unlink()
    (repo.directory / "link").unlink()
    (repo.directory / "link").symlink_to("a")
    repo.change({"new": "", "a": "1\n"})
    found = {f.path: (f.change_kind, f.lines_added, f.lines_removed) for f in last(repo).files}
    assert found.pop("link") == ("type", 1, 2)
    assert found.pop("a") == ("modify", 0, 1)
    assert found.pop("b") == ("modify", 0, 0)
    assert found in ({"new": ("rename", 0, 0)}, {"new": ("add", 0, 0), "empty": ("delete", 0, 0)})


def test_binary_lines_are_unknown(repo: Repo) -> None:
    repo.change({"logo.png": b"\x89PNG\0\0\1", "a": "1\n"})
    repo.change({"logo.png": b"\x89PNG\0\0\2", "a": "2\n"})
    text, binary = last(repo).files
    assert (text.is_binary, text.lines_added) == (False, 1)
    assert (binary.is_binary, binary.lines_added, binary.lines_removed) == (True, None, None)
    assert binary.added_hashes == b""


def test_submodule_counts_no_lines(repo: Repo, tmp_path: Path) -> None:
    module = make_repo(tmp_path / "module")
    module.change({"x": "1\n"})
    repo.change({"a": "1\n", "lib": "file before\n"})
    (repo.directory / "lib").unlink()
    repo.git("rm", "-q", "--cached", "lib")
    repo.git("submodule", "--quiet", "add", str(module.directory), "lib")
    repo.commit()
    added = {f.path: (f.change_kind, f.lines_added, f.lines_removed) for f in last(repo).files}
    assert added["lib"] == ("type", 0, 1)
    module.change({"x": "2\n"})
    Repo(repo.directory / "lib").git("pull", "-q")
    repo.commit()
    file = only_file(repo)
    assert (file.path, file.change_kind, file.lines_added, file.is_binary) == (
        "lib",
        "modify",
        0,
        False,
    )


def test_empty_commit_and_unknown_commit(repo: Repo) -> None:
    first = repo.change({"a": "1\n"})
    empty = repo.commit("nothing")
    found = read(repo, empty, "1" * 40, "not a sha", first)
    assert [(commit.sha, len(commit.files)) for commit in found] == [(empty, 0), (first, 1)]
    assert found[0].is_diff_known


def test_hostile_message_and_identity(repo: Repo) -> None:
    message = "diff --git a/x b/x\n\n@@ -1 +1 @@\n.\n:100644\n\x01\x02 \\0"
    name = "A. U\u0308ser \u202e \\ \" ' x"
    repo.write("a", "1\n")
    sha = repo.commit(message, author=name)
    commit = last(repo)
    assert (commit.sha, commit.author_name, len(commit.files)) == (sha, name, 1)


def test_latin1_identity_is_converted(repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.write("a", "1\n")
    repo.commit("x", author=os.fsdecode("Andr\xe9".encode("latin-1")))
    assert last(repo).author_name == "André"


def test_names_that_need_care(repo: Repo) -> None:
    names = [
        "new\nline",
        "tab\tname",
        'quo"te',
        "back\\slash",
        "-dash",
        " lead and trail ",
        "a b/c d",
        "ünï",
        "b/a b/a",
        "\x01\x7f",
        os.fsdecode(b"caf\xe9"),
    ]
    repo.change(dict.fromkeys(names, "1\n"))
    expected = {os.fsencode(name).decode("utf-8", "backslashreplace") for name in names}
    assert {file.path for file in last(repo).files} == expected
    repo.change({name: f"{number}\n" * 2 for number, name in enumerate(names, 5)})
    files = last(repo).files
    assert {file.path for file in files} == expected
    assert all((file.lines_added, file.lines_removed) == (2, 1) for file in files)


def test_mailmap_of_head_is_used(repo: Repo) -> None:
    repo.change({"a": "1\n"})
    repo.change({".mailmap": "Ada Lovelace <ada@real.org> <ada@example.org>\n"})
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    (commit,) = read(repo, first)
    assert (commit.author_name, commit.author_email) == ("Ada Lovelace", "ada@real.org")


def test_user_settings_and_attributes_change_nothing(repo: Repo, home: Path) -> None:
    repo.change({"a.py": "".join(f"line {n}\n" for n in range(9)), "b.lock": "1\n"})
    sha = repo.change({"a.py": "line 0\nnew\nline 8\n", "b.lock": "2\n"})
    before = read(repo, sha)
    for setting in (
        "diff.algorithm=patience",
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.context=7",
        "diff.interHunkContext=9",
        "diff.external=/bin/false",
        "diff.renames=false",
        "color.ui=always",
        "core.quotePath=true",
        "diff.py.textconv=/bin/false",
        "diff.py.command=/bin/false",
        "log.showSignature=true",
        "diff.relative=true",
        "diff.suppressBlankEmpty=true",
    ):
        name, _, value = setting.partition("=")
        repo.git("config", "--global", name, value)
    repo.write(".gitattributes", "*.lock -diff\n*.py diff=py\n")
    assert read(repo, sha) == before


def merged_files(repo: Repo) -> dict[str, tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    return {file.path: runs(file) for file in last(repo).files}


def test_clean_merge_has_no_lines_of_its_own(repo: Repo) -> None:
    base = [f"line {n}" for n in range(1, 31)]
    repo.change({"a": "\n".join(base)})
    repo.git("checkout", "-qb", "side")
    repo.change({"a": "\n".join(["side", *base[1:]])})
    repo.git("checkout", "-q", "main")
    repo.change({"a": "\n".join([*base[:-1], "main"])})
    repo.merge("side")
    commit = last(repo)
    assert len(commit.parent_shas) == 2
    assert commit.is_diff_known
    assert sum(file.lines_added or 0 for file in commit.files) == 0


def test_merge_keeps_only_lines_that_differ_from_all_parents(repo: Repo) -> None:
    base = [f"line {n}" for n in range(1, 21)]
    repo.change({"a": "\n".join(base) + "\n"})
    repo.git("checkout", "-qb", "side")
    side = [*base[:4], "side 5", *base[5:]]
    repo.change({"a": "\n".join(side) + "\n", "s": "s\n"})
    repo.git("checkout", "-q", "main")
    main = [*base[:4], "main 5", *base[5:]]
    repo.change({"a": "\n".join(main) + "\n", "m": "m\n"})
    merged = [*base[:4], "main 5", "++ both 5", "side 5", *base[5:11], "own", *base[13:]]
    repo.merge("side", files={"a": "\n".join(merged) + "\n", "evil": "made in the merge\n"})
    commit = last(repo)
    found = {file.path: file for file in commit.files}
    assert set(found) == {"a", "evil"}
    assert runs(found["a"]) == ([(6, 1), (14, 1)], [(12, 2)])
    assert found["a"].added_hashes == hash_lines([b"++ both 5", b"own"])
    assert found["a"].removed_hashes == hash_lines([b"line 12", b"line 13"])
    assert (found["evil"].change_kind, runs(found["evil"])) == ("add", ([(1, 1)], []))


def test_merge_line_numbers_after_a_deletion(repo: Repo) -> None:
    """Without context git's own line numbers of merges are one short here."""
    base = [f"line {n}" for n in range(1, 13)]
    repo.change({"a": "\n".join(base) + "\n"})
    repo.git("checkout", "-qb", "side")
    repo.change({"a": "\n".join([*base, "side"]) + "\n"})
    repo.git("checkout", "-q", "main")
    repo.change({"a": "\n".join(["main", *base]) + "\n"})
    merged = ["main", *base[:3], *base[4:5], "own", *base[5:], "side"]
    repo.merge("side", files={"a": "\n".join(merged) + "\n"})
    assert merged_files(repo)["a"] == ([(merged.index("own") + 1, 1)], [(5, 1)])


def test_octopus(repo: Repo) -> None:
    repo.change({"a": "1\n2\n3\n"})
    for branch in ("one", "two"):
        repo.git("checkout", "-qb", branch, "main")
        repo.change({branch: f"{branch}\n"})
    repo.git("checkout", "-q", "main")
    repo.change({"three": "3\n"})
    repo.merge("one", "two", files={"a": "1\nown\n3\n"})
    commit = last(repo)
    assert len(commit.parent_shas) == 3
    assert merged_files(repo) == {"a": ([(2, 1)], [(2, 1)])}


def test_merge_with_hostile_names_and_binary(repo: Repo) -> None:
    names = ["new\nline", "with space", "back\\slash", os.fsdecode(b"caf\xe9")]
    repo.change({**dict.fromkeys(names, "1\n"), "pic": b"\0\1"})
    repo.git("checkout", "-qb", "side")
    repo.change({**dict.fromkeys(names, "2\n"), "pic": b"\0\2"})
    repo.git("checkout", "-q", "main")
    repo.change({**dict.fromkeys(names, "3\n"), "pic": b"\0\3"})
    repo.merge("side", files={**dict.fromkeys(names, "4\n"), "pic": b"\0\4"})
    files = {file.path: file for file in last(repo).files}
    assert set(files) == {"new\nline", "with space", "back\\slash", "caf\\xe9", "pic"}
    assert files["pic"].is_binary
    assert files["new\nline"].lines_added == 1


def test_hunks_longer_than_a_slice(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.change({"a": "".join(f"line {n}\n" for n in range(40))})
    sha = repo.change({"a": "".join(f"line {n}\n" if n % 3 else f"new {n}\n" for n in range(41))})
    (whole,) = read(repo, sha)
    monkeypatch.setattr(diff_text, "_SLICE", 3)
    assert read(repo, sha) == [whole]
    assert runs(whole.files[0])[0] == [*((n + 1, 1) for n in range(0, 39, 3)), (40, 2)]


def test_huge_change_is_counted_without_hashes(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff_text, "MAX_HASHED_LINES", 5000)
    repo.change({"big": "x\n" * 5001, "fits": "y\n" * 5000, "long": b"z" * (3 << 20) + b"\nq\n"})
    big, fits, long = last(repo).files
    assert (big.lines_added, big.added_runs, big.added_hashes) == (5001, b"", b"")
    assert (fits.lines_added, unpack_runs(fits.added_runs)) == (5000, [(1, 5000)])
    assert len(fits.added_hashes) == 5000 * 8
    assert (long.lines_added, len(long.added_hashes)) == (2, 16)


def test_shallow_boundary_adds_nothing(repo: Repo, tmp_path: Path) -> None:
    shas = [repo.change({"a": f"{n}\n"}) for n in range(4)]
    shallow = clone(f"file://{repo.directory}", tmp_path / "shallow", "--depth=2")
    assert shallow.find().is_shallow
    boundary, tip = read(shallow, shas[2], shas[3])
    assert (boundary.is_diff_known, boundary.files) == (False, ())
    assert boundary.parent_shas == (shas[1],)
    assert boundary.author_name == "Ada"
    assert (tip.is_diff_known, len(tip.files)) == (True, 1)


def test_git_that_cannot_do_it_loses_no_commit(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = repo.change({"a": "1\n"})
    found = repo.find()
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    real = shutil.which("git")
    wrapper.write_text(f'#!/bin/sh\ncase "$*" in *diff-tree*) exit 129;; esac\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    with pytest.raises(GitError, match="cannot print commit"):
        list(read_commits(found, [sha]))


@pytest.mark.parametrize("count", [5, 80])
def test_partial_clone_never_fetches(repo: Repo, tmp_path: Path, count: int) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    shas = [repo.change({"a": f"number {n}\n", "keep": "k\n"}) for n in range(count)]
    shas.append(repo.commit("empty"))
    origin = f"file://{repo.directory}"
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    assert partial.find().is_partial
    found = read(partial, *shas)
    assert [commit.sha for commit in found] == shas
    assert [commit.is_diff_known for commit in found] == [False] * count + [True]
    assert [len(commit.parent_shas) for commit in found] == [0] + [1] * count
    missing = partial.git("rev-list", "--objects", "--all", "--missing=print")
    assert missing.count("\n?") == count + 1


def test_treeless_clone(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    shas = [repo.change({"a": f"{n}\n"}) for n in range(3)]
    origin = f"file://{repo.directory}"
    treeless = clone(origin, tmp_path / "treeless", "--filter=tree:0", "--no-checkout")
    assert [(c.sha, c.is_diff_known) for c in read(treeless, *shas)] == [(s, False) for s in shas]


def test_damaged_object_costs_one_commit(repo: Repo) -> None:
    shas = [repo.change({"a": f"{n}\n"}) for n in range(4)]
    blob = repo.git("rev-parse", f"{shas[1]}:a")
    (repo.directory / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = read(repo, *shas)
    assert [c.is_diff_known for c in found] == [True, False, False, True]
    assert [c.parent_shas for c in found[1:]] == [(sha,) for sha in shas[:3]]


def test_two_processes_keep_the_order_and_each_its_place(repo: Repo) -> None:
    shas = [repo.change({"a": f"{n}\n" * 3}) for n in range(70)]
    for damaged in (5, 20, 21, 60):  # of either process, and in every turn
        blob = repo.git("rev-parse", f"{shas[damaged]}:a")
        (repo.directory / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = read(repo, *shas)
    assert [commit.sha for commit in found] == shas
    unknown = [number for number, commit in enumerate(found) if not commit.is_diff_known]
    assert unknown == [5, 6, 20, 21, 22, 60, 61]
    numbers = [(n, hash_lines([str(n).encode()] * 3)) for n in range(70) if n not in unknown]
    assert [(n, found[n].files[0].added_hashes) for n, _ in numbers] == numbers


def test_damaged_merge_keeps_its_header(repo: Repo) -> None:
    repo.change({"a": "1\n"})
    repo.git("checkout", "-qb", "side")
    repo.change({"a": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.change({"a": "3\n"})
    sha = repo.merge("side", files={"a": "4\n"})
    after = repo.change({"b": "1\n"})
    blob = repo.git("rev-parse", f"{sha}:a")
    (repo.directory / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    merge, last_commit = read(repo, sha, after)
    assert (merge.is_diff_known, len(merge.parent_shas), merge.files) == (False, 2, ())
    assert last_commit.is_diff_known


def test_sha256(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "sha256", "--object-format=sha256")
    repo.change({"a": "1\n"})
    sha = repo.change({"a": "2\n"})
    commit = last(repo)
    assert (len(commit.sha), commit.sha, commit.files[0].lines_added) == (64, sha, 1)


def test_since_leaves_out_older_commits(repo: Repo) -> None:
    shas = [repo.change({"a": f"{n}\n"}) for n in range(3)]
    since = (START + 120) * 1000
    found = list(read_commits(repo.find(), shas, since_ms=since))
    assert [commit.sha for commit in found] == shas[1:]
    assert not list(read_commits(repo.find(), [], since_ms=since))


def test_stopping_early_leaves_no_process(repo: Repo) -> None:
    shas = [repo.change({"a": f"{n}\n" * 9}) for n in range(5)]
    with closing(cast("Generator[Commit, None, None]", read_commits(repo.find(), shas))) as reading:
        next(reading)
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "comm="],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "git" not in children.stdout.split()


CONTENT = st.lists(
    st.sampled_from(
        ["a", "b", "", "-", "+", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "\\ No", "x\r", "."]
    ),
    max_size=12,
)


@settings(max_examples=scaled(12))
@given(st.lists(st.tuples(st.sampled_from("pqr"), CONTENT, st.booleans()), min_size=1, max_size=6))
def test_any_history_counts_as_git_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str], bool]]
) -> None:
    repo = make_repo(tmp_path_factory.mktemp("history"))
    contents: dict[str, list[bytes]] = {}
    for name, lines, has_end in steps:
        text = "\n".join(lines) + ("\n" if has_end and lines else "")
        repo.change({name: text})
        commit = last(repo)
        if file := next((f for f in commit.files if f.path == name and not f.old_path), None):
            assert replay(contents.get(name, []), file) == _lines(text)
        contents[name] = _lines(text)
    shas = repo.git("rev-list", "--all").split()
    assert our_totals(read(repo, *shas)) == git_totals(repo)


def _lines(text: str) -> list[bytes]:
    """The lines as hashes: no two of them may be taken for one another."""
    raw = text.encode().split(b"\n")
    if raw and not raw[-1]:
        raw.pop()
    return [hash_lines([line]) for line in raw]


def replay(before: list[bytes], file: FileChange) -> list[bytes]:
    """The file after the change, rebuilt from the lines before and what the change holds."""
    gone = {
        n for first, count in unpack_runs(file.removed_runs) for n in range(first, first + count)
    }
    left = [line for number, line in enumerate(before, 1) if number not in gone]
    hashes = [file.added_hashes[at : at + 8] for at in range(0, len(file.added_hashes), 8)]
    for first, count in unpack_runs(file.added_runs):
        left[first - 1 : first - 1] = hashes[:count]
        del hashes[:count]
    return left


@pytest.mark.skipif(not BUNDLE.exists(), reason="the reference history is not here")
def test_real_history_counts_as_git_does(tmp_path: Path) -> None:
    repo = clone(BUNDLE, tmp_path / "entire", "--no-checkout", "--branch", "main")
    shas = repo.git("rev-list", "--all").split()
    commits = read(repo, *shas)
    assert our_totals(commits) == git_totals(repo)
    assert all(
        len(file.added_hashes) == 8 * (file.lines_added or 0)
        and sum(count for _, count in unpack_runs(file.removed_runs)) == (file.lines_removed or 0)
        for commit in commits
        for file in commit.files
    )
    assert {commit.sha: commit for commit in read(repo, *shas[::50])}.items() <= {
        commit.sha: commit for commit in commits
    }.items()


@pytest.mark.skipif(not BUNDLE.exists(), reason="the reference history is not here")
def test_lines_of_real_merges_stand_where_we_say(tmp_path: Path) -> None:
    repo = clone(BUNDLE, tmp_path / "entire", "--no-checkout", "--branch", "main")
    merges = read(repo, *repo.git("rev-list", "--all", "--merges").split())
    files = [(c.sha, file) for c in merges for file in c.files if file.lines_added]
    assert len(files) > 10
    for sha, file in files[:15]:
        lines = _lines(repo.git("cat-file", "blob", f"{sha}:{file.path}") + "\n")
        spans = unpack_runs(file.added_runs)
        assert (
            b"".join(b"".join(lines[at - 1 : at - 1 + n]) for at, n in spans) == file.added_hashes
        )


def test_lines_in_another_encoding_are_hashed_as_text(repo: Repo) -> None:
    repo.change({"a.py": "# déjà vu\n".encode("latin-1")})
    assert only_file(repo).added_hashes == hash_lines(["# déjà vu".encode()])
    repo.change({"a.py": "# déjà lu\n".encode("latin-1")})
    assert only_file(repo).removed_hashes == hash_lines(["# déjà vu".encode()])

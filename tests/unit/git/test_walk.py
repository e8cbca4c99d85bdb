"""Both walks answer alike, on histories of every shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea.git.walk import CommandWalk, Node, PygitWalk, Walk, open_walk, order_parents_first
from tests.support.depth import scaled
from tests.support.repos import Repo, clone, make_repo

BUNDLE = Path(__file__).parents[4] / "shared" / "truth" / "entire_main.bundle"
UNKNOWN = "1" * 40


def both(repo: Repo) -> list[Walk]:
    return [PygitWalk(repo.find()), CommandWalk(repo.find())]


def test_tips(repo: Repo, tmp_path: Path) -> None:
    first = repo.change({"a": "1\n"})
    repo.git("tag", "-a", "v1", "-m", "one")
    repo.git("tag", "-a", "nested", "-m", "two", "v1")
    repo.git("tag", "light")
    blob = repo.git("rev-parse", "HEAD:a")
    repo.git("tag", "blob", blob)
    repo.git("branch", "feature/x")
    second = repo.change({"a": "2\n"})
    repo.write("a", "3\n")
    repo.git("stash", "-q")
    repo.git("notes", "add", "-m", "note")
    repo.git("update-ref", "refs/pull/1/head", first)
    repo.git("update-ref", "refs/remotes/origin/main", second)
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    expected = {
        "refs/heads/main": second,
        "refs/heads/feature/x": first,
        "refs/tags/v1": first,
        "refs/tags/nested": first,
        "refs/tags/light": first,
        "refs/remotes/origin/main": second,
    }
    assert [walk.read_refs() for walk in both(repo)] == [expected] * 2
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"), first)
    repo.git("worktree", "add", "-q", str(tmp_path / "attached"), "feature/x")
    repo.git("checkout", "-q", "--detach", second)
    expected |= {"HEAD": second, "worktrees/linked/HEAD": first}
    repo.git("pack-refs", "--all")
    assert [walk.read_refs() for walk in both(repo)] == [expected] * 2
    assert [walk.read_refs() for walk in both(Repo(tmp_path / "linked"))] == [expected] * 2


def test_heads_without_files_are_asked_of_git(repo: Repo, tmp_path: Path) -> None:
    """What reftable needs; here on plain files, which must give the same."""
    first = repo.commit()
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    as_reftable = CommandWalk(repo.find()._replace(ref_format="reftable"))
    assert as_reftable.read_refs() == {"refs/heads/main": first, "worktrees/linked/HEAD": first}
    repo.git("checkout", "-q", "--detach")
    assert as_reftable.read_refs() == CommandWalk(repo.find()).read_refs()


def test_unborn_and_bare(repo: Repo, tmp_path: Path) -> None:
    assert [walk.read_refs() for walk in both(repo)] == [{}, {}]
    sha = repo.commit()
    bare = clone(repo.directory, tmp_path / "bare.git", "--bare")
    assert [walk.read_refs() for walk in both(bare)] == [{"refs/heads/main": sha}] * 2


def test_broken_ref_is_left_out(repo: Repo) -> None:
    sha = repo.commit()
    (repo.directory / ".git/refs/heads/broken").write_text(UNKNOWN + "\n")
    assert [walk.read_refs() for walk in both(repo)] == [{"refs/heads/main": sha}] * 2


def test_commits_since_known_tips(repo: Repo) -> None:
    shas = [repo.change({"a": f"{n}\n"}) for n in range(5)]
    for walk in both(repo):
        assert walk.list_shas([shas[4]], []) == shas
        assert walk.list_shas([shas[4]], [shas[1]]) == shas[2:]
        assert walk.list_shas([shas[4], UNKNOWN, "x"], [UNKNOWN, shas[2], "--all"]) == shas[3:]
        assert walk.list_shas([shas[1]], [shas[3]]) == []
        assert walk.list_shas([], []) == []


def test_has_commit(repo: Repo) -> None:
    sha = repo.change({"a": "1\n"})
    tree = repo.git("rev-parse", "HEAD^{tree}")
    for walk in both(repo):
        asked = [walk.has_commit(name) for name in (sha, UNKNOWN, tree, "HEAD", "", sha[:10])]
        assert asked == [True, False, False, False, False, False]


def test_new_commits_are_seen_without_reopening(repo: Repo) -> None:
    first = repo.commit()
    walks = both(repo)
    assert [walk.list_shas([first], []) for walk in walks] == [[first]] * 2
    second = repo.commit()
    repo.git("gc", "-q")
    assert [walk.list_shas([second], [first]) for walk in walks] == [[second]] * 2


def test_shallow(repo: Repo, tmp_path: Path) -> None:
    shas = [repo.change({"a": f"{n}\n"}) for n in range(4)]
    shallow = clone(f"file://{repo.directory}", tmp_path / "shallow", "--depth=2")
    assert [walk.list_shas([shas[3]], []) for walk in both(shallow)] == [shas[2:]] * 2


def test_choice_of_back_end(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    sha = repo.commit()
    assert isinstance(open_walk(repo.find()), PygitWalk)
    assert isinstance(open_walk(repo.find(), prefer_command=True), CommandWalk)
    partial = clone(f"file://{repo.directory}", tmp_path / "partial", "--filter=blob:none")
    modern = make_repo(tmp_path / "sha256", "--object-format=sha256")
    long_sha = modern.commit()
    for other, tip in ((partial, sha), (modern, long_sha)):
        walk = open_walk(other.find())
        assert isinstance(walk, CommandWalk)
        assert walk.read_refs()["refs/heads/main"] == tip
        assert walk.list_shas([tip], []) == [tip]
        assert walk.has_commit(tip)


def test_reftable(tmp_path: Path) -> None:
    (tmp_path / "reftable").mkdir()
    probe = Repo(tmp_path / "reftable")
    probe.git("init", "-q", "--ref-format=reftable", check=False)
    if not (probe.directory / ".git").exists():
        pytest.skip("this git cannot make a reftable repository (2.45 and newer can)")
    sha = probe.commit()
    walk = open_walk(probe.find())
    assert isinstance(walk, CommandWalk)
    assert walk.read_refs() == {"refs/heads/main": sha}
    probe.git("checkout", "-q", "--detach")
    assert walk.read_refs() == {"refs/heads/main": sha, "HEAD": sha}


def test_order_does_not_depend_on_the_order_found() -> None:
    nodes = [
        Node("a", 5, ()),
        Node("b", 1, ("a",)),
        Node("c", 1, ("a", "outside")),
        Node("d", 0, ("b", "c", "b")),
        Node("e", 9, ()),
    ]
    assert order_parents_first(nodes) == nodes
    assert order_parents_first(reversed(nodes)) == nodes


@settings(max_examples=scaled(10))
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 11), max_size=3), st.integers(-5, 5)),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
def test_any_graph_is_walked_alike(
    tmp_path_factory: pytest.TempPathFactory,
    graph: list[tuple[list[int], int]],
    data: st.DataObject,
) -> None:
    repo = make_repo(tmp_path_factory.mktemp("graph"))
    tree = repo.git("mktree")
    shas: list[str] = []
    for number, (wanted, shift) in enumerate(graph):
        parents = dict.fromkeys(shas[index] for index in wanted if index < len(shas))
        repo.clock += 10 * shift
        words = [word for parent in parents for word in ("-p", parent)]
        shas.append(repo.git("commit-tree", *words, "-m", str(number), tree))
    include = data.draw(st.lists(st.sampled_from(shas), min_size=1, max_size=3))
    exclude = data.draw(st.lists(st.sampled_from([*shas, UNKNOWN]), max_size=2))
    one, two = (walk.list_shas(include, exclude) for walk in both(repo))
    assert one == two


@pytest.mark.skipif(not BUNDLE.exists(), reason="the reference history is not here")
def test_real_history_is_walked_alike(tmp_path: Path) -> None:
    repo = clone(BUNDLE, tmp_path / "entire", "--bare", "--branch", "main")
    one, two = both(repo)
    assert one.read_refs() == two.read_refs()
    tip = repo.git("rev-parse", "main")
    commits = one.list_shas([tip], [])
    assert commits == two.list_shas([tip], [])
    assert one.list_shas([tip], [commits[700]]) == two.list_shas([tip], [commits[700]])

"""Which commits a merge or a head claims for its branch."""

from __future__ import annotations

import pytest

from aea.pipeline.branches.rules import (
    MAX_OWN_COMMITS,
    Anchor,
    Branch,
    BranchCommit,
    Claim,
    Commit,
    claim_commits,
    classify,
)

GRAPH = {  # main: a b m; topic: a x y, merged by m
    "a": (),
    "b": ("a",),
    "x": ("a",),
    "y": ("x",),
    "m": ("b", "y"),
}


def find(sha: str) -> Commit | None:
    if sha not in GRAPH:
        return None
    at = list(GRAPH).index(sha)
    return Commit(sha, GRAPH[sha], at, at)


def anchor(evidence: str, sha: str, own: int = 0, branch: str = "topic") -> Anchor:
    return Anchor(evidence, 1, 1, sha, branch, own, 0, "main")


def nothing_stored(_: BranchCommit) -> bool:
    return False


def claimed(found: Claim) -> list[tuple[str, int]]:
    return [(commit.sha, commit.position) for commit in found.commits]


@pytest.mark.parametrize(
    ("name", "task", "kind"),
    [
        ("main", None, "mainline"),
        ("develop", None, "integration"),
        ("release/1", 7, "integration"),
        ("ABC-1-login", 7, "task"),
        ("login", None, "work"),
    ],
)
def test_the_kind_of_a_branch(name: str, task: int | None, kind: str) -> None:
    assert classify(Branch(1, name, task, "main", is_deleted=False)) == kind


def test_a_merge_claims_its_branch_down_to_the_history_of_its_first_parent() -> None:
    found = claim_commits(anchor("merge", "m"), find, nothing_stored)
    assert claimed(found) == [("y", 0), ("x", 1)]
    assert found.kept_position == -1


@pytest.mark.parametrize(
    ("unknown", "claims"),
    [
        ("x", [("y", False), ("x", True)]),
        ("b", [("y", False), ("x", False), ("a", False), ("b", True)]),
    ],
    ids=["on its own side", "on the other side"],
)
def test_unknown_commits_of_a_merge_are_gaps(unknown: str, claims: list[tuple[str, bool]]) -> None:
    def find_shallow(sha: str) -> Commit | None:
        return None if sha == unknown else find(sha)

    found = claim_commits(anchor("merge", "m"), find_shallow, nothing_stored)
    assert [(one.sha, one.is_gap) for one in found.commits] == claims


def test_a_head_claims_the_branchs_own_commits() -> None:
    found = claim_commits(anchor("tip", "y", own=2), find, nothing_stored)
    assert claimed(found) == [("y", 2), ("x", 1)]


def test_only_what_is_new_above_the_stored_commits_is_claimed() -> None:
    found = claim_commits(anchor("tip", "y", own=2), find, lambda one: one.sha == "x")
    assert claimed(found) == [("y", 2)]
    assert found.kept_position == 1


def test_the_mainline_and_branches_of_too_many_commits_claim_nothing() -> None:
    many = MAX_OWN_COMMITS + 1
    for head in (anchor("tip", "m", own=3, branch="main"), anchor("tip", "y", own=many)):
        assert claim_commits(head, find, nothing_stored) == Claim([], -1)
    shared = claim_commits(anchor("tip", "y", own=many, branch="develop"), find, nothing_stored)
    assert [one.sha for one in shared.commits] == ["y", "x", "a"]

"""Which head is the mainline's, and which commit of the trunk brings each commit."""

from __future__ import annotations

import pytest

from aea.pipeline.mainline.rules import (
    Commit,
    Head,
    History,
    Placement,
    choose_head,
    place_commits,
    short_name,
)


def commit(key: int, *parents: str, position: int | None = None, trunk: bool = False) -> Commit:
    return Commit(key, parents, key * 100, position, trunk)


def test_the_latest_head_is_chosen() -> None:
    local = Head("refs/heads/main", "a", (100, 1))
    remote = Head("refs/remotes/origin/main", "b", (200, 2))
    assert choose_head([local, remote]) == remote
    assert choose_head([remote, local._replace(order=(200, 3))]) == local._replace(order=(200, 3))
    assert choose_head([]) is None


def test_of_equal_heads_the_first_by_name_is_chosen() -> None:
    local = Head("refs/heads/main", "a", (100, 1))
    remote = Head("refs/remotes/origin/main", "a", (100, 1))
    assert choose_head([remote, local]) == local


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("refs/heads/main", "main"),
        ("refs/heads/release/1", "release/1"),
        ("refs/remotes/origin/main", "main"),
        ("refs/remotes/origin/release/1", "release/1"),
    ],
)
def test_the_short_name_has_no_remote(ref: str, name: str) -> None:
    assert short_name(ref) == name


def test_a_merge_brings_its_branch_and_a_commit_only_once() -> None:
    commits = {
        "a": commit(1),
        "b": commit(2, "a"),
        "c": commit(3, "a"),
        "d": commit(4, "b", "c"),
        "e": commit(5, "d", "c"),
    }
    history = History([commits[sha] for sha in "abde"], -1, commits)
    places = {place.commit_id: (place.trunk_id, place.position) for place in place_commits(history)}
    assert places == {1: (1, 0), 2: (2, 1), 3: (4, 2), 4: (4, 2), 5: (5, 3)}


def test_commits_with_a_valid_place_keep_it() -> None:
    commits = {
        "a": commit(1, position=0, trunk=True),
        "b": commit(2, "a", position=7, trunk=True),  # above the base: about to be deleted
        "c": commit(3, "a", "b"),
    }
    history = History([commits["c"]], 0, commits)
    assert list(place_commits(history)) == [
        Placement(3, 3, 1, is_cut=False, arrived_at=300),
        Placement(2, 3, 1, is_cut=False, arrived_at=300),
    ]


def test_an_unknown_parent_cuts_the_history() -> None:
    history = History([commit(1, "unknown")], -1, {"a": commit(1, "unknown")})
    assert list(place_commits(history)) == [Placement(1, 1, 0, is_cut=True, arrived_at=100)]

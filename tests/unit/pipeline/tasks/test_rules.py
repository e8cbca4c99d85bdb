"""Which branch and which tasks the evidence about a commit gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.pipeline.tasks.rules import Assignment, Claim, Evidence, Origin, assign

if TYPE_CHECKING:
    from collections.abc import Iterator

TASKS = {"ABC-1-login": "ABC-1", "ABC-2-tax": "ABC-2"}


def evidence(sha: str = "c", **known: Any) -> Evidence:
    """A commit of a repository whose mainline is main."""
    return Evidence(
        sha,
        "main",
        known.get("is_on_mainline", False),
        known.get("squashed_branch"),
        known.get("made_on", []),
        known.get("claims", []),
        known.get("mentions", []),
        TASKS,
    )


def one(*args: Any, **known: Any) -> Assignment:
    (found,) = assign(evidence(**known), [list(args)] if args else [])
    return found


def origin(sha: str, link: str, **known: Any) -> Origin:
    return Origin(evidence(sha, **known), [("c", link)])


def test_a_reflog_is_the_best_evidence_of_a_branch() -> None:
    claims = [Claim("merge", "ABC-2-tax", 0)]
    found = one(made_on=["main", "ABC-1-login"], claims=claims)
    assert found == Assignment("ABC-1", "branch", "ABC-1-login", "reflog", 0, 1, None, 1.0)


def test_a_merge_comes_before_a_head_and_a_head_before_a_message() -> None:
    claims = [Claim("tip", "ABC-2-tax", 0), Claim("merge", "ABC-1-login", 9)]
    assert one(claims=claims)[2:4] == ("ABC-1-login", "merge")
    assert one(claims=claims[:1], squashed_branch="ABC-1-login")[2:4] == ("ABC-2-tax", "tip")
    found = one(squashed_branch="ABC-1-login")
    assert (found.branch_evidence, found.confidence) == ("message", 0.8)


def test_of_several_branches_the_nearest_wins_by_a_margin() -> None:
    near, far = Claim("tip", "ABC-1-login", 1), Claim("tip", "ABC-2-tax", 1)
    results = [one(claims=[near, far._replace(distance=1 + ahead)]) for ahead in range(5)]
    assert [found.distance_margin for found in results] == [0, 1, 2, 2, 2]
    assert [found.confidence for found in results] == [0.6, 0.75, 0.9, 0.9, 0.9]
    assert {(found.branch_name, found.candidate_count) for found in results} == {("ABC-1-login", 2)}


def test_integration_branches_are_the_last_resort() -> None:
    assert one(made_on=["develop"]) == Assignment(
        "develop", "integration", "develop", "reflog", 1, 0, None, 0.5
    )
    assert one(is_on_mainline=True)[2:4] == ("main", "mainline")
    claims = [Claim("tip", "release/1", 0), Claim("merge", "develop", 4)]
    assert one(claims=claims)[2:4] == ("develop", "merge")
    assert one()[:4] == ("(unknown)", "nothing", None, "nothing")


def test_the_message_names_tasks_and_the_branch_confirms_them() -> None:
    found = assign(
        evidence(made_on=["ABC-1-login"], mentions=[("ABC-1", "message"), ("XY-9", "message")]), []
    )
    assert [(row.task_key, row.evidence, row.confidence) for row in found] == [
        ("ABC-1", "message", 1.0),
        ("XY-9", "message", 0.9),
    ]


def test_a_branch_without_a_key_is_a_task_of_its_own() -> None:
    assert one(made_on=["login"])[:2] == ("login", "branch_name")


def test_a_commit_inherits_from_the_commits_that_it_stands_for() -> None:
    found = one(origin("o", "squash", made_on=["ABC-1-login"]))
    assert found == Assignment("ABC-1", "branch", "ABC-1-login", "lineage", 0, 1, None, 0.8)


def test_origins_that_disagree_give_the_branch_of_most_of_them() -> None:
    found = assign(
        evidence(),
        [
            [
                origin("o1", "squash", made_on=["ABC-2-tax"]),
                origin("o2", "squash", made_on=["ABC-2-tax"]),
                origin("o3", "squash", made_on=["ABC-1-login"]),
            ]
        ],
    )
    assert {row.branch_name for row in found} == {"ABC-2-tax"}
    assert [(row.task_key, row.confidence) for row in found] == [("ABC-1", 0.8), ("ABC-2", 0.8)]
    assert {(row.branch_evidence, row.candidate_count) for row in found} == {("lineage", 2)}


def test_a_way_is_as_sure_as_its_weakest_step_and_the_best_way_counts() -> None:
    first = [origin("o1", "rewrite"), origin("o2", "lines")]
    last = Origin(
        evidence("o3", made_on=["ABC-1-login"]), [("o1", "same_patch"), ("o2", "rewrite")]
    )
    (found,) = assign(evidence(), [first, [last]])
    assert found.confidence == 0.9


def test_a_head_proves_nothing_of_an_origin_made_on_an_integration_branch() -> None:
    claims = [Claim("tip", "ABC-1-login", 0)]
    assert one(origin("o", "rewrite", claims=claims)).branch_name == "ABC-1-login"
    assert one(origin("o", "rewrite", claims=claims, made_on=["main"])).branch_name is None


def test_origins_are_read_only_when_the_commit_does_not_decide() -> None:
    def walk() -> Iterator[list[Origin]]:
        raise AssertionError
        yield []

    assert len(assign(evidence(made_on=["ABC-1-login"]), walk())) == 1

"""What is enough to conclude the repository of a directory that is gone."""

from __future__ import annotations

import pytest

from aea.lost_trees import Signs, branch_names, choose, is_named_after, is_of_agent, list_trees

NOTHING = Signs(
    1,
    "/w/app-x",
    is_registered=False,
    written_count=0,
    line_count=0,
    has_branch=False,
    has_name=False,
    is_agents=False,
)


@pytest.mark.parametrize(
    ("tree", "is_named"),
    [
        ("/w/app-feat", True),
        ("/w/app.feat", True),
        ("/w/app_feat", True),
        ("/w/app@2", True),
        ("/w/app.worktrees/feat", True),
        ("/w/app-worktrees/feat/x", False),
        ("/w/app-worktrees/feat", True),
        ("/w/worktrees/app/feat", True),
        ("/h/.codex/worktrees/7f3a/app", True),
        ("/h/.cursor/worktrees/app/AbC1", True),
        ("/w/worktrees/app", True),
        ("/w/app", False),
        ("/w/happy-feat", False),
        ("/w/apple", False),
        ("/other/app", False),
        ("/w/other.worktrees/feat", False),
    ],
)
def test_names_of_work_trees(tree: str, *, is_named: bool) -> None:
    assert is_named_after(tree, "app") is is_named


def test_folders_of_agents() -> None:
    assert is_of_agent("/h/.codex/worktrees/7f3a/app")
    assert is_of_agent("/h/conductor/app/lima")
    assert not is_of_agent("/h/worktrees/app")


def test_branches_by_name_and_by_record() -> None:
    assert branch_names("/w/app-fix-1", "app", ["main", "fix/2"]) == {"fix-1", "app-fix-1", "fix-2"}
    assert branch_names("/w/app-main", "app", ["HEAD"]) == {"app-main"}


@pytest.mark.parametrize(
    ("signs", "evidence"),
    [
        (NOTHING, None),
        (NOTHING._replace(is_registered=True), "tree"),
        (NOTHING._replace(line_count=4, written_count=8), "lines"),
        (NOTHING._replace(line_count=3, written_count=3), None),
        (NOTHING._replace(line_count=4, written_count=9), None),
        (NOTHING._replace(line_count=20, written_count=90), "lines"),
        (NOTHING._replace(has_name=True), None),
        (NOTHING._replace(has_branch=True), None),
        (NOTHING._replace(has_name=True, has_branch=True), "branch"),
        (NOTHING._replace(has_name=True, line_count=2, written_count=2), "lines"),
        (NOTHING._replace(has_name=True, line_count=1, written_count=1), None),
        (NOTHING._replace(has_name=True, is_agents=True), "name"),
    ],
)
def test_enough(signs: Signs, evidence: str | None) -> None:
    assert signs.evidence() == evidence


def test_two_repositories_with_enough_are_none() -> None:
    lines = NOTHING._replace(line_count=4, written_count=4)
    assert choose([lines, lines._replace(repository_id=2)]) is None
    by_name = NOTHING._replace(repository_id=2, has_name=True, has_branch=True)
    assert choose([lines, by_name]) == lines  # lines are better than a name
    deeper = lines._replace(tree="/w/app-x/src", line_count=9)
    assert choose([lines, deeper]) == deeper
    assert choose([]) is None


def test_trees_above_a_directory() -> None:
    assert list(list_trees("/w/app/src")) == ["/w/app/src", "/w/app", "/w"]
    assert list(list_trees("C:/w")) == ["C:/w", "C:"]
    assert list(list_trees("/")) == []

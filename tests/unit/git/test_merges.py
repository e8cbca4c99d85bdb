"""Which branch a merge says it merged: the words of git and of the forges."""

from __future__ import annotations

import pytest

from aea.git.merges import parse_merged_branch


@pytest.mark.parametrize(
    ("message", "branch"),
    [
        ("Merge branch 'feat/x' into y", "feat/x"),
        ("Merge branch 'x'", "x"),
        ("Merge branch 'x' of github.com:o/r into x", "x"),
        ("Merge branch 'x' into 'main'\n\nSee merge request o/r!4", "x"),
        ("Merge remote-tracking branch 'origin/feat/x'", "feat/x"),
        ("Merge remote-tracking branch 'origin/x' into y", "x"),
        ("Merge pull request #5 from owner/feat/x\n\nTitle", "feat/x"),
        ("Merge pull request 'Title' (#1) from feat/x into main", "feat/x"),
        ("Merge pull request 12 from feat/x into main", "feat/x"),
        ("Merged in feat/x (pull request #5)", "feat/x"),
        ("Pull request #12: Title\n\nMerge in P/r from feat/x to master\n", "feat/x"),
        ("Merge branches 'a' and 'b'", None),
        ("Merge commit 'abc1234'", None),
        ("Merge tag 'v1.0'", None),
        ("Merge the two lists", None),
        ("", None),
    ],
)
def test_the_branch(message: str, branch: str | None) -> None:
    assert parse_merged_branch(message.encode()) == branch

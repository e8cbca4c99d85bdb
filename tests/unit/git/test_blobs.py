"""Commits of notebooks: only lines of sources count, and they have numbers of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aea.git.blame import blame
from aea.git.patches import read_commits
from aea.lines import hash_lines, unpack_runs

if TYPE_CHECKING:
    from aea.records import FileChange
    from tests.support.repos import Repo


def book(*sources: str, layout: int | None = 1, output: str = "out") -> str:
    cells = [
        {
            "cell_type": "code",
            "outputs": [{"text": [output]}],
            "source": text.splitlines(keepends=True),
        }
        for text in sources
    ]
    return json.dumps({"cells": cells, "nbformat": 4}, indent=layout)


def only_file(repo: Repo, sha: str) -> FileChange:
    (commit,) = read_commits(repo.find(), [sha])
    (file,) = commit.files
    return file


def test_a_commit_adds_the_lines_of_sources(repo: Repo) -> None:
    file = only_file(repo, repo.change({"n.ipynb": book("a = 1\nb = 2", "c = 3")}))
    assert (file.lines_added, file.lines_removed) == (3, 0)
    assert unpack_runs(file.added_runs) == [(1, 3)]
    assert file.added_hashes == hash_lines([b"a = 1", b"b = 2", b"c = 3"])


def test_outputs_and_layout_are_no_lines(repo: Repo) -> None:
    repo.change({"n.ipynb": book("a = 1\nb = 2")})
    file = only_file(
        repo, repo.change({"n.ipynb": book("a = 1\nb = 2", output="new", layout=None)})
    )
    assert (file.lines_added, file.lines_removed, file.added_hashes) == (0, 0, b"")


def test_a_line_behind_the_last_one_leaves_it(repo: Repo) -> None:
    repo.change({"n.ipynb": book("a = 1", layout=None)})
    file = only_file(repo, repo.change({"n.ipynb": book("a = 1\nb = 2", layout=None)}))
    assert (file.lines_added, file.lines_removed) == (1, 0)
    assert unpack_runs(file.added_runs) == [(2, 1)]


def test_a_merge_adds_what_no_parent_has(repo: Repo) -> None:
    repo.change({"n.ipynb": book("a = 1\nm = 0")})
    repo.git("switch", "-qc", "side")
    repo.change({"n.ipynb": book("a = 1\nside = 1\nm = 0")})
    repo.git("switch", "-q", "main")
    repo.change({"n.ipynb": book("a = 1\nmain = 1\nm = 0")})
    repo.git("merge", "-q", "--no-commit", "side", check=False)
    repo.write("n.ipynb", book("a = 1\nmain = 1\nside = 1\nboth = 1\nm = 0"))
    file = only_file(repo, repo.commit("merge"))
    assert (file.lines_added, unpack_runs(file.added_runs)) == (1, [(4, 1)])


def test_blame_shows_the_lines_of_sources(repo: Repo) -> None:
    first = repo.change({"n.ipynb": book("a = 1\nm = 0")})
    second = repo.change({"n.ipynb": book("a = 1\nb = 2\nm = 0")})
    lines = blame(str(repo.directory), "n.ipynb", None)
    told = [(line.number, line.sha, line.origin_number, line.content) for line in lines]
    assert told == [(1, first, 1, "a = 1"), (2, second, 2, "b = 2"), (3, first, 2, "m = 0")]

"""The rules of .gitattributes about linguist-vendored, compared with what git itself says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.git.vendored import is_vendored, parse_rules
from tests.support.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

PATHS = [
    "a.js", "lib/a.js", "lib/sub/a.js", "x/lib/a.js", "deps/one.c", "deps/sub/two.c", "with space/a", "a1", "ab", "a+b", "lib",
]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "lib/** linguist-vendored",
        "lib/* linguist-vendored",
        "/lib/** linguist-vendored=true",
        "lib/ linguist-vendored",
        "lib linguist-vendored",
        "*.js linguist-vendored\nlib/sub/* -linguist-vendored",
        "**/lib/** text linguist-vendored",
        "deps/**/*.c linguist-vendored",
        "deps/**/two.c linguist-vendored=false linguist-vendored",
        "# deps/** linguist-vendored\n[attr]deps linguist-vendored",
        '"with space/*" linguist-vendored',
        "a[0-9] linguist-vendored",
        "a[!0-9] linguist-vendored",
        "a? linguist-vendored",
        "a+b linguist-vendored",
        "deps/** linguist-generated",
        "*.c linguist-vendored\n*.c !linguist-vendored",
    ],
)
def test_a_file_is_vendored_when_git_says_so(home: Path, content: str) -> None:
    repo = make_repo(home / "repo")
    repo.write(".gitattributes", content + "\n")
    said = repo.git("check-attr", "linguist-vendored", "--", *PATHS).splitlines()
    expected = [line.rpartition(": ")[2] in ("set", "true") for line in said]
    rules = parse_rules(content)
    assert [is_vendored(path, rules) for path in PATHS] == expected


def test_a_rule_of_a_directory_is_about_its_files() -> None:
    rules = parse_rules("*.c linguist-vendored\n/sub/* linguist-vendored\n", "deps")
    assert is_vendored("deps/x/one.c", rules)
    assert is_vendored("deps/sub/a", rules)
    assert not is_vendored("one.c", rules)
    assert not is_vendored("sub/a", rules)

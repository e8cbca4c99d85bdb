"""Which files .gitattributes marks as vendored, by the rules of git for the attribute linguist-vendored.

The attributes of the commit HEAD count, not those of the checkout. Parsed here: git before 2.43 reads no attributes of a
commit. Macros are not followed.
"""

from __future__ import annotations

import re
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from aea.git.blobs import BlobReader
from aea.git.command import attempt, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.git.discover import Repository

NAME = ".gitattributes"
_VALUES = {
    "linguist-vendored": True,
    "linguist-vendored=true": True,
    "linguist-vendored=false": False,
    "-linguist-vendored": False,
    "!linguist-vendored": False,
}
_WILDCARD = re.compile(r"^\*\*/|/\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]/]*\]|\\(.)", re.DOTALL)
_WORDS = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|(\S+))[ \t]+(.*)')
_ANY = {"**/": "(?:.*/)?", "/**/": "/(?:.*/)?", "/**": "/.+", "?": "[^/]"}


class Rule(NamedTuple):
    """One line: the paths that it is about, and whether they are vendored."""

    pattern: str  # a regular expression over the whole path in the repository
    is_vendored: bool


def read_rules(repository: Repository, paths: Iterable[str]) -> list[Rule]:
    """The rules of the attribute files at `paths` in HEAD, those of deeper directories last."""
    blobs = BlobReader(repository.common_dir)
    try:
        return [
            rule
            for path, sha in _list_blobs(repository, paths)
            for rule in parse_rules(text(blobs.read(sha) or b""), dirname(path))
        ]
    finally:
        blobs.close()


def _list_blobs(repository: Repository, paths: Iterable[str]) -> list[tuple[str, str]]:
    """(path, sha) of those that HEAD has."""
    words, place = list(paths), repository.common_dir
    if not words:
        return []
    listed = attempt(["ls-tree", "-z", "HEAD", "--", *words], place, git_dir=place).stdout
    rows = [row.partition("\t") for row in text(listed).split("\0") if row]
    found = [(path, head.split()[2]) for head, _, path in rows if head.split()[1] == "blob"]
    return sorted(found, key=lambda row: (row[0].count("/"), row[0]))


def parse_rules(content: str, directory: str = "") -> list[Rule]:
    """The lines that say something about linguist-vendored; `directory` holds the file."""
    return list(_parse(content, directory))


def _parse(content: str, directory: str) -> Iterator[Rule]:
    for line in content.splitlines():
        words = _WORDS.fullmatch(line.strip())
        if words is None or line.lstrip().startswith(("#", "[attr]")):
            continue
        values = [_VALUES[word] for word in words[3].split() if word in _VALUES]
        if values:
            yield Rule(_expression(words[1] or words[2], directory), values[-1])


def is_vendored(path: str, rules: Iterable[Rule]) -> bool:
    """Return True if the last rule that matches the path says so."""
    last = False
    for rule in rules:
        if re.fullmatch(rule.pattern, path, re.DOTALL):
            last = rule.is_vendored
    return last


def _expression(glob: str, directory: str) -> str:
    base = re.escape(f"{directory}/") if directory else ""
    if "/" not in glob:
        base += "(?:.*/)?"
    body, end = "", 0
    glob = glob.removeprefix("/")
    for found in _WILDCARD.finditer(glob):
        body += re.escape(glob[end : found.start()]) + _wildcard(found)
        end = found.end()
    return base + body + re.escape(glob[end:])


def _wildcard(found: re.Match[str]) -> str:
    if found[1]:
        return re.escape(found[1])
    if found[0].startswith("["):
        inner = found[0][1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
    return _ANY.get(found[0], "[^/]*")

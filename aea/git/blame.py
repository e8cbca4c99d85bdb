"""The commit that introduced each line of a file, from git blame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.errors import GitError
from aea.forms import is_plain, located_lines
from aea.git.command import attempt, failure, run, text
from aea.git.discover import find_repository
from aea.git.isolation import isolate
from aea.git.revision import find_commit

if TYPE_CHECKING:
    from collections.abc import Iterator

_Numbered = tuple[int, str]  # number and text of a line that was written
_HEAD = re.compile(rb"([0-9a-f]{40,64}) (\d+) (\d+)(?: \d+)?")


class BlamedLine(NamedTuple):
    """A line of a file and its origin."""

    number: int
    sha: str | None  # None: not yet committed
    origin_path: str
    origin_number: int
    content: str


def blame(directory: str, path: str, revision: str | None) -> list[BlamedLine]:
    """Blame a file in the worktree or at a revision. Raises GitError if git cannot.

    Runs no filter and no textconv, and follows no `blame.*` setting of the user.
    """
    repository = find_repository(directory)
    if repository is None:
        raise GitError(
            f"{directory} is not in a git repository", "name a file of a repository's work tree"
        )
    head = _commit(directory, revision)
    args = [
        "blame",
        "--porcelain",
        "--no-textconv",
        *([] if revision is None else [head]),
        "--",
        path,
    ]
    with isolate(repository, head, directory) as variables:
        done = attempt(args, directory, variables=variables)
    if b"no such path" in done.stderr:
        raise GitError(
            f"{path} is not in {revision or 'HEAD'}", "name a file that is committed there"
        )
    if b"Cannot lstat" in done.stderr:
        raise GitError(f"{path} is not in the work tree", f"aea blame {path} --at HEAD")
    if done.returncode:
        raise failure(done.stderr, directory)
    lines = list(_parse(done.stdout))
    return lines if is_plain(path) else _as_written(lines, directory, path)


def _commit(directory: str, revision: str | None) -> str:
    head = find_commit(directory, "HEAD" if revision is None else revision)
    if head is not None:
        return head
    if revision is None:
        raise GitError(f"{directory} has no commit yet", "git commit makes one")
    raise GitError(f"{revision!r} is no commit in {directory}", "git log --oneline lists some")


def _as_written(lines: list[BlamedLine], directory: str, path: str) -> list[BlamedLine]:
    """The lines that were written, with their own numbers. A stored line may hold several, or none."""
    here = _by_stored_number(path, "\n".join(line.content for line in lines).encode())
    origins: dict[tuple[str | None, str], dict[int, list[_Numbered]]] = {}
    found = []
    for line in lines:
        key = line.sha, line.origin_path
        if line.sha and key not in origins:
            stored = run(["cat-file", "blob", f"{line.sha}:{line.origin_path}"], directory)
            origins[key] = _by_stored_number(line.origin_path, stored)
        before = origins.get(key, {}).get(line.origin_number, [])
        for place, (number, content) in enumerate(here.get(line.number, ())):
            origin = before[place][0] if place < len(before) else 0
            found.append(line._replace(number=number, origin_number=origin, content=content))
    return found


def _by_stored_number(path: str, stored: bytes) -> dict[int, list[_Numbered]]:
    found: dict[int, list[_Numbered]] = {}
    if not is_plain(path):
        for number, line in enumerate(located_lines(path, stored), 1):
            found.setdefault(line.number, []).append((number, text(line.text)))
    return found


def _parse(output: bytes) -> Iterator[BlamedLine]:
    paths: dict[bytes, str] = {}
    sha, origin, number = b"", 0, 0
    for line in output.split(b"\n"):
        if line.startswith(b"\t"):
            name = sha.decode("ascii") if sha.strip(b"0") else None
            yield BlamedLine(number, name, paths.get(sha, ""), origin, text(line[1:]))
        elif head := _HEAD.fullmatch(line):
            sha, origin, number = head[1], int(head[2]), int(head[3])
        elif line.startswith(b"filename "):
            paths[sha] = text(_unquoted(line[9:]))


def _unquoted(name: bytes) -> bytes:
    """Undo git's C-style quoting of unusual paths."""
    if not name.startswith(b'"'):
        return name
    return name[1:-1].decode("unicode_escape").encode("latin-1")

"""What a shallow or partial clone lacks: parents that are hidden, objects that are not here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.git.command import run, start
from aea.git.diff_stream import AHEAD, COMMON, Ask, close
from aea.git.diff_text import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.git.discover import Repository

_OBJECTS = (*COMMON, "-m", "--no-renames", "--format=%x00%H")
_BATCH = 1000
_FEW = 64  # below it, trying costs less than listing the objects of a partial clone


def recorded_parents(repository: Repository, shas: list[str]) -> dict[str, tuple[str, ...]]:
    """The parents in the commit objects themselves: a shallow clone hides them from git log."""
    common_dir = repository.common_dir
    found: dict[str, tuple[str, ...]] = {}
    for some in (shas[first : first + _BATCH] for first in range(0, len(shas), _BATCH)):
        asked = "".join(f"{sha}\n" for sha in some).encode()
        told = run(["cat-file", "--batch"], common_dir, git_dir=common_dir, data=asked)
        found.update(_parse_parents(told))
    return found


def _parse_parents(told: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Objects as `<sha> commit <size>`, content and line feed, or `<sha> missing`."""
    place = 0
    while place < len(told):
        end = told.index(b"\n", place)
        sha, _, size = told[place:end].decode("ascii").partition(" commit ")
        place = end + 1
        if size:
            head = told[place : place + int(size)].partition(b"\n\n")[0].decode("utf-8", "replace")
            lines = [line.split() for line in head.split("\n")]
            yield sha, tuple(words[1] for words in lines if words[:1] == ["parent"])
            place += int(size) + 1


def shallow_boundary(repository: Repository) -> set[str]:
    """Commits whose parents were not fetched; git would show them as adding everything."""
    try:
        with open(os.path.join(repository.common_dir, "shallow"), encoding="ascii") as file:
            return set(file.read().split())
    except OSError:
        return set()


def incomplete(repository: Repository, shas: list[str]) -> set[str]:
    """The commits of a partial clone that touch objects which are not here."""
    if not repository.is_partial or len(shas) <= _FEW:
        return set()
    touched = _touched_objects(repository, shas)
    absent = _absent_objects(repository, {name for names in touched.values() for name in names})
    return {sha for sha, names in touched.items() if not absent.isdisjoint(names)}


def _touched_objects(repository: Repository, shas: list[str]) -> dict[str, set[bytes]]:
    """The files (by object id) that each commit changes, as far as the trees are here."""
    process = start(_OBJECTS, repository.common_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    found: dict[str, set[bytes]] = {}
    names: set[bytes] = set()
    try:
        for some in (shas[first : first + AHEAD] for first in range(0, len(shas), AHEAD)):
            process.stdin.write(b"".join(Ask(sha, is_diffed=True).line() for sha in some))
            process.stdin.flush()
            left = len(some)
            while left and (line := process.stdout.readline()):
                if line[:1] == b"\0":
                    names = found.setdefault(line[1:-1].decode("ascii"), set())
                elif line[:1] == b":":
                    names.update(_blobs(line))
                left -= line == MARKER
    except BrokenPipeError:
        pass  # a tree is missing: the diff itself finds out about the other commits
    finally:
        process.kill()
        close(process.stdin)
        close(process.stdout)
        process.wait()
    return found


def _blobs(line: bytes) -> Iterator[bytes]:
    """The object ids of a raw line that name a file's content: not absent, not a submodule."""
    old_mode, new_mode, old, new, *_ = line[1:].split(b" ")
    for mode, name in ((old_mode, old), (new_mode, new)):
        if mode != b"160000" and name.strip(b"0"):
            yield name


def _absent_objects(repository: Repository, names: set[bytes]) -> set[bytes]:
    """Which of the objects are not here. Asking for each by name would fetch it with older git."""
    args = (
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objectname)",
        "--unordered",
        "--buffer",
    )
    process = start(args, repository.common_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    with process.stdout as listing:
        for line in listing:
            names.discard(line[:-1])
    process.wait()
    return names

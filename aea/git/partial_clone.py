"""Shallow and partial clones: parents that git hides, and objects that were never fetched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.git.command import run, start
from aea.git.diff_stream import COMMON, MAX_IN_FLIGHT, DiffRequest, close
from aea.git.diff_text import END_MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.git.discover import Repository

_OBJECTS = (*COMMON, "-m", "--no-renames", "--format=%x00%H")
_BATCH = 1000
_FEW = 64  # for fewer commits, attempting the diff is cheaper than listing every object


def read_parents(repository: Repository, shas: list[str]) -> dict[str, tuple[str, ...]]:
    """Read the parents from the commit objects. In a shallow clone, git log hides them."""
    common_dir = repository.common_dir
    found: dict[str, tuple[str, ...]] = {}
    for batch in (shas[first : first + _BATCH] for first in range(0, len(shas), _BATCH)):
        names = "".join(f"{sha}\n" for sha in batch).encode()
        output = run(["cat-file", "--batch"], common_dir, git_dir=common_dir, data=names)
        found.update(_parse_parents(output))
    return found


def _parse_parents(output: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Parse `<sha> commit <size>`, content and a line feed; or `<sha> missing`."""
    place = 0
    while place < len(output):
        end = output.index(b"\n", place)
        sha, _, size = output[place:end].decode("ascii").partition(" commit ")
        place = end + 1
        if size:
            head = (
                output[place : place + int(size)].partition(b"\n\n")[0].decode("utf-8", "replace")
            )
            lines = [line.split() for line in head.split("\n")]
            yield sha, tuple(words[1] for words in lines if words[:1] == ["parent"])
            place += int(size) + 1


def read_shallow_commits(repository: Repository) -> set[str]:
    """Return the commits at the shallow boundary. Their parents were not fetched.

    Git would show each of them as adding every file.
    """
    try:
        with open(os.path.join(repository.common_dir, "shallow"), encoding="ascii") as file:
            return set(file.read().split())
    except OSError:
        return set()


def list_incomplete(repository: Repository, shas: list[str]) -> set[str]:
    """Return the commits of a partial clone whose diff needs an object that is missing."""
    if not repository.is_partial or len(shas) <= _FEW:
        return set()
    touched = _touched_objects(repository, shas)
    missing = _missing_objects(repository, {name for names in touched.values() for name in names})
    return {sha for sha, names in touched.items() if not missing.isdisjoint(names)}


def _touched_objects(repository: Repository, shas: list[str]) -> dict[str, set[bytes]]:
    """Return the blobs that each commit changes, as far as its trees are present."""
    process = start(_OBJECTS, repository.common_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    found: dict[str, set[bytes]] = {}
    names: set[bytes] = set()
    try:
        starts = range(0, len(shas), MAX_IN_FLIGHT)
        for batch in (shas[first : first + MAX_IN_FLIGHT] for first in starts):
            process.stdin.write(b"".join(DiffRequest(sha, is_diffed=True).line() for sha in batch))
            process.stdin.flush()
            left = len(batch)
            while left and (line := process.stdout.readline()):
                if line[:1] == b"\0":
                    names = found.setdefault(line[1:-1].decode("ascii"), set())
                elif line[:1] == b":":
                    names.update(_blobs(line))
                left -= line == END_MARKER
    except BrokenPipeError:
        pass  # a tree is missing: the diff reports the remaining commits
    finally:
        process.kill()
        close(process.stdin)
        close(process.stdout)
        process.wait()
    return found


def _blobs(line: bytes) -> Iterator[bytes]:
    """Yield the blob ids in a raw line, excluding submodules and the all-zero id."""
    old_mode, new_mode, old, new, *_ = line[1:].split(b" ")
    for mode, name in ((old_mode, old), (new_mode, new)):
        if mode != b"160000" and name.strip(b"0"):
            yield name


def _missing_objects(repository: Repository, names: set[bytes]) -> set[bytes]:
    """Return those of `names` that are missing.

    It lists every object, because older versions of git fetch an object that is looked up by name.
    """
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

"""Read the notes that git-ai attaches to commits, and list those that changed in refs/notes/ai.

A notes tree has one file per commit, named by its sha. Git splits the name into directories as the tree grows.
"""

from __future__ import annotations

import os
import re
from collections import deque
from contextlib import suppress
from itertools import islice
from typing import IO, TYPE_CHECKING

from aea.git.command import attempt, run, start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.git.discover import Repository

NOTES_REF = "refs/notes/ai"
MAX_NOTE_BYTES = 32 * 1024 * 1024
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MAX_IN_FLIGHT = 64  # requests sent but not yet read: they fit in the smallest pipe


def find_notes_commit(repository: Repository) -> str | None:
    """Return the tip commit of the notes, or None. With loose or packed refs this starts no process."""
    if repository.ref_format == "files":
        target = _loose(repository.common_dir)
        if target is None:
            return _packed(repository.common_dir)
        if _SHA.fullmatch(target):
            return target
    args = ["rev-parse", "-q", "--verify", f"{NOTES_REF}^{{commit}}"]
    done = attempt(args, repository.common_dir, git_dir=repository.common_dir)
    return done.stdout.decode("ascii", "replace").strip() or None


def _loose(common_dir: str) -> str | None:
    try:
        with open(os.path.join(common_dir, NOTES_REF), encoding="ascii", errors="replace") as file:
            return file.read(200).strip()
    except OSError:
        return None


def _packed(common_dir: str) -> str | None:
    wanted = f" {NOTES_REF}\n".encode()
    try:
        with open(os.path.join(common_dir, "packed-refs"), "rb") as file:
            lines = [line for line in file if line.endswith(wanted)]
    except OSError:
        return None
    return lines[-1].partition(b" ")[0].decode("ascii", "replace") if lines else None


def list_changed_notes(
    repository: Repository, old: str | None, new: str | None
) -> dict[str, str | None]:
    """Map commit to blob for each note that differs between `old` and `new`.

    None means that the note was removed. Raises GitError.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    if old and new:
        args = ("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old, new)
        fields = _git(repository, *args).split(b"\0")
        for about, name in zip(fields[::2], fields[1::2], strict=False):
            _, _, old_blob, new_blob, _ = about.decode("ascii").split(" ")
            _put(before, name, old_blob)
            _put(after, name, new_blob)
    elif old or new:
        listed = _git(repository, "ls-tree", "-r", "-z", old or new or "").split(b"\0")
        for about, _, name in (entry.partition(b"\t") for entry in listed if entry):
            _put(before if old else after, name, about.decode("ascii").split(" ")[2])
    shas = sorted(before.keys() | after.keys())
    return {sha: after.get(sha) for sha in shas if before.get(sha) != after.get(sha)}


def has_commit(repository: Repository, commit: str) -> bool:
    """Return True if an old state of the notes still exists, to compare with."""
    args = ["cat-file", "-e", f"{commit}^{{tree}}"]
    common_dir = repository.common_dir
    return attempt(args, common_dir, git_dir=common_dir).returncode == 0


def _put(side: dict[str, str], name: bytes, blob: str) -> None:
    sha = name.replace(b"/", b"").decode("ascii", "replace")
    if blob.strip("0") and _SHA.fullmatch(sha):
        side[sha] = blob


def _git(repository: Repository, *args: str) -> bytes:
    return run(args, repository.common_dir, git_dir=repository.common_dir)


def read_notes(
    repository: Repository, blobs: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, bytes | None]]:
    """Yield (commit, content) for each (commit, blob). None: too large, damaged or missing."""
    waiting = deque(blobs)
    while waiting:
        yield from _read_batch(repository, waiting)


def _read_batch(
    repository: Repository, waiting: deque[tuple[str, str]]
) -> Iterator[tuple[str, bytes | None]]:
    """Read until all are read, or until git dies at one, which counts as missing."""
    process = start(("cat-file", "--batch"), repository.common_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    is_alive = True
    try:
        while waiting and is_alive:
            blobs = [blob for _, blob in islice(waiting, _MAX_IN_FLIGHT)]
            with suppress(BrokenPipeError):  # the next read meets the end of the file
                process.stdin.write("".join(f"{blob}\n" for blob in blobs).encode())
                process.stdin.flush()
            for _ in blobs:
                head = process.stdout.readline()
                yield waiting.popleft()[0], _content(process.stdout, head)
                if not head:
                    is_alive = False
                    break
    finally:
        process.kill()
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()


def _content(stream: IO[bytes], head: bytes) -> bytes | None:
    """Read one object: `<sha> blob <size>`, content and a line feed; or `<sha> missing`."""
    words = head.split()
    if len(words) != 3 or words[1] != b"blob":
        return None
    left = int(words[2]) + 1
    if left <= MAX_NOTE_BYTES:
        content = stream.read(left)
        return content[:-1] if len(content) == left else None
    while left:
        left -= len(stream.read(min(left, 1 << 20))) or left
    return None

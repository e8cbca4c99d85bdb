"""Read what other tools recorded about commits: notes of git-ai and agent traces.

The repository's cursor holds the commit of refs/notes/ai and the offset of each trace file. When a note is replaced
or removed, its rows are deleted. Trace files only grow: one that shrank or was replaced is read from its start, and
its earlier rows stay. Trailers are read with their commit.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

from aea.errors import GitError
from aea.git import notes
from aea.git.discover import list_worktrees
from aea.ingest.repository_stat import TRACE_FILE
from aea.keys import key64
from aea.records import Problem
from aea.store.write import cursors
from aea.store.write.authorship import AuthorshipWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from aea.git.discover import Repository
    from aea.store.engine.db import Connection

_CHUNK = 8 * 1024 * 1024
_ANCHOR = 1024  # bytes before the offset that must not have changed
_PLACE_BITS = 62


class AuthorshipReader:
    """One pass over one repository. The caller holds the transaction, which also moves the cursor."""

    def __init__(
        self, connection: Connection, found: Repository, repository_id: int, source_id: int
    ) -> None:
        self._connection = connection
        self._found = found
        self._source_id = source_id
        self._writer = AuthorshipWriter(connection, repository_id, source_id)

    def read(self, state: dict[str, Any], now: int) -> dict[str, Any]:
        """Write what is new since `state`, and return the new state."""
        return {
            "notes": self._read_notes(state.get("notes"), now),
            "traces": self._read_traces(state.get("traces", {}), now),
        }

    def _read_notes(self, old: str | None, now: int) -> str | None:
        new = notes.find_notes_commit(self._found)
        if new == old:
            return new
        place = _place("notes")
        try:
            if not old or not notes.has_commit(self._found, old):
                self._writer.forget_all_notes()
                old = None
            changed = notes.list_changed_notes(self._found, old, new)
        except GitError:
            self._note_problem(place, "notes: git cannot list them", now)
            return old
        cursors.clear_problem(self._connection, self._source_id, place)
        self._writer.forget_notes(changed)
        self._write_notes(changed, now)
        return new

    def _write_notes(self, changed: dict[str, str | None], now: int) -> None:
        from aea.git.authorship_note import parse_note  # imports msgspec; needed only for a note

        for sha in changed:
            cursors.clear_problem(self._connection, self._source_id, _place("note", sha))
        present = [(sha, blob) for sha, blob in changed.items() if blob]
        for sha, content in notes.read_notes(self._found, present):
            problems = [Problem(0, "authorship note: missing, damaged or too large")]
            if content is not None:
                records, problems = parse_note(content, sha)
                self._writer.write(records, now)
            if problems:  # one problem per note
                self._note_problem(_place("note", sha), problems[0].reason, now)

    def _read_traces(self, known: dict[str, list[Any]], now: int) -> dict[str, list[Any]]:
        """Return [offset, hash of the bytes before it] for the trace file of each worktree."""
        reached: dict[str, list[Any]] = {}
        for tree in list_worktrees(self._found):
            path = os.path.join(tree, TRACE_FILE)
            try:
                if stat.S_ISREG(os.lstat(path).st_mode):
                    with open(path, "rb") as file:
                        reached[path] = self._read_trace_file(file, known.get(path, [0, ""]), now)
            except OSError:
                continue  # no trace file, or not readable
        return reached

    def _read_trace_file(self, file: BinaryIO, known: list[Any], now: int) -> list[Any]:
        from aea.git.agent_trace import parse_traces

        offset, anchor = known
        if _anchor(file, offset) != anchor:
            offset = 0
        for chunk in _whole_lines(file, offset):
            records, problems = parse_traces(chunk, offset)
            self._writer.write(records, now)
            for problem in problems:
                place = _place(file.name, str(problem.offset))
                self._note_problem(place, problem.reason, now)
            offset += len(chunk)
        return [offset, _anchor(file, offset)]

    def _note_problem(self, place: int, reason: str, now: int) -> None:
        cursors.write_problems(self._connection, self._source_id, [Problem(place, reason)], now)


def _whole_lines(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """Yield the file from `offset` to its last line feed, in chunks of complete lines."""
    file.seek(offset)
    while chunk := file.read(_CHUNK) + file.readline():
        whole = chunk[: chunk.rfind(b"\n") + 1]
        if whole:
            yield whole
        if len(whole) < len(chunk):
            return


def _anchor(file: BinaryIO, offset: int) -> str:
    if not offset:
        return ""
    first = max(0, offset - _ANCHOR)
    file.seek(first)
    data = file.read(offset - first)
    return cursors.digest([data.hex()]) if len(data) == offset - first else "shrunk"


def _place(*name: str) -> int:
    """Identify a problem by a hash, below every offset, because a repository has no byte offsets."""
    return -2 - (key64(*name) & ((1 << _PLACE_BITS) - 1))

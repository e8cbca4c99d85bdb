"""The line ledger of the mainline: when lines of sessions came to it and when it lost them.

A line has one birth (the commit that added it) and at most one death. Each commit of the trunk is a unit: the
lines that came with it, and those of earlier ones that it took away, told by following each of these back along
the trunk to where it was added. So a new commit costs what it changes, and no unit depends on another.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.ledger import queries
from aea.pipeline.ledger.rules import passage
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.pipeline.attribution.model import Claim
    from aea.pipeline.ledger.queries import Birth, Change, Death, Trunk
    from aea.pipeline.ledger.rules import Line
    from aea.store.engine.db import Connection


def refresh(connection: Connection) -> int:
    """Bring arrivals and deaths up to date; the caller holds the transaction. Returns the trunk commits computed."""
    changed = db.rows(connection, "SELECT commit_key, file_id FROM dirty_ledger_file")
    units = {key for (key,) in db.rows(connection, "SELECT commit_key FROM dirty_ledger")}
    connection.execute("DELETE FROM dirty_ledger_file")
    connection.execute("DELETE FROM dirty_ledger")
    if not queries.has_lines(connection):
        return 0  # most of an old history: no session had a hand in it
    units |= queries.list_concerned(connection, changed)
    accounts = _Accounts(connection)
    for commit_id in sorted(units):
        trunk = queries.read_trunk(connection, commit_id)
        if trunk is not None:
            accounts.settle(trunk)
    return len(units)


class _Accounts:
    """Makes units; what several of them read is kept for a while."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now = clock.now_ms()
        self._steps = lru_cache(maxsize=256)(partial(queries.read_steps, connection))
        self._claims = lru_cache(maxsize=1024)(partial(queries.read_own_claims, connection))
        self._since = lru_cache(maxsize=4096)(partial(queries.matched_since, connection))
        self._passage = lru_cache(maxsize=256)(lambda trunk: passage(self._steps(trunk)))
        self._merged = lru_cache(maxsize=64)(self._tell_merged)

    def settle(self, trunk: Trunk) -> None:
        """Make one unit anew."""
        files = queries.list_files(self._connection, trunk)
        is_ours = any(self._since(file) is not None for file in files)
        births = self._births(trunk) if is_ours else ()
        deaths = self._deaths(trunk) if is_ours else ()
        queries.write_arrivals(self._connection, trunk, births, self._now)
        queries.write_deaths(self._connection, trunk, deaths, self._now)

    def _births(self, trunk: Trunk) -> Iterator[tuple[Birth, int]]:
        """(line, session) of the lines of sessions that came."""
        kept = self._passage(trunk).kept
        for step in self._steps(trunk):
            for first, count in step.added_runs:
                for number in range(first, first + count):
                    birth = self._birth(trunk, (step.file_id, number))
                    claim = self._claim(birth) if birth else None
                    if birth and claim and (step.file_id, number) not in kept:
                        yield birth, claim.owner.session_id

    def _deaths(self, trunk: Trunk) -> Iterator[Death]:
        """The lines of sessions that went."""
        went: dict[int, dict[int, int]] = {}
        for (file_id, number), line in self._passage(trunk).gone.items():
            went.setdefault(file_id, {})[number] = line
        for step in self._steps(trunk):
            lines = went.get(step.old_file_id, {})
            for number, births in self._trace(trunk, step.old_file_id, set(lines)).items():
                for birth in births:
                    if self._claim(birth):
                        yield queries.died(birth, step.file_id, lines[number])

    def _claim(self, birth: Birth) -> Claim | None:
        commit_id, file_id, number = birth
        return self._claims(commit_id, file_id).get(number)

    def _birth(self, trunk: Trunk, line: Line) -> Birth | None:
        """Which commit's line it is that came with a commit of the trunk; None: it cannot be told."""
        if trunk.is_merge:
            return self._merged(trunk).get(line)
        return (trunk.commit_id, *line)

    def _trace(self, trunk: Trunk, file_id: int, lines: set[int]) -> dict[int, set[Birth]]:
        """The births of lines that stood in a file just before a commit of the trunk."""
        found: dict[int, set[Birth]] = {number: set() for number in lines}
        asked = {number: {number} for number in lines}
        since = self._since(file_id)
        if since is None or not lines:
            return found
        for change in queries.changes_before(self._connection, file_id, trunk, since):
            here: dict[int, set[int]] = {}
            elsewhere: dict[int, dict[int, set[int]]] = {}
            for number, ends in asked.items():
                for file, place in self._before(change, number, ends, found):
                    side = here if file == file_id else elsewhere.setdefault(file, {})
                    side.setdefault(place, set()).update(ends)
            for file, places in elsewhere.items():
                for place, births in self._trace(change.trunk, file, set(places)).items():
                    for end in places[place]:
                        found[end] |= births
            if not here:
                break
            asked = here
        return found

    def _before(
        self, change: Change, number: int, ends: set[int], found: dict[int, set[Birth]]
    ) -> list[Line]:
        """Where a line stood before a change; a line that was added with it has its birth noted."""
        step = change.step
        old = step.line_before(number)
        if old is not None:
            return [(step.old_file_id, old)]
        kept = self._passage(change.trunk).kept.get((step.file_id, number), [])
        birth = None if kept else self._birth(change.trunk, (step.file_id, number))
        for end in ends if birth else ():
            found[end].add(birth)  # type: ignore[arg-type]
        return kept

    def _tell_merged(self, trunk: Trunk) -> dict[Line, Birth]:
        """The lines that a merge added, each as that line of a commit which it brought: the latest that has it."""
        places = self._brought(trunk)
        kept = self._passage(trunk).kept
        found: dict[Line, Birth] = {}
        for step in self._steps(trunk):
            lines = iter(step.added)
            for first, count in step.added_runs:
                for number, line in zip(range(first, first + count), lines, strict=False):
                    births = places.get((step.file_id, line))
                    if births and (step.file_id, number) not in kept:
                        found[step.file_id, number] = births.popleft()
        return found

    def _brought(self, trunk: Trunk) -> dict[tuple[int, int], deque[Birth]]:
        """Lines by the file that the merge calls theirs and by hash, without those that were only moved."""
        last_name: dict[int, int] = {}
        places: dict[tuple[int, int], deque[Birth]] = {}
        for commit_id, file_id, old_id, numbers, hashes in queries.read_brought(
            self._connection, trunk
        ):
            name = last_name.get(file_id, file_id)
            if old_id is not None:
                last_name[old_id] = name
            carried = queries.carried_lines(self._connection, commit_id, file_id)
            for number, line in zip(numbers, hashes, strict=False):
                if number not in carried:
                    births = places.setdefault((name, line), deque())
                    births.append((commit_id, file_id, number))
        return places

"""On which branch each commit was made, and to which tasks it belongs: the best evidence decides.

Evidence of the branch, the best first: a reflog, a merge that names its branch, the tip of a branch, the message
of a squash, the commits that it stands for. Integration branches own nothing: they are what is left. Evidence of
the task: a trailer, the message, the key in the branch's name, the branch itself. docs/tasks.md has the table.
Everything follows from facts by commit alone, so that any order of arrival gives what a rebuild gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import clock, tasks
from aea.pipeline.tasks import queries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.tasks.queries import Assigned, Claim, Commit
    from aea.store.engine.db import Connection

_MARGINS = (0.6, 0.75, 0.9)  # nearer by 0, 1, 2 and more commits
_CAPS = {"reflog": 1.0, "merge": 0.95, "tip": 0.9, "message": 0.8}
_LINEAGE = {"rewrite": 0.95, "same_patch": 0.9, "squash": 0.8, "lines": 0.7}
_APART = 0.6  # what a commit stands for was made on different branches
_MENTIONED = {"trailer": 1.0, "message": 0.9}
_SHARED = 0.5


class Made(NamedTuple):
    """On which branch a commit was made."""

    branch_name: str | None
    evidence: str
    candidate_count: int
    margin: int | None
    confidence: float


class Task(NamedTuple):
    """A task of a commit, before the branch is known."""

    key: str
    evidence: str
    confidence: float


_NOWHERE = Made(None, "nothing", 0, None, 0.0)


def refresh(connection: Connection) -> int:
    """Bring assignments up to date; the caller holds the transaction. Returns the commits looked at."""
    dirty = queries.take_dirty(connection)
    if not dirty:
        return 0
    resolver = Resolver(connection)
    for repository_id, sha in (done := resolver.with_heirs(dirty)):
        commit = queries.find_commit(connection, repository_id, sha)
        if commit is not None:
            rows = resolver.resolve(repository_id, sha, commit)
            if rows != queries.read_assigned(connection, commit.commit_id):
                now = clock.now_ms()
                queries.write_assigned(connection, repository_id, commit, rows, now)
    return len(done)


class Resolver:
    """Answers for commits of one transaction; what is looked up again and again is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._mainlines: dict[int, str | None] = {}
        self._tasks: dict[tuple[int, str], str | None] = {}

    def with_heirs(self, dirty: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
        """The commits, and all that stand for them."""
        found = dict.fromkeys(dirty)
        queue = list(found)
        for repository_id, sha in queue:
            for heir in queries.heirs(self._connection, repository_id, sha):
                if (repository_id, heir) not in found:
                    found[repository_id, heir] = None
                    queue.append((repository_id, heir))
        return queue

    def resolve(self, repository_id: int, sha: str, commit: Commit) -> list[Assigned]:
        """The rows of one commit, by task."""
        made = self._direct(repository_id, sha, commit)
        found = self._own_tasks(repository_id, sha, made)
        if made is None or not found:
            inherited, given = self._inherited(repository_id, sha)
            made = made or inherited
            found = found or given
        made = made or self._fallback(repository_id, sha, commit)
        if not found:
            shared = made.branch_name is not None
            evidence = "integration" if shared else "nothing"
            found = [Task(made.branch_name or tasks.UNKNOWN, evidence, made.confidence)]
        key = made.branch_name and self._branch_task(repository_id, made.branch_name)
        return [
            (
                task.key,
                task.evidence,
                *made[:2],
                int(task.evidence in ("integration", "nothing")),
                *made[2:4],
                1.0 if task.key == key and task.evidence in _MENTIONED else task.confidence,
            )
            for task in sorted(found)
        ]

    def _own_tasks(self, repository_id: int, sha: str, made: Made | None) -> list[Task]:
        """What its message names, else its branch."""
        named = queries.list_mentions(self._connection, repository_id, sha)
        if named:
            return [Task(key, evidence, _MENTIONED[evidence]) for key, evidence in named]
        if made is None or made.branch_name is None:
            return []
        key = self._branch_task(repository_id, made.branch_name)
        evidence = "branch" if key else "branch_name"
        return [Task(key or made.branch_name, evidence, made.confidence)]

    def _direct(self, repository_id: int, sha: str, commit: Commit | None) -> Made | None:
        """What is said of the commit itself, integration branches left out."""
        made = queries.made_on(self._connection, repository_id, sha)
        if names := self._owners(repository_id, made):
            return Made(names[0], "reflog", len(names), None, _CAPS["reflog"])
        claims = queries.list_claims(self._connection, repository_id, sha)
        for evidence in ("merge", "tip"):
            found = self._nearest(repository_id, evidence, claims)
            if found:
                return found
        name = commit.merged_branch if commit and commit.parent_count < 2 else None
        is_named = name and self._owners(repository_id, [name])
        return Made(name, "message", 1, None, _CAPS["message"]) if is_named else None

    def _nearest(self, repository_id: int, evidence: str, claims: list[Claim]) -> Made | None:
        """The branch whose end is nearest; how much nearer than the next says how sure that is."""
        distances: dict[str, int] = {}
        for claim in claims:
            if claim.evidence == evidence:
                known = distances.get(claim.branch_name, claim.distance)
                distances[claim.branch_name] = min(known, claim.distance)
        owners = self._owners(repository_id, distances)
        ranked = sorted((distances[name], name) for name in owners)
        if not ranked:
            return None
        margin = min(ranked[1][0] - ranked[0][0], 2) if len(ranked) > 1 else None
        sure = 1.0 if margin is None else _MARGINS[margin]
        return Made(ranked[0][1], evidence, len(ranked), margin, min(sure, _CAPS[evidence]))

    def _inherited(self, repository_id: int, sha: str) -> tuple[Made | None, list[Task]]:
        """What the commits that it stands for say, the nearest of them that say anything."""
        level = {sha: 1.0}
        seen = {sha}
        made: Made | None = None
        found: list[Task] = []
        while level and (made is None or not found):
            level = self._origins(repository_id, level, seen)
            said = [
                (self._bequeathed(repository_id, s), s, cap) for s, cap in sorted(level.items())
            ]
            made = made or _agree([(m, cap) for m, _, cap in said if m])
            found = found or _united(
                (task, cap) for m, s, cap in said for task in self._own_tasks(repository_id, s, m)
            )
        return made, found

    def _bequeathed(self, repository_id: int, sha: str) -> Made | None:
        """What is said of an origin; that a branch began at a commit of an integration branch says nothing."""
        made = self._direct(repository_id, sha, self._commit(repository_id, sha))
        is_weak = made is not None and made.evidence == "tip"
        return None if is_weak and queries.made_on(self._connection, repository_id, sha) else made

    def _origins(
        self, repository_id: int, level: dict[str, float], seen: set[str]
    ) -> dict[str, float]:
        """One step back, with what a conclusion from there is worth at most."""
        found: dict[str, float] = {}
        for sha, cap in level.items():
            for origin, why in queries.origins(self._connection, repository_id, sha):
                if origin not in seen:
                    found[origin] = max(found.get(origin, 0.0), min(cap, _LINEAGE[why]))
        seen.update(found)
        return found

    def _fallback(self, repository_id: int, sha: str, commit: Commit) -> Made:
        """The integration branch it was made on, or that has it."""
        made = queries.made_on(self._connection, repository_id, sha)
        if made:
            return Made(made[0], "reflog", 0, None, _SHARED)
        mainline = self._mainline(repository_id)
        if mainline and queries.is_on_mainline(self._connection, commit.commit_id):
            return Made(mainline, "mainline", 0, None, _SHARED)
        claims = queries.list_claims(self._connection, repository_id, sha)
        ranked = sorted((_rank(claim.branch_name), claim.evidence) for claim in claims)
        return Made(ranked[0][0][1], ranked[0][1], 0, None, _SHARED) if ranked else _NOWHERE

    def _owners(self, repository_id: int, names: Iterable[str]) -> list[str]:
        mainline = self._mainline(repository_id)
        return [name for name in names if not tasks.is_integration(name, mainline)]

    def _mainline(self, repository_id: int) -> str | None:
        if repository_id not in self._mainlines:
            found = queries.find_mainline(self._connection, repository_id)
            self._mainlines[repository_id] = found
        return self._mainlines[repository_id]

    def _branch_task(self, repository_id: int, branch_name: str) -> str | None:
        if tasks.is_integration(branch_name, self._mainline(repository_id)):
            return None
        place = (repository_id, branch_name)
        if place not in self._tasks:
            self._tasks[place] = queries.find_branch_task(self._connection, *place)
        return self._tasks[place]

    def _commit(self, repository_id: int, sha: str) -> Commit | None:
        return queries.find_commit(self._connection, repository_id, sha)


def _agree(said: list[tuple[Made, float]]) -> Made | None:
    """The branch of most of them, then the first by name."""
    counts: dict[str, int] = {}
    for made, _ in said:
        counts[str(made.branch_name)] = counts.get(str(made.branch_name), 0) + 1
    if not counts:
        return None
    name = min(counts, key=lambda name: (-counts[name], name))
    worth = max(min(made.confidence, cap) for made, cap in said if made.branch_name == name)
    worth = worth if len(counts) == 1 else min(worth, _APART)
    return Made(name, "lineage", len(counts), None, worth)


def _united(said: Iterable[tuple[Task, float]]) -> list[Task]:
    """Each task once, by the best that is said of it."""
    found: dict[str, Task] = {}
    for task, cap in said:
        worth = task._replace(confidence=min(task.confidence, cap))
        known = found.get(task.key, worth)
        found[task.key] = max(known, worth, key=lambda one: (one.confidence, one.evidence))
    return list(found.values())


def _rank(branch_name: str) -> tuple[int, str]:
    """Integration branches in the order of their list."""
    names = tasks.INTEGRATION
    place = names.index(branch_name) if branch_name in names else len(names)
    return place, branch_name

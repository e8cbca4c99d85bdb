"""Decide the branch that a commit was made on, and the tasks it belongs to. The best evidence wins.

Evidence of the branch, best first: a reflog, a merge that names its branch, the head of a branch, the message of a
squash, the commits that it comes from (by a rewrite, a landing or inherited lines). Integration branches own nothing and
are the last resort. Evidence of the task: a trailer, the message, the key in the branch's name, the branch itself.
docs/tasks.md has the tables of evidence and confidence (rule task.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import tasks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MARGIN_CONFIDENCE = (0.6, 0.75, 0.9)  # the next branch is farther by 0, 1, 2 or more commits
_BRANCH_CONFIDENCE = {"reflog": 1.0, "merge": 0.95, "tip": 0.9, "message": 0.8}
_ORIGIN_CONFIDENCE = {"rewrite": 0.95, "same_patch": 0.9, "squash": 0.8, "lines": 0.7}
_DISAGREEING = 0.6  # the commits that it comes from were made on different branches
_MENTION_CONFIDENCE = {"trailer": 1.0, "message": 0.9}
_INTEGRATION_CONFIDENCE = 0.5


class Claim(NamedTuple):
    """A merge or a head says that the commit was made on this branch."""

    evidence: str  # merge, tip
    branch_name: str
    distance: int  # commits from the commit to the end of the branch


class Evidence(NamedTuple):
    """The records about the branch and the tasks of one commit."""

    sha: str
    mainline: str | None  # branch name of the repository's mainline
    is_on_mainline: bool
    squashed_branch: str | None  # named by the message of a commit that is no merge
    made_on: list[str]  # branches by reflogs, the earliest first
    claims: list[Claim]
    mentions: list[tuple[str, str]]  # (task key, trailer or message)
    branch_tasks: Mapping[str, str]  # branch name to the task key that it states


class Origin(NamedTuple):
    """A commit that others come from."""

    evidence: Evidence
    links: list[tuple[str, str]]  # (sha that comes from it; rewrite, same_patch, squash or lines)


class MadeOn(NamedTuple):
    """The branch that a commit was made on."""

    branch_name: str | None
    evidence: str  # reflog, merge, tip, message, lineage, mainline, nothing
    candidate_count: int  # branches that the same evidence names
    margin: int | None  # how much nearer it is than the next: 0, 1, 2 or more
    confidence: float
    task_key: str | None = None  # stated by the branch's name


class Task(NamedTuple):
    """A task of a commit."""

    key: str
    evidence: str  # trailer, message, branch, branch_name, integration, nothing
    confidence: float


class Assignment(NamedTuple):
    """A row of fact_task_commit_assignment."""

    task_key: str
    evidence: str
    branch_name: str | None
    branch_evidence: str
    is_fallback: int
    candidate_count: int
    distance_margin: int | None
    confidence: float


_NOWHERE = MadeOn(None, "nothing", 0, None, 0.0)


def assign(evidence: Evidence, origins: Iterable[list[Origin]]) -> list[Assignment]:
    """The assignments of one commit, by task.

    `origins` are the commits that it comes from, one step back at a time. They are read only when the commit's own
    evidence does not decide.
    """
    made = _find_branch(evidence)
    found = _list_tasks(evidence, made)
    if made is None or not found:
        inherited, given = _inherit(evidence.sha, origins)
        made = made or inherited
        found = found or given
    made = made or _fall_back(evidence)
    return [_assignment(task, made) for task in sorted(found or [_fallback_task(made)])]


def _assignment(task: Task, made: MadeOn) -> Assignment:
    is_confirmed = task.key == made.task_key and task.evidence in _MENTION_CONFIDENCE
    return Assignment(
        task.key,
        task.evidence,
        made.branch_name,
        made.evidence,
        int(task.evidence in ("integration", "nothing")),
        made.candidate_count,
        made.margin,
        1.0 if is_confirmed else task.confidence,
    )


def _list_tasks(evidence: Evidence, made: MadeOn | None) -> list[Task]:
    """The tasks that the message names; without any, the task of the branch or the branch itself."""
    if evidence.mentions:
        return [Task(key, by, _MENTION_CONFIDENCE[by]) for key, by in evidence.mentions]
    if made is None or made.branch_name is None:
        return []
    by = "branch" if made.task_key else "branch_name"
    return [Task(made.task_key or made.branch_name, by, made.confidence)]


def _fallback_task(made: MadeOn) -> Task:
    by = "nothing" if made.branch_name is None else "integration"
    return Task(made.branch_name or tasks.UNKNOWN, by, made.confidence)


def _find_branch(evidence: Evidence) -> MadeOn | None:
    """The branch by the commit's own evidence, without integration branches."""
    if names := _list_owners(evidence, evidence.made_on):
        return _made_on(evidence, names[0], "reflog", len(names))
    for by in ("merge", "tip"):
        if found := _find_nearest(evidence, by):
            return found
    name = evidence.squashed_branch
    return _made_on(evidence, name, "message") if name and _owns(evidence, name) else None


def _find_nearest(evidence: Evidence, by: str) -> MadeOn | None:
    """The branch whose end is nearest; the margin to the next one decides how sure that is."""
    distances: dict[str, int] = {}
    for claim in evidence.claims:
        if claim.evidence == by:
            known = distances.get(claim.branch_name, claim.distance)
            distances[claim.branch_name] = min(known, claim.distance)
    ranked = sorted((distances[name], name) for name in _list_owners(evidence, distances))
    if not ranked:
        return None
    margin = min(ranked[1][0] - ranked[0][0], 2) if len(ranked) > 1 else None
    return _made_on(evidence, ranked[0][1], by, len(ranked), margin)


def _made_on(
    evidence: Evidence, name: str, by: str, count: int = 1, margin: int | None = None
) -> MadeOn:
    limit = 1.0 if margin is None else _MARGIN_CONFIDENCE[margin]
    confidence = min(limit, _BRANCH_CONFIDENCE[by])
    return MadeOn(name, by, count, margin, confidence, evidence.branch_tasks.get(name))


def _list_owners(evidence: Evidence, names: Iterable[str]) -> list[str]:
    return [name for name in names if _owns(evidence, name)]


def _owns(evidence: Evidence, branch_name: str) -> bool:
    return not tasks.is_integration(branch_name, evidence.mainline)


def _inherit(sha: str, levels: Iterable[list[Origin]]) -> tuple[MadeOn | None, list[Task]]:
    """The branch and the tasks of the nearest commits with any, of those that a commit comes from."""
    limits = {sha: 1.0}
    made: MadeOn | None = None
    found: list[Task] = []
    for level in levels:
        limits = {one.evidence.sha: _limit(one, limits) for one in level}
        known = [
            (one.evidence, _branch_of_origin(one.evidence), limits[one.evidence.sha])
            for one in sorted(level, key=lambda one: one.evidence.sha)
        ]
        made = made or _agree([(branch, limit) for _, branch, limit in known if branch])
        found = found or _unite(
            (task, limit)
            for evidence, branch, limit in known
            for task in _list_tasks(evidence, branch)
        )
        if made and found:
            break
    return made, found


def _limit(origin: Origin, limits: Mapping[str, float]) -> float:
    """The confidence that a conclusion from an origin may have, by the best way to it."""
    return max(min(limits[sha], _ORIGIN_CONFIDENCE[link]) for sha, link in origin.links)


def _branch_of_origin(evidence: Evidence) -> MadeOn | None:
    """The branch of an origin. A head proves nothing of a commit that was made on an integration branch."""
    made = _find_branch(evidence)
    return None if made and made.evidence == "tip" and evidence.made_on else made


def _agree(branches: list[tuple[MadeOn, float]]) -> MadeOn | None:
    """The branch of most origins, then the first by name."""
    counts: dict[str, int] = {}
    for made, _ in branches:
        counts[str(made.branch_name)] = counts.get(str(made.branch_name), 0) + 1
    if not counts:
        return None
    name = min(counts, key=lambda name: (-counts[name], name))
    same = [(made, limit) for made, limit in branches if made.branch_name == name]
    confidence = max(min(made.confidence, limit) for made, limit in same)
    if len(counts) > 1:
        confidence = min(confidence, _DISAGREEING)
    return MadeOn(name, "lineage", len(counts), None, confidence, same[0][0].task_key)


def _unite(found: Iterable[tuple[Task, float]]) -> list[Task]:
    """Each task once, with the best evidence for it."""
    best: dict[str, Task] = {}
    for task, limit in found:
        limited = task._replace(confidence=min(task.confidence, limit))
        known = best.get(task.key, limited)
        best[task.key] = max(known, limited, key=lambda one: (one.confidence, one.evidence))
    return list(best.values())


def _fall_back(evidence: Evidence) -> MadeOn:
    """The integration branch that the commit was made on, or that contains it."""
    if evidence.made_on:
        return MadeOn(evidence.made_on[0], "reflog", 0, None, _INTEGRATION_CONFIDENCE)
    if evidence.mainline and evidence.is_on_mainline:
        return MadeOn(evidence.mainline, "mainline", 0, None, _INTEGRATION_CONFIDENCE)
    ranked = sorted((_rank(claim.branch_name), claim.evidence) for claim in evidence.claims)
    if not ranked:
        return _NOWHERE
    (_, name), by = ranked[0]
    return MadeOn(name, by, 0, None, _INTEGRATION_CONFIDENCE)


def _rank(branch_name: str) -> tuple[int, str]:
    """Integration branches in the order of their list."""
    names = tasks.INTEGRATION
    place = names.index(branch_name) if branch_name in names else len(names)
    return place, branch_name

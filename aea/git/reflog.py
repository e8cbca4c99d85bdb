"""Reflogs: what happened to a branch or a HEAD, even when no hook ran."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from aea.git.command import attempt, run, text
from aea.git.discover import linked_work_trees
from aea.records import RefUpdate

if TYPE_CHECKING:
    from aea.git.discover import Repository

_LINE = re.compile(
    rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) "
    rb".*?> (-?\d{1,15}) [+-]\d{4,}(?:\t(.*))?"
)
_STAMP = re.compile(rb".*@\{(\d+) [+-]\d+\}")
_MAX_ACTION = 60  # a message without a colon may be anything: not a place for text of the user
_GITS_WORDS = re.compile(
    r"(commit|rebase|pull|merge|checkout|reset|clone|branch|cherry-pick|revert|am|fetch|push|update by"
    r"|initial pull|returning to|forced-update|fast-forward|filter-branch|bisect|switch|worktree)\b"
)


def parse_reflog(chunk: bytes, ref_name: str) -> list[RefUpdate]:
    """The updates in the whole lines of `chunk`; an unfinished or damaged line is skipped."""
    whole = chunk[: chunk.rfind(b"\n") + 1]
    found = (_LINE.fullmatch(line) for line in whole.split(b"\n"))
    return [
        RefUpdate(ref_name, _sha(old), _sha(new), int(seconds) * 1000, _action(message or b""))
        for old, new, seconds, message in (match.groups() for match in found if match)
    ]


def _sha(raw: bytes) -> str | None:
    return raw.decode("ascii") if raw.strip(b"0") else None


def _action(message: bytes) -> str:
    """What git itself says it did; a message of anyone's own words is `other`."""
    said = text(message.partition(b":")[0].strip())[:_MAX_ACTION]
    is_gits = b":" in message or said == "rebase finished"
    return said if is_gits and _GITS_WORDS.match(said) else "other"


def list_reflogs(repository: Repository) -> list[tuple[str, str]]:
    """(ref name, path) of the logs of HEAD, of each worktree's HEAD and of the branches."""
    common_dir = repository.common_dir
    found = [("HEAD", os.path.join(common_dir, "logs", "HEAD"))]
    for identity, _ in linked_work_trees(common_dir):
        path = os.path.join(common_dir, "worktrees", identity, "logs", "HEAD")
        found.append((f"worktrees/{identity}/HEAD", path))
    found += _branch_logs(os.path.join(common_dir, "logs"))
    return [(name, path) for name, path in found if os.path.isfile(path)]


def _branch_logs(logs: str) -> list[tuple[str, str]]:
    paths = (
        os.path.join(directory, file)
        for directory, _, files in os.walk(os.path.join(logs, "refs", "heads"))
        for file in files
    )
    return sorted((text(os.fsencode(os.path.relpath(path, logs))), path) for path in paths)


def read_reflogs(repository: Repository) -> list[RefUpdate]:
    """The same updates through git: reftable has no log files.

    What preceded the oldest entry of a log is not told: its `old_sha` is None.
    """
    identities = [identity for identity, _ in linked_work_trees(repository.common_dir)]
    names = ["HEAD", *(f"worktrees/{identity}/HEAD" for identity in identities)]
    args = ["for-each-ref", "--format=%(refname)", "refs/heads"]
    common_dir = repository.common_dir
    names += map(text, run(args, common_dir, git_dir=common_dir).splitlines())
    return [update for name in names for update in _read_one(common_dir, name)]


def _read_one(common_dir: str, ref_name: str) -> list[RefUpdate]:
    args = ["reflog", "show", "--date=raw", "--format=%H%x00%gd%x00%gs", ref_name, "--"]
    told = attempt(args, common_dir, git_dir=common_dir)
    updates: list[RefUpdate] = []
    old_sha = None
    for line in reversed(told.stdout.split(b"\n")):
        new_sha, _, rest = line.partition(b"\0")
        selector, _, message = rest.partition(b"\0")
        if stamp := _STAMP.fullmatch(selector):
            new = _sha(new_sha)
            at = int(stamp[1]) * 1000
            updates.append(RefUpdate(ref_name, old_sha, new, at, _action(message)))
            old_sha = new
    return updates

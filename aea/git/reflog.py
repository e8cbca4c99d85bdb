"""Read reflogs: the history of each branch and HEAD, even where no hook ran."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from aea.git.command import attempt, run, text
from aea.git.discover import list_linked_worktrees
from aea.records import RefUpdate

if TYPE_CHECKING:
    from aea.git.discover import Repository

_LINE = re.compile(
    rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) "
    rb".*?> (-?\d{1,15}) [+-]\d{4,}(?:\t(.*))?"
)
_STAMP = re.compile(rb".*@\{(\d+) [+-]\d+\}")
_MAX_ACTION = 60  # a message without a colon may be the user's text, which is not stored
_GITS_WORDS = re.compile(
    r"(commit|rebase|pull|merge|checkout|reset|clone|branch|cherry-pick|revert|am|fetch|push|update by"
    r"|initial pull|returning to|forced-update|fast-forward|filter-branch|bisect|switch|worktree)\b"
)


_STEP = rb"\((?:pick|reword|edit|squash|fixup|continue|merge)\)"
_MADE = re.compile(
    rb"(?:commit\b.*?|revert|am): |(?:cherry-pick|rebase(?: -\w+)? "
    + _STEP
    + rb"|pull\b.*? "
    + _STEP
    + rb"|merge\b.*?|pull\b[^(]*?|rebase(?=: (?!checkout |updating ))): (?!fast-forward)",
    re.IGNORECASE,
)
_MOVED = re.compile(rb"checkout: moving from (\S+) to (\S+)")
_STARTED = re.compile(rb"(?:rebase|pull)\b.*? \(start\): |rebase: checkout ")
_NO_BRANCH = re.compile(rb"[0-9a-f]{4,64}|HEAD|.*[~^@].*")
_RETURNED = re.compile(rb"\S+.*(?:\(finish\)|\(abort\)| finished): returning to refs/heads/(\S+)")
_RENAMED = re.compile(rb"[Bb]ranch: renamed refs/heads/(\S+) to refs/heads/(\S+)")
_SHA = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def parse_reflog(
    chunk: bytes, ref_name: str, last: str | None = None, first: str | None = None
) -> list[RefUpdate]:
    """Parse the complete lines of `chunk`. An incomplete or damaged line is skipped.

    For a HEAD, `first` is the branch checked out before the first line and `last` the one after the last line; None
    means detached or unknown. The log of a branch needs neither.
    """
    whole = chunk[: chunk.rfind(b"\n") + 1]
    found = (_LINE.fullmatch(line) for line in whole.split(b"\n"))
    entries = [(match.groups(), match[4] or b"") for match in found if match]
    branches = list_branches([message for _, message in entries], ref_name, last, first)
    return [
        _update(ref_name, _sha(old), _sha(new), int(seconds) * 1000, message, branch)
        for ((old, new, seconds, _), message), branch in zip(entries, branches, strict=True)
    ]


def _update(
    ref_name: str, old: str | None, new: str | None, at: int, message: bytes, branch: str | None
) -> RefUpdate:
    renamed = _RENAMED.fullmatch(message)
    return RefUpdate(
        ref_name,
        old,
        new,
        at,
        _action(message),
        branch,
        is_made=_MADE.match(message) is not None,
        renamed_from=text(renamed[1]) if renamed else None,
    )


def list_branches(
    messages: list[bytes], ref_name: str, last: str | None, first: str | None = None
) -> list[str | None]:
    """Return the branch that each line of a log moved.

    In the log of a HEAD, later lines tell where it was: a checkout names the branch it left. A rebase may start on
    another branch than it returns to; there the earlier lines decide.
    """
    if ref_name.startswith("refs/heads/"):
        return [ref_name.removeprefix("refs/heads/")] * len(messages)
    names: dict[bytes, bytes] = {}  # current names of branches that were renamed later
    branch = None if last is None else last.encode()
    before = _branches_before(messages, first)
    found: list[str | None] = []
    for message, entered in zip(reversed(messages), reversed(before), strict=True):
        if returned := _RETURNED.fullmatch(message):
            branch = names.get(returned[1], returned[1])
        elif renamed := _RENAMED.fullmatch(message):
            names[renamed[1]] = names.get(renamed[2], renamed[2])
        found.append(None if branch is None else text(branch))
        if moved := _MOVED.fullmatch(message):
            branch = None if _SHA.fullmatch(moved[1]) else names.get(moved[1], moved[1])
        elif _STARTED.match(message):
            branch = None if entered is None else names.get(entered, entered)
    return found[::-1]


def _branches_before(messages: list[bytes], first: str | None) -> list[bytes | None]:
    """Return the branch on which HEAD was before each line, derived from the lines before it."""
    branch = None if first is None else first.encode()
    found: list[bytes | None] = []
    for message in messages:
        found.append(branch)
        if moved := _MOVED.fullmatch(message):
            branch = None if _NO_BRANCH.fullmatch(moved[2]) else moved[2]
        elif returned := _RETURNED.fullmatch(message):
            branch = returned[1]
        elif _STARTED.match(message):
            branch = None
    return found


def find_checked_out_branch(repository: Repository, ref_name: str) -> str | None:
    """Return the branch of HEAD or worktrees/<id>/HEAD, or None if it is detached.

    During a rebase this is the branch to which it will return.
    """
    place = os.path.join(repository.common_dir, os.path.dirname(ref_name))
    if repository.ref_format == "files":
        head = _read(os.path.join(place, "HEAD")).removeprefix(b"ref: ")
    else:
        head = attempt(["symbolic-ref", "-q", "HEAD"], place, git_dir=place).stdout
    if not head.startswith(b"refs/"):
        head = _read(os.path.join(place, "rebase-merge", "head-name"))
        head = head or _read(os.path.join(place, "rebase-apply", "head-name"))
    name = head.strip()
    return text(name[11:]) if name.startswith(b"refs/heads/") else None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(4096)
    except OSError:
        return b""


def _sha(raw: bytes) -> str | None:
    return raw.decode("ascii") if raw.strip(b"0") else None


def _action(message: bytes) -> str:
    """Return git's own words for the update. A message in the user's words becomes `other`."""
    action = text(message.partition(b":")[0].strip())[:_MAX_ACTION]
    is_gits = b":" in message or action == "rebase finished"
    return action if is_gits and _GITS_WORDS.match(action) else "other"


def list_reflogs(repository: Repository) -> list[tuple[str, str]]:
    """List (ref name, path) of the logs of HEAD, of each worktree's HEAD and of the branches."""
    common_dir = repository.common_dir
    found = [("HEAD", os.path.join(common_dir, "logs", "HEAD"))]
    for identity, _ in list_linked_worktrees(common_dir):
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
    """Read the updates with the git command. A reftable repository has no log files.

    The commit before the oldest entry of a log is unknown: its `old_sha` is None.
    """
    identities = [identity for identity, _ in list_linked_worktrees(repository.common_dir)]
    names = ["HEAD", *(f"worktrees/{identity}/HEAD" for identity in identities)]
    args = ["for-each-ref", "--format=%(refname)", "refs/heads"]
    common_dir = repository.common_dir
    names += map(text, run(args, common_dir, git_dir=common_dir).splitlines())
    return [update for name in names for update in _read_one(repository, name)]


def _read_one(repository: Repository, ref_name: str) -> list[RefUpdate]:
    common_dir = repository.common_dir
    args = ["reflog", "show", "--date=raw", "--format=%H%x00%gd%x00%gs", ref_name, "--"]
    output = attempt(args, common_dir, git_dir=common_dir).stdout
    entries: list[tuple[str | None, str | None, int, bytes]] = []
    old_sha = None
    for line in reversed(output.split(b"\n")):
        new_sha, _, rest = line.partition(b"\0")
        selector, _, message = rest.partition(b"\0")
        if stamp := _STAMP.fullmatch(selector):
            new = _sha(new_sha)
            entries.append((old_sha, new, int(stamp[1]) * 1000, message))
            old_sha = new
    is_head = not ref_name.startswith("refs/heads/")
    last = find_checked_out_branch(repository, ref_name) if is_head and entries else None
    branches = list_branches([message for *_, message in entries], ref_name, last)
    return [
        _update(ref_name, *entry, branch) for entry, branch in zip(entries, branches, strict=True)
    ]

"""Find the session files below a root, each once.

Links to directories are followed, because people keep their sessions elsewhere and link to them. A directory with several
names is read once, by its own name if it is below the root: loops end. A link to a directory that contains the root, such
as the home directory, is not followed. Links to files are not followed at all.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from aea.sources import twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMED_BY_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\.\w+")
_MOST_LINKED = 5_000  # directories read through links


class Unread(NamedTuple):
    """Something below a root that may hold sessions and is not read."""

    path: str
    reason: str


class _Notes(NamedTuple):
    """What a walk meets beside directories."""

    unread: list[Unread]
    followed: list[str]  # links to directories


def session_files(
    root: str, is_session: Callable[[str], bool], skipped: frozenset[str] = frozenset()
) -> Iterator[tuple[str, int, int, int]]:
    """(path, inode, size, mtime_ns) of each regular file that is a session; see aea.sources.base."""
    for entries in _directories(root, skipped, _Notes([], [])):
        names = {entry.name for entry in entries}
        for entry in entries:
            if is_session(entry.path) and not _has_plain_twin(entry.name, names):
                found = _status(entry)
                if found is not None and stat.S_ISREG(found.st_mode):
                    path = twins.plain(entry.path)
                    yield path, found.st_ino, found.st_size, found.st_mtime_ns


def list_unread(
    root: str, is_session: Callable[[str], bool], skipped: frozenset[str] = frozenset()
) -> list[Unread]:
    """What looks like a session, or like a directory of sessions, and is not read."""
    notes = _Notes([], [])
    for entries in _directories(root, skipped, notes):
        for entry in entries:
            reason = _reason(entry, is_session)
            if reason:
                notes.unread.append(Unread(entry.path, reason))
    return notes.unread


def followed_links(root: str, skipped: frozenset[str] = frozenset()) -> list[str]:
    """The links to directories below a root that lead to files of `session_files`."""
    notes = _Notes([], [])
    for _ in _directories(root, skipped, notes):
        pass
    return notes.followed


def _reason(entry: os.DirEntry[str], is_session: Callable[[str], bool]) -> str:
    if os.path.isdir(entry.path):
        return ""
    if not is_session(entry.path):
        return "unknown kind of file" if _is_like_session(entry, is_session) else ""
    if entry.is_symlink():
        return "link to a file"
    if not entry.is_file(follow_symlinks=False):
        return "not a regular file"
    return "" if os.access(entry.path, os.R_OK) else "permission denied"


def _is_like_session(entry: os.DirEntry[str], is_session: Callable[[str], bool]) -> bool:
    """Whether a name is that of a session but for what follows `.jsonl`, or for the suffix of a rollout or an id."""
    name = entry.name
    if name.startswith(".") or name.endswith((".tmp", ".lock", ".swp", ".wakatime", "~")):
        return False
    stem, mark, _ = name.rpartition(".jsonl.")
    if not mark and (name.startswith("rollout-") or _NAMED_BY_ID.fullmatch(name)):
        stem = name.rpartition(".")[0]
    return bool(stem) and is_session(f"{entry.path[: -len(name)]}{stem}.jsonl")


def _has_plain_twin(name: str, names: set[str]) -> bool:
    return name.endswith(twins.SUFFIX) and name.removesuffix(twins.SUFFIX) in names


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None  # removed while the directory was listed


def _directories(
    root: str, skipped: frozenset[str], notes: _Notes
) -> Iterator[list[os.DirEntry[str]]]:
    """The entries of each directory: first of those below the root, then of those that links lead to."""
    places: list[str] = []
    links: list[str] = []
    for place, entries in _below(root, skipped, links, notes, set()):
        places.append(place)
        yield entries
    read = {_identity(place) for place in places} if links else set()
    linked = 0
    while links:
        links.sort()
        link = links.pop(0)
        if _identity(link) in read:
            continue
        if _contains(link, root) or linked >= _MOST_LINKED:
            notes.unread.append(Unread(link, "link to a directory that is not followed"))
            continue
        notes.followed.append(link)
        for place, entries in _below(link, skipped, links, notes, read):
            linked += 1
            read.add(_identity(place))
            yield entries


def _below(
    top: str,
    skipped: frozenset[str],
    links: list[str],
    notes: _Notes,
    read: set[tuple[int, int]],
) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """(directory, its entries) of a directory and of all below it but those in `read`; links are added to `links`."""
    waiting = [top]
    while waiting:
        place = waiting.pop()
        if read and _identity(place) in read:
            continue
        try:
            with os.scandir(place) as found:
                entries = list(found)
        except OSError as error:  # absent, removed since it was listed, or not readable
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                notes.unread.append(Unread(place, error.strerror or str(error)))
            continue
        yield place, entries
        for entry in entries:
            if entry.name in skipped:
                continue
            if entry.is_symlink():
                if os.path.isdir(entry.path):
                    links.append(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _identity(place: str) -> tuple[int, int]:
    try:
        found = os.stat(place)
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _contains(link: str, root: str) -> bool:
    """Whether what a link leads to contains the root, or the home directory."""
    target = os.path.join(os.path.realpath(link), "")
    places = (os.path.realpath(root), os.path.expanduser("~"))
    return any(os.path.join(place, "").startswith(target) for place in places)

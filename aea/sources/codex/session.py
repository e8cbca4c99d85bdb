"""The identity of a session, its place and its current turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.sources import lenient
from aea.sources.codex import authors
from aea.sources.codex.shapes import GIT, SOURCE, Source, Subagent

if TYPE_CHECKING:
    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Line, Payload


def take_meta(reading: Reading, payload: Payload) -> None:
    """The first session_meta names the session; one with another id was copied from the parent."""
    progress = reading.progress
    stated_id = payload.id or payload.session_id
    if not stated_id:
        reading.report("session_meta without id")
    elif not progress.is_named:
        _take_own_meta(reading, payload, stated_id)
        reading.sight_session()
    elif stated_id == progress.session_id:
        _take_origin(reading, payload)
        _take_place(reading, payload)
        reading.sight_session()
    else:
        _take_copied_meta(reading, payload, stated_id)


def _take_own_meta(reading: Reading, payload: Payload, stated_id: str) -> None:
    """Name the session by what differs from all others: the last id in the file's name.

    A thread file, `rollout-<time>-<root>_<thread>.jsonl`, states the id of its root, and may repeat the root's lines.
    """
    progress = reading.progress
    session_id = reading.thread_id(stated_id)
    root_id = stated_id if session_id != stated_id else None
    progress.is_named = True
    progress.is_fork = bool(payload.forked_from_id or root_id)
    progress.parent_session_id = _parent_id(payload) or root_id
    _take_origin(reading, payload)
    _take_place(reading, payload)
    reading.name_session(session_id, payload.forked_from_id or stated_id)


def _take_origin(reading: Reading, payload: Payload) -> None:
    reading.progress.is_subagent = authors.is_subagent(payload)
    reading.progress.is_program = authors.is_program(payload)


def _parent_id(payload: Payload) -> str | None:
    source = lenient.find_whole(payload.source, SOURCE)
    subagent = source.subagent if isinstance(source, Source) else None
    spawn = subagent.thread_spawn if isinstance(subagent, Subagent) else None
    spawner_id = spawn.parent_thread_id if spawn else None
    return spawner_id or payload.parent_thread_id or payload.forked_from_id


def _take_copied_meta(reading: Reading, payload: Payload, session_id: str) -> None:
    """The following lines are a copy. The last of several copied metas is nearest to the root."""
    progress = reading.progress
    progress.is_fork = True
    reading.name_session(progress.session_id, payload.forked_from_id or session_id)
    if progress.parent_session_id is None:
        progress.parent_session_id = session_id
        reading.sight_session()


def _take_place(reading: Reading, payload: Payload) -> None:
    progress = reading.progress
    git = lenient.find_whole(payload.git, GIT)
    progress.directory = reading.place(payload)
    progress.client_version = payload.cli_version or progress.client_version
    if git is not None:
        progress.remote_url = git.repository_url or progress.remote_url
        progress.branch_name = git.branch or progress.branch_name


def take_thread(reading: Reading, line: Line) -> None:
    """The first line of `codex exec --json`: the following lines belong to this thread."""
    thread_id = line.thread_id
    if thread_id and thread_id != reading.progress.session_id:
        reading.progress.totals = reading.progress.peak = reading.progress.interruption = None
        reading.progress.is_named = True
        reading.name_session(thread_id, thread_id)
        reading.sight_session()


def take_turn(reading: Reading, payload: Payload) -> None:
    """A turn starts, or continues with another model or directory."""
    progress = reading.progress
    if payload.turn_id:
        progress.begin_turn(payload.turn_id)
    progress.model_name = payload.model or progress.model_name
    place = reading.place(payload)
    if place != progress.directory:
        progress.directory = place
        reading.sight_session()

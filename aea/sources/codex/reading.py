"""One call of the Codex parser: its progress, its place in the file and the records found so far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aea.records import Problem, Session, nothing
from aea.sources.codex import state as states
from aea.sources.instants import instant
from aea.sources.shell import absolute

if TYPE_CHECKING:
    from aea.records import CodeChange, Interruption, Message, Parsed, State, ToolCall, Usage
    from aea.sources.codex.shapes import Line, Payload

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Reading:
    """The state that the functions for the kinds of lines share."""

    def __init__(self, path: str, state: State) -> None:
        """Continue from the state of the preceding bytes."""
        self.path = path
        self.progress = states.load(state)
        self.rank = self.progress.rank
        self.offset = 0
        self.now = 0
        self.sessions: list[Session] = []
        self.messages: list[Message] = []
        self.usages: list[Usage] = []
        self.tool_calls: list[ToolCall] = []
        self.code_changes: list[CodeChange] = []
        self.interruptions: list[Interruption] = []
        self.problems: list[Problem] = []
        self.unknown: dict[str, int] = {}

    def begin_line(self, line: Line) -> bool:
        """Set the instant of a line: its own, else that of the line before. False if there is neither."""
        moment = instant(line.timestamp)
        if moment is None:
            moment = self.progress.instant
            if moment is None:
                moment = _uuid_instant(line.thread_id or self.file_id())
            if moment is None:
                return False
        self.now = self.progress.instant = moment
        return True

    def file_id(self) -> str:
        """The session id in the file's name, else the name."""
        stem = self._stem()
        found = _UUID.findall(stem)
        return found[-1] if found else stem

    def thread_id(self, stated_id: str) -> str:
        """The last of the ids in the name of a rollout, if the session is known by such an id at all."""
        stem = self._stem()
        is_rollout = stem.startswith("rollout-") and _UUID.fullmatch(stated_id) is not None
        found = _UUID.findall(stem) if is_rollout else []
        return found[-1] if found and found[-1].lower() != stated_id.lower() else stated_id

    def _stem(self) -> str:
        return re.split(r"[/\\]", self.path)[-1].removesuffix(".zst").removesuffix(".jsonl")

    def place(self, payload: Payload) -> str | None:
        """The directory that a payload names (newer versions write a URL), else that of the session."""
        return absolute(payload.cwd, None) if payload.cwd else self.progress.directory

    def name_session(self, session_id: str, scope: str) -> None:
        """The lines from here on belong to this session."""
        self.progress.session_id = session_id
        self.progress.scope = scope
        self.rank = self.progress.rank

    def sight_session(self) -> None:
        """Record where the session is now."""
        progress = self.progress
        self.sessions.append(
            Session(
                session_id=progress.session_id,
                occurred_at=self.now,
                parent_session_id=progress.parent_session_id,
                directory=progress.directory,
                client_version=progress.client_version,
                remote_url=progress.remote_url,
                is_subagent=progress.is_subagent,
            )
        )

    def report(self, reason: str) -> None:
        """Record bad input at the current line."""
        self.problems.append(Problem(self.offset, reason))

    def count_unknown(self, kind: str) -> None:
        """Count a type of line that this version does not know."""
        self.unknown[kind] = self.unknown.get(kind, 0) + 1

    def result(self) -> Parsed:
        """All records found, and the state for the next call."""
        return nothing(states.dump(self.progress))._replace(
            sessions=self.sessions,
            messages=self.messages,
            usages=self.usages,
            tool_calls=self.tool_calls,
            code_changes=self.code_changes,
            interruptions=self.interruptions,
            problems=self.problems,
            unknown=self.unknown,
        )


def _uuid_instant(text: str) -> int | None:
    """The instant in a version 7 UUID."""
    digits = text.replace("-", "")
    if len(digits) != 32 or digits[12] != "7":
        return None
    try:
        return int(digits[:12], 16)
    except ValueError:
        return None

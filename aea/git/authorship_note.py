"""Notes of git-ai (refs/notes/ai, format authorship/3): which session wrote which lines of a commit.

Above a line `---` stand paths, each with indented lines `<key> <ranges>`; below it JSON that says which tool
and model a key is. `s_<hex>::t_<hex>` and bare hex are sessions, `h_<hex>` is a known person: of a person only
the lines are kept. A note that attests no line is one record without lines: the commit was looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from aea.git.agents import tool_as_recorded, word_as_recorded
from aea.git.command import text
from aea.records import Authorship, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = "git_ai_note"
_DIVIDER = re.compile(rb"^---\r?\n", re.MULTILINE)
_ENTRY = re.compile(rb"[ \t]+(\S+)[ \t]+(\d[\d, -]*?)[ \t\r]*")
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


class _Agent(msgspec.Struct):
    """agent_id."""

    tool: str | None = None
    id: str | None = None
    model: str | None = None


class _Told(msgspec.Struct):
    """One of prompts or sessions."""

    agent_id: _Agent | None = None


class _Metadata(msgspec.Struct):
    """What stands below the divider; messages and names of persons are skipped unread."""

    schema_version: str = ""
    prompts: dict[str, _Told] | None = None
    sessions: dict[str, _Told] | None = None


class _Who(NamedTuple):
    contributor: str
    tool: str | None = None
    session: str | None = None
    model: str | None = None


_decode = msgspec.json.Decoder(_Metadata).decode


def parse_note(content: bytes, commit_sha: str) -> tuple[list[Authorship], list[Problem]]:
    """The records of one note. What is damaged is a problem at its byte; the rest is kept."""
    divider = _DIVIDER.search(content)
    if divider is None:
        return [], [Problem(0, "authorship note: no divider")]
    problems: list[Problem] = []
    metadata = _Metadata()
    try:
        metadata = _decode(content[divider.end() :])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problems.append(Problem(divider.end(), "authorship note: metadata cannot be read"))
    if metadata.schema_version and not metadata.schema_version.startswith("authorship/3."):
        return [], [Problem(divider.end(), "authorship note: unknown version")]
    attested = content[: divider.start()]
    records = list(dict.fromkeys(_read_lines(attested, commit_sha, metadata, problems)))
    if not records and not problems:
        records = [
            Authorship(commit_sha, _KIND, None, None, None, None, None, None, "unknown", None)
        ]
    return records, problems


def _read_lines(
    attested: bytes, sha: str, metadata: _Metadata, problems: list[Problem]
) -> Iterator[Authorship]:
    path: str | None = None
    place = 0
    for line in attested.split(b"\n"):
        if line[:1] not in (b" ", b"\t", b"", b"\r"):
            path = text(line.rstrip(b"\r")).removeprefix('"').removesuffix('"')
        elif line.strip():
            entry = _ENTRY.fullmatch(line)
            runs = _runs(text(entry[2])) if entry else None
            if entry is None or runs is None or path is None:
                problems.append(Problem(place, "authorship note: line cannot be read"))
            else:
                who = _who(text(entry[1]), metadata)
                for first, count in runs:
                    yield _record(sha, who, path, first, count)
        place += len(line) + 1


def _record(sha: str, who: _Who, path: str, first: int, count: int) -> Authorship:
    said = (who.tool, who.session, who.model, path, first, count, who.contributor)
    return Authorship(sha, _KIND, *said, None)


def _runs(told: str) -> list[tuple[int, int]] | None:
    """`1-10,15` as (first line, number of lines); None when it is something else."""
    found = [_RANGE.fullmatch(part.strip()) for part in told.split(",")]
    pairs = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
    is_sound = len(pairs) == len(found) and all(1 <= first <= last for first, last in pairs)
    return [(first, last - first + 1) for first, last in pairs] if is_sound else None


def _who(key: str, metadata: _Metadata) -> _Who:
    if key.startswith("h_"):
        return _Who("human")
    name = key.partition("::")[0]
    told = (metadata.sessions or {}).get(name) or (metadata.prompts or {}).get(name)
    agent = told.agent_id if told and told.agent_id else _Agent()
    return _Who(
        "ai",
        tool_as_recorded(agent.tool),
        word_as_recorded(agent.id) or word_as_recorded(name),
        word_as_recorded(agent.model),
    )

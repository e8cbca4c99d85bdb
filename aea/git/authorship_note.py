"""Notes of git-ai (refs/notes/ai, format authorship/3): which session wrote which lines of a commit.

Above a `---` line are paths, each followed by indented lines `<key> <ranges>`. Below it is JSON that maps a
key to its tool and model. `s_<hex>::t_<hex>` and bare hex are sessions. `h_<hex>` is a person, for whom only
the lines are kept. A note without lines yields one record without lines: git-ai has processed the commit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from aea.git.agents import parse_tool, parse_word
from aea.git.command import text
from aea.records import Authorship, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = "git_ai_note"
_DIVIDER = re.compile(rb"^---\r?\n", re.MULTILINE)
_ENTRY = re.compile(rb"[ \t]+(\S+)[ \t]+(\d[\d, -]*?)[ \t\r]*")
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


class _Agent(msgspec.Struct):
    """The agent_id of an entry."""

    tool: str | None = None
    id: str | None = None
    model: str | None = None


class _Entry(msgspec.Struct):
    """An entry of prompts or sessions."""

    agent_id: _Agent | None = None


class _Metadata(msgspec.Struct):
    """The JSON below the divider. Messages and people's names are not decoded."""

    schema_version: str = ""
    prompts: dict[str, _Entry] | None = None
    sessions: dict[str, _Entry] | None = None


class _Author(NamedTuple):
    contributor: str
    tool: str | None = None
    session: str | None = None
    model: str | None = None


_decode = msgspec.json.Decoder(_Metadata).decode


def parse_note(content: bytes, commit_sha: str) -> tuple[list[Authorship], list[Problem]]:
    """Parse one note. Damaged parts become problems at their byte offsets; the rest is kept."""
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
    records = list(dict.fromkeys(_parse_lines(attested, commit_sha, metadata, problems)))
    if not records and not problems:
        records = [
            Authorship(commit_sha, _KIND, None, None, None, None, None, None, "unknown", None)
        ]
    return records, problems


def _parse_lines(
    attested: bytes, sha: str, metadata: _Metadata, problems: list[Problem]
) -> Iterator[Authorship]:
    path: str | None = None
    offset = 0
    for line in attested.split(b"\n"):
        if line[:1] not in (b" ", b"\t", b"", b"\r"):
            path = text(line.rstrip(b"\r")).removeprefix('"').removesuffix('"')
        elif line.strip():
            entry = _ENTRY.fullmatch(line)
            runs = _runs(text(entry[2])) if entry else None
            if entry is None or runs is None or path is None:
                problems.append(Problem(offset, "authorship note: line cannot be read"))
            else:
                author = _find_author(text(entry[1]), metadata)
                for first, count in runs:
                    yield _record(sha, author, path, first, count)
        offset += len(line) + 1


def _record(sha: str, author: _Author, path: str, first: int, count: int) -> Authorship:
    fields = (author.tool, author.session, author.model, path, first, count, author.contributor)
    return Authorship(sha, _KIND, *fields, None)


def _runs(ranges: str) -> list[tuple[int, int]] | None:
    """Parse `1-10,15` into (first line, line count) pairs. Return None for anything else."""
    found = [_RANGE.fullmatch(part.strip()) for part in ranges.split(",")]
    pairs = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
    is_valid = len(pairs) == len(found) and all(1 <= first <= last for first, last in pairs)
    return [(first, last - first + 1) for first, last in pairs] if is_valid else None


def _find_author(key: str, metadata: _Metadata) -> _Author:
    if key.startswith("h_"):
        return _Author("human")
    name = key.partition("::")[0]
    entry = (metadata.sessions or {}).get(name) or (metadata.prompts or {}).get(name)
    agent = entry.agent_id if entry and entry.agent_id else _Agent()
    return _Author(
        "ai",
        parse_tool(agent.tool),
        parse_word(agent.id) or parse_word(name),
        parse_word(agent.model),
    )

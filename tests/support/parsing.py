"""Parse bytes whole or cut, and merge what is told twice as the store does."""

from __future__ import annotations

import itertools
import json
from typing import Any

from aea.records import Parsed, nothing
from aea.sources.claude.usage import merged


def parse_whole(source: Any, data: bytes, path: str) -> Parsed:
    """One call; a last line without its line feed is left out."""
    whole = data[: data.rfind(b"\n") + 1]
    parsed: Parsed = source.parse(whole, 0, path, {})
    json.dumps(parsed.state)
    return parsed


def parse_cut(source: Any, data: bytes, path: str, cuts: list[int]) -> Parsed:
    """Many calls, cut at the line feeds nearest before `cuts`; state goes through JSON between them."""
    places = sorted({data.rfind(b"\n", 0, cut) + 1 for cut in cuts} | {0, len(data)})
    parts: list[Parsed] = []
    state: dict[str, Any] = {}
    for start, end in itertools.pairwise(places):
        parsed = source.parse(data[start:end], start, path, state)
        state = json.loads(json.dumps(parsed.state))
        parts.append(parsed)
    return joined(parts, state)


def joined(parts: list[Parsed], state: dict[str, Any]) -> Parsed:
    """All records of several calls."""
    whole = nothing({})
    for part in parts:
        whole = whole.extend(part)
    return whole._replace(state=state)


def as_facts(parsed: Parsed) -> dict[str, Any]:
    """What the store makes of the records: one row per key, whatever the number of tellings."""
    usages: dict[Any, Any] = {}
    for usage in parsed.usages:
        key = usage.message_key, usage.request_key
        usages[key] = merged(usages.get(key), usage)
    calls: dict[int, Any] = {}
    for call in parsed.tool_calls:
        known = calls.get(call.call_key, call)
        spawned = known.spawned_agent_id or call.spawned_agent_id
        told = known if call.status == "pending" else call
        calls[call.call_key] = told._replace(spawned_agent_id=spawned)
    return {
        "messages": {m.message_key: m for m in parsed.messages},
        "usages": usages,
        "calls": calls,
        "changes": {c.change_key: c for c in parsed.code_changes},
        "problems": sorted(parsed.problems),
        "unknown": parsed.unknown,
        "state": parsed.state,
        "sessions": {
            s.session_id: min(
                t.occurred_at for t in parsed.sessions if t.session_id == s.session_id
            )
            for s in parsed.sessions
        },
    }

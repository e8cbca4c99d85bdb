"""Parse Codex rollouts: files of the corpus, and lines made by a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aea.records import Parsed
from aea.sources.codex import codex
from tests.support.corpus import CORPUS, files_of

if TYPE_CHECKING:
    from pathlib import Path

CASES = CORPUS / codex.NAME
INPUTS = files_of(codex)
START = "2026-02-03T10:00:00.000Z"
SESSION = "0197b001-1000-7000-8000-0000000000a1"


def parse(path: Path) -> Parsed:
    raw = path.read_bytes()
    return codex.parse(raw if raw.endswith(b"\n") else raw + b"\n", 0, str(path), {})


def rollout(*payloads: tuple[str, dict[str, Any]]) -> bytes:
    rows = [("session_meta", {"id": SESSION, "cwd": "/w"}), *payloads]
    texts = [json.dumps({"timestamp": START, "type": kind, "payload": body}) for kind, body in rows]
    return ("\n".join(texts) + "\n").encode()


def timed(*payloads: tuple[str, dict[str, Any]]) -> bytes:
    """Lines of a rollout, one second apart."""
    rows = [
        {"timestamp": f"2026-02-03T10:00:{second:02}.000Z", "type": kind, "payload": body}
        for second, (kind, body) in enumerate(payloads)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def item(**payload: object) -> tuple[str, dict[str, Any]]:
    return "response_item", payload


def event(**payload: object) -> tuple[str, dict[str, Any]]:
    return "event_msg", payload


def changes_of(case: str) -> list[tuple[str, str, int | None, int | None]]:
    (path,) = (CASES / case).glob("*.jsonl")
    return [
        (
            change.path.removeprefix("/home/ada/loom/"),
            change.operation,
            change.lines_added,
            change.lines_removed,
        )
        for change in parse(path).code_changes
    ]

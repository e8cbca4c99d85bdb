"""Every provider: bytes as it writes them beside the records they mean.

AEA_UPDATE_GOLDEN=1 rewrites expected.json; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from aea.sources.registry import SOURCES
from tests.support.corpus import EXPECTED, cases, inputs
from tests.support.parsing import parse_whole

BY_NAME = {source.NAME: source for source in SOURCES}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}-{case.name}")
def test_records_are_as_expected(case: Path) -> None:
    source = BY_NAME[case.parent.name]
    found = {}
    for path in inputs(case):
        name = str(path.relative_to(case))
        parsed = parse_whole(source, path.read_bytes(), f"/home/{name}")
        found[name] = {field: _plain(value) for field, value in parsed._asdict().items() if value}
    expected = case / EXPECTED
    if os.environ.get("AEA_UPDATE_GOLDEN") and not _is_as(found, expected):
        expected.write_text(json.dumps(found, indent=1) + "\n")

    assert _without_none(found) == _without_none(json.loads(expected.read_text()))


def _is_as(found: Any, expected: Path) -> bool:
    stored = json.loads(expected.read_text()) if expected.exists() else None
    return bool(_without_none(found) == _without_none(stored))


def _without_none(value: Any) -> Any:
    """A new field that is None in a case leaves the case as it is."""
    return json.loads(
        json.dumps(value),
        object_hook=lambda record: {k: v for k, v in record.items() if v is not None},
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.NAME)
def test_what_every_parser_bears(source: Any) -> None:
    assert parse_whole(source, b"", "/h/s.jsonl").messages == []
    chunk = b'{"type": "hologram", "timestamp": "2026-03-01T09:00:00Z"}\nnot json\n\x00\xff\xfe\n[1, 2]\n"text"\nnull\n{}\n{"type": 7}\n'
    parsed = parse_whole(source, chunk, "/h/s.jsonl")

    assert sum(n for name, n in parsed.unknown.items() if "hologram" in name) == 1
    assert {problem.offset for problem in parsed.problems} >= {58, 67}
    assert (parsed.messages, parsed.usages, parsed.code_changes) == ([], [], [])

"""Totals of real and generated transcripts; skipped where they are not on this machine."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aea.records import Parsed, ToolCall, Usage
from aea.sources.claude import claude_code
from aea.sources.claude.usage import merged
from tests.support.parsing import parse_whole

SHARED = Path(__file__).resolve().parents[5] / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not here")
WRITERS = ("Edit", "Write", "MultiEdit")


def read_all(paths: Iterable[Path]) -> tuple[list[Usage], list[ToolCall], list[Parsed]]:
    """Facts of many files, each once; a last line without its line feed counts."""
    usages: dict[tuple[int, int], Usage] = {}
    calls: dict[int, ToolCall] = {}
    found = []
    for path in sorted(paths):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        parsed = parse_whole(claude_code, raw + b"\n", str(path).removesuffix(".gz"))
        found.append(parsed)
        for usage in parsed.usages:
            key = usage.message_key, usage.request_key
            usages[key] = merged(usages.get(key), usage)
        for call in parsed.tool_calls:
            if call.status != "pending" or call.call_key not in calls:
                calls[call.call_key] = call
    return list(usages.values()), list(calls.values()), found


def totals(usages: list[Usage]) -> dict[str, int]:
    return {
        "calls": len(usages),
        "output": sum(usage.output_tokens for usage in usages),
        "input": sum(usage.input_tokens for usage in usages),
        "cache_read": sum(usage.cache_read_tokens for usage in usages),
        "cache_write": sum(u.cache_write_5m_tokens + u.cache_write_1h_tokens for u in usages),
        "cache_write_1h": sum(usage.cache_write_1h_tokens for usage in usages),
    }


@needs_shared
def test_totals_of_the_corpus() -> None:
    usages, calls, _ = read_all((SHARED / "corpus" / "claude" / "entire").glob("*.jsonl"))
    assert totals(usages) == {
        "calls": 443,
        "output": 40566,
        "input": 3225,
        "cache_read": 33867588,
        "cache_write": 2613726,
        "cache_write_1h": 315622,
    }
    writes = [call.status for call in calls if call.tool_name in WRITERS]
    assert (len(writes), writes.count("ok")) == (121, 109)


@needs_shared
def test_totals_of_the_transcripts() -> None:
    usages, calls, _ = read_all((SHARED / "truth" / "transcripts").glob("*.jsonl.gz"))
    assert totals([usage for usage in usages if not usage.is_excerpt]) == {
        "calls": 2759,
        "output": 210369,
        "input": 38589,
        "cache_read": 250856275,
        "cache_write": 11683268,
        "cache_write_1h": 7529161,
    }
    # Sub-agents whose own files are not among the transcripts.
    excerpts = [usage for usage in usages if usage.is_excerpt]
    found = totals(excerpts)
    assert (found["calls"], found["output"], found["input"]) == (193, 1064, 33441)
    assert (found["cache_read"], found["cache_write"]) == (9032905, 1223043)
    assert not any(usage.is_final or usage.thinking_characters for usage in excerpts)
    final = [usage for usage in usages if usage.is_final]
    assert (len(final), sum(usage.output_tokens for usage in final)) == (28, 26644)
    writes = [call.status for call in calls if call.tool_name in WRITERS]
    # One of them is only in an agent_progress line.
    assert (len(writes), writes.count("ok")) == (648, 614)


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gencorpus", SHARED / "bench" / "gencorpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gencorpus"] = module
    spec.loader.exec_module(module)
    return module


@needs_shared
def test_generated_totals_are_exact(tmp_path: Path) -> None:
    generator = load_generator()
    options = ["--providers", "claude", "--sessions", "10", "--fork-rate", ".4"]
    truth = generator.generate(generator.arguments(["--out", str(tmp_path), *options]))
    files = [Path(found[0]) for found in claude_code.find_files(tmp_path / ".claude")]
    usages, calls, parsed = read_all(files)
    found: dict[str, dict[str, int]] = {}
    for usage in usages:
        counts = found.setdefault(usage.model_name or "", {})
        for name, value in _as_truth(usage).items():
            counts[name] = counts.get(name, 0) + value
    expected = truth["totals"]["claude"]
    kept = {model: {name: row[name] for name in found[model]} for model, row in expected.items()}
    assert found == kept
    assert all(each.problems == [] and each.unknown == {} for each in parsed)
    assert len(calls) == truth["counts"]["claude"]["tool_calls"]
    typed = {m.message_key for each in parsed for m in each.messages if m.is_prompt}
    # The generator also counts the tasks of sub-agents as prompts.
    asked = {record["uuid"] for path in files for record in _records(path) if _is_task(record)}
    assert len(typed) + len(asked) == truth["counts"]["claude"]["prompts"]


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _is_task(record: dict[str, Any]) -> bool:
    is_text = record["type"] == "user" and isinstance(record["message"]["content"], str)
    return is_text and bool(record["isSidechain"])


def _as_truth(usage: Usage) -> dict[str, int]:
    return {
        "messages": 1,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_creation_tokens": usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
        "cache_creation_1h_tokens": usage.cache_write_1h_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
    }

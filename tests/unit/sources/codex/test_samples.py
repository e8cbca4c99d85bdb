"""Totals of real and generated rollouts; skipped where they are not on this machine."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from aea.records import Usage
from aea.sources.codex import codex
from tests.support.codex import parse

SHARED = Path(__file__).resolve().parents[5] / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not here")


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gencorpus", SHARED / "bench" / "gencorpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gencorpus"] = module
    spec.loader.exec_module(module)
    return module


@needs_shared
def test_totals_are_exact(tmp_path: Path) -> None:
    generator = load_generator()
    options = ["--providers", "codex", "--sessions", "6", "--messages-per-session", "12"]
    truth = generator.generate(
        generator.arguments(["--out", str(tmp_path), *options, "--codex-repeat-rate", ".4"])
    )
    totals: dict[str, dict[str, int]] = {}
    for path, *_ in codex.find_files(tmp_path / ".codex" / "sessions"):
        parsed = parse(Path(path))
        assert parsed.problems == []
        assert parsed.unknown == {}
        for usage in parsed.usages:
            counts = totals.setdefault(usage.model_name or "", dict.fromkeys(_TRUTH, 0))
            for name, value in zip(_TRUTH, _counts(usage), strict=True):
                counts[name] += value
    assert totals == truth["totals"]["codex"]


_TRUTH = (
    "messages",
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


def _counts(usage: Usage) -> tuple[int, ...]:
    read = usage.input_tokens + usage.cache_read_tokens
    total = read + usage.output_tokens
    reasoning = usage.reasoning_tokens or 0
    return 1, read, usage.cache_read_tokens, usage.output_tokens, reasoning, total


@needs_shared
def test_lines_written_are_exact(tmp_path: Path) -> None:
    generator = load_generator()
    options = ["--providers", "codex", "--sessions", "4", "--messages-per-session", "15"]
    truth = generator.generate(generator.arguments(["--out", str(tmp_path), *options]))
    parsed = [parse(Path(path)) for path, *_ in codex.find_files(tmp_path / ".codex")]
    counts = truth["counts"]["codex"]
    changes = [change for each in parsed for change in each.code_changes]
    assert len(changes) == counts["edit_calls"]
    assert sum(change.lines_added for change in changes) == counts["code_lines_written"]
    prompts = sum(message.is_prompt for each in parsed for message in each.messages)
    assert prompts == counts["prompts"]
    calls = {call.call_key for each in parsed for call in each.tool_calls}
    assert len(calls) == counts["tool_calls"]


@needs_shared
def test_samples_have_no_problems() -> None:
    found = sorted((SHARED / "corpus").glob("codex/**/*.jsonl"))
    assert found
    for path in found:
        parsed = parse(path)
        assert (path.name, parsed.problems, parsed.unknown) == (path.name, [], {})
        assert parsed.sessions


@needs_shared
def test_sample_fork_counts_each_response_once() -> None:
    files = sorted((SHARED / "corpus" / "synthetic" / "codex").glob("**/*.jsonl"))
    parsed = [parse(path) for path in files]
    usages = {usage.message_key: usage for each in parsed for usage in each.usages}
    assert len(usages) == 3
    assert sum(u.input_tokens + u.cache_read_tokens for u in usages.values()) == 3000
    assert sum(u.output_tokens for u in usages.values()) == 120
    changes = {change.change_key for each in parsed for change in each.code_changes}
    assert len(changes) == 3
    assert all(each.problems == [] for each in parsed)

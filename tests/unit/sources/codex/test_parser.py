"""The Codex parser: cuts, damage and copies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea.records import Parsed
from aea.sources.codex import codex
from tests.support.codex import CASES, INPUTS, parse
from tests.support.depth import scaled
from tests.support.parsing import as_facts, parse_cut


def cut(raw: bytes, path: str, numbers: set[int]) -> Parsed:
    """Parse in several calls, with a cut after each of these lines."""
    ends = [index + 1 for index, byte in enumerate(raw) if byte == 10]
    return parse_cut(codex, raw, path, [end for n, end in enumerate(ends) if n in numbers])


def as_json(parsed: Parsed) -> Parsed:
    return parsed._replace(state=json.loads(json.dumps(parsed.state)))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.stem[-2:]}")
def test_a_cut_at_every_line_changes_nothing(path: Path) -> None:
    raw = path.read_bytes()
    assert as_facts(cut(raw, str(path), set(range(200)))) == as_facts(as_json(parse(path)))


@settings(max_examples=scaled(60))
@given(st.sampled_from(INPUTS), st.sets(st.integers(0, 40)))
def test_any_cut_changes_nothing(path: Path, cuts: set[int]) -> None:
    parts = cut(path.read_bytes(), str(path), cuts)
    assert as_facts(parts) == as_facts(as_json(parse(path)))


def test_parse_leaves_the_state_it_was_given_alone() -> None:
    raw = (CASES / "refused_and_pending" / INPUTS[0].name).read_bytes()
    first, second = raw[: raw.index(b"\n") + 1], raw[raw.index(b"\n") + 1 :]
    state = codex.parse(first, 0, "x", {}).state
    before = json.dumps(state)
    assert codex.parse(second, len(first), "x", state) == codex.parse(
        second, len(first), "x", state
    )
    assert json.dumps(state) == before


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.stem[-2:]}")
def test_the_state_holds_no_text(path: Path) -> None:
    raw = path.read_bytes()
    for end in [index + 1 for index, byte in enumerate(raw) if byte == 10]:
        kept = json.dumps(codex.parse(raw[:end], 0, str(path), {}).state)
        for secret in ("rename the shuttle", "class Heddle", "a = 1", "Woven", "long threads"):
            assert secret not in kept


@settings(max_examples=scaled(100))
@given(st.sampled_from(INPUTS), st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 40))
def test_damage_is_no_exception(path: Path, place: int, junk: bytes, line: int) -> None:
    raw = path.read_bytes()
    place %= len(raw) - 1
    raw = raw[:place] + junk + raw[place + 1 :]
    some = as_facts(cut(raw, str(path), {line}))
    whole = as_facts(as_json(codex.parse(raw, 0, str(path), {})))
    # A patch emitted at a cut stays even if its event is damaged.
    assert whole.pop("changes").keys() <= some.pop("changes").keys()
    assert some == whole


def test_fork_names_the_facts_of_its_parent() -> None:
    parent, fork = (parse(path) for path in sorted((CASES / "fork_with_parent").glob("*.jsonl")))
    assert fork.usages[0].message_key == parent.usages[0].message_key
    assert fork.usages[1].message_key != parent.usages[1].message_key
    assert [m.message_key for m in fork.messages[:2]] == [
        m.message_key for m in parent.messages[:2]
    ]
    assert {m.message_key for m in fork.messages[2:]}.isdisjoint(
        m.message_key for m in parent.messages
    )
    assert {t.call_key for t in fork.tool_calls} == {t.call_key for t in parent.tool_calls}
    assert {c.change_key for c in fork.code_changes} == {c.change_key for c in parent.code_changes}
    assert fork.usages[0].owner_rank > parent.usages[0].owner_rank


def test_forks_of_a_lost_parent_share_its_facts_once() -> None:
    first, second = (
        parse(path)
        for path in sorted((CASES / "fork_without_parent").glob("*"))
        if path.suffix == ".jsonl"
    )
    keys = [usage.message_key for usage in (*first.usages, *second.usages)]
    assert (len(keys), len(set(keys))) == (4, 3)
    assert first.usages[0].owner_rank < second.usages[0].owner_rank

"""What every provider promises (aea.sources.base), tried with the corpus files of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aea.sources.registry import SOURCES
from tests.support.parsing import parse_cut
from tests.support.sessions import ClaudeSession, CodexSession

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
FAMILY = {"cowork": "claude_code", "traex": "codex"}  # whose corpus a provider without one reads
PATH = "/h/projects/s.jsonl"
SECRETS = ("SECRETPROMPT", "SECRETANSWER", "SECRETOLD", "SECRETNEW")
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.NAME)


def session(source: Any) -> bytes:
    """A session in the form of the provider, every text of which is a secret."""
    if FAMILY.get(source.NAME, source.NAME) == "codex":
        rollout = CodexSession("0197b001-1000-7000-8000-0000000000a1").prompt("SECRETPROMPT")
        rollout.say("SECRETANSWER").patch("/w/repo/a", "SECRETNEW = 1")
        text = "*** Begin Patch\n*** Add File: /w/repo/b\n+SECRETNEW = 2\n*** End Patch\n"
        waits = {"type": "custom_tool_call", "name": "apply_patch", "call_id": "w", "input": text}
        return rollout.add("response_item", waits).data()
    claude = ClaudeSession("s").prompt("SECRETPROMPT").say("SECRETANSWER")
    claude.edit("/w/repo/a", "SECRETOLD", "SECRETNEW")
    return claude.edit("/w/repo/b", "SECRETOLD", "SECRETNEW", status="pending").data()


def facts(source: Any, raw: bytes) -> list[Any]:
    """All that is found but the offsets."""
    parsed = source.parse(raw, 0, PATH, {})
    assert all(0 <= record.offset < len(raw) for record in parsed.usages + parsed.messages)
    kinds = parsed.sessions, parsed.messages, parsed.usages, parsed.tool_calls, parsed.code_changes
    return [[r._replace(offset=0) if "offset" in r._fields else r for r in kind] for kind in kinds]


@each_source
def test_the_session_of_these_tests_has_facts(source: Any) -> None:
    assert [bool(kind) for kind in facts(source, session(source))] == [True] * 5


@each_source
def test_names(source: Any) -> None:
    assert source.STORAGE in ("append", "rewrite", "sqlite")
    assert source.NAME.islower()
    assert source.PARSER_VERSION >= 1


@each_source
def test_nothing_is_in_nothing(source: Any, tmp_path: Path) -> None:
    for raw in (b"", b"\n", b"\n  \n\r\n"):
        parsed = source.parse(raw, 0, PATH, {})
        assert not any(parsed[:7])
    assert not any(path.exists() for path in source.roots(tmp_path, {}))
    assert list(source.find_files(tmp_path / "absent")) == []


@each_source
@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b'{"type": "user", "mess',
        b"{}}",
        b"\x00\x00\x00\x00x",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'"a text"',
        b"[1, 2]",
        b"null",
        b"17",
        b"1e999999",
    ],
    ids=lambda bad: repr(bad[:12]),
)
def test_a_bad_line_in_the_middle_is_a_problem_and_the_rest_is_read(
    source: Any, bad: bytes
) -> None:
    lines = session(source).splitlines(keepends=True)
    start = len(b"".join(lines[:2]))
    raw = b"".join([*lines[:2], bad + b"\n", *lines[2:]])
    parsed = source.parse(raw, 0, PATH, {})
    told = [problem.offset for problem in parsed.problems]
    assert told == [start] or (told == [] and sum(parsed.unknown.values()) == 1)
    assert facts(source, raw) == facts(source, b"".join(lines))


@each_source
def test_an_unknown_type_is_counted(source: Any) -> None:
    line = b'{"type": "hologram", "timestamp": "2026-03-01T09:00:00Z", "payload": {"a": 1}}\n'
    raw = session(source) + line * 3
    parsed = source.parse(raw, 0, PATH, {})
    assert sum(parsed.unknown.values()) == 3
    assert all("hologram" in name for name in parsed.unknown)
    assert parsed.problems == []


@each_source
def test_damaged_text_is_repaired(source: Any) -> None:
    raw = session(source)
    whole = source.parse(raw, 0, PATH, {})
    for damage in (b"\xff\xfe", b"\x00", b"\xed\xa0\xbd", b"\\ud83d"):
        hurt = raw.replace(b"SECRETPROMPT", b"SECRET" + damage + b"PROMPT")
        parsed = source.parse(hurt, 0, PATH, {})
        assert parsed.problems == []
        assert [m.word_count for m in parsed.messages] == [m.word_count for m in whole.messages]
        assert [u.output_tokens for u in parsed.usages] == [u.output_tokens for u in whole.usages]
    marked = b"\xef\xbb\xbf" + raw
    assert source.parse(marked, 0, PATH, {}).problems == []


@each_source
def test_only_hashes_are_kept_of_texts(source: Any) -> None:
    parsed = source.parse(session(source), 0, PATH, {})
    assert parsed.state
    kept = json.dumps(parsed.state, allow_nan=False) + repr(parsed)
    assert not [secret for secret in SECRETS if secret in kept]


@each_source
def test_a_call_to_parse_changes_no_state_that_it_is_given(source: Any) -> None:
    raw = session(source)
    state = source.parse(raw, 0, PATH, {}).state
    before = json.dumps(state)
    source.parse(raw, len(raw), PATH, state)
    assert json.dumps(state) == before


@each_source
def test_offsets_count_from_the_start_of_the_file(source: Any) -> None:
    name = FAMILY.get(source.NAME, source.NAME)
    for path in sorted((CORPUS / name).rglob("*.jsonl")):
        raw = path.read_bytes().rstrip(b"\n") + b"\n"
        cuts = [at for at, byte in enumerate(raw) if byte == 10] if len(raw) < 20_000 else [9_000]
        found = parse_cut(source, raw, str(path), cuts)
        starts = {0} | {at + 1 for at, byte in enumerate(raw) if byte == 10}
        for kind in found[1:6]:
            assert {record.offset for record in kind} <= starts, path

"""The source protocol (aea.sources.base), tested with the corpus of each provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from aea.records import nothing
from aea.sources import jsonl
from aea.sources.base import Storage
from aea.sources.registry import SOURCES
from tests.support.corpus import SECRETS, contract_of, files_of
from tests.support.parsing import parse_cut

each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.NAME)


def session(source: Any) -> tuple[str, bytes]:
    """(path, bytes) of the session of the case `contract`."""
    path = contract_of(source)
    return f"/h/{path.name}", path.read_bytes()


def facts(source: Any, path: str, raw: bytes) -> list[Any]:
    """All records, without their offsets."""
    parsed = source.parse(raw, 0, path, {})
    assert all(0 <= record.offset < len(raw) for record in parsed.usages + parsed.messages)
    kinds = parsed.sessions, parsed.messages, parsed.usages, parsed.tool_calls, parsed.code_changes
    return [[r._replace(offset=0) if "offset" in r._fields else r for r in kind] for kind in kinds]


@each_source
def test_the_session_of_these_tests_has_facts(source: Any) -> None:
    assert [bool(kind) for kind in facts(source, *session(source))] == [True] * 5


@each_source
def test_names(source: Any) -> None:
    assert source.STORAGE in get_args(Storage)
    assert source.NAME.islower()
    assert source.PARSER_VERSION >= 1


@each_source
def test_nothing_is_in_nothing(source: Any, tmp_path: Path) -> None:
    for raw in (b"", b"\n", b"\n  \n\r\n"):
        assert source.parse(raw, 0, "/h/s", {})._replace(state={}) == nothing({})
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
    path, raw = session(source)
    lines = raw.splitlines(keepends=True)
    start = len(b"".join(lines[:2]))
    raw = b"".join([*lines[:2], bad + b"\n", *lines[2:]])
    parsed = source.parse(raw, 0, path, {})
    reported = [problem.offset for problem in parsed.problems]
    assert reported == [start] or (reported == [] and sum(parsed.unknown.values()) == 1)
    assert facts(source, path, raw) == facts(source, path, b"".join(lines))


@each_source
def test_every_whole_record_of_a_line_is_read(source: Any) -> None:
    """Writers that append at once lose a line feed; one that is killed leaves half a record."""
    for path in files_of(source):
        raw = path.read_bytes().rstrip(b"\n") + b"\n"
        lines = raw.splitlines(keepends=True)
        whole = source.parse(raw, 0, str(path), {})
        if whole.problems or len(raw) > 50_000:
            continue
        for number in range(len(lines) - 1):
            before, after = b"".join(lines[:number]), b"".join(lines[number + 1 :])
            line = lines[number].rstrip(b"\n")
            glued = source.parse(before + line + after, 0, str(path), {})
            assert glued.problems == [], path
            assert facts(source, str(path), before + line + after) == facts(source, str(path), raw)
            torn = line[: len(line) // 2]
            found = source.parse(before + line + b"\n" + torn + after, 0, str(path), {})
            assert [problem.offset for problem in found.problems] == [len(before + line) + 1]
            assert facts(source, str(path), before + line + b"\n" + torn + after) == facts(
                source, str(path), raw
            )


@each_source
def test_an_unknown_type_is_counted(source: Any) -> None:
    line = b'{"type": "hologram", "timestamp": "2026-03-01T09:00:00Z", "payload": {"a": 1}}\n'
    path, raw = session(source)
    parsed = source.parse(raw + line * 3, 0, path, {})
    assert sum(parsed.unknown.values()) == 3
    assert all("hologram" in name for name in parsed.unknown)
    assert parsed.problems == []


@each_source
def test_damaged_text_is_repaired(source: Any) -> None:
    path, raw = session(source)
    whole = source.parse(raw, 0, path, {})
    for damage in (b"\xff\xfe", b"\x00", b"\xed\xa0\xbd", b"\\ud83d"):
        hurt = raw.replace(b"SECRETPROMPT", b"SECRET" + damage + b"PROMPT")
        parsed = source.parse(hurt, 0, path, {})
        assert parsed.problems == []
        assert [m.word_count for m in parsed.messages] == [m.word_count for m in whole.messages]
        assert [u.output_tokens for u in parsed.usages] == [u.output_tokens for u in whole.usages]
    marked = b"\xef\xbb\xbf" + raw
    assert source.parse(marked, 0, path, {}).problems == []


@each_source
def test_only_hashes_are_kept_of_texts(source: Any) -> None:
    path, raw = session(source)
    parsed = source.parse(raw, 0, path, {})
    assert parsed.state
    kept = json.dumps(parsed.state, allow_nan=False) + repr(parsed)
    assert not [secret for secret in SECRETS if secret in kept]


@each_source
def test_a_call_to_parse_changes_no_state_that_it_is_given(source: Any) -> None:
    path, raw = session(source)
    state = source.parse(raw, 0, path, {}).state
    before = json.dumps(state)
    source.parse(raw, len(raw), path, state)
    assert json.dumps(state) == before


@each_source
def test_offsets_count_from_the_start_of_the_file(source: Any) -> None:
    for path in files_of(source):
        raw = path.read_bytes().rstrip(b"\n") + b"\n"
        cuts = [at for at, byte in enumerate(raw) if byte == 10] if len(raw) < 20_000 else [9_000]
        found = parse_cut(source, raw, str(path), cuts)
        starts = {
            start
            for at, line in jsonl.whole_lines(raw, 0)
            for start in (at, *(at + part.start for part in jsonl.parts(line)))
        }
        kinds = found.messages, found.usages, found.tool_calls, found.code_changes, found.problems
        for kind in kinds:
            assert {record.offset for record in kind} <= starts, path

"""The identity of a Codex session: by what differs."""

from __future__ import annotations

from typing import Any

from aea.records import Parsed
from aea.sources.codex import codex
from tests.support.codex import SESSION, item, timed

THREAD = "0197b001-9999-7000-8000-0000000000f9"
META = ("session_meta", {"id": SESSION, "cwd": "/w", "source": "cli"})
NAME = f"rollout-2026-02-03T10-00-00-{SESSION}"


def _turn(turn_id: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    content = [{"type": "input_text", "text": text}]
    usage = {"input_tokens": 10, "output_tokens": len(text)}
    info = {"total_token_usage": usage, "last_token_usage": usage}
    return [
        ("turn_context", {"turn_id": turn_id, "cwd": "/w"}),
        item(type="message", role="user", content=content),
        ("event_msg", {"type": "token_count", "info": info}),
    ]


def _parse(name: str, *rows: tuple[str, dict[str, Any]]) -> Parsed:
    return codex.parse(timed(*rows), 0, f"/s/{name}.jsonl", {})


def test_a_thread_file_that_states_the_id_of_its_root_is_a_session_of_its_own() -> None:
    parsed = _parse(f"{NAME}_{THREAD}", META, *_turn("t2", "go on"))
    assert {s.session_id for s in parsed.sessions} == {THREAD}
    assert parsed.sessions[0].parent_session_id == SESSION
    assert {m.session_id for m in parsed.messages} == {THREAD}


def test_what_a_thread_file_repeats_of_its_root_counts_once_and_belongs_to_the_root() -> None:
    root = _parse(NAME, META, *_turn("t1", "begin"))
    thread = _parse(
        f"{NAME}_{THREAD}", META, *_turn("t1", "begin"), META, *_turn("t2", "go on now")
    )
    roots, threads = ({u.message_key for u in p.usages} for p in (root, thread))
    assert (len(threads), roots < threads) == (2, True)
    assert root.messages[0].message_key == thread.messages[0].message_key
    assert root.messages[0].owner_rank < thread.messages[0].owner_rank
    assert {s.session_id for s in thread.sessions} == {THREAD}


def test_two_threads_of_one_root_are_two_sessions() -> None:
    other = THREAD.replace("f9", "fa")
    names = [f"{NAME}_{THREAD}", f"{NAME}_{other}"]
    parsed = [_parse(name, META, *_turn(name[-2:], "go on")) for name in names]
    assert [p.sessions[0].session_id for p in parsed] == [THREAD, other]
    assert parsed[0].usages[0].message_key != parsed[1].usages[0].message_key


def test_a_file_that_begins_with_the_copy_of_another_session_is_named_by_its_own_id() -> None:
    own = ("session_meta", {"id": THREAD, "source": {"subagent": "review"}})
    parsed = _parse(f"rollout-2026-02-03T10-00-00-{THREAD}", META, own, *_turn("t2", "look"))
    assert {s.session_id for s in parsed.sessions} == {THREAD}
    assert parsed.sessions[-1].is_subagent
    assert not any(m.is_prompt for m in parsed.messages)


def test_an_id_shared_by_all_threads_names_none_of_them() -> None:
    meta = ("session_meta", {"id": THREAD, "session_id": SESSION, "parent_thread_id": SESSION})
    parsed = _parse(f"rollout-2026-02-03T10-00-00-{THREAD}", meta, *_turn("t2", "go on"))
    assert parsed.sessions[0][:1] == (THREAD,)
    assert parsed.sessions[0].parent_session_id == SESSION


def test_other_names_of_files_change_nothing() -> None:
    for name in ("copy", f"rollout-copy-of-{SESSION}", f"backup-{THREAD}"):
        assert _parse(name, META).sessions[0].session_id == SESSION

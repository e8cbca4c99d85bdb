"""Claude Code: cuts, totals known from elsewhere, and the rules that golden cases only touch."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea import lines
from aea.sources.base import Parsed
from aea.sources.claude import claude_code, cowork
from aea.sources.claude.usage import merged
from tests.support.parsing import as_facts, parse_cut, parse_whole
from tests.support.sessions import ClaudeSession, instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from aea.records import CodeChange, ToolCall, Usage

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared"
INPUTS = sorted((REPOSITORY / "tests" / "corpus" / "claude_code").rglob("*.jsonl"))
HOME = "/h/.claude/projects/-w-repo"
WRITERS = ("Edit", "Write", "MultiEdit")
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not here")


def parse(session: ClaudeSession, path: str = f"{HOME}/s.jsonl") -> Parsed:
    return parse_whole(claude_code, session.data(), path)


def prompts(parsed: Parsed) -> list[int]:
    """The number of words of each prompt."""
    return [message.word_count for message in parsed.messages if message.is_prompt]


def called(name: str, asked: dict[str, Any], result: object, **extra: Any) -> Parsed:
    """One call of a tool, and its result; `result` ... is a record without toolUseResult."""
    session = ClaudeSession("s")
    block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": asked}
    session.add("assistant", {"id": "msg_1", "model": "m", "content": [block]}, requestId="r")
    told = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "fine", **extra}
    with_result = {} if result is ... else {"toolUseResult": result}
    session.add("user", {"role": "user", "content": [told]}, **with_result)
    return parse(session)


def change(name: str, asked: dict[str, Any], result: object, **extra: Any) -> CodeChange:
    (found,) = called(name, asked, result, **extra).code_changes
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_cut_gives_the_same_facts(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(INPUTS))
    raw = path.read_bytes()
    raw = raw if raw.endswith(b"\n") else raw + b"\n"
    cuts = data.draw(st.lists(st.integers(0, len(raw)), max_size=8))
    whole = as_facts(parse_whole(claude_code, raw, str(path)))
    assert as_facts(parse_cut(claude_code, raw, str(path), cuts)) == whole


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bytes_raise_and_cuts_agree_on_damage(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in INPUTS if path.stat().st_size < 50_000]))
    raw = path.read_bytes().rstrip(b"\n") + b"\n"
    place = data.draw(st.integers(0, len(raw) - 2))
    junk = data.draw(st.binary(min_size=1, max_size=4))
    raw = raw[:place] + junk + raw[place + 1 :]
    cut = data.draw(st.integers(0, len(raw)))
    whole = as_facts(parse_whole(claude_code, raw, str(path)))
    assert as_facts(parse_cut(claude_code, raw, str(path), [cut])) == whole


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(json_values, st.sampled_from(["message", "toolUseResult", "timestamp", "cwd", "sessionId"]))
def test_no_value_of_a_field_raises(value: Any, field: str) -> None:
    session = ClaudeSession("s").prompt("do").edit("/w/repo/a", "x", "y")
    records = [json.loads(line) | {field: value} for line in session.lines]
    raw = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    parse_whole(claude_code, raw, f"{HOME}/s.jsonl")


@pytest.mark.parametrize(
    ("content", "extra", "expected"),
    [
        ("fix it", {}, [2]),
        ("  \n", {}, []),
        ("fix it", {"isMeta": True}, []),
        ("fix it", {"isCompactSummary": True}, []),
        ("fix it", {"isSidechain": True}, []),
        ("fix it", {"agentId": "a1"}, []),
        ("fix it", {"promptSource": "system"}, []),
        ("<command-name>/compact</command-name>", {}, []),
        ("<local-command-stdout>x</local-command-stdout>", {}, []),
        ("[Request interrupted by user]", {}, []),
        ("<div> is broken", {}, [3]),
        ([{"type": "text", "text": "see this"}, {"type": "image", "source": {}}], {}, [2]),
        ([{"type": "image", "source": {"data": "A" * 99}}], {}, []),
        ([{"type": "text", "text": "<ide_selection>x"}, {"type": "text", "text": "why"}], {}, [1]),
        ([], {}, []),
        (None, {}, []),
    ],
)
def test_what_is_a_prompt(content: object, extra: dict[str, Any], expected: list[int]) -> None:
    session = ClaudeSession("s")
    session.add("user", {"role": "user", "content": content}, **extra)
    assert prompts(parse(session)) == expected


def test_text_beside_the_result_of_a_tool_is_a_prompt() -> None:
    session = ClaudeSession("s").edit("/w/repo/a", "x", "y", status="pending")
    result = {"type": "tool_result", "tool_use_id": "toolu_s_0", "content": "ok"}
    typed = {"type": "text", "text": "do we need the rest?"}
    session.add("user", {"role": "user", "content": [result, typed]}, toolUseResult={})
    parsed = parse(session)
    assert prompts(parsed) == [5]
    assert parsed.tool_calls[0].status == "ok"


def waiting(session: ClaudeSession, prompt: object, **extra: Any) -> None:
    attachment = {"type": "queued_command", "prompt": prompt, "commandMode": "prompt", **extra}
    session.add("attachment", {}, attachment=attachment)


def test_a_prompt_that_waited_counts_once() -> None:
    session = ClaudeSession("s")
    waiting(session, "and tests too")
    waiting(session, [{"type": "text", "text": "go on"}, {"type": "image"}])
    waiting(session, "not a person", origin={"kind": "task-notification"})
    waiting(session, "ls", commandMode="bash")
    session.prompt("and tests too")
    assert prompts(parse(session)) == [3, 2]


def test_the_same_words_typed_later_are_a_new_prompt() -> None:
    session = ClaudeSession("s")
    waiting(session, "continue")
    session.prompt("now the docs").prompt("continue")
    parsed = parse(session)
    assert prompts(parsed) == [1, 3, 1]
    assert parsed.state == {}


def test_state_and_problems_hold_no_text() -> None:
    session = ClaudeSession("s")
    waiting(session, "SECRETWAIT")
    asked = {"file_path": "/w/repo/a", "old_string": "SECRETOLD", "new_string": "SECRETNEW"}
    block = {"type": "tool_use", "id": "t", "name": "Edit", "input": asked}
    session.add("assistant", {"id": "m", "content": [block, {"type": "text", "text": "SECRET"}]})
    session.lines.append(b'{"type": "user", "message": {"content": "SECRETBAD')
    parsed = parse(session)
    assert parsed.state
    assert parsed.problems
    assert "SECRET" not in json.dumps(parsed.state) + str(parsed)


@pytest.mark.parametrize(
    ("extra", "result", "status", "changes"),
    [
        ({}, {"structuredPatch": [], "originalFile": "x"}, "ok", 1),
        ({"is_error": True}, "Error: String to replace not found in file.", "failed", 0),
        ({"is_error": True, "content": "<tool_use_error>no</tool_use_error>"}, ..., "failed", 0),
        ({"is_error": True}, "User rejected tool use", "rejected", 0),
        (
            {"is_error": True, "content": "The user doesn't want to proceed with this tool use."},
            "Error: x",
            "rejected",
            0,
        ),
        ({}, "a text, not a result", "ok", 0),
        ({}, ..., "ok", 0),
        ({"content": "The file /w/a has been updated successfully."}, ..., "ok", 1),
        ({"content": "The file /w/a has been updated successfully."}, None, "ok", 1),
    ],
)
def test_outcome_of_an_edit(
    extra: dict[str, Any], result: object, status: str, changes: int
) -> None:
    asked = {"file_path": "/w/a", "old_string": "x", "new_string": "y\nz"}
    parsed = called("Edit", asked, result, **extra)
    assert [call.status for call in parsed.tool_calls] == [status]
    assert [found.lines_added for found in parsed.code_changes] == [2] * changes


def test_one_result_beside_two_answers_is_nobodys() -> None:
    session = ClaudeSession("s")
    calls = [
        {"type": "tool_use", "id": name, "name": "Edit", "input": asked}
        for name in ("a", "b")
        for asked in ({"file_path": f"/w/{name}", "old_string": "x", "new_string": "y"},)
    ]
    session.add("assistant", {"id": "m", "model": "m", "content": calls})
    said = "The file has been updated successfully."
    answers = [{"type": "tool_result", "tool_use_id": name, "content": said} for name in "ab"]
    hunk = {"oldStart": 1, "newStart": 1, "lines": ["+1", "+2", "+3"]}
    result = {"filePath": "/w/a", "structuredPatch": [hunk]}
    session.add("user", {"role": "user", "content": answers}, toolUseResult=result)
    found = [(change.path, change.lines_added) for change in parse(session).code_changes]
    assert found == [("/w/a", 1), ("/w/b", 1)]


def test_the_hunks_are_the_truth() -> None:
    hunks = [
        {"oldStart": 3, "newStart": 3, "lines": [" a", "-x", "+y", " b"]},
        {"oldStart": 9, "newStart": 9, "lines": ["-x", "+y", "+z", "\\ No newline at end of file"]},
    ]
    asked = {"file_path": "/w/a", "old_string": "x", "new_string": "other", "replace_all": True}
    result = {"structuredPatch": hunks, "originalFile": "whole", "userModified": True}
    found = change("Edit", asked, result)
    assert (found.lines_added, found.lines_removed) == (3, 2)
    assert found.added_hashes == lines.hash_lines([b"y", b"y", b"z"])
    assert lines.unpack_runs(found.added_runs or b"") == [(4, 1), (9, 2)]
    assert lines.unpack_runs(found.removed_runs or b"") == [(4, 1), (9, 1)]
    assert (found.is_before_known, found.is_user_modified) == (True, True)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"type": "create", "structuredPatch": [], "originalFile": None}, ("create", 2, 0, True)),
        (
            {"type": "update", "structuredPatch": [], "originalFile": "a\nb\n"},
            ("update", 0, 0, True),
        ),
        (
            {"type": "update", "structuredPatch": [], "originalFile": "a\nc\n"},
            ("update", 1, 1, True),
        ),
        ({"type": "update", "structuredPatch": [], "originalFile": ""}, ("update", 2, 0, True)),
        ({"type": "update", "structuredPatch": [], "originalFile": None}, ("update", 2, 0, False)),
    ],
)
def test_write_without_hunks(result: dict[str, Any], expected: tuple[object, ...]) -> None:
    text = "a\nb\n"
    found = change("Write", {"file_path": "/w/a", "content": text}, result | {"content": text})
    told = found.operation, found.lines_added, found.lines_removed, found.is_before_known
    assert told == expected


def test_lines_of_windows_files_are_the_lines_that_git_shows() -> None:
    asked = {"file_path": "C:\\w\\a.txt", "content": "one\r\ntwo\r\n"}
    found = change("Write", asked, {"type": "create", "content": "", "structuredPatch": []})
    assert found.path == "C:/w/a.txt"
    assert found.added_hashes == lines.hash_lines([b"one", b"two"])


def test_notebook_cells() -> None:
    asked = {"notebook_path": "n.ipynb", "new_source": "a = 1\nb = 2", "edit_mode": "replace"}
    found = change("NotebookEdit", asked, {"new_source": "a = 1\nb = 2", "error": ""})
    assert (found.path, found.lines_added) == ("/w/repo/n.ipynb", 2)
    assert called("NotebookEdit", asked, {"error": "Cell not found"}).code_changes == []
    gone = change("NotebookEdit", asked | {"edit_mode": "delete"}, {"edit_mode": "delete"})
    assert (gone.lines_added, gone.lines_removed) == (0, 0)


def test_plans_are_not_code() -> None:
    asked = {"file_path": "/h/.claude/plans/p.md", "content": "x"}
    parsed = called("Write", asked, {"type": "create", "structuredPatch": []})
    assert parsed.code_changes == []
    assert parsed.tool_calls[0].status == "ok"


def test_a_heredoc_counts_when_its_command_ended_well() -> None:
    asked = {"command": "cd src && cat > a.py <<'EOF'\nx = 1\nEOF"}
    assert change("Bash", asked, {"stdout": ""}).path == "/w/repo/src/a.py"
    assert called("Bash", asked, "Error: Exit code 1", is_error=True).code_changes == []


@pytest.mark.parametrize(
    ("path", "session_id", "agent_id"),
    [
        (f"{HOME}/aaaa.jsonl", "aaaa", None),
        (f"{HOME}/aaaa/subagents/agent-b1.jsonl", "aaaa", "b1"),
        (f"{HOME}/aaaa/subagents/workflows/w1/agent-b1.jsonl", "aaaa", "b1"),
        (f"/srv/subagents{HOME}/aaaa/subagents/agent-b1.jsonl", "aaaa", "b1"),
        ("/h/subagents/.claude/projects/-w/aaaa.jsonl", "aaaa", None),
        (f"{HOME}/agent-b1.jsonl", "agent-b1", "b1"),
    ],
)
def test_the_path_says_what_records_do_not(
    path: str, session_id: str, agent_id: str | None
) -> None:
    record: dict[str, Any] = {"type": "assistant", "uuid": "u", "timestamp": instant(0)}
    record |= {"message": {"id": "m", "content": [{"type": "text", "text": "hi"}]}}
    parsed = parse_whole(claude_code, json.dumps(record).encode() + b"\n", path)
    (message,) = parsed.messages
    assert (message.session_id, message.agent_id) == (session_id, agent_id)
    asked = record | {"type": "user", "message": {"content": "a task given by the parent"}}
    parsed = parse_whole(claude_code, json.dumps(asked).encode() + b"\n", path)
    assert bool(prompts(parsed)) is (agent_id is None)


def test_a_fork_tells_the_facts_of_its_parent() -> None:
    parent = ClaudeSession("aaaaaaaa-0000-4000-8000-000000000001").prompt("do").say("ok", 7)
    parent.edit("/w/repo/a", "x", "y")
    fork = parse(parent.fork("bbbbbbbb-0000-4000-8000-000000000002").say("more", 9))
    own = parse(parent)
    for mine, copies in ((own.messages, fork.messages), (own.usages, fork.usages)):
        keys = [record.message_key for record in mine]
        assert [record.message_key for record in copies][: len(keys)] == keys
        assert copies[0].owner_rank > mine[0].owner_rank
    assert fork.tool_calls[0].call_key == own.tool_calls[0].call_key
    assert fork.code_changes[0].change_key == own.code_changes[0].change_key


def test_tokens_in_disjoint_kinds() -> None:
    def usage(**tokens: Any) -> Usage:
        session = ClaudeSession("s")
        session.add("assistant", {"id": "m", "model": "x", "usage": tokens, "content": []})
        (found,) = parse(session).usages
        return found

    old = usage(input_tokens=1, output_tokens=2, cache_creation_input_tokens=30)
    assert (old.cache_write_5m_tokens, old.cache_write_1h_tokens) == (30, 0)
    split = {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}
    new = usage(cache_creation_input_tokens=30, cache_creation=split)
    assert (new.cache_write_5m_tokens, new.cache_write_1h_tokens) == (10, 20)
    odd = usage(input_tokens=-4, output_tokens="12", cache_read_input_tokens=1e300)
    assert (odd.input_tokens, odd.output_tokens, odd.cache_read_tokens) == (0, 12, 0)


def test_synthetic_answers_cost_nothing() -> None:
    session = ClaudeSession("s").say("API Error: 529", 5, model="<synthetic>")
    parsed = parse(session)
    assert (parsed.usages, parsed.messages) == ([], [])


def test_roots(tmp_path: Path) -> None:
    assert claude_code.roots(tmp_path, {}) == [
        tmp_path / ".claude" / "projects",
        tmp_path / ".config" / "claude" / "projects",
    ]
    named = claude_code.roots(tmp_path, {"CLAUDE_CONFIG_DIR": "/a, /b/projects,"})
    assert named == [Path("/a/projects"), Path("/b/projects")]


def test_find_files_follows_no_link(tmp_path: Path) -> None:
    root = tmp_path / "projects"
    agents = root / "-w" / "s" / "subagents"
    agents.mkdir(parents=True)
    (root / "-w" / "s" / "tool-results").mkdir()
    (root / "-w" / "s" / "tool-results" / "big.jsonl").write_bytes(b"{}\n")
    (root / "-w" / "notes.txt").write_bytes(b"")
    (tmp_path / "out.jsonl").write_bytes(b"{}\n")
    (root / "-w" / "link.jsonl").symlink_to(tmp_path / "out.jsonl")
    (root / "loop").symlink_to(root, target_is_directory=True)
    wanted = [root / "-w" / "s.jsonl", agents / "agent-1.jsonl"]
    for path in wanted:
        path.write_bytes(b"{}\n")
    found = {path: (inode, size) for path, inode, size, _ in claude_code.find_files(root)}
    assert found == {str(path): (path.stat().st_ino, 3) for path in wanted}
    assert list(claude_code.find_files(tmp_path / "absent")) == []


def test_cowork_is_found_at_most_eight_levels_down(tmp_path: Path) -> None:
    base = tmp_path / ".config" / "Claude" / "local-agent-mode-sessions"
    near, far = base / "a" / "b" / ".claude" / "projects", base.joinpath(*"abcdefgh", "projects")
    near.mkdir(parents=True)
    far.mkdir(parents=True)
    assert cowork.roots(tmp_path, {}) == [near]
    assert cowork.parse is claude_code.parse


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
    assert totals(usages) == {
        "calls": 2759,
        "output": 210369,
        "input": 38589,
        "cache_read": 250856275,
        "cache_write": 11683268,
        "cache_write_1h": 7529161,
    }
    writes = [call.status for call in calls if call.tool_name in WRITERS]
    # One more than providers.md 17 says: it is told only inside an agent_progress line.
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
    # The generator counts as a prompt what a sub-agent is asked, too.
    asked = {record["uuid"] for path in files for record in _records(path) if _is_task(record)}
    assert len(typed) + len(asked) == truth["counts"]["claude"]["prompts"]


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _is_task(record: dict[str, Any]) -> bool:
    is_told = record["type"] == "user" and isinstance(record["message"]["content"], str)
    return is_told and bool(record["isSidechain"])


def _as_truth(usage: Usage) -> dict[str, int]:
    return {
        "messages": 1,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_creation_tokens": usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
        "cache_creation_1h_tokens": usage.cache_write_1h_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
    }

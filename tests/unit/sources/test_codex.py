"""Codex: identity of copies, cuts, and what the golden cases cannot say."""

from __future__ import annotations

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
from aea.sources.codex import codex, traex
from aea.sources.codex.edits import proposed_edits
from aea.sources.codex.outcome import full_outcome, quick_outcome, script_outcome
from aea.sources.codex.script import script_writes
from aea.sources.codex.typed_text import typed_text
from tests.support.parsing import as_facts

if TYPE_CHECKING:
    from types import ModuleType

    from aea.records import Usage

REPOSITORY = Path(__file__).parents[3]
CASES = REPOSITORY / "tests" / "corpus" / "codex"
SHARED = REPOSITORY.parent / "shared"
INPUTS = sorted(CASES.glob("*/*.jsonl"))
START = "2026-02-03T10:00:00.000Z"
SESSION = "0197b001-1000-7000-8000-0000000000a1"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not here")


def parse(path: Path) -> Parsed:
    raw = path.read_bytes()
    return codex.parse(raw if raw.endswith(b"\n") else raw + b"\n", 0, str(path), {})


def parse_cut(raw: bytes, path: str, cuts: set[int]) -> Parsed:
    """Parse line by line groups, with the state kept as JSON between them."""
    state: dict[str, Any] = {}
    unknown: dict[str, int] = {}
    groups: tuple[list[Any], ...] = ([], [], [], [], [], [])
    pieces, start, offset = [], 0, 0
    ends = [index + 1 for index, byte in enumerate(raw) if byte == 10]
    for number, end in enumerate(ends):
        if number in cuts or end == ends[-1]:
            pieces.append(raw[start:end])
            start = end
    for piece in pieces:
        parsed = codex.parse(piece, offset, path, state)
        offset += len(piece)
        state = json.loads(json.dumps(parsed.state))
        for group, found in zip(groups, lists(parsed), strict=True):
            group.extend(found)
        for kind, count in parsed.unknown.items():
            unknown[kind] = unknown.get(kind, 0) + count
    sessions, messages, usages, calls, changes, problems = groups
    return Parsed(sessions, messages, usages, calls, changes, problems, unknown, state)


def lists(parsed: Parsed) -> tuple[list[Any], ...]:
    """The records of each kind."""
    return (
        parsed.sessions,
        parsed.messages,
        parsed.usages,
        parsed.tool_calls,
        parsed.code_changes,
        parsed.problems,
    )


def as_json(parsed: Parsed) -> Parsed:
    return parsed._replace(state=json.loads(json.dumps(parsed.state)))


def rollout(*payloads: tuple[str, dict[str, Any]]) -> bytes:
    rows = [("session_meta", {"id": SESSION, "cwd": "/w"}), *payloads]
    texts = [json.dumps({"timestamp": START, "type": kind, "payload": body}) for kind, body in rows]
    return ("\n".join(texts) + "\n").encode()


def item(**payload: object) -> tuple[str, dict[str, Any]]:
    return "response_item", payload


def event(**payload: object) -> tuple[str, dict[str, Any]]:
    return "event_msg", payload


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.stem[-2:]}")
def test_a_cut_at_every_line_changes_nothing(path: Path) -> None:
    raw = path.read_bytes()
    assert as_facts(parse_cut(raw, str(path), set(range(200)))) == as_facts(as_json(parse(path)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(INPUTS), st.sets(st.integers(0, 40)))
def test_any_cut_changes_nothing(path: Path, cuts: set[int]) -> None:
    cut = parse_cut(path.read_bytes(), str(path), cuts)
    assert as_facts(cut) == as_facts(as_json(parse(path)))


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


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(INPUTS), st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 40))
def test_damage_is_no_exception(path: Path, place: int, junk: bytes, cut: int) -> None:
    raw = path.read_bytes()
    place %= len(raw) - 1
    raw = raw[:place] + junk + raw[place + 1 :]
    some = as_facts(parse_cut(raw, str(path), {cut}))
    whole = as_facts(as_json(codex.parse(raw, 0, str(path), {})))
    # a patch told at a cut stays, should the damage be in its event
    assert whole.pop("changes").keys() <= some.pop("changes").keys()
    assert some == whole


def test_counts_beyond_measure_are_nothing() -> None:
    usage = {"input_tokens": 1e300, "cached_input_tokens": -3, "output_tokens": 7}
    raw = rollout(event(type="token_count", info={"last_token_usage": usage}))
    (found,) = codex.parse(raw, 0, "p", {}).usages
    assert (found.input_tokens, found.cache_read_tokens, found.output_tokens) == (0, 0, 7)


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


def changes_of(case: str) -> list[tuple[str, str, int, int]]:
    (path,) = (CASES / case).glob("*.jsonl")
    return [
        (change.path.removeprefix("/home/ada/loom/"), change.operation, *change[9:11])
        for change in parse(path).code_changes
    ]


def test_every_wrapping_of_a_patch_is_read() -> None:
    paths = ["", "src/w1.py", "src/w2.py", "src/w3.py", "src/w4.py", "src/w5.py"]
    paths += ["sub/src/w6.py", "lib/src/w7.py", "/srv/other/src/w8.py", "src/w9.py"]
    paths += ["src/w10.py", "deep/src/w11.py", "src/w12.py"]
    assert changes_of("apply_patch_wrappings") == [
        *[(path, "update", 2, 1) for path in paths[1:]],
        ("new/name.py", "update", 1, 1),
        ("gone.py", "delete", 0, 0),
        ("added.py", "create", 2, 0),
    ]


def test_events_are_the_better_truth() -> None:
    told = [("a.py", "update", 2, 1), ("b.py", "delete", 0, 2), ("d.py", "update", 1, 1)]
    own = [("src/w1.py", "update", 2, 1), ("src/w2.py", "update", 2, 1)]
    assert changes_of("patch_events") == [*told, *told, *own]
    assert changes_of("turn_items") == [
        ("app.ts", "update", 1, 1),
        ("README.md", "create", 2, 0),
        ("src/gen.ts", "create", 1, 0),
        ("src/w2.py", "update", 2, 1),
        ("src/w3.py", "update", 2, 1),
    ]


def test_what_was_refused_or_has_no_result_changed_nothing() -> None:
    (path,) = (CASES / "refused_and_pending").glob("*.jsonl")
    parsed = parse(path)
    assert parsed.code_changes == []
    ends = [call.status for call in parsed.tool_calls if call.status != "pending"]
    assert ends == ["rejected", "rejected", "failed", "failed", "failed", "rejected", "failed"]
    assert len({call.call_key for call in parsed.tool_calls}) == 8


def test_heredocs_count_when_their_command_ended_well() -> None:
    assert changes_of("heredoc_write") == [
        ("doc/notes.md", "create", 2, 0),
        ("notes.md", "update", 1, 0),
        ("run.py", "create", 1, 0),
    ]


def test_what_a_person_ran_is_not_the_assistants() -> None:
    words = ["bash", "-lc", "cat > a <<EOF\nx\nEOF"]
    end = {"type": "exec_command_end", "call_id": "u", "command": words, "exit_code": 0}
    assert codex.parse(rollout(event(**end)), 0, "p", {}).code_changes != []
    raw = rollout(event(**end, source="user_shell"))
    assert codex.parse(raw, 0, "p", {}).code_changes == []


def test_forks_of_a_lost_parent_share_its_facts_once() -> None:
    first, second = (
        parse(path)
        for path in sorted((CASES / "fork_without_parent").glob("*"))
        if path.suffix == ".jsonl"
    )
    keys = [usage.message_key for usage in (*first.usages, *second.usages)]
    assert (len(keys), len(set(keys))) == (4, 3)
    assert first.usages[0].owner_rank < second.usages[0].owner_rank


def test_without_turns_the_text_keeps_messages_of_a_fork_apart() -> None:
    def message(text: str) -> tuple[str, dict[str, Any]]:
        return item(role="user", content=[{"type": "input_text", "text": text}])

    parent = codex.parse(rollout(message("one"), message("two")), 0, "p", {})
    raw = rollout(message("one"), message("three"))
    raw = b'{"type":"session_meta","timestamp":1,"payload":{"id":"other"}}\n' + raw
    fork = codex.parse(raw, 0, "f", {})
    assert fork.messages[0].message_key == parent.messages[0].message_key
    assert fork.messages[1].message_key != parent.messages[1].message_key


def test_copied_prompts_belong_to_a_person_only_in_the_persons_session() -> None:
    parsed = parse(max((CASES / "subagent").glob("*.jsonl")))
    assert [(m.role, m.is_prompt) for m in parsed.messages] == [
        ("user", False),
        ("assistant", False),
    ]
    assert parsed.sessions[0].is_subagent
    assert parsed.sessions[0].parent_session_id == SESSION


def test_the_last_line_is_told_and_told_again_by_its_event() -> None:
    patch = "*** Begin Patch\n*** Add File: a\n+1\n*** End Patch"
    raw = rollout(
        item(type="custom_tool_call", name="apply_patch", call_id="c", input=patch),
        item(
            type="custom_tool_call_output",
            call_id="c",
            output="Success. Updated the following files:\n",
        ),
    )
    first = codex.parse(raw, 0, "p", {})
    assert [change.path for change in first.code_changes] == ["/w/a"]
    rest = codex.parse(rollout(event(type="task_complete")), len(raw), "p", first.state)
    assert rest.code_changes[0]._replace(branch_name=None) == first.code_changes[0]
    done = {"type": "patch_apply_end", "call_id": "c", "success": True}
    changes = {"/w/a": {"type": "add", "content": "1\n2\n"}}
    _, line = rollout(event(**done, changes=changes)).splitlines(keepends=True)
    told = codex.parse(line, len(raw), "p", first.state)
    assert [change.lines_added for change in told.code_changes] == [2]
    assert told.code_changes[0].change_key == first.code_changes[0].change_key


def test_a_path_is_as_recorded_when_no_directory_is_known() -> None:
    patch = json.dumps("*** Begin Patch\n*** Add File: a/b\n+1\n*** End Patch").encode()
    assert proposed_edits("apply_patch", patch, None).edits[0].path == "a/b"


def test_a_file_touched_twice_is_one_change() -> None:
    patch = (
        "*** Begin Patch\n*** Add File: a\n+1\n*** Update File: a\n@@\n-1\n+2\n"
        "*** Update File: b\n@@\n+x\n*** End Patch"
    )
    first, second = proposed_edits("apply_patch", json.dumps(patch).encode(), "/w").edits
    assert (first.path, first.operation, first.added_runs) == ("/w/a", "create", None)
    assert first.added_hashes == lines.hash_lines([b"1", b"2"])
    assert first.removed_hashes == lines.hash_lines([b"1"])
    assert second.path == "/w/b"


def test_escaped_markup_does_not_hide_a_write() -> None:
    arguments = json.dumps(json.dumps({"cmd": "cat > a <<'EOF'\nx\nEOF"}).replace("<", "\\u003c"))
    assert len(proposed_edits("exec_command", arguments.encode(), "/w").edits) == 1


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("Exit code: 0\nWall time: 1 seconds\nOutput:\n", ("ok", True)),
        ("Exit code: 2\nWall time: 1 seconds\nOutput:\nExit code: 0\n", ("failed", False)),
        (
            "Chunk ID: 1\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\n",
            ("ok", True),
        ),
        ("Wall time: 0.1 seconds\nOutput:\nProcess exited with code 0\n", ("ok", False)),
        ("Success. Updated the following files:\nM a\n", ("ok", True)),
        ('{"output":"","metadata":{"exit_code":0}}', ("ok", True)),
        ('{"output":"Exit code: 0","metadata":{"exit_code":9}}', ("failed", False)),
        ({"content": "done", "success": True}, ("ok", True)),
        ({"content": "no", "success": False}, ("failed", False)),
        ([{"type": "input_text", "text": "Exit code: 0\nOutput:\n"}], ("ok", True)),
        ("patch rejected by user", ("rejected", False)),
        ("exec command rejected by user: not now", ("rejected", False)),
        ("apply_patch verification failed: Failed to find expected lines in a", ("failed", False)),
        ("plain words", ("ok", False)),
        (None, ("ok", False)),
    ],
)
def test_outcome(output: object, expected: tuple[str, bool]) -> None:
    raw = json.dumps(output).encode()
    outcome = full_outcome(raw, None)
    assert (outcome.status, outcome.is_applied) == expected
    quick = quick_outcome(raw)
    assert quick is None or quick == outcome


def test_exit_code_of_the_event_wins() -> None:
    assert full_outcome(b'"anything"', 0).is_applied
    assert full_outcome(b'"anything"', 1).status == "failed"


@pytest.mark.parametrize(
    ("text", "needs_code", "is_applied"),
    [
        ("Script completed\nOutput:\n", False, True),
        ("Script completed\nOutput:\n", True, False),
        ('Script completed\nOutput:\n{"exit_code":0}', True, True),
        ('Script completed\nOutput:\n{"exit_code":0}{"exit_code":1}', False, False),
        ("Script failed\nProcess exited with code 0", False, False),
        ("Script running with cell ID 7", False, False),
    ],
)
def test_script_outcome(text: str, needs_code: bool, is_applied: bool) -> None:
    outcome = script_outcome(json.dumps(text).encode(), needs_code=needs_code)
    assert outcome.is_applied is is_applied


def test_script_literals() -> None:
    program = r"""
    // it's "quoted" here
    const dir = '/w/x';
    await tools.exec_command({"cmd": "echo \"a\"\n\u0062 \x63", workdir: '/w/a'});
    await tools.exec_command({workdir: `/w/b`, cmd: String.raw`a\n\`` });
    await tools.exec_command({cmd: `hole ${dir}`});
    await tools.apply_patch(["*** Begin Patch", "*** Delete File: a", "*** End Patch"].join("\n"));
    """
    writes = script_writes(program)
    assert writes.commands[0] == ('echo "a"\nb c', "/w/a")
    assert writes.commands[1][1] == "/w/b"
    assert len(writes.commands) == 2
    assert writes.patches == ["*** Begin Patch\n*** Delete File: a\n*** End Patch"]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("fix it", "fix it"),
        ("<environment_context>\n<cwd>/w</cwd>", ""),
        ("  <TURN_ABORTED>\nx", ""),
        ("# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>", ""),
        ("<div> is broken", "<div> is broken"),
        ("# Context from my IDE setup:\n\n## Open tabs:\n- a", ""),
        ("# Context from my IDE setup:\n\n## My request for Codex:\ndo it", "do it"),
        ("<image name=[Image #1]>look</image>", "look"),
    ],
)
def test_typed_text(text: str, typed: str) -> None:
    assert typed_text(text) == typed


def test_roots(tmp_path: Path) -> None:
    home = tmp_path / ".codex"
    assert codex.roots(tmp_path, {}) == [home / "sessions", home / "archived_sessions"]
    assert codex.roots(tmp_path, {"CODEX_HOME": "/a, /b,"}) == [
        Path("/a/sessions"),
        Path("/a/archived_sessions"),
        Path("/b/sessions"),
        Path("/b/archived_sessions"),
    ]
    trae = tmp_path / ".trae" / "cli"
    assert traex.roots(tmp_path, {}) == [trae / "sessions", trae / "archived_sessions"]


def test_find_files_follows_no_link(tmp_path: Path) -> None:
    root = tmp_path / "sessions"
    day = root / "2026" / "02" / "03"
    day.mkdir(parents=True)
    (day / "rollout-1.jsonl").write_bytes(b"{}\n")
    (day / "rollout-2.jsonl.zst").write_bytes(b"")
    (tmp_path / "out.jsonl").write_bytes(b"{}\n")
    (day / "link.jsonl").symlink_to(tmp_path / "out.jsonl")
    (root / "loop").symlink_to(tmp_path, target_is_directory=True)
    status = (day / "rollout-1.jsonl").stat()
    assert list(codex.find_files(root)) == [
        (str(day / "rollout-1.jsonl"), status.st_ino, 3, status.st_mtime_ns)
    ]
    assert list(codex.find_files(tmp_path / "absent")) == []


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

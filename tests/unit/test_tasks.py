"""Which tasks names and messages state, and which only look as if they did."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.tasks import compile_rules, find_mentions, is_integration, task_key
from tests.bench import tasks as bench

DOCS = Path(__file__).parents[2] / "docs" / "tasks.md"


@pytest.mark.parametrize(
    ("branch", "key"),
    [
        ("ABC-123", "ABC-123"),
        ("feat/ABC-1-x", "ABC-1"),
        ("feature/my_branch-PAC-123", "PAC-123"),
        ("user/PAC_77", "PAC-77"),
        ("fix-2-PAC-9", "PAC-9"),
        ("abc-123-fix", "ABC-123"),
        ("feature/abc-12", "ABC-12"),
        ("feat/123-add-login", "#123"),
        ("123-add-login", "#123"),
        ("issue-123", "#123"),
        ("claude/issue-55-20250101-1200", "#55"),
        ("gh-123", "#123"),
        ("issue/123", "#123"),
        ("fix/12", "#12"),
        ("bug/ABC-12", "ABC-12"),
        ("WEB-4_header", "WEB-4"),
        ("DHIS2-9119-2.33", "DHIS2-9119"),
        ("LOG4J2-12", "LOG4J2-12"),
        ("fix-4756", "#4756"),
        ("issue4099", "#4099"),
        ("explain-from_config-#2853", "#2853"),
    ],
)
def test_a_branch_states_its_task(branch: str, key: str) -> None:
    assert task_key(branch) == key


@pytest.mark.parametrize(
    "branch",
    [
        "release-2",
        "utf-8",
        "UTF-8-everywhere",
        "node-20",
        "v-1",
        "sha-256",
        "SHA-256",
        "iso-8601",
        "ISO-8859-1",
        "python-3",
        "covid-19",
        "COVID-19",
        "main",
        "release/ABC-1",
        "2024-05-01-notes",
        "dependabot/npm/lodash-4.17.21",
        "renovate/node-20",
        "12",
        "gpt-4-prompts",
        "feature/login",
        "worktree-agent-a1b2",
        "step-2",
        "phase-1-cleanup",
        "fixabc-1x",
        "abc-0",
        "x-1",
        "upgrade/react-18",
        "claude/fix-login-011CUx",
        "LANG_2_3_RC1",
        "ISO8859-1",
        "SHA3-256",
        "I7-4770",
        "TOPS-20",
        "A102844A-9501",
        "patch-1",
        "main-1",
        "feat/c#7-support",
    ],
)
def test_what_only_looks_like_a_key_is_none(branch: str) -> None:
    assert task_key(branch) is None


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("ABC-12: add", {"ABC-12": "message"}),
        ("[ABC-1][ABC-2] add", {"ABC-1": "message", "ABC-2": "message"}),
        ("feat(#12): add", {"#12": "message"}),
        ("Fix #12", {"#12": "message"}),
        ("GH-12 add", {"#12": "message"}),
        ("Add (#12)", {}),
        ("Fix crash (closes #3) (#44)", {"#3": "message"}),
        ("Add\n\nFixes #12, ABC-3", {"#12": "trailer", "ABC-3": "trailer"}),
        ("ABC-1: add\n\nTask: ABC-2", {"ABC-2": "trailer"}),
        ("Add\n\nCloses: owner/repo#5\nSee the docs", {"#5": "trailer"}),
        ("Add\n\nIssue: https://example.org/o/r/issues/9", {"#9": "trailer"}),
        ("Add\n\nthis fixes #77 and more", {"#77": "trailer"}),
        ("Add\n\n* ABC-1 first\n* second", {"ABC-1": "message"}),
        ('Add\n\nFixes: 1a2b3c4 ("foo")', {}),
        ("Add\n\nsimilar to #12", {}),
        ("Use UTF-8 and SHA-256, not CVE-2021-1234", {}),
        ('Revert "Add tax (#7)"', {}),
        ("Add (#7) (#9)", {}),
        ("Add (#7).", {}),
        ("Add the tax #7", {}),
        ("Add the tax, #7.", {"#7": "message"}),
        ("Closes #7", {}),
        ("Closes #7: add", {"#7": "message"}),
        ("[Abc-7] add", {"ABC-7": "message"}),
        ("Add\n\nIssue ID: ABC-7", {"ABC-7": "trailer"}),
        ("Add\n\nRelated to Issue ID: ABC-7", {"ABC-7": "trailer"}),
        ("Add\n\nThis addresses ABC-7 in part", {"ABC-7": "trailer"}),
        ("Add after PRs #7 and #9", {}),
        ("Use ISO8859-1, SHA3-256 and CRC32-1 on I7-4770, E3-1230 and TOPS-20", {}),
        ("Name A102844A-9501 and DEADBEEF-1234", {}),
        ("Add\n\nIt was slow on an\nABC-12 machine, as ABC-13 says.", {}),
        (
            "Add\n\nABC-12: first\n(ABC-13)\nABC-14",
            dict.fromkeys(("ABC-12", "ABC-13", "ABC-14"), "message"),
        ),
        ("Add\n\nhttps://example.org/browse/ABC-12", {"ABC-12": "message"}),
        ("Add\n\nthe lesson of issue #77 applies", {}),
        ("Add\n\nthis fixes issue #77", {"#77": "trailer"}),
        ("ABC-1: add\n\nCloses #12 from ada/fix", {"ABC-1": "message"}),
        ("ABC-1: add\n\nFixes #12", {"ABC-1": "message"}),
        ("Add\n\nCloses #12 from ada/fix", {}),
        ("Add\n\nThis closes #12", {}),
        ("Add\n\nFixes #ABC-5", {"ABC-5": "trailer"}),
        ("ISSUE-12: add", {"#12": "message"}),
        ("", {}),
    ],
)
def test_a_message_names_its_tasks(message: str, found: dict[str, str]) -> None:
    assert dict(find_mentions(message.encode())) == found


def test_a_merge_speaks_of_the_branch_it_merges() -> None:
    message = b"Merge pull request #5 from owner/abc-12-login\n\nAdd login"
    assert dict(find_mentions(message, merged_branch="abc-12-login")) == {"ABC-12": "message"}
    assert find_mentions(b"Merge branch 'fix' into ABC-9", merged_branch="fix") == ()


def test_patterns_of_the_user_replace_the_rules() -> None:
    rules, faults = compile_rules([r"\bT(\d+)\b", r"[", r"(a)(b)", r"x*", r"INC\d+"])
    assert [fault.split(" ")[1] for fault in faults] == ["2", "3", "4"]
    assert task_key("feat/T17-INC9-ABC-1", rules) == "17"
    assert dict(find_mentions(b"T1 ABC-2 INC77", rules)) == {"1": "message", "INC77": "message"}
    assert dict(find_mentions(b"T1\n\nTask: INC8", rules)) == {"INC8": "trailer"}


@given(st.from_regex(r"[A-Z]{2}[A-Z]{0,4}[0-9]{0,2}", fullmatch=True), st.integers(1, 99_999))
def test_a_key_in_upper_case_is_found_wherever_it_stands(project: str, number: int) -> None:
    key = f"Q{project}-{number}"  # no standard begins so
    for name in (key, f"feat/{key}", f"feat/{key}-add-it", f"ada/x_{key}"):
        assert task_key(name) == key
    for message in (f"{key}: add", f"add ({key})", f"add\n\nRefs: {key}", f"add\n\n- {key}"):
        assert [found for found, _ in find_mentions(message.encode())] == [key]


@given(st.text(max_size=40), st.binary(max_size=200))
def test_anything_may_be_read(branch: str, message: bytes) -> None:
    key = task_key(branch)
    assert key is None or key.rpartition("-")[2].removeprefix("#").isdigit()
    for found in find_mentions(message):
        assert found.evidence in ("trailer", "message")
        assert found.task_key.rpartition("-")[2].removeprefix("#").isdigit()


def test_integration_branches() -> None:
    assert all(map(is_integration, ("main", "master", "develop", "staging", "release/1.2")))
    assert is_integration("production", "production")
    assert not is_integration("production")
    assert not is_integration("feature/main")


def test_the_labelled_sample_is_read_as_documented() -> None:
    sample = bench.read_sample()
    assert len(sample) >= 300
    found = bench.score(sample)
    assert found.precision >= 0.98
    assert f"| all | {found.precision:.3f} | {found.recall:.3f} |" in DOCS.read_text("utf-8")

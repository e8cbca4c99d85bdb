"""What is kept of the text of a failed tool call."""

from __future__ import annotations

import pytest

from aea.sources.faults import error_signature, refused_by

PYTEST = """Exit code 1
============ test session starts ============
collected 12 items in 0.31s
tests/unit/test_{name}.py ..F
E       ValueError: total 17 is not 18 at 0x7f3a1c00beef
FAILED in 3.12s"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Exit code 1\nmake: *** [all] Error 2", "Exit code 2\nmake: *** [all] Error 13"),
        (PYTEST, PYTEST.replace("17", "3").replace("3.12s", "9.9s").replace("0x7f", "0x11")),
        ("error: no file /w/a.py:12:4", "error: no file C:\\w\\b.py:7:1"),
        ("TypeError: 'foo' is not callable", 'TypeError: "bar" is not callable'),
        ("error: `x` not found", "error: \u2018long name\u2019 not found"),
        ("Command timed out after 2m 0.0s", "Command timed out after 10m 30.5s"),
        ("fatal: bad object 1234abcd56", "fatal: bad object ffffeeee00"),
        (
            "<tool_use_error>String to replace not found in file.\nString: a = 1</tool_use_error>",
            "Error: String to replace not found in file.\r\nString: b = 2",
        ),
        ("\x1b[31merror: no\x1b[0m", "ERROR: no"),
        (
            "Process exited with code 1\nOutput:\nboom",
            "Wall time: 3 s\nExit code: 2\nOutput:\nboom",
        ),
    ],
)
def test_the_same_error_elsewhere_has_the_same_signature(one: str, other: str) -> None:
    assert error_signature("Bash", one) is not None
    assert error_signature("Bash", one) == error_signature("Bash", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Exit code 1\nTypeError: a", "Exit code 1\nValueError: a"),
        ("File has not been read yet.", "File does not exist."),
        ("I can't open it and don't try", "I can't close it and don't try"),  # apostrophes
    ],
)
def test_another_error_has_another_signature(one: str, other: str) -> None:
    assert error_signature("Edit", one) != error_signature("Edit", other)


def test_the_same_error_of_another_tool_is_another_one() -> None:
    assert error_signature("Edit", "no such file") != error_signature("Read", "no such file")


@pytest.mark.parametrize("text", ["", "Exit code 1", "Error: Exit code 137\n", "  \n\n"])
def test_a_text_that_says_nothing_has_no_signature(text: str) -> None:
    assert error_signature("Bash", text) is None


def test_a_huge_line_takes_no_time() -> None:
    for text in ("'" * 500_000, '"a ' * 200_000, "= " * 300_000, "\x1b[" * 200_000):
        error_signature("Bash", text)
        refused_by(text)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Permission to use Bash with command rm -rf x has been denied.", "rule"),
        ("Error: Permission to read /etc/shadow has been denied.", "rule"),
        ("Claude requested permissions to write to /w/a, but you haven't granted it yet.", "rule"),
        ("This command requires approval", "rule"),
        ("<tool_use_error>File is in a directory that is denied by your settings", "rule"),
        ("cd in '/x' was blocked. For security, Claude Code may only change", "rule"),
        ("approval policy is Never; reject command", "rule"),
        ('exec_command failed: Rejected("`rm` rejected: blocked by policy")', "rule"),
        ("PreToolUse:Bash hook error: [./check]: no", "hook"),
        ("Hook PreToolUse:Edit denied this tool", "hook"),
        ("Execution stopped by PreToolUse hook", "hook"),
        ("bash: ./x: Permission denied", None),
        ("Exit code 1\nPermission to use x has been denied", None),
        ("Permission denied (publickey).", None),
        ("husky - pre-commit hook exited with code 1", None),
        ("", None),
    ],
)
def test_who_refused_a_call(text: str, who: str | None) -> None:
    assert refused_by(text) == who

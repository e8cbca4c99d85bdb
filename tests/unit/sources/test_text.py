"""Text features: each rule at its edge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.sources.text import TextFeatures, message_features


def signature(text: str) -> int | None:
    return message_features(text).debug_signature


@pytest.mark.parametrize(
    "text",
    [
        "Traceback (most recent call last):\n  File",
        "src/a.ts(3,1): ERROR TS2304: no such name",
        "TypeError: x is not a function",
        "ReferenceError: y",
        "SyntaxError: z",
        "RuntimeError: loop",
        "Cannot find module 'loom'",
        "Module not found: loom",
        "Build failed in 3 s",
        "1 test failed",
        "Compilation failed",
        "command failed with exit code 2",
        "panic: nil map",
        "AssertionError",
        "java.lang.Exception: no",
        "see the stack trace",
        "error[E0308]: mismatched types",
        "fatal error: no such file",
        "the lint step has failed",
        "Found 3 errors",
        "Found 12 errors.",
        "it says 1,204 (errors)",
    ],
)
def test_error_pastes(text: str) -> None:
    assert message_features(text).is_error_paste


@pytest.mark.parametrize(
    "text",
    [
        "",
        "please add a border",
        "the loom failed me",
        "there are errors in my plan",
        "3 terrors of the deep",
        "3 errorsome words",
        "three errors",
        "handle errors well",
    ],
)
def test_no_error_pastes(text: str) -> None:
    assert not message_features(text).is_error_paste


@pytest.mark.parametrize(
    "text",
    [
        "Same error",
        "it is the SAME ISSUE as before",
        "still failing",
        "it still fails",
        "still broken",
        "that is not fixed",
        "didn't work",
        "didnt work",
        "it doesn't work",
        "doesnt work",
        "still not working!",
    ],
)
def test_continuations(text: str) -> None:
    assert message_features(text).is_continuation


def test_a_new_request_continues_nothing() -> None:
    assert not message_features("fix the error in the loom").is_continuation


@pytest.mark.parametrize(
    "text", ["", "add a border", "terror", "an errors list", "no\nproblem here"]
)
def test_no_debug_keyword_no_signature(text: str) -> None:
    assert signature(text) is None


def test_a_keyword_may_be_the_whole_text() -> None:
    assert signature("error") is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("error: thread 12 not found", "Error: thread 7 not found"),
        ("cannot read /home/a/x.py", "cannot read /srv/b/deep/y.py"),
        ("cannot read C:\\a\\x.py", "cannot read D:\\b\\y.py"),
        ("failed at deadbeef01", "failed at 0123456789abcdef0123456789abcdef01234567"),
        ("failed to load https://a.example/x", "failed to load http://b.example"),
        ('failed: "shuttle"', "failed: (shuttle)"),
        ("please look\n\nerror: no thread\nat all", "here it is again\nerror: no thread"),
        ("crash " + "w " * 17 + "tail one", "crash " + "w " * 17 + "other tail"),
    ],
)
def test_the_same_error_has_the_same_signature(one: str, other: str) -> None:
    assert signature(one) == signature(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("error: no thread", "error: no shuttle"),
        ("failed at deadbee", "failed at deadbeef"),
        ("httpclient failed", "https://a.example failed"),
        ("crash one", "crash two"),
    ],
)
def test_another_error_has_another_signature(one: str, other: str) -> None:
    assert signature(one) != signature(other)


def test_words_are_counted_in_all_of_a_long_text_and_errors_in_its_beginning() -> None:
    found = message_features("weave " * 50_000 + "error: late")
    assert found == TextFeatures(50_002, is_error_paste=False)


@given(st.text(max_size=300))
def test_any_text_has_features(text: str) -> None:
    found = message_features(text)
    assert found == message_features(text)
    assert found.word_count == len(text.split())
    assert found.debug_signature is None or -(2**63) <= found.debug_signature < 2**63


def test_a_long_row_of_signs_inside_a_word_takes_no_time() -> None:
    # Each sign once started a search to the end of the row: minutes for a pasted separator.
    assert signature("failed: a" + "=" * 190_000 + "b") != signature("failed: a")
    assert signature("failed: " + "=" * 190_000) == signature("failed:")

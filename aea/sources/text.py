"""Extract the features of a prompt that the rules use. The text itself is never stored.

error_paste.1    the text shows an error: one of the listed phrases, ` failed` together with a word about testing or
                 building, or a number followed by "error" or "errors"
continuation.1   the text says that an earlier error still occurs
signature.1      hash of the first line with a debug keyword. Paths, URLs, hashes and digits are replaced, so the same
                 error in another place has the same signature
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from aea.keys import key64

if TYPE_CHECKING:
    from collections.abc import Iterable

EXTRACTOR_VERSION = 1
_SCAN_CHARS = 200_000  # errors are only looked for in the first 200,000 characters
_MAX_TOKENS = 18

_ERROR_PHRASES = (
    "traceback",
    "error ts",
    "typeerror:",
    "referenceerror:",
    "syntaxerror:",
    "runtimeerror:",
    "cannot find module",
    "module not found",
    "build failed",
    "test failed",
    "tests failed",
    "compilation failed",
    "failed with exit code",
    "panic:",
    "assertionerror",
    "exception:",
    "stack trace",
    "error[",
    "error:",
)
_CONTINUATIONS = (
    "same error",
    "same issue",
    "still failing",
    "still fails",
    "still broken",
    "not fixed",
    "didn't work",
    "didnt work",
    "doesn't work",
    "doesnt work",
    "still not working",
)
_KEYWORDS = (
    " error ",
    "error:",
    "exception",
    "traceback",
    "stack trace",
    "undefined",
    "not found",
    "failed",
    "failure",
    "cannot",
    "can't",
    "panic",
    "crash",
    "typeerror",
    "referenceerror",
    "syntaxerror",
    "runtimeerror",
    "compile error",
)


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, phrases)))


_ERROR = _any_of(_ERROR_PHRASES)
_CONTINUES = _any_of(_CONTINUATIONS)
_KEYWORD = _any_of(_KEYWORDS)
_FAILED_WORK = re.compile(r"test|build|compile|lint")
_COUNTED = re.compile(r"(?<!\S)[0-9][0-9,.]*\s+[^a-z\s]*errors?[^a-z\s]*(?!\S)")
_CORE = re.compile(r"[\w/\\.:-](?:.*[\w/\\.:-])?", re.DOTALL)  # linear, also for `a====...====a`
_HEX = re.compile(r"[0-9a-f]{8,64}")
_DIGITS = re.compile(r"[0-9]+")
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class TextFeatures(NamedTuple):
    """Everything that is stored of a text."""

    word_count: int
    is_error_paste: bool = False
    is_continuation: bool = False
    debug_signature: int | None = None


def message_features(text: str) -> TextFeatures:
    """The features of a text typed by a person."""
    lower = _lower(text[:_SCAN_CHARS])
    return TextFeatures(
        word_count=word_count(text),
        is_error_paste=_shows_error(lower),
        is_continuation=_CONTINUES.search(lower) is not None,
        debug_signature=_signature(lower),
    )


def word_count(text: str) -> int:
    """The number of words, separated by white space."""
    return len(text.split())


def _shows_error(lower: str) -> bool:
    if _ERROR.search(lower):
        return True
    if " failed" in lower and _FAILED_WORK.search(lower):
        return True
    return _COUNTED.search(lower) is not None


def _signature(lower: str) -> int | None:
    if not _KEYWORD.search(f" {lower} "):
        return None
    line = error_line(lower.splitlines()) or lower
    return key64("debug signature", EXTRACTOR_VERSION, _joined(line))


def error_line(lines: Iterable[str]) -> str | None:
    """The first line with an error word."""
    return next((line for line in lines if _KEYWORD.search(f" {_lower(line)} ")), None)


def normal_line(line: str) -> str:
    """The words of a line that are the same wherever its error happens."""
    return _joined(_lower(line))


def _joined(lower: str) -> str:
    return " ".join(islice(filter(None, map(_normal, lower.split())), _MAX_TOKENS))


def _lower(text: str) -> str:
    return text.translate(_ASCII_LOWER)


def _normal(token: str) -> str:
    core = _CORE.search(token)
    token = core[0] if core else ""
    if token.startswith(("http://", "https://")):
        return "<url>"
    if "/" in token or "\\" in token:
        return "<path>"
    if _HEX.fullmatch(token):
        return "<sha>"
    return _DIGITS.sub("#", token)

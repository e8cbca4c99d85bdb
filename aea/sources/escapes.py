"""The escapes of string literals, which most languages share."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|0[0-7]{2}|\n|.)",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\n": "", "e": "\x1b", "a": "\a", "0": "\0"}
_MAX_CODE = 0x10FFFF


def unescaped(text: str) -> str:
    """A text with its escapes undone; an unknown one stays as it is."""
    return _ESCAPE.sub(_one, text)


def _one(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        is_octal = code[0] == "0"
        number = int(code.strip("uUx{}"), 8 if is_octal else 16)
        return chr(number) if number <= _MAX_CODE else match[0]
    return code if code in "'\"\\`/$" else _SIMPLE.get(code, match[0])

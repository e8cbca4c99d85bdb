"""The files that a program in the text of a shell command may write, with the lines of its string literals.

A program writes if it calls a function that writes (`_WRITES`). It may write each file that a literal names as a path
with a suffix. Only Python, Node, Perl and Ruby programs are read, from `-c`, `-e` or a here-document. A command that
only reads gives nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import text_lines
from aea.sources import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COMMAND = 200_000  # characters; a longer command is not read
_MAX_FILES = 20
_WRITES = re.compile(
    r"\.write_(?:text|bytes)\(|\.write(?:lines)?\(|writeFile|appendFile|File\.(?:write|open)"
    r"|\bprint\s*\{?\$\w+|open\([^)\n]*['\"][+>]"
)
_LITERAL = re.compile(
    r"#[^\n]*|(?P<raw>\b[rR])?(?:'''(?P<a>.*?)'''|\"\"\"(?P<b>.*?)\"\"\""
    r"|'(?P<c>(?:\\.|[^'\\\n])*)'|\"(?P<d>(?:\\.|[^\"\\\n])*)\"|`(?P<e>(?:\\.|[^`\\])*)`)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\n|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}
_PATH = re.compile(r"[\w@~./\\: -]*[\w-]\.\w{1,10}")


class ProgramWrite(NamedTuple):
    """One file that a program may write, and the lines of its literals."""

    path: str
    lines: list[bytes]


def program_writes(command: str, directory: str | None) -> list[ProgramWrite]:
    """The files that the programs of a command may write. Relative paths are below `directory`."""
    if len(command) > MAX_COMMAND:
        return []
    found = []
    for text, place in shell.programs(command, directory):
        if _WRITES.search(text):
            literals = list(_literals(text))
            lines = [line for one in literals if "\n" in one for line in text_lines(one)]
            paths = dict.fromkeys(one for one in literals if _PATH.fullmatch(one))
            found += [
                ProgramWrite(shell.absolute(path, place), lines)
                for path in list(paths)[:_MAX_FILES]
                if lines
            ]
    return found


def _literals(text: str) -> Iterator[str]:
    for token in _LITERAL.finditer(text):
        body = next((token[name] for name in "abcde" if token[name] is not None), None)
        if body is not None:
            yield body if token["raw"] else _ESCAPE.sub(_unescaped, body)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    if code in "'\"\\`" or code in _SIMPLE:
        return _SIMPLE.get(code, code)
    return match[0]

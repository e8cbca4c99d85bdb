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
_QUOTED = r"(?P<text>'[^']*'|\"(?:\\.|[^\"\\])*\")"
_TARGET = r"(?P<path>[\w./-]+)"
_ECHO = re.compile(
    rf"(?:^|[;&|(\n])[ \t]*(?:echo|printf)[ \t]+(?:-\w+[ \t]+)*{_QUOTED}[ \t]*>>?[ \t]*{_TARGET}"
)
_SED = re.compile(
    rf"(?:^|[;&|(\n])[ \t]*sed[ \t]+-i\S*[ \t]+(?:''[ \t]+)?(?:-e[ \t]+)?{_QUOTED}[ \t]+{_TARGET}"
)
_SED_TEXT = re.compile(r"\A[^\n]*?(?:[\d$/}])[ \t]*[aic](?:\\\n?|[ \t]+)(?P<text>.*)", re.DOTALL)
_JOIN = re.compile(r"\s*[/,]\s*")
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
            lines = [line for one, _ in literals if "\n" in one for line in text_lines(one)]
            paths = dict.fromkeys(path for _, path in literals if _PATH.fullmatch(path))
            found += [
                ProgramWrite(shell.absolute(path, place), lines)
                for path in list(paths)[:_MAX_FILES]
                if lines
            ]
    return found + list(_shell_writes(command, directory))


def _shell_writes(command: str, directory: str | None) -> Iterator[ProgramWrite]:
    """The texts that `echo` and `printf` redirect to a file and that `sed -i` inserts."""
    for found in (*_ECHO.finditer(command), *_SED.finditer(command)):
        text = found["text"][1:-1]
        if found.re is _SED:
            inserted = _SED_TEXT.match(text)
            text = inserted["text"] if inserted else ""
        place = shell.directory_at(command[: found.start() + 1], directory)
        lines = text_lines(_ESCAPE.sub(_unescaped, text))
        if lines:
            yield ProgramWrite(shell.absolute(found["path"], place), lines)


def _literals(text: str) -> Iterator[tuple[str, str]]:
    """(literal, the path that it is the end of) by `"src" / "f.py"` and `join("src", "f.py")`."""
    path, end = "", -1
    for token in _LITERAL.finditer(text):
        body = next((token[name] for name in "abcde" if token[name] is not None), None)
        if body is not None:
            value = body if token["raw"] else _ESCAPE.sub(_unescaped, body)
            is_joined = end >= 0 and _JOIN.fullmatch(text, end, token.start())
            path = f"{path}/{value}" if is_joined and "\n" not in path else value
            end = token.end()
            yield value, path


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    if code in "'\"\\`" or code in _SIMPLE:
        return _SIMPLE.get(code, code)
    return match[0]

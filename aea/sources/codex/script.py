"""Code mode: shell commands and patches that are string literals of a short JavaScript program."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|"((?:[^"\\\n]|\\.)*)"'
    r"|'((?:[^'\\\n]|\\.)*)'"
    r"|`((?:[^`\\]|\\.)*)`",
    re.DOTALL,
)
_KEY = re.compile(r"(\w+)[\"']?\s*[:=]\s*(?:String\.raw)?\s*\Z")
_RAW = re.compile(r"String\.raw\s*\Z")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.DOTALL)
_HOLE = re.compile(r"(?<!\\)(?:\\\\)*\$\{")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_COMMAND_KEYS = frozenset({"cmd", "command"})
_KEY_REACH = 60


class Literal(NamedTuple):
    """One string of a program and the name that it is assigned to."""

    key: str
    text: str
    start: int


class ScriptWrites(NamedTuple):
    """The possible writes of a program: (command, working directory) pairs and patch texts."""

    commands: list[tuple[str, str | None]]
    patches: list[str]


def script_writes(program: str) -> ScriptWrites:
    """The commands and patches of a program, except those composed at run time."""
    literals = list(_literals(program))
    commands = [
        (literal.text, _directory(program, literals, literal))
        for literal in literals
        if literal.key in _COMMAND_KEYS
    ]
    return ScriptWrites(commands, _patches(literals))


def _literals(program: str) -> list[Literal]:
    found = []
    for token in _TOKEN.finditer(program):
        kind = token.lastindex
        if kind is None or (kind == 3 and _HOLE.search(token[3])):
            continue
        before = program[max(0, token.start() - _KEY_REACH) : token.start()]
        text = token[kind] if _RAW.search(before) else _unescape(token[kind])
        key = _KEY.search(before)
        found.append(Literal(key[1] if key else "", text, token.start()))
    return found


def _unescape(body: str) -> str:
    return _ESCAPE.sub(_unescaped, body) if "\\" in body else body


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number <= 0x10FFFF else ""
    if code[-1] == "\n":
        return ""
    return _SIMPLE.get(code, code)


def _directory(program: str, literals: list[Literal], command: Literal) -> str | None:
    """The `workdir` given to the same tool call as a command."""
    first = program.rfind("tools.", 0, command.start)
    last = program.find("tools.", command.start + len(command.text))
    for literal in literals:
        is_same_call = first < literal.start and (last < 0 or literal.start < last)
        if literal.key == "workdir" and is_same_call:
            return literal.text
    return None


def _patches(literals: list[Literal]) -> list[str]:
    """Patch texts, written as one string or as a joined list of lines."""
    found: list[str] = []
    joining: list[str] | None = None
    for literal in literals:
        text = literal.text
        if text.strip() == "*** Begin Patch":
            joining = []
        elif joining is None and text.lstrip().startswith("*** Begin Patch\n"):
            found.append(text.lstrip())
        if joining is not None:
            joining.append(text)
            if text.strip() == "*** End Patch":
                found.append("\n".join(joining))
                joining = None
    return found

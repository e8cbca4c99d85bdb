"""The files that a shell command may write by a program, a stream editor or a patch, with the lines of its texts.

A program writes if it calls a function that writes (`_WRITES`). It may write each file that a literal names as a path
with a suffix. Python, Node, Perl, Ruby and PowerShell are read. A command that only reads gives nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import text_lines
from aea.sources import shell
from aea.sources.editors import running, text_writes
from aea.sources.escapes import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.sources.editors import Running

# The recorded text of every command that `program_writes` may find something in has one of these.
SIGNS = tuple(
    b"-c -e -r -Command echo printf sed awk patch apply perl Content Out-File New-Item WriteAll "
    b"AppendAll -pe -pi -ie tee".split()
)
MAX_COMMAND = 200_000  # characters; a longer command is not read
_MAX_FILES = 20
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_INTERPRETER = re.compile(
    r"(?:python|node|perl|ruby|deno|bun|tsx|php|pypy|bash|sh|zsh|dash|ksh|pwsh|powershell)[\d.]*(?:\.exe)?"
)
_INLINE = re.compile(r"-\w*[cer]|-p[ie]*e|--eval|--command|-[cC]ommand|eval")
_WRITES = re.compile(
    r"\.write_(?:text|bytes)\(|\.write(?:lines)?\(|writeFile|appendFile|File\.(?:write|open)|writeTextFile"
    r"|Bun\.write|file_put_contents|\bprint\s*\{?\$\w+|open\([^)\n]*['\"][+>]"
)
_CMDLETS = re.compile(
    r"\b(?:Set-Content|Add-Content|Out-File|New-Item|WriteAll(?:Text|Lines|Bytes)|AppendAll\w+)\b",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\s*[/,]\s*")
_LITERAL = re.compile(
    r"\\.|#[^\n]*|(?P<prefix>\b[a-zA-Z]{1,2})?(?:'''(?P<a>.*?)'''|\"\"\"(?P<b>.*?)\"\"\""
    r"|'(?P<c>(?:\\.|[^'\\\n])*)'|\"(?P<d>(?:\\.|[^\"\\\n])*)\"|`(?P<e>(?:\\.|[^`\\])*)`)",
    re.DOTALL,
)
_POWERSHELL = re.compile(
    r"`.|@'\r?\n(?P<a>.*?)\r?\n'@|@\"\r?\n(?P<b>.*?)\r?\n\"@|'(?P<c>(?:''|[^'])*)'|\"(?P<d>(?:`.|\"\"|[^\"`])*)\"",
    re.DOTALL,
)
_BARE_PATH = re.compile(r"(?<!\S)[\w./\\:~-]*[\w-]\.\w{1,10}(?![^\s;|)])")
_TICKED = re.compile(r"`(.)")
_TICKS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_ASIDE = re.compile(
    r"\b(?:print|console\.\w+|puts|warn|open|Path|exit|encoding|assert\b[^\n]*|\w*Error|require|import|from|in"
    r"|replace(?:All)?|g?sub!?|index|find|count|split|startswith|endswith)\s*[(=]?\s*$"
)
_MODE = re.compile(r"[rwax][bt]?\+?|\+?[<>]{1,2}|utf-?8", re.IGNORECASE)
_ASIDE_LENGTH = 80  # characters before a literal that tell what it is for
_OPENED = re.compile(
    r"(?:\b(?:open|Path|writeFile(?:Sync)?|appendFile(?:Sync)?|File\.write)\s*\(\s*)$"
)
_PLAIN = re.compile(r"[\w./-]+")
_PATH = re.compile(r"[\w@~./\\: -]*[\w-]\.\w{1,10}")


class ProgramWrite(NamedTuple):
    """One file that a command may write, and the lines of its texts."""

    path: str
    lines: list[bytes]


class _Literal(NamedTuple):
    text: str
    path: (
        str  # of a file that it may name, after what it is joined to by `"src" / "f.py"`; "": none
    )
    is_aside: bool  # on one line, and not what is written: printed, searched for, opened


def program_writes(command: str, directory: str | None) -> list[ProgramWrite]:
    """The files that a command may write. Relative paths are below `directory`."""
    if len(command) > MAX_COMMAND:
        return []
    found: list[ProgramWrite] = []
    for run in running(command, directory):
        found += _run(run)
    if not found and (cmdlet := _CMDLETS.search(command)):
        place = shell.directory_at(command[: cmdlet.start()], directory)
        found += _of_literals(list(_powershell(command)), place)
    for write in text_writes(command, directory):
        found.append(ProgramWrite(shell.absolute(write.path, write.directory), write.lines))
    return found


def _run(run: Running) -> Iterator[ProgramWrite]:
    """What a program given to an interpreter may write: inline, as its input, or a file just written."""
    words = run.simple.words
    names = [word.rsplit("/", 1)[-1] for word in words]
    at = next((at for at, word in enumerate(names) if _INTERPRETER.fullmatch(word)), None)
    if at is None:
        return
    read = _of_program if names[at] not in _SHELLS else program_writes
    inline = [text for option, text in pairwise(words[at + 1 :]) if _INLINE.fullmatch(option)]
    stored = [run.files[word] for word in words[at + 1 :] if word in run.files]
    for text in [*inline, *stored, run.given or ""]:
        yield from read(text, run.directory)


def _of_program(text: str, place: str | None) -> list[ProgramWrite]:
    """The files that the literals of one program name, if it writes."""
    if _CMDLETS.search(text):
        return _of_literals(list(_powershell(text)), place)
    return _of_literals(list(_literals(text)), place) if _WRITES.search(text) else []


def _of_literals(literals: list[_Literal], place: str | None) -> list[ProgramWrite]:
    paths = dict.fromkeys(one.path for one in literals if one.path)
    texts = [one.text for one in literals if not one.is_aside and not one.path]
    lines = [line for text in texts for line in text_lines(text)]
    return [
        ProgramWrite(shell.absolute(path, place), lines)
        for path in list(paths)[:_MAX_FILES]
        if lines
    ]


def _literals(text: str) -> Iterator[_Literal]:
    path, end = "", -1
    for token in _LITERAL.finditer(text):
        body = next((token[name] for name in "abcde" if token[name] is not None), None)
        if body is not None:
            value = _value(body, (token["prefix"] or "").lower())
            is_joined = end >= 0 and _JOIN.fullmatch(text, end, token.start())
            path = f"{path}/{value}" if is_joined and "\n" not in path else value
            end = token.end()
            before = text[max(0, token.start() - _ASIDE_LENGTH) : token.start()]
            is_read = _ASIDE.search(before) or _MODE.fullmatch(value)
            is_aside = "\n" not in value and bool(is_read)
            is_path = _PATH.fullmatch(path) or (_OPENED.search(before) and _PLAIN.fullmatch(path))
            yield _Literal(value, path if is_path else "", is_aside)


def _value(body: str, prefix: str) -> str:
    value = body if "r" in prefix else unescaped(body)
    return value.replace("{{", "{").replace("}}", "}") if "f" in prefix else value


def _powershell(text: str) -> Iterator[_Literal]:
    """The here-strings, strings and bare paths of a PowerShell command."""
    for path in _BARE_PATH.findall(_POWERSHELL.sub("''", text)):
        yield _Literal("", path, is_aside=True)
    for token in (one for one in _POWERSHELL.finditer(text) if one.lastgroup):
        value = token["a"] if token["a"] is not None else (token["c"] or "").replace("''", "'")
        ticked = token["b"] if token["b"] is not None else token["d"]
        if ticked is not None:
            value = _TICKED.sub(lambda found: _TICKS.get(found[1], found[1]), ticked)
            value = value if token["b"] is not None else value.replace('""', '"')
        yield _Literal(value, value if _PATH.fullmatch(value) else "", is_aside=False)

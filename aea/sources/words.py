"""The simple commands of a shell command: unquoted words, redirects, and the text that each reads.

Quotes may span lines. Nothing is expanded: a word with a variable keeps its `$`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aea.sources.escapes import unescaped

_QUOTED = r"\$'(?:\\.|[^'\\])*'|'[^']*'|\"(?:\\.|[^\"\\])*\""
_TOKEN = re.compile(
    r"(?P<blank>[ \t]+|\\\n|(?<![^\s;&|(])\#[^\n]*)"
    r"|<<(?!<)-?[ \t]*(?P<mark>'[^'\n]+'|\"[^\"\n]+\"|\\?[A-Za-z_][\w.-]*)"
    r"|(?P<redirect>[0-9]*(?:>>|>\||>&|<&|<<<|<>|>|<)|&>>?)"
    r"|(?P<operator>\n|&&|\|\||\|&?|[;&()])"
    rf"|(?P<word>(?:{_QUOTED}|\\.|[^\s;&|<>()'\"\\])+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_PIECE = re.compile(
    r"\$'(?P<ansi>(?:\\.|[^'\\])*)'|'(?P<single>[^']*)'|\"(?P<double>(?:\\.|[^\"\\])*)\""
    r"|\\(?P<escaped>.)|(?P<bare>[^'\"\\]+)",
    re.DOTALL,
)
_IN_DOUBLE_QUOTES = re.compile(r"\\([$`\"\\\n])")
_IN_HEREDOC = re.compile(r"\\([$`\\])")
_OUT = frozenset({">", ">>", ">|", "1>", "1>>", "1>|", "&>", "&>>"})
_BEFORE = frozenset({"sudo", "command", "env", "time", "nohup", "then", "do", "else", "{", "!"})
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


class Simple:
    """One simple command."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.written: list[str] = []  # files that its output goes to
        self.given: str | None = None  # a here-document or here-string
        self.is_document = False  # `given` is a here-document
        self.is_piped = False  # its output goes to the next command
        self.opens_group = False  # it comes after `(`

    def program(self) -> list[str]:
        """The words from the program's name on, without its directory."""
        words = self.words
        while words and (words[0] in _BEFORE or _ASSIGNED.fullmatch(words[0])):
            words = words[1:]
        return [words[0].rsplit("/", 1)[-1], *words[1:]] if words else []


class _Mark(NamedTuple):
    word: str
    is_literal: bool
    strips_tabs: bool
    command: Simple


def simple_commands(command: str) -> list[Simple]:
    """The simple commands, in order, each with its here-document."""
    current, at, redirect = Simple(), 0, ""
    found = [current]
    marks: list[_Mark] = []
    while at < len(command) and (token := _TOKEN.match(command, at)):
        at = token.end()
        if token["mark"]:
            word = token["mark"].strip("'\"\\")
            is_literal = word != token["mark"]
            marks.append(_Mark(word, is_literal, token[0].startswith("<<-"), current))
        elif token["operator"]:
            if token["operator"] == "\n":
                at = _read_bodies(command, at, marks)
            current.is_piped = token["operator"] in ("|", "|&")
            current = Simple()
            current.opens_group = token["operator"] == "("
            found.append(current)
        elif token["word"]:
            _take_word(current, redirect, unquoted(token["word"]))
        redirect = redirect if token["blank"] else token["redirect"] or ""
    return found


def _take_word(command: Simple, redirect: str, word: str) -> None:
    if redirect == "<<<":
        command.given = word
    elif redirect in _OUT:
        command.written.append(word)
    elif not redirect:
        command.words.append(word)


def _read_bodies(command: str, at: int, marks: list[_Mark]) -> int:
    """Give each command its here-document. Returns where the last one ends."""
    while marks:
        mark = marks.pop(0)
        body: list[str] = []
        while at < len(command):
            end = command.find("\n", at) + 1 or len(command)
            line, at = command[at:end].rstrip("\n"), end
            line = line.lstrip("\t") if mark.strips_tabs else line
            if line == mark.word:
                break
            body.append(line + "\n")
        mark.command.is_document = True
        text = "".join(body)
        mark.command.given = text if mark.is_literal else _IN_HEREDOC.sub(r"\1", text)
    return at


def unquoted(word: str) -> str:
    """A word without its quotes; `$'...'` with its escapes undone."""
    text = ""
    for piece in _PIECE.finditer(word):
        if piece["ansi"] is not None:
            text += unescaped(piece["ansi"])
        elif piece["double"] is not None:
            text += _IN_DOUBLE_QUOTES.sub(
                lambda found: "" if found[1] == "\n" else found[1], piece["double"]
            )
        else:
            text += piece["single"] or piece["escaped"] or piece["bare"] or ""
    return text

"""The writes in the text of a shell command: here-documents redirected to a file, and patches.

Writes that only the shell can resolve are left out: paths with a variable, a command substitution or a pattern, and
here-documents without an end.
"""

from __future__ import annotations

import re
from posixpath import join
from typing import TYPE_CHECKING, NamedTuple

from aea.spelling import is_absolute, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = r"(?:'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"|\\.|[^\s;&|<>()'\"\\])+"
_TOKEN = re.compile(
    r"(?P<string><<<)"
    r"|<<(?P<dash>-?)[ \t]*(?:(?P<quote>['\"])(?P<end>[^'\"\n]+)(?P=quote)"
    r"|(?P<bare>\\?[A-Za-z_][\w.-]*))"
    r"|(?P<redirect>[0-9]*(?:>>|>\||>&|<&|<>|>|<)|&>>?)"
    r"|(?P<operator>&&|\|\||\|&?|[;&()])"
    rf"|(?P<word>{_WORD})"
    r"|(?P<other>\S)"
)
_PIECE = re.compile(r"'(?P<single>[^']*)'|\"(?P<double>(?:\\.|[^\"\\])*)\"|(?P<bare>[^'\"]+)")
_CD = re.compile(rf"(?:^|[;&|(\n])\s*cd[ \t]+(?P<path>{_WORD})\s*(?=&&|\|\||;|\n)")
_QUOTED_PATCH = re.compile(
    r"(?<![\w./-])apply_?patch[ \t]+(?P<quote>['\"])"
    r"(?P<text>\*\*\* Begin Patch\n.*?\*\*\* End Patch\n?)(?P=quote)",
    re.DOTALL,
)
_IN_DOUBLE_QUOTES = re.compile(r"\\([$`\"\\])")
_IN_HEREDOC = re.compile(r"\\([$`\\])")
_INTERPRETER = re.compile(r"(?:.*/)?(?:python[\d.]*|node|perl|ruby)")
_INLINE = re.compile(
    r"(?<![\w-])(?:python[\d.]*|node|perl|ruby)[ \t]+(?:-\w+[ \t]+)*?-[ce][ \t]+"
    r"(?P<word>'[^']*'(?:\\''[^']*')*|\"(?:\\.|[^\"\\])*\")",
    re.DOTALL,
)
_STDOUT = frozenset({">", ">>", ">|", "1>", "1>>", "1>|", "&>", "&>>"})
_PATCHES = frozenset({"apply_patch", "applypatch"})
_APPENDS = frozenset({"-a", "--append"})


class HeredocWrite(NamedTuple):
    """A here-document written to one file."""

    path: str
    body: str
    is_append: bool


class _Mark(NamedTuple):
    """`<<EOF`: the end of a here-document, and how the shell treats its text."""

    word: str
    strips_tabs: bool
    is_literal: bool


class _Command(NamedTuple):
    """One simple command of a line."""

    start: int
    words: list[str]
    redirects: list[tuple[str, str]]  # operator, target
    marks: list[_Mark]
    next_operator: list[str]  # at most one


class _Heredoc(NamedTuple):
    """A here-document, the command that reads it, and the command that reads its output."""

    command: _Command
    piped_to: _Command | None
    body: str
    directory: str | None


class _Patch(NamedTuple):
    """A patch given as an argument."""

    text: str
    directory: str | None


def absolute(path: str, directory: str | None) -> str:
    """The normalised path, without quotes or `file://`. Relative paths are below `directory`, if known."""
    path = path.strip()
    if len(path) > 1 and path[0] == path[-1] and path[0] in "'\"":
        path = path[1:-1]
    path = normalised(path)
    if path and directory and not is_absolute(path):
        path = normalised(join(normalised(directory), path))
    return path


def heredoc_writes(command: str, directory: str | None) -> list[HeredocWrite]:
    """The files that `cat > f <<EOF`, `tee f <<EOF` and `cat <<EOF | tee f` write."""
    return [
        write
        for piece in _pieces(command, directory)
        if isinstance(piece, _Heredoc)
        for write in _writes(piece)
    ]


def apply_patch_bodies(command: str, directory: str | None) -> list[tuple[str, str | None]]:
    """(patch, its working directory) of `apply_patch <<EOF` and `apply_patch '...'`."""
    found: list[tuple[str, str | None]] = []
    for piece in _pieces(command, directory):
        if isinstance(piece, _Patch):
            found.append((piece.text, piece.directory))
        elif piece.command.words[:1] and piece.command.words[0] in _PATCHES:
            found.append((piece.body, piece.directory))
    return found


def programs(command: str, directory: str | None) -> list[tuple[str, str | None]]:
    """(program, its working directory) of `python3 - <<EOF`, `node -e '...'` and the like."""
    found = [
        (piece.body, piece.directory)
        for piece in _pieces(command, directory)
        if isinstance(piece, _Heredoc)
        and piece.command.words
        and _INTERPRETER.fullmatch(piece.command.words[0])
    ]
    for inline in _INLINE.finditer(command):
        here = directory_at(command[: inline.start()], directory)
        found.append((_inline_text(inline["word"]), here))
    return found


def _inline_text(word: str) -> str:
    if word.startswith('"'):
        return _IN_DOUBLE_QUOTES.sub(r"\1", word[1:-1])
    return word.replace("'\\''", "\0")[1:-1].replace("\0", "'")


def _pieces(command: str, directory: str | None) -> Iterator[_Heredoc | _Patch]:
    """The here-documents and quoted patches of a command, in order. They do not nest."""
    read = ""  # the command so far, without the bodies
    at = 0
    while at < len(command):
        line_end = command.find("\n", at) + 1 or len(command)
        quoted = _QUOTED_PATCH.search(command, at) if "Begin Patch" in command else None
        if quoted and quoted.start() < line_end:
            read += command[at : quoted.start()]
            yield _Patch(_unquoted_patch(quoted), directory_at(read, directory))
            at = quoted.end()
            continue
        line, at = command[at:line_end], line_end
        commands = _commands(line) if "<<" in line else []
        for number, simple in enumerate(commands):
            here = directory_at(read + line[: simple.start], directory)
            for mark in simple.marks:
                found = _body(command, at, mark)
                if found is None:
                    return
                body, at = found
                piped = commands[number + 1] if simple.next_operator == ["|"] else None
                yield _Heredoc(simple, piped, body, here)
        read += line


def _unquoted_patch(quoted: re.Match[str]) -> str:
    if quoted["quote"] == '"':
        return _IN_DOUBLE_QUOTES.sub(r"\1", quoted["text"])
    return quoted["text"].replace("'\\''", "'")


def _commands(line: str) -> list[_Command]:
    """The simple commands of a line."""
    found = [_Command(0, [], [], [], [])]
    redirect = None
    for token in _TOKEN.finditer(line):
        current = found[-1]
        if token["operator"]:
            current.next_operator.append(token["operator"])
            found.append(_Command(token.end(), [], [], [], []))
        elif token["end"] or token["bare"]:
            bare = token["bare"] or ""
            word = token["end"] or bare.removeprefix("\\")
            is_literal = not bare or bare.startswith("\\")
            current.marks.append(_Mark(word, bool(token["dash"]), is_literal))
        elif token["word"] and redirect is not None:
            current.redirects.append((redirect, token["word"]))
        elif token["word"]:
            current.words.append(token["word"])
        redirect = token["redirect"] or ("<<<" if token["string"] else None)
    return found


def _body(command: str, start: int, mark: _Mark) -> tuple[str, int] | None:
    """(text, start of the line after its end) of a here-document; None if it has no end."""
    lines: list[str] = []
    at = start
    while at < len(command):
        line_end = command.find("\n", at)
        is_last = line_end < 0
        line = command[at:] if is_last else command[at:line_end]
        at = len(command) if is_last else line_end + 1
        line = line.lstrip("\t") if mark.strips_tabs else line
        # In `"$(cat <<EOF ... EOF)"` the end mark is followed by the closing characters.
        if line == mark.word or (is_last and line.rstrip("'\") \t") == mark.word):
            text = "".join(lines)
            return (text if mark.is_literal else _IN_HEREDOC.sub(r"\1", text)), at
        lines.append(line + "\n")
    return None


def directory_at(read: str, directory: str | None) -> str | None:
    """The directory after each `cd` so far; None if only the shell knows it."""
    for step in _CD.finditer(read):
        path = _known(step["path"])
        if path is None or path.startswith("-"):
            return None
        directory = absolute(path, directory)
    return directory


def _writes(piece: _Heredoc) -> list[HeredocWrite]:
    command = piece.command
    words = _without_sudo(command.words)
    if words in (["cat"], ["cat", "-"]):
        targets = [(op, path) for op, path in command.redirects if op in _STDOUT]
        if targets:
            return _to_files([targets[-1][1]], piece, is_append=targets[-1][0].endswith(">>"))
        words = _without_sudo(piece.piped_to.words) if piece.piped_to else []
    if words[:1] != ["tee"]:
        return []
    files = [word for word in words[1:] if not word.startswith("-")]
    return _to_files(files, piece, is_append=not _APPENDS.isdisjoint(words))


def _without_sudo(words: list[str]) -> list[str]:
    return words[1:] if words[:1] == ["sudo"] else words


def _to_files(words: list[str], piece: _Heredoc, *, is_append: bool) -> list[HeredocWrite]:
    return [
        HeredocWrite(absolute(path, piece.directory), piece.body, is_append)
        for word in words
        if (path := _known(word)) and not path.startswith("/dev/")
    ]


def _known(word: str) -> str | None:
    """The text of a shell word; None if only the shell can resolve it."""
    text = ""
    if word.startswith("~"):
        return None
    for piece in _PIECE.finditer(word):
        bare, double = piece["bare"], piece["double"]
        if bare is not None and re.search(r"[$`*?\[\]{}\\]", bare):
            return None
        if double is not None and re.search(r"(?<!\\)[$`]", double):
            return None
        if double is not None:
            double = _IN_DOUBLE_QUOTES.sub(r"\1", double)
        text += bare or double or piece["single"] or ""
    return text

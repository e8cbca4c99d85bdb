"""What a shell command writes by itself: here-documents sent to a file, and patches it applies.

Only what can be known from the text: a path with a variable, a command substitution or a pattern is left
out, and so is a here-document that does not end.
"""

from __future__ import annotations

import re
from posixpath import join, normpath
from typing import NamedTuple
from urllib.parse import unquote

_MARK = re.compile(r"<<(?P<dash>-?)\s*(?P<quote>['\"]?)(?P<word>[A-Za-z_][\w.-]*)(?P=quote)")
_PATH = r"(?P<path>'[^'\n]*'|\"[^\"\n]*\"|[^\s;&|<>()]+)"
_REDIRECT = re.compile(r"(?<![0-9&>])(?P<mode>>>|>\|?)\s*" + _PATH)
_TEE = re.compile(r"(?:^|[\s;&|(])tee\s+(?P<append>-a\s+|--append\s+)?" + _PATH)
_CAT = re.compile(r"(?:^|[\s;&|(])cat\b")
_PATCHES = re.compile(r"(?:^|[\s;&|(])apply_?patch\b")
_CD = re.compile(r"(?:^|[;&(\n]|&&)\s*cd\s+" + _PATH + r"\s*(?:&&|;|\n)")
_UNKNOWABLE = re.compile(r"[$`*?{}\[\]]")
_QUOTED_PATCH = re.compile(
    r"apply_?patch\s+(?P<quote>['\"])(?P<text>\*\*\* Begin Patch\n.*?\*\*\* End Patch\n?)(?P=quote)",
    re.DOTALL,
)
_FILE_URL = re.compile(r"file://(?:localhost)?(?=/)")
_DRIVE = re.compile(r"[A-Za-z]:/")


class HeredocWrite(NamedTuple):
    """A here-document written to one file."""

    path: str
    body: str
    is_append: bool


def absolute(path: str, directory: str | None) -> str:
    """The path without `.`, `..`, quotes and URL form; relative ones are below `directory`, if known."""
    path = path.strip()
    if len(path) > 1 and path[0] == path[-1] and path[0] in "'\"":
        path = path[1:-1]
    found = _FILE_URL.match(path)
    if found:
        path = unquote(path[found.end() :])
        path = path[1:] if _DRIVE.match(path[1:]) else path
    if "\\" in path and "/" not in path:
        path = path.replace("\\", "/")
    if not path.startswith("/") and not _DRIVE.match(path) and directory:
        path = join(directory.replace("\\", "/") if "/" not in directory else directory, path)
    return normpath(path) if path else path


def heredoc_writes(command: str, directory: str | None) -> list[HeredocWrite]:
    """The files that `cat > f <<EOF` and `tee f <<EOF` write."""
    return [
        write
        for head, body, place in _heredocs(command, directory)
        if (write := _write(head, body, place)) is not None
    ]


def apply_patch_bodies(command: str, directory: str | None) -> list[tuple[str, str | None]]:
    """(patch, directory it is applied in) of `apply_patch <<EOF` and `apply_patch '...'`."""
    found: list[tuple[str, str | None]] = [
        (body, place)
        for head, body, place in _heredocs(command, directory)
        if _PATCHES.search(head)
    ]
    found.extend(
        (quoted["text"], _directory_at(command[: quoted.start()], directory))
        for quoted in _QUOTED_PATCH.finditer(command)
    )
    return found


def _heredocs(command: str, directory: str | None) -> list[tuple[str, str, str | None]]:
    """(line that opens it, body, directory at that place) of each here-document that ends."""
    if "<<" not in command:
        return []
    lines = command.split("\n")
    found: list[tuple[str, str, str | None]] = []
    number, before = 0, 0
    while number < len(lines):
        mark = _MARK.search(lines[number])
        if mark is None:
            number += 1
            continue
        end = _end(lines, number + 1, mark["word"], bool(mark["dash"]))
        if end is None:
            return found
        body = "".join(_body(lines[number + 1 : end], bool(mark["dash"])))
        said = "\n".join(lines[before : number + 1])
        found.append((lines[number], body, _directory_at(said, directory)))
        number = end + 1
    return found


def _end(lines: list[str], start: int, word: str, strip_tabs: bool) -> int | None:
    for number in range(start, len(lines)):
        line = lines[number].lstrip("\t") if strip_tabs else lines[number]
        if line == word or (
            number == len(lines) - 1 and re.fullmatch(re.escape(word) + r"['\"\s)]*", line)
        ):
            return number
    return None


def _body(lines: list[str], strip_tabs: bool) -> list[str]:
    return [(line.lstrip("\t") if strip_tabs else line) + "\n" for line in lines]


def _directory_at(said: str, directory: str | None) -> str | None:
    """The directory after every `cd` so far; None when one cannot be known."""
    for step in _CD.finditer(said):
        path = step["path"]
        if _UNKNOWABLE.search(path) or path.startswith(("~", "-")):
            return None
        directory = absolute(path, directory)
    return directory


def _write(head: str, body: str, directory: str | None) -> HeredocWrite | None:
    tee = _TEE.search(head)
    target = tee or (_REDIRECT.search(head) if _CAT.search(head) else None)
    if target is None or _PATCHES.search(head):
        return None
    path = target["path"]
    if _UNKNOWABLE.search(path) or path.startswith(("~", "/dev/", "&")):
        return None
    is_append = bool(tee["append"]) if tee else target["mode"] == ">>"
    return HeredocWrite(absolute(path, directory), body, is_append)

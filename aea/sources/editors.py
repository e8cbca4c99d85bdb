"""The texts that a command writes without a program of its own: `echo`, `printf`, `sed`, `awk`, `perl -pi`, `ed`, `patch`.

A text is only what may have been written. Nothing is run or searched: of `s/old/new/` it is `new`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import text_lines
from aea.sources.escapes import unescaped
from aea.sources.words import Simple, simple_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INSERTED = re.compile(
    r"(?:^|[;{\n])[ \t]*(?:[0-9$,]+|/(?:\\.|[^/\\\n])*/)?[ \t]*[aic](?:\\\n|\\|[ \t]+)(?P<text>.*)",
    re.DOTALL,
)
_SUBSTITUTION = re.compile(r"(?<![\w\\])s(?P<mark>[^\w\s\\;=])")
_CLOSING = {"{": "}", "(": ")", "[": "]", "<": ">"}
_PRINTED = re.compile(r'"((?:\\.|[^"\\])*)"')
_PRINTED_TO = re.compile(r'>>?\s*"((?:\\.|[^"\\])*)"')
_FORMAT = re.compile(r"%%|%[-\d.]*[sbdq]")
_ED_TEXT = re.compile(r"^[^\n]{0,200}?[aic]\n(?P<text>.*?)^\.$", re.DOTALL | re.MULTILINE)
_NEW_FILE = re.compile(r"^\+\+\+ (?P<path>[^\t\n]+)", re.MULTILINE)
_VALUED = frozenset({"-e", "-f", "-F", "-v", "-l", "--expression", "--file"})


class TextWrite(NamedTuple):
    """Lines that a command may have written to a file; the path as it was typed."""

    path: str
    lines: list[bytes]
    start: int  # where the command begins


def text_writes(command: str) -> Iterator[TextWrite]:
    """The texts of all simple commands. What was written to a file that is moved was written to the new name."""
    piped: str | None = None
    made: dict[str, TextWrite] = {}
    for simple in simple_commands(command):
        words = simple.program()
        given = simple.given if simple.given is not None else piped
        for write in _writes(simple, words, given):
            made[write.path] = write
            yield write
        if words[:1] in (["mv"], ["cp"]) and len(words) > 2 and words[-2] in made:
            yield made[words[-2]]._replace(path=words[-1])
        piped = _output(words, given) if simple.is_piped else None


def _writes(simple: Simple, words: list[str], given: str | None) -> Iterator[TextWrite]:
    name = words[0] if words else ""
    if name in ("patch", "git") and given:
        yield from _patched(words, given, simple.start)
    elif name in ("ed", "ex", "red") and given and len(words) > 1:
        texts = [found["text"] for found in _ED_TEXT.finditer(given)]
        yield from _to([words[-1]], texts, simple.start)
    elif name == "tee":
        files = [word for word in words[1:] if not word.startswith("-")]
        yield from _to(files, [given or ""] if simple.given is None else [], simple.start)
    elif name in _EDITORS:
        texts, files = _EDITORS[name](words[1:])
        yield from _to([*files, *simple.written], texts, simple.start)
    elif name in ("echo", "printf"):
        yield from _to(simple.written, [_output(words, None) or ""], simple.start)


def _to(files: list[str], texts: list[str], start: int) -> Iterator[TextWrite]:
    lines = [line for text in texts for line in text_lines(text)]
    for path in files if lines else ():
        if path and not path.startswith(("/dev/", "&")) and "$" not in path:
            yield TextWrite(path, lines, start)


def _output(words: list[str], given: str | None) -> str | None:
    """What `cat`, `echo` and `printf` print."""
    if words[:1] == ["printf"] and len(words) > 1:
        return _formatted(words[2:] if words[1] == "--" else words[1:])
    if words[:1] == ["echo"]:
        rest = words[1:]
        while rest and re.fullmatch(r"-[neE]+", rest[0]):
            rest = rest[1:]
        return unescaped(" ".join(rest))
    return given if words[:1] == ["cat"] else None


def _formatted(words: list[str]) -> str:
    """The output of `printf FORMAT WORD...`: the format again until no word is left."""
    form, values = unescaped(words[0]), words[1:]
    count = len([one for one in _FORMAT.findall(form) if one != "%%"])
    if not count or not values:
        return form.replace("%%", "%")
    text = ""
    while values:
        text += _filled(form, iter(values))
        values = values[count:]
    return text


def _filled(form: str, values: Iterator[str]) -> str:
    return _FORMAT.sub(lambda one: "%" if one[0] == "%%" else next(values, ""), form)


def _asked(words: list[str]) -> tuple[list[str], list[str], str]:
    """(scripts of `-e`, other words, the letters of short options)."""
    scripts, others, letters = list[str](), list[str](), ""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.startswith("--"):
            letters += "i" if word.startswith("--in-place") else ""
            if word.startswith("--expression="):
                scripts.append(word.partition("=")[2])
        elif word.startswith("-") and len(word) > 1 and not others:
            letters += word[1:]
            if word in _VALUED or (word[-1] == "e" and not word.startswith("-i")):
                scripts += words[at : at + 1] if word[-1] in "en" else []
                at += 1
        else:
            others.append(word)
    return scripts, others, letters


def _sed(words: list[str]) -> tuple[list[str], list[str]]:
    scripts, others, letters = _asked(words)
    if others[:1] == [""] or (others and re.fullmatch(r"\.\w+", others[0])):
        others = others[1:]  # `-i ''` of BSD
    if not scripts:
        scripts, others = others[:1], others[1:]
    texts = [text for script in scripts for text in (*_inserted(script), *_substitutes(script))]
    return texts, others if "i" in letters else []


def _inserted(script: str) -> Iterator[str]:
    """The text after `a`, `i` or `c`, with whatever follows it."""
    for found in _INSERTED.finditer(script):
        yield unescaped(found["text"].replace("\\\n", "\n"))


def _substitutes(script: str) -> Iterator[str]:
    """The replacements of `s/old/new/`, with any marks."""
    for found in _SUBSTITUTION.finditer(script):
        mark = found["mark"]
        close = _CLOSING.get(mark, mark)
        start = _skip(script, found.end(), close)
        if mark in _CLOSING:
            start = script.find(mark, start) + 1
        end = _skip(script, start, close)
        if 0 < start < end:
            text = script[start : end - 1].replace("\\" + close, close).replace("\\&", "&")
            yield unescaped(text.replace("\\\n", "\n"))


def _skip(text: str, at: int, close: str) -> int:
    """The position after the next `close` that is not escaped; 0 without one."""
    while 0 <= at < len(text):
        if text[at] == close:
            return at + 1
        at += 2 if text[at] == "\\" else 1
    return 0


def _perl(words: list[str]) -> tuple[list[str], list[str]]:
    scripts, others, letters = _asked(words)
    if "i" not in letters:
        return [], []
    return [text for script in scripts for text in _substitutes(script)], others


def _awk(words: list[str]) -> tuple[list[str], list[str]]:
    _, others, _ = _asked(words)
    is_in_place = "inplace" in others[:1]
    program, files = others[is_in_place : 1 + is_in_place], others[1 + is_in_place :]
    texts = [unescaped(one) for text in program for one in _PRINTED.findall(text)]
    targets = [unescaped(one) for text in program for one in _PRINTED_TO.findall(text)]
    written = [*targets, *(files if is_in_place else [])]
    return [text for text in texts if text not in targets], written


def _patched(words: list[str], given: str, start: int) -> Iterator[TextWrite]:
    """The added lines of a patch that `patch` or `git apply` reads."""
    if words[0] == "git" and not {"apply", "am"} & set(words):
        return
    levels = [word[2:] for word in words if re.fullmatch(r"-p\d", word)]
    level = int(levels[-1]) if levels else 1
    named = [word for word in words[1:] if not word.startswith("-")] if words[0] == "patch" else []
    headers = list(_NEW_FILE.finditer(given))
    for found, after in zip(headers, [*headers[1:], None], strict=True):
        part = given[found.end() : after.start() if after else len(given)].splitlines()
        lines = [line[1:].encode() for line in part if line.startswith("+")]
        path = found["path"].strip()
        if lines and path != "/dev/null":
            is_led = levels or path.startswith(("a/", "b/"))
            steps = path.split("/")
            short = "/".join(steps[level:]) if is_led else path
            yield TextWrite(named[0] if named else short, lines, start)


_EDITORS: dict[str, Callable[[list[str]], tuple[list[str], list[str]]]] = {
    "sed": _sed,
    "gsed": _sed,
    "perl": _perl,
    "awk": _awk,
    "gawk": _awk,
    "mawk": _awk,
}

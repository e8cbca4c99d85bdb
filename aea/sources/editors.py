"""The texts that a command writes without a program of its own: `echo`, `printf`, `sed`, `awk`, `perl -pi`, `ed`, `patch`.

A text is only what may have been written. Nothing is run or searched: of `s/old/new/` it is `new`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import text_lines
from aea.sources.escapes import unescaped
from aea.sources.shell import absolute
from aea.sources.words import Simple, simple_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ADDRESS = r"(?:[0-9$+~]+|/(?:\\.|[^/\\\n])*/I?)"
_INSERTED = re.compile(
    rf"(?:^|[;{{\n])[ \t]*(?:{_ADDRESS}(?:,{_ADDRESS})?)?[ \t]*[aic](?:\\\n|\\|[ \t]+)(?P<text>.*)",
    re.DOTALL,
)
_SUBSTITUTION = re.compile(r"(?<![\w\\])s(?P<mark>[^\w\s\\;=])")
_CLOSING = {"{": "}", "(": ")", "[": "]", "<": ">"}
_PRINTED = re.compile(r'"((?:\\.|[^"\\])*)"')
_PRINTED_TO = re.compile(r'>>?\s*"((?:\\.|[^"\\])*)"')
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_FORMAT = re.compile(r"%%|%[-\d.]*[sbdq]")
_ED_INSERTS = re.compile(r"[^\n]{0,200}[aic]")
_NEW_FILE = re.compile(r"^\+\+\+ (?P<path>[^\t\n]+)", re.MULTILINE)
_VALUED = frozenset({"-e", "-f", "-F", "-v", "-l", "--expression", "--file"})


class TextWrite(NamedTuple):
    """Lines that a command may have written to a file; the path as it was typed."""

    path: str
    lines: list[bytes]
    directory: str | None  # where the command ran; None: only the shell knows


class Running(NamedTuple):
    """A simple command with what it reads, and with what is known when it runs."""

    simple: Simple
    words: list[str]  # from the program's name on
    given: str | None  # its here-document, here-string or the output piped to it
    files: dict[str, str]  # files that the command wrote before, with their text
    names: dict[str, list[str]]  # values of shell variables
    directory: str | None  # None: only the shell knows


def running(command: str, directory: str | None) -> Iterator[Running]:
    """The simple commands, one after the other."""
    piped: str | None = None
    files: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for simple in simple_commands(command):
        words = simple.program()
        given = simple.given if simple.given is not None else piped
        if not words:
            names |= {name: [value] for name, _, value in (w.partition("=") for w in simple.words)}
        elif words[0] == "for" and words[2:3] == ["in"]:
            names[words[1]] = words[3:]
        elif words[0] == "cd":
            directory = _changed(words, directory)
        yield Running(simple, words, given, files, names, directory)
        output = _output(words, given)
        files |= dict.fromkeys(simple.written, output or "")
        piped = output if simple.is_piped else None


def _changed(words: list[str], directory: str | None) -> str | None:
    """The directory after `cd`."""
    path = words[1] if len(words) == 2 else ""
    is_known = path and not path.startswith(("-", "~")) and not re.search(r"[$`*?]", path)
    return absolute(path, directory) if is_known else None


def text_writes(command: str, directory: str | None) -> Iterator[TextWrite]:
    """The texts of all simple commands. What was written to a file that is moved was written to the new name."""
    made: dict[str, TextWrite] = {}
    group: list[str] = []
    for run in running(command, directory):
        words, simple = run.words, run.simple
        if simple.opens_group or simple.words[:1] == ["{"]:
            group.clear()
        group.append(_output(words, run.given) or "")
        for write in (*_writes(run), *_of_group(run, group)):
            made[write.path] = write
            yield write
        if words[:1] in (["mv"], ["cp"]) and len(words) > 2 and words[-2] in made:
            yield made[words[-2]]._replace(path=words[-1])


def _of_group(run: Running, group: list[str]) -> Iterator[TextWrite]:
    """`{ echo a; echo b; } > f` and `(echo a; echo b) > f`."""
    if run.simple.written and run.simple.words in ([], ["}"]):
        yield from _to(run, run.simple.written, [text for text in group if text])


def _writes(run: Running) -> Iterator[TextWrite]:
    words, given, written = run.words, run.given or "", run.simple.written
    name = words[0] if words else ""
    if name in ("patch", "git"):
        yield from _patched(run, given)
    elif name in ("ed", "ex", "red") and len(words) > 1:
        yield from _to(run, words[-1:], ["\n".join(_inserted_by_ed(given))])
    elif name == "tee" and not run.simple.is_document:  # else a whole write (aea/sources/shell.py)
        yield from _to(run, [word for word in words[1:] if word[:1] != "-"], [given])
    elif name in _EDITORS:
        texts, files = _EDITORS[name](words[1:])
        yield from _to(run, [*files, *written], texts)
    elif not run.simple.is_document:
        yield from _to(run, written, [_output(words, run.given) or ""])


def _inserted_by_ed(commands: str) -> Iterator[str]:
    """The lines between `a`, `i` or `c` and the line with a dot."""
    is_text = False
    for line in commands.split("\n"):
        if is_text and line != ".":
            yield line
        is_text = line != "." if is_text else bool(_ED_INSERTS.fullmatch(line))


def _to(run: Running, files: list[str], texts: list[str]) -> Iterator[TextWrite]:
    lines = [line for text in texts for line in text_lines(text)]
    for path in files if lines else ():
        for known in _expanded(path, run.names):
            if known and not known.startswith(("/dev/", "&")) and "$" not in known:
                yield TextWrite(known, lines, run.directory)


def _expanded(path: str, names: dict[str, list[str]]) -> list[str]:
    """A path for each value of its variable, if that is known."""
    found = _VARIABLE.search(path)
    if found is None or found[1] not in names:
        return [path]
    return [path[: found.start()] + value + path[found.end() :] for value in names[found[1]]]


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
    quoted = ["".join(pair) for script in scripts for pair in _QUOTED.findall(script)]
    replaced = [text for script in scripts for text in _substitutes(script)]
    return [*replaced, *map(unescaped, quoted)], others


def _awk(words: list[str]) -> tuple[list[str], list[str]]:
    _, others, _ = _asked(words)
    is_in_place = "inplace" in others[:1]
    program, files = others[is_in_place : 1 + is_in_place], others[1 + is_in_place :]
    texts = [unescaped(one) for text in program for one in _PRINTED.findall(text)]
    targets = [unescaped(one) for text in program for one in _PRINTED_TO.findall(text)]
    written = [*targets, *(files if is_in_place else [])]
    return [text for text in texts if text not in targets], written


def _patched(run: Running, given: str) -> Iterator[TextWrite]:
    """The added lines of a patch that `patch` or `git apply` reads."""
    words = run.words
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
            yield TextWrite(named[0] if named else short, lines, run.directory)


_EDITORS: dict[str, Callable[[list[str]], tuple[list[str], list[str]]]] = {
    "sed": _sed,
    "gsed": _sed,
    "perl": _perl,
    "ruby": _perl,
    "awk": _awk,
    "gawk": _awk,
    "mawk": _awk,
}

"""The one way to the terminal. What is printed passes here, and no control character reaches the terminal.

Names of people, files, branches, models, sessions and repositories come from other people's data.
"""

from __future__ import annotations

import codecs
import io
import re
import sys

# Controls, surrogates, and what Unicode calls default ignorable: bidirectional controls, zero-width and invisible
# characters, tags. The variation selectors of emoji and of Mongolian are harmless.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LAYOUT = "\n\t"  # of a text that we composed
_CLEAR = "\r\x1b[K"
_progress = ""


def visible(text: str, keep: str = "") -> str:
    r"""Return the text with control and invisible characters as escapes: \x1b, \u202e, \n; those in `keep` stay."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def json_safe(document: str) -> str:
    """Return a JSON document with the same characters as JSON escapes. Its value stays the same."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else _utf16(found[0]), document)


def write(text: str, end: str = "\n") -> None:
    """Print a text of one or more lines."""
    sys.stdout.write(visible(text, _LAYOUT) + end)
    sys.stdout.flush()


def note(text: str) -> None:
    """Print one line on standard error, after the progress line is cleared."""
    clear_progress()
    sys.stderr.write(visible(text) + "\n")


def error(message: str, hint: str = "") -> None:
    """Print an error and what to do next, one line each, on standard error."""
    note(f"Error: {message}")
    if hint:
        note(f"Try: {hint}")


def usage_error(text: str) -> None:
    """Print an error of several lines, which names what was typed, on standard error."""
    sys.stderr.write(visible(text, _LAYOUT))


def progress(text: str) -> None:
    """Draw the progress line again, if standard error is a terminal."""
    global _progress  # noqa: PLW0603 - a process has one terminal
    if text != _progress and sys.stderr.isatty():
        sys.stderr.write(_CLEAR + visible(text))
        sys.stderr.flush()
        _progress = text


def clear_progress() -> None:
    """Remove the progress line."""
    global _progress  # noqa: PLW0603 - a process has one terminal
    if _progress:
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()
        _progress = ""


def confirm(question: str) -> None:
    """Ask on the terminal. Raises click.Abort unless the answer is yes."""
    import click

    click.confirm(visible(question), abort=True)


def ask_secret(question: str) -> str:
    """Ask on the terminal for a text that is not shown."""
    import click

    return str(click.prompt(visible(question), hide_input=True)).strip()


def accept_every_character() -> None:
    """Let characters that the terminal's encoding lacks be printed as escapes, which JSON understands, too."""
    codecs.register_error("aea", _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="aea")


def _replace(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return "".join(map(_utf16, fault.object[fault.start : fault.end])), fault.end


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _utf16(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))

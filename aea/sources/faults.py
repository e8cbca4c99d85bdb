"""What is kept of the text of a failed tool call: a hash of its error, and who refused it. The text is never stored.

error_signature.1   64-bit hash of the tool's name and one line: the first with an error word (aea/sources/text.py), else
                    the first that says more than an exit code. In it, terminal colours and markup are left out, quoted
                    text, paths, URLs, hex and digits are replaced, and 18 words count. A text that only has an exit code
                    has no signature: two commands that both exit with 1 need not have failed alike.
refusal.1           hook: a hook of the user blocked the call. rule: permission settings, a sandbox or an automatic
                    reviewer denied it, or nobody was there to ask. person: anything else that the product calls a
                    refusal. Only the product's own words at the start of a result count: `Permission denied` is an error
                    of the operating system.
"""

from __future__ import annotations

import re

from aea.keys import key64
from aea.sources.text import error_line, normal_line

SIGNATURE_VERSION = 1
_SCAN_CHARS = 200_000
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_MARKUP = re.compile(r"</?tool_use_error>")
_QUOTED = re.compile(
    r"""(?<!\w)(?:'[^'\n]{1,400}'|"[^"\n]{1,400}"|`[^`\n]{1,400}`"""
    "|\u2018[^\u2019\\n]{1,400}\u2019|\u201c[^\u201d\\n]{1,400}\u201d)(?!\\w)"
)
_HEADER = re.compile(
    r"(?:error: ?)?(?:(?:process exited with|exit) (?:code|status):? -?\d+"
    r"|(?:chunk id|wall time|original token count|total output lines|output):.*"
    r"|(?:stdout|stderr|command failed|error):?)?",
    re.IGNORECASE,
)
_HOOK = re.compile(
    r"(?:\w+(?::[\w.-]+)? hook\b|hook \w+(?::[\w.-]+)? (?:denied|blocked)\b"
    r"|(?:operation|execution|command|tool(?: call| use)?) (?:stopped|blocked|denied|rejected) by (?:\w+ )?hook\b)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"permission to (?:use|read|write|edit|run|access)\b.{0,400}?\bdenied\b"
    r"|permission for this (?:action|command) (?:has been|was) denied"
    r"|\w+ requested permissions? to\b.{0,2000}?haven.t granted"
    r"|(?:this|the) (?:bash )?command (?:requires|needs) approval|this (?:bash )?command contains multiple operations\."
    r"|file is in a directory that is denied|.{0,400}? was blocked\. for security,"
    r"|approval policy is\b|this action was (?:rejected|denied)\b"
    r"|.{0,300}?\brejected(?:\(.{0,300})?: blocked by policy|.{0,300}? rejected: blocked by policy",
    re.IGNORECASE | re.DOTALL,
)
_HEX = re.compile(r"\b(?:0x[0-9a-f]+|(?=[a-f]*[0-9])[0-9a-f]{6,})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LEAD = re.compile(r"\s*(?:<tool_use_error>\s*|Error:\s*)*")


def error_signature(tool: str, text: str) -> int | None:
    """A hash of the error that a call of a tool ended with; None if its text does not say what went wrong."""
    plain = _COLOUR.sub("", text[:_SCAN_CHARS])
    plain = _MARKUP.sub(" ", plain[_lead(plain) :])
    lines = [line for line in map(str.strip, plain.splitlines()) if not _HEADER.fullmatch(line)]
    if not lines:
        return None
    line = _QUOTED.sub("<quoted>", error_line(lines) or lines[0])
    line = _NUMBER.sub("#", _HEX.sub("#", line))
    return key64("error signature", SIGNATURE_VERSION, tool, normal_line(line))


def refused_by(text: str) -> str | None:
    """Who refused a call, by the start of its result: hook or rule; None if neither did."""
    start = text[_lead(text) :][:4096]
    if _HOOK.match(start):
        return "hook"
    return "rule" if _RULE.match(start) else None


def _lead(text: str) -> int:
    """The length of what every tool writes in front of its error."""
    found = _LEAD.match(text[:200])
    return found.end() if found else 0

"""Extract what a commit message says about AI tools: trailers and footers of known tools, nothing else.

Trailers count anywhere below the subject, because a squash keeps those of its commits in the middle.
"""

from __future__ import annotations

import re

from aea.git.agents import find_model, find_tool
from aea.git.command import text
from aea.records import Authorship

_TRAILER = re.compile(
    rb"^[ \t*-]{0,6}(co-authored-by|co-developed-by|(?:ai-)?assisted-by|(?:ai-)?generated-by|made-with)"
    rb"[ \t]*:[ \t]*(\S[^\r\n]{0,400})",
    re.IGNORECASE | re.MULTILINE,
)
_FOOTER = re.compile(
    rb"^[^\w\n]{0,12}generated (?:with|by|using) (?:\[([^\]\r\n]{1,80})\]|([^\r\n(<\[]{1,80}))",
    re.IGNORECASE | re.MULTILINE,
)
_CHECKPOINT = re.compile(
    rb"^[ \t*-]{0,6}entire-checkpoint[ \t]*:[ \t]*([0-9a-f]{12})[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"<([^<>]*)>")


def parse_message(message: bytes, sha: str, committed_at: int) -> tuple[Authorship, ...]:
    """Return the records in one commit message, without duplicates."""
    body = message.partition(b"\n")[2]
    if not body:
        return ()
    found = [_signed(match, sha, committed_at) for match in _TRAILER.finditer(body)]
    found += [_footer(match, sha, committed_at) for match in _FOOTER.finditer(body)]
    found += [
        _recorded(sha, committed_at, session=text(match[1]).lower())
        for match in _CHECKPOINT.finditer(body)
    ]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _signed(match: re.Match[bytes], sha: str, at: int) -> Authorship | None:
    """Parse `Co-authored-by: Claude Opus 4.5 <noreply@anthropic.com>`, `Assisted-by: Claude:opus-4-6 [tool]`."""
    key, value = match[1].lower(), text(match[2])
    address = _ADDRESS.search(value)
    name = value[: address.start()] if address else value.partition("[")[0]
    tool = find_tool(name, address[1] if address else "")
    if tool is None and b"assisted" in key:
        tool = find_tool(name.partition(":")[0], address[1] if address else "")
    contributor = "ai" if b"generated" in key else "mixed"
    return _recorded(sha, at, tool, find_model(name), contributor) if tool else None


def _footer(match: re.Match[bytes], sha: str, at: int) -> Authorship | None:
    """Parse `Generated with [Claude Code](https://claude.com/claude-code)`."""
    name = text(match[1] or match[2]).strip(" \t.!*_`")
    tool = find_tool(name, "")
    return _recorded(sha, at, tool, find_model(name), "ai") if tool else None


def _recorded(
    sha: str,
    at: int,
    tool: str | None = None,
    model: str | None = None,
    contributor: str = "unknown",
    session: str | None = None,
) -> Authorship:
    kind = "entire_checkpoint" if session else "trailer"
    return Authorship(sha, kind, tool, session, model, None, None, None, contributor, at)

"""Remove from a prompt what apps and editors write into it: open files, selections, attachments, reminders.

blocks    <ide_selection>...</ide_selection> and the like, wherever they stand; one without an end goes on to
          the end of the text
marks     the tags around pasted text; the pasted text itself stays
headings  a text that begins with headings of an app, up to the heading of the request: `## My request:`
"""

from __future__ import annotations

import re

_BLOCKS = """
    attached_files attachments bash-stderr bash-stdout command-args command-contents command-message command-name
    editor_context environment_details file_attachments ide_diagnostics ide_opened_file ide_selection
    local-command-caveat local-command-stderr local-command-stdout new-diagnostics open_and_recently_viewed_files
    system-instruction system-reminder system_instruction system_instructions system_reminder uploaded_files
    user-memory-input user-prompt-submit-hook
""".split()  # noqa: SIM905 (a list of names reads better than thirty quotes)
_BLOCK = re.compile(
    rf"<({'|'.join(_BLOCKS)}|context(?=\s+ref=))(?:\s[^<>]*)?>(?:.*?</\1\s*>|.*)", re.DOTALL
)
_MARK = re.compile(r"</?pasted_content\b[^<>]*>")
_REQUEST = re.compile(r"^#{1,4} My request(?: for [^\n:]{1,60})?:[ \t]*\n?", re.MULTILINE)
_HEADINGS = (
    "# Context from my IDE setup:",
    "# Files mentioned by the user:",
    "# In app browser:",
    "# Selected text:",
)


def request(text: str) -> str:
    """The text without what is not the person's own."""
    if "<" in text:
        text = _MARK.sub("", _BLOCK.sub("", text))
    start = text.lstrip()
    if not start.startswith("#"):
        return text
    found = _REQUEST.search(start)
    if found:
        return start[found.end() :]
    return "" if start.startswith(_HEADINGS) else text

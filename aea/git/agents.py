"""Recognize AI tools by the names and addresses in commits. A person with a tool's name is not a tool.

An address decides where a tool has its own. A name decides only when it is a product name (`Claude Code`) or
when no personal address accompanies it (`Claude`, but not `Claude <c@example.fr>`).
"""

from __future__ import annotations

import re

_ADDRESSES = {
    "noreply@anthropic.com": "claude",
    "claude@anthropic.com": "claude",
    "noreply@openai.com": "codex",
    "codex@openai.com": "codex",
    "copilot@github.com": "copilot",
    "cursoragent@cursor.com": "cursor",
    "ai@cursor.com": "cursor",
    "aider@aider.chat": "aider",
    "noreply@aider.chat": "aider",
    "noreply@opencode.ai": "opencode",
    "amp@ampcode.com": "amp",
    "openhands@all-hands.dev": "openhands",
    "crush@charm.land": "crush",
    "noreply@codeium.com": "windsurf",
    "agent@warp.dev": "warp",
}
_ACCOUNTS = {  # on GitHub; [bot] is part of the name where a person could own the rest
    "copilot": "copilot",
    "copilot[bot]": "copilot",
    "github-copilot[bot]": "copilot",
    "copilot-swe-agent[bot]": "copilot",
    "claude[bot]": "claude",
    "openai-codex[bot]": "codex",
    "chatgpt-codex-connector[bot]": "codex",
    "cursor[bot]": "cursor",
    "gemini-cli": "gemini",
    "gemini-cli[bot]": "gemini",
    "gemini-code-assist[bot]": "gemini",
    "google-labs-jules[bot]": "jules",
    "devin-ai-integration[bot]": "devin",
    "opencode-agent[bot]": "opencode",
    "factory-droid[bot]": "droid",
    "roomote[bot]": "roo",
}
_PRODUCTS = (  # names that cannot be a person's
    ("claude", r"claude[ -]code|claude[ -](?:opus|sonnet|haiku|fable|\d[\d.]*(?!\w))"),
    ("copilot", r"github[ -]copilot|copilot[ -](?:cli|coding agent|swe agent)"),
    ("codex", r"openai[ -]codex|codex[ -]cli"),
    ("chatgpt", r"chatgpt"),
    ("cursor", r"cursor (?:agent|ai|cli|composer)|cursoragent"),
    ("gemini", r"gemini[ -]cli|gemini[ -]code[ -]assist|google gemini|gemini \d[\d.]*(?!\w)"),
    ("devin", r"devin[ -]ai"),
    ("opencode", r"opencode"),
    ("aider", r"aider \("),
    ("jules", r"google[ -]labs[ -]jules"),
)
_BARE = {  # words that can also be a person's name
    "claude": "claude",
    "codex": "codex",
    "copilot": "copilot",
    "cursor": "cursor",
    "gemini": "gemini",
    "aider": "aider",
    "devin": "devin",
    "amp": "amp",
    "crush": "crush",
    "jules": "jules",
    "windsurf": "windsurf",
    "openhands": "openhands",
}
_PRODUCT = re.compile("|".join(f"(?P<{tool}>{names})" for tool, names in _PRODUCTS), re.IGNORECASE)
_PRODUCT_END = re.compile(r"(?!\w)|(?<=\()")
_ASIDE = re.compile(r"\s*[(\[].*")
_VERSION = re.compile(r"(?:[ /:@-]+v?\d[\w.]*)+")
_ACCOUNT = re.compile(r"(?:\d+\+)?(.+)@users\.noreply\.github\.com")
_MODEL = re.compile(
    r"(?:[a-z0-9-]+/)?\b(?:claude-(?:opus|sonnet|haiku|fable|instant|\d)[\w.-]*"
    r"|(?:claude )?(?:opus|sonnet|haiku|fable) \d+(?:\.\d+)?"
    r"|gpt[- ]\d[\w.-]*|o[134](?:-mini|-pro)?\b|gemini[- ]\d[\w.-]*|grok-[\w.-]+|deepseek-[\w.-]+|qwen-?\d[\w.-]*)",
    re.IGNORECASE,
)
_TOOL_WORD = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,39}")
_MAX_WORD = 200


def find_tool(name: str, address: str) -> str | None:
    """Return the tool that signs as `name <address>`, or None. Either part may be empty."""
    address = address.strip().lower()
    account = _ACCOUNT.fullmatch(address)
    by_address = _ACCOUNTS.get(account[1]) if account else _ADDRESSES.get(address)
    if by_address:
        return by_address
    by_product = _by_product(name)
    if by_product:
        return by_product
    is_personal = address and not address.startswith(("noreply@", "no-reply@"))
    return None if is_personal else _by_bare_word(name)


def _by_product(name: str) -> str | None:
    found = _PRODUCT.match(name.strip())
    return found.lastgroup if found and _PRODUCT_END.match(name.strip(), found.end()) else None


def _by_bare_word(name: str) -> str | None:
    """Match `Claude`, `Claude 4 (1M context)` and `Gemini 2.5`, but not `Claude Monet`."""
    word = _VERSION.sub("", _ASIDE.sub("", name.strip())).lower()
    return _BARE.get(word.partition(":")[0])


def find_model(text: str) -> str | None:
    """Return the model that a text names, as it is spelled there. Only known model families match."""
    found = _MODEL.search(text)
    return found[0].rstrip(".-") if found else None


def parse_tool(name: object) -> str | None:
    """Return the tool in a record's own field: our name for a known tool, else the field's value."""
    if not isinstance(name, str):
        return None
    known = find_tool(name.replace("_", " "), "")
    lower = name.strip().lower()
    if known or not _TOOL_WORD.fullmatch(lower) or lower == "unknown":
        return known
    return lower


def parse_word(value: object) -> str | None:
    """Return an id or model name if it is short and printable, else None."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_WORD or not value.isprintable():
        return None
    return value

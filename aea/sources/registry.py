"""The list of providers, one module each. Importing it is cheap: a parser is loaded when it parses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.sources.claude import claude_code, cowork
from aea.sources.codex import codex, traex

if TYPE_CHECKING:
    from aea.sources.base import Source

SOURCES: list[Source] = [claude_code, cowork, codex, traex]

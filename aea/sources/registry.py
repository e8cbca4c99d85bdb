"""Every provider: a plain list of modules. Imports are light; a parser is loaded when it parses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.sources import claude_code, codex, cowork, traex

if TYPE_CHECKING:
    from aea.sources.base import Source

SOURCES: tuple[Source, ...] = (claude_code, cowork, codex, traex)

"""TraeX: Codex rollout files in another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.sources.codex.codex import (
    OTHER_FOLDERS,
    PARSER_VERSION,
    STORAGE,
    find_files,
    is_session,
    parse,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "NAME",
    "OTHER_FOLDERS",
    "PARSER_VERSION",
    "STORAGE",
    "find_files",
    "is_session",
    "parse",
    "roots",
]

NAME = "traex"


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """The session trees of TraeX. No environment variable moves them."""
    base = home / ".trae" / "cli"
    return [base / "sessions", base / "archived_sessions"]

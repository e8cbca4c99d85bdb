"""Claude Code: finds its transcripts. `aea.sources.claude.parser` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aea.sources import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.records import Parsed, State
    from aea.sources.base import Storage

NAME = "claude_code"
STORAGE: Storage = "append"
PARSER_VERSION = 7
OTHER_FOLDERS = frozenset({"tool-results"})


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """The `projects` folders below CLAUDE_CONFIG_DIR (comma-separated), else in the two default places."""
    named = [
        part.strip() for part in environ.get("CLAUDE_CONFIG_DIR", "").split(",") if part.strip()
    ]
    if named:
        places = [home / part[2:] if part.startswith("~/") else Path(part) for part in named]
    else:
        config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        places = [home / ".claude", config / "claude"]
    return [place if place.name == "projects" else place / "projects" for place in places]


def find_files(root: Path) -> Iterator[tuple[str, int, int, int]]:
    """Every transcript below a root, including those of sub-agents; see aea.sources.base."""
    return tree.session_files(str(root), is_session, OTHER_FOLDERS)


def is_session(path: str) -> bool:
    """Whether a file is a transcript; see aea.sources.base."""
    return path.endswith(".jsonl") and not any(f"/{name}/" in path for name in OTHER_FOLDERS)


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of whole lines; see aea.sources.base."""
    from aea.sources.claude import parser  # imports msgspec, 20 ms: only when a file has grown

    return parser.parse(chunk, offset, path, state)

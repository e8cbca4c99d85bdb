"""Claude Code: where its transcripts are. What they mean is in claude_parser, loaded when needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.sources.base import Parsed, State

NAME = "claude_code"
STORAGE = "append"
PARSER_VERSION = 1
_OTHER_FILES = ("tool-results",)


def roots(home: Path, environ: dict[str, str]) -> list[Path]:
    """The `projects` folders: of CLAUDE_CONFIG_DIR (a list, by commas) or of the two default places."""
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
    """Every transcript below a root, sub-agents' included; links are not followed."""
    folders = [str(root)]
    while folders:
        try:
            entries = os.scandir(folders.pop())
        except OSError:
            continue  # gone meanwhile, or not ours to read: the next look sees
        with entries:
            for entry in entries:
                if is_session(entry.name):
                    if entry.is_file(follow_symlinks=False) and (found := _stat(entry)):
                        yield entry.path, found.st_ino, found.st_size, found.st_mtime_ns
                elif entry.name not in _OTHER_FILES and entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)


def is_session(path: str) -> bool:
    """Whether a file is a transcript; see aea.sources.base."""
    return path.endswith(".jsonl") and not any(f"/{name}/" in path for name in _OTHER_FILES)


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None  # removed while the folder was read


def parse(chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """The records of whole lines; see aea.sources.base."""
    from aea.sources.claude.parser import (
        parse_lines,
    )  # msgspec costs 20 ms: only when there is news

    return parse_lines(chunk, offset, path, state)

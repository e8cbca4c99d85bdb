"""The SQL files as shipped: which there are, what their headers say, in which order they apply."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from aea import paths

DEFINED = ("derived", "dirty", "build", "event", "metric", "view")
_GENERATORS = ("metrics.py", "triggers.py")  # these add to what the files say
NAMED_FACTS = ("fact_commit_session_match", "fact_task_commit_assignment")  # in sql/derived


class SqlFile(NamedTuple):
    """One file below sql/: its layer (folder), name and text."""

    layer: str
    name: str
    text: str

    def header(self, field: str) -> str:
        """What the header says behind `-- field:`; empty when it does not say."""
        mark = f"-- {field}:"
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            if line.startswith(mark):
                return line[len(mark) :].strip()
        return ""

    def headers(self, field: str) -> list[str]:
        """What the header says behind each `-- field:`, with the lines below that are indented."""
        found: list[str] = []
        is_open = False
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            is_continued = is_open and line.startswith("--   ")
            is_open = is_continued or line.startswith(f"-- {field}:")
            if is_continued:
                found[-1] += f" {line[2:].strip()}"
            elif is_open:
                found.append(line.partition(":")[2].strip())
        return found


def list_layer(layer: str) -> list[SqlFile]:
    """The files of one folder by name, which is also the order in which migrations apply."""
    folder = str(paths.shipped("sql") / layer)
    return list(_read_folder(layer, folder, tuple(_marks(folder))))


@lru_cache(maxsize=32)
def _read_folder(layer: str, folder: str, _: tuple[str, ...]) -> tuple[SqlFile, ...]:
    """Read once until a file changes: the first ingest lists its layers a hundred times."""
    paths_by_name = sorted(Path(folder).glob("*.sql"))
    return tuple(SqlFile(layer, path.stem, path.read_text()) for path in paths_by_name)


def stamp() -> str:
    """Names, sizes and times of the definition files: changes when any may have changed (0.1 ms)."""
    marks = []
    for layer in DEFINED:
        marks += _marks(str(paths.shipped("sql") / layer))
    for module in _GENERATORS:
        stat = os.stat(os.path.join(os.path.dirname(__file__), module))
        marks.append(f"{module} {stat.st_size} {stat.st_mtime_ns}")
    return "\n".join(sorted(marks))


def _marks(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        stats = [(entry.name, entry.stat()) for entry in entries]
    return [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats]


def count_migrations() -> int:
    """How many migrations this version has."""
    return sum(
        name.endswith(".sql") for name in os.listdir(str(paths.shipped("sql") / "migrations"))
    )


def read(layer: str, name: str) -> SqlFile:
    """One file."""
    return SqlFile(layer, name, (paths.shipped("sql") / layer / f"{name}.sql").read_text())


def digest(files: list[SqlFile]) -> str:
    """A hash of the files: it changes when any of them does."""
    from hashlib import sha256  # 1 ms: not on the path of a report

    joined = "\x00".join(part for file in files for part in file)
    return sha256(joined.encode()).hexdigest()

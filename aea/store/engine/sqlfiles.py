"""The shipped SQL files and their headers."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from aea import paths

DEFINED = ("derived", "dirty", "build", "event", "metric", "view")
_GENERATORS = (
    "metrics.py",
    "reads.py",
    "triggers.py",
)  # their output depends on their code as well


class SqlFile(NamedTuple):
    """One file in sql/: its layer (the folder), its name and its text."""

    layer: str
    name: str
    text: str

    def header(self, field: str) -> str:
        """The text after `-- field:` in the header; empty if there is none."""
        mark = f"-- {field}:"
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            if line.startswith(mark):
                return line[len(mark) :].strip()
        return ""

    def headers(self, field: str) -> list[str]:
        """The text after each `-- field:` in the header, with the indented lines below it."""
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

    def columns(self) -> dict[str, str]:
        """The definition of each column of the table.

        Without regular expressions: compiling one takes longer than reading the file, and reports wait for it.
        """
        body = self.text.split("CREATE TABLE", 1)[1].split("\n)", 1)[0]
        lines = [line[4:] for line in body.splitlines()[1:] if line[4:5].islower()]
        return {line.split()[0]: line.partition(" --")[0] for line in lines}


def list_layer(layer: str) -> list[SqlFile]:
    """The files of one folder by name; migrations apply in this order."""
    folder = str(paths.shipped("sql") / layer)
    return list(_read_folder(layer, folder, tuple(_marks(folder))))


@lru_cache(maxsize=32)
def _read_folder(layer: str, folder: str, _: tuple[str, ...]) -> tuple[SqlFile, ...]:
    """Read once until a file changes: the first ingest lists its layers a hundred times."""
    paths_by_name = sorted(Path(folder).glob("*.sql"))
    return tuple(SqlFile(layer, path.stem, path.read_text()) for path in paths_by_name)


def stamp() -> str:
    """Names, sizes and times of the definition files; differs if any of them may have changed (0.1 ms)."""
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
    """A hash of the files."""
    from hashlib import sha256  # 1 ms: not on the path of a report

    joined = "\x00".join(part for file in files for part in file)
    return sha256(joined.encode()).hexdigest()

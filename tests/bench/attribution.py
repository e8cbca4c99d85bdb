"""Time the matching of one commit: python tests/bench/attribution.py [--json FILE]

Real repositories and session files: 100,000 lines that sessions wrote to 200 files, and a commit of 500
changed lines in 10 of them. The same with ten times the old commits is the reference: the cost follows the
change. `hot` has all lines and commits in one file.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from aea.pipeline.refresh import refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db
from tests.bench import results
from tests.bench.results import Spec
from tests.scenarios.sessions import Author, Claude
from tests.support import database
from tests.support.repos import NO_SETTINGS, environment

_START = 1_790_000_000
_REPEATS = 15
SPECS = {
    "known_session_lines": Spec("lines", better="neither"),
    "matched_lines": Spec("lines", better="higher", noise=0),
    "median_ms": Spec("ms"),
    "worst_ms": Spec("ms", better="neither"),
    "cold_ingest_s": Spec("s"),
}


class Shape(NamedTuple):
    """How large the history is."""

    files: int
    lines_a_file: int
    old_commits: int
    changed_files: int


def measure(shape: Shape, place: Path) -> dict[str, float]:
    """Milliseconds for the last commit, and what it was matched against."""
    home = place / "home"
    home.mkdir()
    os.environ.update(HOME=str(home), AEA_HOME=str(place / "aea"), TZ="UTC")
    os.environ.update(GIT_CONFIG_GLOBAL=NO_SETTINGS, GIT_CONFIG_NOSYSTEM="1")
    _History(shape, place).make()
    started = time.perf_counter()
    database.ingest(directory=str(place / "repo"))
    cold = time.perf_counter() - started
    return _timed() | {"cold_ingest_s": round(cold, 2)}


class _History:
    """Sessions that write, commits that take most of it."""

    def __init__(self, shape: Shape, place: Path) -> None:
        self._shape = shape
        self._tree = place / "repo"
        self._dice = random.Random(1)
        self._clock = _START
        self._files = {f"src/f{n:03d}.py": self._lines(3) for n in range(shape.files)}
        path = place / "home" / ".claude" / "projects" / "-repo"
        self._session = Claude(
            Author("claude_code", "a0000000-0000-4000-8000-000000000001"),
            path / "a0000000-0000-4000-8000-000000000001.jsonl",
        )

    def make(self) -> None:
        self._tree.mkdir()
        self._git("init", "-q", "-b", "main")
        for name, lines in self._files.items():
            self._put(name, lines)
        self._commit()
        blocks = self._shape.old_commits
        share = self._shape.files * self._shape.lines_a_file // blocks
        for _ in range(blocks):
            name = self._dice.choice(sorted(self._files))
            self._write(name, share)
            self._commit()
        for name in sorted(self._files)[: self._shape.changed_files]:
            self._write(name, 500 // self._shape.changed_files)
        self._commit()

    def _lines(self, count: int) -> list[str]:
        return [
            f"    value_{self._dice.getrandbits(40):x} = {number}" if number % 4 else "    }"
            for number in range(1, count + 1)
        ]

    def _write(self, name: str, count: int) -> None:
        before = self._files[name]
        at = self._dice.randrange(len(before) + 1)
        after = [*before[:at], *self._lines(count), *before[at:]]
        self._clock += 20
        self._session.edit(str(self._tree / name), before, after, self._clock, str(self._tree))
        self._put(name, after)

    def _put(self, name: str, lines: list[str]) -> None:
        self._files[name] = lines
        path = self._tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines))

    def _commit(self) -> None:
        self._clock += 40
        self._git("add", "-A")
        self._git("commit", "-q", "-m", "change")

    def _git(self, *args: str) -> None:
        date = f"{self._clock} +0000"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        subprocess.run(["git", *args], cwd=self._tree, env=environment() | dates, check=True)


def _timed() -> dict[str, float]:
    connection = db.open_writer()
    (stage,) = (stage for stage in STAGES if stage.name == "attribution")
    query = "SELECT id FROM fact_commit ORDER BY ordered_at DESC, depth DESC LIMIT 1"
    ((commit,),) = db.rows(connection, query)
    times = []
    for _ in range(_REPEATS):
        db.begin(connection)
        connection.execute("DELETE FROM derived_commit_line_match WHERE commit_id = ?", (commit,))
        connection.execute("INSERT INTO dirty_match_commit VALUES (?)", (commit,))
        started = time.perf_counter()
        refresh_stage(connection, stage)
        times.append(time.perf_counter() - started)
        count = "SELECT sum(line_count) FROM derived_commit_line_match WHERE commit_id = ?"
        ((matched,),) = db.rows(connection, count, (commit,))
        db.roll_back(connection)
    count = "SELECT sum(lines_added) FROM fact_session_code_change"
    ((known,),) = db.rows(connection, count)
    connection.close()
    return {
        "known_session_lines": known,
        "matched_lines": matched,
        "median_ms": round(statistics.median(times) * 1000, 1),
        "worst_ms": round(max(times) * 1000, 1),
    }


SHAPES = {
    "100,000 lines, 200 commits": Shape(200, 500, 200, 10),
    "100,000 lines, 2,000 commits": Shape(200, 500, 2000, 10),
    "hot: one file, 100 commits": Shape(1, 5000, 100, 1),
    "hot: one file, 1,000 commits": Shape(1, 5000, 1000, 1),
}


def main() -> None:
    """One process for each shape; one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("shape", nargs="?", choices=SHAPES, help="measure only this one")
    results.add_argument(parser)
    options = parser.parse_args()
    if options.shape:
        with tempfile.TemporaryDirectory(prefix="aea-bench-") as place:
            print(json.dumps(measure(SHAPES[options.shape], Path(place).resolve())))
        return
    report = {}
    for name in SHAPES:
        command = [sys.executable, "-m", "tests.bench.attribution", name]
        report[name] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    print(json.dumps(report, indent=2))
    results.write(options.json, report, SPECS)


if __name__ == "__main__":
    main()

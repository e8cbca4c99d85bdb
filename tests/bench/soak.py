"""Two minutes of trouble: python tests/bench/soak.py [--seconds 120] [--seed 1] [--json FILE]

50 sessions and 5 repositories are busy at once, with torn lines, files replaced by copies, commits, amends and
rebases without hooks, while the daemon is killed every few seconds. (Truncated and deleted files keep what was
read of them, which a clean ingest cannot show: tests/daemon has those.) Afterwards every event must equal what a clean ingest of the same
files gives, `aea check` must pass, and no line that was in a file may be missing or counted twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import results  # noqa: E402
from tests.bench.daemon import AEA, ask, line, until  # noqa: E402
from tests.bench.results import Spec  # noqa: E402
from tests.bench.run import Run  # noqa: E402

_TABLES = (
    "session_usage",
    "session_activity",
    "session_quality",
    "session_productivity",
    "commit_outcome",
)
SPECS = {
    name: Spec("", better="neither") for name in ("seed", "sessions", "prompts", "commits", "kills")
} | {name: Spec("rows", noise=0) for name in ("lost", "doubled")}


class Sessions(threading.Thread):
    """Writes some session files; knows which prompts any file ever held while it could be read."""

    def __init__(self, folder: Path, numbers: range, stop: float, seed: int) -> None:
        super().__init__()
        self._files = [
            folder / f"-p{n}" / f"{n:08d}-0000-4000-8000-000000000000.jsonl" for n in numbers
        ]
        self._stop_at = stop
        self._chance = random.Random(seed)
        self.written: dict[str, int] = {}

    def run(self) -> None:
        """Append in two pieces; now and then replace the file by a copy of itself."""
        while time.monotonic() < self._stop_at:
            path = self._chance.choice(self._files)
            path.parent.mkdir(parents=True, exist_ok=True)
            number = self.written.get(path.stem, 0) + 1
            with path.open("ab", buffering=0) as file:
                data = line(path.stem, number)
                cut = self._chance.randrange(len(data))
                file.write(data[:cut])
                file.write(data[cut:])
            self.written[path.stem] = number
            if self._chance.random() < 0.02:
                content = path.read_bytes()
                temporary = path.with_suffix(".tmp")
                temporary.write_bytes(content)
                temporary.rename(path)  # another inode, the same content
            time.sleep(self._chance.uniform(0, 0.02))


class Repository(threading.Thread):
    """Commits, amends, rebases, without any hook."""

    def __init__(self, run: Run, place: Path, stop: float, seed: int) -> None:
        super().__init__()
        self._run, self._place, self._stop_at = run, place, stop
        self._chance = random.Random(seed)
        self._count = 0
        place.mkdir()
        self._git("init", "-q", "-b", "main")
        self._commit()

    def _git(self, *arguments: str) -> None:
        command = ["git", "-C", str(self._place), *arguments]
        subprocess.run(command, env=self._run.environment, capture_output=True, check=False)

    def _commit(self, *options: str) -> None:
        self._count += 1
        (self._place / f"f{self._count % 7}.txt").write_text(f"{self._count}\n" * 5)
        self._git("add", "-A")
        self._git("commit", "-q", "-m", f"change {self._count}", *options)

    def run(self) -> None:
        """One thing after the other."""
        while time.monotonic() < self._stop_at:
            act = self._chance.random()
            if act < 0.7:
                self._commit()
            elif act < 0.85:
                self._commit("--amend")
            else:
                self._git("checkout", "-q", "-b", f"b{self._count}", "HEAD~1")
                (self._place / f"own{self._count}.txt").write_text("own\n")
                self._git("add", "-A")
                self._git("commit", "-q", "-m", "own")
                self._git("rebase", "-q", "main")
                self._git("checkout", "-q", "main")
            time.sleep(self._chance.uniform(0.05, 0.4))


def events(run: Run) -> dict[str, Any]:
    """Every event table but for the time of reading."""
    found = {}
    for name in _TABLES:
        output = run.timed([*AEA, "sql", "--json", f"SELECT * FROM event_{name}"])[2]
        rows = [{k: v for k, v in row.items() if k != "ingested_at"} for row in json.loads(output)]
        found[name] = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return found


def soak(place: Path, seconds: float, seed: int) -> dict[str, Any]:
    """The figures; SystemExit when anything is lost or doubled."""
    home = place / "home"
    home.mkdir()
    run = Run(home, place / "aea")
    stop = time.monotonic() + seconds
    folder = home / ".claude" / "projects"
    folder.mkdir(parents=True)
    writers = [Sessions(folder, range(n * 10, n * 10 + 10), stop, seed + n) for n in range(5)]
    repositories = [Repository(run, home / f"r{n}", stop, seed + 50 + n) for n in range(5)]
    for n in range(5):
        run.timed([*AEA, "ingest", "--quiet", str(home / f"r{n}")])
    for thread in (*writers, *repositories):
        thread.start()
    kills, chance = 0, random.Random(seed)
    while time.monotonic() < stop:
        process = subprocess.Popen([*AEA, "daemon", "run"], env=run.environment, cwd="/")
        time.sleep(chance.uniform(1, 5))
        process.kill()
        process.wait()
        kills += 1
    for thread in (*writers, *repositories):
        thread.join()
    process = subprocess.Popen([*AEA, "daemon", "run"], env=run.environment, cwd="/")
    until(lambda: "up-to-date" in str(ask(run, "sync 5000 ")), 60)
    process.terminate()
    process.wait()
    return compare(run, place, writers) | {"kills": kills}


def compare(run: Run, place: Path, writers: list[Sessions]) -> dict[str, Any]:
    """What the daemon gathered beside a clean ingest of the same files, and beside what was written."""
    run.timed([*AEA, "check"])
    after = events(run)
    clean = Run(place / "home", place / "clean")
    for n in range(5):
        clean.timed([*AEA, "ingest", "--quiet", str(place / "home" / f"r{n}")])
    expected = events(clean)
    different = [name for name in _TABLES if after[name] != expected[name]]
    query = "SELECT session_id, user_turn_count FROM event_session_quality"
    rows = json.loads(run.timed([*AEA, "sql", "--json", query])[2])
    counted = {row["session_id"]: row["user_turn_count"] for row in rows}
    written = {name: count for writer in writers for name, count in writer.written.items()}
    if different or counted != written:
        raise SystemExit(f"different: {different}; prompts: {counted} instead of {written}")
    return {
        "sessions": len(written),
        "prompts": sum(written.values()),
        "commits": len(after["commit_outcome"]),
        "lost": 0,
        "doubled": 0,
    }


def main() -> None:
    """Soak and print one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    results.add_argument(parser)
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="aea-soak-"))
    try:
        report = {"seed": options.seed} | soak(place, options.seconds, options.seed)
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        results.write(options.json, report, SPECS)
    finally:
        if not os.environ.get("AEA_KEEP"):
            shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()

"""Measure the daemon: python tests/bench/daemon.py [--home HOME] [--peer agentsview] [--only NAME,...] [--json FILE]

latency     an appended line until its row is in the view, alone and while 20 sessions write in bursts
answer      an appended line until `aea stats` has printed the right answer
directories 5,000 directories: is every append seen, what does an idle minute cost
memory      resident memory after the daemon has read a whole home (--home, for example 1 GB of sessions)
hook        a commit with our hook over one with an empty hook, the daemon up, down and stopped

Every figure comes from real processes. The peer's daemon is measured on the same files in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import results  # noqa: E402
from tests.bench import run as bench  # noqa: E402
from tests.bench.results import Spec  # noqa: E402
from tests.bench.run import Run, hook_cost  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AEA = [sys.executable, "-m", "aea"]
_NAME = "00000000-0000-4000-8000-{:012d}"
SPECS = bench.SPECS | {
    "count": Spec("", better="neither"),
    "median_ms": Spec("ms", noise=0.3),
    "p95_ms": Spec("ms", noise=0.5),
    "busy_share": Spec("cores", noise=0.3),
    "warm_stats_ms": Spec("ms"),
    "idle_cpu_share_percent": Spec("%", noise=1.0),  # a few steps of the kernel's 10 ms clock
    "all_seen_after_seconds": Spec("s", noise=0.5),
    "memory_mb": Spec("MB", noise=0.1),
    "read_seconds": Spec("s"),
}


def line(session: str, number: int) -> bytes:
    """One prompt as Claude Code writes it."""
    record = {
        "type": "user",
        "uuid": f"{session}-{number}",
        "sessionId": session,
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "cwd": "/bench",
        "message": {"role": "user", "content": "one more thing"},
    }
    return json.dumps(record).encode() + b"\n"


@contextlib.contextmanager
def daemon(run: Run) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon that has read everything."""
    process = subprocess.Popen([*AEA, "daemon", "run"], env=run.environment, cwd="/")
    try:
        until(lambda: "up-to-date" in str(ask(run, "sync 5000 ")), 120)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def ask(run: Run, request: str) -> str | None:
    """What the daemon answers."""
    code = f"from aea import control; print(control.request({request!r}, 6) or '')"
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=run.environment, capture_output=True, text=True, check=False
    ).stdout


def until(is_true: Callable[[], bool], seconds: float, step: float = 0.05) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise SystemExit("waited too long")
        time.sleep(step)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class View:
    """Sees when a session's prompts are in the view."""

    def __init__(self, run: Run) -> None:
        self._connection = apsw.Connection(
            str(run.data / "aea.db"), flags=apsw.SQLITE_OPEN_READONLY
        )
        self._connection.set_busy_timeout(2000)

    def prompts(self) -> dict[str, int]:
        """Prompts by session."""
        query = "SELECT session_id, user_turn_count FROM view_session_productivity"
        return {str(name): int(n or 0) for name, n in self._connection.execute(query)}

    def version(self) -> int:
        """Changes with every commit of another process."""
        return int(self._connection.pragma("data_version"))


def burst(  # noqa: C901 - one experiment, told in order
    run: Run, files: list[Path], seconds: float, pause: tuple[float, float]
) -> list[float]:
    """Milliseconds from each append to its row in the view, while all files are written in bursts."""
    appended: dict[tuple[str, int], float] = {}
    seen: dict[tuple[str, int], float] = {}
    counts: dict[str, int] = {}
    stop = time.monotonic() + seconds
    lock = threading.Lock()

    def write(path: Path) -> None:
        chance = random.Random(path.name)
        while time.monotonic() < stop:
            for _ in range(chance.randint(1, 6)):
                with lock:
                    counts[path.stem] = number = counts.get(path.stem, 0) + 1
                with path.open("ab", buffering=0) as file:
                    file.write(line(path.stem, number))
                appended[path.stem, number] = time.monotonic()
                time.sleep(0.01)
            time.sleep(chance.uniform(*pause))

    view = View(run)
    base = view.prompts()
    writers = [threading.Thread(target=write, args=(path,)) for path in files]
    for writer in writers:
        writer.start()
    version = 0
    while any(writer.is_alive() for writer in writers) or len(seen) < len(appended):
        if view.version() != version:
            version = view.version()
            prompts, now = view.prompts(), time.monotonic()
            for path in files:
                had = prompts.get(path.stem, 0) - base.get(path.stem, 0)
                for number in range(had, 0, -1):
                    if (path.stem, number) in seen:
                        break
                    seen[path.stem, number] = now
        if time.monotonic() > stop + 20:
            break
        time.sleep(0.002)
    missing = len(appended) - len(seen)
    if missing:
        raise SystemExit(f"{missing} of {len(appended)} appends never came into the view")
    return [(seen[key] - at) * 1000 for key, at in appended.items() if key in seen]


def spread(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "count": len(values),
        "median_ms": round(statistics.median(values), 1),
        "p95_ms": round(statistics.quantiles(values, n=20)[-1], 1),
    }


def sessions(home: Path, count: int) -> list[Path]:
    """Small sessions of one project each."""
    files = []
    for number in range(count):
        name = _NAME.format(number)
        path = home / ".claude" / "projects" / f"-bench-{number}" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line(name, -turn) for turn in range(1, 4)))
        files.append(path)
    return files


def latency(run: Run, home: Path) -> dict[str, Any]:
    """One session alone, then 20 in bursts."""
    files = sessions(home, 20)
    with daemon(run) as process:
        alone = burst(run, files[:1], 10, (0.3, 0.6))
        before, started = cpu_seconds(process.pid), time.monotonic()
        together = burst(run, files, 20, (0.2, 1.5))
        share = (cpu_seconds(process.pid) - before) / (time.monotonic() - started)
    return {"alone": spread(alone), "in_bursts": spread(together), "busy_share": round(share, 2)}


def answer(run: Run, home: Path) -> dict[str, Any]:
    """Append, then ask: the answer must hold the line."""
    path = sessions(home, 3)[0]
    command = [*AEA, "stats", "--json", "--all-projects"]
    with daemon(run):
        warm = run.median([*AEA, "stats"], 15)
        prompts = _prompts(run.timed(command)[2])
        times = []
        for number in range(1, 16):
            time.sleep(0.2)
            with path.open("ab", buffering=0) as file:
                file.write(line(path.stem, number))
            seconds, _, output = run.timed(command)
            times.append(seconds * 1000)
            if _prompts(output) != prompts + number:
                raise SystemExit(f"the answer lacks line {number}")
    return {"warm_stats_ms": round(warm, 1), "append_then_stats": spread(times)}


def _prompts(output: str) -> int:
    return int(json.loads(output)["rows"][-1]["prompt_count"])


def directories(run: Run, home: Path) -> dict[str, Any]:
    """5,000 directories with a session each."""
    files = sessions(home, 5000)
    with daemon(run) as process:
        time.sleep(8)  # until it has settled
        before = cpu_seconds(process.pid)
        time.sleep(60)
        idle = cpu_seconds(process.pid) - before
        chosen = random.Random(1).sample(files, 500)
        for number, path in enumerate(chosen):
            with path.open("ab", buffering=0) as file:
                file.write(line(path.stem, number + 1))
        view = View(run)
        started = time.monotonic()
        until(lambda: sum(view.prompts().values()) == 5000 * 3 + 500, 40)
        seconds = time.monotonic() - started
        memory = memory_mb(process.pid)
    return {
        "idle_cpu_share_percent": round(idle / 60 * 100, 3),
        "appends": 500,
        "all_seen_after_seconds": round(seconds, 2),
        "memory_mb": round(memory, 1),
    }


def memory(run: Run) -> dict[str, Any]:
    """Of a daemon that began with nothing."""
    started = time.monotonic()
    with daemon(run) as process:
        seconds = time.monotonic() - started
        time.sleep(7)
        before = cpu_seconds(process.pid)
        time.sleep(60)
        idle = cpu_seconds(process.pid) - before
        warm = run.median([*AEA, "stats"], 15)
        return {
            "read_seconds": round(seconds, 1),
            "memory_mb": round(memory_mb(process.pid), 1),
            "idle_cpu_share_percent": round(idle / 60 * 100, 3),
            "warm_stats_ms": round(warm, 1),
        }


def hook(run: Run, place: Path) -> dict[str, Any]:
    """The daemon up, stopped and down."""
    figures = {}
    with daemon(run) as process:
        figures["up"] = hook_cost(run, place / "hooked")
        process.send_signal(signal.SIGSTOP)
        figures["stopped"] = hook_cost(run, place / "hooked")
        process.send_signal(signal.SIGCONT)
    figures["down"] = hook_cost(run, place / "hooked")
    return figures


def peer(program: str, home: Path) -> dict[str, Any]:
    """agentsview's daemon: an appended line until its search database has the message."""
    environment = {**os.environ, "HOME": str(home), "AGENTSVIEW_DATA_DIR": str(home / "peer")}
    files = sessions(home, 20)
    command = [program, "serve", "--port", "18734", "--no-browser"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(6)
        found = home / "peer" / "sessions.db"
        connection = apsw.Connection(str(found), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(2000)
        return {
            "alone": spread(_peer_times(connection, files[:1])),
            "in_bursts": spread(_peer_times(connection, files)),
        }
    finally:
        process.terminate()
        process.wait(20)


def _peer_times(connection: apsw.Connection, files: list[Path]) -> list[float]:
    times = []
    for number in range(1, 6):
        before = int(connection.execute("SELECT count(*) FROM messages").get)
        for path in files:
            with path.open("ab", buffering=0) as file:
                file.write(line(path.stem, number + len(files) * 1000))
        started = time.monotonic()
        wanted = before + len(files)
        until(lambda: connection.execute("SELECT count(*) FROM messages").get >= wanted, 30, 0.005)  # noqa: B023
        times.append((time.monotonic() - started) * 1000)
        time.sleep(1)
    return times


def main() -> None:
    """Measure what was asked and print one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", help="a home with many sessions, for `memory`")
    parser.add_argument("--peer", help="path of an agentsview executable")
    parser.add_argument("--only", default="latency,answer,directories,memory,hook,peer")
    results.add_argument(parser)
    options = parser.parse_args()
    wanted = set(options.only.split(","))
    place = Path(tempfile.mkdtemp(prefix="aea-bench-"))
    report: dict[str, Any] = {}
    try:
        for name, measure in (
            ("latency", latency),
            ("answer", answer),
            ("directories", directories),
        ):
            if name in wanted:
                home = place / name
                home.mkdir()
                report[name] = measure(Run(home, home / "aea"), home)
        if "memory" in wanted and options.home:
            report["memory"] = memory(Run(Path(options.home), place / "aea-memory"))
        if "hook" in wanted:
            report["hook"] = hook(Run(place, place / "aea-hook"), place)
        if "peer" in wanted and options.peer:
            home = place / "peer-home"
            home.mkdir()
            report["peer"] = peer(options.peer, home)
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        results.write(options.json, report, SPECS)
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()

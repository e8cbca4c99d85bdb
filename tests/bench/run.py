"""Measure aea: python tests/bench/run.py [--sizes 10,100,1000] [--peer agentsview] [--json FILE]

Every figure is a median of real processes on this machine, and stands beside a reference measured in the
same run: another tool, git itself, an empty hook, the start of Python, or json.loads of the same lines. The
corpora are made by a generator outside this repository, `bench/gencorpus.py` in AEA_BENCH_DATA, which is
the folder `shared` beside the clone unless set (a corpus's size in MB is its sessions / 1.8).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import results  # noqa: E402
from tests.bench.results import Spec  # noqa: E402

DATA = Path(os.environ.get("AEA_BENCH_DATA", ROOT.parent / "shared"))
GENERATOR = DATA / "bench" / "gencorpus.py"
BUNDLE = DATA / "truth" / "entire_main.bundle"
SESSIONS = {10: 19, 100: 180, 1000: 1800}
AEA = [sys.executable, "-m", "aea"]
IDENTITY = {
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
    "GIT_CONFIG_GLOBAL": "/nonexistent/gitconfig",
    "GIT_CONFIG_NOSYSTEM": "1",
}
_PYTHON = "python_start_ms"
_LOADS = """
import json, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.jsonl"):
    for line in path.open("rb"):
        json.loads(line)
"""
SPECS = {
    "corpus_bytes": Spec("bytes", better="neither"),
    "json_loads_seconds": Spec("s", better="neither"),
    _PYTHON: Spec("ms", better="neither"),
    "cold_seconds": Spec("s", "json_loads_seconds"),
    "peak_memory_mb": Spec("MB", noise=0.05),
    "database_bytes_per_source_byte": Spec("", noise=0.01),
    "tokens_exact": Spec("", better="higher", noise=0),
    "warm_stats_ms": Spec("ms", _PYTHON, noise=0.1),
    "appended_line_then_stats_ms": Spec("ms", _PYTHON, noise=0.1),
    "times_faster_than_peer": Spec("", better="higher"),
    "warm_stats_growth": Spec("", noise=0.1),
    "commits": Spec("", better="neither"),
    "git_log_numstat_seconds": Spec("s", better="neither"),
    "backfill_seconds": Spec("s", "git_log_numstat_seconds"),
    "commit_then_stats_ms": Spec("ms", _PYTHON, noise=0.1),
    "commit_with_empty_hook_ms": Spec("ms", better="neither"),
    "commit_with_our_hook_ms": Spec("ms", "commit_with_empty_hook_ms", noise=0.05),
}


class Run:
    """One home with its own aea data."""

    def __init__(self, home: Path, data: Path) -> None:
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CLAUDE", "CODEX", "GIT_", "PYTHON", "XDG_"))
        }
        self.environment |= {"HOME": str(home), "AEA_HOME": str(data), "PYTHONPATH": str(ROOT)}
        self.environment |= IDENTITY
        self.data = data

    def timed(self, command: list[str], cwd: Path | None = None) -> tuple[float, int, str]:
        """(seconds, peak memory in KiB, output) of one process."""
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=cwd or "/",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{command} failed with {status}")
        return time.perf_counter() - started, usage.ru_maxrss, output

    def median(self, command: list[str], times: int, cwd: Path | None = None) -> float:
        """Median milliseconds."""
        return statistics.median(self.timed(command, cwd)[0] for _ in range(times)) * 1000


def corpus(place: Path, megabytes: int) -> Path:
    """A home with about so many MB of sessions, with its truth beside it."""
    home = place / f"c{megabytes}"
    if not home.exists():
        sessions = str(SESSIONS.get(megabytes, round(megabytes * 1.8)))
        command = [sys.executable, str(GENERATOR), "--out", str(home), "--sessions", sessions]
        command += ["--messages-per-session", "40", "--seed", "1"]
        truth = subprocess.run(command, check=True, capture_output=True).stdout
        (place / f"c{megabytes}.json").write_bytes(truth)
    return home


def ingest(place: Path, megabytes: int, peer: str | None, times: int) -> dict[str, Any]:
    """Cold ingest, database size, warm answers, one appended line; the peer beside it."""
    home = corpus(place, megabytes)
    truth = json.loads((place / f"c{megabytes}.json").read_text())
    run = Run(home, place / f"aea-{megabytes}")
    cold = []
    for _ in range(times):
        shutil.rmtree(run.data, ignore_errors=True)
        cold.append(run.timed([*AEA, "ingest", "--quiet"]))
    seconds = statistics.median(row[0] for row in cold)
    size = sum(path.stat().st_size for path in run.data.glob("aea.db*"))
    figures = {
        "corpus_bytes": truth["bytes"],
        "cold_seconds": round(seconds, 3),
        "cold_mb_per_second": round(truth["bytes"] / 1e6 / seconds, 1),
        "peak_memory_mb": round(max(row[1] for row in cold) / 1024, 1),
        "database_bytes_per_source_byte": round(size / truth["bytes"], 4),
        "json_loads_seconds": round(
            run.median([sys.executable, "-c", _LOADS, str(home)], 3) / 1000, 3
        ),
        "tokens_exact": tokens(run) == expected(truth),
        _PYTHON: round(run.median([sys.executable, "-c", "pass"], 15), 1),
        "warm_stats_ms": round(run.median([*AEA, "stats"], 15), 1),
        "appended_line_then_stats_ms": round(appended(run, home), 1),
    }
    if peer:
        figures |= beside(place, home, peer, seconds, truth["bytes"])
    return figures


def tokens(run: Run) -> dict[str, dict[str, int]]:
    """Sums per model as the events have them."""
    query = "SELECT * FROM view_usage_by_model"
    rows = json.loads(run.timed([*AEA, "sql", "--json", query])[2])
    return {
        row["model"]: {
            "input": row["input_tokens"],
            "output": row["output_tokens"],
            "read": row["cache_read_tokens"],
            "write": row["cache_write_5m_tokens"] + row["cache_write_1h_tokens"],
        }
        for row in rows
    }


def expected(truth: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The generator's truth in disjoint kinds."""
    found = {}
    for model, t in truth["totals"].get("claude", {}).items():
        found[model] = {
            "input": t["input_tokens"],
            "output": t["output_tokens"],
            "read": t["cache_read_tokens"],
            "write": t["cache_creation_tokens"],
        }
    for model, t in truth["totals"].get("codex", {}).items():
        cached = t["cached_input_tokens"]
        uncached = t["input_tokens"] - cached
        found[model] = {"input": uncached, "output": t["output_tokens"], "read": cached, "write": 0}
    return found


def appended(run: Run, home: Path) -> float:
    """Median ms from the start of `aea stats` to its answer after one appended line."""
    files = sorted((home / ".claude" / "projects").glob("*/*.jsonl"))
    times = []
    for number in range(9):
        path = files[number * len(files) // 9]
        before = path.read_bytes()
        line = {
            "type": "user",
            "uuid": f"bench-{time.time_ns()}",
            "sessionId": path.stem,
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            "cwd": "/bench",
            "message": {"role": "user", "content": "one more thing"},
        }
        path.write_bytes(before + json.dumps(line).encode() + b"\n")
        times.append(run.timed([*AEA, "stats"])[0] * 1000)
        path.write_bytes(before)
        run.timed([*AEA, "ingest", "--quiet"])
    return statistics.median(times)


def beside(place: Path, home: Path, peer: str, ours: float, size: int) -> dict[str, Any]:
    """agentsview's cold sync of the same files."""
    copy = place / "peer"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, copy_function=os.link)
    run = Run(copy, copy / "aea")
    run.environment |= {"AGENTSVIEW_NO_DAEMON": "1"}
    seconds = run.timed([peer, "sync"])[0]
    return {
        "peer_seconds": round(seconds, 2),
        "peer_mb_per_second": round(size / 1e6 / seconds, 1),
        "times_faster_than_peer": round(seconds / ours, 1),
    }


def git_history(place: Path) -> dict[str, Any]:
    """Backfill of a real history beside `git log --numstat`, and a commit until `aea stats` shows it."""
    repository = place / "history"
    if not repository.exists():
        command = ["git", "clone", "-q", "-b", "main", str(BUNDLE), str(repository)]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | IDENTITY)
    home = place / "git-home"
    home.mkdir(exist_ok=True)
    run = Run(home, place / "aea-git")
    seconds = []
    for _ in range(5):
        shutil.rmtree(run.data, ignore_errors=True)
        seconds.append(run.timed([*AEA, "ingest", "--quiet"], repository)[0])
    start_up = run.median([*AEA, "ingest", "--quiet"], 5, repository) / 1000
    reference = run.median(["git", "log", "--numstat"], 5, repository) / 1000
    backfill = statistics.median(seconds)
    count = int(run.timed(["git", "rev-list", "--count", "HEAD"], repository)[2])
    shown = []
    for number in range(7):
        message = ["git", "commit", "-q", "--allow-empty", "-m", f"bench {number}"]
        run.timed(message, repository)
        shown.append(run.timed([*AEA, "stats"], repository)[0] * 1000)
    return {
        "commits": count,
        "backfill_seconds": round(backfill, 3),
        "backfill_commits_per_second": round(count / backfill),
        "start_up_seconds": round(start_up, 2),
        "git_log_numstat_seconds": round(reference, 3),
        "share_of_git_speed": round(reference / backfill, 2),
        "share_of_git_speed_without_start_up": round(reference / (backfill - start_up), 2),
        _PYTHON: round(run.median([sys.executable, "-c", "pass"], 15), 1),
        "commit_then_stats_ms": round(statistics.median(shown), 1),
    }


def hook_cost(run: Run, repository: Path) -> dict[str, Any]:
    """What our hook adds to a commit, over an empty sh hook, interleaved."""
    shutil.rmtree(repository, ignore_errors=True)
    run.timed(["git", "init", "-q", str(repository)])
    run.timed([*AEA, "install-hooks", str(repository)])
    ours = (repository / ".git" / "hooks" / "post-commit").read_bytes()
    scripts = {"none": None, "empty": b"#!/bin/sh\nexit 0\n", "ours": ours}
    times: dict[str, list[float]] = {name: [] for name in scripts}
    for _ in range(60):
        for name, script in scripts.items():
            path = repository / ".git" / "hooks" / "post-commit"
            path.unlink(missing_ok=True)
            if script is not None:
                path.write_bytes(script)
                path.chmod(0o755)
            command = ["git", "commit", "-q", "--allow-empty", "-m", name]
            times[name].append(run.timed(command, repository)[0] * 1000)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "commit_without_hook_ms": round(medians["none"], 2),
        "commit_with_empty_hook_ms": round(medians["empty"], 2),
        "commit_with_our_hook_ms": round(medians["ours"], 2),
        "over_an_empty_hook_ms": round(medians["ours"] - medians["empty"], 2),
    }


def main() -> None:
    """Measure what was asked and print one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="10,100,1000", help="corpora in MB")
    parser.add_argument("--peer", help="path of an agentsview executable")
    parser.add_argument("--keep", help="a directory to work in and to leave behind")
    parser.add_argument("--times", type=int, default=3, help="cold ingests of each corpus")
    results.add_argument(parser)
    options = parser.parse_args()
    if not GENERATOR.exists():
        raise SystemExit(f"{GENERATOR} does not exist: set AEA_BENCH_DATA")
    place = Path(options.keep or tempfile.mkdtemp(prefix="aea-bench-")).resolve()
    place.mkdir(parents=True, exist_ok=True)
    try:
        report = measure(place, options)
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        results.write(options.json, report, SPECS)
    finally:
        if not options.keep:
            shutil.rmtree(place)


def measure(place: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    sizes = [int(size) for size in options.sizes.split(",")]
    report: dict[str, Any] = {
        f"{size} MB": ingest(
            place, size, options.peer if size == sizes[-1] else None, options.times
        )
        for size in sizes
    }
    if len(sizes) > 1:
        least, most = report[f"{sizes[0]} MB"], report[f"{sizes[-1]} MB"]
        growth = most["warm_stats_ms"] / least["warm_stats_ms"]
        report["warm_stats_growth"] = round(growth, 2)
    report["git"] = git_history(place)
    report["hook"] = hook_cost(Run(place, place / "aea-hook"), place / "hooked")
    return report


if __name__ == "__main__":
    main()

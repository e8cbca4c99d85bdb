"""Benchmark results as JSON, so that compare.py can hold two runs against each other.

A file says what was measured (date, commit, command line), where (machine, load), and the figures. Times
depend on the machine, so a figure names a reference from the same run wherever there is one, and its ratio
to it. Times without a reference of their own are divided by that of a fixed piece of Python work.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ("aea", "sql", "hooks", "pyproject.toml")  # what a commit must hold unchanged
FIXED_WORK = "fixed Python work"
_SECONDS = {"s": 1.0, "ms": 0.001}
_LOAD = os.getloadavg()[0]  # before this run adds to it


class Spec(NamedTuple):
    """How to read one number of a report."""

    unit: str
    reference: str = ""  # another number of the same group, measured in the same run
    better: str = "lower"  # lower, higher, or neither for a number that describes the run
    noise: float = 0.15  # the share by which two runs of one commit may differ


def add_argument(parser: argparse.ArgumentParser) -> None:
    """The option that all benchmarks share."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")


def write(path: Path | None, report: Mapping[str, Any], specs: Mapping[str, Spec]) -> None:
    """Store the numbers of a report that have a spec; nothing without a path."""
    if path is not None:
        bench = Path(sys.argv[0]).stem
        document = described(bench) | {"figures": figures(report, specs, fixed_work_ms())}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2) + "\n")


def figures(
    report: Mapping[str, Any], specs: Mapping[str, Spec], fixed_ms: float
) -> dict[str, dict[str, Any]]:
    """Figures by their path in the report, such as `100 MB / cold_seconds`."""
    return {
        " / ".join((*group, name)): _figure(numbers, name, specs[name], fixed_ms)
        for group, numbers in _groups(report, ())
        for name in numbers
        if name in specs
    }


def _figure(
    numbers: Mapping[str, Any], name: str, spec: Spec, fixed_ms: float
) -> dict[str, float | str]:
    value = float(numbers[name])
    found: dict[str, float | str] = {
        "value": round(value, 4),
        "unit": spec.unit,
        "better": spec.better,
        "noise": spec.noise,
    }
    if spec.reference:
        found["reference"] = spec.reference
        found["ratio"] = round(value / float(numbers[spec.reference]), 4)
    elif spec.better != "neither" and spec.unit in _SECONDS:
        found["reference"] = FIXED_WORK
        found["ratio"] = round(value * _SECONDS[spec.unit] * 1000 / fixed_ms, 4)
    return found


def _groups(
    report: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], dict[str, float]]]:
    """Each mapping inside the report with the numbers that stand in it."""
    yield path, {name: value for name, value in report.items() if isinstance(value, int | float)}
    for name, value in report.items():
        if isinstance(value, dict):
            yield from _groups(value, (*path, name))


def fixed_work_ms() -> float:
    """Milliseconds of the same small Python program on any machine: the best of nine."""
    times = []
    for _ in range(9):
        started = time.perf_counter()
        sorted(hash((str(number), number)) for number in range(100_000))
        times.append(time.perf_counter() - started)
    return round(min(times) * 1000, 2)


def described(bench: str) -> dict[str, Any]:
    """When, what and where."""
    return {
        "bench": bench,
        "command": shlex.join([Path(sys.orig_argv[0]).name, *sys.orig_argv[1:]]),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251
        "commit": _git("rev-parse", "HEAD"),
        "is_modified": bool(_git("status", "--porcelain", "--", *MEASURED)),
        "machine": machine(),
        "load_before": round(_LOAD, 2),
        "load_after": round(os.getloadavg()[0], 2),  # about 1 on a machine with nothing else to do
    }


def machine() -> dict[str, Any]:
    """Two results with the same machine may be compared by their plain values."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "git": _git("--version").removeprefix("git version "),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=False)
    return done.stdout.decode().strip()

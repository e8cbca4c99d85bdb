"""Two results side by side: what is worse, and what the noise hides."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench import results
from tests.bench.results import Spec

SPECS = {"ours_s": Spec("s", "git_s", noise=0.1), "git_s": Spec("s", better="neither")}
PROGRAM = Path(__file__).parent / "compare.py"


def result(place: Path, name: str, report: dict[str, Any], **told: Any) -> Path:
    document = results.described("run") | told
    document["figures"] = results.figures(report, SPECS, fixed_ms=10)
    path = place / f"{name}.json"
    path.write_text(json.dumps(document))
    return path


def compare(old: Path, new: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), str(old), str(new)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_ratio_counts_where_the_run_has_a_reference(tmp_path: Path) -> None:
    old = result(tmp_path, "old", {"git": {"ours_s": 2.0, "git_s": 1.0}})
    slower_machine = result(tmp_path, "new", {"git": {"ours_s": 6.2, "git_s": 3.0}})
    worse = result(tmp_path, "worse", {"git": {"ours_s": 2.3, "git_s": 1.0}})

    assert compare(old, slower_machine).returncode == 0
    done = compare(old, worse)
    assert done.returncode == 1
    assert "git / ours_s  2 s (2 x)  2.3 s (2.3 x)  +15.0%  WORSE" in done.stdout
    assert "1 of 2 figures are worse" in done.stdout


def test_a_time_without_a_reference_is_held_against_fixed_work() -> None:
    figures = results.figures({"a": {"t": 30.0}}, {"t": Spec("ms")}, fixed_ms=10)

    assert figures["a / t"]["ratio"] == 3.0
    assert figures["a / t"]["reference"] == results.FIXED_WORK


def test_a_value_of_another_machine_is_shown_and_not_judged(tmp_path: Path) -> None:
    report = {"rate": 5.0}
    specs = {"rate": Spec("MB/s", better="higher")}
    paths = []
    for name, factor in (("old", 1), ("new", 0.5)):
        path = result(tmp_path, name, {}, machine={"processor": name})
        document = json.loads(path.read_text())
        document["figures"] = results.figures({"rate": report["rate"] * factor}, specs, 10)
        path.write_text(json.dumps(document))
        paths.append(path)

    done = compare(*paths)

    assert done.returncode == 0
    assert "other machine" in done.stdout


def test_results_of_different_benchmarks_are_refused(tmp_path: Path) -> None:
    old = result(tmp_path, "old", {})
    new = result(tmp_path, "new", {}, bench="history")

    assert compare(old, new).returncode == 2


def test_every_stored_result_says_what_made_it() -> None:
    stored = sorted((Path(__file__).parent / "results").glob("*.json"))

    assert stored
    for path in stored:
        document = json.loads(path.read_text())
        assert document["command"].startswith("python"), path
        assert len(document["commit"]) == 40, path
        assert document["figures"], path
        assert compare(path, path).returncode == 0, path

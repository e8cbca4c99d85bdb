"""Compare two benchmark results: python tests/bench/compare.py OLD.json NEW.json

Prints the figures side by side. A figure is compared by its ratio to the reference of its own run, or by its
value where it has none. Exits with 1 when a figure is worse by more than the noise that the files give. Values
from different machines are shown but not judged.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One figure of both runs."""

    name: str
    old: str
    new: str
    change: str
    verdict: str


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Row]:
    """Every figure of either file."""
    is_same_machine = old["machine"] == new["machine"]
    names = [*old["figures"], *(name for name in new["figures"] if name not in old["figures"])]
    return [
        _row(name, old["figures"].get(name), new["figures"].get(name), is_same_machine)
        for name in names
    ]


def _row(
    name: str, old: dict[str, Any] | None, new: dict[str, Any] | None, is_same_machine: bool
) -> Row:
    if old is None or new is None:
        return Row(name, _shown(old), _shown(new), "", "not in both")
    has_ratios = "ratio" in old and "ratio" in new and old["reference"] == new["reference"]
    kind = "ratio" if has_ratios else "value"
    before, after = old[kind], new[kind]
    change = (after - before) / before if before else float(after != before)
    verdict = _verdict(change, max(old["noise"], new["noise"]), new["better"])
    if kind == "value" and not is_same_machine and new["unit"] in {"s", "ms", "MB/s"}:
        verdict = "other machine"
    return Row(name, _shown(old), _shown(new), f"{change:+.1%}", verdict)


def _verdict(change: float, noise: float, better: str) -> str:
    if better == "neither":
        return ""
    gain = change if better == "higher" else -change
    if abs(gain) <= noise:
        return f"within {noise:.0%}"
    return "better" if gain > 0 else "WORSE"


def _shown(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "-"
    ratio = f" ({figure['ratio']:.3g} x)" if "ratio" in figure else ""
    return f"{figure['value']:,.6g} {figure['unit']}".strip() + ratio


def describe(result: dict[str, Any]) -> str:
    """Where a result comes from, on one line."""
    modified = " with changes" if result["is_modified"] else ""
    load = f"{result['load_before']} to {result.get('load_after', '?')}"
    return f"{result['commit'][:10]}{modified}, {result['date']}, load {load}: {result['command']}"


def main(arguments: list[str]) -> int:
    """0: nothing worse, 1: something is, 2: results of different benchmarks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    options = parser.parse_args(arguments)
    old, new = (json.loads(path.read_text()) for path in (options.old, options.new))
    if old["bench"] != new["bench"]:
        parser.error(f"{old['bench']} cannot be compared with {new['bench']}")
    sys.stdout.write(f"old: {describe(old)}\nnew: {describe(new)}\n\n")
    rows = [Row("figure", "old", "new", "change", ""), *compare(old, new)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    worse = sum(row.verdict == "WORSE" for row in rows)
    sys.stdout.write(f"\n{worse} of {len(rows) - 1} figures are worse by more than the noise.\n")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

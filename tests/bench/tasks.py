"""Precision and recall of task keys on a labelled sample of public commits and branch names: docs/tasks.md.

Usage: python tests/bench/tasks.py [--mistakes]

`tasks_sample.tsv` has one text a line: its set (the rules were tuned on `tune`; `check` was drawn and labelled
afterwards), repository, its tracker, commit or branch, the commit's id, the name or the
subject with the lines of the body that hold something like a key (`\\n` between them), and the right keys. A key is
right if the text states it as the work item that the commit or branch belongs to. Pull requests are no work items.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from aea.tasks import find_mentions, task_key

SAMPLE = Path(__file__).with_name("tasks_sample.tsv")


class Labelled(NamedTuple):
    """One text of the sample, with the keys that are right and those found, by evidence."""

    part: str  # tune, check
    repository: str
    kind: str  # commit, branch
    text: str
    right: frozenset[str]
    found: dict[str, str]  # key -> trailer, message, branch


class Score(NamedTuple):
    """How the found keys compare with the right ones."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the found keys that are right; 1 if none is found."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of the right keys that are found; 1 if there is none."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0


def read_sample() -> list[Labelled]:
    """Every text of the sample, with what the rules find in it."""
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Labelled(
            row["set"],
            row["repository"],
            row["kind"],
            row["text"],
            frozenset(row["keys"].split()),
            _find(row["kind"], row["text"].replace("\\n", "\n")),
        )
        for row in rows
    ]


def _find(kind: str, text: str) -> dict[str, str]:
    if kind == "branch":
        key = task_key(text)
        return {key: "branch"} if key else {}
    return dict(find_mentions(text.encode()))


def score(sample: list[Labelled], evidence: str | None = None) -> Score:
    """The score of one kind of evidence, or of all; recall is known for all only."""
    hits, false, missed = 0, 0, 0
    for one in sample:
        found = {key for key, said in one.found.items() if evidence in (None, said)}
        hits += len(found & one.right)
        false += len(found - one.right)
        missed += len(one.right - set(one.found))
    return Score(hits, false, missed)


def main() -> None:
    """Print the scores, and with --mistakes each text that is read wrong."""
    sample = read_sample()
    kinds = Counter(one.kind for one in sample)
    repositories = len({one.repository for one in sample})
    print(
        f"{kinds['commit']} commits and {kinds['branch']} branch names of {repositories} repositories"
    )
    for evidence in ("trailer", "message", "branch"):
        found = score(sample, evidence)
        print(
            f"{evidence:<9} precision {found.precision:.3f} ({found.hits} of {found.hits + found.false})"
        )
    for kind in ("commit", "branch", None):
        found = score([one for one in sample if kind in (None, one.kind)])
        print(
            f"{kind or 'all':<9} precision {found.precision:.3f}, recall {found.recall:.3f}"
            f" ({found.hits} of {found.hits + found.missed})"
        )
    for part in ("tune", "check"):
        found = score([one for one in sample if one.part == part])
        print(f"{part:<9} precision {found.precision:.3f}, recall {found.recall:.3f}")
    if "--mistakes" in sys.argv:
        for one in sample:
            if set(one.found) != one.right:
                print(f"{one.repository}: {one.text!r} found {one.found}, right {set(one.right)}")


if __name__ == "__main__":
    main()

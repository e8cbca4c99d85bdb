"""Play many seeds: python -m tests.scenarios [--seeds 200] [--start N] [--only SEED]"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from multiprocessing import get_context

from tests.scenarios.history import Outcome, run


class Score:
    """Lines by how they came out."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = self.human = 0
        self.stages: Counter[str] = Counter()

    def precision(self) -> float:
        """Right of all that were given to a session."""
        given = self.right + self.wrong
        return self.right / given if given else 1.0

    def recall(self) -> float:
        """Right of all that a session wrote."""
        wrote = self.right + self.missed
        return self.right / wrote if wrote else 1.0


def main() -> None:
    """Print precision and recall by operation, the worst first, and every fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--only", type=int)
    chosen = parser.parse_args()
    seeds = [chosen.only] if chosen.only else range(chosen.start, chosen.start + chosen.seeds)
    outcomes: list[Outcome] = []
    with get_context("spawn").Pool(2, maxtasksperchild=20) as pool:
        for outcome in pool.imap(run, seeds):
            outcomes.append(outcome)
            for fault in outcome.faults:
                print(f"seed {outcome.seed}: {fault}"[:400])
    _report(outcomes)
    if chosen.only:
        _tell(outcomes[0])


def score(outcomes: list[Outcome]) -> dict[str, Score]:
    """By operation, and `all`. A line given to the wrong session is wrong and missed."""
    scores: dict[str, Score] = defaultdict(Score)
    for outcome in outcomes:
        for line, told in outcome.lines:
            for part in (scores["all"], scores[line.operation]):
                is_right = told.author == line.author
                part.right += is_right and line.author is not None
                part.wrong += not is_right and told.author is not None
                part.missed += not is_right and line.author is not None
                part.human += line.author is None
    return scores


def _report(outcomes: list[Outcome]) -> None:
    scores = score(outcomes)
    print(
        f"{'operation':26s} {'precision':>9s} {'recall':>7s} {'lines':>7s} {'wrong':>6s} {'missed':>6s}"
    )
    for name, part in sorted(
        scores.items(), key=lambda pair: min(pair[1].precision(), pair[1].recall())
    ):
        lines = part.right + part.missed + part.human
        print(
            f"{name:26s} {part.precision():9.4f} {part.recall():7.4f} {lines:7d} {part.wrong:6d} {part.missed:6d}"
        )
    alive, truly = (sum(one.alive for one in outcomes), sum(one.truly_alive for one in outcomes))
    print(f"line ledger: {alive} lines alive on the mainline, {truly} of them truly")
    faulty = [outcome.seed for outcome in outcomes if outcome.faults]
    print(f"{len(outcomes)} seeds, {len(faulty)} with faults: {faulty}")


def _tell(outcome: Outcome) -> None:
    print(", ".join(outcome.operations))
    for line, told in outcome.lines:
        if told.author != line.author:
            print(f"{line.operation}: {line.text!r} of {line.author} told {told}")


if __name__ == "__main__":
    main()

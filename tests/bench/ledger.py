"""Hold the line ledger against git: python tests/bench/ledger.py CLONE [--json FILE], with AEA_HOME where it was ingested.

Of the lines that the ledger calls alive on the mainline, how many `git blame -w -M` gives to the same commit, file and
line at the tip that is checked out; and of those it calls dead, how many blame still finds.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from contextlib import closing

from aea.store.engine import db
from tests.bench import results
from tests.bench.results import Spec

Line = tuple[str, str, int]  # commit, path, line number after it
_ORIGIN = re.compile(r"([0-9a-f]{40,64}) (\d+) ")
_ROWS = (
    "SELECT c.commit_sha, f.file_path, l.first_line, l.line_count FROM {0} AS l"
    " INNER JOIN fact_commit AS c ON c.id = l.commit_id"
    " INNER JOIN metadata_files AS f ON f.id = l.file_id"
)
SPECS = {
    "births": Spec("lines", better="neither"),
    "deaths": Spec("lines", better="neither"),
    "alive": Spec("lines", better="neither"),
    "alive by blame": Spec("lines", "births", better="higher", noise=0),
    "only by us": Spec("lines", "births", noise=0),
    "dead, but blame finds them": Spec("lines", "births", noise=0),
}


def told(table: str) -> set[Line]:
    """The lines of derived_line_arrival or derived_line_death."""
    with closing(db.open_reader()) as connection:
        rows = db.rows(connection, _ROWS.format(table))
    return {(sha, path, first + at) for sha, path, first, count in rows for at in range(count)}


def blamed(clone: str) -> set[Line]:
    """Every line of the tip as the line that blame says it is."""
    found: set[Line] = set()
    for path in _git(clone, "ls-files", "-z").split("\0"):
        sha, number = "", 0
        for line in _git(clone, "blame", "-w", "-M", "--line-porcelain", "HEAD", "--", path).split(
            "\n"
        ):
            if origin := _ORIGIN.match(line):
                sha, number = origin[1], int(origin[2])
            elif line.startswith("filename "):
                found.add((sha, line[9:], number))
    return found


def _git(clone: str, *args: str) -> str:
    done = subprocess.run(["git", "-C", clone, *args], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("clone", help="a clone with the tip of the mainline checked out")
    results.add_argument(parser)
    options = parser.parse_args()
    born, dead = told("derived_line_arrival"), told("derived_line_death")
    seen, alive = blamed(options.clone), born - dead
    report = {
        "births": len(born),
        "deaths": len(dead),
        "alive": len(alive),
        "alive by blame": len(born & seen),
        "only by us": len(alive - seen),
        "dead, but blame finds them": len(dead & seen),
    }
    for name, count in report.items():
        sys.stdout.write(f"{name:30}{count:>12,}\n")
    results.write(options.json, report, SPECS)


if __name__ == "__main__":
    main()

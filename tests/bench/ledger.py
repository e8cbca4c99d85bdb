"""Hold the line ledger against git: python tests/bench/ledger.py CLONE, with AEA_HOME where it was ingested.

Of the lines that the ledger calls alive on the mainline, how many `git blame -w -M` gives to the same commit, file and
line at the tip that is checked out; and of those it calls dead, how many blame still finds.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing

from aea.store.engine import db

Line = tuple[str, str, int]  # commit, path, line number after it
_ORIGIN = re.compile(r"([0-9a-f]{40,64}) (\d+) ")
_ROWS = (
    "SELECT c.commit_sha, f.file_path, l.first_line, l.line_count FROM {0} AS l"
    " INNER JOIN fact_commit AS c ON c.id = l.commit_id"
    " INNER JOIN metadata_files AS f ON f.id = l.file_id"
)


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
    born, dead, seen = told("derived_line_arrival"), told("derived_line_death"), blamed(sys.argv[1])
    alive = born - dead
    sys.stdout.write(f"births {len(born)}, deaths {len(dead)}, alive {len(alive)}\n")
    sys.stdout.write(f"alive by blame {len(born & seen)}, only by us {len(alive - seen)}\n")
    sys.stdout.write(f"dead, but blame finds them {len(dead & seen)}\n")


if __name__ == "__main__":
    main()

"""Score attribution against recorded truth: python tests/bench/truth.py [--truth DIR] [--edits-only] [--json FILE]

`edits`: the extracted edits and commits of the set, given to the rules as the store would give them. They
hold no line numbers, no removed lines and no shell writes. `real`: the transcripts read by the collector, the
bundled repository cloned, and the matches that `aea` then has. docs/attribution.md explains the measures.

A placebo is a match with writes made 1 to 31 days after the commit: what chance gives. Lines that a commit
only moved or put back (`is_carried`) are not counted as its own, neither for nor against.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from gzip import open as gzip_open
from pathlib import Path
from struct import pack
from typing import Any, NamedTuple

from aea.lines import content, hash_lines, hash_numbers, is_trivial, lead_key, text_lines
from aea.pipeline.attribution.model import AddedLines, Claim, MatchInput, Origin, Owner, Write
from aea.pipeline.attribution.rules import SECOND_MS, WINDOW_MS, match
from aea.sources.changes import line_diff
from aea.store.engine import db
from tests.bench import results
from tests.bench.results import Spec
from tests.bench.run import DATA

ROOT = Path(__file__).resolve().parents[2]
TRUTH = DATA / "truth"
DAY_MS = 86_400_000
SHIFT_MS = 31 * DAY_MS
Line = tuple[str, int]
Claims = dict[Line, Claim]
SPECS = {name: Spec("", better="higher", noise=0.002) for name in ("precision", "recall", "f1")}
SPECS |= {name: Spec("", noise=0.02) for name in ("placebo", "false credit")}
SPECS["session"] = Spec("", better="higher", noise=0.002)
_report: dict[str, dict[str, float]] = {}


class Pair(NamedTuple):
    """How one commit with recorded truth came out."""

    session: str
    right: int
    wrong: int
    missed: int
    same_session: int


def load(place: Path) -> list[dict[str, Any]]:
    """The documents of one file."""
    with gzip_open(place, "rt") as file:
        return [json.loads(line) for line in file]


def hashes(lines: list[str]) -> tuple[int, ...]:
    """Line hashes of texts."""
    return hash_numbers(hash_lines([line.encode("utf-8", "surrogatepass") for line in lines]))


class Edits:
    """The extracted edits, as writes of the rules; ids of sessions are their own names."""

    def __init__(self, rows: list[dict[str, Any]], shift: int) -> None:
        self._by_name: dict[str, list[tuple[str, Write]]] = defaultdict(list)
        self._by_lead: dict[int, set[str]] = defaultdict(set)
        self.sessions: dict[int, str] = {}
        keys: dict[str, int] = {}
        for number, row in enumerate(rows, 1):
            try:
                instant = datetime.fromisoformat(row["ts"]).timestamp()
            except ValueError:
                continue
            session = keys.setdefault(row["session_id"], len(keys) + 1)
            self.sessions[session] = row["session_id"]
            write = _write(number, session, int(instant * 1000) - shift, row)
            path = row["path"] or ""
            self._by_name[path.rsplit("/", 1)[-1]].append((path, write))
            if write.is_whole and (lead := lead_key(pack(f">{len(write.added)}Q", *write.added))):
                self._by_lead[lead].add(path)

    def first_at(self) -> int:
        """When the earliest write was made."""
        return min(write.occurred_at for found in self._by_name.values() for _, write in found)

    def on(self, path: str, start: int, end: int, lead: int | None) -> list[Write]:
        """Writes to a path in a window, newest first; of a new file, to files that begin like it too."""
        found = []
        for place, write in self._by_name[path.rsplit("/", 1)[-1]]:
            if (place == path or place.endswith("/" + path)) and start <= write.occurred_at <= end:
                found.append(write)
        for twin in self._by_lead.get(lead or 0, ()):
            for place, write in self._by_name[twin.rsplit("/", 1)[-1]]:
                is_other = place == twin and not place.endswith("/" + path)
                if is_other and start <= write.occurred_at <= end:
                    found.append(write._replace(file_id=2))
        return sorted(found, key=lambda write: (-write.occurred_at, write.change_key))


def _write(number: int, session: int, at: int, row: dict[str, Any]) -> Write:
    if row["tool"] == "Write":
        removed, added = list[bytes](), text_lines(row.get("content") or "")
    else:
        removed, added = line_diff(
            text_lines(row.get("old") or ""), text_lines(row.get("new") or "")
        )
    numbers = tuple(range(1, len(added) + 1)) if row["tool"] == "Write" else None
    return Write(
        change_key=number,
        owner=Owner(session, None),
        occurred_at=at,
        file_id=1,
        is_whole=row["tool"] == "Write",
        added=hash_numbers(hash_lines(added)),
        removed=hash_numbers(hash_lines(removed)),
        added_at=numbers,
        removed_at=() if numbers else None,
    )


class Engine:
    """The rules over commits in order; each line of a write is used once."""

    def __init__(self, edits: Edits, shift: int) -> None:
        self._edits = edits
        self._used: dict[int, set[int]] = defaultdict(set)
        self._origins: dict[str, list[Origin]] = defaultdict(list)
        self._authored: dict[str, list[int]] = defaultdict(list)
        self._shift = shift

    def match(self, commit: dict[str, Any]) -> Claims:
        """Line to claim for one commit."""
        claims: Claims = {}
        authored = min(commit["author_ts"], commit["committer_ts"]) * 1000
        for path, lines in commit["added"].items():
            given = self._input(commit, path, lines, authored)
            for number, claim in match(given):
                claims[path, number] = claim
                if claim.change_key is not None and claim.change_line is not None:
                    self._used[claim.change_key].add(claim.change_line)
            added = given.added
            self._origins[path].append(Origin(1, added.hashes, tuple(added.claims), ()))
            self._authored[path].append(authored)
        return claims

    def _input(
        self, commit: dict[str, Any], path: str, lines: list[tuple[int, str]], authored: int
    ) -> MatchInput:
        until = authored + SECOND_MS
        before = self._origins[path]
        texts = hash_lines([text.encode("utf-8", "surrogatepass") for _, text in lines])
        lead = None if before else lead_key(texts)
        writes = self._edits.on(path, until - WINDOW_MS, until, lead)
        return MatchInput(
            file_id=1,
            added=AddedLines(
                tuple(number for number, _ in lines), hashes([text for _, text in lines])
            ),
            removed=(),
            hunks=[],
            kept={},
            writes=writes,
            used={(w.change_key, line) for w in writes for line in self._used[w.change_key]},
            written_until=until,
            fresh_from=max((at for at in self._authored[path] if at < authored), default=0),
            replaced=[],
            read_earlier=lambda: before[:-101:-1] if any(any(o.claims) for o in before) else [],
            is_ancestor=lambda _: True,
        )


def interval(pairs: list[Pair], value: Callable[[list[Pair]], float]) -> tuple[float, float]:
    """95 % of the values when whole sessions are drawn again."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.session].append(pair)
    pool, dice = list(groups.values()), random.Random(7)
    values = sorted(
        value([pair for _ in pool for pair in dice.choice(pool)]) for _ in range(400 if pool else 0)
    )
    return (values[10], values[389]) if values else (0.0, 0.0)


def precision(pairs: list[Pair]) -> float:
    """Right of all credited."""
    right, wrong = sum(p.right for p in pairs), sum(p.wrong for p in pairs)
    return right / (right + wrong) if right + wrong else 1.0


def recall(pairs: list[Pair]) -> float:
    """Right of all that are a session's."""
    right, missed = sum(p.right for p in pairs), sum(p.missed for p in pairs)
    return right / (right + missed) if right + missed else 1.0


def f1(pairs: list[Pair]) -> float:
    """Harmonic mean of both."""
    p, r = precision(pairs), recall(pairs)
    return 2 * p * r / (p + r) if p + r else 0.0


def show(source: str, name: str, pairs: list[Pair]) -> None:
    """One row: three measures with their intervals."""
    cells = []
    kept = _report.setdefault(f"{source}, {name}", {})
    for value in (precision, recall, f1):
        low, high = interval(pairs, value)
        kept[value.__name__] = value(pairs)
        cells.append(f"{value(pairs):.3f} [{low:.2f},{high:.2f}]")
    right = sum(p.right for p in pairs)
    session = sum(p.same_session for p in pairs) / right if right else 1.0
    kept["session"] = session
    print(
        f"{name:44s} P {cells[0]}  R {cells[1]}  F1 {cells[2]}  session {session:.3f}  n={len(pairs)}"
    )


def share(source: str, name: str, count: int, lines: int) -> None:
    """One row: a share of lines that should be small."""
    _report.setdefault(source, {})[name] = count / lines
    print(f"{name}: {count} of {lines} lines = {count / lines:.3%}")


def own(claims: Claims) -> Claims:
    """Without lines that the commit only moved or put back."""
    return {line: claim for line, claim in claims.items() if not claim.is_carried}


def score_edits(place: Path, truth: dict[str, Any]) -> None:
    """Both sets by their extracted edits."""
    for name in ("gitai", "entire"):
        rows = load(place / f"{name}_edits.jsonl.gz")
        edits = Edits(rows, 0)
        scope = edits.first_at() / 1000 - 86_400
        commits = [
            c for c in load(place / f"{name}_commits.jsonl.gz") if c["committer_ts"] >= scope
        ]
        commits.sort(key=lambda commit: (commit["committer_ts"], commit["sha"]))
        engine = Engine(edits, 0)
        matched = {commit["sha"]: own(engine.match(commit)) for commit in commits}
        print(f"\n== {name}, extracted edits")
        _score_set(name, commits, matched, truth[name], edits)
        chance = Engine(Edits(rows, SHIFT_MS), SHIFT_MS)
        placebo = sum(len(own(chance.match(commit))) for commit in commits)
        lines = sum(len(found) for commit in commits for found in commit["added"].values())
        share(name, "placebo", placebo, lines)


def _score_set(
    name: str,
    commits: list[dict[str, Any]],
    matched: dict[str, Claims],
    truth: dict[str, Any],
    edits: Edits,
) -> None:
    by_kind: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
    for commit in commits:
        known = truth.get(commit["sha"])
        if known:
            by_kind[known["kind"]].append((commit, known))
    if name == "entire":
        for title, kinds in (
            ("pure", ["pure"]),
            ("pure and mixed, total = added", ["pure", "mixed"]),
        ):
            found = [pair for kind in kinds for pair in by_kind[kind]]
            show(
                name,
                title,
                [_counted(known, len(matched[commit["sha"]])) for commit, known in found],
            )
        _misses([commit for commit, _ in by_kind["pure"]], matched, edits)
        return
    full = by_kind["full"]
    sets = {
        "all pairs": full,
        "no sub-agent": [pair for pair in full if not pair[1]["subagent"]],
        "no sub-agent, writer >= 1.1": [
            pair for pair in full if not pair[1]["subagent"] and pair[1]["ver_ok"]
        ],
    }
    for title, found in sets.items():
        show(name, title, [_by_line(c, known, matched[c["sha"]], edits) for c, known in found])
    none = [commit for commit, _ in by_kind["none"]]
    false = sum(len(matched[commit["sha"]]) for commit in none)
    lines = sum(len(found) for commit in none for found in commit["added"].values())
    wrong = sum(bool(matched[commit["sha"]]) for commit in none)
    share(name, "false credit", false, lines)
    print(f"commits with false credit: {wrong} of {len(none)}")
    stages: dict[str, Counter[bool]] = defaultdict(Counter)
    for commit, known in full:
        true = {(path, int(n)) for path, found in known["lines"].items() for n in found}
        for line, claim in matched[commit["sha"]].items():
            stages[claim.stage][line in true] += 1
    precisions = ", ".join(
        f"{stage} {found[True] / found.total():.2f} of {found.total()}"
        for stage, found in stages.items()
    )
    print(f"precision by stage: {precisions}")


def _by_line(commit: dict[str, Any], known: dict[str, Any], claims: Claims, edits: Edits) -> Pair:
    added = {(path, n) for path, found in commit["added"].items() for n, _ in found}
    true = {
        (path, int(n)): session
        for path, found in known["lines"].items()
        for n, session in found.items()
        if (path, int(n)) in added
    }
    right = [line for line in claims if line in true]
    same = sum(edits.sessions[claims[line].owner.session_id] == true[line] for line in right)
    name = known["session_ids"][0] if known["session_ids"] else commit["sha"]
    return Pair(name, len(right), len(claims) - len(right), len(true) - len(right), same)


def _counted(known: dict[str, Any], lines: int) -> Pair:
    """The truth is a count: a wrong line cannot be told from a right one."""
    right = min(lines, known["agent_lines"])
    name = known["session_ids"][0] if known["session_ids"] else str(known)
    return Pair(name, right, lines - right, known["agent_lines"] - right, right)


def _misses(commits: list[dict[str, Any]], matched: dict[str, Claims], edits: Edits) -> None:
    """Why lines of commits that are all an agent's were not found."""
    paths: dict[int, set[str]] = defaultdict(set)
    for found in edits._by_name.values():  # the bench looks inside on purpose
        for path, write in found:
            for line in write.added:
                paths[content(line)].add(path)
    classes: Counter[str] = Counter()
    for commit in commits:
        for path, lines in commit["added"].items():
            for (number, _), line in zip(lines, hashes([text for _, text in lines]), strict=True):
                if (path, number) in matched[commit["sha"]]:
                    continue
                known = paths.get(content(line), set())
                is_here = any(place.endswith("/" + path) for place in known)
                classes[_class(line, is_here=is_here, is_known=bool(known))] += 1
    print("missed:", ", ".join(f"{count} {name}" for name, count in classes.most_common()))


def _class(line: int, *, is_here: bool, is_known: bool) -> str:
    if is_trivial(line):
        return "trivial"
    if is_here:
        return "written to the file, but used or not certain enough"
    return "written to another file only" if is_known else "in no edit"


class Real:
    """A home with the transcripts, a clone of the bundle, and aea's data."""

    def __init__(self, truth: Path, place: Path) -> None:
        self._truth, self._place = truth, place
        self.clone = place / "clone"
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CLAUDE", "CODEX", "GIT_", "XDG_"))
        }
        self._environment |= {
            "HOME": str(place / "home"),
            "AEA_HOME": str(place / "aea"),
            "PYTHONPATH": str(ROOT),
            "GIT_CONFIG_GLOBAL": "/nonexistent/gitconfig",
        }

    def make(self) -> None:
        """Lay everything out and let aea read it."""
        bundle = str(self._truth / "entire_main.bundle")
        subprocess.run(["git", "clone", "-q", "-b", "main", bundle, str(self.clone)], check=True)
        sessions = self._place / "home" / ".claude" / "projects" / "entire"
        sessions.mkdir(parents=True)
        texts = []
        for row in json.loads((self._truth / "transcripts" / "manifest.json").read_text()):
            with gzip_open(self._truth / "transcripts" / row["file"]) as file:
                texts.append(file.read())
            (sessions / f"{row['session_id'][-36:]}.jsonl").write_bytes(texts[-1])
        self.aea("ingest")
        for root in sorted(set(self._roots(texts))):
            self.aea("repos", "alias", root, str(self.clone))

    def _roots(self, texts: list[bytes]) -> Iterator[str]:
        """Where the sessions had the repository: what precedes the path of a file it knows."""
        listed = ["git", "log", "--name-only", "--format="]
        done = subprocess.run(listed, cwd=self.clone, check=True, capture_output=True, text=True)
        known = set(done.stdout.split("\n"))
        seen: Counter[str] = Counter()
        for text in texts:
            for raw in set(re.findall(rb'"(?:file_path|filePath)":"([^"]+)"', text)):
                steps = raw.decode().split("/")
                cut = next((i for i in range(3, len(steps)) if "/".join(steps[i:]) in known), 0)
                if cut:
                    seen["/".join(steps[:cut])] += 1
        return (root for root, count in seen.items() if count > 1)

    def aea(self, *arguments: str) -> str:
        """One command."""
        command = [sys.executable, "-m", "aea", *arguments]
        return subprocess.run(
            command,
            env=self._environment,
            cwd=self.clone,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def lines(self) -> dict[str, tuple[int, dict[str, int]]]:
        """Of each commit: added lines, and those of sessions that are its own, by stage."""
        os.environ["AEA_HOME"] = str(self._place / "aea")
        connection = db.open_reader()
        rows = db.rows(
            connection,
            "SELECT c.commit_sha, coalesce(sum(f.lines_added), 0) FROM fact_commit AS c"
            " LEFT JOIN fact_commit_file_change AS f ON f.commit_id = c.id"
            " WHERE c.parent_count < 2 GROUP BY c.id",
        )
        found: dict[str, tuple[int, dict[str, int]]] = {sha: (added, {}) for sha, added in rows}
        matched = db.rows(
            connection,
            "SELECT c.commit_sha, m.stage, sum(m.line_count) FROM fact_commit AS c"
            " INNER JOIN derived_commit_line_match AS m ON m.commit_id = c.id"
            " WHERE c.parent_count < 2 AND m.is_carried = 0 GROUP BY c.id, m.stage",
        )
        for sha, stage, count in matched:
            found[sha][1][stage] = count
        connection.close()
        return found

    def shift(self) -> None:
        """Let every write have been made 31 days earlier, for the placebo."""
        connection = db.open_writer()
        with db.transaction(connection):
            connection.execute(
                "UPDATE fact_session_code_change SET occurred_at = occurred_at - ?", (SHIFT_MS,)
            )
            connection.execute("DELETE FROM dirty_match_file")
        connection.close()
        self.aea("rebuild")


def score_real(truth: Path, known: dict[str, Any]) -> None:
    """The collector's own matched."""
    place = Path(tempfile.mkdtemp(prefix="aea-truth-"))
    try:
        real = Real(truth, place)
        real.make()
        matched = real.lines()
        print("\n== entire, the collector on transcripts and a clone of the repository")
        for title, kinds in (("pure", {"pure"}), ("pure and mixed", {"pure", "mixed"})):
            rows = [
                (sha, row) for sha, row in known.items() if row["kind"] in kinds and sha in matched
            ]
            show(
                "collected",
                title,
                [_counted(row, sum(matched[sha][1].values())) for sha, row in rows],
            )
        stages: Counter[str] = Counter()
        for sha, row in known.items():
            if row["kind"] == "pure" and sha in matched:
                stages.update(matched[sha][1])
        print("pure, by stage:", dict(stages.most_common()))
        since = _first_write() // 1000 - 86_400
        real.shift()
        done = subprocess.run(
            ["git", "log", "--no-merges", f"--since-as-filter={since}", "--format=%H"],
            cwd=real.clone,
            check=True,
            capture_output=True,
            text=True,
        )
        chance = real.lines()
        scope = [sha for sha in done.stdout.split() if sha in chance]
        lines = sum(chance[sha][0] for sha in scope)
        placebo = sum(sum(chance[sha][1].values()) for sha in scope)
        share("collected", "placebo", placebo, lines)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _first_write() -> int:
    connection = db.open_reader()
    ((first,),) = db.rows(connection, "SELECT min(occurred_at) FROM fact_session_code_change")
    connection.close()
    return int(first)


def main() -> None:
    """Print the scorecard."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truth", type=Path, default=TRUTH)
    parser.add_argument("--edits-only", action="store_true")
    results.add_argument(parser)
    chosen = parser.parse_args()
    if not (chosen.truth / "truth.json").exists():
        raise SystemExit(f"{chosen.truth} holds no truth.json; name the set with --truth")
    truth = json.loads((chosen.truth / "truth.json").read_text())
    score_edits(chosen.truth, truth)
    if not chosen.edits_only and (chosen.truth / "entire_main.bundle").exists():
        score_real(chosen.truth, truth["entire"])
    results.write(chosen.json, _report, SPECS)


if __name__ == "__main__":
    main()

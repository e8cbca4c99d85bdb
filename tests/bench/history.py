"""Time the first ingest: python tests/bench/history.py [--keep DIR] [--short-files | --repository PATH] [--json FILE]

Makes 10,000 commits with about a million added lines by `git fast-import` (kept in DIR for the next run), whose
files grow long or (--short-files) stay at 300 lines, or takes a clone of PATH. In the same run: what `git log -p --numstat` needs to print it, the whole process of a
first `aea ingest`, its memory, and one more commit caught up with in a warm process.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import IO

from aea import clock
from aea.ingest import catch_up
from aea.ingest.commits import ingest_repository
from aea.ingest.readers import registry
from aea.ingest.run import IngestRun
from aea.sources.claude import claude_code
from tests.bench import results
from tests.bench.results import Spec
from tests.bench.run import AEA, IDENTITY, Run
from tests.scenarios.sessions import Author, Claude

_START = 1_600_000_000
_AUTHORS = [f"Dev {n} <dev{n}@example.org>" for n in range(12)]
_HOT = "src/registry.py"
_CLONE = ("-qns", "-c", "remote.origin.fetch=+refs/*:refs/remotes/origin/*")
SPECS = {
    "commits": Spec("", better="neither"),
    "added lines": Spec("", better="neither"),
    "git log -p --numstat, s": Spec("s", better="neither"),
    "first ingest, s": Spec("s", "git log -p --numstat, s"),
    "processor time of git log, s": Spec("s", better="neither"),
    "processor time of ours, s": Spec("s", "processor time of git log, s"),
    "largest process, MB": Spec("MB", noise=0.05),
    "database, MB": Spec("MB", noise=0.01),
    "git show -p of it, ms": Spec("ms", better="neither"),
    "one more commit, ms": Spec("ms", "git show -p of it, ms"),
    "the slowest of them, ms": Spec("ms", better="neither"),
    "git show -p of those, ms": Spec("ms", better="neither"),
    "one more of a session, ms": Spec("ms", "git show -p of those, ms"),
    "the slowest of those, ms": Spec("ms", better="neither"),
}
_BLOCK, _SIDE = 20, 5  # of 20 commits 5 are on a side branch, and one merges it
_WORDS = """account amount batch branch buffer cache change client column commit config count cursor entry
error event field file filter index item key level limit line list lock match message model name node
number offset order page parent path plan query range record result row rule scope session size source
state status store stream table target task token total user value view""".split()  # noqa: SIM905
_PLAIN = ("", "", "", "    }", "    return None", "        continue", "    else:", "import os", "")


class _History:
    """Writes a history as a stream for `git fast-import`."""

    def __init__(self, stream: IO[bytes], commits: int, lines: int) -> None:
        self._stream = stream
        self._commits = commits
        self._mean = lines / commits / (1 - 1 / _BLOCK)
        self._dice = random.Random(5)
        self._clock = _START
        self._files: dict[str, list[str]] = {_HOT: []}
        self._mark = 0

    def write(self) -> None:
        """Blocks of commits, each with a side branch that is merged at its end."""
        main = 0
        while self._mark < self._commits:
            side, held = main, set(self._some(_SIDE))
            for step in range(_BLOCK - 1):
                if step % (_BLOCK // _SIDE) == 3 or step == _BLOCK - 2:
                    side = self._commit("side", [side], self._change(sorted(held)))
                else:
                    free = [name for name in self._files if name not in held and name != _HOT]
                    main = self._commit("main", [main], self._change(free))
            main = self._commit("main", [main, side], held)

    def _some(self, count: int) -> list[str]:
        """Files for the side branch: the main branch leaves them alone until it is merged."""
        names = [name for name in self._files if name != _HOT]
        return self._dice.sample(names, count) if len(names) > _BLOCK else []

    def _change(self, names: list[str]) -> set[str]:
        """Edit one to five of the files, and at times the hot one or one that is new."""
        count = max(1, min(1500, int(self._dice.expovariate(1 / self._mean))))
        chosen = set(self._dice.sample(names, min(len(names), self._dice.randint(1, 5))))
        if len(names) > _SIDE or not names:
            if not chosen or self._dice.random() < 0.05:
                folder, name = self._dice.choices(_WORDS, k=2)
                chosen.add(f"src/{folder}/{name}_{self._mark}.py")
            if self._dice.random() < 0.15:
                chosen.add(_HOT)
        for name in sorted(chosen):
            self._edit(name, max(1, count // len(chosen)))
        return chosen

    def _edit(self, name: str, count: int) -> None:
        """Add lines in one to three places; what stands there loses up to half as many."""
        lines = self._files.setdefault(name, [])
        hunks = min(count, self._dice.randint(1, 3))
        for part in range(hunks):
            fresh = count // hunks + (part < count % hunks)
            at = self._dice.randrange(len(lines) + 1)
            gone = self._dice.randrange(fresh // 2 + 1)
            lines[at : at + gone] = [self._line() for _ in range(fresh)]

    def _line(self) -> str:
        dice = self._dice
        if dice.random() < 0.25:
            return dice.choice(_PLAIN)
        one, two, three = dice.choices(_WORDS, k=3)
        indent = "    " * dice.randint(1, 3)
        shape = dice.randrange(5)
        return (
            indent
            + (
                f"{one}_{two} = self._{three}[{dice.randrange(900)}]",
                f"if {one}.{two} is not None and {three} > {dice.randrange(90)}:",
                f"return {one}_{two}({three}, {two}={dice.randrange(50)})",
                f"# the {one} of a {two} is not that of its {three}, unless it has {dice.randrange(90)}",
                f"raise {one.title()}Error(f'no {two} for {{{three}}} in {one}_{dice.randrange(900)}')",
            )[shape]
        )

    def _commit(self, branch: str, parents: list[int], changed: set[str]) -> int:
        self._mark += 1
        self._clock += self._dice.randrange(60, 7200)
        who = f"{self._dice.choice(_AUTHORS)} {self._clock} +0000"
        message = (
            f"{self._dice.choice(_WORDS).title()} the {self._dice.choice(_WORDS)} {self._mark}"
        )
        head = f"commit refs/heads/{branch}\nmark :{self._mark}\nauthor {who}\ncommitter {who}\n"
        head += f"data {len(message)}\n{message}\n"
        if parents[0]:
            links = [f"from :{parents[0]}", *(f"merge :{parent}" for parent in parents[1:])]
            head += "".join(f"{link}\n" for link in links)
        self._stream.write(head.encode())
        for name in sorted(changed):
            text = "".join(f"{line}\n" for line in self._files[name]).encode()
            self._stream.write(
                f"M 100644 inline {name}\ndata {len(text)}\n".encode() + text + b"\n"
            )
        return self._mark


class _ShortHistory(_History):
    """One branch; each commit replaces blocks of 25 lines in one of 400 files of 300 lines."""

    def write(self) -> None:
        """The first commit adds all files."""
        names = [f"src/m{number % 40}/f{number}.py" for number in range(400)]
        self._files = {name: [self._line() for _ in range(300)] for name in names}
        main = self._commit("main", [0], set(names))
        blocks = max(1, round(self._mean / 25))
        while self._mark < self._commits:
            name = self._dice.choice(names)
            for _ in range(blocks):
                at = self._dice.randrange(275)
                self._files[name][at : at + 25] = [self._line() for _ in range(25)]
            main = self._commit("main", [main], {name})


def made(place: Path, commits: int, lines: int, *, is_short: bool) -> Path:
    """The bare repository with such a history, made when it is not there yet."""
    kind = "short" if is_short else "history"
    repository = place / f"{kind}-{commits}-{lines}.git"
    if not repository.exists():
        growing = repository.with_suffix(".new")
        shutil.rmtree(growing, ignore_errors=True)
        _git("init", "-q", "--bare", "-b", "main", str(growing))
        _import(growing, (_ShortHistory if is_short else _History), commits, lines)
        _git("-C", str(growing), "repack", "-adfq")
        growing.rename(repository)
    return repository


def _import(repository: Path, history: type[_History], commits: int, lines: int) -> None:
    words = ["git", "-C", str(repository), "fast-import", "--quiet"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, env=os.environ | IDENTITY) as process:
        assert process.stdin is not None
        history(process.stdin, commits, lines).write()
    if process.returncode:
        raise SystemExit("git fast-import failed")


def _git(*args: str, data: bytes | None = None) -> str:
    environment = os.environ | IDENTITY
    done = subprocess.run(["git", *args], check=True, input=data, stdout=-1, env=environment)
    return done.stdout.decode("utf-8", "replace")


def measure(source: Path, place: Path, times: int) -> dict[str, float]:
    """All figures of one history; the history itself is not written to."""
    repository = place / "clone"
    _git("clone", *_CLONE, str(source), str(repository))
    _git("-C", str(repository), "config", "aea.mainline", "main")  # its remote has it as heads/main
    home = place / "home"
    home.mkdir()
    run = Run(home, place / "aea")
    shown, ours = [], []
    for _ in range(times):
        printed = f"git log -p --numstat --all > {os.devnull}"
        shown.append(_timed(run, ["sh", "-c", printed], repository))
        shutil.rmtree(run.data, ignore_errors=True)
        ours.append(_timed(run, [*AEA, "ingest", "--quiet"], repository))
    (git_seconds, git_cpu, _), (seconds, cpu, memory) = map(_best, (shown, ours))
    totals = (
        "SELECT sum(lines_added), (SELECT count(*) FROM fact_commit) FROM fact_commit_file_change"
    )
    added, commits = run.timed([*AEA, "sql", "--csv", totals])[2].splitlines()[-1].split(",")
    return {
        "commits": int(commits),
        "added lines": int(added),
        "git log -p --numstat, s": git_seconds,
        "first ingest, s": seconds,
        "commits per second": int(commits) / seconds,
        "first ingest / git log -p": seconds / git_seconds,
        "processor time of git log, s": git_cpu,
        "processor time of ours, s": cpu,
        "largest process, MB": memory,
        "database, MB": sum(path.stat().st_size for path in run.data.glob("aea.db*")) / 1e6,
        **_one_more(run, repository),
        **_one_more_of_a_session(run, repository),
    }


def _timed(run: Run, command: list[str], cwd: Path) -> tuple[float, float, float]:
    """(seconds, processor seconds with all children, MB of the largest process)."""
    before = os.times()
    seconds, kibibytes, _ = run.timed(command, cwd)
    cpu = sum(os.times()[2:4]) - sum(before[2:4])
    return seconds, cpu, kibibytes / 1024


def _best(rows: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    seconds, cpu, memory = zip(*rows, strict=True)
    return min(seconds), min(cpu), max(memory)


def _one_more(run: Run, repository: Path, commits: int = 15) -> dict[str, float]:
    """One new commit of 100 lines until its event row is written, in a process that is warm."""
    os.environ.clear()
    os.environ.update(run.environment)
    waited, printed = [], []
    with closing(catch_up.open_database()) as connection:
        ingest = IngestRun(connection)
        for number in range(commits + 2):
            _append(repository, number)
            started = time.perf_counter()
            gained = ingest_repository(ingest, str(repository), prefer_command=True)
            waited.append((time.perf_counter() - started) * 1000)
            assert gained is not None
            assert gained.commit_count == 1
            printed.append(run.timed(["git", "show", "--numstat", "-p"], repository)[0] * 1000)
    median, reference = statistics.median(waited[2:]), statistics.median(printed[2:])
    return {
        "one more commit, ms": median,
        "the slowest of them, ms": max(waited[2:]),
        "git show -p of it, ms": reference,
    }


def _one_more_of_a_session(run: Run, repository: Path, commits: int = 15) -> dict[str, float]:
    """A session adds 100 lines and takes 50 of its last ones away, in a file that changes as much as most."""
    author = Author("claude_code", "be000000-0000-4000-8000-000000000001")
    log = (
        Path(run.environment["HOME"])
        / ".claude"
        / "projects"
        / "-bench"
        / f"{author.session_id}.jsonl"
    )
    session = Claude(author, log, late=False)
    branch = _git("-C", str(repository), "symbolic-ref", "HEAD").strip()
    hot = _git(
        "-C", str(repository), "log", "--format=", "--name-only", "-m", "--first-parent", branch
    )
    name = sorted(Counter(hot.split()).items(), key=lambda pair: (pair[1], pair[0]))[-20][0]
    lines = _git("-C", str(repository), "cat-file", "blob", f"{branch}:{name}").split("\n")[:-1]
    waited, printed = [], []
    with closing(catch_up.open_database()) as connection:
        ingest = IngestRun(connection)
        for number in range(commits + 2):
            old, lines = lines, [f"ours_{number}_{at} = {at}" for at in range(100)] + lines[50:]
            session.edit(
                str(repository / name), old, lines, clock.now_ms() // 1000, str(repository)
            )
            registry.read(ingest, claude_code, str(log))
            ingest.flush()
            _commit_file(repository, name, "".join(f"{line}\n" for line in lines))
            started = time.perf_counter()
            ingest_repository(ingest, str(repository), prefer_command=True)
            waited.append((time.perf_counter() - started) * 1000)
            printed.append(run.timed(["git", "show", "--numstat", "-p"], repository)[0] * 1000)
    with closing(catch_up.open_database()) as connection:
        query = "SELECT sum(ai_added_lines_removed) FROM event_commit_churn"
        died = int(connection.execute(query).get)
    assert died >= 50 * commits, f"only {died} lines died"
    return {
        "one more of a session, ms": statistics.median(waited[2:]),
        "the slowest of those, ms": max(waited[2:]),
        "git show -p of those, ms": statistics.median(printed[2:]),
    }


def _append(repository: Path, number: int) -> None:
    branch = _git("-C", str(repository), "symbolic-ref", "HEAD").strip()
    name = _git("-C", str(repository), "ls-tree", "-r", "--name-only", branch).split("\n")[number]
    text = _git("-C", str(repository), "cat-file", "blob", f"{branch}:{name}")
    _commit_file(
        repository,
        name,
        text + "".join(f"value_{number}_{line} = {line}\n" for line in range(100)),
    )


def _commit_file(repository: Path, name: str, text: str) -> None:
    branch = _git("-C", str(repository), "symbolic-ref", "HEAD").strip()
    content, when = text.encode(), f"Bench <bench@example.org> {clock.now_ms() // 1000} +0000"
    stream = f"commit {branch}\ncommitter {when}\ndata 4\nmore\nfrom {branch}^0\n"
    stream += f'M 100644 inline "{name}"\ndata {len(content)}\n'
    _git("-C", str(repository), "fast-import", "--quiet", data=stream.encode() + content + b"\n")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=1_000_000, help="added lines, about so many")
    parser.add_argument("--short-files", action="store_true", help="files of 300 lines")
    parser.add_argument("--repository", type=Path, help="measure this history instead")
    parser.add_argument("--keep", type=Path, help="a directory for the history that is made")
    parser.add_argument("--times", type=int, default=3, help="of which the best counts")
    results.add_argument(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aea-bench-") as temporary:
        place = Path(temporary).resolve()
        kept = options.keep.resolve() if options.keep else place
        kept.mkdir(parents=True, exist_ok=True)
        source = options.repository or made(
            kept, options.commits, options.lines, is_short=options.short_files
        )
        figures = measure(source.resolve(), place, options.times)
    for name, value in figures.items():
        sys.stdout.write(f"{name:30}{value:>12,.{2 if value < 1000 and value % 1 else 0}f}\n")
    results.write(options.json, figures, SPECS)


if __name__ == "__main__":
    main()

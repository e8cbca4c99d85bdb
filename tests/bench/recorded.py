"""Score attribution in repositories that hold their sessions: python -m tests.bench.recorded REPOSITORY... [--ref REF]

Entire keeps the transcripts of a commit in a branch of the repository and writes the checkpoint's id into the
commit's message. A commit counts if it is the only one of a single-session checkpoint, and Entire recorded every
line that it adds as the agent's. `held` are the added lines that a tool call of the checkpoint's transcript
contains, but for white space; `matched` are those that aea gives to a session as new. Lines that were only moved,
put back or laid out anew (`is_carried`, and kept lines whose author is unknown) are listed as missed with their
reason, and left out of the share of new lines.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aea.lines import content, hash_numbers, is_trivial, line_numbers, text_lines
from aea.pipeline.attribution.kept import find_kept
from aea.pipeline.attribution.model import CommitFile
from aea.store.engine import db
from tests.bench import results
from tests.bench.results import Spec
from tests.bench.truth import Real

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REF = "entire/checkpoints/v1"
CARRIED, KEPT = "carried: an ancestor had it", "kept: it stood there before, author unknown"
SPECS = {name: Spec("", better="higher", noise=0.002) for name in ("share", "share of new lines")}
_TRAILER = re.compile(r"^Entire-Checkpoint: *([0-9a-f]{12})", re.MULTILINE)
_SESSION_FILE = re.compile(r"(?P<id>../[0-9a-f]{10})/\d+/metadata\.json")
_TRANSCRIPT = re.compile(r"(?:full|transcript)\.jsonl(?:\.\d+)?")
_CODEX = ("function_call", "custom_tool_call", "local_shell_call")
_QUERY = """
    SELECT c.id, c.commit_sha, f.file_id, m.file_path, f.added_runs, f.added_hashes, f.removed_runs,
        f.removed_hashes, f.lead_key
    FROM fact_commit AS c
    INNER JOIN fact_commit_file_change AS f ON f.commit_id = c.id
    INNER JOIN metadata_files AS m ON m.id = f.file_id
    ORDER BY c.id, f.file_id"""


class Recorded(NamedTuple):
    """One session of a checkpoint."""

    session_id: str
    agent: str
    added: (
        int | None
    )  # lines of the commit, all of them the agent's; None: not recorded, or not all
    text: bytes


class Line(NamedTuple):
    """One held line, with what became of it."""

    commit: str
    path: str
    number: int
    text: str
    tools: str
    fate: str  # matched, carried, or the reason why it is neither


class Checkpoints:
    """The checkpoints of a repository."""

    def __init__(self, repository: Path, ref: str) -> None:
        self._repository, self._ref = repository, ref

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """What one git command prints; a snapshot may lack large objects that it asks for."""
        command = ["git", "-C", str(self._repository), *arguments]
        return subprocess.run(command, input=given, check=False, capture_output=True).stdout

    @cached_property
    def sessions(self) -> dict[str, list[Recorded]]:
        """The recorded sessions by checkpoint id."""
        listed = self.git("ls-tree", "-r", "--name-only", self._ref).decode().splitlines()
        texts: dict[str, list[str]] = defaultdict(list)
        for name in sorted(listed):
            if _TRANSCRIPT.fullmatch(name.rsplit("/", 1)[-1]):
                texts[name.rsplit("/", 1)[0]].append(name)
        found: dict[str, list[Recorded]] = defaultdict(list)
        for name in listed:
            if place := _SESSION_FILE.fullmatch(name):
                known = json.loads(next(self._read([name])) or b"{}")
                text = b"".join(self._read(texts[name.rsplit("/", 1)[0]]))
                found[place["id"].replace("/", "")].append(_recorded(known, text))
        return found

    def _read(self, names: Iterable[str]) -> Iterator[bytes]:
        """The content of files; a snapshot may lack large ones."""
        for name in names:
            done = self.git("cat-file", "--batch", given=f"{self._ref}:{name}\n".encode())
            head, _, text = done.partition(b"\n")
            yield b"" if head.endswith(b"missing") else text[:-1]

    def commits(self) -> dict[str, Recorded]:
        """The commits that are wholly an agent's, by sha, with their only session."""
        log = self.git("log", "--no-merges", "--format=%H %B%x00").decode(errors="replace")
        shas: dict[str, list[str]] = defaultdict(list)
        for entry in log.split("\0"):
            for checkpoint in _TRAILER.findall(entry):
                shas[checkpoint].append(entry.split()[0])
        found = {}
        for checkpoint, named in shas.items():
            sessions = self.sessions.get(checkpoint, [])
            is_single = len(named) == len(sessions) == 1
            if is_single and sessions[0].added == self._count_added(named[0]):
                found[named[0]] = sessions[0]
        return found

    def _count_added(self, sha: str) -> int:
        rows = self.git("show", "--numstat", "--format=", sha).decode().splitlines()
        counts = [row.split("\t", 1)[0] for row in rows if row]
        return sum(int(count) for count in counts if count.isdigit())


def _recorded(known: dict[str, Any], text: bytes) -> Recorded:
    counted = known.get("initial_attribution") or {}
    is_whole = counted.get("agent_percentage", 0) >= 100 and counted.get("agent_lines")
    added = counted.get("total_committed") if is_whole else None
    return Recorded(known.get("session_id", ""), known.get("agent") or "", added, text)


class Snapshot(Real):
    """A home with the recorded sessions, a clone of the repository, and aea's data."""

    def __init__(self, repository: Path, checkpoints: Checkpoints, place: Path) -> None:
        super().__init__(repository, place)
        self._checkpoints = checkpoints

    def make_clone(self) -> None:
        """Clone the default branch."""
        command = ["git", "clone", "-q", "--single-branch", "--no-tags", "--no-checkout"]
        subprocess.run([*command, str(self._truth), str(self.clone)], check=True)

    def sessions(self) -> Iterator[tuple[str, bytes]]:
        """The longest transcript of each session: a later checkpoint holds the earlier ones."""
        longest: dict[str, bytes] = {}
        for recorded in self._checkpoints.sessions.values():
            for session in recorded:
                longest[session.session_id] = max(
                    longest.get(session.session_id, b""), session.text, key=len
                )
        for name, text in longest.items():
            if b'"session_meta"' in text[:2000]:
                yield f".codex/sessions/2026/01/01/rollout-2026-01-01T00-00-00-{name}.jsonl", text
            elif b'"sessionId"' in text:
                yield f".claude/projects/app/{name[-36:]}.jsonl", text

    def roots(self, texts: list[bytes]) -> Iterator[str]:
        """Where the sessions had the repository."""
        yield from super().roots(texts)
        for text in texts:
            if b'"session_meta"' in text[:2000]:
                yield from (
                    raw.decode() for raw in re.findall(rb'"cwd":"(/[^"]+)"', text[:20000])[:1]
                )


def held_lines(text: bytes) -> dict[str, set[str]]:
    """The lines in the tool calls of a transcript, without white space, with the tools' names.

    Entire blackens what looks like a secret, sometimes a path: nobody can tell which file such a call wrote.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for record in text.splitlines():
        try:
            calls = list(_calls(json.loads(record)))
        except ValueError:
            continue
        for tool, given in calls:
            if isinstance(given, dict) and "REDACTED" in str(given.get("file_path")):
                continue
            for one in _strings(given):
                for line in one.split("\n"):
                    found[_plain(line)].add(tool)
                    found[_plain(line.removeprefix("+"))].add(tool)
    return found


def _calls(value: Any) -> Iterator[tuple[str, Any]]:
    """(tool, input) of each call in a record, also of a sub-agent's."""
    if isinstance(value, dict):
        if value.get("type") == "tool_use":
            yield str(value.get("name")), value.get("input")
        elif value.get("type") in _CODEX:
            given = value.get("arguments") or value.get("input") or value.get("action")
            yield str(value.get("name")), _parsed(given)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _calls(one)


def _parsed(given: Any) -> Any:
    try:
        return json.loads(given)
    except (TypeError, ValueError):
        return given


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _strings(one)


def _plain(line: str) -> str:
    return "".join(line.split())


def _held_indexes(
    numbers: tuple[int, ...], hashes: tuple[int, ...], is_held: list[bool]
) -> Iterator[int]:
    """The held lines; trivial ones only next to another, for every transcript holds a bracket."""
    block: list[int] = []
    for index, number in enumerate(numbers):
        if not is_held[index] or (block and number != numbers[block[-1]] + 1):
            yield from _unless_trivial(block, hashes)
            block = []
        if is_held[index]:
            block.append(index)
    yield from _unless_trivial(block, hashes)


def _unless_trivial(block: list[int], hashes: tuple[int, ...]) -> list[int]:
    return block if any(not is_trivial(hashes[index]) for index in block) else []


class Score:
    """The held lines of the commits of one repository."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._connection = db.open_reader()
        self.added = 0
        self._written: dict[int, set[int]] = defaultdict(set)
        query = "SELECT file_id, added_hashes FROM fact_session_code_change"
        for file_id, stored in db.rows(self._connection, query):
            for line in hash_numbers(stored):
                self._written[content(line)].add(file_id)

    def lines(self) -> Iterator[Line]:
        """Every held line."""
        commits = self._checkpoints.commits()
        files: dict[str, list[Any]] = defaultdict(list)
        for row in db.rows(self._connection, _QUERY):
            if row[1] in commits:
                files[row[1]].append(row)
        for sha, rows in files.items():
            held = held_lines(commits[sha].text)
            for row in rows:
                yield from self._lines_of(row, rows, held)

    def _lines_of(self, row: Any, rows: list[Any], held: dict[str, set[str]]) -> Iterator[Line]:
        commit_id, sha, file_id, path = row[:4]
        file = CommitFile(file_id, *row[4:])
        numbers, hashes = line_numbers(file.added_runs), hash_numbers(file.added_hashes)
        self.added += len(numbers)
        if len(numbers) != len(hashes):
            return
        kept = find_kept(file, [hash_numbers(other[7]) for other in rows if other is not row])
        fates = self._fates(commit_id, file_id)
        texts = text_lines(self._checkpoints.git("show", f"{sha}:{path}"))
        texts += [b""] * (max(numbers, default=0) - len(texts))
        shown = [texts[number - 1].decode(errors="replace") for number in numbers]
        for index in _held_indexes(numbers, hashes, [_plain(text) in held for text in shown]):
            number, text = numbers[index], shown[index]
            fate = fates.get(number) or self._reason(hashes[index], file_id, index in kept)
            yield Line(sha, path, number, text, "+".join(sorted(held[_plain(text)])), fate)

    def _fates(self, commit_id: int, file_id: int) -> dict[int, str]:
        rows = db.rows(
            self._connection,
            "SELECT first_line, line_count, is_carried FROM derived_commit_line_match"
            " WHERE commit_id = ? AND file_id = ?",
            (commit_id, file_id),
        )
        return {
            first + step: CARRIED if carried else "matched"
            for first, count, carried in rows
            for step in range(count)
        }

    def _reason(self, line: int, file_id: int, is_kept: bool) -> str:
        files = self._written.get(content(line), set())
        if is_kept:
            return KEPT
        if is_trivial(line):
            return "trivial"
        if file_id in files:
            return "written to the file, but used or not certain enough"
        return "written to another file only" if files else "in no write that aea read"


def show(name: str, lines: list[Line], added: int, examples: int) -> dict[str, float]:
    """Print the figures of one repository."""
    fates = Counter(line.fate for line in lines)
    held, matched = len(lines), fates["matched"]
    old = sum(count for fate, count in fates.items() if fate in (CARRIED, KEPT))
    figures = {
        "share": matched / held if held else 1.0,
        "share of new lines": matched / (held - old) if held > old else 1.0,
    }
    commits = len({line.commit for line in lines})
    print(f"\n== {name}: {commits} commits, {added} added lines, {held} held, {matched} matched")
    print(", ".join(f"{title} {value:.4f}" for title, value in figures.items()))
    classes: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.fate != "matched":
            kind = Path(line.path).suffix or Path(line.path).name
            classes[kind, line.tools, line.fate].append(line)
    for (kind, tools, fate), found in sorted(classes.items(), key=lambda one: -len(one[1])):
        print(f"{len(found):5d}  {kind:8s} {tools:24s} {fate}")
        for line in found[:examples]:
            print(
                f"         {line.commit[:10]} {line.path}:{line.number}  {line.text.strip()[:60]}"
            )
    return figures


def score(repository: Path, ref: str, examples: int) -> tuple[list[Line], int]:
    """The held lines of one repository, and how many lines its commits add."""
    place = Path(tempfile.mkdtemp(prefix="aea-recorded-"))
    try:
        checkpoints = Checkpoints(repository, ref)
        Snapshot(repository, checkpoints, place).make()
        os.environ["AEA_HOME"] = str(place / "aea")
        scored = Score(checkpoints)
        return list(scored.lines()), scored.added
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """Print the figures of each repository and of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository", nargs="+", type=Path)
    parser.add_argument("--ref", default=REF, help="the branch of the checkpoints")
    parser.add_argument("--examples", type=int, default=2, help="lines shown of each class")
    results.add_argument(parser)
    chosen = parser.parse_args()
    report, lines, added = {}, list[Line](), 0
    for repository in chosen.repository:
        found, count = score(repository, chosen.ref, chosen.examples)
        report[str(repository)] = show(str(repository), found, count, chosen.examples)
        lines, added = lines + found, added + count
    report["all"] = show("all", lines, added, 0)
    results.write(chosen.json, report, SPECS)


if __name__ == "__main__":
    main()

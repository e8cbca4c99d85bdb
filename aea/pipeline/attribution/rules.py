"""Decide the owner of each added line of one file of one commit, stage by stage; the first claim wins.

lineage   the line is in a commit that this one replaces or copies, or on another branch: its owner stays
replay    the line is where the writes before this commit put it
run       a run of lines that a write added, with a non-trivial line in it
move      the same from a write to another name of the file; or lines that this history had already: moved, restored
          after they were removed, or copied together with two others
format    the same but for white space or line breaks; a line that stood there before the commit keeps its owner
script    the line stands in a program of a shell command that names the file, next to non-trivial ones of it
fill      trivial lines between two lines of one owner

The more a match may be chance, the more lines a run must have (docs/attribution.md, rule match.6).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aea.lines import content, hash_numbers, is_trivial, line_numbers
from aea.pipeline.attribution.kept import carry
from aea.pipeline.attribution.model import Claim, Owner, Write
from aea.pipeline.attribution.reflow import find_equal_blocks
from aea.pipeline.attribution.replay import replay
from aea.pipeline.attribution.runs import Sources, find_runs
from aea.pipeline.attribution.scripts import SCRIPT, match_scripts

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from aea.pipeline.attribution.model import AddedLines, Commit, MatchInput, Origin
    from aea.pipeline.attribution.replay import SourceLine
    from aea.pipeline.attribution.runs import Run

    _Known = dict[int, tuple[Origin, Claim | None]]  # by content, the latest line

WINDOW_MS = 30 * 24 * 3_600_000  # an older write explains nothing
SECOND_MS = 999  # commit dates have whole seconds: writes within that second came before
MAX_WRITES = 400  # to one file before one commit, newest first
MAX_ORIGINS = 100  # earlier commits of one file, newest first
MAX_ANCESTORS = (
    2_000  # looked up for one commit; a commit that is farther away counts as an ancestor
)
MAX_FILES = 50  # of one commit, between which lines may have moved
MANY_COMMITS = 1_000  # from here on it pays to ask whether these are all: then none need follow
MAX_SIMILAR = 10  # files that begin alike; a licence is no evidence
# confidences: first values, to be compared with the precision of each stage that tests/bench/truth.py prints
CONFIDENCE = {
    "replay": 0.95,
    "run": 0.9,
    "line": 0.75,
    "move": 0.7,
    "format": 0.5,
    "fill": 0.5,
    "script": SCRIPT,
}
CARRIED = 0.6
_LONG = 3  # non-trivial lines that hardly match by chance
_FILL_LINES = 3
_REPLAYED_WRITES = 100


def write_window(commit: Commit) -> tuple[int, int]:
    """(earliest, latest) instant of a write that may be in a commit, by either of its dates."""
    earliest = min(commit.authored_at, commit.occurred_at) + SECOND_MS - WINDOW_MS
    return earliest, commit.occurred_at + SECOND_MS


def written_until(commit: Commit, *, is_original_known: bool) -> int:
    """The latest instant of a write that may be in a commit.

    A rebase moves the commit date. The author date counts for a rebased commit whose original is unknown.
    """
    is_dated_later = not is_original_known and commit.authored_at < commit.occurred_at
    return (commit.authored_at if is_dated_later else commit.occurred_at) + SECOND_MS


def parse_write(
    change_key: int,
    session_id: int,
    agent_id: str | None,
    occurred_at: int,
    file_id: int,
    operation: str,
    is_before_known: int,
    added: bytes,
    removed: bytes,
    added_runs: bytes | None,
    removed_runs: bytes | None,
) -> Write:
    """A row of fact_session_code_change as a write.

    Lines 1 to n over unknown text replace the whole file.
    """
    numbers = None if added_runs is None else line_numbers(added_runs)
    lines = hash_numbers(added)
    covers_all = numbers == tuple(range(1, len(lines) + 1))
    is_overwrite = not is_before_known and not removed and removed_runs is None and covers_all
    return Write(
        change_key=change_key,
        owner=Owner(session_id, agent_id),
        occurred_at=occurred_at,
        file_id=file_id,
        is_whole=operation in ("create", "delete") or is_overwrite,
        added=lines,
        removed=hash_numbers(removed),
        added_at=numbers,
        removed_at=None if removed_runs is None else line_numbers(removed_runs),
        is_script=operation == "script",
    )


def match(given: MatchInput) -> list[tuple[int, Claim]]:
    """(line number, claim) of every added line that has an owner."""
    added = given.added
    _inherit_replaced(given)
    scripts = [write for write in given.writes if write.is_script]
    given = given._replace(writes=[write for write in given.writes if not write.is_script])
    kept = [index for index in given.kept if not added.is_decided[index]]
    for index in kept:
        added.decide(index, None)  # no write claims a line that stood there before
    if given.writes and added.list_open():
        _WriteMatcher(given).match()
    for index in kept:
        added.reopen(index)
    if added.list_open():
        _inherit_earlier(given)
        carry(added, kept)
        match_scripts(given, scripts)
        _fill(added, given.kept)
    claims = zip(added.numbers, added.claims, strict=True)
    return [(number, claim) for number, claim in claims if claim]


def list_used(claims: Iterable[tuple[int, Claim]]) -> set[tuple[int, int]]:
    """(change_key, change_line) of the lines of writes that claims use."""
    return {
        (claim.change_key, claim.change_line)
        for _, claim in claims
        if claim.change_key is not None and claim.change_line is not None
    }


def _inherit_replaced(given: MatchInput) -> None:
    """Take over what is known about a replaced commit's lines, also that a line has no known owner."""
    added = given.added
    for origin in given.replaced:
        if origin.hashes == added.hashes:
            for index, claim in enumerate(origin.claims):
                added.decide(index, _inherited(given, origin, claim, is_exact=True))
            return
    _inherit(given, given.replaced, is_replaced=True)


def _inherit(given: MatchInput, origins: Sequence[Origin], *, is_replaced: bool) -> None:
    """Let runs keep the owner that they have in other commits."""
    if not origins:
        return
    added = given.added
    sources = Sources([origin.hashes for origin in origins])
    removed = _removed_since(given, origins)
    counts = Counter(content(line) for origin in origins for line in origin.hashes)

    def accept(run: Run, weight: int) -> bool:
        if is_replaced or weight >= _LONG:
            return True
        lines = added.hashes[run.start : run.start + run.length]
        if weight == 1 and max(counts[content(line)] for line in lines if not is_trivial(line)) > 1:
            return False  # a line that occurs often may come from anywhere
        if all(is_trivial(line) or content(line) in removed[run.source] for line in lines):
            return True
        return not given.is_ancestor(origins[run.source].commit_id)

    for run in find_runs(added, sources, accept):
        origin = origins[run.source]
        for index, (_, line) in run.pairs():
            is_exact = added.hashes[index] == origin.hashes[line]
            added.decide(index, _inherited(given, origin, origin.claims[line], is_exact=is_exact))


def _removed_since(given: MatchInput, origins: Sequence[Origin]) -> list[set[int]]:
    """For each origin, the lines that this commit and the origins after it removed."""
    gone = {content(line) for line in given.removed}
    found = []
    for origin in origins:  # newest first
        found.append(set(gone))
        gone.update(content(line) for line in origin.removed)
    return found


def _inherited(
    given: MatchInput, origin: Origin, claim: Claim | None, *, is_exact: bool
) -> Claim | None:
    """A claim taken over from another commit. From an ancestor the line is not new: it is carried."""
    if claim is None:
        return None
    is_carried = given.is_ancestor(origin.commit_id)
    stage = ("move" if is_carried else "lineage") if is_exact else "format"
    limits = [CARRIED] * is_carried + [CONFIDENCE["format"]] * (not is_exact)
    confidence = min([claim.confidence, *limits])
    return claim._replace(
        stage=stage,
        confidence=confidence,
        change_key=None,
        change_line=None,
        origin_id=origin.commit_id,
        is_carried=is_carried,
    )


class _WriteMatcher:
    """The stages that use lines of writes."""

    def __init__(self, given: MatchInput) -> None:
        self._given = given
        self._added = given.added
        self._writes = given.writes
        self._sources = Sources([write.added for write in given.writes])
        self._index_of = {write.change_key: at for at, write in enumerate(given.writes)}
        self._sources.used.update(
            (self._index_of[key], line) for key, line in given.used if key in self._index_of
        )
        self._fresh = {index for index, write in enumerate(given.writes) if self._is_fresh(write)}

    def _is_fresh(self, write: Write) -> bool:
        """Whether a write was made after the file's previous commit: no commit has passed it over yet."""
        given = self._given
        is_between = given.fresh_from < write.occurred_at <= given.written_until
        return is_between and write.file_id == given.file_id

    def match(self) -> None:
        """Replay, then find runs: of fresh writes, of all writes, of lines that were removed and restored."""
        sources = self._sources
        sources.hidden = self._replay() - sources.used
        sources.visible = self._fresh
        self._match_runs(least=2)
        self._reflow()
        self._match_runs()
        sources.visible = range(len(self._writes))
        self._match_runs()
        sources.hidden = set()
        self._match_runs(least=2)
        self._reflow()

    def _replay(self) -> set[SourceLine]:
        """Claim the lines that are where the writes left them. Returns the lines that are gone again."""
        given, added = self._given, self._added
        known = [
            (index, write)
            for index, write in enumerate(self._writes)
            if write.occurred_at <= given.written_until and write.file_id == given.file_id
        ]
        state = replay(reversed(known[:_REPLAYED_WRITES]))
        present = state.list_present()
        group: list[tuple[int, SourceLine]] = []
        for index, number in enumerate(added.numbers):
            at = present.get(number)
            if group and not added.adjoins(index):
                group = self._claim_group(group)
            if at and not added.is_decided[index] and self._fits(index, at):
                group.append((index, at))
            else:
                group = self._claim_group(group)
        self._claim_group(group)
        return state.removed

    def _fits(self, index: int, at: SourceLine) -> bool:
        return self._sources.fits(*at, self._added.hashes[index])

    def _claim_group(self, group: list[tuple[int, SourceLine]]) -> list[tuple[int, SourceLine]]:
        """Claim neighbouring lines when one of them is not trivial. Returns an empty group."""
        if any(not is_trivial(self._added.hashes[index]) for index, _ in group):
            for index, at in group:
                self._claim(index, at, "replay", CONFIDENCE["replay"])
        return []

    def _claim(self, index: int, at: SourceLine, stage: str, confidence: float) -> None:
        source, line = at
        write = self._writes[source]
        if self._added.hashes[index] != write.added[line]:
            stage, confidence = "format", CONFIDENCE["format"]
        elif write.file_id != self._given.file_id:
            stage, confidence = "move", CONFIDENCE["move"]
        self._sources.used.add(at)
        claim = Claim(write.owner, stage, confidence, write.change_key, line)
        self._added.decide(index, claim._replace(written_at=write.occurred_at))

    def _match_runs(self, least: int = 1) -> None:
        def accept(run: Run, weight: int) -> bool:
            return weight >= max(least, self._least_weight(run))

        for run in find_runs(self._added, self._sources, accept):
            confidence = CONFIDENCE["run" if run.length >= _LONG else "line"]
            for index, at in run.pairs():
                self._claim(index, at, "run", confidence)

    def _least_weight(self, run: Run) -> int:
        """Non-trivial lines that a run needs: one of a fresh write; one more for each sign of chance."""
        if self._writes[run.source].file_id != self._given.file_id:
            return _LONG
        end = run.line + run.length
        lines = self._added.hashes[run.start : run.start + run.length]
        is_same = lines == self._writes[run.source].added[run.line : end]
        return 1 + (run.source not in self._fresh) + (not is_same)

    def _reflow(self) -> None:
        """Match lines with the same words in other lines, below and above a line of the same write."""
        added = self._added
        for start, end in added.list_gaps():
            self._reflow_from(added.claim_above(start), range(start, end), 1)
        for start, end in added.list_gaps():
            self._reflow_from(added.claim_below(end), range(start, end)[::-1], -1)

    def _reflow_from(self, neighbour: Claim | None, lines: range, step: int) -> None:
        """Compare undecided lines with those of the neighbour's write, both in the direction of `step`."""
        if neighbour is None or neighbour.change_key is None or neighbour.change_line is None:
            return
        source = self._index_of[neighbour.change_key]
        text = self._sources.texts[source]
        free = self._list_free(source, neighbour.change_line + step, step)
        new = [self._added.hashes[index] for index in lines]
        for block in find_equal_blocks(new, [text[line] for line in free]):
            used = free[block.old_start : block.old_end]
            for offset, index in enumerate(lines[block.start : block.end]):
                self._claim_reflowed(index, (source, used[min(offset, len(used) - 1)]))
            self._sources.used.update((source, line) for line in used)

    def _list_free(self, source: int, line: int, step: int) -> list[int]:
        """The unused neighbouring lines of a write, from one line on."""
        found = []
        while self._sources.is_free(source, line):
            found.append(line)
            line += step
        return found

    def _claim_reflowed(self, index: int, at: SourceLine) -> None:
        """A block may have more lines than the write had: the extra ones use no line of it."""
        source, line = at
        write = self._writes[source]
        key, used_line = (None, None) if at in self._sources.used else (write.change_key, line)
        self._sources.used.add(at)
        claim = Claim(write.owner, "format", CONFIDENCE["format"], key, used_line)
        self._added.decide(index, claim._replace(written_at=write.occurred_at))


def _inherit_earlier(given: MatchInput) -> None:
    """Lines that an earlier commit of the file added: on another branch, moved, restored, broken, joined."""
    added = given.added
    if any(not is_trivial(added.hashes[index]) for index in added.list_open()):
        origins = given.read_earlier()
        _inherit(given, origins, is_replaced=False)
        known: _Known = {}
        for origin in origins:  # newest first
            for line, claim in zip(origin.hashes, origin.claims, strict=True):
                known.setdefault(content(line), (origin, claim))
        _inherit_kept(given, known)
        _inherit_reformatted(given, known)


def _inherit_kept(given: MatchInput, known: _Known) -> None:
    """Lines that stood there before keep the owner of the lines they were, if that is known."""
    for index, removed in given.kept.items():
        claim = _common_owner(given, known, removed)
        if claim and not given.added.is_decided[index]:
            given.added.decide(index, claim)


def _inherit_reformatted(given: MatchInput, known: _Known) -> None:
    """Lines that the commit broke or joined: their words replace those of removed lines in the same hunk."""
    added = given.added
    for hunk in given.hunks if known else ():
        for block in find_equal_blocks(added.hashes[hunk.start : hunk.end], hunk.removed):
            claim = _common_owner(given, known, hunk.removed[block.old_start : block.old_end])
            for index in range(hunk.start + block.start, hunk.start + block.end):
                if claim is not None and not added.is_decided[index]:
                    added.decide(index, claim)


def _common_owner(given: MatchInput, known: _Known, removed: Sequence[int]) -> Claim | None:
    """The claim of removed lines that have one owner in common."""
    found = [known.get(content(line)) for line in removed if not is_trivial(line)]
    owners = {one[1].owner if one and one[1] else None for one in found}
    if len(owners) != 1 or found[0] is None:
        return None
    return _inherited(given, *found[0], is_exact=False)


def _fill(added: AddedLines, kept: Container[int]) -> None:
    """Give trivial lines between two lines of one owner to that owner; kept ones only between kept ones."""
    for start, end in added.list_gaps():
        above, below = added.claim_above(start), added.claim_below(end)
        if above is None or below is None or above.owner != below.owner:
            continue
        gap = range(start, end)
        if len(gap) <= _FILL_LINES and all(is_trivial(added.hashes[at]) for at in gap):
            is_carried = above.is_carried and below.is_carried
            for at in (at for at in gap if is_carried or at not in kept):
                claim = Claim(above.owner, "fill", CONFIDENCE["fill"], is_carried=is_carried)
                added.decide(at, claim._replace(written_at=above.written_at))

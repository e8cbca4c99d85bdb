"""Decide the added lines of one file of one commit, stage by stage; the first that claims a line wins.

lineage   the line stands in a commit that this one replaces or copies, or on another branch: its owner stays
replay    the line stands where the writes before this commit put it
run       a run of lines that a write added, with a non-trivial line in it
move      the same for a write to another name of the file; or lines of this history's past, now moved, put
          back after they were taken away, or copied with two others
format    the same, but for white space or line breaks
fill      trivial lines between two lines of one owner

How much a run must show depends on what could explain it by chance (docs/attribution.md).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aea.lines import content, is_trivial
from aea.pipeline.attribution.model import Claim
from aea.pipeline.attribution.reflow import equal_blocks
from aea.pipeline.attribution.replay import replay
from aea.pipeline.attribution.runs import Sources, take_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aea.pipeline.attribution.model import Origin, Page, Question, Written
    from aea.pipeline.attribution.replay import Place
    from aea.pipeline.attribution.runs import Run

# First values, to be held against the precision of each stage that tests/bench/truth.py prints.
CONFIDENCE = {"replay": 0.95, "run": 0.9, "line": 0.75, "move": 0.7, "format": 0.5, "fill": 0.5}
CARRIED = 0.6
_LONG = 3  # non-trivial lines that hardly meet by chance
_FILL_LINES = 3
_REPLAYED_WRITES = 100


def match(question: Question) -> list[tuple[int, Claim]]:
    """(line number, claim) of every line of the page that has an owner."""
    page = question.page
    _lineage(question)
    if question.writes and page.open_lines():
        _Writes(question).match()
    if page.open_lines():
        _earlier(question)
        _fill(page)
    claims = zip(page.numbers, page.claims, strict=True)
    return [(number, claim) for number, claim in claims if claim]


def _lineage(question: Question) -> None:
    """What a rewritten commit said of a line stands, also that nobody is known."""
    page = question.page
    for origin in question.ancestry:
        if origin.hashes == page.hashes:
            for index, claim in enumerate(origin.claims):
                page.settle(index, _inherited(question, origin, claim, is_exact=True))
            return
    _inherit(question, question.ancestry, is_known=True)


def _inherit(question: Question, origins: Sequence[Origin], *, is_known: bool) -> None:
    """Let runs keep the owner they have in other commits; `is_known`: this commit stands for them."""
    if not origins:
        return
    page = question.page
    sources = Sources([origin.hashes for origin in origins])
    removed = _removed_since(question, origins)
    seen = Counter(content(line) for origin in origins for line in origin.hashes)

    def accept(run: Run, weight: int) -> bool:
        if is_known or weight >= _LONG:
            return True
        lines = page.hashes[run.start : run.start + run.length]
        if weight == 1 and max(seen[content(line)] for line in lines if not is_trivial(line)) > 1:
            return False  # a line that stands everywhere came from anywhere
        if all(is_trivial(line) or content(line) in removed[run.source] for line in lines):
            return True
        return not question.is_ancestor(origins[run.source].commit_id)

    for run in take_runs(page, sources, accept):
        origin = origins[run.source]
        for index, (_, place) in run.pairs():
            is_exact = page.hashes[index] == origin.hashes[place]
            claim = _inherited(question, origin, origin.claims[place], is_exact=is_exact)
            page.settle(index, claim)


def _removed_since(question: Question, origins: Sequence[Origin]) -> list[set[int]]:
    """For each origin, what the commits after it and this one took away."""
    gone = {content(line) for line in question.removed}
    found = []
    for origin in origins:  # newest first
        found.append(set(gone))
        gone.update(content(line) for line in origin.removed)
    return found


def _inherited(
    question: Question, origin: Origin, claim: Claim | None, *, is_exact: bool
) -> Claim | None:
    """A claim of another commit; of one in this commit's own past, the line is not new."""
    if claim is None:
        return None
    is_carried = question.is_ancestor(origin.commit_id)
    stage = ("move" if is_carried else "lineage") if is_exact else "format"
    limits = [CARRIED] * is_carried + [CONFIDENCE["format"]] * (not is_exact)
    confidence = min([claim.confidence, *limits])
    return Claim(claim.owner, stage, confidence, origin_id=origin.commit_id, is_carried=is_carried)


class _Writes:
    """The stages that spend lines of writes."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._page = question.page
        self._writes = question.writes
        self._sources = Sources([write.added for write in question.writes])
        self._index_of = {write.change_key: at for at, write in enumerate(question.writes)}
        self._sources.taken.update(
            (self._index_of[key], line) for key, line in question.spent if key in self._index_of
        )
        self._fresh = {
            index for index, write in enumerate(question.writes) if self._is_fresh(write)
        }

    def _is_fresh(self, write: Written) -> bool:
        """Made to this file since the commit before: nothing has passed it over yet."""
        question = self._question
        is_between = question.fresh_from < write.occurred_at <= question.written_until
        return is_between and write.file_id == question.file_id

    def match(self) -> None:
        """Replay, then runs: first of fresh writes, then of all, then of lines that went and came back."""
        sources = self._sources
        sources.hidden = self._replay() - sources.taken
        sources.visible = self._fresh
        self._runs(least=2)
        self._reflow()
        self._runs()
        sources.visible = range(len(self._writes))
        self._runs()
        sources.hidden = set()
        self._runs(least=2)
        self._reflow()

    def _replay(self) -> set[Place]:
        """Claim what stands where the writes left it; returns the lines that are gone again."""
        question, page = self._question, self._page
        known = [
            (index, write)
            for index, write in enumerate(self._writes)
            if write.occurred_at <= question.written_until and write.file_id == question.file_id
        ]
        state = replay(reversed(known[:_REPLAYED_WRITES]))
        standing = state.standing()
        group: list[tuple[int, Place]] = []
        for index, number in enumerate(page.numbers):
            place = standing.get(number)
            if group and not page.adjoins(index):
                group = self._claim_group(group)
            if place and not page.is_settled[index] and self._fits(index, place):
                group.append((index, place))
            else:
                group = self._claim_group(group)
        self._claim_group(group)
        return state.dead

    def _fits(self, index: int, place: Place) -> bool:
        return self._sources.fits(*place, self._page.hashes[index])

    def _claim_group(self, group: list[tuple[int, Place]]) -> list[tuple[int, Place]]:
        """Neighbouring lines, if one of them means something. Returns an empty group."""
        if any(not is_trivial(self._page.hashes[index]) for index, _ in group):
            for index, place in group:
                self._claim(index, place, "replay", CONFIDENCE["replay"])
        return []

    def _claim(self, index: int, place: Place, stage: str, confidence: float) -> None:
        source, line = place
        write = self._writes[source]
        if self._page.hashes[index] != write.added[line]:
            stage, confidence = "format", CONFIDENCE["format"]
        elif write.file_id != self._question.file_id:
            stage, confidence = "move", CONFIDENCE["move"]
        self._sources.taken.add(place)
        self._page.settle(index, Claim(write.owner, stage, confidence, write.change_key, line))

    def _runs(self, least: int = 1) -> None:
        def accept(run: Run, weight: int) -> bool:
            return weight >= max(least, self._need(run))

        for run in take_runs(self._page, self._sources, accept):
            sure = CONFIDENCE["run" if run.length >= _LONG else "line"]
            for index, place in run.pairs():
                self._claim(index, place, "run", sure)

    def _need(self, run: Run) -> int:
        """Non-trivial lines wanted: one of a fresh write; one more each for what may be chance."""
        if self._writes[run.source].file_id != self._question.file_id:
            return _LONG
        end = run.place + run.length
        lines = self._page.hashes[run.start : run.start + run.length]
        is_same = lines == self._writes[run.source].added[run.place : end]
        return 1 + (run.source not in self._fresh) + (not is_same)

    def _reflow(self) -> None:
        """Beside a line of a write, below it and above it, the same words in other lines."""
        page = self._page
        for start, stop in page.gaps():
            self._reflow_from(page.before(start), range(start, stop), 1)
        for start, stop in page.gaps():
            self._reflow_from(page.after(stop), range(start, stop)[::-1], -1)

    def _reflow_from(self, neighbour: Claim | None, lines: range, step: int) -> None:
        """Compare open lines with those of the neighbour's write, both going away from the neighbour."""
        if neighbour is None or neighbour.change_key is None or neighbour.change_line is None:
            return
        source = self._index_of[neighbour.change_key]
        text = self._sources.texts[source]
        places = self._free_places(source, neighbour.change_line + step, step)
        new = [self._page.hashes[index] for index in lines]
        for block in equal_blocks(new, [text[place] for place in places]):
            spent = places[block.old_start : block.old_end]
            for offset, index in enumerate(lines[block.start : block.end]):
                self._claim_reflowed(index, (source, spent[min(offset, len(spent) - 1)]))
            self._sources.taken.update((source, place) for place in spent)

    def _free_places(self, source: int, place: int, step: int) -> list[int]:
        """The neighbouring lines of a write that nobody has, from one on."""
        found = []
        while self._sources.is_free(source, place):
            found.append(place)
            place += step
        return found

    def _claim_reflowed(self, index: int, place: Place) -> None:
        """More lines than the write had: the last of them spends nothing more."""
        source, line = place
        write = self._writes[source]
        key, at = (None, None) if place in self._sources.taken else (write.change_key, line)
        self._sources.taken.add(place)
        self._page.settle(index, Claim(write.owner, "format", CONFIDENCE["format"], key, at))


def _earlier(question: Question) -> None:
    """Lines that an earlier commit of the file added: on another branch, moved, put back, broken, joined."""
    page = question.page
    if any(not is_trivial(page.hashes[index]) for index in page.open_lines()):
        origins = question.earlier()
        _inherit(question, origins, is_known=False)
        _reformatted(question, origins)


def _reformatted(question: Question, origins: Sequence[Origin]) -> None:
    """Lines that the commit broke or joined: the words of those it took away from the same place."""
    known: dict[int, tuple[Origin, Claim | None]] = {}
    for origin in origins:  # newest first
        for line, claim in zip(origin.hashes, origin.claims, strict=True):
            known.setdefault(content(line), (origin, claim))
    page = question.page
    for hunk in question.hunks if known else ():
        for block in equal_blocks(page.hashes[hunk.start : hunk.end], hunk.removed):
            claim = _one_owner(question, known, hunk.removed[block.old_start : block.old_end])
            for index in range(hunk.start + block.start, hunk.start + block.end):
                if claim is not None and not page.is_settled[index]:
                    page.settle(index, claim)


def _one_owner(
    question: Question, known: dict[int, tuple[Origin, Claim | None]], removed: Sequence[int]
) -> Claim | None:
    """What lines that went had in common, if it is one owner."""
    told = [known.get(content(line)) for line in removed if not is_trivial(line)]
    owners = {found[1].owner if found and found[1] else None for found in told}
    if len(owners) != 1 or told[0] is None:
        return None
    return _inherited(question, *told[0], is_exact=False)


def _fill(page: Page) -> None:
    """Trivial lines between two lines of one owner."""
    for index, stop in page.gaps():
        before, after = page.before(index), page.after(stop)
        if before is None or after is None or before.owner != after.owner:
            continue
        gap = range(index, stop)
        if len(gap) <= _FILL_LINES and all(is_trivial(page.hashes[at]) for at in gap):
            is_carried = before.is_carried and after.is_carried
            for at in gap:
                page.settle(
                    at, Claim(before.owner, "fill", CONFIDENCE["fill"], is_carried=is_carried)
                )

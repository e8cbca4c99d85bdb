"""The stage `script`: lines that stand in a program of a shell command that names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.attribution.model import Claim
from aea.pipeline.attribution.runs import Sources, find_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aea.pipeline.attribution.model import MatchInput, Write
    from aea.pipeline.attribution.runs import Run

SCRIPT = 0.6  # confidence


def match_scripts(given: MatchInput, scripts: Sequence[Write], lines: Iterable[int]) -> None:
    """Claim runs that stand in a program, out of `lines`; a program older than the last commit needs two.

    A line may resemble one of an earlier commit that nobody is known for. That is no better evidence.
    """
    added = given.added
    alike = [index for index in lines if _is_nobodys(given, index)] if scripts else []
    for index in alike:
        added.reopen(index)
    _claim_runs(given, scripts)
    for index in alike:
        added.decide(index, added.claims[index])


def _is_nobodys(given: MatchInput, index: int) -> bool:
    is_owned = given.added.claims[index] is not None
    return given.added.is_decided[index] and not is_owned and index not in given.kept


def _claim_runs(given: MatchInput, scripts: Sequence[Write]) -> None:
    added = given.added
    sources = Sources([write.added for write in scripts])
    index_of = {write.change_key: at for at, write in enumerate(scripts)}
    sources.used.update((index_of[key], line) for key, line in given.used if key in index_of)

    def accept(run: Run, weight: int) -> bool:
        write = scripts[run.source]
        is_exact = (
            added.hashes[run.start : run.start + run.length]
            == write.added[run.line : run.line + run.length]
        )
        is_fresh = given.fresh_from < write.occurred_at <= given.written_until
        return is_exact and write.file_id == given.file_id and weight >= 2 - is_fresh

    for run in find_runs(added, sources, accept):
        for index, at in run.pairs():
            write = scripts[at[0]]
            sources.used.add(at)
            claim = Claim(write.owner, "script", SCRIPT, write.change_key, at[1])
            added.decide(index, claim._replace(written_at=write.occurred_at))

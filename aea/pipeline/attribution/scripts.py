"""The stage `script`: lines that stand in a program of a shell command that names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.attribution.model import Claim
from aea.pipeline.attribution.runs import Sources, find_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aea.pipeline.attribution.model import MatchInput, Write
    from aea.pipeline.attribution.runs import Run

SCRIPT = 0.6  # confidence


def match_scripts(given: MatchInput, scripts: Sequence[Write]) -> None:
    """Claim runs of lines that stand in a program; a program older than the last commit needs two."""
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

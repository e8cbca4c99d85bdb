"""The stages of the pipeline, in order: from facts to derived tables, and from these to events.

A stage is a package with a `stage.py`; CONTRIBUTING.md has the recipe for a new one. The headers in `sql/` declare
the rest: `sql/derived` names the stage that fills each table and the version of its rules, `sql/dirty` the stage that
refreshes the keys of each dirty table and the query that lists all keys. Refresh, rebuild, check and the documentation
follow this list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.pipeline.attribution import stage as attribution
from aea.pipeline.branches import stage as branches
from aea.pipeline.coverage import stage as coverage
from aea.pipeline.events import stage as events
from aea.pipeline.landing import stage as landing
from aea.pipeline.ledger import stage as ledger
from aea.pipeline.mainline import stage as mainline
from aea.pipeline.output import stage as output
from aea.pipeline.tasks import stage as tasks
from aea.pipeline.undone import stage as undone
from aea.store.engine import definitions

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Derived, Dirty

    # brings the rows of dirty keys up to date, or puts keys back when the time is up; not called without any
    Refresh = Callable[[Connection, DirtyKeys], None]


class Stage(NamedTuple):
    """One step of the pipeline. It reads facts, metadata and the derived tables of the stages before it."""

    name: str  # of the package, and in the headers
    refresh: Refresh

    def writes(self) -> tuple[Derived, ...]:
        """The derived tables that the stage fills."""
        return definitions.list_derived(self.name)

    def dirty(self) -> tuple[Dirty, ...]:
        """The dirty tables whose keys the stage refreshes."""
        return definitions.list_dirty(self.name)


STAGES = (
    Stage("mainline", mainline.refresh),
    Stage("landing", landing.refresh),
    Stage("attribution", attribution.refresh),
    Stage("coverage", coverage.refresh),
    Stage("ledger", ledger.refresh),
    Stage("branches", branches.refresh),
    Stage("tasks", tasks.refresh),
    Stage("undone", undone.refresh),
    Stage("output", output.refresh),
    Stage("events", events.refresh),
)

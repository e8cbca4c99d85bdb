"""The one list of stages: how facts become derived tables, and these become events, in this order.

A stage is a room with a `stage.py`. The headers below `sql/` say the rest: `sql/derived` names the stage that
fills each table and the version of its rules, `sql/dirty` the stage that empties each table of keys and how to
mark every key. Refresh, rebuild, check and the documentation follow this list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.pipeline.attribution import stage as attribution
from aea.pipeline.branches import stage as branches
from aea.pipeline.events import stage as events
from aea.pipeline.landing import stage as landing
from aea.pipeline.ledger import stage as ledger
from aea.pipeline.mainline import stage as mainline
from aea.pipeline.tasks import stage as tasks
from aea.store.engine import definitions

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Derived, Dirty


class Stage(NamedTuple):
    """One step of the pipeline."""

    name: str
    refresh: Callable[
        [Connection], int
    ]  # brings the stage's tables up to date; returns the keys refreshed

    def writes(self) -> tuple[Derived, ...]:
        """The derived tables that the stage fills."""
        return definitions.list_derived(self.name)

    def dirty(self) -> tuple[Dirty, ...]:
        """The tables of keys that the stage empties."""
        return definitions.list_dirty(self.name)


STAGES = (
    Stage("mainline", mainline.refresh),
    Stage("landing", landing.refresh),
    Stage("attribution", attribution.refresh),
    Stage("ledger", ledger.refresh),
    Stage("branches", branches.refresh),
    Stage("tasks", tasks.refresh),
    Stage("events", events.refresh),
)

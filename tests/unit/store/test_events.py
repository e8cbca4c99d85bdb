"""The statements that refresh events: what one key costs must not grow with the history."""

from __future__ import annotations

import pytest

from aea.ingest.catch_up import open_current
from aea.store import events


@pytest.mark.parametrize("scope", events.SCOPES, ids=lambda scope: str(scope.name))
def test_one_key_is_found_without_reading_the_facts_of_others(scope: events.Scope) -> None:
    connection = open_current()  # without statistics: as in a first ingest
    for event in events.list_events(scope.name):
        for statement in (
            events.evict_statement(scope, event),
            events.fill_statement(scope, event),
        ):
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", (1,)).fetchall()
            plan = [str(step) for *_, step in rows]
            assert plan
            assert not [step for step in plan if step.endswith("(repository_id=?)")]

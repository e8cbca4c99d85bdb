"""The statements that refresh events: what one key costs must not grow with the history."""

from __future__ import annotations

import pytest

from aea.ingest.catch_up import open_database
from aea.store.engine import definitions


@pytest.mark.parametrize("scope", definitions.list_scopes(), ids=lambda scope: str(scope.name))
def test_one_key_is_found_without_reading_the_facts_of_others(scope: definitions.Scope) -> None:
    connection = open_database()  # without statistics: as in a first ingest
    for event in definitions.list_events(scope.name):
        for statement in (
            definitions.evict_statement(scope, event),
            definitions.fill_statement(scope, event),
        ):
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", (1,)).fetchall()
            plan = [str(step) for *_, step in rows]
            assert plan
            assert not [step for step in plan if step.endswith("(repository_id=?)")]

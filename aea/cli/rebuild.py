"""`aea rebuild`."""

from __future__ import annotations

import click

from aea import console
from aea.ingest.catch_up import open_database
from aea.pipeline.refresh import rebuild
from aea.store.engine.lock import writer_lock


@click.command("rebuild")
def command() -> None:
    """Recompute all derived and event tables from the facts.

    This is not needed in normal operation: the tables are kept up to date, which `aea check` verifies.
    """
    with writer_lock(30):
        connection = open_database()
        count = rebuild(connection)
        connection.close()
    console.write(f"Rebuilt the events of {count} sessions and commits.")

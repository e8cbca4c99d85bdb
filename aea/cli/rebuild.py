"""`aea rebuild`."""

from __future__ import annotations

import click

from aea.ingest.catch_up import open_current
from aea.pipeline.refresh import rebuild
from aea.store.engine.lock import writer_lock


@click.command("rebuild")
def command() -> None:
    """Make all events anew from the facts.

    Never needed in normal life: events are kept equal to their definitions, which `aea check` proves.
    """
    with writer_lock(30):
        connection = open_current()
        count = rebuild(connection)
        connection.close()
    click.echo(f"Rebuilt the events of {count} sessions and commits.")

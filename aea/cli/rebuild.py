"""`aea rebuild`."""

from __future__ import annotations

from contextlib import closing

import click

from aea.ingest.catch_up import open_database
from aea.ingest.run import IngestRun
from aea.pipeline.refresh import restart
from aea.progress import Bar
from aea.store.engine.lock import writer_lock
from aea.store.engine.schema import ALL_LAYERS


@click.command("rebuild")
def command() -> None:
    """Recompute all derived and event tables from the facts.

    This is not needed in normal operation: the tables are kept up to date, which `aea check` verifies. The command can be
    interrupted; the next ingest computes the rest.
    """
    bar = Bar()
    with writer_lock(30), closing(open_database(bar)) as connection:
        run = IngestRun(connection)
        with run.transaction():
            restart(connection, ALL_LAYERS)
        run.refresh_waiting(progress=bar)
        bar.close()
    click.echo("Rebuilt all derived and event tables.")

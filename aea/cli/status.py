"""`aea status`."""

from __future__ import annotations

from typing import Any

import click

from aea import console
from aea.errors import AeaError
from aea.reports import render, status
from aea.service import manager
from aea.store.engine import db


@click.command("status")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(*, is_json: bool) -> None:
    """Show the state of the daemon and its sources."""
    found = collect()
    console.write(render.as_json(found) if is_json else status.as_text(found))


def collect() -> dict[str, Any]:
    """Return the status document, without the service if the system has no service manager."""
    try:
        service: dict[str, Any] | None = manager.choose().state()._asdict()
    except AeaError:
        service = None
    try:
        return status.document(service)
    except (AeaError, db.Error) as error:
        return status.document(service, fault=str(error))

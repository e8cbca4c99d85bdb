"""`aea doctor`."""

from __future__ import annotations

import click

from aea.cli.status import look
from aea.reports import render
from aea.reports.doctor import examine


@click.command("doctor")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(*, is_json: bool) -> int:
    """Find what is wrong, and the command that repairs it; exit code 1 when something is."""
    findings = examine(look())
    if is_json:
        click.echo(render.as_json([finding._asdict() for finding in findings]))
    elif not findings:
        click.echo("Nothing is wrong.")
    for finding in [] if is_json else findings:
        click.echo(f"{finding.subject}: {finding.finding}")
        click.echo(f"  Try: {finding.repair}")
    return 1 if findings else 0

"""`aea doctor`."""

from __future__ import annotations

import click

from aea import console
from aea.cli.status import collect
from aea.console import visible
from aea.reports import render
from aea.reports.doctor import examine


@click.command("doctor")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(*, is_json: bool) -> int:
    """Diagnose problems and print the command that fixes each.

    The exit code is 1 if there is a problem.
    """
    findings = examine(collect())
    if is_json:
        console.write(render.as_json([finding._asdict() for finding in findings]))
    elif not findings:
        console.write("No problems found.")
    for finding in [] if is_json else findings:
        console.write(visible(f"{finding.subject}: {finding.finding}"))
        console.write("  " + visible(f"Try: {finding.repair}"))
    return 1 if findings else 0

"""`aea hooks`."""

from __future__ import annotations

import json

import click

from aea.git.hook import HookState, HookStatus, status


@click.group("hooks")
def command() -> None:
    """Check the git hooks of a repository."""


@command.command("status")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_status(path: str, as_json: bool) -> None:
    """Show for each hook whether git will run it in the repository at PATH, and if not, why."""
    found = status(path)
    if as_json:
        click.echo(json.dumps(as_dict(found), indent=2))
        return
    click.echo(f"git looks for hooks in {found.hooks_directory}")
    for state in found.hooks:
        click.echo(describe(state))
    if not all(state.will_run for state in found.hooks):
        click.echo(f"Try: aea install-hooks {path}")


def as_dict(found: HookStatus) -> dict[str, object]:
    """Return the status as JSON values."""
    return found._asdict() | {"hooks": [state._asdict() for state in found.hooks]}


def describe(state: HookState) -> str:
    """Describe one hook in one line."""
    chained = f"; then {state.chained}" if state.chained else ""
    return f"{state.hook}: {'runs' if state.will_run else 'DOES NOT RUN'}: {state.reason}{chained}"

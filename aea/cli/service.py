"""`aea service`."""

from __future__ import annotations

import time

import click

from aea import paths
from aea.errors import AeaError
from aea.reports import render
from aea.service import manager
from aea.service import purge as purge_data


@click.group("service")
def command() -> None:
    """The daemon as a service of yours: starts at login, is restarted when it fails."""


@command.command()
def install() -> None:
    """Install, enable and start the service; again after an upgrade."""
    for line in manager.choose().install():
        click.echo(line)
    click.echo("See: aea service status")


@command.command()
@click.option("--purge", is_flag=True, help="Remove the data directory too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def uninstall(*, purge: bool, yes: bool) -> None:
    """Stop and remove the service; the data stays unless --purge."""
    place = paths.data_dir()
    if purge and not yes:
        click.confirm(f"Remove aea's data in {place}, snapshots too?", abort=True)
    for line in manager.choose().uninstall():
        click.echo(line)
    if not purge:
        click.echo(f"The data stays in {place}")
    elif place.exists():
        if not purge_data.remove(place):
            raise AeaError(f"{place} does not look like a data directory of aea", "look into it")
        rest = ": files that are not aea's are left in it" if place.exists() else ""
        click.echo(f"Removed: {place}{rest}")


@command.command()
def start() -> None:
    """Start the service."""
    manager.choose().start()
    click.echo("Started.")


@command.command()
def stop() -> None:
    """Stop the service until the next login or start."""
    manager.choose().stop()
    click.echo("Stopped.")


@command.command()
def restart() -> None:
    """Stop the service and start it again."""
    manager.choose().restart()
    click.echo("Restarted.")


@command.command()
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def status(*, is_json: bool) -> int:
    """Whether the service is installed and running; exit code 1 when it does not run."""
    state = manager.choose().state()
    if is_json:
        click.echo(render.as_json(state._asdict()))
    else:
        words = ["installed" if state.is_installed else "not installed"]
        words += ["starts at login"] if state.is_enabled else []
        words += ["running" if state.is_running else "not running"]
        click.echo(f"{', '.join(words)} ({state.manager}: {state.detail})")
        if state.is_installed and not state.is_current:
            click.echo("It is not as this aea would install it. Try: aea service install")
    return 0 if state.is_running else 1


@command.command()
@click.option("-n", "count", default=40, show_default=True, help="Lines to show.")
@click.option("-f", "--follow", is_flag=True, help="Go on with what is written.")
def logs(count: int, *, follow: bool) -> None:
    """What the daemon wrote about itself."""
    place = paths.daemon_log()
    if not place.exists():
        raise AeaError(f"there is no log at {place}", "the daemon never ran: aea service install")
    lines = place.read_text(errors="replace").splitlines()
    click.echo("\n".join(lines[-count:]))
    if follow:
        with place.open(errors="replace") as file:
            file.seek(0, 2)
            while True:
                click.echo(file.read(), nl=False)
                time.sleep(0.5)

"""`aea service`."""

from __future__ import annotations

import time

import click

from aea import console, paths
from aea.errors import AeaError
from aea.reports import render
from aea.service import manager
from aea.service import purge as purge_data


@click.group("service")
def command() -> None:
    """Run the daemon as a service that starts at login.

    The service belongs to the current user and is restarted if it fails.
    """


@command.command()
def install() -> None:
    """Install, enable and start the service. Run it again after an upgrade."""
    for line in manager.choose().install():
        console.write(line)
    console.write("Next: aea service status")


@command.command()
@click.option("--purge", is_flag=True, help="Delete the data directory, too.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def uninstall(*, purge: bool, yes: bool) -> None:
    """Stop and remove the service. The data is kept, unless --purge is given."""
    directory = paths.data_dir()
    if purge and not yes:
        console.confirm(f"Delete everything of aea in {directory}, including snapshots?")
    for line in manager.choose().uninstall():
        console.write(line)
    if not purge:
        console.write(f"The data is kept in {directory}")
    elif directory.exists():
        if not purge_data.remove(directory):
            raise AeaError(
                f"{directory} does not look like a data directory of aea, so it was not deleted",
                "check AEA_HOME, or delete the directory yourself",
            )
        rest = ", except for files that are not aea's" if directory.exists() else ""
        console.write(f"Deleted: {directory}{rest}")


@command.command()
def start() -> None:
    """Start the service."""
    manager.choose().start()
    console.write("Started.")


@command.command()
def stop() -> None:
    """Stop the service until the next login or `aea service start`."""
    manager.choose().stop()
    console.write("Stopped.")


@command.command()
def restart() -> None:
    """Restart the service."""
    manager.choose().restart()
    console.write("Restarted.")


@command.command()
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def status(*, is_json: bool) -> int:
    """Show whether the service is installed and running. The exit code is 1 if it is not running."""
    state = manager.choose().state()
    if is_json:
        console.write(render.as_json(state._asdict()))
    else:
        words = ["installed" if state.is_installed else "not installed"]
        words += ["starts at login"] if state.is_enabled else []
        words += ["running" if state.is_running else "not running"]
        console.write(f"{', '.join(words)} ({state.manager}: {state.detail})")
        if state.is_installed and not state.is_current:
            console.write("It was installed by another version of aea. Try: aea service install")
    return 0 if state.is_running else 1


@command.command()
@click.option("-n", "count", default=40, show_default=True, help="Number of lines to show.")
@click.option("-f", "--follow", is_flag=True, help="Keep printing new lines.")
def logs(count: int, *, follow: bool) -> None:
    """Show the log of the daemon."""
    path = paths.daemon_log()
    if not path.exists():
        raise AeaError(f"there is no log at {path}", "start the daemon: aea service install")
    lines = path.read_text(errors="replace").splitlines()
    console.write("\n".join(lines[-count:]))
    if follow:
        with path.open(errors="replace") as file:
            file.seek(0, 2)
            while True:
                console.write(file.read(), end="")
                time.sleep(0.5)

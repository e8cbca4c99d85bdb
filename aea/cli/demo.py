"""`aea demo`."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from aea import clock
from aea.demo.corpus import write_demo
from aea.demo.home import environment, locations

_COMMANDS = (
    ("ingest",),
    ("stats",),
    ("stats", "--all-projects", "--group-by", "model"),
    ("delivery", "--all-projects"),
    ("session", "--limit", "5"),
    ("check",),
)


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave the throw-away home and say where it is.")
def command(*, keep: bool) -> None:
    """See aea at work on sample data in a throw-away home.

    Writes sample sessions and two real git repositories there, and runs the real commands on them. Nothing
    of yours is read or changed.
    """
    home = Path(tempfile.mkdtemp(prefix="aea-demo-")).resolve()
    try:
        _run(home)
        click.echo(
            "This was sample data in a throw-away home; nothing of yours was read or written."
        )
        click.echo("Next: aea ingest, then aea install-hooks in a repository, then aea stats.")
        if keep:
            click.echo(f"Kept: {_assignments(home)}")
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)


def _assignments(home: Path) -> str:
    """What to put before a command that shall see the kept home."""
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in locations(home).items())


def _run(home: Path) -> None:
    where, *_ = write_demo(home, clock.now_ms())
    for arguments in _COMMANDS:
        click.echo(f"$ aea {shlex.join(arguments)}")
        sys.stdout.flush()
        command_line = [sys.executable, "-m", "aea", *arguments]
        process = subprocess.run(command_line, cwd=where, env=environment(home), check=False)
        if process.returncode:
            raise click.exceptions.Exit(process.returncode)
        click.echo()

"""`aea demo`."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from aea import clock, console
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
@click.option("--keep", is_flag=True, help="Keep the temporary directory and print its path.")
def command(*, keep: bool) -> None:
    """Run aea on sample data in a temporary directory.

    The demo writes sample sessions and two real git repositories there and runs the real commands on them. It does not
    read or change your data.
    """
    home = Path(tempfile.mkdtemp(prefix="aea-demo-")).resolve()
    try:
        _run(home)
        console.write(
            "This was sample data in a temporary directory; your own data was not read or changed."
        )
        console.write("Next: aea ingest, then aea install-hooks in a repository, then aea stats.")
        if keep:
            console.write(f"Kept: {_assignments(home)}")
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)


def _assignments(home: Path) -> str:
    """Return the variables to set for a command that uses the kept directory."""
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in locations(home).items())


def _run(home: Path) -> None:
    where, *_ = write_demo(home, clock.now_ms())
    for arguments in _COMMANDS:
        console.write(f"$ aea {shlex.join(arguments)}")
        command_line = [sys.executable, "-m", "aea", *arguments]
        process = subprocess.run(command_line, cwd=where, env=environment(home), check=False)
        if process.returncode:
            raise click.exceptions.Exit(process.returncode)
        console.write("")

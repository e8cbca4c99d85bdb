"""`aea demo`."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from aea import clock
from aea.demo.corpus import write_demo

_COMMANDS = (
    ("ingest",),
    ("stats",),
    ("stats", "--all-projects", "--group-by", "model"),
    ("session", "--limit", "5"),
    ("check",),
)
_FOREIGN = ("CLAUDE", "CODEX", "XDG_", "GIT_", "AEA_")


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
        click.echo("This was sample data in a throw-away home; nothing of yours was read.")
        click.echo("Next: aea ingest, then aea install-hooks in a repository, then aea stats.")
        if keep:
            click.echo(f"Kept: HOME={home} AEA_HOME={home / 'aea'}")
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)


def _run(home: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)
    }
    environment |= {"HOME": str(home), "AEA_HOME": str(home / "aea")}
    os.environ["AEA_HOME"] = environment["AEA_HOME"]  # the demo's hooks announce there
    where = write_demo(home, clock.now_ms())
    for arguments in _COMMANDS:
        click.echo(f"$ aea {shlex.join(arguments)}")
        sys.stdout.flush()
        command_line = [sys.executable, "-m", "aea", *arguments]
        process = subprocess.run(command_line, cwd=where, env=environment, check=False)
        if process.returncode:
            raise click.exceptions.Exit(process.returncode)
        click.echo()

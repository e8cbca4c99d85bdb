"""`aea install-hooks`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.console import visible
from aea.git.hook import HookChange, install, install_global, line_for_all
from aea.git.hook_record import remember
from aea.git.spool import create_spool, write_notice


@click.command(
    "install-hooks",
    epilog=options.examples("aea install-hooks", "aea install-hooks ~/work/shop"),
)
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--global", "is_global", is_flag=True, help="Install for all repositories (git 2.54 or newer)."
)
def command(path: str, is_global: bool) -> int:
    """Install git hooks that notify aea of new commits.

    The hooks are installed in the repository that contains PATH. They append one line to a file and never fail or delay
    git. An existing hook is kept and still runs. Where hooks are tracked (as with husky) or shared, nothing is written,
    the line to add is printed, and the exit code is 1.
    """
    changes = install_global() if is_global else install(path)
    if is_global:
        create_spool()  # a hook does not create it
    else:
        remember(path)
        write_notice(path)  # so that the next scan reads the repository's history
    for text in describe_all(changes):
        console.write(text)
    if any(change.action == "manual" for change in changes):
        console.write(
            "Commits are seen without a hook, by the daemon at once or by the next report."
        )
        if line := line_for_all(path):
            console.write(f"To be notified nevertheless, run this line:\n{line}")
        return 1
    console.write("Next: aea ingest reads the history; from then on, reports stay up to date.")
    return 0


def describe_all(changes: list[HookChange]) -> list[str]:
    """Describe the changes, those for which one note is all there is to say together."""
    manual = [change for change in changes if change.action == "manual"]
    texts = [describe(change) for change in changes if change.action != "manual"]
    for note in dict.fromkeys(change.note for change in manual):
        names = ", ".join(change.hook for change in manual if change.note == note)
        texts.append(f"{names}: not installed\n    {visible(note)}")
    return texts


def describe(change: HookChange) -> str:
    """Describe the change of one hook in one or two lines."""
    line = visible(f"{change.hook}: {change.action}, {change.path}")
    return f"{line}\n    {visible(change.note)}" if change.note else line

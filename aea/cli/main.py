"""The group of all commands; a command's module is loaded when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from aea import __version__

# Short help stands here so that `aea --help` loads no command.
COMMANDS = {
    "stats": "Sessions, tokens, lines and commits of today, 7 and 30 days.",
    "delivery": "Did it ship: AI share, mainline reach, lead time, pull requests.",
    "quality": "Did it hold up: churn, bugs after merge, reverts.",
    "tasks": "What each task took, and what became of it.",
    "ingest": "Read all that sessions and repositories have gained.",
    "session": "List sessions, or show what became of one's lines.",
    "show": "Which session wrote which line of a commit.",
    "blame": "A file line by line, with the sessions that wrote it.",
    "why": "Explain a number; trace a session or commit to its source.",
    "install-hooks": "Announce this repository's commits to aea.",
    "uninstall-hooks": "Take the hooks out again.",
    "hooks": "Whether the hooks of a repository will run.",
    "daemon": "The collector that runs by itself.",
    "status": "How the collector is: service, daemon, providers, repositories.",
    "doctor": "Find what is wrong, and the command that repairs it.",
    "service": "Start the daemon at every login.",
    "repos": "Known repositories, and aliases for moved ones.",
    "settings": "The numbers that rules and bands use; change one.",
    "check": "Prove that every number equals its definition.",
    "rebuild": "Make all events anew from the facts.",
    "backup": "Copy the database, or list the copies there are.",
    "restore": "Put a copy in the place of the database.",
    "events": "Stream the event rows, one JSON object a line.",
    "github": "Pull requests as GitHub knows them; asks only when told to.",
    "gitlab": "Merge requests as GitLab knows them; asks only when told to.",
    "sql": "Ask the database, read-only.",
    "tables": "Tables and views with their grain.",
    "demo": "See aea at work on sample data in a throw-away home.",
}


class LazyGroup(click.Group):
    """Finds command x in aea/cli/x.py."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"aea.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `aea --help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="aea %(version)s")
@click.pass_context
def aea(ctx: click.Context) -> None:
    """What did the AI coding sessions cost, did the work ship, did it hold up.

    aea reads the logs that coding agents leave on this machine and the commits of your repositories, and
    answers from a local database. It sends nothing anywhere, unless you call github sync or gitlab sync.

    Exit codes: 0 fine, 1 expected error, 2 wrong usage, 3 a bug in aea, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: list[str]) -> int:
    """Run one command; click's own errors are printed here, ours by the caller."""
    streams = sys.stdout, sys.stderr
    try:
        result = aea.main(args=arguments, prog_name="aea", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return int(exit_.exit_code)
    except click.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit:
        if sys.stdout is streams[0]:
            raise
        sys.stdout, sys.stderr = streams  # click covers them when a pipe is closed
        raise BrokenPipeError from None
    return result if isinstance(result, int) else 0

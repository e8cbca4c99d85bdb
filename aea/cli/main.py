"""The command group. A command's module is imported when the command is called."""

from __future__ import annotations

import io
import sys
from importlib import import_module

import click

from aea import __version__, console

# The short help texts are kept here so that `aea --help` imports no command.
COMMANDS = {
    "stats": "Show sessions, tokens, lines and commits of recent days.",
    "delivery": "Show what shipped: AI share, mainline reach, lead time.",
    "quality": "Show what held up: churn, bug fixes and reverts.",
    "tasks": "Show what each task took, and whether it shipped.",
    "ingest": "Read what is new in sessions and repositories.",
    "session": "List sessions, show the lines of one, or report on them.",
    "show": "Show which session wrote each added line of a commit.",
    "blame": "Show which session and commit wrote each line of a file.",
    "why": "Explain a number, or trace a session or commit.",
    "install-hooks": "Install git hooks that notify aea of new commits.",
    "uninstall-hooks": "Remove the git hooks and restore the previous ones.",
    "hooks": "Check the git hooks of a repository.",
    "daemon": "Run or control the background collector.",
    "status": "Show the state of the daemon and its sources.",
    "doctor": "Diagnose problems and print the command that fixes each.",
    "service": "Run the daemon as a service that starts at login.",
    "uninstall": "Take back the service, hooks and completions, and the data.",
    "repos": "List known repositories, or add an alias for a moved one.",
    "settings": "List or change the thresholds of rules and ratings.",
    "check": "Verify that all stored numbers follow from the facts.",
    "rebuild": "Recompute all derived and event tables from the facts.",
    "backup": "Copy the database, or list the existing copies.",
    "restore": "Replace the database with a copy.",
    "events": "Stream event rows as JSON, one object per line.",
    "github": "Fetch pull requests from GitHub, only on request.",
    "gitlab": "Fetch merge requests from GitLab, only on request.",
    "sql": "Run a read-only SQL query.",
    "tables": "List the tables and views with their grain.",
    "demo": "Run aea on sample data in a temporary directory.",
}


class LazyGroup(click.Group):
    """Finds command x in aea/cli/x.py."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which a new user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"aea.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list of `aea --help`."""
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
    """Analyze AI coding sessions: what they cost, what shipped, and what held up.

    aea reads the session logs that coding agents leave on this machine and the commits of your repositories, and
    answers from a local database. It sends nothing anywhere unless you run `aea github sync` or `aea gitlab sync`.

    Exit codes: 0 success, 1 expected error, 2 wrong usage, 3 a bug in aea, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        console.write(ctx.get_help())


def run(arguments: list[str]) -> int:
    """Run one command. click's own errors are printed here, ours by the caller."""
    streams = sys.stdout, sys.stderr
    try:
        result = aea.main(args=arguments, prog_name="aea", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return int(exit_.exit_code)
    except click.Abort:
        return 130
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        console.usage_error(text.getvalue())
        return error.exit_code
    except SystemExit:
        if sys.stdout is streams[0]:
            raise
        sys.stdout, sys.stderr = streams  # click replaces them when a pipe is closed
        raise BrokenPipeError from None
    return result if isinstance(result, int) else 0

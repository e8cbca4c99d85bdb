"""`aea session`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions, session_lines, sessions


@click.group("session", invoke_without_command=True)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@options.filters
@options.output
@click.pass_context
def command(
    ctx: click.Context,
    limit: int,
    repo: str | None,
    provider: str | None,
    output: str | None,
    *,
    all_projects: bool,
) -> None:
    """List sessions, the latest first."""
    if ctx.invoked_subcommand is None:
        told = sessions.show(limit, repo, provider, output or "text", all_projects=all_projects)
        click.echo(told)


@command.command("show")
@click.argument("session", metavar="ID")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def show_session(session: str, *, is_json: bool) -> None:
    """Show the lines that one session wrote: files, commits, and lines that did not land.

    ID is the start of a session id. Lines that did not land were replaced, thrown away, or are not
    committed yet.
    """
    click.echo(session_lines.show(session, is_json=is_json))


@command.command("report")
@options.outcome(dimensions.names_of("sessions"), has_author=False)
@options.filters
@options.output
def report_sessions(output: str | None, **asked: object) -> None:
    """How sessions went: prompts, loops, error pastes, commits, lines shipped.

    Covers sessions in which a person typed a prompt, by the day they began. By task or branch a session weighs
    by the lines that it has in its commits. Without --group-by it prints one scorecard; `aea settings` has its
    bands.
    """
    options.show_outcomes("sessions", output, asked)

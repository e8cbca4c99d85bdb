"""`aea session`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import dimensions, session_lines, sessions, tools


@click.group(
    "session",
    invoke_without_command=True,
    epilog=options.examples(
        "aea session --limit 5", "aea session show 3f0c1d52", "aea session report --group-by model"
    ),
)
@options.limit
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
    """List sessions, show the lines of one, or report on them.

    Without a subcommand it lists sessions, the latest first.
    """
    if ctx.invoked_subcommand is None:
        text = sessions.show(limit, repo, provider, output or "text", all_projects=all_projects)
        console.write(text)


@command.command("show")
@click.argument("session", metavar="ID")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def show_session(session: str, *, is_json: bool) -> None:
    """Show where the lines of a session went: files, commits, and lines that did not land.

    ID is the beginning of a session id. Lines that did not land were replaced, discarded, or not yet committed.
    """
    console.write(session_lines.show(session, is_json=is_json))


@command.command("tools")
@options.limit
@options.filters
@options.output
def list_tools(
    limit: int, repo: str | None, provider: str | None, output: str | None, *, all_projects: bool
) -> None:
    """Show how often each tool was called, failed and was refused.

    The error rate is failed calls / calls that ran to their end. Loops are sessions in which one error of the tool came
    five times or more.
    """
    console.write(tools.show(limit, repo, provider, output or "text", all_projects=all_projects))


@command.command("report")
@options.outcome(dimensions.names_of("sessions"), has_author=False)
@options.filters
@options.output
def report_sessions(output: str | None, **parameters: object) -> None:
    """Report how sessions went: prompts, loops, errors, refusals, commits, lines shipped, lines undone.

    Covers sessions in which a person typed a prompt, by the day they began. By task or branch, a session counts with the
    share of its lines that is in those commits. Without --group-by it prints one scorecard; `aea settings` lists its bands.
    """
    options.show_outcomes("sessions", output, parameters)

"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    """--json and --csv as one parameter, `output`: text, json or csv."""
    command = click.option(
        "--csv", "output", flag_value="csv", help="Print comma-separated values."
    )(command)
    return click.option("--json", "output", flag_value="json", help="Print JSON.")(command)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """--repo, --provider, --all-projects."""
    command = click.option("--provider", help="Only this provider, such as claude_code.")(command)
    command = click.option("--repo", help="Only this repository: a path, a key or a name.")(command)
    return click.option(
        "--all-projects", is_flag=True, help="Not only the repository around this directory."
    )(command)


def _canonical(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    from aea.models import canonical_model  # compiles its rules: only when a model is named

    return None if name is None else canonical_model(name)


model = click.option(
    "--model", callback=_canonical, help="Only this model, in any of its spellings."
)


def outcome(groups: tuple[str, ...], *, has_author: bool = True) -> Callable[..., Any]:
    """The options of delivery, quality, tasks and session report, besides filters and output."""
    texts = [
        click.option("--since", metavar="DATE", help="First local day, YYYY-MM-DD."),
        click.option("--until", metavar="DATE", help="Last local day, YYYY-MM-DD, included."),
        model,
        click.option("--branch", help="Only work that was committed on this branch."),
        click.option("--task", metavar="KEY", help="Only this task, such as ABC-12."),
        click.option("--timezone", metavar="ZONE", help="IANA zone that decides what a day is."),
        click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True),
    ]
    if has_author:
        texts.append(click.option("--author", metavar="EMAIL", help="Only commits of this author."))

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(texts):
            command = option(command)
        command = click.option("--overall", is_flag=True, help="One scorecard, no groups.")(command)
        return click.option("--group-by", type=click.Choice(groups), help="One row per value.")(
            command
        )

    return add


def show_outcomes(report: str, output: str | None, asked: dict[str, Any]) -> None:
    """Print the report of one of these commands."""
    from aea.reports.outcomes import OutcomesRequest
    from aea.reports.outcomes_text import show

    click.echo(show(OutcomesRequest(report, output=output or "text", **asked)))

"""Options shared by several commands, and the examples in their help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aea import console

if TYPE_CHECKING:
    from collections.abc import Callable


def examples(*commands: str) -> str:
    """Return the epilog of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json and --csv as one parameter, `output`: text, json or csv."""
    command = click.option("--csv", "output", flag_value="csv", help="Print CSV.")(command)
    return click.option("--json", "output", flag_value="json", help="Print JSON.")(command)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --repo, --provider and --all-projects."""
    command = click.option("--provider", help="Limit to a provider, such as claude_code.")(command)
    command = click.option("--repo", help="Limit to a repository: a path, key or name.")(command)
    return click.option(
        "--all-projects", is_flag=True, help="Include all repositories, not only the current one."
    )(command)


def _canonical(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    from aea.models import canonical_model  # compiles its rules: only when a model is named

    return None if name is None else canonical_model(name)


model = click.option(
    "--model", callback=_canonical, help="Limit to a model, in any of its spellings."
)

evidence = click.option(
    "--evidence",
    type=click.Choice(("all", "matched")),
    help="matched: leave out commits whose AI lines only other tools recorded.",
)

limit = click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="Maximum number of rows.",
)


def outcome(groups: tuple[str, ...], *, has_author: bool = True) -> Callable[..., Any]:
    """Return the options of delivery, quality, tasks and session report, besides filters and output."""
    texts = [
        click.option("--since", metavar="DATE", help="First local day to include, YYYY-MM-DD."),
        click.option("--until", metavar="DATE", help="Last local day to include, YYYY-MM-DD."),
        model,
        click.option("--branch", help="Limit to work committed on this branch."),
        click.option("--task", metavar="KEY", help="Limit to a task, such as ABC-12."),
        click.option("--timezone", metavar="ZONE", help="IANA time zone that defines local days."),
        limit,
    ]
    if has_author:
        texts.append(
            click.option("--author", metavar="EMAIL", help="Limit to commits of this author.")
        )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(texts):
            command = option(command)
        command = click.option(
            "--overall", is_flag=True, help="Print one scorecard, without groups."
        )(command)
        return click.option(
            "--group-by", type=click.Choice(groups), help="Print one row per value."
        )(command)

    return add


def show_outcomes(report: str, output: str | None, parameters: dict[str, Any]) -> None:
    """Print the report of one of these commands."""
    from aea.reports.outcomes import OutcomesRequest
    from aea.reports.outcomes_text import show

    console.write(show(OutcomesRequest(report, output=output or "text", **parameters)))

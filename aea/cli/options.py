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


def scope(command: Callable[..., Any]) -> Callable[..., Any]:
    """--repo, --provider, --all-projects."""
    command = click.option("--provider", help="Only this provider, such as claude_code.")(command)
    command = click.option("--repo", help="Only this repository: a path, a key or a name.")(command)
    return click.option(
        "--all-projects", is_flag=True, help="Not only the repository around this directory."
    )(command)

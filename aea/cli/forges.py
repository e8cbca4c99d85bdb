"""The subcommands shared by GitHub and GitLab: sync, status, token."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from aea.cli import options
from aea.errors import RateLimitError, UsageError

if TYPE_CHECKING:
    from aea.forge.base import Forge
    from aea.ingest.pulls import SyncResult


def add_commands(group: click.Group, forge: Forge) -> None:
    """Add the subcommands to a group."""
    group.add_command(_sync(forge))
    group.add_command(_status(forge))
    group.add_command(_token(forge))


def _sync(forge: Forge) -> click.Command:
    @click.command("sync", help=_sync_help(forge))
    @click.option("--repo", help="Limit to a repository: a path, key or name.")
    @click.option("--quiet", is_flag=True, help="Print only errors.")
    def command(repo: str | None, *, quiet: bool) -> int:
        from aea.ingest.forges import sync_all
        from aea.progress import Bar
        from aea.reports import pulls

        hosts = pulls.hosts_to_sync(forge, repo)
        if not hosts and not quiet:
            click.echo(f"No known repository is on {forge.TITLE}.")
        bar = None if quiet else Bar()
        is_complete = True
        for synced in sync_all(forge, hosts, os.environ, bar):
            if bar:
                bar.close()
            is_complete &= _print_result(synced, quiet=quiet)
        return 0 if is_complete else 1

    return command


def _sync_help(forge: Forge) -> str:
    return (
        f"Fetch the pull requests of known repositories from {forge.TITLE}.\n\n"
        "Sends repository names, pull request numbers, commit shas and the token to the host of each"
        " repository, and nothing else. Reads what changed since the last sync. At a rate limit it stops,"
        " and the next sync continues. The token must be allowed to read pull requests, issues and"
        f" commits; see aea {forge.NAME} status."
    )


def _print_result(synced: SyncResult, *, quiet: bool) -> bool:
    """Print the result of a sync. Returns True if it is complete."""
    key, pulls, bugs, commits, fault = synced
    if not quiet and (fault is None or pulls or bugs or commits):
        counts = (
            f"{pulls} pull requests and {bugs} bugs new or changed, {commits} commits looked up"
        )
        click.echo(f"{key}: {counts}.")
    if fault is None:
        return True
    click.echo(f"Error: {key}: {fault.message}", err=True)
    hint = fault.hint
    if isinstance(fault, RateLimitError):
        from aea.reports.query import utc_text

        hint = f"again after {utc_text(fault.resume_at)}; {hint}"
    if hint:
        click.echo(f"Try: {hint}", err=True)
    return False


def _status(forge: Forge) -> click.Command:
    @click.command("status", help="Show the origin of the token, the last sync and its coverage.")
    @options.output
    def command(output: str | None) -> None:
        from aea.reports import pulls

        click.echo(pulls.show(forge, output or "text"))

    return command


def _token(forge: Forge) -> click.Command:
    @click.command("token", help=_token_help(forge))
    @click.option("--host", help=f"Host of the token, {forge.HOST} by default.")
    @click.option("--remove", is_flag=True, help="Remove the token from the keyring.")
    def command(host: str | None, *, remove: bool) -> None:
        from aea.forge import token

        host_name = host or forge.HOST
        if remove:
            is_removed = token.delete_token(host_name)
            click.echo(f"{'Removed the' if is_removed else 'There was no'} token for {host_name}.")
            return
        if sys.stdin.isatty():
            value = str(click.prompt(f"Token for {host_name}", hide_input=True)).strip()
        else:
            value = sys.stdin.readline().strip()
        if not value:
            raise UsageError("the token is empty", "type a token, or pipe it to standard input")
        token.store_token(forge, host_name, value)
        click.echo(f"Stored the token for {host_name} in the keyring.")

    return command


def _token_help(forge: Forge) -> str:
    return (
        "Store a token in the system's keyring.\n\n"
        "Requires the extra ai-engineering-analytics[keyring]. Not needed if"
        f" {forge.TOKEN_VARIABLE}, {', '.join(forge.PUBLIC_VARIABLES)} or {forge.TOKEN_COMMAND[0]}"
        " provides a token. The token is read without echo, or from standard input, and stored"
        " nowhere else."
    )

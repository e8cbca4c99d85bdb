"""The commands that GitHub and GitLab share: sync, status, token."""

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
    """Give a group its commands."""
    group.add_command(_sync(forge))
    group.add_command(_status(forge))
    group.add_command(_token(forge))


def _sync(forge: Forge) -> click.Command:
    @click.command("sync", help=_sync_help(forge))
    @click.option("--repo", help="Only this repository: a path, a key or a name.")
    @click.option("--quiet", is_flag=True, help="Print nothing but errors.")
    def command(repo: str | None, *, quiet: bool) -> int:
        from aea.cli.ingest import Bar
        from aea.ingest.forges import sync_all
        from aea.reports import pulls

        places = pulls.hosts_to_sync(forge, repo)
        if not places and not quiet:
            click.echo(f"No known repository is on {forge.TITLE}.")
        bar = None if quiet else Bar()
        is_complete = True
        for synced in sync_all(forge, places, os.environ, bar):
            if bar:
                bar.close()
            is_complete &= _tell(synced, quiet=quiet)
        return 0 if is_complete else 1

    return command


def _sync_help(forge: Forge) -> str:
    return (
        f"Ask {forge.TITLE} for the pull requests of known repositories.\n\n"
        "Sends names of repositories, numbers of pull requests, shas of commits and the token, to the"
        " host of each repository only. Reads what has changed since the last time; stops when the rate"
        " limit is reached, and goes on the next time. Needs a token that may read pull requests,"
        f" issues and commits: see aea {forge.NAME} status."
    )


def _tell(synced: SyncResult, *, quiet: bool) -> bool:
    """Print what a sync brought; whether it is complete."""
    key, pulls, bugs, commits, fault = synced
    if not quiet and (fault is None or pulls or bugs or commits):
        counts = f"{pulls} pull requests, {bugs} bugs new or changed, {commits} commits looked up"
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
    @click.command("status", help="Where a token was found, the last sync, how much is known.")
    @options.output
    def command(output: str | None) -> None:
        from aea.reports import pulls

        click.echo(pulls.show(forge, output or "text"))

    return command


def _token(forge: Forge) -> click.Command:
    @click.command("token", help=_token_help(forge))
    @click.option("--host", help=f"The host it is for; {forge.HOST} unless told.")
    @click.option("--remove", is_flag=True, help="Take it out of the keyring again.")
    def command(host: str | None, *, remove: bool) -> None:
        from aea.forge import token

        place = host or forge.HOST
        if remove:
            gone = token.delete_token(place)
            click.echo(f"{'Removed the' if gone else 'There was no'} token for {place}.")
            return
        if sys.stdin.isatty():
            value = str(click.prompt(f"Token for {place}", hide_input=True)).strip()
        else:
            value = sys.stdin.readline().strip()
        if not value:
            raise UsageError("no token was given", "type or pipe one")
        token.store_token(forge, place, value)
        click.echo(f"The keyring holds the token for {place}.")

    return command


def _token_help(forge: Forge) -> str:
    return (
        "Keep a token in the system's keyring (needs the extra: ai-engineering-analytics[keyring]).\n\n"
        f"Not needed where {forge.TOKEN_VARIABLE}, {', '.join(forge.PUBLIC_VARIABLES)} or"
        f" {forge.TOKEN_COMMAND[0]} has one. It is read without echo, or from standard input, and"
        " written nowhere else."
    )

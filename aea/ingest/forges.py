"""Sync the repositories of one kind of forge, host by host."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.errors import AeaError, RateLimitError
from aea.forge.base import find_api_url, parse_host
from aea.forge.client import Client
from aea.forge.token import find_token
from aea.ingest.pulls import SyncResult, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from aea.forge.base import Forge
    from aea.forge.token import Token


class ForgeHost(NamedTuple):
    """A host and the known repositories on it."""

    host: str
    address: str  # of its API
    repository_keys: tuple[str, ...]


def list_hosts(
    forge: Forge, repository_keys: Iterable[str], environ: Mapping[str, str]
) -> list[ForgeHost]:
    """List the hosts of this kind of forge by name."""
    found: dict[str, list[str]] = {}
    for key in repository_keys:
        found.setdefault(parse_host(key.removeprefix("git:")), []).append(key)
    hosts = [
        (name, find_api_url(forge, name, environ), tuple(keys)) for name, keys in found.items()
    ]
    return sorted(ForgeHost(name, address, keys) for name, address, keys in hosts if address)


def sync_all(
    forge: Forge,
    hosts: Iterable[ForgeHost],
    environ: Mapping[str, str],
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[SyncResult]:
    """Sync every repository. No request is sent to a host without a token."""
    for host in hosts:
        token = find_token(forge, host.host, environ)
        if token is None:
            yield from _fail_all(host, _no_token(forge, host.host))
        else:
            yield from _sync_host(forge, host, token, progress)


def _sync_host(
    forge: Forge,
    host: ForgeHost,
    token: Token,
    progress: Callable[[str, int, int], None] | None,
) -> Iterator[SyncResult]:
    """Sync its repositories one after another. After a rate limit the remaining ones are skipped."""
    client = Client(host.address, token, forge.HEADERS)
    limit: AeaError | None = None
    try:
        for key in host.repository_keys:
            if limit is not None:
                yield SyncResult(key, 0, 0, 0, limit)
                continue
            try:
                synced = sync(forge, client, key, progress)
            except AeaError as error:
                synced = SyncResult(key, 0, 0, 0, error)
            limit = synced.fault if isinstance(synced.fault, RateLimitError) else None
            yield synced
    finally:
        client.close()


def _fail_all(host: ForgeHost, fault: AeaError) -> Iterator[SyncResult]:
    return (SyncResult(key, 0, 0, 0, fault) for key in host.repository_keys)


def _no_token(forge: Forge, host: str) -> AeaError:
    hint = (
        f"set {forge.TOKEN_VARIABLE}, or run: {forge.TOKEN_COMMAND[0]} auth login,"
        f" or: aea {forge.NAME} token"
    )
    return AeaError(f"no token for {host}, so no request was sent", hint)

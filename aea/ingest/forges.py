"""The repositories of one kind of forge, host by host: who has a token, and a sync of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.errors import AeaError, RateLimitError
from aea.forge.base import find_api_url, parse_host
from aea.forge.client import Client
from aea.forge.token import find_token
from aea.ingest.pulls import Synced, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from aea.forge.base import Forge
    from aea.forge.token import Token


class Place(NamedTuple):
    """A host with the repositories of ours that are there."""

    host: str
    address: str  # of its interface
    repository_keys: tuple[str, ...]


def list_places(
    forge: Forge, repository_keys: Iterable[str], environ: Mapping[str, str]
) -> list[Place]:
    """The hosts of this kind of forge, by name."""
    found: dict[str, list[str]] = {}
    for key in repository_keys:
        found.setdefault(parse_host(key.removeprefix("git:")), []).append(key)
    places = [
        (host, find_api_url(forge, host, environ), tuple(keys)) for host, keys in found.items()
    ]
    return sorted(Place(host, address, keys) for host, address, keys in places if address)


def sync_all(
    forge: Forge,
    places: Iterable[Place],
    environ: Mapping[str, str],
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[Synced]:
    """Sync every repository; a host without a token is asked nothing."""
    for place in places:
        token = find_token(forge, place.host, environ)
        if token is None:
            yield from _all(place, _no_token(forge, place.host))
        else:
            yield from _sync_place(forge, place, token, progress)


def _sync_place(
    forge: Forge,
    place: Place,
    token: Token,
    progress: Callable[[str, int, int], None] | None,
) -> Iterator[Synced]:
    """Its repositories one after another; when the host wants no more requests, none of the others."""
    client = Client(place.address, token, forge.HEADERS)
    limit: AeaError | None = None
    try:
        for key in place.repository_keys:
            if limit is not None:
                yield Synced(key, 0, 0, 0, limit)
                continue
            try:
                synced = sync(forge, client, key, progress)
            except AeaError as error:
                synced = Synced(key, 0, 0, 0, error)
            limit = synced.fault if isinstance(synced.fault, RateLimitError) else None
            yield synced
    finally:
        client.close()


def _all(place: Place, fault: AeaError) -> Iterator[Synced]:
    return (Synced(key, 0, 0, 0, fault) for key in place.repository_keys)


def _no_token(forge: Forge, host: str) -> AeaError:
    hint = f"set {forge.TOKEN_VARIABLE}, or: {forge.TOKEN_COMMAND[0]} auth login, or: aea {forge.NAME} token"
    return AeaError(f"there is no token for {host}: nothing was sent", hint)

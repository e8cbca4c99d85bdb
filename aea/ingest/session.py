"""One run of ingest: the connection, the caches and the transaction that all steps share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aea.ingest.locate import Locator
from aea.store import db
from aea.store.facts import FactWriter
from aea.store.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.db import Connection


class Ingest:
    """What a run holds. The caller holds the writer lock."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.locator = Locator()
        self.identities = Identities(connection, self.locator)
        self.writer = FactWriter(connection, self.identities)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction after whose failure no cached key is trusted."""
        try:
            with db.transaction(self.connection):
                yield
        except BaseException:
            self.identities.forget()
            raise

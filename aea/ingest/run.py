"""One ingest run: the connection, the caches and the transactions that all steps share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aea import clock
from aea.errors import BusyError
from aea.ingest.locate import Locator
from aea.store.engine import db, lock, schema
from aea.store.engine.schema import count_waiting
from aea.store.write import cursors, outdated
from aea.store.write.facts import FactWriter
from aea.store.write.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.progress import Progress
    from aea.store.engine.db import Connection


BATCH_BYTES = 16 * 1024 * 1024
BATCH_STEPS = 200


class IngestRun:
    """The state of a run. The caller holds the writer lock."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.locator = Locator()
        self.identities = Identities(connection, self.locator)
        self.writer = FactWriter(connection, self.identities)
        self._batch_bytes = 0
        self._batch_steps = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A separate transaction that refreshes the events. Batched steps are committed first."""
        self.flush()
        with self._forgetting(), db.transaction(self.connection):
            yield
            _refresh(self.connection)

    @contextmanager
    def step(self, byte_count: int) -> Iterator[None]:
        """A small step that shares a transaction with others until the batch is large enough.

        A step is written together with its cursor: a kill loses the batch, and the cursors reflect that. One commit per
        file took 40 % of a cold ingest.
        """
        with self._forgetting():
            if not self._batch_steps:
                db.begin(self.connection)
            try:
                self._batch_steps += 1
                yield
            except BaseException:
                self._batch_steps = self._batch_bytes = 0
                db.roll_back(self.connection)
                raise
        self._batch_bytes += byte_count
        if self._batch_bytes >= BATCH_BYTES or self._batch_steps >= BATCH_STEPS:
            self.flush()

    def forget_facts(self, source_ids: list[int]) -> None:
        """Delete the facts of sources in several transactions, and set their cursors back in the last one.

        A run that ends in between is no harm: until they are set back, cursors say that facts are outdated.
        """
        is_done = False
        while not is_done:
            with self.transaction():
                is_done = outdated.delete_some(self.connection, source_ids) == 0
                for source_id in source_ids if is_done else ():
                    cursors.set_back(self.connection, source_id)

    def flush(self) -> None:
        """Refresh the events of the batched steps, and commit."""
        if not self._batch_steps:
            return
        self._batch_steps = self._batch_bytes = 0
        with self._forgetting():
            try:
                _refresh(self.connection)
                self.connection.execute("COMMIT")
            except BaseException:
                db.roll_back(self.connection)
                raise

    def refresh_waiting(
        self, deadline: float | None = None, progress: Progress | None = None
    ) -> int:
        """Refresh what earlier transactions left, until the deadline. Returns the number of keys left.

        Other processes may write between two of its transactions.
        """
        self.flush()
        total = left = count_waiting(self.connection)
        if not total:
            return 0
        from aea.pipeline import refresh

        for left in refresh.refresh_waiting(self.connection):
            total = max(total, left)
            if progress:
                progress("figures", total - left, total)
            if not left or (deadline is not None and clock.monotonic() >= deadline):
                break
            self._let_others_write()
        return left

    def _let_others_write(self) -> None:
        before = db.identity()
        lock.let_others_write()
        self.identities.forget()
        if db.identity() != before or not schema.is_current(self.connection):
            raise BusyError(
                "another aea process has replaced the database", "run the command again"
            )

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Drop the cached keys after a failure: they may belong to rows that were rolled back."""
        try:
            yield
        except BaseException:
            self.identities.forget()
            raise


def _refresh(connection: Connection) -> None:
    """Refresh what the transaction changed; what takes too long waits for `IngestRun.refresh_waiting`."""
    from aea.pipeline import refresh  # 16 ms, needed only when something was written

    refresh.refresh(connection, refresh.TRANSACTION_SECONDS)

"""Surrogate keys of sessions, models, directories, files and branches.

A file or directory belongs to the repository with the nearest root (a work tree or an alias) above it. Known roots
are enough for directories that have been deleted. A new root also applies to directories and files that were
unresolved before (`Roots.add`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import machine
from aea.models import canonical_model
from aea.store.write import merges
from aea.store.write.roots import Roots, file_key
from aea.store.write.task_names import write_branch

if TYPE_CHECKING:
    from aea.records import Session
    from aea.store.engine.db import Connection
    from aea.store.write.roots import Locator

UNKNOWN_MODEL = "(unknown)"


class Identities:
    """Look-ups with a cache for one run. Call `forget` after a rollback."""

    def __init__(self, connection: Connection, locator: Locator) -> None:
        self._connection = connection
        self.roots = Roots(connection, locator)
        self.forget()

    def forget(self) -> None:
        """Drop the cached keys: some may belong to rows that were rolled back."""
        self._sessions: dict[tuple[str, str], int] = {}
        self._models: dict[tuple[str, str], int] = {}
        self._directories: dict[str, int] = {}
        self._files: dict[str, int] = {}
        self._branches: set[tuple[int, str]] = set()
        self._machine: int | None = None
        self.roots.forget()

    def machine(self) -> int:
        """The key of this machine."""
        if self._machine is None:
            key = machine.machine_key()
            self._connection.execute(
                "INSERT OR IGNORE INTO metadata_machines (machine_key, platform) VALUES (?, ?)",
                (key, machine.platform()),
            )
            query = "SELECT id FROM metadata_machines WHERE machine_key = ?"
            self._machine = int(self._connection.execute(query, (key,)).get)
        return self._machine

    def merge_session(self, provider: str, session: Session, now: int) -> None:
        """Write a session or merge it with the stored one. The directory of the earliest record wins."""
        if session.remote_url and session.directory:
            self.roots.hint_remote(session.directory, session.remote_url)
        directory = self.directory(session.directory)
        self._connection.execute(
            merges.statement("metadata_sessions"),
            (
                provider,
                session.session_id,
                session.parent_session_id,
                int(session.is_subagent),
                directory,
                None if directory is None else session.occurred_at,
                self.machine(),
                session.client_version,
                now,
            ),
        )

    def session(self, provider: str, session_id: str, now: int) -> int:
        """The key of a session. Inserts it if there was no record of the session itself."""
        cached = self._sessions.get((provider, session_id))
        if cached is not None:
            return cached
        self._connection.execute(
            "INSERT OR IGNORE INTO metadata_sessions (provider, session_id, is_subagent, machine_id,"
            " ingested_at) VALUES (?, ?, 0, ?, ?)",
            (provider, session_id, self.machine(), now),
        )
        query = "SELECT id FROM metadata_sessions WHERE provider = ? AND session_id = ?"
        key = int(self._connection.execute(query, (provider, session_id)).get)
        self._sessions[provider, session_id] = key
        return key

    def model(self, provider: str, model_name: str | None) -> int:
        """The key of a model."""
        name = model_name or UNKNOWN_MODEL
        cached = self._models.get((provider, name))
        if cached is not None:
            return cached
        self._connection.execute(
            "INSERT OR IGNORE INTO metadata_models (provider, model_name, canonical_name)"
            " VALUES (?1, ?2, nullif(?3, ?2))",
            (provider, name, canonical_model(name)),
        )
        query = "SELECT id FROM metadata_models WHERE provider = ? AND model_name = ?"
        key = int(self._connection.execute(query, (provider, name)).get)
        self._models[provider, name] = key
        return key

    def directory(self, path: str | None) -> int | None:
        """The key of a directory. Resolves its repository if it is new."""
        if not path:
            return None
        cached = self._directories.get(path)
        if cached is None:
            cached = self._directories[path] = self.roots.directory(path)
        return cached

    def file(self, path: str) -> int:
        """The key of the file at an absolute path. It is stored relative to its repository, if that is known."""
        cached = self._files.get(path)
        if cached is not None:
            return cached
        found = self.roots.place(path)
        key = file_key(self._connection, *(found or (None, path)))
        self._files[path] = key
        return key

    def note_branch(self, directory: str | None, branch_name: str | None) -> None:
        """Insert a branch into the repository of a directory."""
        if not directory or not branch_name:
            return
        found = self.roots.repository_of(directory)
        if found and (found[0], branch_name) not in self._branches:
            self._branches.add((found[0], branch_name))
            write_branch(self._connection, found[0], branch_name)

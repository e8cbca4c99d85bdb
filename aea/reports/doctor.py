"""`aea doctor`: problems, and the command that repairs each."""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock, control, paths
from aea.errors import AeaError, BusyError
from aea.ingest import catch_up
from aea.ingest.readers.base import WHOLE_SOURCE
from aea.reports import query
from aea.store.engine import db, schema
from aea.store.engine.lock import writer_lock
from aea.store.write import repositories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection

_CLOCK_MS = 60_000
_WATCHES = "/proc/sys/fs/inotify/max_user_watches"
_MOST_FAULTS = 5
_FEW_WATCHES = 8_192  # the default of old kernels: an editor alone may use them up


class Finding(NamedTuple):
    """A problem and its repair."""

    subject: str
    finding: str
    repair: str  # the command to type, or what to do


def examine(found: dict[str, Any]) -> list[Finding]:
    """All findings; `found` is the document of `aea status`."""
    return [
        *_directory(),
        *_database(),
        *_writer(),
        *_daemon(found),
        *_service(found["service"]),
        *_providers(found["providers"]),
        *_unread(found["unread_sessions"]),
        *_hooks(found["repositories"]),
    ]


def _directory() -> Iterator[Finding]:
    place = paths.data_dir()
    if not place.exists():
        yield Finding(str(place), "nothing was ever read", "aea ingest")
    elif not os.access(place, os.W_OK | os.X_OK):
        yield Finding(str(place), "cannot be written", f"chmod u+rwx {quote(str(place))}")
    elif place.stat().st_mode & 0o077:
        yield Finding(str(place), "is open to other users", f"chmod 700 {quote(str(place))}")


def _database() -> Iterator[Finding]:
    if not catch_up.database_exists():
        return
    place = str(paths.database())
    try:
        connection = db.open_reader()
        try:
            (answer,) = db.rows(connection, "PRAGMA quick_check(1)")
            fault = schema.first_fault(connection) if answer == ("ok",) else answer[0]
            if fault:
                yield Finding(place, f"is damaged: {fault}", "aea ingest")
            elif not schema.is_current(connection):
                yield Finding(place, "was made by an older aea", "aea ingest")
            else:
                yield from _clock(query.report(connection, "footer")[0]["last_ingested_at"])
                yield from _task_patterns(connection)
                yield from _faults(connection)
                yield from _mainlines(connection)
        finally:
            connection.close()
    except AeaError as error:
        yield Finding(place, error.message, error.hint)
    except db.Error as error:
        yield Finding(place, f"cannot be read: {error}", "aea ingest")


def _task_patterns(connection: Connection) -> Iterator[Finding]:
    rows = db.rows(
        connection,
        "SELECT s.source_path, p.reason FROM ingest_problem AS p INNER JOIN ingest_cursor AS s"
        " ON s.id = p.source_id WHERE p.reason LIKE 'git config aea.taskPattern: %' ORDER BY 1",
    )
    for place, reason in rows:
        _, _, fault = reason.partition(": ")
        hint = f"git --git-dir={quote(place)} config --show-origin --get-all aea.taskPattern"
        yield Finding(place, f"aea.taskPattern: {fault}", hint)


def _faults(connection: Connection) -> Iterator[Finding]:
    """Session files that could not be opened, or not be read to their end."""
    rows = db.rows(
        connection,
        "SELECT s.source_path, p.reason FROM ingest_problem AS p INNER JOIN ingest_cursor AS s"
        " ON s.id = p.source_id WHERE p.byte_offset = ? AND s.is_missing = 0"
        " AND s.provider NOT IN ('git', 'spool') ORDER BY 1",
        (WHOLE_SOURCE,),
    )
    for count, (place, reason) in enumerate(rows):
        if count == _MOST_FAULTS:
            yield Finding("sessions", "more could not be read", "aea tables ingest_problem")
            return
        yield Finding(place, reason, "see that it can be read and is whole, then: aea ingest")


def _mainlines(connection: Connection) -> Iterator[Finding]:
    """A repository that names a mainline which is not there gets another one without a word."""
    from aea.git.discover import find_repository
    from aea.git.mainline import find_mainline_refs
    from aea.git.walk import open_walk

    for _, root in repositories.list_roots(connection):
        found = find_repository(root)
        name = found and found.own_mainline
        if not found or not name:
            continue
        refs = find_mainline_refs(found, open_walk(found, prefer_command=True).read_refs())
        if not any(ref.endswith(f"/{name}") for ref in refs):
            there = ", ".join(refs) or "none"
            yield Finding(
                root,
                f"git config aea.mainline: there is no branch {name!r}; taken instead: {there}",
                f"git -C {quote(root)} config aea.mainline BRANCH",
            )


def _clock(last_ms: int | None) -> Iterator[Finding]:
    ahead = (last_ms or 0) - clock.now_ms()
    if ahead > _CLOCK_MS:
        text = f"is {ahead / 60_000:.0f} min behind the last reading: it was set back"
        yield Finding("clock", text, "set the clock: timedatectl set-ntp true")


def _writer() -> Iterator[Finding]:
    if not paths.data_dir().exists():
        return
    try:
        with writer_lock(2.0):
            pass
    except BusyError:
        yield Finding(
            str(paths.data_dir() / "writer.lock"),
            "another process holds it and reads for a long time, or hangs",
            "aea service restart, or wait for `aea ingest` to end",
        )
    except OSError as error:
        yield Finding("writer.lock", error.strerror or str(error), "check the permissions")


def _daemon(found: dict[str, Any]) -> Iterator[Finding]:
    state = found["daemon"]
    holder = control.read_holder()
    if state is None and holder is not None:
        if _is_alive(holder.pid):
            text = f"process {holder.pid} does not answer, or is of another version"
            yield Finding("daemon", text, "aea service restart")
        else:
            text = f"process {holder.pid} is gone without an end; its lock is free again"
            yield Finding("daemon", text, "aea service start")
        return
    for trouble in (state or {}).get("troubles", []):
        yield Finding(trouble["place"], trouble["text"], "aea service logs")
    for place, reason in list((state or {}).get("scanned_directories", {}).items())[:3]:
        yield Finding(place, f"is scanned, not watched: {reason}", _more_watches(reason))
    if state is None and found["service"] is None:
        return
    yield from _watch_limit()


def _more_watches(reason: str) -> str:
    if "limit" in reason or "space" in reason:
        return "sudo sysctl fs.inotify.max_user_watches=524288"
    return "nothing to do: it is looked at every few seconds"


def _watch_limit() -> Iterator[Finding]:
    try:
        with open(_WATCHES, encoding="ascii") as file:
            limit = int(file.read())
    except (OSError, ValueError):
        return
    if limit < _FEW_WATCHES:
        text = f"only {limit} directories may be watched"
        yield Finding("inotify", text, "sudo sysctl fs.inotify.max_user_watches=524288")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _service(state: dict[str, Any] | None) -> Iterator[Finding]:
    if state is None or not state["is_installed"]:
        return
    if not state["is_running"]:
        yield Finding("service", f"does not run: {state['detail']}", "aea service start")
    elif not state["is_current"]:
        yield Finding("service", "is not as this aea would install it", "aea service install")


def _providers(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    if not any(row["roots"] for row in rows):
        text = "no agent has left a session on this machine, or they lie elsewhere"
        yield Finding("sessions", text, "set CLAUDE_CONFIG_DIR or CODEX_HOME, then: aea ingest")
    for row in rows:
        for root in row["roots"]:
            if not os.access(root, os.R_OK | os.X_OK):
                yield Finding(root, "cannot be read", f"chmod u+rx {quote(root)}")


def _unread(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """One finding for each reason, with the first place and the number of all."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row["reason"], []).append(row["path"])
    for reason, places in by_reason.items():
        more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
        yield Finding(places[0], f"is not read: {reason}{more}", _to_read(reason, places[0]))


def _to_read(reason: str, place: str) -> str:
    if reason == "link to a file":
        return "put the file itself in the place of the link"
    if reason.lower() == "permission denied":
        return f"chmod u+rX {place}"
    if reason.startswith("link to a directory"):
        return "link to the directory of the sessions alone"
    return "nothing, if it holds no session; else move it away, or unpack it to a file that ends in .jsonl"


def _hooks(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """A hook that is there and will not run; where none is, commits are found by their refs."""
    for row in rows:
        if row["is_hook_faulty"]:
            yield Finding(row["root"], row["hook"], f"aea install-hooks {quote(row['root'])}")
        elif row["is_hook_installed"] is None and row["hook"]:
            yield Finding(row["root"], row["hook"], f"git -C {quote(row['root'])} status")

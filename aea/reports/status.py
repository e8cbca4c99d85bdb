"""`aea status`: service, daemon, providers, repositories, problems and what is not read. It reads no source."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from aea import __version__, control, paths
from aea.console import visible
from aea.errors import AeaError
from aea.git import hook
from aea.ingest import catch_up, unread
from aea.reports import query, render
from aea.sources.registry import SOURCES
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.reports.query import Row

_WAIT_SECONDS = 2.0
_SHOWN = 3  # sessions that are not read


def daemon() -> Row | None:
    """The status of the daemon; None if no daemon answers."""
    answer = control.request("status", _WAIT_SECONDS, _WAIT_SECONDS)
    found: Row | None = json.loads(answer) if answer else None
    return found


def document(service: Row | None, fault: str | None = None) -> dict[str, Any]:
    """The whole status; instants are ISO text in UTC, sizes in bytes, unknown is null.

    `service` is its state in systemd or launchd; `fault` says why the database cannot be read.
    """
    found: dict[str, Any] = {
        "version": __version__,
        "data_directory": str(paths.data_dir()),
        "database_bytes": _size(),
        "database_fault": fault,
        "service": service,
        "daemon": _with_instants(daemon()),
        "providers": [],
        "repositories": [],
        "problems": None,
        "unread_sessions": [session._asdict() for session in unread.list_unread()],
    }
    if fault is None and catch_up.database_exists():
        connection = db.open_reader()
        try:
            found["providers"] = _providers(query.report(connection, "status_providers"))
            found["repositories"] = [
                _with_hooks(_with_instants(row) or {})
                for row in query.report(connection, "status_repositories")
            ]
            found["problems"] = query.report(connection, "footer")[0]
        finally:
            connection.close()
    else:
        found["providers"] = _providers([])
    return found


def _size() -> int | None:
    try:
        return os.stat(paths.database()).st_size
    except OSError:
        return None


def _with_instants(row: Row | None) -> Row | None:
    """`x_at_ms` becomes `x_at`, as every other document writes instants."""
    if row is None:
        return None
    found = {}
    for name, value in row.items():
        if name.endswith("_at_ms"):
            found[name.removesuffix("_ms")] = None if value is None else query.utc_text(value)
        else:
            found[name] = value
    return found


def _providers(rows: list[Row]) -> list[Row]:
    known = {row["provider"]: row for row in rows}
    found = []
    for source in SOURCES:
        roots = [str(root) for root in source.roots(paths.home(), dict(os.environ))]
        row = known.get(source.NAME, {"provider": source.NAME, "session_count": 0})
        written, read = row.get("last_written_at_ms"), row.get("last_read_at_ms")
        lag = None if written is None or read is None else max(0, read - written) / 1000
        shown = (_with_instants(row) or {}) | {"lag_seconds": lag}
        found.append(shown | {"roots": [root for root in roots if os.path.isdir(root)]})
    return found


def _with_hooks(row: Row) -> Row:
    """Add the state of the repository's hooks; null if it is not on this disk."""
    row |= {"is_hook_installed": None, "is_hook_faulty": None, "hook": None}
    if row["root"] and os.path.isdir(row["root"]):
        try:
            states = hook.status(row["root"]).hooks
        except AeaError as error:
            row["hook"] = error.message
        else:
            state = next((state for state in states if state.is_fault), states[0])
            row |= {"is_hook_installed": state.will_run, "is_hook_faulty": state.is_fault}
            row["hook"] = f"{state.hook}: {state.reason}" if state.is_fault else state.reason
    return row


def as_text(found: dict[str, Any]) -> str:
    """One screen."""
    head = [
        f"aea {found['version']}, data in {found['data_directory']} ({_bytes(found['database_bytes'])})",
        f"Service: {_service(found['service'])}",
        f"Daemon:  {_daemon(found['daemon'])}",
    ]
    running = found["daemon"] or {}
    if found["database_fault"]:
        head.append(f"Database: {found['database_fault']}. Try: aea doctor")
    head += [f"  Trouble: {t['place']}: {t['text']}" for t in running.get("troubles", [])]
    scanned = list(running.get("scanned_directories", {}).items())
    if scanned:
        place, reason = scanned[0]
        more = f" and {len(scanned) - 1} more" if len(scanned) > 1 else ""
        head.append(f"  Scanned, not watched: {place}{more} ({reason})")
    parts = ["\n".join(map(visible, head)), _provider_table(found["providers"])]
    if found["repositories"]:
        parts.append(_repository_table(found["repositories"]))
    if found["problems"] and found["problems"]["problem_count"]:
        count = found["problems"]["problem_count"]
        parts.append(f"{count} places could not be read (aea tables: ingest_problem)")
    if found["unread_sessions"]:
        parts.append(_unread(found["unread_sessions"]))
    return "\n\n".join(parts)


def _unread(rows: list[Row]) -> str:
    shown = [f"  {row['path']} ({row['reason']})" for row in rows[:_SHOWN]]
    more = [f"  and {len(rows) - _SHOWN} more (aea status --json)"] if len(rows) > _SHOWN else []
    return "\n".join([f"Sessions that exist and are not read: {len(rows)}", *shown, *more])


def _service(state: Row | None) -> str:
    if state is None:
        return "none on this system"
    if not state["is_installed"]:
        return "not installed; aea service install"
    running = "running" if state["is_running"] else "not running; aea service start"
    return f"{running} ({state['manager']}: {state['detail']})"


def _daemon(state: Row | None) -> str:
    if state is None:
        return "not running; every report catches up by itself"
    memory = _bytes(state["memory_bytes"])
    since = state["started_at"].replace("T", " ").rstrip("Z")
    return (
        f"{state['state']}; pid {state['pid']} since {since} UTC, {state['cpu_seconds']:.1f} s of"
        f" CPU, {memory} of memory, {state['watched_directories']} directories watched"
    )


def _provider_table(rows: list[Row]) -> str:
    body = [
        [
            row["provider"],
            ", ".join(row["roots"]) or "(not on this machine)",
            str(row["session_count"]),
            _instant(row.get("last_written_at")),
        ]
        for row in rows
    ]
    return render.as_table(["Provider", "Roots", "Sessions", "Last line"], body, left=2)


def _repository_table(rows: list[Row]) -> str:
    body = [
        [row["repository"], row["hook"] or "(not on this disk)", _instant(row["last_commit_at"])]
        for row in rows
    ]
    return render.as_table(["Repository", "Hook", "Last commit"], body, left=2)


def _instant(value: str | None) -> str:
    return value.replace("T", " ").rstrip("Z") + " UTC" if value else "never"


def _bytes(value: int | None) -> str:
    return "no database" if value is None else f"{value / 1e6:.1f} MB"

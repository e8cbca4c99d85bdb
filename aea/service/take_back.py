"""Take back everything that aea put on this machine, part by part. A part that fails does not stop the others."""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from glob import escape, glob
from typing import TYPE_CHECKING, NamedTuple

from aea import clock, control, paths
from aea.errors import AeaError
from aea.git import hook, hook_config, hook_record
from aea.service import completions, manager, purge
from aea.store.engine import db
from aea.store.recovery import snapshots
from aea.store.write import repositories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_STOP_SECONDS = 10.0


class Step(NamedTuple):
    """What was done, or what is left for the user to do."""

    text: str
    is_left: bool = False


def take_back(*, with_data: bool) -> Iterator[Step]:
    """Take back the service, the hooks, the completions and, if asked, the data."""
    parts: list[Callable[[], Iterator[Step]]] = [
        _service,
        _daemon,
        _global_hooks,
        _hooks,
        _own_copy,
        _completions,
    ]
    for part in (*parts, *([_tokens, _data] if with_data else [])):
        yield from _attempt(part)


def _attempt(part: Callable[[], Iterator[Step]]) -> Iterator[Step]:
    try:
        yield from part()
    except AeaError as error:
        yield Step(f"{error.message}; {error.hint}" if error.hint else error.message, is_left=True)
    except Exception as error:  # whatever it is, the other parts go on
        name = part.__name__.strip("_").replace("_", " ")
        yield Step(f"{name}: {type(error).__name__}: {error}", is_left=True)


def _service() -> Iterator[Step]:
    try:
        chosen = manager.choose()
    except AeaError:
        return  # without a service manager there is no service
    state = chosen.state()
    if not state.is_installed:
        return
    try:
        for line in chosen.uninstall():
            yield Step(line)
    except AeaError as error:
        with suppress(FileNotFoundError):
            os.unlink(state.path)
        yield Step(f"Removed: {state.path}, although {error.message}")
    for link in _wants(state.path):
        os.unlink(link)
        yield Step(f"Removed: {link}")


def _wants(unit: str) -> list[str]:
    """The links by which systemd starts a unit at login, if systemd could not remove them."""
    folder, name = os.path.split(unit)
    links = glob(os.path.join(escape(folder), "*.wants", escape(name)))
    return [link for link in links if os.path.islink(link)]


def _daemon() -> Iterator[Step]:
    if not _is_daemon_running():
        return
    answer = control.request("stop", _STOP_SECONDS, _STOP_SECONDS)
    deadline = clock.monotonic() + _STOP_SECONDS
    while answer is not None and _is_daemon_running() and clock.monotonic() < deadline:
        time.sleep(0.02)
    if _is_daemon_running():
        raise AeaError("a daemon is running and does not stop", "aea status names its process")
    yield Step("Stopped the daemon.")


def _is_daemon_running() -> bool:
    """Return True if a process holds the daemon's lock, whatever its version."""
    import fcntl

    try:
        handle = os.open(paths.daemon_lock(), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _global_hooks() -> Iterator[Step]:
    if hook_config.is_set("--global", os.sep):
        hook.uninstall_global()
        yield Step("Removed: the hooks in your git configuration")


def _hooks() -> Iterator[Step]:
    """The hooks of every repository that the database, else a snapshot, and the record of installations name."""
    known = _roots_in_database()
    if known is None:
        known = _roots_in_snapshots()
    if known is None and paths.database().exists():
        text = "the database cannot be read, so hooks in repositories that it names may be left"
        yield Step(f"{text}: aea uninstall-hooks in each", is_left=True)
    roots = {*(known or ()), *hook_record.list_remembered(), *_current_directory()}
    for root in sorted(root for root in roots if os.path.isdir(root)):
        yield from _attempt_in(root)


def _current_directory() -> list[str]:
    try:
        return [os.getcwd()]
    except OSError:
        return []  # it was deleted


def _attempt_in(root: str) -> Iterator[Step]:
    from aea.git.discover import find_repository

    try:
        if find_repository(root) is None:
            return
        for change in hook.uninstall(root):
            if change.action != "absent":
                note = f": {change.note}" if change.note else ""
                is_left = change.action == "kept"
                verb = "" if is_left else f"{change.action.capitalize()}: "
                yield Step(f"{verb}{change.path}{note}", is_left)
    except (AeaError, OSError) as error:
        yield Step(f"{root}: {error}", is_left=True)


def _roots_in_database() -> list[str] | None:
    """The roots of known repositories; None if the database is absent or cannot be read."""
    return _read_roots(paths.database()) if paths.database().exists() else None


def _roots_in_snapshots() -> list[str] | None:
    found = (_read_roots(one.path) for one in snapshots.list_snapshots(clock.now_ms()))
    return next((roots for roots in found if roots is not None), None)


def _read_roots(database: Path) -> list[str] | None:
    try:
        with closing(db.open_reader(database)) as connection:
            return [root for _, root in repositories.list_roots(connection)]
    except (AeaError, OSError, db.Error):
        return None


def _own_copy() -> Iterator[Step]:
    """The script that lines in tracked hooks call if it is there: without it they do nothing."""
    if paths.hook_script().is_file():
        paths.hook_script().unlink()
        yield Step(f"Removed: {paths.hook_script()}")
    paths.hook_record().unlink(missing_ok=True)


def _completions() -> Iterator[Step]:
    for path in completions.list_files():
        try:
            path.unlink()
            yield Step(f"Removed: {path}")
        except OSError as error:
            yield Step(f"{path}: {error.strerror}", is_left=True)
    for place in completions.list_lines():
        yield Step(f"{place} loads the completion of aea: remove this line", is_left=True)


def _tokens() -> Iterator[Step]:
    from aea.forge import github, gitlab, token
    from aea.ingest.forges import list_hosts

    keys = _repository_keys()
    for forge in (github, gitlab):
        hosts = {forge.HOST, *(host.host for host in list_hosts(forge, keys, os.environ))}
        for host in sorted(hosts):
            if token.delete_token(host):
                yield Step(f"Removed: the token for {host} from the keyring")


def _repository_keys() -> list[str]:
    try:
        with closing(db.open_reader()) as connection:
            return [row.repository_key for row in repositories.list_known(connection)]
    except (AeaError, OSError, db.Error):
        return []


def _data() -> Iterator[Step]:
    directory = paths.data_dir()
    if _is_daemon_running():
        raise AeaError(f"{directory} is kept: a daemon uses it", "aea uninstall --data")
    if not directory.is_dir():
        return
    is_removed = purge.remove(directory)
    if is_removed and not directory.exists():
        yield Step(f"Deleted: {directory}")
    elif is_removed:
        yield Step(f"Deleted: {directory}, except for files that are not aea's")
    else:
        yield Step(f"{directory} holds no file of aea and is kept", is_left=directory.exists())

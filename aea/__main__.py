"""Entry point: turns errors into a message, a hint and an exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

from aea import console
from aea.errors import AeaError

BUG_EXIT = 3
INTERRUPT_EXIT = 130
_PLAIN_STATS = {"--json": "json", "--csv": "csv"}


def main() -> int:
    """Run the command line and return the exit code: 0 success, 1 expected error, 2 usage, 3 bug."""
    arguments = sys.argv[1:]
    console.accept_every_character()
    try:
        if _is_plain_stats(arguments):
            _plain_stats(arguments)
        from aea.cli.main import run  # importing click takes 25 ms: plain `aea stats` skips it

        return run(arguments)
    except AeaError as error:
        return _fail(error)
    except KeyboardInterrupt:
        return INTERRUPT_EXIT
    except BrokenPipeError:
        return _closed_pipe()
    except Exception as error:
        known = _explained(error)
        return _fail(known) if known else _report_bug(error)


def _explained(error: Exception) -> AeaError | None:
    """Turn a full disk, or a damaged or locked database, into an error that the user can act on."""
    if isinstance(error, OSError):
        return _refused(error)
    if type(error).__module__.split(".")[0] != "apsw":
        return None
    from aea.store.engine.db import explain

    return explain(error)


def _refused(error: OSError) -> AeaError | None:
    """Explain a refusal by the operating system. Returns None for errors that indicate a bug."""
    from errno import EACCES, EDQUOT, EEXIST, EIO, ENOSPC, ENOTDIR, EPERM, EROFS

    if error.errno in {ENOSPC, EDQUOT, EIO}:
        hint = "free disk space or check the disk, then try again; no data was lost"
    elif error.errno in {EACCES, EPERM, EROFS, ENOTDIR, EEXIST}:
        hint = "check the permissions, or set AEA_HOME to another directory"
    else:
        return None
    return AeaError(f"{error.filename or 'the output'} cannot be used: {error.strerror}", hint)


def _is_plain_stats(arguments: list[str]) -> bool:
    known = {*_PLAIN_STATS, "--all-projects"}
    return arguments[:1] == ["stats"] and known.issuperset(arguments[1:])


def _plain_stats(arguments: list[str]) -> NoReturn:
    from aea.reports.stats import StatsRequest, show

    output = [_PLAIN_STATS[name] for name in arguments[1:] if name in _PLAIN_STATS]
    request = StatsRequest(
        all_projects="--all-projects" in arguments, output=output[-1] if output else "text"
    )
    console.write(show(request))
    os._exit(0)  # skips the interpreter's shutdown, 5 of 40 ms; nothing is open any more


def _fail(error: AeaError) -> int:
    console.error(error.message, error.hint)
    return error.exit_code


def _closed_pipe() -> int:
    """Exit quietly when the reader has gone away, as in `aea ... | head`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report_bug(error: Exception) -> int:
    import traceback
    from functools import partial

    from aea import __version__, paths

    with suppress(Exception):
        from aea.store.engine.db import suspect

        suspect()  # a damaged page can cause any error, so the next writer checks all pages
    report = paths.data_dir() / "bug.log"
    trace = "".join(traceback.format_tb(error.__traceback__))  # no message: it may quote a session
    text = f"aea {__version__}, Python {sys.version.split()[0]}\n{type(error).__name__}\n{trace}"
    try:
        report.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(report, "w", opener=partial(os.open, mode=0o600), encoding="utf-8") as file:
            file.write(text)  # no chmod: the name may be a link to /dev/null
        hint = f"report it, with the file {report}"
    except OSError:
        hint = "make the data directory writable, repeat the command, and report the bug"
    console.error(f"a bug in aea: {type(error).__name__}", hint)
    return BUG_EXIT


if __name__ == "__main__":
    sys.exit(main())

"""Start of the program: one place where errors become a line, a hint and an exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

from aea.errors import AeaError

BUG_EXIT = 3
INTERRUPT_EXIT = 130
_PLAIN_STATS = {"--json": "json", "--csv": "csv"}


def main() -> int:
    """Run the command line; returns the exit code (0 fine, 1 expected error, 2 usage, 3 our bug)."""
    arguments = sys.argv[1:]
    try:
        if _is_plain_stats(arguments):
            _plain_stats(arguments)
        from aea.cli.main import run  # click costs 25 ms: the commonest command goes without it

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
    """A full disk, a damaged or locked database: the user's to mend, whoever met it first."""
    if isinstance(error, OSError):
        return _refused(error)
    if type(error).__module__.split(".")[0] != "apsw":
        return None
    from aea.store.engine.db import explain

    return explain(error)


def _refused(error: OSError) -> AeaError | None:
    """What the operating system refuses a user; None for what only a mistake of ours brings about."""
    from errno import EACCES, EDQUOT, EEXIST, EIO, ENOSPC, ENOTDIR, EPERM, EROFS

    if error.errno in {ENOSPC, EDQUOT, EIO}:
        hint = "free some disk space or check the disk, then try again; nothing was lost"
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
    sys.stdout.write(show(request) + "\n")
    sys.stdout.flush()
    os._exit(0)  # taking the interpreter apart costs 5 ms of 40; nothing is open any more


def _fail(error: AeaError) -> int:
    sys.stderr.write(f"Error: {error.message}\n")
    if error.hint:
        sys.stderr.write(f"Try: {error.hint}\n")
    return error.exit_code


def _closed_pipe() -> int:
    """The reader went away (`aea ... | head`): say nothing, also not at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report_bug(error: Exception) -> int:
    import traceback

    from aea import __version__, paths

    with suppress(Exception):
        from aea.store.engine.db import suspect

        suspect()  # a damaged page can look like any bug: the next writer looks at all of them
    report = paths.data_dir() / "bug.log"
    place = "".join(traceback.format_tb(error.__traceback__))  # no message: it may quote a session
    text = f"aea {__version__}, Python {sys.version.split()[0]}\n{type(error).__name__}\n{place}"
    try:
        report.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        report.write_text(text)
        report.chmod(0o600)
        where = str(report)
    except OSError:
        where = "nowhere: the data directory cannot be written"
    sys.stderr.write(f"Error: a bug in aea: {type(error).__name__}\n")
    sys.stderr.write(f"Try: report it with {where}\n")
    return BUG_EXIT


if __name__ == "__main__":
    sys.exit(main())

"""Running git so that neither the user's settings nor a hook's environment change what it says.

Nothing here writes into a repository of itself, asks for a password or reaches the network.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from aea.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = re.compile(
    r"GIT_(EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
    r"|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)"
)
_FIXED = {
    "GIT_ALLOW_PROTOCOL": "",  # git before 2.45 does not know GIT_NO_LAZY_FETCH
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_PIPE_BYTES = 1 << 20  # the most that Linux gives to everyone
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_SETTINGS = (
    "advice.graftFileDeprecated=false",
    f"attr.tree={_EMPTY_TREE}",  # attributes of the checkout must not change a diff
    f"core.attributesFile={os.devnull}",
    "core.bigFileThreshold=32m",  # larger files count as binary: this bounds memory
    "core.fsmonitor=false",
    "core.pager=cat",
    "core.quotePath=false",
    "color.ui=false",
    "diff.algorithm=myers",
    "diff.external=",
    "diff.indentHeuristic=true",
    "diff.mnemonicPrefix=false",
    "diff.noprefix=false",
    "diff.renameLimit=1000",
    "diff.renames=true",
    "diff.suppressBlankEmpty=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "mailmap.blob=HEAD:.mailmap",
)
_OVERRIDES = [word for setting in _SETTINGS for word in ("-c", setting)]


def environment() -> dict[str, str]:
    """The environment of every git process: ours, without what a hook or a user set for git."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or _KEPT.fullmatch(name)
    }
    return kept | _FIXED


def command_line(args: Sequence[str], directory: str, git_dir: str | None = None) -> list[str]:
    """The words to execute. With `git_dir` no checkout is looked at: neither index nor attributes."""
    place = ["-C", directory] if git_dir is None else ["--bare", f"--git-dir={git_dir}"]
    return ["git", "--no-pager", *place, *_OVERRIDES, *args]


def run(
    args: Sequence[str],
    directory: str,
    *,
    git_dir: str | None = None,
    data: bytes = b"",
    accept: Sequence[int] = (0,),
) -> bytes:
    """The standard output of one git command; another exit code than `accept` is a GitError."""
    done = attempt(args, directory, git_dir=git_dir, data=data)
    if done.returncode not in accept:
        raise failure(done.stderr, git_dir or directory)
    return done.stdout


def attempt(
    args: Sequence[str], directory: str, *, git_dir: str | None = None, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """The finished git process, whatever its exit code."""
    words = command_line(args, directory, git_dir)
    try:
        return subprocess.run(
            words, env=environment(), cwd=git_dir, input=data, capture_output=True, check=False
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise _cannot_start(error, git_dir or directory) from error


def start(args: Sequence[str], git_dir: str) -> subprocess.Popen[bytes]:
    """A git process to talk with; its complaints are dropped, its exit code tells enough."""
    words = command_line(args, git_dir, git_dir)
    try:
        process = subprocess.Popen(
            words,
            env=environment(),
            cwd=git_dir,
            bufsize=1 << 18,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise _cannot_start(error, git_dir) from error
    _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes] | None) -> None:
    """Let git work ahead while we store what it said; where the system refuses, it waits more often."""
    if pipe is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def version() -> tuple[int, int]:
    """(major, minor) of the git that runs."""
    said = run(["--version"], os.sep).decode(errors="replace")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None:
        raise GitError(f"git says {said.strip()!r} for its version", "install git 2.31 or newer")
    return int(found[1]), int(found[2])


def failure(complaint: bytes, directory: str) -> GitError:
    """The error for what git wrote on its standard error."""
    text = complaint.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return GitError(
            f"git does not trust {directory}: it belongs to another user",
            f"git config --global --add safe.directory {directory}",
        )
    if "not a git repository" in text:
        return GitError(f"{directory} is not a git repository", "name a directory inside one")
    last = text.splitlines()[-1] if text else "no reason given"
    return GitError(f"git failed in {directory}: {last}", f"git -C {directory} fsck")


def _cannot_start(error: OSError, directory: str) -> GitError:
    if os.path.isdir(directory):
        return GitError(f"git cannot be started: {error.strerror}", "install git 2.31 or newer")
    return GitError(f"{directory} is not a directory", "name a directory inside a repository")


def text(raw: bytes) -> str:
    r"""A name as git gave it, always storable: bytes that are not UTF-8 become \xNN."""
    return raw.decode("utf-8", "backslashreplace")

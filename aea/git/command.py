"""The one place that starts git: independently of settings, attributes and environment, and so that it starts no program.

These commands never ask for a password or use the network. A test allows git to be called nowhere else.
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
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
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
    "GIT_TRACE2": "0",  # settings of the user cannot be overridden with -c
    "GIT_TRACE2_EVENT": "0",
    "GIT_TRACE2_PERF": "0",
    "LC_ALL": "C",
}
_HINTS = (  # what git says, and what then helps
    (
        r"bad .*config|unknown value|failed to expand user dir|GIT_CONFIG",
        "git -C {directory} config --list --show-origin shows where each setting is made",
    ),
    (
        r"unable to read|could not (read|fetch)|bad object|missing|promisor|corrupt",
        "git -C {directory} fsck names missing and damaged objects; a partial clone fetches them with git checkout",
    ),
)
Process = subprocess.Popen[bytes]
_PIPE_BYTES = 1 << 20  # the most that Linux grants to unprivileged processes
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_SETTINGS = (
    "advice.graftFileDeprecated=false",
    "core.bigFileThreshold=32m",  # larger files count as binary, which bounds memory
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
    "maintenance.auto=false",
    "mailmap.blob=HEAD:.mailmap",
    f"mailmap.file={os.devnull}",
)
_OF_OBJECTS = (  # attributes must not change a diff
    f"attr.tree={_EMPTY_TREE}",
    f"core.attributesFile={os.devnull}",
)
_NO_HOOKS = (f"core.hooksPath={os.devnull}",)
_TELL_HOOKS_PATH = ("config", "rev-parse")  # these run no hook, and tell where hooks are


def environment() -> dict[str, str]:
    """Return the environment of every git process: ours, without GIT_* variables that change its output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or _KEPT.fullmatch(name)
    }
    return kept | _FIXED | {"PATH": _absolute(kept.get("PATH", os.defpath))}


def _absolute(path: str) -> str:
    """Drop the relative directories of a PATH: git starts in directories that others fill."""
    return os.pathsep.join(place for place in path.split(os.pathsep) if os.path.isabs(place))


def command_line(args: Sequence[str], directory: str, git_dir: str | None = None) -> list[str]:
    """Build the command. With `git_dir`, git ignores the checkout: no index, no attributes."""
    place = ["-C", directory] if git_dir is None else ["--bare", f"--git-dir={git_dir}"]
    settings = list(_SETTINGS)
    if git_dir is not None:
        settings += _OF_OBJECTS
    if args[0] not in _TELL_HOOKS_PATH:
        settings += _NO_HOOKS
    overrides = (word for setting in settings for word in ("-c", setting))
    return ["git", "--no-pager", *place, *overrides, *args]


def run(
    args: Sequence[str],
    directory: str,
    *,
    git_dir: str | None = None,
    data: bytes = b"",
    accept: Sequence[int] = (0,),
    variables: dict[str, str] | None = None,
) -> bytes:
    """Return the standard output of a git command. Raises GitError on an exit code not in `accept`."""
    done = attempt(args, directory, git_dir=git_dir, data=data, variables=variables)
    if done.returncode not in accept:
        raise failure(done.stderr, git_dir or directory)
    return done.stdout


def attempt(
    args: Sequence[str],
    directory: str,
    *,
    git_dir: str | None = None,
    data: bytes = b"",
    variables: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git, with these environment variables besides, and return the process, whatever its exit code."""
    words, env = command_line(args, directory, git_dir), environment() | (variables or {})
    try:
        return subprocess.run(
            words, env=env, cwd=git_dir, input=data, capture_output=True, check=False
        )
    except OSError as error:
        raise _cannot_start(error, git_dir or directory) from error


def start(args: Sequence[str], git_dir: str) -> Process:
    """Start a git process to communicate with. Its standard error is discarded."""
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
    except OSError as error:
        raise _cannot_start(error, git_dir) from error
    _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes] | None) -> None:
    """Enlarge the pipe so that git works ahead. If the system refuses, git only waits more often."""
    if pipe is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def version() -> tuple[int, int]:
    """Return (major, minor) of the installed git."""
    output = run(["--version"], os.sep).decode(errors="replace")
    found = re.search(r"(\d+)\.(\d+)", output)
    if found is None:
        raise GitError(
            f"cannot find a version number in {output.strip()!r}, the output of git --version",
            "install git 2.31 or newer",
        )
    return int(found[1]), int(found[2])


def failure(stderr: bytes, directory: str) -> GitError:
    """Turn git's error message into a GitError."""
    text = stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return GitError(
            f"git does not trust {directory}: it belongs to another user",
            f"git config --global --add safe.directory {directory}",
        )
    if "not a git repository" in text:
        return GitError(
            f"{directory} is not a git repository", "give the path of a directory inside one"
        )
    last = text.splitlines()[-1] if text else "no reason given"
    hints = (hint for pattern, hint in _HINTS if re.search(pattern, text))
    hint = next(hints, "git -C {directory} status shows whether git can read it")
    return GitError(f"git failed in {directory}: {last}", hint.format(directory=directory))


def _cannot_start(error: OSError, directory: str) -> GitError:
    if os.path.isdir(directory):
        return GitError(f"cannot start git: {error.strerror}", "install git 2.31 or newer")
    return GitError(
        f"{directory} is not a directory", "give the path of a directory inside a repository"
    )


def text(raw: bytes) -> str:
    r"""Decode a name from git. Bytes that are not UTF-8 become \xNN, so the result can always be stored."""
    return raw.decode("utf-8", "backslashreplace")

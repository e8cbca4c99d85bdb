"""Find our script where a hook manager or a person has put it, and whether git's hook leads to it.

pre-commit renames the hook that it finds to `post-commit.legacy` and runs it, lefthook renames it to
`post-commit.old` and does not, overcommit moves it to `old-hooks/`, a person may have wrapped it.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.git import hook_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.git.hooks_directory import HooksDirectory

_PATH = re.compile(rb"(?:[~.$]|\$\{HOME\})?[\w.-]*/[^\s\"'`;|&()<>=]+")
_HOME = re.compile(r"^(~|\$HOME|\$\{HOME\})(?=/)")
_MOST_BYTES = 100_000
_MOST_FILES = 1000  # core.hooksPath may name a directory that holds much else


class Script(NamedTuple):
    """A file beside the hooks."""

    path: str
    content: bytes


class Chain(NamedTuple):
    """What git runs for one hook, as far as the files tell."""

    ours: tuple[Script, ...]  # our scripts for this hook: those that git reaches first
    reached: Script | None  # the script through which aea is told: ours, or one that calls our copy
    entry: Script | None  # the file that git runs


def follow(hooks: HooksDirectory, hook: str) -> Chain:
    """Follow the hook from the file that git runs to ours."""
    path = os.path.join(hooks.path, hook)
    content = hook_script.read(path)
    entry = None if content is None else Script(path, content)
    files = {file.path: file for file in _list_scripts(hooks)}
    seen = list(_reach(hooks, hook, entry, list(files.values()))) if entry else []
    others = [file for file in files.values() if file not in seen]
    ours = [file for file in (*seen, *others) if _is_ours_for(hook, file, hooks)]
    return Chain(tuple(ours), next((file for file in seen if _tells(file)), None), entry)


def _is_ours_for(hook: str, file: Script, hooks: HooksDirectory) -> bool:
    """Return True if the script was installed for this hook of this repository."""
    if not hook_script.is_ours(file.content) or hook_script.hook_of(*file) != hook:
        return False
    places = (hooks.path, hooks.usual)
    is_inside = any(file.path.startswith(place + os.sep) for place in places)
    return is_inside or hook_script.place_of(file.content) in places


def _tells(file: Script) -> bool:
    return hook_script.is_ours(file.content) or hook_script.calls_ours(file.content)


def _list_scripts(hooks: HooksDirectory) -> Iterator[Script]:
    """The files of the hooks directories, and one level below."""
    directories = dict.fromkeys((hooks.path, hooks.usual))
    below = [path for place in directories for path in _entries(place) if os.path.isdir(path)]
    listed = (path for place in dict.fromkeys((*directories, *below)) for path in _entries(place))
    for path in islice(listed, _MOST_FILES):
        if _is_small_file(path) and not path.endswith(".sample"):
            yield Script(path, hook_script.read(path) or b"")


def _is_small_file(path: str) -> bool:
    try:
        return os.path.isfile(path) and os.path.getsize(path) <= _MOST_BYTES
    except OSError:
        return False


def _entries(directory: str) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return sorted(entry.path for entry in islice(entries, _MOST_FILES))
    except OSError:
        return []


def _reach(
    hooks: HooksDirectory, hook: str, entry: Script, files: list[Script]
) -> Iterator[Script]:
    """The scripts that run for a hook, the file that git runs first."""
    waiting, seen = [entry], set[str]()
    if hooks.is_husky() and os.access(entry.path, os.X_OK):
        waiting += _read([hooks.editable(hook)])  # husky runs it by sh: it need not be executable
    is_run_by_sh = {file.path for file in waiting[1:]}
    while waiting:
        file = waiting.pop(0)
        if file.path in seen or not (file.path in is_run_by_sh or os.access(file.path, os.X_OK)):
            continue
        seen.add(file.path)
        yield file
        waiting += [other for other in files if calls(file, other, hook)]
        waiting += _read(_named_paths(file.content, hooks.top))


def _read(found: list[str]) -> list[Script]:
    return [Script(path, hook_script.read(path) or b"") for path in found if _is_small_file(path)]


def calls(caller: Script, other: Script, hook: str) -> bool:
    """Return True if a script runs another one, beside or below it, judged by the names in it."""
    if hook_script.is_ours(caller.content):
        return hook_script.kept_hook(caller.path, caller.content) == other.path
    folder, name = os.path.split(other.path)
    if is_generated_by_pre_commit(caller.content) and name == f"{hook}.legacy":
        return True
    if os.path.dirname(folder) == os.path.dirname(caller.path):
        name = os.path.basename(folder) if hook in f"{name} {os.path.basename(folder)}" else ""
    elif folder != os.path.dirname(caller.path):
        return False
    suffix = name.removeprefix(hook)
    code = hook_script.code_of(caller.content)
    return any(
        word and re.search(rb"%s(?![\w.-])" % re.escape(os.fsencode(word)), code)
        for word in ({name} if suffix[:1].isalnum() else {name, suffix})
    )


def is_generated_by_pre_commit(content: bytes) -> bool:
    """Return True for the script of pre-commit, which first runs `<hook>.legacy`."""
    return hook_script.manager(content) == "pre-commit" and b"hook-impl" in content


def _named_paths(content: bytes, top: str) -> list[str]:
    """The paths that a script names: absolute, in the home directory, or from where hooks run."""
    home = os.fspath(paths.home())
    words = (os.fsdecode(word) for word in _PATH.findall(hook_script.code_of(content)))
    return [os.path.normpath(os.path.join(top, _HOME.sub(home, word, count=1))) for word in words]

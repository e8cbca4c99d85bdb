"""Install, remove and check our git hooks. Tracked files and shared hook directories stay as they are.

Where git looks for hooks decides what is done:
- a directory of this repository alone: our script goes there; a foreign hook is kept and chained;
- a directory that is tracked, generated (husky) or shared: git 2.54 and newer take the hook from the
  repository's own configuration; for older git the line to add is told.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from aea import paths
from aea.errors import GitError
from aea.git import script
from aea.git.command import attempt, run, version
from aea.git.discover import Repository, find_repository

HOOKS = ("post-commit", "post-merge", "post-rewrite", "post-applypatch")
_CONFIG_HOOKS = (2, 54)  # the first git that takes hooks from its configuration


class Change(NamedTuple):
    """What was done for one hook, and what is left to do."""

    hook: str
    action: (
        str  # installed, updated, unchanged, configured, by hand, removed, restored, kept, absent
    )
    path: str
    note: str


class HookState(NamedTuple):
    """Whether one hook will tell aea about the next event, and why."""

    hook: str
    path: str
    will_run: bool
    reason: str
    chained: str | None  # the hook of somebody else that ours runs


class HookStatus(NamedTuple):
    """The hooks of one repository."""

    repository_key: str
    hooks_directory: str
    hooks_path_setting: (
        str | None
    )  # where core.hooksPath is set: `global (file:/home/me/.gitconfig)`
    hooks: tuple[HookState, ...]


class Place(NamedTuple):
    """Where git looks for the hooks of a repository."""

    directory: str
    setting: str | None
    is_private: bool  # of this repository alone, and not tracked: we may write there


def install(directory: str) -> list[Change]:
    """Install all hooks for the repository that holds `directory`; again is the same as once."""
    repository = _repository(directory)
    place = _place(repository)
    if place.is_private:
        content = script.render(paths.spool())
        _make_directories(place.directory)
        return [_install_one(os.path.join(place.directory, hook), content) for hook in HOOKS]
    script.refresh_own_copy()
    if version() >= _CONFIG_HOOKS:
        _configure("--local", _top(repository))
        note = f"in the repository's configuration: {place.directory} is not ours to write"
        return [Change(hook, "configured", "hook.aea", note) for hook in HOOKS]
    return [_by_hand(place, hook) for hook in HOOKS]


def install_global() -> list[Change]:
    """Install all hooks for all repositories of this user, through git's configuration."""
    if version() < _CONFIG_HOOKS:
        major, minor = version()
        raise GitError(
            f"git {major}.{minor} takes no hooks from its configuration: git 2.54 and newer do",
            "run `aea install-hooks PATH` in each repository, or upgrade git",
        )
    _refuse_device()
    script.refresh_own_copy()
    _configure("--global", os.sep)
    note = "in your git configuration; `git config hook.aea.enabled false` turns it off in one repository"
    return [Change(hook, "configured", "hook.aea", note) for hook in HOOKS]


def uninstall(directory: str) -> list[Change]:
    """Remove our hooks; a hook that was there before is put back as it was."""
    repository = _repository(directory)
    place = _place(repository)
    _unconfigure("--local", _top(repository))
    return [_uninstall_one(hook, _candidates(repository, place, hook)) for hook in HOOKS]


def uninstall_global() -> list[Change]:
    """Remove our hooks from the user's git configuration."""
    _refuse_device()
    done = _unconfigure("--global", os.sep)
    action = "removed" if done else "absent"
    return [Change(hook, action, "hook.aea", "in your git configuration") for hook in HOOKS]


def status(directory: str) -> HookStatus:
    """For each hook, whether git will really run it."""
    repository = _repository(directory)
    place = _place(repository)
    configured = _configured_events(_top(repository))
    states = tuple(_state(repository, place, hook, hook in configured) for hook in HOOKS)
    return HookStatus(repository.repository_key, place.directory, place.setting, states)


def _repository(directory: str) -> Repository:
    repository = find_repository(directory)
    if repository is None:
        raise GitError(f"{directory} is not in a git repository", "name a directory inside one")
    return repository


def _top(repository: Repository) -> str:
    """Where hooks run: a relative core.hooksPath starts here."""
    return repository.work_tree or repository.git_dir


def _place(repository: Repository) -> Place:
    told = run(["rev-parse", "--path-format=absolute", "--git-path", "hooks"], _top(repository))
    directory = os.path.normpath(os.path.join(_top(repository), os.fsdecode(told[:-1])))
    asked = ["config", "--null", "--show-scope", "--show-origin", "--get", "core.hooksPath"]
    answer = os.fsdecode(attempt(asked, _top(repository)).stdout).split("\0")
    scope, origin = (answer[0], answer[1]) if len(answer) >= 3 else (None, "")
    setting = f"{scope} ({origin})" if scope else None
    return Place(directory, setting, _is_private(repository, directory, scope))


def _is_private(repository: Repository, directory: str, scope: str | None) -> bool:
    real = os.path.realpath(directory)
    if os.path.lexists(real) and not os.path.isdir(real):
        return False  # core.hooksPath=/dev/null turns hooks off
    if _is_inside(real, repository.common_dir):
        return True
    if scope not in (None, "local", "worktree"):
        return False  # other repositories use the directory too
    holder = find_repository(real)
    return holder is None or _is_inside(real, holder.common_dir)


def _is_inside(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def _make_directories(directory: str) -> None:
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise _cannot_write(directory, error) from error


def _cannot_write(path: str, error: OSError) -> GitError:
    return GitError(f"{path} cannot be written: {error.strerror}", "check its owner and its mode")


def _install_one(path: str, content: bytes) -> Change:
    hook, current = os.path.basename(path), script.read(path)
    try:
        if script.is_ours(current):
            if current == content and os.access(path, os.X_OK):
                return Change(hook, "unchanged", path, _chained_note(path))
            script.write(path, content)
            return Change(hook, "updated", path, _chained_note(path))
        if current is not None:
            _keep(path)
        script.write(path, content)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return Change(hook, "installed", path, _chained_note(path))


def _keep(path: str) -> None:
    """Move a foreign hook aside, where our script runs it. What was kept earlier is not lost."""
    kept = path + script.KEPT_SUFFIX
    if os.path.lexists(kept):
        number = 1
        while os.path.lexists(f"{kept}.{number}"):
            number += 1
        os.rename(kept, f"{kept}.{number}")
    os.rename(path, kept)


def _chained_note(path: str) -> str:
    kept = path + script.KEPT_SUFFIX
    content = script.read(kept)
    if content is None:
        return ""
    who = script.manager(content)
    if not os.access(kept, os.X_OK):
        return f"the hook of {who} was not executable and stays so: {os.path.basename(kept)}"
    return f"then runs the hook of {who}, kept as {os.path.basename(kept)}"


def _is_husky(directory: str) -> bool:
    return os.path.basename(directory) == "_" and any(
        os.path.isfile(os.path.join(directory, name)) for name in ("h", "husky.sh")
    )


def _editable(place: Place, hook: str) -> str:
    """The file a person would edit; husky generates the directory that git looks in."""
    if _is_husky(place.directory):
        return os.path.join(os.path.dirname(place.directory), hook)
    return os.path.join(place.directory, hook)


def _by_hand(place: Place, hook: str) -> Change:
    path = _editable(place, hook)
    if os.path.lexists(place.directory) and not os.path.isdir(place.directory):
        note = (
            f"core.hooksPath, {place.setting}, turns hooks off; unset it or use git 2.54 or newer"
        )
        return Change(hook, "by hand", place.directory, note)
    if script.calls_ours(script.read(path)):
        return Change(hook, "unchanged", path, "calls aea")
    is_new = not os.path.lexists(path) and not _is_husky(place.directory)
    extra = " (a new executable file that starts with #!/bin/sh)" if is_new else ""
    return Change(hook, "by hand", path, f"add this line{extra}: {script.caller_line()}")


def _refuse_device() -> None:
    """Git writes its configuration by renaming a new file over it: as root that would replace /dev/null."""
    path = os.environ.get("GIT_CONFIG_GLOBAL", "")
    if path and os.path.lexists(path) and not os.path.isfile(path):
        raise GitError(
            f"GIT_CONFIG_GLOBAL names {path}, which is not a file",
            "unset GIT_CONFIG_GLOBAL, or run `aea install-hooks PATH` in each repository",
        )


def _configure(scope: str, directory: str) -> None:
    """Safe for older git too, which ignores these keys."""
    command = script.shell_word()
    run(["config", scope, "--replace-all", "hook.aea.command", command], directory)
    run(["config", scope, "--unset-all", "hook.aea.event"], directory, accept=(0, 5))
    for hook in HOOKS:
        run(["config", scope, "--add", "hook.aea.event", hook], directory)


def _unconfigure(scope: str, directory: str) -> bool:
    done = attempt(["config", scope, "--remove-section", "hook.aea"], directory)
    return done.returncode == 0


def _configured_events(directory: str) -> set[str]:
    """The events for which git itself calls our copy; empty for a git that ignores the keys."""
    events = attempt(["config", "--null", "--get-all", "hook.aea.event"], directory).stdout
    if not events or version() < _CONFIG_HOOKS:
        return set()
    enabled = attempt(["config", "--type=bool", "--get", "hook.aea.enabled"], directory).stdout
    if enabled.strip() == b"false" or not os.access(paths.hook_script(), os.X_OK):
        return set()
    return set(events.decode("utf-8", "replace").split("\0"))


def _candidates(repository: Repository, place: Place, hook: str) -> list[str]:
    """Where a hook of ours may be: core.hooksPath may have been set after the installation."""
    usual = os.path.join(repository.common_dir, "hooks", hook)
    return list(dict.fromkeys((os.path.join(place.directory, hook), usual)))


def _uninstall_one(hook: str, candidates: list[str]) -> Change:
    changes = [_remove(hook, path) for path in candidates]
    return next((change for change in changes if change.action != "absent"), changes[0])


def _remove(hook: str, path: str) -> Change:
    current, kept = script.read(path), path + script.KEPT_SUFFIX
    if script.is_edited(current):
        return Change(hook, "kept", path, "our script, but somebody edited it: remove it by hand")
    if not script.is_ours(current):
        return _not_removed(hook, path, current)
    try:
        if os.path.lexists(kept):
            os.replace(kept, path)
            return Change(hook, "restored", path, "as it was before")
        os.unlink(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return Change(hook, "removed", path, "")


def _not_removed(hook: str, path: str, current: bytes | None) -> Change:
    kept = path + script.KEPT_SUFFIX
    if script.calls_ours(current):
        return Change(hook, "kept", path, f"remove the line that calls {paths.hook_script()}")
    if os.path.lexists(kept):
        return Change(hook, "kept", path, f"not our hook; an older one is kept as {kept}")
    return Change(hook, "absent", path, "")


def _state(repository: Repository, place: Place, hook: str, is_configured: bool) -> HookState:
    path = os.path.join(place.directory, hook)
    if is_configured:
        return HookState(hook, path, True, "called from git's configuration", None)
    will_run, reason = _verdict(repository, place, path)
    kept = path + script.KEPT_SUFFIX
    has_chained = script.is_ours(script.read(path)) and os.path.isfile(kept)
    return HookState(hook, path, will_run, reason, kept if has_chained else None)


def _verdict(repository: Repository, place: Place, path: str) -> tuple[bool, str]:
    content = script.read(path)
    if content is None:
        return False, _why_absent(repository, place, os.path.basename(path))
    if not os.access(path, os.X_OK):
        return False, "git skips the hook: it is not executable"
    if script.is_ours(content):
        return _is_heard(content)
    caller = _editable(place, os.path.basename(path))
    if script.calls_ours(script.read(caller)):
        if os.access(paths.hook_script(), os.X_OK):
            return True, f"called by {caller}"
        return False, f"called by {caller}, but {paths.hook_script()} is missing"
    if script.is_edited(content):
        return False, "somebody edited our script: what it does now is not known"
    return False, f"the hook of {script.manager(content)} is there and does not call aea"


def _is_heard(content: bytes) -> tuple[bool, str]:
    if script.named_spool(content) != os.fspath(paths.spool()):
        return False, f"it tells another aea: it writes to {script.named_spool(content)}"
    if content != script.render(paths.spool()):
        return True, "installed, by an older aea: `aea install-hooks` updates it"
    return True, "installed"


def _why_absent(repository: Repository, place: Place, hook: str) -> str:
    usual = os.path.join(repository.common_dir, "hooks", hook)
    if place.setting and script.is_ours(script.read(usual)):
        return f"bypassed: core.hooksPath, {place.setting}, makes git look in {place.directory}"
    return "not installed"

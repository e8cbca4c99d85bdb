"""Install, remove and check the git hooks. Tracked files and shared hook directories are never changed.

The action depends on where git looks for hooks:
- In a directory that belongs to this repository alone, our script is installed; an existing hook is kept and
  called by it.
- For a directory that is tracked, generated (husky) or shared, the hook is added to the repository's git
  configuration if git is 2.54 or newer. For an older git, the user is told which line to add.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from aea import paths
from aea.errors import GitError
from aea.git import hook_script
from aea.git.command import attempt, run, version
from aea.git.discover import Repository, find_repository

HOOKS = ("post-commit", "post-merge", "post-rewrite", "post-applypatch")
_CONFIG_HOOKS = (2, 54)  # the first version of git that reads hooks from its configuration


class HookChange(NamedTuple):
    """The action taken for one hook, and what is left for the user to do."""

    hook: str
    # installed, updated, unchanged, configured, manual, removed, restored, kept, absent
    action: str
    path: str
    note: str


class HookState(NamedTuple):
    """Whether git will run one hook and the hook will notify aea, and why."""

    hook: str
    path: str
    will_run: bool
    reason: str
    chained: str | None  # the previous hook, which ours calls


class HookStatus(NamedTuple):
    """The state of all hooks in one repository."""

    repository_key: str
    hooks_directory: str
    hooks_path_setting: str | None  # origin of core.hooksPath: `global (file:/home/me/.gitconfig)`
    hooks: tuple[HookState, ...]


class HooksDirectory(NamedTuple):
    """Where git looks for the hooks of a repository."""

    path: str
    setting: str | None
    is_private: bool  # used by this repository only, and not tracked: we may write there


def install(directory: str) -> list[HookChange]:
    """Install all hooks for the repository that contains `directory`. Idempotent."""
    repository = _repository(directory)
    hooks = _find_hooks_directory(repository)
    if hooks.is_private:
        content = hook_script.render(paths.spool())
        _make_directories(hooks.path)
        return [_install_one(os.path.join(hooks.path, hook), content) for hook in HOOKS]
    hook_script.refresh_own_copy()
    if version() >= _CONFIG_HOOKS:
        _refuse_devices(_local_file(repository))
        _configure("--local", _top(repository))
        note = f"in the repository's git configuration, because {hooks.path} is tracked or shared"
        return [HookChange(hook, "configured", "hook.aea", note) for hook in HOOKS]
    return [_manual_change(hooks, hook) for hook in HOOKS]


def install_global() -> list[HookChange]:
    """Install all hooks for all repositories of this user, in the global git configuration."""
    if version() < _CONFIG_HOOKS:
        major, minor = version()
        raise GitError(
            f"git {major}.{minor} cannot read hooks from its configuration; git 2.54 can",
            "run `aea install-hooks PATH` in each repository, or upgrade git",
        )
    _refuse_devices(*_global_files())
    hook_script.refresh_own_copy()
    _configure("--global", os.sep)
    note = "in your git configuration; `git config hook.aea.enabled false` disables it in one repository"
    return [HookChange(hook, "configured", "hook.aea", note) for hook in HOOKS]


def uninstall(directory: str) -> list[HookChange]:
    """Remove our hooks. A hook that was there before is restored."""
    repository = _repository(directory)
    hooks = _find_hooks_directory(repository)
    _refuse_devices(_local_file(repository))
    _unconfigure("--local", _top(repository))
    return [_uninstall_one(hook, _candidates(repository, hooks, hook)) for hook in HOOKS]


def uninstall_global() -> list[HookChange]:
    """Remove our hooks from the user's git configuration."""
    _refuse_devices(*_global_files())
    done = _unconfigure("--global", os.sep)
    action = "removed" if done else "absent"
    return [HookChange(hook, action, "hook.aea", "in your git configuration") for hook in HOOKS]


def status(directory: str) -> HookStatus:
    """Report for each hook whether git will run it."""
    repository = _repository(directory)
    hooks = _find_hooks_directory(repository)
    configured = _configured_events(_top(repository))
    states = tuple(_state(repository, hooks, hook, hook in configured) for hook in HOOKS)
    return HookStatus(repository.repository_key, hooks.path, hooks.setting, states)


def _repository(directory: str) -> Repository:
    repository = find_repository(directory)
    if repository is None:
        raise GitError(
            f"{directory} is not in a git repository", "give the path of a directory inside one"
        )
    return repository


def _top(repository: Repository) -> str:
    """Return the directory in which hooks run. A relative core.hooksPath starts here."""
    return repository.worktree or repository.git_dir


def _find_hooks_directory(repository: Repository) -> HooksDirectory:
    output = run(["rev-parse", "--path-format=absolute", "--git-path", "hooks"], _top(repository))
    directory = os.path.normpath(os.path.join(_top(repository), os.fsdecode(output[:-1])))
    args = ["config", "--null", "--show-scope", "--show-origin", "--get", "core.hooksPath"]
    fields = os.fsdecode(attempt(args, _top(repository)).stdout).split("\0")
    scope, origin = (fields[0], fields[1]) if len(fields) >= 3 else (None, "")
    setting = f"{scope} ({origin})" if scope else None
    return HooksDirectory(directory, setting, _is_private(repository, directory, scope))


def _is_private(repository: Repository, directory: str, scope: str | None) -> bool:
    real = os.path.realpath(directory)
    if os.path.lexists(real) and not os.path.isdir(real):
        return False  # core.hooksPath=/dev/null turns hooks off
    if _is_inside(real, repository.common_dir):
        return True
    if scope not in (None, "local", "worktree"):
        return False  # shared with other repositories
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
    return GitError(f"cannot write {path}: {error.strerror}", "check its owner and permissions")


def _install_one(path: str, content: bytes) -> HookChange:
    hook, current = os.path.basename(path), hook_script.read(path)
    try:
        if hook_script.is_ours(current):
            if current == content and os.access(path, os.X_OK):
                return HookChange(hook, "unchanged", path, _chained_note(path))
            hook_script.write(path, content)
            return HookChange(hook, "updated", path, _chained_note(path))
        if current is not None:
            _keep(path)
        hook_script.write(path, content)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return HookChange(hook, "installed", path, _chained_note(path))


def _keep(path: str) -> None:
    """Move an existing hook aside, where our script calls it. An earlier kept hook is not overwritten."""
    kept = path + hook_script.KEPT_SUFFIX
    if os.path.lexists(kept):
        number = 1
        while os.path.lexists(f"{kept}.{number}"):
            number += 1
        os.rename(kept, f"{kept}.{number}")
    os.rename(path, kept)


def _chained_note(path: str) -> str:
    kept = path + hook_script.KEPT_SUFFIX
    content = hook_script.read(kept)
    if content is None:
        return ""
    who = hook_script.manager(content)
    if not os.access(kept, os.X_OK):
        return f"the previous hook ({who}) is not executable, kept as {os.path.basename(kept)}"
    return f"then runs the previous hook ({who}), kept as {os.path.basename(kept)}"


def _is_husky(directory: str) -> bool:
    return os.path.basename(directory) == "_" and any(
        os.path.isfile(os.path.join(directory, name)) for name in ("h", "husky.sh")
    )


def _editable(hooks: HooksDirectory, hook: str) -> str:
    """Return the file that a person edits. Husky generates the directory that git looks in."""
    if _is_husky(hooks.path):
        return os.path.join(os.path.dirname(hooks.path), hook)
    return os.path.join(hooks.path, hook)


def _manual_change(hooks: HooksDirectory, hook: str) -> HookChange:
    path = _editable(hooks, hook)
    if os.path.lexists(hooks.path) and not os.path.isdir(hooks.path):
        note = (
            f"core.hooksPath, {hooks.setting}, disables hooks; unset it, or use git 2.54 or newer"
        )
        return HookChange(hook, "manual", hooks.path, note)
    if hook_script.calls_ours(hook_script.read(path)):
        return HookChange(hook, "unchanged", path, "already calls aea")
    is_new = not os.path.lexists(path) and not _is_husky(hooks.path)
    extra = " to a new executable file that starts with #!/bin/sh" if is_new else ""
    return HookChange(hook, "manual", path, f"add this line{extra}: {hook_script.caller_line()}")


def _refuse_devices(*files: str) -> None:
    """Git replaces its configuration file by a rename, also through links, which as root would replace /dev/null."""
    for path in files:
        if os.path.exists(path) and not os.path.isfile(path):
            raise GitError(
                f"git's configuration {path} is not a regular file, and git would replace it",
                "unset GIT_CONFIG_GLOBAL, or remove the link or device that stands for the file",
            )


def _global_files() -> list[str]:
    """Return the candidates for the file that `git config --global` writes."""
    if named := os.environ.get("GIT_CONFIG_GLOBAL"):
        return [named]
    home = os.fspath(paths.home())
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return [os.path.join(home, ".gitconfig"), os.path.join(settings, "git", "config")]


def _local_file(repository: Repository) -> str:
    """Return the file that `git config --local` writes."""
    return os.path.join(repository.common_dir, "config")


def _configure(scope: str, directory: str) -> None:
    """Add the hooks to git's configuration. An older git ignores these keys."""
    command = hook_script.shell_word()
    run(["config", scope, "--replace-all", "hook.aea.command", command], directory)
    run(["config", scope, "--unset-all", "hook.aea.event"], directory, accept=(0, 5))
    for hook in HOOKS:
        run(["config", scope, "--add", "hook.aea.event", hook], directory)


def _unconfigure(scope: str, directory: str) -> bool:
    done = attempt(["config", scope, "--remove-section", "hook.aea"], directory)
    return done.returncode == 0


def _configured_events(directory: str) -> set[str]:
    """Return the events for which git calls our script by configuration.

    Empty for a git that ignores these settings.
    """
    events = attempt(["config", "--null", "--get-all", "hook.aea.event"], directory).stdout
    if not events or version() < _CONFIG_HOOKS:
        return set()
    enabled = attempt(["config", "--type=bool", "--get", "hook.aea.enabled"], directory).stdout
    if enabled.strip() == b"false" or not os.access(paths.hook_script(), os.X_OK):
        return set()
    return set(events.decode("utf-8", "replace").split("\0"))


def _candidates(repository: Repository, hooks: HooksDirectory, hook: str) -> list[str]:
    """Return the possible paths of our hook: core.hooksPath may have changed since the installation."""
    usual = os.path.join(repository.common_dir, "hooks", hook)
    return list(dict.fromkeys((os.path.join(hooks.path, hook), usual)))


def _uninstall_one(hook: str, candidates: list[str]) -> HookChange:
    changes = [_remove(hook, path) for path in candidates]
    return next((change for change in changes if change.action != "absent"), changes[0])


def _remove(hook: str, path: str) -> HookChange:
    current, kept = hook_script.read(path), path + hook_script.KEPT_SUFFIX
    if hook_script.is_edited(current):
        return HookChange(hook, "kept", path, "our script was edited: remove it manually")
    if not hook_script.is_ours(current):
        return _not_removed(hook, path, current)
    try:
        if os.path.lexists(kept):
            os.replace(kept, path)
            return HookChange(hook, "restored", path, "the previous hook")
        os.unlink(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return HookChange(hook, "removed", path, "")


def _not_removed(hook: str, path: str, current: bytes | None) -> HookChange:
    kept = path + hook_script.KEPT_SUFFIX
    if hook_script.calls_ours(current):
        return HookChange(hook, "kept", path, f"remove the line that calls {paths.hook_script()}")
    if os.path.lexists(kept):
        return HookChange(hook, "kept", path, f"not our hook; an older hook is kept as {kept}")
    return HookChange(hook, "absent", path, "")


def _state(
    repository: Repository, hooks: HooksDirectory, hook: str, is_configured: bool
) -> HookState:
    path = os.path.join(hooks.path, hook)
    if is_configured:
        return HookState(hook, path, True, "called from git's configuration", None)
    will_run, reason = _check(repository, hooks, path)
    kept = path + hook_script.KEPT_SUFFIX
    has_chained = hook_script.is_ours(hook_script.read(path)) and os.path.isfile(kept)
    return HookState(hook, path, will_run, reason, kept if has_chained else None)


def _check(repository: Repository, hooks: HooksDirectory, path: str) -> tuple[bool, str]:
    content = hook_script.read(path)
    if content is None:
        return False, _why_absent(repository, hooks, os.path.basename(path))
    if not os.access(path, os.X_OK):
        return False, "git skips the hook because it is not executable"
    if hook_script.is_ours(content):
        return _check_ours(content)
    caller = _editable(hooks, os.path.basename(path))
    if hook_script.calls_ours(hook_script.read(caller)):
        if os.access(paths.hook_script(), os.X_OK):
            return True, f"called by {caller}"
        return False, f"called by {caller}, but {paths.hook_script()} is missing"
    if hook_script.is_edited(content):
        return False, "our script was edited, so its effect is unknown"
    return False, f"the existing hook ({hook_script.manager(content)}) does not call aea"


def _check_ours(content: bytes) -> tuple[bool, str]:
    if hook_script.named_spool(content) != os.fspath(paths.spool()):
        return False, f"it notifies another aea: it writes to {hook_script.named_spool(content)}"
    if content != hook_script.render(paths.spool()):
        return True, "installed by an older aea; `aea install-hooks` updates it"
    return True, "installed"


def _why_absent(repository: Repository, hooks: HooksDirectory, hook: str) -> str:
    usual = os.path.join(repository.common_dir, "hooks", hook)
    if hooks.setting and hook_script.is_ours(hook_script.read(usual)):
        return f"bypassed: core.hooksPath, {hooks.setting}, makes git look in {hooks.path}"
    return "not installed"

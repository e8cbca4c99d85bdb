"""Install, remove and check the git hooks. Tracked files and shared hook directories are never changed.

The action depends on where git looks for hooks:
- In a directory that belongs to this repository alone, our script is installed; an existing hook is kept and
  called by it. Beside a hook of pre-commit, ours is the one that pre-commit calls.
- For a directory that is tracked, generated (husky) or shared, the hook is added to the repository's git
  configuration if git is 2.54 or newer. For an older git, the user is told which line to add.
"""

from __future__ import annotations

import os
import shlex
from glob import escape, glob
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.errors import GitError
from aea.git import hook_chain, hook_config, hook_script, hooks_directory
from aea.git.command import version
from aea.git.hook_chain import Chain, Script
from aea.git.hook_script import HOOKS, KEPT_SUFFIX

if TYPE_CHECKING:
    from aea.git.hooks_directory import HooksDirectory


_OLDER_CHAIN = (
    "installed by an older aea, which does not run the previous hook from here;"
    " `aea install-hooks` updates it"
)


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
    is_fault: bool  # it does not run although it was installed; a hook that never was is no fault
    reason: str
    chained: str | None  # the previous hook, which ours calls


class HookStatus(NamedTuple):
    """The state of all hooks in one repository."""

    repository_key: str
    hooks_directory: str
    hooks_path_setting: str | None  # origin of core.hooksPath: `global (file:/home/me/.gitconfig)`
    hooks: tuple[HookState, ...]


def install(directory: str) -> list[HookChange]:
    """Install all hooks for the repository that contains `directory`. Idempotent."""
    repository = hooks_directory.repository_of(directory)
    hooks = hooks_directory.find(repository)
    if hooks.is_private:
        _make_directories(hooks.path)
        return [_install_one(hook, hooks) for hook in HOOKS]
    if version() >= hook_config.FIRST_VERSION:
        hook_config.refuse_devices(hook_config.local_file(repository))
        hook_config.add("--local", hooks.top)
        note = f"in the repository's git configuration, because {hooks.path} is {hooks.kind()}"
        return [HookChange(hook, "configured", "hook.aea", note) for hook in HOOKS]
    hook_script.refresh_own_copy()
    return [_manual_change(hooks, hook) for hook in HOOKS]


def install_global() -> list[HookChange]:
    """Install all hooks for all repositories of this user, in the global git configuration."""
    if version() < hook_config.FIRST_VERSION:
        major, minor = version()
        raise GitError(
            f"git {major}.{minor} cannot read hooks from its configuration; git 2.54 can",
            "run `aea install-hooks PATH` in each repository, or upgrade git",
        )
    hook_config.refuse_devices(*hook_config.global_files())
    hook_config.add("--global", os.sep)
    note = "in your git configuration; `git config hook.aea.enabled false` disables it in one repository"
    return [HookChange(hook, "configured", "hook.aea", note) for hook in HOOKS]


def uninstall(directory: str) -> list[HookChange]:
    """Remove our hooks, wherever they are now. A hook that was there before is restored in the same place."""
    repository = hooks_directory.repository_of(directory)
    hooks = hooks_directory.find(repository)
    hook_config.refuse_devices(hook_config.local_file(repository))
    if hook_config.remove("--local", hooks.top):
        note = "in the repository's git configuration"
        configured = [HookChange(hook, "removed", "hook.aea", note) for hook in HOOKS]
    else:
        configured = []
    changes = [change for hook in HOOKS for change in _uninstall_one(hook, hooks)]
    return configured + [c for c in changes if not configured or c.action != "absent"]


def uninstall_global() -> list[HookChange]:
    """Remove our hooks from the user's git configuration."""
    hook_config.refuse_devices(*hook_config.global_files())
    done = hook_config.remove("--global", os.sep)
    action = "removed" if done else "absent"
    return [HookChange(hook, action, "hook.aea", "in your git configuration") for hook in HOOKS]


def status(directory: str) -> HookStatus:
    """Report for each hook whether git will run it."""
    repository = hooks_directory.repository_of(directory)
    hooks = hooks_directory.find(repository)
    configured = hook_config.events(hooks.top)
    states = tuple(_state(hooks, hook, hook in configured) for hook in HOOKS)
    return HookStatus(repository.repository_key, hooks.path, hooks.setting, states)


def line_for_all(directory: str) -> str:
    """Return one shell command that adds ours to each hook that a person edits and that lacks it.

    Empty if core.hooksPath turns hooks off.
    """
    hooks = hooks_directory.find(hooks_directory.repository_of(directory))
    if hooks.is_off():
        return ""
    files = [hooks.editable(hook) for hook in HOOKS]
    lacking = [path for path in files if not hook_script.calls_ours(hook_script.read(path))]
    names = " ".join(shlex.quote(path) for path in lacking)
    line = shlex.quote(hook_script.caller_line())
    return (
        f'for f in {names}; do [ -s "$f" ] || echo \'#!/bin/sh\' >"$f";'
        f' printf \'\\n%s\\n\' {line} >>"$f"; chmod +x "$f"; done'
    )


def _make_directories(directory: str) -> None:
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise _cannot_write(directory, error) from error


def _cannot_write(path: str, error: OSError) -> GitError:
    return GitError(f"cannot write {path}: {error.strerror}", "check its owner and permissions")


def _install_one(hook: str, hooks: HooksDirectory) -> HookChange:
    chain = hook_chain.follow(hooks, hook)
    path = os.path.join(hooks.path, hook)
    if chain.entry and hook_chain.is_generated_by_pre_commit(chain.entry.content):
        path += ".legacy"  # pre-commit calls it, and leaves it alone when it is installed again
    ours = next((file for file in chain.ours if file in (chain.reached, chain.entry)), None)
    try:
        if ours:
            return _update(hook, ours, chain)
        kept = _keep(path, hook) if os.path.lexists(path) else _orphan(hook, chain, hooks.path)
        hook_script.write(path, hook_script.render(paths.spool(), hook, kept, hooks.path))
    except OSError as error:
        raise _cannot_write(path, error) from error
    return HookChange(hook, "installed", path, _note(path, chain))


def _update(hook: str, ours: Script, chain: Chain) -> HookChange:
    """Bring a script of ours to this version, where it is."""
    path, kept = ours.path, hook_script.kept_hook(*ours)
    known = hook_script.place_of(ours.content) or os.path.dirname(path)
    place = os.path.dirname(kept) if kept else known
    content = hook_script.render(paths.spool(), hook, os.path.basename(kept or ""), place)
    if not kept and hook_script.is_current(ours.content):
        content = ours.content
    if ours.content == content and os.access(path, os.X_OK):
        return HookChange(hook, "unchanged", path, _note(path, chain))
    hook_script.write(path, content)
    return HookChange(hook, "updated", path, _note(path, chain))


def _keep(path: str, hook: str) -> str:
    """Move an existing hook aside under a name that no other script of ours calls. Returns the name."""
    directory, number = os.path.dirname(path), 1
    name = hook + KEPT_SUFFIX
    while os.path.lexists(os.path.join(directory, name)):
        name = f"{hook}{KEPT_SUFFIX}.{number}"
        number += 1
    os.rename(path, os.path.join(directory, name))
    return name


def _orphan(hook: str, chain: Chain, directory: str) -> str:
    """Return the name of a kept hook whose script of ours was deleted by someone; "" if there is none."""
    claimed = {hook_script.kept_hook(*file) for file in chain.ours}
    found = (path for path in _list_kept(hook, directory) if path not in claimed)
    return next((os.path.basename(path) for path in found if not _is_obsolete(path, chain)), "")


def _list_kept(hook: str, directory: str) -> list[str]:
    return sorted(glob(os.path.join(escape(directory), f"{hook}{KEPT_SUFFIX}*")))


def _note(path: str, chain: Chain) -> str:
    """Say who calls our script, and which hook it runs after."""
    notes, entry = [], chain.entry
    if entry and entry.path != path and not hook_script.is_ours(entry.content):
        notes.append(f"called by the existing hook ({hook_script.manager(entry.content)})")
    kept = hook_script.kept_hook(path, hook_script.read(path) or b"")
    if kept is not None:
        who, name = hook_script.manager(hook_script.read(kept) or b""), os.path.basename(kept)
        if os.access(kept, os.X_OK):
            notes.append(f"then runs the previous hook ({who}), kept as {name}")
        else:
            notes.append(f"the previous hook ({who}) is not executable, kept as {name}")
    return "; ".join(notes)


def _manual_change(hooks: HooksDirectory, hook: str) -> HookChange:
    path = hooks.editable(hook)
    if hooks.is_off():
        note = (
            f"core.hooksPath, {hooks.setting}, disables hooks; unset it, or use git 2.54 or newer"
        )
        return HookChange(hook, "manual", hooks.path, note)
    if hook_chain.follow(hooks, hook).reached:
        return HookChange(hook, "unchanged", path, "already calls aea")
    note = (
        f"{os.path.dirname(path)} is {hooks.kind()}, and aea never changes a tracked or shared file"
    )
    return HookChange(hook, "manual", path, note)


def _uninstall_one(hook: str, hooks: HooksDirectory) -> list[HookChange]:
    chain = hook_chain.follow(hooks, hook)
    changes = [_remove(hook, file, chain) for file in chain.ours]
    return changes + _left_over(hook, hooks, is_done=bool(changes))


def _remove(hook: str, ours: Script, chain: Chain) -> HookChange:
    """Put the previous hook where ours is. A copy of ours that finds none any more is deleted."""
    path, kept = ours.path, hook_script.kept_hook(*ours)
    if not hooks_directory.is_untracked(os.path.dirname(path)):
        return HookChange(hook, "kept", path, "the file is in the repository: remove it manually")
    try:
        if kept and _is_obsolete(kept, chain):
            os.unlink(kept)
            name = _orphan(hook, chain, os.path.dirname(kept))
            kept = os.path.join(os.path.dirname(kept), name) if name else None
        if kept is None or _would_call_itself(hook, kept, ours, chain):
            os.unlink(path)
            return HookChange(hook, "removed", path, "")
        os.replace(kept, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return HookChange(hook, "restored", path, "the previous hook")


def _is_obsolete(kept: str, chain: Chain) -> bool:
    """Return True if the manager of the kept hook has written its hook again, in the first place."""
    content = hook_script.read(kept) or b""
    entry = chain.entry.content if chain.entry else b""
    is_known = hook_script.manager(content) != hook_script.UNKNOWN_MANAGER
    return is_known and hook_script.manager(content) == hook_script.manager(entry)


def _would_call_itself(hook: str, kept: str, ours: Script, chain: Chain) -> bool:
    """Return True if the kept hook is a manager's that runs what stands where ours is."""
    older = Script(kept, hook_script.read(kept) or b"")
    return ours != chain.entry and hook_chain.calls(older, ours, hook)


def _left_over(hook: str, hooks: HooksDirectory, *, is_done: bool) -> list[HookChange]:
    """What still calls aea, or what is left of it, besides scripts of ours."""
    path = hooks.editable(hook)
    content, kept = hook_script.read(path), _list_kept(hook, hooks.path)
    if hook_script.is_edited(content):
        return [HookChange(hook, "kept", path, "our script was edited: remove it manually")]
    if hook_script.calls_ours(content):
        note = f"remove the line that calls {paths.hook_script()}"
        return [HookChange(hook, "kept", path, note)]
    if kept and content is None:
        try:
            os.rename(kept[0], path)
        except OSError as error:
            raise _cannot_write(path, error) from error
        return [HookChange(hook, "restored", path, "the previous hook; ours was gone")]
    if kept:
        note = f"not our hook; an older hook is kept as {', '.join(kept)}"
        return [HookChange(hook, "kept", path, note)]
    return [] if is_done else [HookChange(hook, "absent", path, "")]


def _state(hooks: HooksDirectory, hook: str, is_configured: bool) -> HookState:
    path = os.path.join(hooks.path, hook)
    if is_configured:
        return HookState(hook, path, True, False, "called from git's configuration", None)
    chain = hook_chain.follow(hooks, hook)
    if chain.reached:
        kept = hook_script.kept_hook(*chain.reached)
        chained = kept if hook_script.is_ours(chain.reached.content) else None
        fault = _fault_of(chain.reached, chained)
        will_run = not fault or fault == _OLDER_CHAIN
        return HookState(hook, path, will_run, bool(fault), fault or _how(chain), chained)
    reason, is_fault = _why_not(hooks, chain)
    return HookState(hook, path, False, is_fault, reason, None)


def _fault_of(reached: Script, kept: str | None) -> str:
    """Return what is wrong with the script that git reaches; "" if nothing is."""
    path, content = reached
    if not hook_script.is_ours(content):
        is_missing = not os.access(paths.hook_script(), os.X_OK)
        return f"called by {path}, but {paths.hook_script()} is missing" if is_missing else ""
    spool = hook_script.named_spool(content)
    if spool != os.fspath(paths.spool()):
        return f"it notifies another aea: it writes to {spool}"
    is_found = kept in (None, path + KEPT_SUFFIX) or hook_script.knows_kept_hook(content)
    return "" if is_found else _OLDER_CHAIN


def _how(chain: Chain) -> str:
    """Return how git comes to our script."""
    assert chain.reached is not None
    path, content = chain.reached
    if not hook_script.is_ours(content):
        return f"called by {path}"
    if not hook_script.is_current(content):
        return "installed by an older aea; `aea install-hooks` updates it"
    if chain.entry and chain.entry != chain.reached:
        manager = hook_script.manager(chain.entry.content)
        return f"called by the existing hook ({manager}) as {os.path.basename(path)}"
    return "installed"


def _why_not(hooks: HooksDirectory, chain: Chain) -> tuple[str, bool]:
    """Return why git runs no hook of ours, and whether it was installed nevertheless."""
    entry = chain.entry
    if entry and hook_script.is_edited(entry.content):
        return "our script was edited, so its effect is unknown", True
    if entry and not os.access(entry.path, os.X_OK) and (chain.ours or _tells(entry)):
        return "git skips the hook because it is not executable", True
    who = "husky" if hooks.is_husky() else hook_script.manager(entry.content if entry else b"")
    if chain.ours and hooks.path != hooks.usual and not _is_below(chain.ours[0], hooks.path):
        place = f"bypassed: core.hooksPath, {hooks.setting}, makes git look in {hooks.path}"
        return f"{place}, whose hook ({who}) does not call aea" if entry else place, True
    if chain.ours and entry:
        return f"the existing hook ({who}) does not call ours, {chain.ours[0].path}", True
    if chain.ours:
        return f"our hook was moved to {chain.ours[0].path}, and git finds none", True
    if not hooks.is_private:
        return f"not installed: git looks in {hooks.path}, which is {hooks.kind()}", False
    if entry:
        return f"not installed: the existing hook ({who}) does not call aea", False
    return "not installed", False


def _tells(file: Script) -> bool:
    return hook_script.is_ours(file.content) or hook_script.calls_ours(file.content)


def _is_below(file: Script, directory: str) -> bool:
    return file.path.startswith(directory.rstrip(os.sep) + os.sep)

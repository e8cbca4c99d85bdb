"""Find the repository of a directory, and the key that identifies it on every machine."""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import unquote

from aea.errors import GitError
from aea.git.command import attempt, failure, run
from aea.git.local_remote import find_place
from aea.paths import storable

_DEFAULT_PORTS = {"", "22", "80", "443", "9418"}
_SAME_HOST = {  # host names for SSH over port 443
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
_NETWORK_URL = re.compile(
    r"(?:git\+)?(?:ssh|https?|git|ftps?)(?:\+git)?://"
    r"(?:[^/?#]*@)?(?P<host>\[[^\]/]+\]|[^/:@?#]+)(?::(?P<port>\d*))?/(?P<path>[^?#]*)(?:[?#].*)?",
    re.IGNORECASE,
)
_SCP = re.compile(
    r"(?:[^/:]*@)?(?P<host>\[[^\]/]+\]|[^/:@\[\]]{2,}):(?P<path>(?!:|//).+)", re.DOTALL
)
_CREDENTIALS = re.compile(r"://[^/?#]*@")
_ANSWER = re.compile(
    rb"(?P<git_dir>/.*)\n(?:true|false)\n(?P<common_dir>/.*)\n(?P<shallow>true|false)\n"
    rb"(?P<format>[a-z0-9]+)\n(?:(?P<top>/.*)\n)?",
    re.DOTALL,
)
_QUESTIONS = (
    "rev-parse",
    "--path-format=absolute",
    "--git-dir",
    "--is-bare-repository",  # a word between two paths, because a path may contain a line feed
    "--git-common-dir",
    "--is-shallow-repository",
    "--show-object-format",
    "--show-toplevel",  # last, because it fails without a worktree
)

_WHERE = ("rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir")
_MAINLINE = "aea.mainline"
_OWN_MAINLINE = (("local", _MAINLINE), ("worktree", _MAINLINE))


class Repository(NamedTuple):
    """One repository as seen from one directory. Linked worktrees differ only in the first two fields."""

    worktree: str | None  # the one that holds the directory
    git_dir: str
    common_dir: str
    remote_url: str | None  # without credentials
    repository_key: str
    lost_remote: (
        str | None
    )  # the path to which the remote leads, if nothing is there; the key is made of it
    is_bare: bool  # the common directory has no worktree
    is_shallow: bool
    object_format: str  # sha1, sha256
    ref_format: str  # files, reftable
    is_partial: bool
    task_patterns: tuple[str, ...] = ()  # git config aea.taskPattern, unparsed
    own_mainline: str | None = None  # aea.mainline in the repository's git configuration
    usual_mainlines: tuple[str, ...] = ()  # aea.mainline, then init.defaultBranch, of the user


def find_repository(directory: str) -> Repository | None:
    """Return the repository that contains `directory`, which may have been deleted, or None.

    Without a `.git` in any parent this costs a few `stat` calls, otherwise two git processes.
    """
    root = _find_root(os.path.abspath(directory))
    if root is None:
        return None
    done = attempt(_QUESTIONS, root)
    answer = _ANSWER.fullmatch(done.stdout)
    if answer is None:
        if b"not a git repository" in done.stderr:
            return None  # named .git, but not a repository
        raise failure(done.stderr, root)
    return _describe(
        root, {name: os.fsdecode(value or b"") for name, value in answer.groupdict().items()}
    )


def _find_root(directory: str) -> str | None:
    """Return the nearest parent that contains `.git` or is a bare repository."""
    while True:
        if os.path.basename(directory) == ".git" and _is_git_dir(directory):
            directory = os.path.dirname(directory)
        if os.path.lexists(os.path.join(directory, ".git")) or _is_git_dir(directory):
            return directory
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent


def _is_git_dir(directory: str) -> bool:
    return os.path.isfile(os.path.join(directory, "HEAD")) and (
        os.path.isdir(os.path.join(directory, "objects"))
        or os.path.isfile(os.path.join(directory, "commondir"))
    )


def _describe(root: str, answer: dict[str, str]) -> Repository:
    scoped = _scoped_settings(root)
    settings = _by_name(scoped)
    own = [value for scope, name, value in scoped if (scope, name) in _OWN_MAINLINE]
    user = [
        value
        for scope, name, value in scoped
        if (scope, name) not in _OWN_MAINLINE and name == _MAINLINE
    ]
    git_dir, common_dir = (
        os.path.realpath(answer["git_dir"]),
        os.path.realpath(answer["common_dir"]),
    )
    is_bare = _last(settings, "core.bare") == "true"
    remote = _remote(settings, git_dir)
    key, lost_remote = _identify(_Clone(remote, common_dir, is_bare, settings))
    return Repository(
        worktree=os.path.realpath(answer["top"]) if answer["top"] else None,
        git_dir=git_dir,
        common_dir=common_dir,
        remote_url=_shown_url(remote) if remote else None,
        repository_key=key,
        lost_remote=lost_remote,
        is_bare=is_bare,
        is_shallow=answer["shallow"] == "true",
        object_format=answer["format"],
        ref_format=_last(settings, "extensions.refstorage") or "files",
        is_partial=_is_partial(settings),
        task_patterns=tuple(settings.get("aea.taskpattern", ())),
        own_mainline=own[-1] if own else None,
        usual_mainlines=(*user[-1:], *settings.get("init.defaultbranch", ())[-1:]),
    )


class _Clone(NamedTuple):
    """What tells to which repository a clone belongs."""

    remote: str | None
    common_dir: str
    is_bare: bool
    settings: dict[str, list[str]]

    def own_key(self) -> str:
        return _directory_key(self.common_dir, self.is_bare, self.settings)

    def start(self) -> str:
        """The directory from which git follows a relative remote."""
        return self.own_key().removeprefix("dir:")


def _identify(clone: _Clone) -> tuple[str, str | None]:
    """Return (key, path of a remote where nothing is). A remote that is a path leads to the clone behind it.

    Clones that lead to each other in a circle have the first of their keys.
    """
    chain = [clone]
    while True:
        clone = chain[-1]
        if clone.remote and (name := normalise_remote(clone.remote)):
            return f"git:{name}", None
        place = find_place(clone.remote, clone.start()) if clone.remote else None
        if place is None:
            return clone.own_key(), None
        if not place.is_there:
            return f"dir:{storable(place.path)}", place.path
        following = _read_clone(place.path)
        if following is None:
            return f"dir:{storable(place.path)}", None
        circle = [one.common_dir for one in chain]
        if following.common_dir in circle:
            members = chain[circle.index(following.common_dir) :]
            return min(one.own_key() for one in members), None
        chain.append(following)


def _read_clone(place: str) -> _Clone | None:
    """Read the repository at a path, or None if git cannot, for example because it belongs to another user."""
    try:
        settings = read_settings(place)
        answer = os.fsdecode(run(_WHERE, place)).split("\n")
    except GitError:
        return None
    git_dir, common_dir = map(os.path.realpath, answer[:2])
    is_bare = _last(settings, "core.bare") == "true"
    return _Clone(_remote(settings, git_dir), common_dir, is_bare, settings)


def read_settings(directory: str) -> dict[str, list[str]]:
    """Read all git settings that apply in `directory`. Section and key are in lower case."""
    return _by_name(_scoped_settings(directory))


def _scoped_settings(directory: str) -> list[tuple[str, str, str]]:
    """Return (scope, name, value) of all settings. Later ones take precedence."""
    output = os.fsdecode(run(["config", "--null", "--list", "--show-scope"], directory))
    words = output.split("\0")
    found = []
    for scope, setting in zip(words[::2], words[1::2], strict=False):
        name, separator, value = setting.partition("\n")
        found.append((scope, name, value if separator else "true"))
    return found


def _by_name(scoped: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    settings: dict[str, list[str]] = {}
    for _, name, value in scoped:
        settings.setdefault(name, []).append(value)
    return settings


def _last(settings: dict[str, list[str]], name: str) -> str | None:
    values = settings.get(name)
    return values[-1] if values else None


def _is_partial(settings: dict[str, list[str]]) -> bool:
    return "extensions.partialclone" in settings or any(
        name.startswith("remote.") and name.endswith(".promisor") and values[-1] == "true"
        for name, values in settings.items()
    )


def _remote(settings: dict[str, list[str]], git_dir: str) -> str | None:
    """Return the URL of origin, else of the only remote, else of the current branch's upstream."""
    urls = {
        name[len("remote.") : -len(".url")]: values[0]
        for name, values in settings.items()
        if name.startswith("remote.") and name.endswith(".url") and values[0]
    }
    if "origin" in urls:
        chosen: str | None = "origin"
    elif len(urls) == 1:
        chosen = next(iter(urls))
    else:
        chosen = _last(settings, f"branch.{_current_branch(git_dir)}.remote")
    url = urls.get(chosen) if chosen else None
    return _instead_of(url, settings) if url else None


def _current_branch(git_dir: str) -> str:
    try:
        with open(
            os.path.join(git_dir, "HEAD"), encoding="utf-8", errors="surrogateescape"
        ) as file:
            return file.read().strip().removeprefix("ref: refs/heads/")
    except OSError:
        return ""


def _instead_of(url: str, settings: dict[str, list[str]]) -> str:
    """Apply the user's `url.<base>.insteadOf`. The longest prefix wins, as in git."""
    prefixes = [
        (len(prefix), name[len("url.") : -len(".insteadof")], prefix)
        for name, values in settings.items()
        if name.startswith("url.") and name.endswith(".insteadof")
        for prefix in values
        if prefix and url.startswith(prefix)
    ]
    if not prefixes:
        return url
    length, base, _ = max(prefixes)
    return base + url[length:]


def normalise_remote(url: str) -> str | None:
    """Return `<host>/<path>` of a network remote, the same for every spelling of its URL.

    Return None for a local path, `file://` and remote helpers: these name a place on one machine, not an
    identity that clones share.
    """
    url = url.strip()
    found = _NETWORK_URL.fullmatch(url) if "://" in url else _SCP.fullmatch(url)
    if found is None:
        return None
    parts = found.groupdict()
    host = parts["host"].lower().rstrip(".")
    path = unquote(parts["path"]) if "://" in url else parts["path"]
    segments = [segment for segment in path.split("/") if segment]
    if not segments:
        return None
    segments[-1] = segments[-1].removesuffix(".git") or segments[-1]
    port = parts.get("port") or ""
    shown_port = "" if port in _DEFAULT_PORTS else f":{port}"
    return f"{_SAME_HOST.get(host, host)}{shown_port}/{'/'.join(segments)}"


def without_credentials(url: str) -> str:
    """Remove user and password from a URL, and its query, which may hold a token."""
    shown = _CREDENTIALS.sub("://", url, count=1)
    return shown.partition("?")[0].partition("#")[0] if "://" in url else shown


def _shown_url(url: str) -> str | None:
    """Return None for a URL that cannot be parsed and may contain a password in an unusual place."""
    shown = without_credentials(url)
    return None if normalise_remote(url) is None and "://" in shown and "@" in shown else shown


def _directory_key(common_dir: str, is_bare: bool, settings: dict[str, list[str]]) -> str:
    """Build the key from the common directory, so that all linked worktrees share it."""
    place = common_dir
    if os.path.basename(common_dir) == ".git":
        place = os.path.dirname(common_dir)
    elif not is_bare and (elsewhere := _last(settings, "core.worktree")):
        place = os.path.realpath(os.path.join(common_dir, elsewhere))
    return "dir:" + os.fsencode(place).decode("utf-8", "backslashreplace")


def list_worktrees(repository: Repository) -> list[str]:
    """List the existing worktrees, the main one first. Starts no process."""
    found = [] if repository.is_bare else [find_main_worktree(repository)]
    found += sorted(place for _, place in list_linked_worktrees(repository.common_dir))
    return list(dict.fromkeys(place for place in found if place and os.path.isdir(place)))


def find_main_worktree(repository: Repository) -> str | None:
    """Return the main worktree, or None for a bare repository."""
    if repository.is_bare:
        return None
    if repository.git_dir == repository.common_dir:
        return repository.worktree
    if os.path.basename(repository.common_dir) == ".git":
        return os.path.dirname(repository.common_dir)
    elsewhere = _last(read_settings(repository.common_dir), "core.worktree")
    return os.path.realpath(os.path.join(repository.common_dir, elsewhere)) if elsewhere else None


def list_linked_worktrees(common_dir: str) -> list[tuple[str, str]]:
    """List (id, directory) of each linked worktree that git has registered, existing or not."""
    base = os.path.join(common_dir, "worktrees")
    found = []
    for name in _listing(base):
        try:
            with open(os.path.join(base, name, "gitdir"), "rb") as file:
                pointer = os.fsdecode(file.read().rstrip(b"\n"))
        except OSError:
            continue  # partly created or partly removed
        place = os.path.dirname(os.path.join(base, name, pointer))
        found.append((name, os.path.realpath(place)))
    return found


def _listing(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []

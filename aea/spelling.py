r"""The spellings of one path, in logs of other systems and of other volumes.

C:\work\app, \\?\C:\work\app, /mnt/c/work/app, /c/work/app, file:///C:/work/app    one directory of Windows
\\wsl$\Ubuntu\home\me, \\wsl.localhost\Ubuntu\home\me                              /home/me, seen from Windows
/private/tmp/app, /tmp/app                                                         one directory of macOS
é as one character (git, Linux), e and an accent (HFS+)                            one name
Src/App.py, src/app.py                                                             one file where case is ignored
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from posixpath import dirname, normpath
from unicodedata import normalize
from urllib.parse import unquote

_FILE_URL = re.compile(r"file:(?://(?:localhost)?(?=/)|//(?=wsl)|(?=/[^/]))", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:(?:[/\\]|$)")
_DEVICE = re.compile(r"[/\\]{2}[?.][/\\](UNC(?=[/\\]))?", re.IGNORECASE)
_WSL = re.compile(r"//wsl(?:\$|\.localhost)/[^/]+(?=/|$)", re.IGNORECASE)
_MOUNTED = re.compile(r"/(?:(?:mnt|cygdrive)/([A-Za-z])|([cC]))(?=/|$)")  # /c: Git for Windows
_PRIVATE = re.compile(r"/private(?=/(?:tmp|var|etc)(?:/|$))")


def normalised(path: str) -> str:
    """The path with slashes, without `file://`, `.` and `..`, and without what Windows puts before it."""
    if path.isascii() and path.startswith("/") and not path.startswith("//"):
        return normpath(path)
    found = _FILE_URL.match(path)
    if found:
        path = unquote(path[found.end() :])
        path = path[1:] if _DRIVE.match(path[1:]) else path
        path = f"//{path}" if path[:3].lower() == "wsl" else path
    path = _without_device(path)
    if "\\" in path and (_DRIVE.match(path) or path.startswith("\\\\") or "/" not in path):
        path = path.replace("\\", "/")
    if path.startswith("//"):
        wsl = _WSL.match(path)
        path = (path[wsl.end() :] or "/") if wsl else path
    return normpath(path) if path else path


def _without_device(path: str) -> str:
    found = _DEVICE.match(path)
    if found is None:
        return path
    return ("\\\\" if found[1] else "") + path[found.end() :].removeprefix("\\")


def is_absolute(path: str) -> bool:
    """Whether a normalised path starts at a root or at a drive."""
    return path.startswith("/") or _DRIVE.match(path) is not None


def on_disk(path: str) -> str:
    """Where a normalised path is found here: Linux has the drives of Windows below /mnt."""
    return f"/mnt/{path[0].lower()}{path[2:]}" if _DRIVE.match(path) else path


@lru_cache(maxsize=1 << 14)
def root_key(path: str) -> str:
    """A text that is equal for the spellings of a normalised path to a directory."""
    if path.startswith("/private/"):
        path = _PRIVATE.sub("", path, count=1)
    mounted = _MOUNTED.match(path)
    if mounted:
        path = f"{mounted[1] or mounted[2]}:{path[mounted.end() :] or '/'}"
    path = path if path.isascii() else normalize("NFC", path)
    return path.lower() if _DRIVE.match(path) else path


def below(path: str, root: str) -> str | None:
    """The part of a path below a root, "" for the root itself; None if it is elsewhere."""
    path, wanted = normalised(path), root_key(normalised(root))
    here = path
    while here:
        if root_key(here) == wanted:
            return path[len(here.rstrip("/")) + 1 :]
        above = dirname(here)
        if above == here:
            break
        here = above
    return None


def folded(path: str) -> str:
    """The path where neither case nor the form of accents counts."""
    return path.lower() if path.isascii() else normalize("NFC", normalize("NFC", path).casefold())


def name_key(path: str) -> int:
    """A signed 64-bit hash that is equal for the spellings of a path below a root."""
    raw = folded(path).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)

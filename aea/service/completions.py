"""Shell completions of aea in the home directory: files that a person copied there, and lines that load them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from aea import paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARK = "_AEA_COMPLETE"  # stands in every completion that click generates
_FILES = {
    "XDG_DATA_HOME": (
        "bash-completion/completions/aea",
        "bash-completion/completions/aea.bash",
        "zsh/site-functions/_aea",
        "fish/vendor_completions.d/aea.fish",
    ),
    "XDG_CONFIG_HOME": ("fish/completions/aea.fish",),
    "HOME": (
        ".bash_completion.d/aea",
        ".bash_completion.d/aea.bash",
        ".zfunc/_aea",
        ".zsh/completions/_aea",
        ".zsh/functions/_aea",
        ".oh-my-zsh/completions/_aea",
        ".oh-my-zsh/custom/completions/_aea",
    ),
}
_USUAL = {"XDG_DATA_HOME": ".local/share", "XDG_CONFIG_HOME": ".config"}
_STARTUP = (".bashrc", ".bash_profile", ".bash_completion", ".profile", ".zshrc", ".zprofile")
_LOADS = re.compile(rf"{_MARK}|\baea\.(bash|zsh|fish)\b")


def list_files() -> list[Path]:
    """List the files with a completion of aea, where shells look for them."""
    found = [_base(base) / name for base, names in _FILES.items() for name in names]
    return [path for path in found if _MARK in _text(path)]


def list_lines() -> Iterator[str]:
    """List the lines of shells' startup files that load a completion, each as `file:line`. They are the user's own."""
    files = [_base("HOME") / name for name in _STARTUP]
    for path in (*files, _base("XDG_CONFIG_HOME") / "fish" / "config.fish"):
        for number, line in enumerate(_text(path).splitlines(), 1):
            if _LOADS.search(line) and not line.lstrip().startswith("#"):
                yield f"{path}:{number}"


def _base(variable: str) -> Path:
    home = paths.home()
    return home / (os.environ.get(variable) or _USUAL[variable]) if variable != "HOME" else home


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return ""

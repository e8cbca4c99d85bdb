"""A release is the version, the tag and the changelog in agreement."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from aea import __version__

ROOT = Path(__file__).resolve().parents[2]


def release(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "packaging" / "release.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_version_of_this_tree_has_dated_release_notes() -> None:
    done = release("check", f"v{__version__}")
    notes = release("notes", f"v{__version__}")

    assert (done.returncode, done.stdout) == (0, f"{__version__}\n"), done.stderr
    assert notes.stdout.startswith("### ")
    assert "\n## " not in notes.stdout


def test_a_tag_of_another_version_is_refused() -> None:
    done = release("check", "v99.0.0")

    assert done.returncode == 1
    assert f"aea/__init__.py says {__version__}" in done.stderr

"""The Homebrew formula of an sdist names every dependency with its address and checksum."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from aea import __version__

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "packaging" / "homebrew" / "formula.py"
HOME = os.environ.get("HOME", "/root")  # uv's cache is there; tests run with a home of their own
RESOURCE = re.compile(
    r'  resource "(?P<name>[a-z0-9-]+)" do\n'
    r'    url "https://files\.pythonhosted\.org/packages/\S+\.tar\.gz"\n'
    r'    sha256 "[0-9a-f]{64}"\n'
    r"  end\n"
)


def test_the_formula_is_made_from_the_sdist(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (sdist,) = tmp_path.glob("*.tar.gz")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(sdist)],
        env=os.environ | {"HOME": HOME},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    formula = done.stdout

    assert f'/releases/download/v{__version__}/{sdist.name}"\n' in formula
    assert f'  sha256 "{hashlib.sha256(sdist.read_bytes()).hexdigest()}"\n' in formula
    resources = {found["name"] for found in RESOURCE.finditer(formula)}
    assert resources >= {"apsw", "click", "msgspec", "platformdirs", "pygit2", "tzdata", "watchdog"}
    assert "cffi" in resources  # a dependency of a dependency
    assert len(resources) == formula.count("  resource ")
    assert not resources & {"pytest", "keyring", "colorama"}
    if shutil.which("ruby"):
        path = tmp_path / "aea.rb"
        path.write_text(formula)
        checked = subprocess.run(
            ["ruby", "-c", str(path)], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr

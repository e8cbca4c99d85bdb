"""The Debian package: built by one command, installed into this system, run, and removed without a trace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aea import __version__

ROOT = Path(__file__).resolve().parents[2]
OURS = "/usr/lib/aea/bin/python3"
HOME = os.environ.get("HOME", "/root")  # pip's cache is there; tests run with a home of their own


def reason_to_skip() -> str:
    """Why the package cannot be built or installed here; empty if it can."""
    if not shutil.which("dpkg-deb"):
        return "no dpkg-deb"
    if not os.environ.get("CI"):
        return "it installs a package into this system: only with CI=true"
    if os.geteuid() != 0:
        return "installing a package takes root"
    if query("-W", "-f", "${Status}", "aea").startswith("install ok"):
        return "aea is installed here, and the test would remove it"
    for package in ("python3", "git"):
        if not query("-W", "-f", "${Status}", package).endswith("ok installed"):
            return f"no Debian package {package}"
    version = query("-W", "-f", "${Version}", "python3")
    for operator, limit in (("ge", "3.11"), ("lt", "3.15")):
        command = ["dpkg", "--compare-versions", version, operator, limit]
        if subprocess.run(command, check=False).returncode:
            return f"the system's Python is {version}"
    return ""


def query(*arguments: str) -> str:
    command = ["dpkg-query", *arguments]
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


REASON = reason_to_skip()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)


def build(place: Path) -> Path:
    command = [str(ROOT / "packaging" / "debian" / "build"), str(place)]
    environment = os.environ | {"PYTHON": sys.executable, "HOME": HOME}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def system_files() -> set[str]:
    """Every file where a package may put one; bytecode of other programs comes and goes."""
    found = run("find", "/usr", "/etc", "/opt", "-xdev", "-not", "-name", "*.pyc").splitlines()
    return {path for path in found if not path.endswith("/__pycache__")}


def test_the_package_is_built_installed_run_and_removed(tmp_path: Path) -> None:
    package = build(tmp_path)  # one test: with xdist, each worker would build it again
    described(package)
    before = system_files()
    run("dpkg", "--install", str(package))
    try:
        works()
    finally:
        run("dpkg", "--purge", "aea")

    assert system_files() - before == set()
    assert not Path("/usr/lib/aea").exists()
    assert not query("-W", "-f", "${Status}", "aea").endswith("installed")


def described(package: Path) -> None:
    fields = run("dpkg-deb", "--field", str(package), "Package", "Version", "Depends")
    names = run("dpkg-deb", "--contents", str(package))

    assert package.name == f"aea_{__version__}_{run('dpkg', '--print-architecture').strip()}.deb"
    assert f"Version: {__version__}\n" in fields
    assert "python3 (>= 3.11), python3 (<< 3.15), git" in fields
    for python in ("311", "312", "313", "314"):
        assert f"/apsw/__init__.cpython-{python}-" in names
    assert "root/root" in names


def works() -> None:
    assert run("/usr/bin/aea", "--version") == f"aea {__version__}\n"
    assert "No differences: all stored numbers" in run("/usr/bin/aea", "demo")
    assert run(OURS, "-P", "-m", "aea", "--version") == f"aea {__version__}\n"
    assert run(OURS, "-c", "import sys; print(sys.path[-1])").startswith("/usr/lib/aea/lib/")
    assert list(Path("/usr/lib/aea").glob("lib/python3/site-packages/aea/__pycache__/*.pyc"))
    assert run("dpkg", "--verify", "aea") == ""

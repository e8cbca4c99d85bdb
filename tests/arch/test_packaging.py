"""What a stranger installs has everything: the SQL, the hook, the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = place.glob("*.whl")
    return found


def test_wheel_and_sdist_hold_sql_and_hooks(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    (sdist,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        packed = [name.split("/", 1)[1] for name in archive.getnames() if "/" in name]

    assert wheel.name.startswith("ai_engineering_analytics-")
    for path in sorted((ROOT / "sql").rglob("*.sql")):
        assert f"aea/{path.relative_to(ROOT)}" in names
        assert str(path.relative_to(ROOT)) in packed
    assert {"aea/hooks/aea-hook", "aea/packaging/systemd/aea.service"} <= set(names)
    assert {"hooks/aea-hook", "tests/conftest.py", "docs/generate.py", "LICENSE"} <= set(packed)


def test_the_installed_program_works_outside_the_tree(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    environment = os.environ | {"PYTHONPATH": str(place)}
    for arguments in (["--version"], ["stats"], ["demo"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "aea", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (
        str(place)
        in subprocess.run(
            [sys.executable, "-c", "import aea; print(aea.__file__)"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )

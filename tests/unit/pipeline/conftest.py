"""A database in which every stage of the pipeline wrote rows."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.pipeline.check import check
from aea.store.engine import db
from tests.support.database import ingest
from tests.support.sessions import ClaudeSession
from tests.support.shop import CODE, HEAD, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aea.store.engine.db import Connection


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which every derived table and every event table has rows."""
    home = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("AEA_HOME", str(home / "aea"))
        shop = Shop(home)
        ClaudeSession("s1").prompt("Write it").say("Done").write(home)
        shop.edit("b.py", CODE)
        shop.repo.commit("Add totals (#1)")
        shop.repo.git("checkout", "-q", "-b", "ABC-1-work")
        shop.edit("c.py", [line.replace("total", "sum_of") for line in CODE])
        shop.repo.commit("Sum")
        shop.repo.git("checkout", "-q", "main")
        shop.repo.git("merge", "-q", "--squash", "ABC-1-work")
        shop.repo.commit("Squashed: sums")
        shop.repo.git("checkout", "-q", "-b", "side")
        shop.change("d.py", HEAD)
        shop.repo.git("checkout", "-q", "main")
        shop.repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side")
        shop.change("b.py", CODE[:1], "fix: too much")
        ingest(directory=str(shop.repo.directory))
        with closing(db.open_reader()) as connection:
            assert check(connection) == []
    return home / "aea" / "aea.db"


@pytest.fixture
def connection(world: Path) -> Iterator[Connection]:
    """A copy of that database for one test to damage."""
    paths.data_dir().mkdir(parents=True, exist_ok=True)
    shutil.copy(world, paths.database())
    opened = db.open_writer()
    opened.pragma("foreign_keys", False)
    yield opened
    opened.close()

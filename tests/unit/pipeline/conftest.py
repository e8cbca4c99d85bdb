"""A database in which every stage of the pipeline wrote rows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.store.engine import db
from tests.support.world import drop_guards, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aea.store.engine.db import Connection


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which every derived table and every event table has rows."""
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def connection(world: Path) -> Iterator[Connection]:
    """A copy of that database for one test to damage."""
    paths.data_dir().mkdir(parents=True, exist_ok=True)
    shutil.copy(world, paths.database())
    opened = db.open_writer()
    opened.pragma("foreign_keys", False)
    drop_guards(opened)
    yield opened
    opened.close()

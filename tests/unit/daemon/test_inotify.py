"""The watcher against a real file system: every change is told, under the name it has now."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("inotify is on Linux", allow_module_level=True)

from aea.daemon.change_queue import LIMIT, ChangeQueue
from aea.daemon.inotify import InotifyWatcher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Told:
    """What a watcher tells below a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.changes = ChangeQueue()
        self.watcher = InotifyWatcher(self.changes)
        self.watcher.add(str(root), is_recursive=True)
        self.settled_count = 0

    def until(self, path: Path) -> list[str]:
        """Everything told up to a path."""
        found: list[str] = []
        deadline = time.monotonic() + 30
        while str(path) not in found:
            assert time.monotonic() < deadline, f"{path} was not told: {found}"
            found += self.changes.drain()[0]
            time.sleep(0.001)
        return found

    def settled(self) -> list[str]:
        """Everything told up to now: a file made last is told last."""
        self.settled_count += 1
        last = self.root / f"last{self.settled_count}"
        last.touch()
        return self.until(last)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """A watched directory."""
    root = tmp_path / "root"
    root.mkdir()
    watching = Told(root)
    yield watching
    watching.watcher.stop()
    watching.changes.close()


def test_new_trees_are_watched_and_their_files_told(told: Told, tmp_path: Path) -> None:
    for number in range(100):
        deep = told.root / f"a{number}" / "b" / "c"
        deep.mkdir(parents=True)
        (deep / "f").touch()
    found = told.settled()
    assert all(f"{told.root}/a{number}/b/c/f" in found for number in range(100))

    outside = tmp_path / "outside" / "x"
    outside.mkdir(parents=True)
    (outside / "f").touch()
    outside.parent.rename(told.root / "inside")
    told.until(told.root / "inside" / "x" / "f")
    with (told.root / "inside" / "x" / "f").open("a") as file:
        file.write("more")
    told.until(told.root / "inside" / "x" / "f")


def test_a_renamed_directory_is_told_under_its_new_name(told: Told) -> None:
    (told.root / "old" / "sub").mkdir(parents=True)
    told.settled()
    (told.root / "old").rename(told.root / "new")
    told.settled()
    (told.root / "new" / "sub" / "f").touch()
    assert f"{told.root}/old/sub/f" not in told.until(told.root / "new" / "sub" / "f")


def test_a_root_made_anew_is_known_to_be_unwatched(told: Told) -> None:
    assert told.watcher.is_watched(str(told.root))
    shutil.rmtree(told.root)
    told.until(told.root)
    told.root.mkdir()
    told.watcher.add(str(told.root), is_recursive=True)
    (told.root / "f").touch()
    told.until(told.root / "f")


def test_reads_are_not_told(told: Told) -> None:
    (told.root / "f").write_text("x")
    told.settled()
    for _ in range(50):
        (told.root / "f").read_text()
        os.listdir(told.root)
    assert [path for path in told.settled() if path.endswith("/f")] == []


def test_too_many_changes_become_one_scan() -> None:
    changes = ChangeQueue()
    for number in range(LIMIT + 2):
        changes.add(str(number))
    assert changes.drain()[1] is True
    assert changes.drain() == ([], False)
    changes.close()

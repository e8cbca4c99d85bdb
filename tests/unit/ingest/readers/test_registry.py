"""The seam for kinds of storage: a reader module and its line in the registry are all that a kind needs."""

from __future__ import annotations

import json
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aea import clock, paths
from aea.ingest import catch_up
from aea.ingest.one_source import read_session
from aea.ingest.readers.registry import READERS, reader_of
from aea.ingest.run import IngestRun
from aea.keys import key64
from aea.records import Message, Parsed, Session, State, nothing
from aea.sources.registry import SOURCES
from aea.store.write import cursors
from tests.support.database import assert_consistent, ingest, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.sources.base import Source, Storage
    from aea.store.write.cursors import Cursor


class Notes:
    """A provider that writes each session as one JSON document, and writes all of it again on a change."""

    NAME = "notes"
    STORAGE: Storage = "rewritten"
    PARSER_VERSION = 1
    OTHER_FOLDERS: frozenset[str] = frozenset()

    def roots(self, home: Path, environ: dict[str, str]) -> list[Path]:
        return [home / ".notes"]

    def find_files(self, root: Path) -> Iterator[tuple[str, int, int, int]]:
        for path in sorted(root.glob("*.json")):
            found = path.lstat()
            yield str(path), found.st_ino, found.st_size, found.st_mtime_ns

    def is_session(self, path: str) -> bool:
        return path.endswith(".json")

    def parse(self, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
        assert (offset, state) == (0, {}), "a rewritten file is parsed as a whole"
        parsed, name = nothing({}), Path(path).stem
        for number, at in enumerate(json.loads(chunk)):
            parsed.sessions.append(Session(name, at, None, None, None, None))
            key = key64("notes", name, number)
            counts: tuple[Any, ...] = (1, False, False, None, None, None, 0)
            parsed.messages.append(Message(name, None, key, at, 0, "user", True, *counts, 0))
        return parsed


class WholeFile:
    """A reader for rewritten files: unless the content is the same, the whole file is parsed."""

    def read(self, run: IngestRun, source: Source, path: str, deadline: float | None) -> int:
        found, data, now = Path(path).stat(), Path(path).read_bytes(), clock.now_ms()
        digest = blake2b(data, digest_size=8).digest()
        with run.step(len(data)):
            cursor = cursors.find(run.connection, source.NAME, paths.storable(path))
            if cursor is None or cursor.head_hash != digest:
                cursor = cursors.start(run.connection, source.NAME, paths.storable(path), now)
                parsed = source.parse(data, 0, path, {})
                run.writer.write(source.NAME, cursor.source_id, parsed, now)
            after = cursor._replace(
                inode=found.st_ino,
                byte_size=found.st_size,
                mtime_ns=found.st_mtime_ns,
                head_hash=digest,
                parser_version=source.PARSER_VERSION,
            )
            cursors.advance(run.connection, after, now)
        return len(data)

    def still_holds(self, cursor: Cursor) -> bool:
        place = Path(cursor.source_path)
        data = place.read_bytes() if place.exists() else b""
        return blake2b(data, digest_size=8).digest() == cursor.head_hash


NOTES = Notes()


@pytest.fixture
def notes(home: Path) -> Iterator[Path]:
    """The folder of a registered provider with a registered reader."""
    SOURCES.append(NOTES)
    READERS["rewritten"] = WholeFile()
    folder = home / ".notes"
    folder.mkdir()
    yield folder
    del READERS["rewritten"]
    SOURCES.remove(NOTES)


def _prompts() -> list[tuple[str, int]]:
    """(session, number of prompts): each prompt of these tests has one word."""
    query = "SELECT session_id, user_word_count FROM event_session_productivity ORDER BY 1"
    return [(row["session_id"], row["user_word_count"]) for row in select(query)]


def test_a_registered_source_is_read_by_the_reader_of_its_storage(notes: Path) -> None:
    (notes / "a.json").write_text("[1700000000000]")
    (notes / "b.json").write_text("[1700000000000, 1700000060000]")
    assert ingest().file_count == 2
    assert _prompts() == [("a", 1), ("b", 2)]
    assert ingest().file_count == 0

    (notes / "a.json").write_text("[1700000000000, 1700000060000, 1700000120000]")
    (notes / "b.json").unlink()
    assert ingest().file_count == 1
    assert _prompts() == [("a", 3), ("b", 2)]
    missing = select("SELECT source_path, is_missing FROM ingest_cursor ORDER BY 1")
    assert [row["is_missing"] for row in missing] == [0, 1]
    assert_consistent()


def test_a_raised_version_deletes_the_facts_of_files_that_are_as_they_were(notes: Path) -> None:
    for name in ("a", "b", "c"):
        (notes / f"{name}.json").write_text("[1700000000000, 1700000060000]")
    ingest()
    (notes / "b.json").write_text("[1700000120000]")
    (notes / "c.json").unlink()
    with closing(catch_up.open_database()) as connection:
        connection.execute("UPDATE ingest_cursor SET parser_version = 0")
        connection.execute("UPDATE fact_session_message SET word_count = 5")

    ingest()

    assert _prompts() == [("a", 2), ("b", 6), ("c", 10)]
    assert_consistent()


def test_the_daemon_reads_it_by_the_same_seam(notes: Path) -> None:
    path = notes / "a.json"
    path.write_text("[1700000000000]")
    with closing(catch_up.open_database()) as connection:
        run = IngestRun(connection)
        assert read_session(run, NOTES, str(path), clock.monotonic() + 60)
        path.write_text("[1700000000000, 1700000060000]")
        assert read_session(run, NOTES, str(path), clock.monotonic() + 60)
        run.flush()
    assert _prompts() == [("a", 2)]


def test_a_file_that_cannot_be_read_is_a_problem_of_its_source(notes: Path) -> None:
    (notes / "a.json").symlink_to("nowhere")
    assert ingest().file_count == 1
    (problem,) = select("SELECT reason FROM ingest_problem")
    assert problem["reason"] == "cannot be read: No such file or directory"


def test_a_source_without_a_reader_is_named_with_the_place_to_add_one() -> None:
    with pytest.raises(LookupError, match=r"notes .* 'rewritten', .*readers\.registry.*: append"):
        reader_of(NOTES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.NAME)
def test_every_provider_has_a_reader(source: Source) -> None:
    assert reader_of(source)

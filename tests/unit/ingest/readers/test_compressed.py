"""Rollouts that Codex has compressed, alone and beside their plain form."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import zstandard

from aea.ingest.readers import append, compressed
from tests.support.database import assert_consistent, ingest, select
from tests.support.sessions import CodexSession

if TYPE_CHECKING:
    from pathlib import Path

ID = "0197b001-1000-7000-8000-0000000000a1"


def _session() -> CodexSession:
    return CodexSession(ID).prompt("please change it").say("on it", 20).say("done", 30)


def _squeeze(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def _twin(path: Path) -> Path:
    return path.with_name(f"{path.name}.zst")


def _outputs() -> list[int]:
    rows = select("SELECT output_tokens AS n FROM fact_session_usage ORDER BY 1")
    return [row["n"] for row in rows]


def _problems() -> list[str]:
    return [row["reason"] for row in select("SELECT reason FROM ingest_problem")]


def test_a_compressed_rollout_is_read(home: Path) -> None:
    path = _session().write(home)
    _twin(path).write_bytes(_squeeze(path.read_bytes()))
    path.unlink()

    assert ingest().file_count == 1
    assert ingest().file_count == 0
    assert (_outputs(), _problems()) == ([20, 30], [])
    assert select("SELECT source_path AS p FROM ingest_cursor")[0]["p"] == str(path)
    assert_consistent()


def test_the_two_forms_of_a_rollout_are_one_source_in_any_order(home: Path) -> None:
    session = _session()
    path = session.write(home)
    ingest()

    _twin(path).write_bytes(_squeeze(session.data()))
    assert ingest().byte_count == 0  # both are there
    path.unlink()
    assert ingest().byte_count == 0  # compressed: nothing new
    session.prompt("and now?").say("more", 40)
    _twin(path).unlink()
    session.write(home)
    ingest()  # restored, resumed
    path.unlink()
    _twin(path).write_bytes(_squeeze(session.data()))
    ingest()  # compressed again

    assert (_outputs(), _problems()) == ([20, 30, 40], [])
    assert select("SELECT count(*) AS n, sum(is_missing) AS m FROM ingest_cursor")[0] == {
        "n": 1,
        "m": 0,
    }
    assert_consistent()


def test_frames_that_are_appended_are_read(home: Path) -> None:
    session = _session()
    path = session.write(home)
    half = session.data().index(b"\n", len(session.data()) // 2) + 1
    first, second = session.data()[:half], session.data()[half:]
    path.unlink()
    _twin(path).write_bytes(_squeeze(first))
    ingest()
    _twin(path).write_bytes(_squeeze(first) + _squeeze(second))
    ingest()

    assert (_outputs(), _problems()) == ([20, 30], [])
    assert_consistent()


@pytest.mark.parametrize("damage", ["torn", "flipped", "no zstd"])
def test_damaged_data_is_a_problem_until_it_is_whole(home: Path, damage: str) -> None:
    path = _session().write(home)
    whole = _squeeze(path.read_bytes())
    path.unlink()
    bad = {"torn": whole[:-9], "flipped": whole[:60] + b"\xff" * 9, "no zstd": b"{}\n"}[damage]
    _twin(path).write_bytes(bad)
    ingest()
    (reason,) = _problems()
    assert "compressed data" in reason

    _twin(path).write_bytes(whole)
    ingest()
    assert (_outputs(), _problems()) == ([20, 30], [])
    assert_consistent()


def test_a_torn_file_takes_nothing_away(home: Path) -> None:
    path = _session().write(home)
    data = path.read_bytes()
    ingest()
    path.unlink()
    _twin(path).write_bytes(_squeeze(data)[:-20])
    ingest()
    assert len(_problems()) == 1
    _twin(path).write_bytes(_squeeze(data))
    assert ingest().byte_count == 0
    assert (_outputs(), _problems()) == ([20, 30], [])


def test_a_large_file_is_read_in_steps(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append, "CHUNK_BYTES", 3_000)
    session = CodexSession(ID).prompt("go")
    for number in range(200):
        session.say("x" * (number * 7), 1000 + number)
    path = session.write(home)
    _twin(path).write_bytes(_squeeze(path.read_bytes()))
    path.unlink()

    steps = 0
    while ingest(budget_seconds=0.0).byte_count:
        steps += 1
    assert steps > 20
    assert _outputs() == [1000 + number for number in range(200)]
    assert_consistent()


def test_a_few_bytes_that_stand_for_gigabytes_are_bounded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed, "LIMIT_BYTES", 1_000_000)
    path = _session().write(home)
    _twin(path).write_bytes(_squeeze(path.read_bytes()) + _squeeze(b" " * 50_000_000))
    path.unlink()
    ingest()
    assert _problems() == ["decodes to more than 1000000 bytes: the rest is not read"]
    assert _outputs() == [20, 30]


def test_a_link_in_its_place_is_not_followed(home: Path) -> None:
    path = _session().write(home)
    (home / "outside.zst").write_bytes(_squeeze(path.read_bytes()))
    path.unlink()
    os.symlink(home / "outside.zst", _twin(path))
    ingest()
    assert _outputs() == []

"""Replayed writes stand where a real file has them, whatever the order of inserts and removals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aea.pipeline.attribution.model import Owner, Write
from aea.pipeline.attribution.replay import replay
from tests.support.lines import hashes, write


@given(st.data())
def test_positions_are_those_of_the_edited_list(data: st.DataObject) -> None:
    file = [f"old line {number}" for number in range(data.draw(st.integers(0, 8)))]
    writes: list[Write] = []
    for key in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(file)))
        stop = data.draw(st.integers(start, len(file)))
        fresh = [f"write {key} line {step}" for step in range(data.draw(st.integers(0, 4)))]
        writes.append(
            Write(
                change_key=key,
                owner=Owner(1, None),
                occurred_at=key,
                file_id=1,
                is_whole=False,
                added=hashes("".join(f"{line}\n" for line in fresh)),
                removed=hashes("".join(f"{line}\n" for line in file[start:stop])),
                added_at=tuple(range(start + 1, start + 1 + len(fresh))),
                removed_at=tuple(range(start + 1, stop + 1)),
            )
        )
        file[start:stop] = fresh
    state = replay(enumerate(writes))
    names = {number: line for number, line in enumerate(file, 1) if line.startswith("write")}
    assert {n: f"write {s} line {p}" for n, (s, p) in state.list_present().items()} == names
    gone = sum(len(write.added) for write in writes) - len(names)
    assert len(state.removed) == gone


def test_a_file_written_anew_forgets_all() -> None:
    state = replay(
        [
            (0, write(1, "alpha = 1\n", line=1)),
            (1, write(2, "beta = 2\n", line=1, is_whole=True)),
        ]
    )
    assert state.list_present() == {1: (1, 0)}
    assert state.removed == {(0, 0)}


def test_without_line_numbers_the_agreeing_block_goes() -> None:
    first = write(1, "open()\nread_all()\nopen()\nwrite_all()\n")
    state = replay([(0, first), (1, write(2, "", "open()\nread_all()\n"))])
    assert state.removed == {(0, 0), (0, 1)}

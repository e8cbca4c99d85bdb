"""Blocks with the same words in other lines."""

from __future__ import annotations

from aea.pipeline.attribution.reflow import Block, find_equal_blocks
from tests.support.lines import hashes

BROKEN = "call(\n    first,\n    second,\n)\n"
JOINED = "call(first, second)\n"


def test_broken_and_joined_lines_are_equal_blocks() -> None:
    assert list(find_equal_blocks(hashes(BROKEN), hashes(JOINED))) == [Block(0, 4, 0, 1)]
    assert list(find_equal_blocks(hashes(JOINED), hashes(BROKEN))) == [Block(0, 1, 0, 4)]


def test_each_block_begins_where_the_last_one_ends() -> None:
    new, old = hashes("alpha = 1\n" + BROKEN), hashes("alpha = 1\n" + JOINED)
    assert list(find_equal_blocks(new, old)) == [Block(0, 1, 0, 1), Block(1, 5, 1, 2)]


def test_other_words_and_trivial_lines_are_no_block() -> None:
    assert list(find_equal_blocks(hashes(BROKEN), hashes("call(first, third)\n"))) == []
    assert list(find_equal_blocks(hashes("}\n"), hashes("}\n"))) == []


def test_long_texts_are_not_compared() -> None:
    text = hashes("".join(f"value_{number} = {number}\n" for number in range(41)))
    assert list(find_equal_blocks(text, text)) == []

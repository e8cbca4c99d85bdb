"""Only the sources of a notebook are lines, in any layout."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aea.forms import located_lines, written_lines, written_part

CELLS = [
    {
        "cell_type": "code",
        "execution_count": 3,
        "metadata": {"source": "no line"},
        "outputs": [{"output_type": "stream", "text": ["out\n"], "source": ["no line"]}],
        "source": ['import "x"\n', "é = 1\n", "last"],
    },
    {"cell_type": "markdown", "attachments": {"a": {"image/png": "zz"}}, "source": "# T\n\ntext"},
    {"cell_type": "code", "source": []},
    {"cell_type": "raw", "source": ["one"]},
]
BOOK = {"cells": CELLS, "metadata": {"source": "no line"}, "nbformat": 4}
LINES = ['import "x"', "é = 1", "last", "# T", "", "text", "one"]


@pytest.mark.parametrize(
    "layout",
    [{"indent": 1}, {}, {"separators": (",", ":")}, {"indent": 4, "ensure_ascii": False}],
)
def test_every_layout_holds_the_same_lines(layout: dict[str, Any]) -> None:
    stored = json.dumps(BOOK, **layout)
    assert written_lines("n.ipynb", stored) == [line.encode() for line in LINES]
    assert written_lines("N.IPYNB", stored.encode()) == [line.encode() for line in LINES]


def test_notebooks_of_format_3() -> None:
    cells = [{"cell_type": "code", "input": ["a\n", "b"], "outputs": [{"input": ["no"]}]}]
    book = {"worksheets": [{"cells": [*cells, {"cell_type": "markdown", "source": ["m"]}]}]}
    assert written_lines("n.ipynb", json.dumps(book, indent=2)) == [b"a", b"b", b"m"]


def test_lines_know_where_they_are_stored() -> None:
    stored = json.dumps(BOOK, indent=1)
    shown = stored.split("\n")
    for line in located_lines("n.ipynb", stored)[:3]:
        assert (
            json.loads(shown[line.number - 1].strip().removesuffix(","))
            .encode()
            .startswith(line.text)
        )


@pytest.mark.parametrize(
    "stored", ["", "no json", '{"cells": [{"source": ["a', "]]}}", '{"cells": 1}']
)
def test_a_damaged_notebook_is_no_error(stored: str) -> None:
    assert written_lines("n.ipynb", stored) == []


def test_a_part_of_a_notebook_holds_its_texts() -> None:
    part = [b'    "import x\\n",', b'   "source": [', b'  "source": "a\\nb",', b'  "id": "c",']
    assert written_part("n.ipynb", part) == [b"import x", b"a", b"b"]
    assert written_part("n.py", part) == part

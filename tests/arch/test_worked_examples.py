"""The worked examples of docs/metrics.md are computed by the metrics themselves."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from aea.ingest.catch_up import open_database
from aea.reports import metric_text, query
from aea.store.engine import metrics

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "metrics.md").read_text()
_EXAMPLE = re.compile(
    r"<!-- example of (?P<names>[\w, ]+?)(?: as of (?P<day>[\d-]+))?: (?P<columns>[\w, ]+) -->\n\n"
    r"\|.*\n\|[-|]+\n(?P<rows>(?:\|.*\n)+)(?P<text>(?:(?!^#|^<!--)[\s\S])*)",
    re.MULTILINE,
)
_WORDS = {"yes": 1, "no": 0, "-": None}


class Example(NamedTuple):
    """One table of the page for one metric."""

    name: str
    day: str
    rows: list[dict[str, object]]
    text: str  # below the table


def _examples() -> list[Example]:
    found = []
    for match in _EXAMPLE.finditer(PAGE):
        columns = match["columns"].split(", ")
        rows = []
        for line in match["rows"].splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")][1:]
            values = [_WORDS[cell] if cell in _WORDS else _number(cell) for cell in cells]
            rows.append(dict(zip(columns, values, strict=True)))
        day = match["day"] or "9999"
        found += [Example(name, day, rows, match["text"]) for name in match["names"].split(", ")]
    return found


def _number(cell: str) -> object:
    return float(cell) if re.fullmatch(r"[\d.]+", cell) else cell


@pytest.mark.parametrize("example", _examples(), ids=lambda example: example.name)
def test_the_result_is_that_of_the_metric(example: Example) -> None:
    metric = metrics.find(example.name)
    statement = metrics.expand(
        f"SELECT\n    {{rates: {metric.name}}}\nFROM (SELECT\n    {{sums: {metric.name}}}\n"
        f"FROM {{ranked: {metric.name} FROM example}})"
    )
    with closing(open_database()) as connection:
        connection.execute(
            f"CREATE TEMP TABLE example AS SELECT *, 1 AS weight, '' AS as_of FROM {metric.base}"
            " WHERE 0"
        )
        for row in example.rows:
            values = {"weight": 1, "as_of": example.day} | row
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(
                f"INSERT INTO example ({', '.join(values)}) VALUES ({marks})", values
            )
        (row,) = query.select(connection, statement)

    value = metric_text.value(metric, row).rstrip("*")
    expected = value if metric.level else f"{metric_text.parts(metric, row)} = {value}"
    assert f"**{expected}**" in example.text


def test_every_metric_is_explained_by_an_example_and_its_statistic() -> None:
    examples = {example.name for example in _examples()}
    sections = PAGE.split("\n### ")
    for metric in metrics.list_metrics():
        assert metric.name in examples
        (section,) = [text for text in sections if f"`{metric.name}`" in text.split("<!--")[0]]
        assert section.startswith(metric.label.replace(", others", "")), metric.name

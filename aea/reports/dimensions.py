"""Dimensions: sql/dimension defines each thing that a report can be grouped by, once.

A dimension computes the key of a row from the columns that every report gives its rows: `repository`, `provider`,
`model_name`, `branch_name`, `task_key`, `author` and `happened_at`, as far as the report has them. It may name
another dimension in braces. A report says in marks where the dimension goes:

    {group_repository}   the repository of a key that belongs to one, else NULL
    {group_key}          the key, or (unknown) if it is NULL
    {group_order}        what the groups are sorted by before the report's own order

A report that is not grouped has NULL in place of the first two.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from aea.store.engine import sqlfiles


class Dimension(NamedTuple):
    """One file of sql/dimension; the expressions are over one row of a report."""

    name: str
    title: str
    reports: tuple[str, ...]
    repository: str
    key: str
    order: str  # expressions over group_key, one a line; empty: the report's own order


@cache
def list_dimensions() -> tuple[Dimension, ...]:
    """Every dimension, by name."""
    return tuple(_parse(file) for file in sqlfiles.list_layer("dimension"))


def names_of(report: str) -> tuple[str, ...]:
    """What a report can be grouped by."""
    return tuple(found.name for found in list_dimensions() if report in found.reports)


@cache
def find(name: str) -> Dimension:
    """One dimension."""
    return _parse(sqlfiles.read("dimension", name))


def _parse(file: sqlfiles.SqlFile) -> Dimension:
    reports = tuple(file.header("reports").split(", "))
    body = file.text.partition("\nSELECT\n")[2].removesuffix(";\n")
    columns, _, order = body.partition("\nORDER BY\n")
    repository, _, key = columns.partition(" AS group_repository,\n")
    assert key.endswith(" AS group_key"), f"sql/dimension/{file.name}.sql selects something else"
    key = key.removesuffix(" AS group_key")
    return Dimension(
        file.name, file.header("title"), reports, repository.strip(), key.strip(), order
    )


def expand(text: str, group_by: str) -> str:
    """A report with its marks replaced by the dimension that it is grouped by."""
    dimension = find(group_by)
    key = f"coalesce({_key(dimension)}, '(unknown)')"
    text = text.replace("    {group_order}\n", dimension.order and f"{dimension.order},\n")
    text = text.replace("{group_repository}", f"{dimension.repository} AS group_repository")
    return text.replace("{group_key}", f"{key} AS group_key")


def _key(dimension: Dimension) -> str:
    """The expression, with that of another dimension in place of its name."""
    before, opened, rest = dimension.key.partition("{")
    name, _, after = rest.partition("}")
    return f"{before}{_key(find(name))}{after}" if opened else before

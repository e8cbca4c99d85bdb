"""Metrics: each is defined once, in sql/metric; views and reports are made of these definitions.

A metric is a ratio of sums over the rows of a base view: of each row a numerator, a denominator and the
instant from which the row counts. A row with either of them unknown is in neither sum. Where a view or a
report says `{sums: NAMES}`, `{rates: NAMES}` or `{ratios: NAMES}` (rates that know no sample), the columns
of these metrics are put; a name is a metric's or a report's. The rows that are summed have, beside the columns of the base view, `weight` (1, or the part
that falls to the group) and `asked_at` (the instant of the question, UTC text).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import sqlfiles, triggers

if TYPE_CHECKING:
    from aea.store.engine.sqlfiles import SqlFile

SMALL_SAMPLE = 5
_BODY = re.compile(
    r"SELECT\n    (?P<numerator>.+) AS numerator,\n    (?P<denominator>.+) AS denominator,\n"
    r"    (?P<counts_from>.+) AS counts_from\nFROM (?P<base>\w+);\n$"
)
_MARK = re.compile(r"^( *)\{(sums|rates|ratios): ([\w, ]*)\}", re.MULTILINE)
_SMALL_SAMPLE = "{small_sample}"


class Metric(NamedTuple):
    """One file of sql/metric; the three expressions are over one row of the base view."""

    name: str
    title: str
    report: str  # delivery, quality, sessions, productivity
    unit: str  # share, count, minutes, hours
    better: str  # higher, lower, neither
    numerator: str
    denominator: str
    counts_from: str
    base: str

    @property
    def can_be_immature(self) -> bool:
        """Whether a row counts only after a window has passed."""
        return self.counts_from != "''"


@cache
def list_metrics() -> tuple[Metric, ...]:
    """Every metric, by name."""
    return tuple(_parse(file) for file in sqlfiles.list_layer("metric"))


def of_report(report: str) -> tuple[Metric, ...]:
    """The metrics of one report."""
    return tuple(metric for metric in list_metrics() if metric.report == report)


def _parse(file: SqlFile) -> Metric:
    body = _BODY.search(file.text)
    assert body is not None, f"sql/metric/{file.name}.sql has another form than the others"
    heads = [file.header(field) for field in ("title", "report", "unit", "better")]
    return Metric(file.name, *heads, *body.group("numerator", "denominator", "counts_from", "base"))


def expand(text: str, report: str = "") -> str:
    """A view or report with its metrics put in; where it names none, they are those of `report`."""

    def columns(mark: re.Match[str]) -> str:
        indent, kind, names = mark.groups()
        make = {"sums": _sums, "rates": _rates, "ratios": _ratios}[kind]
        lines = [line for metric in _named(names or report) for line in make(metric)]
        return ",\n".join(indent + line for line in lines)

    return _MARK.sub(columns, text).replace(_SMALL_SAMPLE, str(SMALL_SAMPLE))


def _named(names: str) -> list[Metric]:
    wanted = names.replace(",", " ").split()
    found = [m for name in wanted for m in list_metrics() if name in {m.name, m.report}]
    assert len(found) >= len(wanted), f"no metric is called {names}"
    return found


def _sums(metric: Metric) -> list[str]:
    """Rows that do not count yet add 0: what is too young is over nothing, not unknown."""
    numerator, denominator, name = f"({metric.numerator})", f"({metric.denominator})", metric.name
    known = f"FILTER (WHERE {numerator} + {denominator} IS NOT NULL)"
    old = f" * (coalesce({metric.counts_from}, '') <= asked_at)" if metric.can_be_immature else ""
    columns = [
        f"sum(weight * {numerator}{old}) {known} AS {name}_numerator",
        f"sum(weight * {denominator}{old}) {known} AS {name}_denominator",
        f"sum(({denominator} > 0){old}) {known} AS {name}_sample_count",
    ]
    if metric.can_be_immature:
        young = f"({denominator} > 0) * ({metric.counts_from} > asked_at)"
        columns.append(f"sum({young}) {known} AS {name}_immature_count")
    return columns


def _ratios(metric: Metric) -> list[str]:
    name = metric.name
    ratio = f"{name}_numerator * 1.0 / nullif({name}_denominator, 0) AS {name}"
    return [ratio, f"{name}_numerator", f"{name}_denominator"]


def _rates(metric: Metric) -> list[str]:
    name = metric.name
    small = f"coalesce({name}_sample_count, 0) < {SMALL_SAMPLE} AS {name}_is_small_sample"
    columns = [*_ratios(metric), small]
    if metric.can_be_immature:
        columns.append(f"coalesce({name}_immature_count, 0) AS {name}_immature_count")
    return columns


def definitions() -> dict[str, list[SqlFile]]:
    """Everything that is created again when a file changes, by layer; views with their metrics, then triggers."""
    folders = {"derived": ("derived", "dirty"), "event": ("build", "event"), "view": ("view",)}
    files = {
        layer: [
            file._replace(text=expand(file.text))
            for name in names
            for file in sqlfiles.list_layer(name)
        ]
        for layer, names in folders.items()
    }
    for layer in ("derived", "event"):
        files[layer].append(triggers.make(layer))
    return files

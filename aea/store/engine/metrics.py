"""Metrics: sql/metric defines each once, as one statistic over the rows of a view.

A `ratio` gives each row a numerator and a denominator and divides their sums. A `mean`, `median` or `percentile N`
gives each row one value. A row whose value (or either part) is NULL is not counted, nor is one whose
`counts_from` is later than `as_of`: its window is still open.

A view or report names its metrics in marks; a name is a metric's or a report's:

    {sums: NAMES}                        the aggregates of a group, one level above the rows
    {rates: NAMES}                       the columns that readers see, one level above the sums
    {ranked: NAMES FROM ROWS BY KEYS}    the rows, with what medians and percentiles of each group need

Besides the columns of the metric's view, the rows have `weight` (1, or the part that belongs to the group) and
`as_of` (UTC text). Medians are weighted: the value at which half of the weight is reached, the mean of
this value and the next one when a value ends at exactly one half. SQLite's own median() has no weights and is
missing in the libraries that other tools read our views with.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aea.store.engine import sqlfiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.sqlfiles import SqlFile

SMALL_SAMPLE = 5
REPORTS = ("delivery", "lead", "quality", "sessions", "productivity", "trouble")
_HEADS = ("title", "report", "statistic", "unit", "better")
_ROUNDING = 1e-9  # weights are fractions: half of 0.1 + 0.2 + 0.3 is met within this part


class Metric(NamedTuple):
    """One file of sql/metric; the expressions are over one row of its view."""

    name: str
    title: str
    report: str
    statistic: str  # ratio, mean, median, percentile N
    unit: str  # share, count, minutes, hours
    better: str  # higher, lower, neither
    numerator: str  # of a row; the value, unless the statistic is a ratio
    denominator: str  # of a row; 1 where there is a value, unless the statistic is a ratio
    counts_from: str
    base: str

    @property
    def can_be_immature(self) -> bool:
        """Whether a row counts only after its window has passed."""
        return self.counts_from != "''"

    @property
    def level(self) -> float | None:
        """The share of the weight at which the metric is read off; None for ratios and means."""
        if self.statistic == "median":
            return 0.5
        kind, _, number = self.statistic.partition(" ")
        return int(number) / 100 if kind == "percentile" else None

    @property
    def label(self) -> str:
        """The title with its statistic, as reports print it."""
        word = self.unit if self.statistic == "ratio" else self.statistic
        if self.level and word != "median":
            word = f"{word.split()[1]}th percentile"
        return self.title if self.title.lower().endswith(word) else f"{self.title} ({word})"


@cache
def list_metrics() -> tuple[Metric, ...]:
    """Every metric, by name."""
    return tuple(_parse(file) for file in sqlfiles.list_layer("metric"))


@cache
def of_report(report: str) -> tuple[Metric, ...]:
    """The metrics of one report, by name."""
    return tuple(metric for metric in list_metrics() if metric.report == report)


@cache
def find(name: str) -> Metric:
    """One metric; reads no other file, since `aea stats` waits for it."""
    try:
        return _parse(sqlfiles.read("metric", name))
    except FileNotFoundError:
        raise AssertionError(f"no metric is called {name}") from None


def _parse(file: SqlFile) -> Metric:
    """No regular expressions here and in expand: to compile them takes longer than to read every metric."""
    comments, _, statement = file.text.partition("\nSELECT\n    ")
    header = dict(line[3:].partition(": ")[::2] for line in comments.splitlines())
    title, report, statistic, unit, better = (header[field] for field in _HEADS)
    select, _, base = statement.partition("\nFROM ")
    columns = select.split(",\n    ")
    of = {name: expression for expression, _, name in (c.rpartition(" AS ") for c in columns)}
    wanted = ["numerator", "denominator"] if statistic == "ratio" else ["value"]
    assert [*wanted, "counts_from"] == list(of), (
        f"sql/metric/{file.name}.sql: a {statistic} of what?"
    )
    value = of.get("value", "")
    return Metric(
        file.name,
        title,
        report,
        statistic,
        unit,
        better,
        numerator=value or of["numerator"],
        denominator=f"({value}) IS NOT NULL" if value else of["denominator"],
        counts_from=of["counts_from"],
        base=base.removesuffix(";\n"),
    )


def expand(text: str, names: str = "") -> str:
    """A view or report with its marks replaced; a mark without names stands for `names`."""
    expanded, *rest = text.split("{")
    for part in rest:
        mark, _, after = part.partition("}")
        kind, _, argument = mark.partition(": ")
        if kind in _COLUMNS:
            separator = ",\n" + " " * (len(expanded) - len(expanded.rstrip(" ")))
            found = named(argument or names)
            expanded += separator.join(line for m in found for line in _COLUMNS[kind](m))
        elif kind == "ranked":
            expanded += _ranked(argument, names)
        else:
            expanded += _PLAIN[mark]
        expanded += after
    return expanded


def _ranked(argument: str, names: str) -> str:
    wanted, _, rows = argument.rpartition("FROM ")
    table, _, keys = rows.partition(" BY ")
    lines = [line for metric in named(wanted or names) for line in ranks(metric, keys)]
    return f"(SELECT *, {', '.join(lines)} FROM {table})" if lines else table


def named(names: str) -> list[Metric]:
    """Metrics by their names and those of reports: `churn, sessions`."""
    found: list[Metric] = []
    for name in names.replace(",", " ").split():
        found.extend(of_report(name) if name in REPORTS else (find(name),))
    return found


def ranks(metric: Metric, keys: str) -> Iterator[str]:
    """The weight of a group, and how much of it is reached with the value of each row."""
    if metric.level is not None:
        weight = f"sum(weight * ({_counted(metric)} IS NOT NULL))"
        group = f"PARTITION BY {keys} " if keys else ""
        yield f"{weight} OVER ({group}ORDER BY {_counted(metric)}) AS {metric.name}_reached"
        yield f"{weight} OVER ({group.rstrip()}) AS {metric.name}_total"


def _counted(metric: Metric) -> str:
    """The value of a row; NULL while its window is open."""
    if not metric.can_be_immature:
        return f"({metric.numerator})"
    return f"iif(coalesce({metric.counts_from}, '') <= as_of, {metric.numerator}, NULL)"


def sums(metric: Metric) -> list[str]:
    """The aggregates of a group over its ranked rows; a row whose window is open adds 0, not NULL."""
    numerator, denominator, name = f"({metric.numerator})", f"({metric.denominator})", metric.name
    known = f"FILTER (WHERE {numerator} + {denominator} IS NOT NULL)"
    old = f" * (coalesce({metric.counts_from}, '') <= as_of)" if metric.can_be_immature else ""
    columns = [
        f"sum(weight * {numerator}{old}) {known} AS {name}_numerator",
        f"sum(weight * {denominator}{old}) {known} AS {name}_denominator",
    ]
    if metric.level is not None:
        columns = [_percentile(metric, metric.level)]
    columns.append(f"sum(({denominator} > 0){old}) {known} AS {name}_sample_count")
    if metric.can_be_immature:
        young = f"({denominator} > 0) * ({metric.counts_from} > as_of)"
        columns.append(f"sum({young}) {known} AS {name}_immature_count")
    return columns


def _percentile(metric: Metric, level: float) -> str:
    """The mean of the first value that reaches the level and the first that passes it: mostly one value."""
    value, reached, total = _counted(metric), f"{metric.name}_reached", f"{metric.name}_total"
    first = f"min({value}) FILTER (WHERE {reached} >= {level * (1 - _ROUNDING)!r} * {total})"
    passed = f"min({value}) FILTER (WHERE {reached} > {level * (1 + _ROUNDING)!r} * {total})"
    return f"({first} + {passed}) / 2.0 AS {metric.name}"


def rates(metric: Metric) -> list[str]:
    """The columns of a metric as readers see them, over the columns of its sums."""
    name = metric.name
    columns = [
        f"{name}_numerator * 1.0 / nullif({name}_denominator, 0) AS {name}",
        f"{name}_numerator",
        f"{name}_denominator",
    ]
    if metric.level is not None:
        columns = [name]
    columns += [
        f"coalesce({name}_sample_count, 0) AS {name}_sample_count",
        f"coalesce({name}_sample_count, 0) < {SMALL_SAMPLE} AS {name}_is_small_sample",
    ]
    if metric.can_be_immature:
        columns.append(f"coalesce({name}_immature_count, 0) AS {name}_immature_count")
    return columns


_COLUMNS = {"sums": sums, "rates": rates}
_PLAIN = {
    "small_sample": str(SMALL_SAMPLE),
    # left by a report that is not grouped, see aea/reports/dimensions.py
    "group_repository": "NULL AS group_repository",
    "group_key": "NULL AS group_key",
    "group_order": "",
}


def definitions() -> dict[str, list[SqlFile]]:
    """Everything that is created again when a file changes, by layer; views with their metrics, then triggers."""
    from aea.store.engine import triggers  # 1 ms: only when definitions may have changed

    folders = {"derived": ("derived", "dirty"), "event": ("build", "event"), "view": ("view",)}
    files = {
        layer: [
            file._replace(text=expand(file.text))
            for name in names
            for file in sqlfiles.list_layer(name)
        ]
        for layer, names in folders.items()
    }
    files["event"] += [triggers.make_waiting(), triggers.make("derived", "event")]
    return files

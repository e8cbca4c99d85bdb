"""Metrics in the SQL that names them, and their statistics against a reckoning in Python."""

from __future__ import annotations

import random
import statistics
from typing import TYPE_CHECKING

import apsw
import pytest

from aea.store.engine import metrics, sqlfiles
from aea.store.engine.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection

MINUTES = Metric(
    "wait", "Wait", "sessions", "median", "minutes", "lower",
    numerator="minutes", denominator="(minutes) IS NOT NULL", counts_from="''", base="work",
)  # fmt: skip


@pytest.fixture
def connection() -> Iterator[Connection]:
    opened = apsw.Connection(":memory:")
    opened.execute("CREATE TABLE work (team, minutes, weight, as_of, due_at)")
    yield opened
    opened.close()


def _wait(
    connection: Connection, metric: Metric, keys: str | None = None
) -> list[tuple[object, ...]]:
    """The columns of the metric, by the SQL that a report is made of."""
    ranked = ", ".join(["*", *metrics.ranks(metric, keys)])
    head, group = (f"{keys}, ", f"GROUP BY {keys}") if keys else ("", "")
    return connection.execute(
        f"SELECT {head}{', '.join(metrics.rates(metric))} FROM (SELECT {head}"
        f"{', '.join(metrics.sums(metric))} FROM (SELECT {ranked} FROM work) {group})"
    ).fetchall()


def _fill(connection: Connection, rows: list[tuple[object, ...]]) -> None:
    connection.execute("DELETE FROM work")
    connection.executemany("INSERT INTO work VALUES (?, ?, ?, '2026-04-01', ?)", rows)


def _percentile(values: list[float], percent: int) -> float:
    """The mean of the two values around the place, which fall together unless it is a whole number."""
    ordered, place = sorted(values), len(values) * percent
    upper = ordered[place // 100]
    return upper if place % 100 else (ordered[place // 100 - 1] + upper) / 2


@pytest.mark.parametrize("seed", range(20))
def test_a_weighted_percentile_is_that_of_each_value_as_often_as_it_weighs(
    seed: int, connection: Connection
) -> None:
    dice = random.Random(seed)
    rows = [
        (dice.choice("ab"), dice.choice([None, *range(12)]), dice.randint(1, 5))
        for _ in range(dice.randint(1, 30))
    ]
    _fill(connection, [(*row, None) for row in rows])

    for percent in (10, 50, 75, 90):
        metric = MINUTES._replace(statistic=f"percentile {percent}")
        found = {row[0]: row[1:3] for row in _wait(connection, metric, "team")}
        for team in {row[0] for row in rows}:
            values = [float(v) for t, v, w in rows if t == team and v is not None for _ in range(w)]
            count = sum(t == team and v is not None for t, v, _ in rows)
            expected = _percentile(values, percent) if values else None
            assert found[team] == (expected, count)
    everything = [float(v) for _, v, w in rows if v is not None for _ in range(w)]
    expected = statistics.median(everything) if everything else None
    assert _wait(connection, MINUTES)[0][0] == expected


def test_halves_of_fractions_are_met_in_spite_of_rounding(connection: Connection) -> None:
    _fill(connection, [("a", n, w, None) for n, w in ((1, 0.1), (2, 0.2), (4, 0.1), (9, 0.2))])
    assert _wait(connection, MINUTES)[0][0] == 3.0
    _fill(connection, [("a", 7.5, 1 / 3, None)])
    assert _wait(connection, MINUTES) == [(7.5, 1, 1)]
    _fill(connection, [])
    assert _wait(connection, MINUTES) == [(None, 0, 1)]


def test_a_value_whose_window_is_open_is_not_counted(connection: Connection) -> None:
    rows = [("a", 1, 1, "2026-03-01"), ("a", 5, 1, "2026-04-01"), ("a", 9, 1, "2026-05-01")]
    _fill(connection, rows)
    metric = MINUTES._replace(counts_from="due_at")
    assert _wait(connection, metric) == [(3.0, 2, 1, 1)]


def test_a_mean_is_weighted(connection: Connection) -> None:
    _fill(connection, [("a", 2, 3, None), ("a", 10, 1, None), ("a", None, 5, None)])
    assert _wait(connection, MINUTES._replace(statistic="mean"))[0][:4] == (4.0, 16, 4, 2)


def test_a_label_names_the_statistic_once() -> None:
    labels = [metrics.find(name).label for name in ("first_change", "churn", "ai_share", "prompts")]
    assert labels == [
        "First change (median)", "Churn (share)", "AI share", "Prompts per session (mean)",
    ]  # fmt: skip
    assert MINUTES._replace(statistic="percentile 90").label == "Wait (90th percentile)"


def test_a_mark_becomes_the_columns_of_the_metrics_it_names() -> None:
    assert metrics.expand("SELECT\n    {rates: revert}\nFROM x") == (
        "SELECT\n"
        "    revert_numerator * 1.0 / nullif(revert_denominator, 0) AS revert,\n"
        "    revert_numerator,\n"
        "    revert_denominator,\n"
        "    coalesce(revert_sample_count, 0) AS revert_sample_count,\n"
        "    coalesce(revert_sample_count, 0) < 5 AS revert_is_small_sample\n"
        "FROM x"
    )
    by_report = metrics.expand("  {rates: }", "quality")
    assert by_report == metrics.expand("  {rates: quality}")
    assert [line for line in by_report.splitlines() if line.endswith("AS churn,")]
    assert "  bug_after_merge_immature_count" not in metrics.expand("  {rates: revert}")


def test_rows_are_ranked_only_for_medians() -> None:
    assert metrics.expand("FROM {ranked: churn, revert FROM work BY a, b}") == "FROM work"
    ranked = metrics.expand("FROM {ranked: FROM work BY a, b} GROUP BY a, b", "lead_time")
    assert ranked.startswith("FROM (SELECT *, sum(weight * (")
    assert ranked.count("PARTITION BY a, b") == 2


def test_a_name_that_is_no_metric_is_met_when_views_are_made() -> None:
    with pytest.raises(AssertionError, match="no metric is called moon"):
        metrics.expand("  {sums: churn, moon}")


def test_every_metric_is_of_a_report_and_of_a_known_statistic() -> None:
    for metric in metrics.list_metrics():
        assert metric.report in metrics.REPORTS
        assert metric.statistic in {"ratio", "mean"} or metric.level, metric.name


def test_no_mark_is_left_in_a_definition() -> None:
    texts = [file.text for files in metrics.definitions().values() for file in files]
    texts += [metrics.expand(file.text, "delivery") for file in sqlfiles.list_layer("report")]
    assert [
        text for text in texts if "{sums" in text or "{rates" in text or "{ranked" in text
    ] == []

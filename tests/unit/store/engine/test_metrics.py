"""Metrics in the SQL that names them."""

from __future__ import annotations

import pytest

from aea.store.engine import metrics


def test_a_mark_becomes_the_columns_of_the_metrics_it_names() -> None:
    assert metrics.expand("SELECT\n    {ratios: revert}\nFROM x") == (
        "SELECT\n"
        "    revert_numerator * 1.0 / nullif(revert_denominator, 0) AS revert,\n"
        "    revert_numerator,\n"
        "    revert_denominator\n"
        "FROM x"
    )
    by_report = metrics.expand("  {rates: }", "quality")
    assert by_report == metrics.expand("  {rates: quality}")
    assert [line for line in by_report.splitlines() if line.endswith("AS churn,")]
    assert "  bug_after_merge_immature_count" not in metrics.expand("  {rates: revert}")


def test_a_name_that_is_no_metric_is_met_when_views_are_made() -> None:
    with pytest.raises(AssertionError, match="no metric is called"):
        metrics.expand("  {sums: churn, moon}")


def test_no_mark_is_left_in_a_definition() -> None:
    assert not [
        file.name for files in metrics.definitions().values() for file in files if "{" in file.text
    ]

"""`aea why METRIC`: the rows that it lists are those that the metric is computed from."""

from __future__ import annotations

import json
import shlex
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

from aea.errors import AeaError
from aea.reports import adhoc_sql, why, why_number
from aea.store.engine import metrics
from tests.support import worlds

if TYPE_CHECKING:
    from aea.store.engine.metrics import Metric


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEA_NOW_MS", "1775001600000")  # 2026-04-01


@pytest.fixture(scope="session", params=metrics.list_metrics(), ids=lambda metric: metric.name)
def metric(request: pytest.FixtureRequest) -> Metric:
    found: Metric = request.param
    return found


def _explained(name: str) -> Any:
    return json.loads(why.show(name, 3, is_json=True))


def test_the_value_follows_from_the_rows(metric: Metric) -> None:
    write = worlds.write_sessions if "session" in metric.base else worlds.write_commits
    write()
    explained = _explained(metric.name)
    (value,) = explained["value"]
    program, _, statement = shlex.split(explained["commands"][0]["command"])
    rows = json.loads(adhoc_sql.sql(statement, "json"))

    assert program == "aea"
    assert rows[:3] == explained["rows"]
    if metric.statistic == "ratio":
        for part in ("numerator", "denominator"):
            assert sum(row[part] for row in rows) == pytest.approx(value[part] or 0)
    else:
        assert value["sample_count"] == len(rows)
        values = [row["value"] for row in rows]
        shown = _percentile(values, metric.level) if metric.level else sum(values) / len(values)
        assert value["value"].split()[0].rstrip("*") == f"{shown:.1f}"


def _percentile(values: list[float], level: float) -> float:
    """The mean of the two values around the place, which are one unless it is a whole number."""
    ordered, place = sorted(values), level * len(values)
    return (ordered[ceil(place) - 1] + ordered[int(place)]) / 2


def test_a_metric_is_explained_in_its_own_words() -> None:
    worlds.write_commits()
    text = why.show("Churn", 3, is_json=False)
    assert text.startswith("Churn (share)\n")
    for words in (
        "ratio: the sum of the numerators divided by the sum of the denominators",
        "AI lines of heavy commits that reached the mainline",
        "commits whose window is still open",
        "good below 0.15, watch up to 0.3, risk above that (aea settings churn_good, churn_watch)",
        "Now, in all projects",
        "aea show COMMIT",
    ):
        assert words in text
    (value,) = _explained("churn")["value"]
    assert value == {
        "value": "27%*", "numerator": 40, "denominator": 150, "sample_count": 2,
        "immature_count": 1, "status": "watch",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["first_change", "First change", "FIRST CHANGE (median)"])
def test_a_metric_is_found_by_name_and_title(name: str) -> None:
    fields = {row["field"]: row["text"] for row in _explained(name)["definition"]}
    assert (fields["metric"], fields["printed by"]) == ("first_change", "aea session report")


def test_prompts_are_a_count_and_a_metric() -> None:
    assert list(_explained("prompts")) == [
        "definition", "value", "rows", "commands", "count", "contributions",
    ]  # fmt: skip


def test_every_name_is_explained() -> None:
    for name in why_number.list_names():
        assert _explained(name)


@pytest.mark.parametrize(("name", "hint"), [("churns", "aea why churn"), ("moon", "one of ")])
def test_an_unknown_name_gets_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(AeaError, match="no number, session or commit") as error:
        _explained(name)
    assert error.value.hint.startswith(hint)

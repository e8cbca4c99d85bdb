"""`aea stats` says how much of the output is recorded, and estimates only when asked."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from io import StringIO
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from aea.cli.stats import command
from aea.ingest.run import IngestRun
from aea.store.engine import db
from tests.support.database import assert_consistent, ingest, select
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

WHEN = ("--all-projects", "--since", "2026-05-01", "--until", "2026-06-30")


def stats(*options: str) -> str:
    done = CliRunner().invoke(command, [*WHEN, *options])
    assert done.exit_code == 0, done.output
    return done.output


def cells(text: str) -> dict[str, str]:
    """The last column by the name of its line."""
    lines = [line for line in text.splitlines() if "  " in line.strip()]
    return {line.strip().split("  ")[0]: line.split("  ")[-1].strip() for line in lines}


def unfinished(home: Path) -> ClaudeSession:
    session = ClaudeSession("old").prompt("go on").say("x" * 100_000, 3).say("x" * 1000, 5)
    session.write(home)
    return session


def test_a_recorded_count_is_a_lower_bound(home: Path) -> None:
    unfinished(home)
    ingest()
    text = stats()
    shown = cells(text)
    assert (shown["output"], shown["Tokens"]) == ("≥ 8", "≥ 2214")
    assert "≥ 8 output, 100% of responses unfinished, about 33.3k estimated (--estimated)" in text


def test_the_estimate_takes_the_place_of_the_recorded_count(home: Path) -> None:
    unfinished(home)
    ingest()
    text = stats("--estimated")
    shown = cells(text)
    assert (shown["output"], shown["Tokens"]) == ("~33.3k", "~35.5k")
    assert "≥ 8 output, 100% of responses unfinished, about 33.3k estimated" in text
    assert "(--estimated)" not in text
    assert "~35.5k" in stats("--estimated", "--group-by", "model")
    assert "≥ 2214" in stats("--group-by", "model")


def test_final_counts_have_no_mark(home: Path) -> None:
    CodexSession("0197b001-1000-7000-8000-0000000000a1").prompt("go on").say("ok").write(home)
    ingest()
    assert select("SELECT unfinished_response_count AS n FROM event_session_usage") == [{"n": 0}]
    for options in ((), ("--estimated",)):
        text = stats(*options)
        assert not any(mark in text for mark in ("≥", "~", "unfinished"))
    recorded, estimated = cells(stats()), cells(stats("--estimated"))
    assert recorded == estimated


def test_json_and_csv_hold_both(home: Path) -> None:
    unfinished(home)
    ingest()
    row: dict[str, Any] = json.loads(stats("--json"))["rows"][0]
    assert (row["output_tokens"], row["estimated_output_tokens"]) == (8, 33_330)
    assert row["estimated_total_tokens"] - row["total_tokens"] == 33_330 - 8
    assert (row["unfinished_response_count"], row["unfinished_response_share"]) == (2, 1.0)
    assert (row["unknown_response_count"], row["is_output_lower_bound"]) == (0, 1)
    (line,) = csv.DictReader(StringIO(stats("--csv")))
    assert (line["output_tokens"], line["estimated_output_tokens"]) == ("8", "33330")


def _as_by_an_earlier_aea(where: str) -> None:
    with closing(db.open_writer()) as connection:
        run = IngestRun(connection)
        with run.transaction():
            connection.execute(
                "UPDATE fact_session_usage SET is_final = NULL, is_excerpt = NULL, text_characters = NULL,"
                f" thinking_characters = NULL, tool_input_characters = NULL WHERE {where}"
            ).fetchall()
            connection.execute("UPDATE ingest_cursor SET parser_version = 1").fetchall()


def test_what_an_earlier_aea_read_from_a_file_that_is_gone_stays_unknown(home: Path) -> None:
    unfinished(home)
    gone = ClaudeSession("gone").prompt("go on").say("x" * 1000, 7).write(home)
    ingest()
    gone.unlink()
    ingest()
    _as_by_an_earlier_aea("1")

    ingest()

    finality = "SELECT output_tokens AS o, is_final AS f FROM fact_session_usage ORDER BY 1"
    assert [tuple(row.values()) for row in select(finality)] == [(3, 0), (5, 0), (7, None)]
    event = (
        "SELECT unfinished_response_count AS n, unknown_response_count AS u,"
        " estimated_output_tokens AS e FROM event_session_usage WHERE session_id = 'gone'"
    )
    assert select(event) == [{"n": None, "u": 1, "e": None}]
    assert cells(stats())["output"] == "≥ 15"
    assert cells(stats("--estimated"))["output"] == "unknown"
    assert "1 responses from files that are gone may be unfinished, too" in stats()
    assert_consistent()


def test_when_nothing_is_known_nothing_is_said_to_be_finished(home: Path) -> None:
    gone = ClaudeSession("gone").prompt("go on").say("x" * 1000, 7).write(home)
    ingest()
    gone.unlink()
    ingest()
    _as_by_an_earlier_aea("1")
    ingest()
    row = json.loads(stats("--json"))["rows"][0]
    assert (row["unfinished_response_count"], row["unfinished_response_share"]) == (None, None)
    assert (row["unknown_response_count"], row["estimated_output_tokens"]) == (1, None)
    assert cells(stats())["output"] == "≥ 7"

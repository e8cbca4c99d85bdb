"""Commands as a person types them: real processes, real output, real exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from aea import paths
from aea.cli.main import COMMANDS
from aea.store.engine import db
from aea.store.engine.lock import writer_lock
from tests.support.daemons import aea_when_done
from tests.support.database import ingest
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession, CodexSession

ROOT = Path(__file__).resolve().parents[2]


def aea(*arguments: str, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one command."""
    return subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | extra,
        capture_output=True,
        text=True,
        check=False,
    )


def answer(*arguments: str, cwd: Path | None = None, **extra: str) -> Any:
    """The JSON that a command prints."""
    done = aea(*arguments, "--json", cwd=cwd, **extra)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def world(home: Path) -> Path:
    """A repository with two commits and three sessions, two of them in it."""
    repo = make_repo(home / "repo")
    repo.clock = START
    repo.change({"a.py": "x = 1\n"})
    repo.change({"a.py": "x = 2\n"})
    first = ClaudeSession("s1", cwd=str(repo.directory), branch="topic/ABC-12")
    first.prompt("change it").say("ok").edit(str(repo.directory / "a.py"), "x = 1", "x = 2\ny = 3")
    first.write(home)
    codex = CodexSession("0197b001-1000-7000-8000-0000000000a1", cwd=str(repo.directory))
    codex.prompt("explain").say("it is a variable").write(home)
    ClaudeSession("s3", cwd="/elsewhere/app").prompt("hello").say("hi", 7).write(home)
    ingest(directory=str(repo.directory))
    return repo.directory


PERIOD = ("--since", "2026-05-28", "--until", "2026-05-28")


def test_help_version_and_wrong_usage() -> None:
    without = aea()
    assert (without.returncode, "Commands" in without.stdout) == (0, True)
    assert without.stdout == aea("--help").stdout
    assert aea("--version").stdout.startswith("aea 0.")
    assert aea("nonsense").returncode == 2
    assert aea("stats", "--group-by", "moon").returncode == 2
    for name in ("stats", "ingest", "why", "hooks"):
        assert aea(name, "--help").returncode == 0


def test_stats_where_nothing_was_ever_used() -> None:
    done = aea_when_done("stats")

    assert done.returncode == 0, done.stderr
    assert "Up to date" in done.stdout
    assert [row["session_count"] for row in answer("stats")["rows"]] == [0, 0, 0]
    assert answer("stats")["rows"][0]["debug_loop"] is None


def test_stats_of_a_period_inside_a_repository_and_everywhere(world: Path) -> None:
    (inside,) = answer("stats", *PERIOD, cwd=world)["rows"]
    (everywhere,) = answer("stats", *PERIOD, "--all-projects", cwd=world)["rows"]

    assert (inside["session_count"], inside["prompt_count"], inside["commit_count"]) == (2, 2, 2)
    assert (inside["accepted_lines_added"], inside["accepted_lines_removed"]) == (2, 1)
    assert inside["output_tokens"] == 10 + 20 + 10
    assert (inside["no_output"], inside["no_output_numerator"]) == (0.5, 1)
    assert inside["no_output_is_small_sample"] == 1
    assert everywhere["session_count"] == 3
    assert everywhere["output_tokens"] == inside["output_tokens"] + 7


def test_the_last_day_is_included_and_zones_decide_what_a_day_is(world: Path) -> None:
    """The sessions begin at 20:26:40 UTC, which is already the 29th in Auckland."""

    def count(day: str, zone: str) -> int:
        options = ("--since", day, "--until", day, "--timezone", zone)
        return int(answer("stats", *options, cwd=world)["rows"][0]["session_count"])

    assert (count("2026-05-28", "UTC"), count("2026-05-29", "UTC")) == (2, 0)
    assert (count("2026-05-28", "Pacific/Auckland"), count("2026-05-29", "Pacific/Auckland")) == (
        0,
        2,
    )


@pytest.mark.parametrize(
    ("group", "keys"),
    [
        ("provider", ["(commits)", "claude_code", "codex"]),
        ("model", ["(commits)", "claude-opus-4-6", "gpt-5.2-codex"]),
        ("branch", ["(commits)", "main", "topic/ABC-12"]),
        ("day", ["2026-05-28"]),
        ("week", ["2026-05-25"]),
    ],
)
def test_groups(group: str, keys: list[str], world: Path) -> None:
    rows = answer("stats", *PERIOD, "--group-by", group, cwd=world)["rows"]

    found = [row["group_key"] for row in rows]
    assert found == keys or (group == "branch" and set(found) <= {*keys, "(unknown)"})
    assert sum(row["commit_count"] or 0 for row in rows) == 2
    assert sum(row["prompt_count"] for row in rows) == 2


def test_groups_by_repository_and_filters(world: Path) -> None:
    rows = answer("stats", *PERIOD, "--all-projects", "--group-by", "repo")["rows"]
    assert [row["group_key"] for row in rows] == ["(none)", f"dir:{world}"]

    (codex,) = answer("stats", *PERIOD, "--provider", "codex", "--all-projects")["rows"]
    (opus,) = answer("stats", *PERIOD, "--model", "claude-opus-4-6", "--all-projects")["rows"]
    (repo,) = answer("stats", *PERIOD, "--repo", str(world))["rows"]
    assert (codex["session_count"], opus["output_tokens"], repo["session_count"]) == (1, 37, 2)


def test_csv_has_the_rows_of_json(world: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(aea("stats", *PERIOD, "--csv", cwd=world).stdout)))

    assert [row["session_count"] for row in rows] == ["2"]
    assert list(rows[0]) == list(answer("stats", *PERIOD, cwd=world)["rows"][0])


def test_the_shape_of_json(world: Path) -> None:
    document = answer("stats", cwd=world)
    assert list(document) == ["repository", "time_zone", "group_by", "metrics", "rows", "trust"]
    assert (document["repository"], document["time_zone"]) == (f"dir:{world}", "UTC")
    assert [row["window"] for row in document["rows"]] == ["today", "7 days", "30 days"]
    assert document["trust"]["is_up_to_date"] is True


def test_a_new_line_and_a_commit_show_at_once(world: Path, home: Path) -> None:
    session = ClaudeSession("s9", cwd=str(world)).prompt("one more").say("thing", 1000)
    session.write(home)
    env = {"GIT_AUTHOR_DATE": f"{START + 900} +0000", "GIT_COMMITTER_DATE": f"{START + 900} +0000"}
    command = [
        "git",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "commit",
        "-q",
        "--allow-empty",
    ]
    subprocess.run([*command, "-m", "more"], cwd=world, env=os.environ | env, check=True)

    aea_when_done("stats", cwd=world)
    (row,) = answer("stats", *PERIOD, cwd=world)["rows"]
    assert (row["session_count"], row["commit_count"], row["output_tokens"]) == (3, 3, 1040)


def test_errors_are_a_line_and_a_hint(world: Path) -> None:
    for arguments, code, words in (
        (("stats", "--timezone", "Mars/Olympus"), 2, "no time zone 'Mars/Olympus'"),
        (("stats", "--since", "yesterday"), 2, "'yesterday' is not a date"),
        (("stats", "--until", "yesterday"), 2, "'yesterday' is not a date"),
        (("stats", "--until", "9999-12-31"), 2, "is not a supported date"),
        (("stats", "--since", "2026-05-29", "--until", "2026-05-28"), 2, "is after --until"),
        (("ingest", "--since", "0001-01-01"), 2, "is not a supported date"),
        (("stats", "--repo", "nowhere"), 1, "no repository 'nowhere' is known"),
        (("sql", "SELEC 1"), 1, "the query failed"),
        (("sql", "DELETE FROM fact_commit"), 1, "attempt to write a readonly database"),
        (("sql", "INSERT INTO metadata_calendar DEFAULT VALUES"), 1, "readonly database"),
        (("sql", "VACUUM INTO 'copy.db'"), 1, "the query failed"),
        (("sql", "PRAGMA query_only = 0; DELETE FROM fact_commit"), 1, "readonly database"),
        (("sql", ""), 2, "not one query"),
        (("sql", "SELECT 1, 2; SELECT 3"), 2, "not one query"),
        (("why", "zzz"), 1, "no number, session or commit is called"),
        (("why", "chrun"), 1, "Try: aea why churn"),
        (("repos", "alias", "relative/path", str(world)), 2, "not an absolute path"),
        (("repos", "alias", str(world), str(world)), 1, "work tree of its own repository"),
    ):
        done = aea(*arguments, cwd=world)
        assert done.returncode == code, (arguments, done.stderr)
        assert words in done.stderr
        assert "Try: " in done.stderr
        assert "Traceback" not in done.stderr


def test_sql_keeps_columns_of_one_name_and_a_header_without_rows(world: Path) -> None:
    query = "SELECT 1 AS a, 2 AS b, 3 AS a, x'ff00' AS bytes"
    assert answer("sql", query) == [{"a": 1, "b": 2, "a:1": 3, "bytes": "ff00"}]
    assert aea("sql", query, "--csv").stdout == "a,b,a:1,bytes\n1,2,3,ff00\n"
    assert aea("sql", "SELECT 1 AS a WHERE 0", "--csv").stdout == "a\n"


def test_sql_tables_session_and_repos(world: Path) -> None:
    assert answer("sql", "SELECT count(*) AS n FROM fact_commit") == [{"n": 2}]
    assert aea("sql", "SELECT 1 AS one, NULL AS nil").stdout.split() == ["one", "nil", "1"]
    assert {row["name"] for row in answer("tables")} >= {"fact_commit", "view_usage_by_day"}
    sessions = answer("session", "--all-projects")
    assert {row["session_id"] for row in sessions} >= {"s1", "s3"}
    repos = answer("repos")
    assert repos["repositories"][0]["commit_count"] == 2
    assert repos["unresolved_directories"] == [{"directory": "/elsewhere/app", "session_count": 1}]


def test_an_alias_moves_sessions(world: Path) -> None:
    done = aea("repos", "alias", "/elsewhere", str(world))

    assert done.returncode == 0, done.stderr
    assert "1 sessions" in done.stdout
    (row,) = answer("stats", *PERIOD, cwd=world)["rows"]
    assert row["session_count"] == 3
    assert aea("check").returncode == 0


def test_why_walks_down_to_source_bytes(world: Path) -> None:
    number = answer("why", "tokens")
    assert [row["step"] for row in number["count"]] == ["report", "event", "row", "fact"]
    session = answer("why", "s1")
    (fact, *_) = session["fact_session_message"]
    line = Path(fact["source_path"]).read_bytes()[fact["byte_offset"] :].split(b"\n")[0]
    assert b"change it" in line
    sha = answer("sql", "SELECT commit_sha FROM fact_commit ORDER BY occurred_at")[1]["commit_sha"]
    commit = answer("why", sha[:10])
    assert commit["fact_commit_file_change"][0]["file_path"] == "a.py"
    assert {row["new_sha"] for row in commit["fact_ref_update"] if row["old_sha"] != sha} == {sha}
    assert "fact_commit_rewrite" not in commit


def test_check_names_a_row_that_was_tampered_with_and_rebuild_repairs_it(world: Path) -> None:
    connection = db.open_writer()
    connection.execute("UPDATE event_session_usage SET output_tokens = 999 WHERE session_id = 's1'")
    connection.close()
    done = aea("check")

    assert done.returncode == 1
    assert "event_session_usage: claude_code s1 claude-opus-4-6 2026-05-28T20:15:00Z" in done.stdout
    assert aea("rebuild").returncode == 0
    assert aea("check").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats",),
        ("stats", "--json"),
        ("stats", "--group-by", "day"),
        ("session",),
        ("sql", "SELECT * FROM metadata_calendar"),
        ("check",),
        ("--help",),
        ("stats", "--help"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_a_closed_pipe_is_no_error(arguments: tuple[str, ...], world: Path) -> None:
    """The exit code is that of aea, not of the reader: `set -o pipefail` sees it."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("command", ["stats", "session"])
def test_a_full_disk_behind_the_output_is_an_error_of_the_disk(command: str, world: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "aea", command],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize("command", ["stats", "ingest", "session", "repos", "rebuild"])
def test_a_data_directory_that_cannot_be_made_is_a_clear_error(command: str, home: Path) -> None:
    (home / "file").touch()
    for place in (home / "file", home / "file" / "below"):
        done = aea(command, AEA_HOME=str(place))
        assert done.returncode == 1
        assert str(place) in done.stderr
        assert "set AEA_HOME to another directory" in done.stderr


def _without_power_over_files() -> list[str]:
    """What makes root obey permissions; a test as any other user needs nothing."""
    if os.geteuid():
        return []
    capabilities = "-dac_override,-dac_read_search"
    setpriv = ["setpriv", f"--bounding-set={capabilities}", f"--inh-caps={capabilities}"]
    if not shutil.which("setpriv") or subprocess.run([*setpriv, "true"], check=False).returncode:
        pytest.skip("root may write everywhere")
    return setpriv


@pytest.mark.parametrize("command", ["stats", "ingest"])
def test_a_read_only_data_directory_is_a_clear_error(command: str, home: Path) -> None:
    place = home / "sealed"
    place.mkdir(mode=0o500)
    done = subprocess.run(
        [*_without_power_over_files(), sys.executable, "-m", "aea", command],
        env=os.environ | {"PYTHONPATH": str(ROOT), "AEA_HOME": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert f"{place}/writer.lock cannot be used: Permission denied" in done.stderr
    assert "Try: check the permissions" in done.stderr
    assert list(place.iterdir()) == []


def test_a_newer_database_is_refused_and_untouched(world: Path) -> None:
    connection = db.open_writer()
    connection.pragma("user_version", 77)
    connection.close()
    before = paths.database().read_bytes()
    for arguments in (("stats",), ("ingest",), ("session",)):
        done = aea(*arguments, cwd=world)
        assert done.returncode == 1
        assert "schema 77" in done.stderr
    assert paths.database().read_bytes() == before


def test_hooks_end_to_end(world: Path) -> None:
    done = aea("install-hooks", cwd=world)
    assert done.returncode == 0, done.stderr
    assert "post-commit" in aea("hooks", "status", cwd=world).stdout
    command = [
        "git",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "commit",
        "-q",
        "--allow-empty",
    ]
    subprocess.run([*command, "-m", "x"], cwd=world, check=True)
    assert b"post-commit" in paths.spool().read_bytes()
    assert aea("uninstall-hooks", cwd=world).returncode == 0
    assert not (world / ".git" / "hooks" / "post-commit").exists()


def test_while_another_process_is_at_it(world: Path, home: Path) -> None:
    ClaudeSession("s9", cwd=str(world)).prompt("one more").write(home)
    with writer_lock(1):
        done = aea("stats", cwd=world)
        tables = [aea(name, "--csv", cwd=world) for name in ("stats", "delivery")]
        first = aea("stats", AEA_HOME=str(home / "other"))
        (home / "new").mkdir()
    assert done.returncode == 0
    assert "Not up to date: another aea process is reading" in done.stdout
    for table in tables:
        assert "newer data is still being read" in table.stderr
        assert "newer data" not in table.stdout
    assert first.returncode == 0
    with_lock = dict(os.environ)
    os.environ["AEA_HOME"] = str(home / "new")
    with writer_lock(1):
        newcomer = aea("stats")
    os.environ.update(with_lock)
    assert newcomer.returncode == 1
    assert "another aea process is creating the database" in newcomer.stderr
    assert "Up to date" in aea_when_done("stats", cwd=world).stdout


def test_the_command_list_repeats_the_first_line_of_each_help() -> None:
    for name, text in COMMANDS.items():
        command = import_module(f"aea.cli.{name.replace('-', '_')}").command
        assert (command.help or "").splitlines()[0] == text
        assert len(text) <= 60, name

"""Every command over names that other people chose: no control character reaches the terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from aea.cli.main import COMMANDS
from tests.support.database import ingest
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession

ROOT = Path(__file__).resolve().parents[2]
EVIL = "\x1b]0;pwned\x07\x1b[31m\x9b2J\u202eevil\u2066\u200f\u2028\x7f\u200b"
SESSION = f"5e55{EVIL}\r\n\t"
SINCE = ("--since", "2026-01-01")
GROUPS = {
    "stats": ("model", "repo", "provider", "branch", "day"),
    "delivery": ("author", "branch", "model", "repo", "task"),
    "quality": ("author", "branch", "model"),
    "tasks": ("task", "branch"),
}
FORMATS: tuple[tuple[str, ...], ...] = ((), ("--json",), ("--csv",))
TABLES = ("fact_commit", "fact_session_tool_call", "metadata_files", "metadata_users")
TABLES += ("metadata_sessions", "metadata_repositories", "metadata_branches", "ingest_cursor")

# the calls of each command; what they print is judged, whatever the exit code
CALLS: dict[str, list[tuple[str, ...]]] = {
    **{
        name: [
            ("--all-projects", *SINCE, *group, *form)
            for group in [(), *(("--group-by", value) for value in groups)]
            for form in FORMATS
        ]
        for name, groups in GROUPS.items()
    },
    "session": [
        *(("--all-projects", *form) for form in FORMATS),
        ("show", SESSION),
        ("show", SESSION, "--json"),
        ("report", "--all-projects", "--group-by", "branch"),
        *(("tools", "--all-projects", *form) for form in FORMATS),
        ("show", EVIL),
    ],
    "show": [("HEAD",), ("HEAD", "--json"), (EVIL,)],
    "blame": [("FILE",), ("FILE", "--json"), (EVIL,)],
    "why": [("HEAD",), ("SHA",), ("SHA", "--json"), (SESSION,), (EVIL,), ("tokens",)],
    "install-hooks": [(), (EVIL,)],
    "hooks": [("status",), ("status", "--json")],
    "uninstall-hooks": [()],
    "uninstall": [(), ("--data",), (EVIL,)],
    "daemon": [("sync",), (EVIL,)],
    "status": [(), ("--json",)],
    "doctor": [(), ("--json",)],
    "service": [("status",), ("status", "--json"), ("logs",)],
    "repos": [*FORMATS, ("alias", f"/{EVIL}\n", "."), ("alias", EVIL, ".")],
    "settings": [(), (EVIL,)],
    "check": [(), ("--json",)],
    "rebuild": [()],
    "backup": [(), ("--list",), ("--list", "--json"), (EVIL,)],
    "restore": [(EVIL,)],
    "events": [(), ("--table", EVIL)],
    "github": [("status",), ("status", "--json"), ("status", "--csv"), ("sync",)],
    "gitlab": [("status",)],
    "sql": [
        *((f"SELECT * FROM {table}", *form) for table in TABLES for form in FORMATS),
        (f"SELECT 1 AS '{EVIL}\n'",),
        (f"SELECT {EVIL}",),
    ],
    "tables": [()],
    "ingest": [(), (EVIL,), (SINCE[0], EVIL)],
}
UNJUDGED = {"demo"}  # prints its own sample data, by these commands


def _is_raw(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf", "Cs", "Zl", "Zp") and character != "\n"


@pytest.fixture(scope="module")
def name() -> str:
    """A file's name: every byte but NUL and the slash."""
    return f"=f{EVIL}\r\n\t.py"


@pytest.fixture
def world(home: Path, name: str) -> Path:
    """A repository in which everything that has a name has a hostile one."""
    repo = make_repo(home / f"re{EVIL}po")
    repo.clock = START
    repo.git("remote", "add", "origin", f"https://github.com/a/b{EVIL.replace(chr(10), '')}")
    who = {"GIT_AUTHOR_NAME": EVIL, "GIT_AUTHOR_EMAIL": f"=e{EVIL}@example.org"}
    session = ClaudeSession(SESSION, str(repo.directory), f"b{EVIL}/ABC-12")
    session.prompt("go").say("ok", model=f"claude{EVIL}")
    path = str(repo.directory / name)
    session.edit(path, "", "def f():\n    return compute(3)\n")
    tool = {"type": "tool_use", "id": "t", "name": f"Tool{EVIL}", "input": {}}
    session._respond([tool], 1, f"claude{EVIL}")
    session.write(home)
    (repo.directory / name).write_text("def f():\n    return compute(3)\n\x1b[31m\u202e\x9b\n")
    (repo.directory / os.fsdecode(b"bytes\xff.py")).write_text("x = 1\n")
    repo.git("checkout", "-qb", "feat\u202e\u200f/ABC-12")
    repo.git("add", "-A")
    repo.git("commit", "-qm", f"ABC-12{EVIL} subject", **who)
    repo.git("config", "aea.mainline", f"m{EVIL}")
    repo.git("config", "aea.taskPattern", f"({EVIL}")
    ingest(directory=str(repo.directory))
    (home / "aea/logs").mkdir()
    (home / "aea/logs/daemon.log").write_text(f"INFO {EVIL}\n")
    return repo.directory


def run(world: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        cwd=world,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_no_command_is_forgotten() -> None:
    assert CALLS.keys() | UNJUDGED == COMMANDS.keys()


@pytest.mark.parametrize("command", CALLS)
def test_no_raw_control_character(world: Path, name: str, command: str) -> None:
    sha = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=world, text=True).strip()
    real = {"FILE": name, "SHA": sha}
    for arguments in CALLS[command]:
        done = run(world, command, *(real.get(word, word) for word in arguments))
        assert done.returncode in (0, 1, 2), (arguments, done.stderr)
        raw = {hex(ord(c)) for c in done.stdout + done.stderr if _is_raw(c)}
        assert raw <= ({hex(9)} if command == "blame" else set()), (arguments, raw)
        if "--json" in arguments and done.stdout:
            json.loads(done.stdout)
        if "--csv" in arguments and done.stdout:
            rows = list(csv.reader(io.StringIO(done.stdout)))
            assert len(rows) == done.stdout.count("\n"), arguments
            assert len({len(row) for row in rows}) == 1, arguments
            assert not [field for row in rows for field in row if field[:1] == "="], arguments


def test_names_are_shown_escaped_and_json_has_them_whole(world: Path, name: str) -> None:
    assert "\\x1b]0;pwned\\x07" in run(world, "show", "HEAD").stdout
    (session,) = json.loads(run(world, "session", "--all-projects", "--json").stdout)
    assert session["session_id"] == SESSION
    events = run(world, "events").stdout.splitlines()
    assert len([json.loads(line) for line in events]) > 3
    assert any("\\u202e" in line for line in events)

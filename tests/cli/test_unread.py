"""A session that exists and is not read is named where a person looks."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from tests.support.daemons import aea
from tests.support.database import ingest
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path


def test_status_and_doctor_name_what_is_not_read(home: Path) -> None:
    path = ClaudeSession("s1").prompt("hi").say("ho").write(home)
    shutil.copy(path, path.with_suffix(".jsonl.gz"))
    path.with_name("link.jsonl").symlink_to(path)
    rollout = CodexSession("0197b001-1000-7000-8000-0000000000a1").prompt("hi").write(home)
    rollout.rename(f"{rollout}.zst")  # is no compressed data
    ingest()

    found = json.loads(aea("status", "--json").stdout)["unread_sessions"]
    text = aea("status").stdout
    findings = {
        row["subject"]: row["finding"] for row in json.loads(aea("doctor", "--json").stdout)
    }

    assert {(row["provider"], row["reason"]) for row in found} == {
        ("claude_code", "unknown kind of file"),
        ("claude_code", "link to a file"),
    }
    assert "Sessions that exist and are not read: 2" in text
    assert findings[f"{path}.gz"] == "is not read: unknown kind of file"
    assert "compressed data is damaged" in findings[str(rollout)]


def test_nothing_is_named_when_all_is_read(home: Path) -> None:
    ClaudeSession("s1").prompt("hi").say("ho").write(home)
    ingest()
    assert json.loads(aea("status", "--json").stdout)["unread_sessions"] == []
    assert "not read" not in aea("status").stdout

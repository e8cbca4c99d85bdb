"""No prompt, title or code reaches the disk: a search for planted strings in everything aea wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.database import ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = ("XPROMPTX", "XCODEX", "XTITLEX", "XANSWERX", "XTOOLOUTPUTX", "XCOMMITX", "XERRORX")


def _write(home: Path) -> None:
    claude = ClaudeSession("s1", cwd=str(home / "repo"))
    claude.prompt("XPROMPTX please. TypeError: XERRORX failed").say("XANSWERX")
    claude.edit(str(home / "repo" / "a.py"), "old XCODEX", "new XCODEX")
    claude.edit(str(home / "repo" / "b.py"), "old XCODEX", "new XCODEX", status="pending")
    claude.edit(str(home / "repo" / "c.py"), "old XCODEX", "new XCODEX", status="failed")
    call = {"type": "tool_use", "id": "bash", "name": "Bash", "input": {"command": "XCODEX"}}
    claude.add("assistant", {"id": "m", "model": "m", "content": [call]})
    said = "Exit code 1\nTypeError: XERRORX XTOOLOUTPUTX"
    block = {"type": "tool_result", "tool_use_id": "bash", "is_error": True, "content": said}
    claude.add("user", {"role": "user", "content": [block]}, toolUseResult=f"Error: {said}")
    claude.lines.append(json.dumps({"type": "summary", "summary": "XTITLEX"}).encode())
    claude.lines.append(b'{"type": "user", "message": {"content": "XPROMPTX"')
    claude.lines.append(b'{"type": "user", "message": {"content": "XPROMPTX half a line')
    claude.write(home)
    codex = CodexSession("0197b001-1000-7000-8000-0000000000a1", cwd=str(home / "repo"))
    codex.prompt("XPROMPTX").say("XANSWERX").patch("n.py", "XCODEX")
    call = {"type": "custom_tool_call", "name": "apply_patch", "call_id": "open"}
    patch = "*** Begin Patch\n*** Add File: p.py\n+XCODEX\n*** End Patch\n"
    codex.add("response_item", call | {"input": patch})
    shell = {"type": "function_call", "name": "shell", "call_id": "x", "arguments": "{}"}
    codex.add("response_item", shell)
    ended = {
        "type": "function_call_output",
        "call_id": "x",
        "output": f"Exit code: 1\nOutput:\n{said}",
    }
    codex.add("response_item", ended)
    codex.write(home)
    repo = make_repo(home / "repo")
    repo.change({"a.py": "XCODEX\n"}, "XCOMMITX")


def test_nothing_that_was_said_or_written_is_on_disk(home: Path) -> None:
    _write(home)
    ingest(directory=str(home / "repo"))

    assert select("SELECT count(*) AS n FROM fact_session_code_change")[0]["n"] == 2
    assert (
        select("SELECT count(*) AS n FROM fact_session_tool_call WHERE status = 'pending'")[0]["n"]
        > 0
    )
    assert select("SELECT count(*) AS n FROM fact_commit")[0]["n"] == 1
    for path in (home / "aea").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for word in PLANTED:
                assert word.encode() not in data, f"{word} in {path.name}"
                assert word.encode("utf-16-le") not in data

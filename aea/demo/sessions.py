"""Session files for the demo, in the formats of Claude Code and Codex."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def instant(milliseconds: int) -> str:
    """Format a time as ISO 8601."""
    whole, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{rest:03d}Z"


class Claude:
    """A Claude Code session."""

    def __init__(self, session_id: str, cwd: Path, branch: str, start_ms: int, model: str) -> None:
        self.session_id = session_id
        self.cwd = cwd
        self.branch = branch
        self.now = start_ms
        self.model = model
        self.lines: list[str] = []
        self.agent: str | None = None
        self.last: str | None = None

    def _add(self, kind: str, message: dict[str, Any], **extra: Any) -> None:
        self.now += 4_000
        number = len(self.lines)
        record = {
            "parentUuid": self.last,
            "userType": "external",
            "type": kind,
            "uuid": f"{self.session_id}-{self.agent or 'main'}-{number}",
            "timestamp": instant(self.now),
            "sessionId": self.session_id,
            "cwd": str(self.cwd),
            "gitBranch": self.branch,
            "version": "2.1.142",
            "isSidechain": self.agent is not None,
            "message": message,
            **extra,
        }
        if self.agent:
            record["agentId"] = self.agent
        self.last = str(record["uuid"])
        self.lines.append(json.dumps(record))

    def prompt(self, text: str) -> Claude:
        """Add a prompt typed by a person."""
        self.now += 60_000
        self._add("user", {"role": "user", "content": text})
        return self

    def say(self, text: str, output: int = 180) -> Claude:
        """Add an answer, streamed in two lines of one response."""
        content = [{"type": "text", "text": text}]
        identity = self._respond(content, 3)
        self._respond(content, output, identity)
        return self

    def write(self, name: str, content: str) -> Claude:
        """Add an accepted write of a new file."""
        path = str(self.cwd / name)
        call = self._call("Write", {"file_path": path, "content": content})
        result = {"type": "create", "filePath": path, "content": content}
        return self._result(call, "File created", result | {"structuredPatch": []})

    def edit(self, name: str, old: str, new: str, refusal: str = "") -> Claude:
        """Add an edit: accepted, or refused with the given text."""
        path = str(self.cwd / name)
        call = self._call("Edit", {"file_path": path, "old_string": old, "new_string": new})
        if refusal:
            return self._result(call, refusal, "Error: " + refusal)
        removed, added = old.splitlines(), new.splitlines()
        lines = ["-" + line for line in removed] + ["+" + line for line in added]
        hunk = {"oldStart": 1, "oldLines": len(removed), "newStart": 1, "newLines": len(added)}
        result = {"filePath": path, "oldString": old, "newString": new, "originalFile": old + "\n"}
        patch = {"structuredPatch": [hunk | {"lines": lines}], "userModified": False}
        return self._result(call, "The file has been updated", result | patch)

    def _call(self, tool: str, arguments: dict[str, str]) -> str:
        call = f"toolu_{self.session_id}_{self.agent or ''}{len(self.lines)}"
        self._respond([{"type": "tool_use", "id": call, "name": tool, "input": arguments}], 240)
        return call

    def _result(self, call: str, text: str, result: Any) -> Claude:
        block = {"type": "tool_result", "tool_use_id": call, "content": text}
        if isinstance(result, str):
            block["is_error"] = True  # type: ignore[assignment]
        self._add("user", {"role": "user", "content": [block]}, toolUseResult=result)
        return self

    def _respond(self, content: list[dict[str, Any]], output: int, identity: str = "") -> str:
        """Add a line of a response. With an identity, the line continues that response."""
        identity = identity or f"{self.session_id}{self.agent or ''}{len(self.lines)}"
        number = int(identity.removeprefix(self.session_id + (self.agent or "")))
        usage = {
            "input_tokens": 12,
            "cache_read_input_tokens": 18_000 + 900 * number,
            "cache_creation_input_tokens": 1_400,
            "cache_creation": {
                "ephemeral_5m_input_tokens": 1_400,
                "ephemeral_1h_input_tokens": 0,
            },
            "output_tokens": output,
        }
        message: dict[str, Any] = {"id": f"msg_{identity}", "type": "message", "role": "assistant"}
        message |= {"model": self.model, "content": content, "usage": usage}
        self._add("assistant", message, requestId=f"req_{identity}")
        return identity

    def fork(self, session_id: str) -> Claude:
        """A session that begins with a copy of this one, as --fork-session writes it."""
        copy = Claude(session_id, self.cwd, self.branch, self.now, self.model)
        copy.lines = [
            json.dumps(json.loads(line) | {"sessionId": session_id}) for line in self.lines
        ]
        copy.last = self.last
        return copy

    def save(self, home: Path) -> None:
        """Write the file where Claude Code keeps it; a sub-agent's beside its parent's."""
        folder = (
            home
            / ".claude"
            / "projects"
            / "".join(c if c.isalnum() else "-" for c in str(self.cwd))
        )
        name = f"{self.session_id}.jsonl"
        if self.agent:
            name = f"{self.session_id}/subagents/agent-{self.agent}.jsonl"
        _save(folder / name, self.lines)


class Codex:
    """A Codex rollout."""

    def __init__(self, session_id: str, cwd: Path, branch: str, start_ms: int) -> None:
        self.session_id = session_id
        self.cwd = cwd
        self.start = self.now = start_ms
        self.lines: list[str] = []
        self.total = dict.fromkeys(("input_tokens", "cached_input_tokens", "output_tokens"), 0)
        meta = {"id": session_id, "cwd": str(cwd), "cli_version": "0.98.0", "source": "cli"}
        self._add(
            "session_meta", meta | {"git": {"branch": branch}, "timestamp": instant(start_ms)}
        )

    def _add(self, kind: str, payload: dict[str, Any]) -> None:
        self.now += 3_000
        record = {"timestamp": instant(self.now), "type": kind, "payload": payload}
        self.lines.append(json.dumps(record))

    def prompt(self, text: str) -> Codex:
        """Add a prompt typed by a person."""
        self.now += 60_000
        turn = f"{self.session_id}-{len(self.lines)}"
        self._add("turn_context", {"turn_id": turn, "cwd": str(self.cwd), "model": "gpt-5.2-codex"})
        self._message("user", "input_text", text)
        return self

    def say(self, text: str) -> Codex:
        """Add an answer, and the token counters twice, as Codex does."""
        self._message("assistant", "output_text", text)
        return self._count()

    def patch(self, name: str, content: str) -> Codex:
        """Add an accepted new file, written by apply_patch."""
        call = f"call_{self.session_id}_{len(self.lines)}"
        added = "".join(f"+{line}\n" for line in content.splitlines())
        text = f"*** Begin Patch\n*** Add File: {name}\n{added}*** End Patch\n"
        item = {"type": "custom_tool_call", "name": "apply_patch", "call_id": call, "input": text}
        self._add("response_item", item)
        output = json.dumps({"output": "Success.", "metadata": {"exit_code": 0}})
        self._add(
            "response_item", {"type": "custom_tool_call_output", "call_id": call, "output": output}
        )
        return self._count()

    def _message(self, role: str, kind: str, text: str) -> None:
        content = [{"type": kind, "text": text}]
        self._add("response_item", {"type": "message", "role": role, "content": content})

    def _count(self) -> Codex:
        last = {"input_tokens": 9_000, "cached_input_tokens": 7_500, "output_tokens": 320}
        self.total = {name: value + last[name] for name, value in self.total.items()}
        info = {"total_token_usage": dict(self.total), "last_token_usage": last}
        for _ in range(2):
            self._add("event_msg", {"type": "token_count", "info": info})
        return self

    def save(self, home: Path) -> None:
        """Write the file to the directory that Codex uses."""
        day = time.strftime("%Y/%m/%d", time.gmtime(self.start // 1000))
        stamp = time.strftime("%Y-%m-%dT%H-%M-%S", time.gmtime(self.start // 1000))
        name = f"rollout-{stamp}-{self.session_id}.jsonl"
        _save(home / ".codex" / "sessions" / day / name, self.lines)


def _save(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines))

"""Session files as Claude Code and Codex write them, small and made to order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

START = 1_780_000_000  # 2026-05-28 20:26:40 UTC


def instant(seconds: float) -> str:
    """An ISO instant `seconds` after START."""
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(START + seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class ClaudeSession:
    """Lines of one Claude Code session; each call adds some and moves the clock."""

    def __init__(self, session_id: str, cwd: str = "/w/repo", branch: str = "main") -> None:
        self.session_id = session_id
        self.cwd = cwd
        self.branch = branch
        self.lines: list[bytes] = []
        self._clock = 0.0
        self._number = 0

    def wait(self, seconds: float) -> ClaudeSession:
        """Let time pass."""
        self._clock += seconds
        return self

    def add(self, kind: str, message: dict[str, Any], **extra: Any) -> str:
        """One record; returns its uuid."""
        self._number += 1
        self._clock += 1
        uuid = f"{self.session_id}-u{self._number}"
        record = {
            "parentUuid": None,
            "isSidechain": False,
            "userType": "external",
            "cwd": self.cwd,
            "sessionId": self.session_id,
            "version": "2.1.42",
            "gitBranch": self.branch,
            "type": kind,
            "uuid": uuid,
            "timestamp": instant(self._clock),
            "message": message,
            **extra,
        }
        self.lines.append(json.dumps(record).encode())
        return uuid

    def prompt(self, text: str) -> ClaudeSession:
        """What a person types."""
        self.add("user", {"role": "user", "content": text})
        return self

    def say(self, text: str, output: int = 10, *, model: str = "claude-opus-4-6") -> ClaudeSession:
        """An answer of the assistant."""
        self._respond([{"type": "text", "text": text}], output, model)
        return self

    def edit(self, path: str, old: str, new: str, *, status: str = "ok") -> ClaudeSession:
        """An Edit that is ok, failed, rejected or pending."""
        call = f"toolu_{self.session_id}_{self._number}"
        change = {"file_path": path, "old_string": old, "new_string": new}
        self._respond(
            [{"type": "tool_use", "id": call, "name": "Edit", "input": change}],
            20,
            "claude-opus-4-6",
        )
        if status != "pending":
            self._edit_result(call, path, old, new, status)
        return self

    def _edit_result(self, call: str, path: str, old: str, new: str, status: str) -> None:
        removed, added = old.split("\n"), new.split("\n")
        texts = {
            "failed": "<tool_use_error>String to replace not found in file.</tool_use_error>",
            "rejected": "The user doesn't want to proceed with this tool use. The tool use was rejected",
        }
        block = {
            "type": "tool_result",
            "tool_use_id": call,
            "content": texts.get(status, "updated"),
        }
        result: Any = "Error: " + texts.get(status, "")
        if status == "ok":
            hunk = {
                "oldStart": 1,
                "oldLines": len(removed),
                "newStart": 1,
                "newLines": len(added),
                "lines": ["-" + line for line in removed] + ["+" + line for line in added],
            }
            result = {
                "filePath": path,
                "oldString": old,
                "newString": new,
                "originalFile": old + "\n",
                "structuredPatch": [hunk],
                "userModified": False,
                "replaceAll": False,
            }
        else:
            block["is_error"] = True  # type: ignore[assignment]
        self.add("user", {"role": "user", "content": [block]}, toolUseResult=result)

    def _respond(self, content: list[dict[str, Any]], output: int, model: str) -> None:
        self._number += 1
        identity = f"msg_{self.session_id}_{self._number}"
        usage = {
            "input_tokens": 3,
            "cache_creation_input_tokens": 100,
            "cache_read_input_tokens": 1000,
            "cache_creation": {
                "ephemeral_5m_input_tokens": 60,
                "ephemeral_1h_input_tokens": 40,
            },
            "output_tokens": output,
        }
        message = {
            "id": identity,
            "model": model,
            "role": "assistant",
            "type": "message",
            "content": content,
            "usage": usage,
        }
        self.add("assistant", message, requestId=f"req_{self.session_id}_{self._number}")

    def data(self) -> bytes:
        """The file's bytes."""
        return b"".join(line + b"\n" for line in self.lines)

    def fork(self, session_id: str) -> ClaudeSession:
        """A new session that begins with a copy of this one, as --fork-session writes it."""
        copy = ClaudeSession(session_id, self.cwd, self.branch)
        for line in self.lines:
            record = json.loads(line)
            record["sessionId"] = session_id
            copy.lines.append(json.dumps(record).encode())
        copy._clock = self._clock
        return copy

    def write(self, home: Path) -> Path:
        """Write the file where Claude Code keeps it."""
        folder = home / ".claude" / "projects" / "-w-repo"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.session_id}.jsonl"
        path.write_bytes(self.data())
        return path


class CodexSession:
    """Lines of one Codex rollout."""

    def __init__(
        self, session_id: str, cwd: str = "/w/repo", repository_url: str | None = None
    ) -> None:
        self.session_id = session_id
        self.cwd = cwd
        self.lines: list[bytes] = []
        self._clock = 0.0
        self._turn = 0
        self._total = {
            "input_tokens": 0,
            "cached_input_tokens": 0,
            "output_tokens": 0,
            "reasoning_output_tokens": 0,
            "total_tokens": 0,
        }
        meta: dict[str, Any] = {
            "id": session_id,
            "timestamp": instant(0),
            "cwd": cwd,
            "cli_version": "0.98.0",
        }
        meta |= {"originator": "codex_cli_rs", "source": "cli", "git": {"branch": "main"}}
        if repository_url:
            meta["git"]["repository_url"] = repository_url
        self.add("session_meta", meta)

    def add(self, kind: str, payload: dict[str, Any]) -> CodexSession:
        """One record."""
        self._clock += 1
        record = {"timestamp": instant(self._clock), "type": kind, "payload": payload}
        self.lines.append(json.dumps(record).encode())
        return self

    def prompt(self, text: str) -> CodexSession:
        """What a person types; opens a turn."""
        self._turn += 1
        turn = f"{self.session_id}-t{self._turn}"
        self.add("turn_context", {"turn_id": turn, "cwd": self.cwd, "model": "gpt-5.2-codex"})
        content = [{"type": "input_text", "text": text}]
        return self.add("response_item", {"type": "message", "role": "user", "content": content})

    def say(self, text: str, output: int = 10) -> CodexSession:
        """An answer, and the counters after it, told twice."""
        content = [{"type": "output_text", "text": text}]
        self.add("response_item", {"type": "message", "role": "assistant", "content": content})
        return self._count(output)._repeat()

    def patch(self, path: str, *added: str) -> CodexSession:
        """An apply_patch that adds a file."""
        call = f"call_{self.session_id}_{len(self.lines)}"
        body = "".join(f"+{line}\n" for line in added)
        text = f"*** Begin Patch\n*** Add File: {path}\n{body}*** End Patch\n"
        call_of = {
            "type": "custom_tool_call",
            "name": "apply_patch",
            "call_id": call,
            "input": text,
        }
        self.add("response_item", call_of)
        output = json.dumps({"output": "Success.", "metadata": {"exit_code": 0}})
        answer = {"type": "custom_tool_call_output", "call_id": call, "output": output}
        return self.add("response_item", answer)._count(20)

    def _count(self, output: int) -> CodexSession:
        last = {
            "input_tokens": 100,
            "cached_input_tokens": 60,
            "output_tokens": output,
            "reasoning_output_tokens": 2,
            "total_tokens": 100 + output,
        }
        self._total = {name: value + last[name] for name, value in self._total.items()}
        self._info = {"total_token_usage": dict(self._total), "last_token_usage": last}
        return self._repeat()

    def _repeat(self) -> CodexSession:
        return self.add(
            "event_msg", {"type": "token_count", "info": self._info, "rate_limits": None}
        )

    def data(self) -> bytes:
        """The file's bytes."""
        return b"".join(line + b"\n" for line in self.lines)

    def write(self, home: Path) -> Path:
        """Write the file where Codex keeps it."""
        folder = home / ".codex" / "sessions" / "2026" / "05" / "28"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"rollout-2026-05-28T20-26-40-{self.session_id}.jsonl"
        path.write_bytes(self.data())
        return path

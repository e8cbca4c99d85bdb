"""Session files as Claude Code and Codex write them, for edits that were really made to files."""

from __future__ import annotations

import difflib
import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple


class Author(NamedTuple):
    """Who wrote a line: what `aea show` is expected to say."""

    provider: str
    session_id: str
    agent_id: str | None = None


class Session:
    """One session file; `late` ones reach the disk only when they are released."""

    def __init__(self, author: Author, path: Path, *, late: bool = False) -> None:
        self.author = author
        self.late = late
        self._path = path
        self._kept: list[str] = []
        self._count = 0

    def release(self) -> None:
        """Write what was held back."""
        self.late = False
        self._append()

    def edit(
        self, path: str, before: list[str] | None, after: list[str], at: float, cwd: str
    ) -> None:
        """An accepted edit from one content of a file to another; no content before: a new file."""
        raise NotImplementedError

    def fail(self, path: str, before: list[str], after: list[str], at: float, cwd: str) -> None:
        """The same edit, refused by its tool."""
        raise NotImplementedError

    def _add(self, record: dict[str, Any]) -> None:
        self._kept.append(json.dumps(record))
        if not self.late:
            self._append()

    def _append(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write("".join(f"{line}\n" for line in self._kept))
        self._kept.clear()

    def _next(self) -> int:
        self._count += 1
        return self._count


class Claude(Session):
    """A Claude Code session, or one sub-agent of it."""

    def edit(
        self, path: str, before: list[str] | None, after: list[str], at: float, cwd: str
    ) -> None:
        """Write for a new file, Edit else; the result holds the patch and the content before."""
        call = self._call(path, before, after, at, cwd)
        if before is None:
            result: dict[str, Any] = {"type": "create", "filePath": path, "content": _text(after)}
            result |= {"structuredPatch": [], "originalFile": None}
        else:
            result = {"filePath": path, "originalFile": _text(before), "userModified": False}
            result |= {"structuredPatch": _hunks(before, after), "replaceAll": False}
        self._result(call, "done", at, cwd, result)

    def fail(self, path: str, before: list[str], after: list[str], at: float, cwd: str) -> None:
        """An Edit whose old string was not found."""
        call = self._call(path, before, after, at, cwd)
        text = "<tool_use_error>String to replace not found in file.</tool_use_error>"
        self._result(call, text, at, cwd, f"Error: {text}", is_error=True)

    def heredoc(self, path: str, added: list[str], at: float, cwd: str, *, is_new: bool) -> None:
        """A shell command that writes lines to a file."""
        command = f"cat {'>' if is_new else '>>'} {path} <<'EOF'\n{_text(added)}EOF"
        self.run(["bash", "-c", command], at, cwd)

    def run(self, words: list[str], at: float, cwd: str, *, code: int = 0) -> None:
        """A command: the script of `bash -c`, or quoted words."""
        command = words[2] if words[:2] == ["bash", "-c"] else shlex.join(words)
        call = self._tool("Bash", {"command": command}, at, cwd)
        done = {"stdout": "", "stderr": "", "interrupted": False}
        result = f"Error: Exit code {code}" if code else done
        self._result(call, "", at, cwd, result, is_error=bool(code))

    def _call(
        self, path: str, before: list[str] | None, after: list[str], at: float, cwd: str
    ) -> str:
        if before is None:
            return self._tool("Write", {"file_path": path, "content": _text(after)}, at, cwd)
        old, new = _changed(before, after)
        values = {"file_path": path, "old_string": "\n".join(old), "new_string": "\n".join(new)}
        return self._tool("Edit", values, at, cwd)

    def _tool(self, name: str, values: dict[str, Any], at: float, cwd: str) -> str:
        number = self._next()
        call = f"toolu_{self._mark()}_{number}"
        usage = {"input_tokens": 3, "output_tokens": 9, "cache_read_input_tokens": 100}
        message = {
            "id": f"msg_{self._mark()}_{number}",
            "model": "claude-opus-4-6",
            "role": "assistant",
            "type": "message",
            "content": [{"type": "tool_use", "id": call, "name": name, "input": values}],
            "usage": usage | {"cache_creation_input_tokens": 0},
        }
        self._add(self._record("assistant", message, at - 0.2, cwd, requestId=f"req_{number}"))
        return call

    def _result(
        self, call: str, text: str, at: float, cwd: str, result: object, *, is_error: bool = False
    ) -> None:
        block = {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": is_error}
        message = {"role": "user", "content": [block]}
        self._add(self._record("user", message, at, cwd, toolUseResult=result))

    def _record(
        self, kind: str, message: dict[str, Any], at: float, cwd: str, **extra: object
    ) -> dict[str, Any]:
        number = self._next()
        agent = {"agentId": self.author.agent_id} if self.author.agent_id else {}
        return {
            "parentUuid": None,
            "isSidechain": bool(agent),
            **agent,
            "userType": "external",
            "cwd": cwd,
            "sessionId": self.author.session_id,
            "version": "2.1.42",
            "gitBranch": "main",
            "type": kind,
            "uuid": f"{self._mark()}-{number}",
            "timestamp": instant(at),
            "message": message,
            **extra,
        }

    def _mark(self) -> str:
        return f"{self.author.session_id[-12:]}{self.author.agent_id or ''}"


class Codex(Session):
    """A Codex rollout: patches without line numbers, or with the event that tells them."""

    def __init__(
        self, author: Author, path: Path, *, late: bool = False, tells: bool = True
    ) -> None:
        super().__init__(author, path, late=late)
        self._tells = tells

    def edit(
        self, path: str, before: list[str] | None, after: list[str], at: float, cwd: str
    ) -> None:
        """An apply_patch that was applied."""
        call = self._patch(path, before, after, at, cwd)
        if self._tells:
            change: dict[str, Any] = {"type": "add", "content": _text(after)}
            if before is not None:
                diff = "".join(f"{line}\n" for line in _unified(before, after))
                change = {"type": "update", "unified_diff": diff, "move_path": None}
            done = {"type": "patch_apply_end", "call_id": call, "success": True}
            self._event("event_msg", done | {"changes": {path: change}}, at)
        output = json.dumps({"output": "Success.", "metadata": {"exit_code": 0}})
        self._output(call, output, at)

    def fail(self, path: str, before: list[str], after: list[str], at: float, cwd: str) -> None:
        """An apply_patch that did not fit."""
        call = self._patch(path, before, after, at, cwd)
        output = {"output": "apply_patch verification failed", "metadata": {"exit_code": 1}}
        self._output(call, json.dumps(output), at)

    def run(self, words: list[str], at: float, cwd: str, *, code: int = 0) -> None:
        """A command of the shell tool, as its words."""
        call = self._open(at, cwd)
        given = json.dumps({"command": words, "workdir": cwd})
        asked = {"type": "function_call", "name": "shell", "call_id": call, "arguments": given}
        self._event("response_item", asked, at - 0.2)
        text = json.dumps({"output": "", "metadata": {"exit_code": code}})
        answer = {"type": "function_call_output", "call_id": call, "output": text}
        self._event("response_item", answer, at)

    def _open(self, at: float, cwd: str) -> str:
        """The id of a new call, after the records that begin a session."""
        if not self._count:
            meta = {"id": self.author.session_id, "timestamp": instant(at - 2), "cwd": cwd}
            meta |= {"originator": "codex_cli_rs", "source": "cli", "cli_version": "0.98.0"}
            self._event("session_meta", meta, at - 2)
            turn = {"turn_id": "t1", "cwd": cwd, "model": "gpt-5.2-codex"}
            self._event("turn_context", turn, at - 1)
        return f"call_{self.author.session_id[-12:]}_{self._next()}"

    def _patch(
        self, path: str, before: list[str] | None, after: list[str], at: float, cwd: str
    ) -> str:
        call = self._open(at, cwd)
        if before is None:
            body = f"*** Add File: {path}\n" + "".join(f"+{line}\n" for line in after)
        else:
            lines = [line for line in _unified(before, after) if not line.startswith("@@")]
            body = f"*** Update File: {path}\n@@\n" + "".join(f"{line}\n" for line in lines)
        text = f"*** Begin Patch\n{body}*** End Patch\n"
        asked = {"type": "custom_tool_call", "name": "apply_patch", "call_id": call, "input": text}
        self._event("response_item", asked, at - 0.2)
        return call

    def _output(self, call: str, output: str, at: float) -> None:
        answer = {"type": "custom_tool_call_output", "call_id": call, "output": output}
        self._event("response_item", answer, at)

    def _event(self, kind: str, payload: dict[str, Any], at: float) -> None:
        self._add({"timestamp": instant(at), "type": kind, "payload": payload})


def instant(at: float) -> str:
    """Seconds since 1970 as the logs write them."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _changed(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """What differs, with a line of context on each side."""
    start, end = 0, 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    first, rest = max(0, start - 1), max(0, end - 1)
    return before[first : len(before) - rest], after[first : len(after) - rest]


def _unified(before: list[str], after: list[str]) -> list[str]:
    return list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]


def _hunks(before: list[str], after: list[str]) -> list[dict[str, Any]]:
    """Claude's structuredPatch; it shows tabs as blanks."""
    hunks: list[dict[str, Any]] = []
    for line in _unified(before, after):
        if line.startswith("@@"):
            old, new = line.split()[1:3]
            hunks.append({"oldStart": _first(old), "newStart": _first(new), "lines": []})
        else:
            hunks[-1]["lines"].append(line.replace("\t", "  "))
    return hunks


def _first(span: str) -> int:
    return int(span[1:].split(",", maxsplit=1)[0])

"""How a Codex tool call ended, by its output in any of the forms that Codex has used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.sources import faults, lenient
from aea.sources.codex.shapes import OUTPUT, RESULT, Result

if TYPE_CHECKING:
    from msgspec import Raw

_HEAD_BYTES = 400
_QUICK = re.compile(
    rb'"(?:Exit code: (-?\d+)\\n|'
    rb"(?:Chunk ID: [^\\\"]*\\n)?Wall time: [^\\\"]*\\nProcess exited with code (-?\d+)\\n)"
)
_HEADER_CODE = re.compile(r"^(?:Process exited with code|Exit code:) (-?\d+)", re.MULTILINE)
_ANY_CODE = re.compile(r'(?:Process exited with code |Exit code: |exit_code\\*"?\s*:\s*)(-?\d+)')
_RUNNING = re.compile(r"^Process running with session ID (\S+)", re.MULTILINE)
_SUCCESS = "Success. Updated the following files:"
_REJECTIONS = ("rejected by user", "patch rejected", "command rejected", "declined by user")
_FAILURES = (
    "apply_patch verification failed",
    "failed to find expected lines",
    "failed to find context",
    "failed to parse function arguments",
    "exec_command failed",
    "execution error",
    "script failed",
    "command timed out",
    "unsupported call:",
    "tool call error:",
)
_INTERRUPTED = "aborted"  # aborted by user after 3.2s


class Outcome(NamedTuple):
    """The end of a call. `is_applied` needs positive proof that the files were changed."""

    status: str  # ok, failed, rejected, interrupted
    is_applied: bool
    spawned_agent_id: str | None = None
    running_id: str | None = None  # the process still runs; a later call has its end
    text: str = ""  # of a call that did not end well: what it says, never stored


def refuser(status: str, text: str) -> str | None:
    """Who refused a call by its text; None unless it was rejected."""
    return (faults.refused_by(text) or "person") if status == "rejected" else None


def quick_outcome(raw: bytes | Raw) -> Outcome | None:
    """The end of a call by the first line of its output; None if all of it must be read, as of a failure."""
    head = bytes(memoryview(raw)[:_HEAD_BYTES])
    match = _QUICK.match(head)
    if match is None or int(match[1] or match[2]) != 0:
        return None
    return Outcome("ok", is_applied=True)


def full_outcome(raw: bytes | Raw, exit_code: int | None) -> Outcome:
    """The end of a call by its whole output. An `exit_code` from an event takes precedence."""
    text, result = _text_and_result(raw)
    header = text[:1000].split("Output:\n", 1)[0]
    code = _code(result, header) if exit_code is None else exit_code
    status = _status(text, code, result)
    is_proved = code == 0 or text.startswith(_SUCCESS) or (result is not None and result.success)
    running = _RUNNING.search(header) if code is None else None
    return Outcome(
        status=status,
        is_applied=status == "ok" and bool(is_proved),
        spawned_agent_id=result.agent_id if result else None,
        running_id=running[1] if running else None,
        text=text if status != "ok" else "",
    )


def script_outcome(raw: bytes | Raw, *, needs_code: bool) -> Outcome:
    """The end of a code-mode program.

    A failed patch ends the program, a failed command does not. If a program has commands that write, it
    must have printed their exit codes.
    """
    text, result = _text_and_result(raw)
    codes = {int(code) for code in _ANY_CODE.findall(text)}
    if result is not None and (code := _code(result, "")) is not None:
        codes.add(code)
    status = _status(text, None, result)
    if status != "ok":
        return Outcome(status, is_applied=False, text=text)
    is_complete = text.startswith("Script completed") and not needs_code
    is_applied = codes == {0} or (not codes and (is_complete or _SUCCESS in text))
    return Outcome("ok", is_applied)


def _text_and_result(raw: bytes | Raw) -> tuple[str, Result | None]:
    value = lenient.find_whole(raw, OUTPUT)
    if isinstance(value, list):
        value = "\n".join(part.text or "" for part in value)
    if isinstance(value, str) and value.startswith("{"):
        inner = lenient.find_whole(value.encode("utf-8", "replace"), RESULT)
        if inner is None:
            return value, None
        text = inner.output if inner.output is not None else inner.content
        return (value if text is None else text), inner
    if isinstance(value, Result):
        return value.output or value.content or "", value
    return value or "", None


def _code(result: Result | None, header: str) -> int | None:
    if result is not None:
        if result.exit_code is not None:
            return result.exit_code
        if result.metadata is not None:
            return result.metadata.exit_code
    match = _HEADER_CODE.search(header)
    return int(match[1]) if match else None


def _status(text: str, code: int | None, result: Result | None) -> str:
    start = text[:300].lower()
    if code != 0 and any(words in start for words in _REJECTIONS):
        return "rejected"
    if code is not None:
        return "ok" if code == 0 else "failed"
    if start.startswith(_INTERRUPTED):
        return "interrupted"
    if faults.refused_by(text) is not None:
        return "rejected"
    is_failure = start.startswith(_FAILURES) or (result is not None and result.success is False)
    return "failed" if is_failure else "ok"

"""The files that a Codex tool call writes, by its patch, its command or its event."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Raw, Struct

from aea import lines
from aea.forms import written_lines
from aea.sources import lenient, patch, programs, shell
from aea.sources.codex.script import script_writes
from aea.sources.codex.shapes import ARGUMENTS, WORDS, Arguments, FileEntry

_PATCH_TOOLS = frozenset({"apply_patch", "applypatch"})
_SHELL_TOOLS = frozenset(
    {"shell", "shell_command", "exec_command", "local_shell", "container.exec", "unified_exec"}
)
_SCRIPT_TOOLS = frozenset({"exec"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
# Every write has one of these. A \u escape may hide them, so such a text is read in full.
_SIGNS = (b"<<", b" -c", b" -e", b"echo", b"printf", b"sed -i", b"patch", b"Patch", b"\\u00")


_OPERATIONS = {"add": "create", "delete": "delete"}


class Edit(Struct, array_like=True, gc=False):
    """One write to one file that waits for its result. It holds line hashes instead of code."""

    path: str
    old_path: str | None
    operation: str
    added_hashes: bytes
    removed_hashes: bytes
    added_runs: bytes | None
    removed_runs: bytes | None
    is_before_known: bool


class Proposal(NamedTuple):
    """The writes of a call, and the proof that they need to count."""

    edits: list[Edit]
    is_script: bool = False
    needs_code: bool = False


def proposed_edits(tool_name: str, raw: bytes | Raw, directory: str | None) -> Proposal:
    """The writes that a tool call asks for, by its name and its recorded arguments."""
    if tool_name in _SHELL_TOOLS:
        text = bytes(raw)
        if not any(sign in text for sign in _SIGNS):
            return Proposal([])
        return Proposal(_merged(_of_shell(_arguments(raw), directory)))
    if tool_name in _PATCH_TOOLS:
        return Proposal(_merged(_of_patch(_patch_text(_arguments(raw)), directory)))
    if tool_name in _SCRIPT_TOOLS:
        return _of_script(_arguments(raw), directory)
    return Proposal([])


def action_edits(raw: bytes | Raw, directory: str | None) -> list[Edit]:
    """The writes of a local_shell_call, whose action is an object."""
    return _merged(_of_shell(_arguments(raw), directory))


def event_edits(
    changes: dict[str, FileEntry], directory: str | None, proposed: list[Edit]
) -> list[Edit]:
    """The writes of an event, which alone has line numbers and old content.

    If it only names a file, the proposed lines count.
    """
    by_path = {edit.old_path or edit.path: edit for edit in proposed}
    found = []
    for path, entry in changes.items():
        own = by_path.get(shell.absolute(path, directory))
        has_lines = bool(entry.unified_diff) or entry.content is not None
        found.append(own if own and not has_lines else _of_entry(path, entry, directory))
    return _merged(found) or proposed


def command_edits(raw: bytes | Raw, directory: str | None) -> list[Edit]:
    """The writes of a command that ran, by its words."""
    words = lenient.find_whole(raw, WORDS)
    return _merged(_of_shell(Arguments(command=words), directory)) if words else []


def _arguments(raw: bytes | Raw) -> Arguments | str | None:
    """Arguments are an object, the JSON text of an object, or plain text."""
    value = lenient.find_whole(raw, ARGUMENTS)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        inner = lenient.find_whole(value.encode("utf-8", "replace"), ARGUMENTS)
        return inner if isinstance(inner, Arguments) else value
    return value if isinstance(value, str | Arguments) else None


def _patch_text(arguments: Arguments | str | None) -> str:
    if isinstance(arguments, Arguments):
        command = arguments.command
        if isinstance(command, list):
            return command[-1] if command else ""
        return arguments.input or arguments.patch or command or ""
    return arguments or ""


def _of_shell(arguments: Arguments | str | None, directory: str | None) -> list[Edit]:
    if not isinstance(arguments, Arguments):
        return _of_command(arguments or "", directory)
    workdir = arguments.workdir or arguments.working_directory
    if workdir:
        directory = shell.absolute(workdir, directory)
    command = arguments.command or arguments.cmd or ""
    if isinstance(command, str):
        return _of_command(command, directory)
    if len(command) == 2 and command[0] in _PATCH_TOOLS:
        return _of_patch(command[1], directory)
    return _of_command(_shell_script(command), directory)


def _shell_script(words: list[str]) -> str:
    """The script of `bash -lc <script>`; "" for other programs, whose writes are unknown."""
    if len(words) > 2 and words[0].rsplit("/", 1)[-1] in _SHELLS and words[1].startswith("-"):
        return words[2]
    return ""


def _of_command(command: str, directory: str | None) -> list[Edit]:
    found = []
    for text, place in shell.apply_patch_bodies(command, directory):
        found += _of_patch(text, place)
    for write in shell.heredoc_writes(command, directory):
        body = written_lines(write.path, write.body)
        found.append(_of_write(write.path, body, is_append=write.is_append))
    for program in programs.program_writes(command, directory):
        edit = _of_write(program.path, program.lines, is_append=True)
        edit.operation = "script"
        found.append(edit)
    return found


def _of_patch(text: str, directory: str | None) -> list[Edit]:
    return [_of_patch_file(file) for file in patch.parse_apply_patch(text, directory)]


def _of_script(arguments: Arguments | str | None, directory: str | None) -> Proposal:
    program = arguments if isinstance(arguments, str) else _patch_text(arguments)
    writes = script_writes(program)
    patched = []
    for text in writes.patches:
        patched += _of_patch(text, directory)
    written = []
    for command, workdir in writes.commands:
        written += _of_shell(Arguments(cmd=command, workdir=workdir), directory)
    return Proposal(_merged(patched + written), is_script=True, needs_code=bool(written))


def _of_patch_file(file: patch.PatchFile) -> Edit:
    return Edit(
        path=file.path,
        old_path=file.old_path,
        operation=file.operation,
        added_hashes=lines.hash_lines(file.added),
        removed_hashes=lines.hash_lines(file.removed),
        added_runs=_packed(file.added_runs),
        removed_runs=_packed(file.removed_runs),
        is_before_known=file.operation == "create",
    )


def _packed(runs: list[patch.Run] | None) -> bytes | None:
    return None if runs is None else lines.pack_runs(runs)


def _of_write(path: str, body: list[bytes], *, is_append: bool) -> Edit:
    """A here-document is the new content of the file, or of its end. The old content is unknown."""
    return Edit(
        path=path,
        old_path=None,
        operation="update" if is_append else "create",
        added_hashes=lines.hash_lines(body),
        removed_hashes=b"",
        added_runs=None if is_append else lines.pack_runs(patch.whole_file(len(body))),
        removed_runs=b"" if is_append else None,
        is_before_known=False,
    )


def _of_entry(path: str, entry: FileEntry, directory: str | None) -> Edit:
    here = shell.absolute(path, directory)
    if entry.type not in {"add", "delete"} or (entry.unified_diff and entry.content is None):
        diff = patch.parse_unified_diff(entry.unified_diff or "")
        target = shell.absolute(entry.move_path, directory) if entry.move_path else here
        operation = _OPERATIONS.get(entry.type or "", "update")
        moved = here if target != here else None
        return _of_patch_file(patch.as_written(patch.PatchFile(target, moved, operation, *diff)))
    body = written_lines(here, entry.content or "")
    runs = patch.whole_file(len(body))
    if entry.type == "delete":
        edit = _of_patch_file(patch.PatchFile(here, None, "delete", [], body, [], runs))
        edit.is_before_known = entry.content is not None
        return edit
    return _of_patch_file(patch.PatchFile(here, None, "create", body, [], runs, []))


def _merged(edits: list[Edit]) -> list[Edit]:
    """One edit per file. If a patch touches a file twice, its line numbers do not hold."""
    by_path: dict[tuple[str, bool], Edit] = {}  # a program only may have written: it stays apart
    for edit in edits:
        key = (edit.path, edit.operation == "script")
        first = by_path.get(key)
        if first is None:
            by_path[key] = edit
            continue
        first.added_hashes += edit.added_hashes
        first.removed_hashes += edit.removed_hashes
        first.added_runs = first.removed_runs = None
        first.old_path = first.old_path or edit.old_path
        if first.operation != "create" or edit.operation == "delete":
            first.operation = edit.operation
    return list(by_path.values())

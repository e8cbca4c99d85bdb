"""String literals of code-mode programs."""

from __future__ import annotations

from aea.sources.codex.script import script_writes


def test_script_literals() -> None:
    program = r"""
    // it's "quoted" here
    const dir = '/w/x';
    await tools.exec_command({"cmd": "echo \"a\"\n\u0062 \x63", workdir: '/w/a'});
    await tools.exec_command({workdir: `/w/b`, cmd: String.raw`a\n\`` });
    await tools.exec_command({cmd: `hole ${dir}`});
    await tools.apply_patch(["*** Begin Patch", "*** Delete File: a", "*** End Patch"].join("\n"));
    """
    writes = script_writes(program)
    assert writes.commands[0] == ('echo "a"\nb c', "/w/a")
    assert writes.commands[1][1] == "/w/b"
    assert len(writes.commands) == 2
    assert writes.patches == ["*** Begin Patch\n*** Delete File: a\n*** End Patch"]

"""A program in a shell command names the files that it may write, and holds their lines."""

from __future__ import annotations

import pytest

from aea.sources.programs import MAX_COMMAND, program_writes

LINES = [b"\tleft = 1", b"\tright = 2"]
PYTHON = "p = 's.py'\nt = open(p).read()\nopen(p, 'w').write(t.replace('''\\tx\n''', '''{}'''))\n"


@pytest.mark.parametrize(
    "command",
    [
        "cd src && python3 - <<'EOF'\n" + PYTHON.format("\tleft = 1\n\tright = 2\n") + "EOF",
        "cd src && python3 - <<'EOF'\n" + PYTHON.format("\\tleft = 1\\n\\tright = 2\\n") + "EOF",
        "cd src; python3 -c \"p='s.py'; open(p,'w').write('\\tleft = 1\\n\\tright = 2\\n')\"",
        "cd src && node -e 'fs.writeFileSync(\"s.py\", `\tleft = 1\n\tright = 2\n`)'",
        'cd src && ruby -e \'File.write("s.py", "\\tleft = 1\\n\\tright = 2\\n")\'',
        "cd src && printf '\\tleft = 1\\n\\tright = 2\\n' >> s.py",
        "cd src && echo '\tleft = 1\n\tright = 2' >> s.py",
        "cd src && sed -i '5a\\\n\tleft = 1\n\tright = 2' s.py",
        "python3 -c \"p = R / 'src' / 's.py'; p.write_text('\\tleft = 1\\n\\tright = 2\\n')\"",
    ],
)
def test_a_program_that_writes_gives_the_lines_of_its_literals(command: str) -> None:
    (write,) = program_writes(command, "/app")
    assert write.path == "/app/src/s.py"
    assert write.lines[-2:] == LINES


@pytest.mark.parametrize(
    "command",
    [
        "grep -n 'left = 1\nright' s.py",
        "python3 -c \"print(open('s.py').read(), 'left = 1\\nright = 2\\n')\"",
        "pytest s.py -k 'left'",
        "python3 -c '" + "x" * MAX_COMMAND + "'",
    ],
)
def test_a_command_that_only_reads_gives_nothing(command: str) -> None:
    assert program_writes(command, "/app") == []

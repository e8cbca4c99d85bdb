"""A command names the files that it may write, and holds their lines."""

from __future__ import annotations

import pytest

from aea.sources.programs import MAX_COMMAND, SIGNS, program_writes

LINES = [b"\tleft = 1", b"\tright = 2"]
PYTHON = "p = 's.py'\nt = open(p).read()\nopen(p, 'w').write(t.replace('''\\tx\n''', '''{}'''))\n"
SCRIPT = "open('s.py', 'w').write('''\tleft = 1\n\tright = 2''')\n"
REPLACED = (
    "s = open('s.py').read().replace('a', '\\tleft = 1').replace('b', '\\tright = 2')\n"
    "open('s.py', 'w').write(s)\n"
)
DIFF = "--- a/src/s.py\n+++ b/src/s.py\n@@ -1,2 +1,3 @@\n one\n-two\n+\tleft = 1\n+\tright = 2\n"


@pytest.mark.parametrize(
    "command",
    [
        "cd src && python3 - <<'EOF'\n" + PYTHON.format("\tleft = 1\n\tright = 2\n") + "EOF",
        "cd src && python3 - <<'EOF'\n" + PYTHON.format("\\tleft = 1\\n\\tright = 2\\n") + "EOF",
        "cd src && python3 <<EOF\n" + PYTHON.format("\tleft = 1\n\tright = 2\n") + "EOF\n",
        "cd src && uv run python -c $'open(\\'s.py\\', \\'w\\').write(\"\\tleft = 1\\\\n\\tright = 2\")'",
        "cd src; python3 -c \"p='s.py'; open(p,'w').write('\\tleft = 1\\n\\tright = 2\\n')\"",
        "cd src && bash -c \"python3 -c \\\"open('s.py','w').write('\\tleft = 1\\n\\tright = 2')\\\"\"",
        f"cd src && bash <<'END'\npython3 - <<'EOF'\n{SCRIPT}EOF\nEND\n",
        "cd src && node -e 'fs.writeFileSync(\"s.py\", `\tleft = 1\n\tright = 2\n`)'",
        "cd src && node --input-type=module --eval 'fs.writeFileSync(\"s.py\", `\tleft = 1\n\tright = 2`)'",
        'cd src && ruby -e \'File.write("s.py", "\\tleft = 1\\n\\tright = 2\\n")\'',
        "cd src && printf '\\tleft = 1\\n\\tright = 2\\n' >> s.py",
        "cd src && printf '%s\\n' '\tleft = 1' '\tright = 2' > s.py",
        "cd src && printf -- '\\tleft = 1\\n\\tright = 2\\n' | tee -a s.py",
        "cd src && echo '\tleft = 1\n\tright = 2' >> s.py",
        "cd src && > s.py echo $'\\tleft = 1\\n\\tright = 2'",
        "cd src && echo '\tleft = 1\n\tright = 2' > t.tmp && mv t.tmp s.py",
        "cd src && sed -i '5a\\\n\tleft = 1\n\tright = 2' s.py",
        "cd src && sed -i.bak -e '/^x$/c\\\tleft = 1\\n\tright = 2' s.py",
        "cd src && sed -i '' 's/^x$/\\tleft = 1\\n\\tright = 2/' s.py",
        "cd src && sed -E -i 's|^(x)$|\\tleft = 1\\\n\tright = 2|g' s.py",
        "cd src && sed --in-place --expression='s/x/\\tleft = 1\\n\\tright = 2/' s.py",
        "cd src && perl -0777 -pi -e 's/x\\n/\\tleft = 1\\n\\tright = 2\\n/' s.py",
        "cd src && perl -i.bak -pe 's{x\\n}{\\tleft = 1\\n\\tright = 2\\n}g' s.py",
        "cd src && awk '{print} NR==3 {print \"\\tleft = 1\\n\\tright = 2\"}' s.old > s.py",
        'cd src && awk \'BEGIN {print "\\tleft = 1"; print "\\tright = 2" > "s.py"}\'',
        "cd src && ed -s s.py <<'EOF'\n3a\n\tleft = 1\n\tright = 2\n.\nw\nq\nEOF\n",
        "cd src && printf '%s\\n' 2i $'\\tleft = 1' $'\\tright = 2' . w q | ed -s s.py",
        "git apply <<'EOF'\n" + DIFF + "EOF\n",
        "git apply --index -p1 - <<'EOF'\n" + DIFF + "EOF\n",
        "cat <<'EOF' | patch -p1\n" + DIFF + "EOF\n",
        "cd src && patch -p2 <<'EOF'\n" + DIFF + "EOF\n",
        "cd src && patch s.py <<'EOF'\n" + DIFF + "EOF\n",
        "cd src && pwsh -Command \"Set-Content -Path s.py -Value '\tleft = 1\n\tright = 2'\"",
        "@'\n\tleft = 1\n\tright = 2\n'@ | Set-Content -Encoding utf8 src/s.py",
        'Add-Content src\\s.py "`tleft = 1`n`tright = 2"',
        "[IO.File]::WriteAllText('src/s.py', @\"\n\tleft = 1\n\tright = 2\n\"@)",
        f"cd src && cat <<'EOF' | python3 -\n{SCRIPT}EOF\n",
        f"cd src && cat > /tmp/fix.py <<'EOF'\n{SCRIPT}EOF\npython3 /tmp/fix.py",
        "cd src && { echo '\tleft = 1'; echo '\tright = 2'; } > s.py",
        "cd src && (echo '\tleft = 1'; echo '\tright = 2') >> s.py",
        "cd src && echo '\tleft = 1\n\tright = 2' | cat >> s.py",
        "cd src && cat > s.py <<< $'\\tleft = 1\\n\\tright = 2'",
        "cd src && F=s.py; sed -i 's/x/\\tleft = 1\\n\\tright = 2/' \"$F\"",
        "cd src && for f in r.py s.py; do perl -pi -e 's/x/\\tleft = 1\\n\\tright = 2/' ${f}; done",
        "cd src && if true; then sed -i '/a/,/b/c\\\n\tleft = 1\\\n\tright = 2' s.py; fi",
        "cd src && perl -ni -e 'print; print \"\\tleft = 1\\n\\tright = 2\\n\" if /x/' s.py",
        "cd src && ruby -i -pe 'gsub(/x/, \"\\tleft = 1\\n\\tright = 2\")' s.py",
        "# don't\ncd src && gawk -i inplace '{print} /x/{print \"\\tleft = 1\\n\\tright = 2\"}' s.py",
        "python3 -c \"p = R / 'src' / 's.py'; p.write_text('\\tleft = 1\\n\\tright = 2\\n')\"",
        f"cd src && python3 - <<'EOF'\n{REPLACED}EOF\n",
    ],
)
def test_a_command_that_writes_gives_the_lines_of_its_texts(command: str) -> None:
    (write,) = [one for one in program_writes(command, "/app") if one.path == "/app/src/s.py"]
    assert write.lines[-2:] == LINES or write.lines[:2] == LINES
    assert b"<<" in command.encode() or any(sign in command.encode() for sign in SIGNS)


@pytest.mark.parametrize(
    ("literal", "line"),
    [
        ("f'''{{\"a\": 1}}\n'''", b'{"a": 1}'),
        ("r'''\\d+\n'''", b"\\d+"),
        ("'''caf\\u00e9 \\x41\n'''", "café A".encode()),
        ("'''a \\\nb\n'''", b"a b"),
        ("'it\\'s\\n'", b"it's"),
    ],
)
def test_escapes_of_a_literal_are_undone(literal: str, line: bytes) -> None:
    command = f"python3 - <<'EOF'\nopen('s.py', 'w').write({literal})\nEOF\n"
    assert [one.lines for one in program_writes(command, "/app")] == [[line]]


def test_a_file_that_is_opened_needs_no_suffix() -> None:
    (write,) = program_writes("python3 -c \"open('Makefile', 'w').write('all:\\n')\"", "/app")
    assert (write.path, write.lines) == ("/app/Makefile", [b"all:"])


def test_what_a_program_prints_or_searches_for_is_not_written() -> None:
    program = (
        "s = open('s.py').read().replace('old = 1', 'new = 2')\nassert 'x' in s\nprint('done')\n"
    )
    command = f"python3 - <<'EOF'\n{program}open('s.py', 'w').write(s)\nEOF\n"
    (write,) = program_writes(command, "/app")
    assert b"new = 2" in write.lines
    assert not {b"old = 1", b"done"} & set(write.lines)


def test_a_patch_gives_each_of_its_files_its_own_lines() -> None:
    more = "diff --git a/t.py b/t.py\n--- /dev/null\n+++ b/t.py\n@@ -0,0 +1 @@\n+more = 3\n"
    writes = program_writes(f"git apply <<'EOF'\n{DIFF}{more}EOF\n", "/app")
    assert [(one.path, one.lines) for one in writes] == [
        ("/app/src/s.py", LINES),
        ("/app/t.py", [b"more = 3"]),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "grep -n 'left = 1\nright' s.py",
        "python3 -c \"print(open('s.py').read(), 'left = 1\\nright = 2\\n')\"",
        "pytest s.py -k 'left'",
        "sed -n 's/a/left = 1/p' s.py",
        "perl -ne 'print if s/a/left = 1/' s.py",
        "echo 'left = 1' > /dev/null",
        "echo 'left = 1' 2>&1",
        "git commit -F - <<'EOF'\n+++ b/s.py\n+left = 1\nEOF\n",
        "echo 'left = 1' > \"$OUT\"",
        "# sed -i 's/a/left = 1/' s.py",
        "python3 -c '" + "x" * MAX_COMMAND + "'",
    ],
)
def test_a_command_that_only_reads_gives_nothing(command: str) -> None:
    assert program_writes(command, "/app") == []

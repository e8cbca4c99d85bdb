"""The writes that a Codex tool call asks for."""

from __future__ import annotations

import json

import pytest

from aea import lines
from aea.sources.codex.edits import proposed_edits
from tests.support.codex import changes_of


def test_every_wrapping_of_a_patch_is_read() -> None:
    paths = ["", "src/w1.py", "src/w2.py", "src/w3.py", "src/w4.py", "src/w5.py"]
    paths += ["sub/src/w6.py", "lib/src/w7.py", "/srv/other/src/w8.py", "src/w9.py"]
    paths += ["src/w10.py", "deep/src/w11.py", "src/w12.py"]
    assert changes_of("apply_patch_wrappings") == [
        *[(path, "update", 2, 1) for path in paths[1:]],
        ("new/name.py", "update", 1, 1),
        ("gone.py", "delete", 0, 0),
        ("added.py", "create", 2, 0),
    ]


def test_a_path_is_as_recorded_when_no_directory_is_known() -> None:
    patch = json.dumps("*** Begin Patch\n*** Add File: a/b\n+1\n*** End Patch").encode()
    assert proposed_edits("apply_patch", patch, None).edits[0].path == "a/b"


def test_a_file_touched_twice_is_one_change() -> None:
    patch = (
        "*** Begin Patch\n*** Add File: a\n+1\n*** Update File: a\n@@\n-1\n+2\n"
        "*** Update File: b\n@@\n+x\n*** End Patch"
    )
    first, second = proposed_edits("apply_patch", json.dumps(patch).encode(), "/w").edits
    assert (first.path, first.operation, first.added_runs) == ("/w/a", "create", None)
    assert first.added_hashes == lines.hash_lines([b"1", b"2"])
    assert first.removed_hashes == lines.hash_lines([b"1"])
    assert second.path == "/w/b"


def test_escaped_markup_does_not_hide_a_write() -> None:
    arguments = json.dumps(json.dumps({"cmd": "cat > a <<'EOF'\nx\nEOF"}).replace("<", "\\u003c"))
    assert len(proposed_edits("exec_command", arguments.encode(), "/w").edits) == 1


WRITE = "open('s.py', 'w').write('a = 1\\n')"


@pytest.mark.parametrize(
    "words",
    [
        ["python3", "-c", WRITE],
        ["/usr/bin/env", "python3.12", "-c", WRITE],
        ["bash", "-lc", f'python3 -c "{WRITE}"'],
        ["/bin/zsh", "-lc", f"python3 - <<'EOF'\n{WRITE}\nEOF"],
        ["sed", "-i", "s/^a = 0$/a = 1/", "s.py"],
        ["pwsh", "-NoProfile", "-Command", "Set-Content -Path s.py -Value 'a = 1'"],
        ["C:\\Windows\\powershell.exe", "-Command", "'a = 1' | Out-File s.py"],
    ],
)
def test_a_program_in_the_words_of_a_command(words: list[str]) -> None:
    for arguments in ({"command": words}, json.dumps({"command": words, "workdir": "/w"})):
        (edit,) = proposed_edits("shell", json.dumps(arguments).encode(), "/w").edits
        assert (edit.path, edit.operation) == ("/w/s.py", "script")
        assert edit.added_hashes == lines.hash_lines([b"a = 1"])


BOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["a = 1\n", "b = 2"]}]}, indent=1)


def test_a_patch_of_a_notebook_has_the_lines_of_its_sources() -> None:
    whole = "".join(f"+{line}\n" for line in BOOK.split("\n"))
    patch = (
        f"*** Begin Patch\n*** Add File: n.ipynb\n{whole}*** Update File: m.ipynb\n@@\n"
        '-    "b = 2"\n+    "b = 3\\n",\n+    "c = 4"\n   "execution_count": 1,\n*** End Patch'
    )
    new, changed = proposed_edits("apply_patch", json.dumps(patch).encode(), "/w").edits
    assert new.added_hashes == lines.hash_lines([b"a = 1", b"b = 2"])
    assert changed.added_hashes == lines.hash_lines([b"b = 3", b"c = 4"])
    assert (changed.removed_hashes, changed.added_runs) == (lines.hash_lines([b"b = 2"]), None)


def test_a_here_document_of_a_notebook_has_the_lines_of_its_sources() -> None:
    asked = json.dumps({"command": ["bash", "-lc", f"cat > n.ipynb <<'E'\n{BOOK}\nE\n"]})
    (edit,) = proposed_edits("shell", asked.encode(), "/w").edits
    assert edit.added_hashes == lines.hash_lines([b"a = 1", b"b = 2"])

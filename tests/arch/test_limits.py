"""The tail is policed, the median left alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "aea").rglob("*.py"))


def test_modules_functions_and_sql_files_stay_short() -> None:
    for path in MODULES:
        text = path.read_text()
        assert text.count("\n") <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 50, f"{path}: {node.name}"
    for path in sorted((ROOT / "sql").rglob("*.sql")):
        if path.parent.name != "migrations":
            assert path.read_text().count("\n") <= 120, path


def test_git_never_takes_a_device_for_a_file_that_it_may_write() -> None:
    """Git renames a new file over its configuration: as root it would replace /dev/null."""
    for path in [*MODULES, *(ROOT / "tests").rglob("*.py")]:
        for line in path.read_text().splitlines():
            if "GIT_CONFIG_GLOBAL" in line:
                assert "devnull" not in line, path
                assert "/dev/" not in line, path


def test_nothing_is_left_to_do_and_one_sqlite_library_is_used() -> None:
    for path in MODULES:
        text = path.read_text()
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text), path
        assert not re.search(r"^\s*(import|from) (sqlite3|sqlite_utils)", text, re.MULTILINE), path
        if re.search(r"^\s*(import|from) apsw", text, re.MULTILINE):
            assert "store" in path.parts, path

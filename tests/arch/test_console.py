"""Everything printed passes through aea.console: a new command is safe without doing anything."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BORDER = ROOT / "aea" / "console.py"
FORBIDDEN = {
    "print",
    "input",
    "click.echo",
    "click.secho",
    "click.echo_via_pager",
    "click.confirm",
    "click.prompt",
    "click.progressbar",
    "json.dump",
    "traceback.print_exc",
    "warnings.warn",
    "sys.displayhook",
}
STREAMS = ("stdout", "stderr", "__stdout__", "__stderr__")
HARMLESS = {"isatty", "fileno"}


def _calls(tree: ast.AST) -> set[str]:
    """The names of all calls, and the uses of the standard streams that may write."""
    names = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    uses = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    writes = {
        use
        for use in uses
        if use.startswith(("sys.std", "sys.__std"))
        if use.split(".")[1] in STREAMS
        and use.split(".")[2:3] not in ([], *([h] for h in HARMLESS))
    }
    return (names & FORBIDDEN) | writes


def test_only_the_console_prints() -> None:
    for path in sorted((ROOT / "aea").rglob("*.py")):
        if path != BORDER:
            assert _calls(ast.parse(path.read_text())) == set(), path


def test_the_check_sees_what_it_forbids() -> None:
    for code in ("click.echo(x)", "print(x)", "sys.stdout.write(x)", "sys.stderr.buffer.write(x)"):
        assert _calls(ast.parse(code)), code
    assert not _calls(ast.parse("sys.stderr.isatty()"))

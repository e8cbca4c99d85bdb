"""Git is started in one place, and few modules start any program."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "aea").rglob("*.py"))
GIT = "aea/git/command.py"
STARTERS = {
    GIT,
    "aea/cli/demo.py",  # aea itself
    "aea/daemon/backlog.py",  # aea itself
    "aea/daemon/run.py",  # aea itself, newer
    "aea/forge/token.py",  # gh and glab
    "aea/git/diff_stream.py",  # a type only
    "aea/service/launchd.py",
    "aea/service/systemd.py",
    "aea/service/taskscheduler.py",
}
STARTING = ("system", "popen", "posix_spawn", "posix_spawnp", "startfile", "fork", "forkpty")
FAMILIES = ("exec", "spawn")
LIBRARIES = {"subprocess", "pty", "multiprocessing", "_posixsubprocess", "sh", "git", "dulwich"}
FILTERING = {  # pygit2: these convert content or read the work tree, and may start a filter
    "BlobIO",
    "checkout",
    "checkout_head",
    "checkout_index",
    "checkout_tree",
    "create_blob_fromworkdir",
    "discover_repository",
    "status",
    "status_file",
}


def _imports(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def _is_start(node: ast.AST) -> bool:
    """os.system and its kind, and asyncio's way to start a process."""
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr.startswith("create_subprocess"):
        return True
    is_os = isinstance(node.value, ast.Name) and node.value.id == "os"
    return is_os and (node.attr in STARTING or node.attr.startswith(FAMILIES))


def _names_git(node: ast.AST) -> bool:
    """A list or tuple that begins like a command line of git."""
    if not isinstance(node, ast.List | ast.Tuple) or len(node.elts) < 2:
        return False
    first = node.elts[0]
    return isinstance(first, ast.Constant) and first.value in ("git", "/usr/bin/git")


@pytest.mark.parametrize("module", MODULES)
def test_git_is_called_in_one_place(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text())
    nodes = list(ast.walk(tree))
    if module not in STARTERS:
        assert not _imports(tree) & LIBRARIES
        assert not any(map(_is_start, nodes))
    if module != GIT:
        assert not any(map(_names_git, nodes))
    if "pygit2" in _imports(tree):
        assert module == "aea/git/walk.py"
        used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert not used & FILTERING

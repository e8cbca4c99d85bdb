"""No command, and no daemon, starts a program that settings, attributes or environment name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aea.cli.main import COMMANDS
from tests.cli.test_commands import ROOT
from tests.support import daemons
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

SESSION = "aaaaaaaa-1111-4111-8111-111111111111"
DRIVERS = ("evil", "lfs", "a=b.c", "Ünï cödé")
KEYS = (
    "alias.blame",
    "alias.cat-file",
    "alias.config",
    "alias.diff-tree",
    "alias.rev-parse",
    "browser.x.cmd",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.external",
    "diff.tool",
    "difftool.x.cmd",
    "fsck.skipList",
    "gpg.program",
    "gpg.openpgp.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.x509.program",
    "guitool.x.cmd",
    "hook.x.command",
    "interactive.diffFilter",
    "man.x.cmd",
    "mergetool.x.cmd",
    "merge.evil.driver",
    "pager.blame",
    "pager.config",
    "pager.diff",
    "pager.log",
    "pager.show",
    "receive.procReceiveRefs",
    "remote.origin.proxy",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "sendemail.sendmailCmd",
    "sequence.editor",
    "submodule.sub.update",
    "tar.x.command",
    "trailer.x.cmd",
    "trailer.x.command",
    "uploadpack.packObjectsHook",
    "web.browser",
)
PLAIN = {
    "core.repositoryFormatVersion": "1",
    "extensions.partialClone": "origin",
    "gc.auto": "1",
    "gc.autoDetach": "false",
    "hook.x.event": "post-commit",
    "log.showSignature": "true",
    "maintenance.auto": "true",
    "pager.cat-file": "true",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "remote.origin.promisor": "true",
    "submodule.recurse": "true",
}
VARIABLES = (
    "BROWSER",
    "EDITOR",
    "GIT_ASKPASS",
    "GIT_EDITOR",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_PROXY_COMMAND",
    "GIT_SEQUENCE_EDITOR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "LESSOPEN",
    "PAGER",
    "SSH_ASKPASS",
    "VISUAL",
)
HOOKS = (
    "fsmonitor-watchman",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "pre-auto-gc",
    "reference-transaction",
)
ARGUMENTS: dict[str, tuple[tuple[str, ...], ...]] = {  # a command not named here runs without any
    "backup": (("backup",),),
    "blame": (("blame", "a.py"), ("blame", "a.py", "--at", "HEAD"), ("blame", "new.py")),
    "daemon": (("daemon", "status"),),
    "demo": (("demo",),),
    "hooks": (("hooks", "status"),),
    "repos": (("repos",), ("repos", "alias", ".", ".")),
    "restore": (("restore", "nothing"),),
    "service": (("service", "status"),),
    "session": (("session",), ("session", "show", SESSION[:8])),
    "show": (("show", "HEAD"), ("show", "HEAD~1")),
    "sql": (("sql", "SELECT 1"),),
    "why": (("why", "HEAD"), ("why", "churn")),
}


@pytest.fixture
def trap(home: Path) -> Path:
    """A program that leaves a file beside it whenever it runs."""
    program = home / "trap" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$0 $*" >>{home / "sprung"}\ncat\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def repo(home: Path, trap: Path) -> Repo:
    """A repository whose work tree, history, attributes, hooks and settings all lead to the trap."""
    repo = make_repo(home / "repo")
    repo.clock = START
    drivers = "".join(
        f"*.{name} diff={name} filter={name}\n" for name in DRIVERS if " " not in name
    )
    attributes = f"{drivers}*.py diff=evil filter=evil merge=evil text eol=lf ident\n"
    repo.change({"a.py": "x = 1\n", ".gitattributes": attributes})
    repo.change({"a.py": "x = 1\ny = 2\n"})
    repo.write(".git/info/attributes", attributes)
    repo.write("a.py", "x = 1\ny = 2\nz = 3\n")
    repo.write("new.py", "n = 1\n")
    session = ClaudeSession(SESSION, cwd=str(repo.directory))
    session.prompt("go").edit(str(repo.directory / "a.py"), "x = 1", "x = 1\ny = 2").write(home)
    os.link(trap, repo.directory / ".git" / "git")
    _set_traps(repo, trap)
    return repo


def _set_traps(repo: Repo, trap: Path) -> None:
    hooks = repo.directory / "evil-hooks"
    hooks.mkdir()
    for name in HOOKS:
        os.link(trap, hooks / name)
    lines = [_entry(key, str(trap) if not key.startswith("alias") else f"!{trap}") for key in KEYS]
    lines += [_entry(key, value) for key, value in PLAIN.items()]
    lines += [_entry("core.hooksPath", str(hooks)), _entry("remote.origin.url", f"ext::{trap}")]
    for driver in DRIVERS:
        for key in ("clean", "smudge", "process"):
            lines.append(f'[filter "{driver}"]\n{key} = {trap}\nrequired = true\n')
        lines.append(f'[diff "{driver}"]\ntextconv = {trap}\ncommand = {trap}\n')
    path = repo.directory / ".git" / "included"
    path.write_text("".join(lines))
    with open(repo.directory / ".git" / "config", "a", encoding="utf-8") as file:
        file.write(_entry("include.path", str(path)))


def _entry(key: str, value: str) -> str:
    section, _, name = key.rpartition(".")
    section, dot, rest = section.partition(".")
    quoted = f' "{rest}"' if dot else ""
    return f"[{section}{quoted}]\n{name} = {value}\n"


def _surroundings(trap: Path, repo: Repo) -> dict[str, str]:
    included = f"'include.path={repo.directory / '.git' / 'included'}'"
    return {name: str(trap) for name in VARIABLES} | {
        "GIT_ALLOW_PROTOCOL": "ext:file:ssh",
        "GIT_CONFIG": str(repo.directory / ".git" / "included"),
        "GIT_CONFIG_PARAMETERS": included,
        "GIT_EXEC_PATH": str(trap.parent),
        "GIT_TEMPLATE_DIR": str(repo.directory / "evil-hooks"),
        "GIT_TRACE2_EVENT": str(trap.parent / "trace"),
        "PATH": f".:{os.environ['PATH']}",
    }


def _run(arguments: tuple[str, ...], directory: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        cwd=directory,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def _sprung(home: Path) -> str:
    path = home / "sprung"
    return path.read_text() if path.exists() else ""


def test_the_trap_works(repo: Repo, home: Path) -> None:
    for words in (("blame", "a.py"), ("diff",), ("status",)):
        (home / "sprung").unlink(missing_ok=True)
        repo.git("-c", "blame.ignoreRevsFile=", *words, check=False)
        assert _sprung(home), words


def test_no_command_starts_a_program(repo: Repo, home: Path, trap: Path) -> None:
    variables = _surroundings(trap, repo)
    for command in ("ingest", *(name for name in COMMANDS if name != "ingest"), "check"):
        for arguments in ARGUMENTS.get(command, ((command,),)):
            _run(arguments, repo.directory, variables)
            assert _sprung(home) == "", arguments
    assert not (trap.parent / "trace").exists()


def test_no_command_breaks(repo: Repo, trap: Path) -> None:
    variables = _surroundings(trap, repo)
    for arguments in (
        ("ingest",),
        ("show", "HEAD"),
        ("why", "HEAD"),
        ("blame", "a.py"),
        ("stats",),
    ):
        assert _run(arguments, repo.directory, variables) == "", arguments


@pytest.mark.parametrize("url", ["ext::{0}", "ssh://host/x", "git://host/x", "file://{1}", "x::y"])
def test_a_missing_object_is_not_fetched_by_a_program(
    repo: Repo, home: Path, trap: Path, url: str
) -> None:
    included = repo.directory / ".git" / "included"
    settings = included.read_text()
    included.write_text(settings.replace(f"ext::{trap}", url.format(trap, repo.directory)))
    blob = repo.git("rev-parse", "HEAD~1:a.py")
    (repo.directory / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    variables = _surroundings(trap, repo)
    for arguments in (("ingest",), ("show", "HEAD"), ("blame", "a.py"), ("why", "HEAD")):
        _run(arguments, repo.directory, variables)
        assert _sprung(home) == "", arguments
    assert "missing" in _run(("blame", "a.py"), repo.directory, variables)


def test_the_daemon_starts_no_program(repo: Repo, home: Path, trap: Path) -> None:
    with daemons.running(**_surroundings(trap, repo)):
        daemons.aea("stats", cwd=repo.directory)
        daemons.until(daemons.is_up_to_date)
    assert _sprung(home) == ""

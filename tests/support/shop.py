"""A repository with every way to reach the main branch, and the forge that knows of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tests.support.forge import Forge, Pull
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path


class Shop(NamedTuple):
    """The repository, and its commits by what they are."""

    repo: Repo
    commits: dict[str, str]


_BY_SESSION = {"direct": "d.py", "unpushed": "u.py", "rebased": "r.py"}


def make_shop(home: Path, forge: Forge) -> Shop:
    """Commits with and without lines of a session; pull requests 1 to 5."""
    repo = make_repo(home / "repo")
    repo.clock = START
    repo.git("remote", "add", "origin", forge.remote)
    repo.change(dict.fromkeys(_BY_SESSION.values(), "x = 1\n"), "Begin")
    session = ClaudeSession("s1", cwd=str(repo.directory))
    session.prompt("change it")
    for number, name in enumerate(_BY_SESSION.values()):
        new = f"x = 2\ny_{number} = 3\nz_{number} = 4"
        session.edit(str(repo.directory / name), "x = 1", new)
    session.write(home)
    repo.clock = START + 600
    commits: dict[str, str] = {}
    for name in ("work", "brought", "open", "closed"):
        repo.git("checkout", "-q", "-b", name, "main")
        commits[name] = repo.change({f"{name}.py": f"{name} = 1\n"}, f"The {name}")
    repo.git("checkout", "-q", "main")
    commits["squash"] = repo.change(
        {"work.py": "work = 1\n"}, "Work (#1)" if forge.kind == "github" else "Work (!1)"
    )
    repo.git("merge", "-q", "--no-ff", "-m", "Bring it", "brought")
    commits["merge"] = repo.git("rev-parse", "HEAD")
    for number, (name, path) in enumerate(_BY_SESSION.items()):
        content = f"x = 2\ny_{number} = 3\nz_{number} = 4\n"
        commits[name] = repo.change({path: content}, f"The {name}")
    _open_pulls(forge, commits)
    return Shop(repo, commits)


def _open_pulls(forge: Forge, commits: dict[str, str]) -> None:
    squash = (
        {"squash_sha": commits["squash"]}
        if forge.kind == "gitlab"
        else {"merge_sha": commits["squash"]}
    )
    closed = partial(Pull, state="closed")
    forge.pulls = [
        closed(1, commits["work"], 1001, 2001, merged=1501, commits=[commits["work"]], **squash),
        closed(
            2,
            commits["brought"],
            1002,
            2002,
            merged=1502,
            merge_sha=commits["merge"],
            commits=[commits["brought"]],
        ),
        Pull(3, commits["open"], 1003, 2003, commits=["9" * 40, commits["open"], "8" * 40]),
        closed(4, commits["closed"], 1004, 2004, commits=[commits["closed"]]),
        closed(5, "7" * 40, 1005, 2005, merged=1505, commits=["7" * 40]),
    ]
    forge.in_pulls = {commits["rebased"]: [5]}
    forge.absent = {commits["unpushed"]}

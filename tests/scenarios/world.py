"""A repository in which the author of every line is known, through whatever git does to it."""

from __future__ import annotations

import difflib
import os
import random
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.scenarios.sessions import Author, Claude, Codex, Session
from tests.support.repos import environment

START = 1_790_000_000
_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,\d+)? @@")


class Line(NamedTuple):
    """A line, who wrote it (None: a person), and the operation it went through last."""

    text: str
    author: Author | None
    operation: str


Files = dict[str, list[Line]]


class ConflictError(Exception):
    """git could not do it; the operation is taken back."""


class World:
    """Files as the model has them, the repository as git has it, and the sessions that write."""

    def __init__(self, place: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.place = place
        self.home = place / "home"
        self.repository = place / "repo"
        self.tree = self.repository  # the work tree that is worked in now
        self.clock = START + self.dice.randrange(10_000)
        self.files: Files = {}
        self.commits: dict[str, Files] = {}
        self.sessions: list[Session] = []
        self.operation = "begin"
        self.counter = 0
        self.ever: dict[str, Line] = {}  # every text there ever was, as it was last
        self.counters: dict[str, int] = {}
        self.moves: list[tuple[Path, Path]] = []
        self.repository.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str, data: str = "", check: bool = True, **extra: str) -> str:
        """git in the current work tree; the clock moves on."""
        self.clock += 7
        date = f"{self.clock} +0000"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        if (args[0] in ("rebase", "cherry-pick", "commit") and "--amend" in args) or args[0] in (
            "rebase",
            "cherry-pick",
        ):
            del dates["GIT_AUTHOR_DATE"]
        done = subprocess.run(
            ["git", "-c", "rerere.enabled=false", *args],
            cwd=self.tree,
            env=environment() | {"GIT_EDITOR": "true"} | dates | extra,
            input=data,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and check:
            raise ConflictError(f"git {args}: {done.stderr}")
        return done.stdout.removesuffix("\n")

    def token(self) -> str:
        """A word that is nowhere else."""
        self.counter += 1
        return f"{self.dice.choice(('alpha', 'cargo', 'delta', 'ember'))}_{self.counter:04d}"

    def counter_of(self, kind: str) -> int:
        """The number of the latest branch of a kind."""
        return self.counters[kind]

    def new_lines(self, count: int, author: Author | None) -> list[Line]:
        """Lines as code has them: most with a word of their own, some trivial, some repeated."""
        found = []
        for _ in range(count):
            kind = self.dice.random()
            token = self.token()
            if kind < 0.10:
                text = self.dice.choice(("", "    }", "", "}"))
            elif kind < 0.16:
                text = self.dice.choice(("    return result", "    else:", "    raise ValueError"))
            elif kind < 0.5:
                text = f"    {token}(first_{token}, second_{token})"
            else:
                text = f"{self.dice.choice(('', '    ', chr(9)))}{token} = {self.counter}"
            found.append(Line(text, author, self.operation))
        if found and not any("_" in line.text for line in found):
            found[0] = Line(f"{self.token()} = 1", author, self.operation)
        return found

    def set_file(self, path: str, lines: list[Line]) -> None:
        """Change a file in model and work tree."""
        self.files[path] = lines
        self.ever.update((line.text, line) for line in lines)
        where = self.tree / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text("".join(f"{line.text}\n" for line in lines))

    def write(self, session: Session | None, path: str, lines: list[Line]) -> None:
        """Change a file, by a session's tool or by a person's hand."""
        before = self.files.get(path)
        self.clock += self.dice.randrange(2, 90)
        if session is not None:
            old = None if before is None else [line.text for line in before]
            new = [line.text for line in lines]
            session.edit(str(self.tree / path), old, new, self.clock, str(self.tree))
        self.set_file(path, lines)

    def commit(self, *options: str) -> str:
        """Commit all that is in the work tree."""
        self.clock += self.dice.randrange(2, 60)
        self.git("add", "-A")
        self.git(
            "commit", "-q", "--allow-empty", "-m", f"{self.operation} {self.counter}", *options
        )
        return self.learn_head()

    def learn_head(self) -> str:
        """Remember the head commit with the files of the model."""
        sha = self.git("rev-parse", "HEAD")
        self.commits[sha] = {path: list(lines) for path, lines in self.files.items()}
        return sha

    def learn_range(self, base: str, *sources: Files) -> None:
        """Remember commits that git made from others, each with the files that git gave it."""
        for sha in self.git("rev-list", "--reverse", f"{base}..HEAD").split():
            if sha not in self.commits:
                parent = self.git("rev-parse", "-q", "--verify", f"{sha}^", check=False)
                before = self.commits.get(parent, {})
                self.commits[sha] = self.read_commit(sha, before, *sources)
        self.files = {path: list(lines) for path, lines in self.commits[self.head()].items()}
        self.check()

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def read_commit(self, sha: str, *sources: Files) -> Files:
        """The files of a commit, each line with the author that it has in one of the sources."""
        files: Files = {}
        for path in self.git("ls-tree", "-r", "--name-only", sha).splitlines():
            texts = _lines(self.git("show", f"{sha}:{path}") + "\n")
            files[path] = adopt(texts, [source.get(path, []) for source in sources], self.ever)
        return files

    def reload(self, *sources: Files) -> None:
        """Take the work tree as git left it."""
        listed = self.git("ls-files").splitlines()
        files: Files = {}
        for path in listed:
            texts = _lines((self.tree / path).read_text())
            files[path] = adopt(texts, [source.get(path, []) for source in sources], self.ever)
        self.files = files

    def check(self) -> None:
        """The model's files are the disk's."""
        for path, lines in self.files.items():
            texts = _lines((self.tree / path).read_text())
            assert texts == [line.text for line in lines], f"{path} differs from the model"

    def switch(self, *args: str) -> None:
        """Check out something and take its files."""
        self.git("checkout", "-q", *args)
        self.files = {path: list(lines) for path, lines in self.commits[self.head()].items()}

    def new_session(self) -> Session:
        """A session of some provider, sometimes one that reaches the disk late."""
        number = len(self.sessions) + 1
        late = self.dice.random() < 0.15
        if self.dice.random() < 0.6:
            identity = f"{self.dice.getrandbits(32):08x}-0000-4000-8000-{number:012d}"
            author = Author("claude_code", identity)
            path = self.home / ".claude" / "projects" / "-repo" / f"{identity}.jsonl"
            session: Session = Claude(author, path, late=late)
        else:
            identity = f"0197b001-1000-7000-8000-{number:012d}"
            day = self.home / ".codex" / "sessions" / "2026" / "09" / "21"
            path = day / f"rollout-2026-09-21T10-00-00-{identity}.jsonl"
            tells = self.dice.random() < 0.5
            session = Codex(Author("codex", identity), path, late=late, tells=tells)
        self.sessions.append(session)
        return session

    def new_agent(self, parent: Session) -> Session:
        """A sub-agent of a Claude session."""
        agent = f"a{len(self.sessions):07d}"
        identity = parent.author.session_id
        folder = self.home / ".claude" / "projects" / "-repo" / identity / "subagents"
        author = Author("claude_code", identity, agent)
        session = Claude(author, folder / f"agent-{agent}.jsonl", late=parent.late)
        self.sessions.append(session)
        return session

    def truth(self) -> dict[str, dict[tuple[str, int], Line]]:
        """Of every ordinary commit, each added line."""
        found = {}
        for sha, files in self.commits.items():
            parents = self.git("rev-list", "--parents", "-n", "1", sha).split()[1:]
            if len(parents) < 2:
                found[sha] = {
                    (path, number): files[path][number - 1] for path, number in self.added(sha)
                }
        return found

    def added(self, sha: str) -> list[tuple[str, int]]:
        """(path, line number) of the lines that a commit adds, as the diff of aea has them."""
        found: list[tuple[str, int]] = []
        path, number = "", 0
        for line in self.git("show", "--format=", "-U1", "-M", "--root", sha).splitlines():
            if line.startswith("+++ "):
                path = line[6:].removesuffix("\t")
            elif hunk := _HUNK.match(line):
                number = int(hunk[1])
            elif line.startswith("+"):
                found.append((path, number))
                number += 1
            elif line.startswith(" "):
                number += 1
        return found

    def move_clone(self) -> None:
        """Another directory for the whole repository."""
        new = self.place / f"moved-{len(self.moves)}"
        os.rename(self.repository, new)
        self.moves.append((self.repository, new))
        self.repository = self.tree = new


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def adopt(texts: list[str], same: list[list[Line]], ever: dict[str, Line]) -> list[Line]:
    """Give each text the author it has at its place in a source, else that it had at any time."""
    found: list[Line | None] = [None] * len(texts)
    for lines in same:
        old = [line.text for line in lines]
        matcher = difflib.SequenceMatcher(None, old, texts, autojunk=False)
        for start, at, length in matcher.get_matching_blocks():
            for step in range(length):
                found[at + step] = found[at + step] or lines[start + step]
    return [line or ever[text] for line, text in zip(found, texts, strict=True)]

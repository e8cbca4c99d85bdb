"""No git setting of a user breaks a command or changes what it prints; a failure of git says what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import aea
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

MISSING = "/nonexistent/file"
SETTINGS = {
    "advice.detachedHead": "false",
    "blame.blankBoundary": "true",
    "blame.coloring": "highlightRecent",
    "blame.date": "relative",
    "blame.ignoreRevsFile": MISSING,
    "blame.markIgnoredLines": "true",
    "blame.markUnblamableLines": "true",
    "blame.showEmail": "true",
    "blame.showRoot": "true",
    "color.blame.repeatedLines": "red",
    "color.diff": "always",
    "color.ui": "always",
    "column.ui": "always",
    "commit.template": MISSING,
    "core.abbrev": "4",
    "core.attributesFile": MISSING,
    "core.commentChar": "%",
    "core.deltaBaseCacheLimit": "1",
    "core.disambiguate": "blob",
    "core.excludesFile": MISSING,
    "core.logAllRefUpdates": "always",
    "core.pager": "false",
    "core.quotePath": "true",
    "core.warnAmbiguousRefs": "false",
    "core.whitespace": "tabwidth=3,-blank-at-eof",
    "diff.algorithm": "histogram",
    "diff.autoRefreshIndex": "false",
    "diff.colorMoved": "zebra",
    "diff.context": "9",
    "diff.dirstat": "lines",
    "diff.dstPrefix": "y/",
    "diff.ignoreSubmodules": "all",
    "diff.indentHeuristic": "false",
    "diff.interHunkContext": "9",
    "diff.mnemonicPrefix": "true",
    "diff.noPrefix": "true",
    "diff.orderFile": MISSING,
    "diff.relative": "true",
    "diff.renameLimit": "1",
    "diff.renames": "false",
    "diff.srcPrefix": "x/",
    "diff.statGraphWidth": "1",
    "diff.submodule": "log",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "diff.wsErrorHighlight": "all",
    "fetch.prune": "true",
    "format.notes": "*",
    "format.pretty": "oneline",
    "grep.patternType": "perl",
    "i18n.commitEncoding": "latin1",
    "i18n.logOutputEncoding": "latin1",
    "log.abbrevCommit": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "log.diffMerges": "off",
    "log.excludeDecoration": "*",
    "log.follow": "true",
    "log.initialDecorationSet": "all",
    "log.mailmap": "false",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "mailmap.blob": "HEAD:nothing",
    "mailmap.file": MISSING,
    "merge.conflictStyle": "diff3",
    "notes.displayRef": "refs/notes/*",
    "pager.blame": "true",
    "pager.diff": "true",
    "pretty.raw": "oneline",
    "rerere.enabled": "true",
    "status.branch": "true",
    "status.relativePaths": "false",
    "status.short": "true",
    "submodule.recurse": "true",
    "tag.sort": "-creatordate",
    "trailer.separators": "#",
    "transfer.hideRefs": "refs/heads",
    "uploadpack.hideRefs": "refs/heads",
    "versionsort.suffix": "-rc",
}
COMMANDS = (
    ("ingest",),
    ("show", "HEAD", "--json"),
    ("show", "HEAD~1"),
    ("blame", "ä b.py", "--json"),
    ("blame", "ä b.py"),
    ("blame", "ä b.py", "--at", "HEAD~1"),
    ("why", "HEAD", "--json"),
    ("delivery", "--since", "2020-01-01", "--json"),
    ("delivery", "--since", "2020-01-01", "--group-by", "author"),
    ("quality", "--since", "2020-01-01", "--json"),
    ("sql", "SELECT * FROM fact_commit ORDER BY commit_sha"),
    ("sql", "SELECT * FROM metadata_users"),
    ("check",),
)


@pytest.fixture
def repo(home: Path) -> Repo:
    """Commits with a rename, a merge, an odd name, white space and a session's lines."""
    repo = make_repo(home / "repo")
    repo.clock = START
    body = "".join(f"line {number}\n\n" for number in range(12))
    repo.change({"old.py": body, "z.txt": "z\n", "a.txt": "a\n"}, "Grüße")
    repo.git("checkout", "-q", "-b", "side")
    repo.change({"a.txt": "a\nside  \n"})
    repo.git("checkout", "-q", "main")
    repo.change({"old.py": None, "ä b.py": body + "end\n"})
    repo.merge("side")
    path = str(repo.directory / "ä b.py")
    ClaudeSession("s1", cwd=str(repo.directory)).prompt("go").edit(path, "end", "end\nx = 1").write(
        home
    )
    repo.change({"ä b.py": body + "end\nx = 1\n"})
    return repo


def _outputs(home: Path, name: str, repo: Repo) -> list[tuple[str, ...]]:
    data = str(home / name)
    found = []
    for command in COMMANDS:
        done = aea(
            *command, cwd=repo.directory, AEA_HOME=data, AEA_NOW_MS=str((START + 90000) * 1000)
        )
        assert done.returncode == 0, (command, done.stderr)
        found.append((*command, done.stdout.replace(data, "DATA"), done.stderr))
    return found[1:]  # ingest prints how long it took


@pytest.mark.parametrize("scope", ["--global", "--local"])
def test_settings_change_nothing(repo: Repo, home: Path, scope: str) -> None:
    before = _outputs(home, "plain", repo)
    for name, value in SETTINGS.items():
        repo.git("config", scope, name, value)
    for ours, theirs in zip(before, _outputs(home, "set", repo), strict=True):
        assert ours == theirs


def test_a_mailmap_of_the_user_changes_nobody(repo: Repo, home: Path) -> None:
    before = _outputs(home, "plain", repo)
    (home / "map").write_text("Zoe <zoe@example.org> <ada@example.org>\n")
    repo.git("config", "--global", "mailmap.file", str(home / "map"))
    assert _outputs(home, "set", repo) == before


@pytest.mark.parametrize(
    ("setting", "attribute"),
    [("core.autocrlf=true", ""), ("core.autocrlf=input", ""), ("core.eol=crlf", "*.py text\n")],
)
def test_blame_knows_lines_that_the_work_tree_holds_in_another_form(
    repo: Repo, home: Path, setting: str, attribute: str
) -> None:
    name, _, value = setting.partition("=")
    repo.git("config", "--global", name, value)
    repo.change({".gitattributes": attribute or None} if attribute else {"b.txt": "b\n"})
    repo.write("z.py", "a\nb\n")
    sha = repo.commit()
    repo.write("z.py", "a\r\nb\r\nc\r\n")
    aea("ingest", cwd=repo.directory)
    shown = aea("blame", "z.py", cwd=repo.directory).stdout.splitlines()
    assert [line.split()[0] for line in shown] == [sha[:8], sha[:8], "not"]


def test_blame_reads_attributes_and_index_like_git(repo: Repo, home: Path) -> None:
    repo.write(".gitattributes", "*.py text=auto\n*.u16 working-tree-encoding=UTF-16LE text\n")
    repo.write("crlf.txt", b"a\r\nb\r\n")
    repo.write("w.u16", "ab\ncd\n".encode("utf-16-le"))
    sha = repo.commit()
    repo.git("config", "core.autocrlf", "true")
    repo.git("update-index", "--split-index")
    for name in ("crlf.txt", "w.u16"):
        shown = aea("blame", name, cwd=repo.directory).stdout.splitlines()
        assert [line.split()[0] for line in shown] == [sha[:8]] * 2, name


def test_blame_in_a_subdirectory_a_linked_work_tree_and_a_merge(repo: Repo, home: Path) -> None:
    sha = repo.change({"d/e.py": "one\n"})
    repo.git("worktree", "add", "-q", "--detach", str(home / "linked"))
    for directory in (repo.directory / "d", home / "linked" / "d"):
        assert sha[:8] in aea("blame", "e.py", cwd=directory).stdout
    repo.git("checkout", "-q", "-b", "other")
    theirs = repo.change({"d/e.py": "one\nother\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "other")
    assert theirs[:8] in aea("blame", "e.py", cwd=repo.directory / "d").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("blame", "absent.py"), "absent.py is not in HEAD"),
        (("blame", "old.py"), "old.py is not in HEAD"),
        (("blame", "gone.txt"), "gone.txt is not in the work tree"),
        (("blame", "z.txt", "--at", "nothing"), "'nothing' is no commit in"),
        (("blame", "z.txt", "--at", "--contents=/etc/passwd"), "is no commit in"),
    ],
)
def test_a_refusal_says_why(repo: Repo, arguments: tuple[str, ...], words: str) -> None:
    repo.change({"gone.txt": "1\n"})
    (repo.directory / "gone.txt").unlink()
    done = aea(*arguments, cwd=repo.directory)
    assert done.returncode == 1
    assert words in done.stderr


def test_a_setting_that_git_cannot_read_is_named(repo: Repo) -> None:
    repo.git("config", "--global", "core.bigFileThreshold", "1")
    with open(repo.directory / ".git" / "config", "a", encoding="utf-8") as file:
        file.write("[broken\n")
    done = aea("blame", "z.txt", cwd=repo.directory)
    assert done.returncode == 1
    assert "bad config line" in done.stderr
    assert ".git/config" in done.stderr

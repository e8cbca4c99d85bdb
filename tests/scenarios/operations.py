"""What can happen to a repository; each operation leaves model, work tree and history in agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.scenarios.sessions import Claude, Session
from tests.scenarios.world import Files, Line

if TYPE_CHECKING:
    from tests.scenarios.world import World

OPERATIONS: dict[str, Callable[[World], None]] = {}


def operation(run: Callable[[World], None]) -> Callable[[World], None]:
    """List an operation by its name."""
    OPERATIONS[run.__name__.replace("_", " ")] = run
    return run


def pick_session(world: World) -> Session:
    """One of the latest sessions, or a new one."""
    if world.sessions and world.dice.random() < 0.6:
        return world.dice.choice(world.sessions[-3:])
    return world.new_session()


def pick_file(world: World) -> str:
    """A file, sometimes a new one."""
    if not world.files or (len(world.files) < 8 and world.dice.random() < 0.25):
        folder = world.dice.choice(("", "src/", "lib/deep/"))
        return f"{folder}{world.token()}.py"
    return world.dice.choice(sorted(world.files))


def change(world: World, session: Session | None, path: str | None = None) -> str:
    """Replace some lines of a file by new ones, or make the file."""
    path = path or pick_file(world)
    author = session.author if session else None
    lines = world.files.get(path)
    if not lines:
        world.write(session, path, world.new_lines(world.dice.randrange(5, 25), author))
        return path
    start = world.dice.randrange(len(lines) + 1)
    stop = min(len(lines), start + world.dice.choice((0, 0, 0, 1, 2, 4)))
    fresh = world.new_lines(world.dice.randrange(1, 12), author)
    world.write(session, path, [*lines[:start], *fresh, *lines[stop:]])
    return path


@operation
def ai_edit(world: World) -> None:
    """A session edits, once or several times; then a commit."""
    session = pick_session(world)
    for _ in range(world.dice.randrange(1, 4)):
        change(world, session)
    world.commit()


@operation
def human_before(world: World) -> None:
    """A person edits a file before a session does."""
    path = change(world, None)
    change(world, pick_session(world), path)
    world.commit()


@operation
def human_inside(world: World) -> None:
    """A person puts lines between those of a session."""
    session = pick_session(world)
    path = pick_file(world)
    lines = world.files.get(path, [])
    block = world.new_lines(10, session.author)
    world.write(session, path, [*lines, *block] if lines else block)
    lines = world.files[path]
    cut = len(lines) - world.dice.randrange(2, 8)
    world.write(None, path, [*lines[:cut], *world.new_lines(2, None), *lines[cut:]])
    world.commit()


@operation
def human_after(world: World) -> None:
    """A person edits after a session, in the same file."""
    path = change(world, pick_session(world))
    change(world, None, path)
    world.commit()


@operation
def human_changes_ai_line(world: World) -> None:
    """A person changes a line that a session wrote."""
    session = pick_session(world)
    path = change(world, session)
    lines = list(world.files[path])
    own = [i for i, line in enumerate(lines) if line.author == session.author and "_" in line.text]
    at = world.dice.choice(own)
    lines[at] = Line(f"{lines[at].text}  # {world.token()}", None, world.operation)
    world.write(None, path, lines)
    world.commit()


@operation
def two_sessions(world: World) -> None:
    """Two sessions edit one file by turns."""
    one, two = world.new_session(), world.new_session()
    path = change(world, one)
    for session in (two, one, two):
        change(world, session, path)
    world.commit()


@operation
def sub_agent(world: World) -> None:
    """A Claude session and its sub-agent edit."""
    claude = [s for s in world.sessions if isinstance(s, Claude) and not s.author.agent_id]
    parent = claude[-1] if claude else pick_session(world)
    if isinstance(parent, Claude):
        change(world, world.new_agent(parent))
    change(world, parent)
    world.commit()


@operation
def heredoc(world: World) -> None:
    """A session writes a file by its shell."""
    session = next((s for s in world.sessions if isinstance(s, Claude)), None)
    if session is None:
        return ai_edit(world)
    path = pick_file(world)
    lines = world.files.get(path)
    fresh = world.new_lines(8, session.author)
    world.clock += 30
    where = str(world.tree / path)
    texts = [line.text for line in fresh]
    session.heredoc(where, texts, world.clock, str(world.tree), is_new=not lines)
    world.set_file(path, [*(lines or []), *fresh])
    world.commit()
    return None


@operation
def failed_edit(world: World) -> None:
    """A session's edit fails; a person then writes something else."""
    session = pick_session(world)
    path = pick_file(world)
    before = [line.text for line in world.files.get(path, [])]
    world.clock += 20
    after = [*before, *(line.text for line in world.new_lines(4, None))]
    session.fail(str(world.tree / path), before, after, world.clock, str(world.tree))
    change(world, None, path)
    world.commit()


@operation
def undone_edit(world: World) -> None:
    """A session adds lines and takes them away again; something else is committed."""
    session = pick_session(world)
    path = change(world, session)
    before = list(world.files[path])
    world.write(session, path, [*before, *world.new_lines(5, session.author)])
    world.write(session, path, before)
    world.commit()


@operation
def partial_commit(world: World) -> None:
    """Two blocks of a session in one file, committed one after the other."""
    path = pick_file(world)
    if not world.files.get(path):
        world.write(None, path, world.new_lines(12, None))
        world.commit()
    session = pick_session(world)
    lines = world.files[path]
    first, last = world.new_lines(4, session.author), world.new_lines(4, session.author)
    world.write(session, path, [*first, *lines, *last])
    half, whole = [*first, *lines], world.files[path]
    text = "".join(f"{line.text}\n" for line in half)
    blob = world.git("hash-object", "-w", "--stdin", data=text)
    world.git("add", "-A")
    world.git("update-index", "--cacheinfo", f"100644,{blob},{path}")
    world.git("commit", "-q", "-m", world.operation)
    world.files[path] = half
    world.learn_head()
    world.files[path] = whole
    world.commit()


@operation
def formatter_indents(world: World) -> None:
    """A formatter indents what a session wrote, before or after the commit."""
    path = change(world, pick_session(world))
    if world.dice.random() < 0.5:
        world.commit()
    lines = world.files[path]
    start = world.dice.randrange(len(lines))
    stop = min(len(lines), start + 8)
    moved = [
        Line(f"    {line.text}" if line.text else "", line.author, world.operation)
        for line in lines[start:stop]
    ]
    world.write(None, path, [*lines[:start], *moved, *lines[stop:]])
    world.commit()


@operation
def formatter_breaks_lines(world: World) -> None:
    """A formatter breaks the calls that a session wrote, before the commit."""
    path = change(world, pick_session(world))
    broken: list[Line] = []
    for line in world.files[path]:
        head, _, rest = line.text.partition("(")
        is_call = rest.endswith(")") and line.operation == world.operation
        parts = [line.text]
        if is_call and world.dice.random() < 0.6:
            one, two = rest[:-1].split(", ")
            parts = [f"{head}(", f"        {one},", f"        {two},", "    )"]
        broken += [Line(text, line.author, line.operation) for text in parts]
    world.write(None, path, broken)
    world.commit()


@operation
def rename(world: World) -> None:
    """A file gets another name, sometimes with an edit before or after."""
    path = change(world, pick_session(world))
    if world.dice.random() < 0.6:
        world.commit()
    new = f"renamed/{world.token()}.py"
    (world.tree / new).parent.mkdir(exist_ok=True)
    (world.tree / path).rename(world.tree / new)
    world.files[new] = world.files.pop(path)
    if world.dice.random() < 0.5:
        change(world, pick_session(world), new)
    world.commit()


@operation
def copy(world: World) -> None:
    """Lines of a session are copied within their file by a person."""
    path = change(world, pick_session(world))
    world.commit()
    lines = world.files[path]
    block = [line._replace(operation=world.operation) for line in lines[:6]]
    world.write(None, path, [*lines, *world.new_lines(1, None), *block])
    world.commit()


@operation
def copy_file(world: World) -> None:
    """A person copies a whole file and changes a line of the copy."""
    path = change(world, pick_session(world))
    if world.dice.random() < 0.6:
        world.commit()
    lines = [line._replace(operation=world.operation) for line in world.files[path]]
    new = f"copied/{world.token()}.py"
    world.write(None, new, [*lines, *world.new_lines(1, None)])
    world.commit()


@operation
def amend(world: World) -> None:
    """A commit is amended, with and without more edits."""
    path = change(world, pick_session(world))
    world.commit()
    if world.dice.random() < 0.7:
        change(world, world.dice.choice((None, pick_session(world))), path)
    world.commit("--amend")


@operation
def interactive_rebase(world: World) -> None:
    """Three commits; one is reworded, squashed into another, or moved."""
    base = world.commit()
    for _ in range(3):
        change(world, pick_session(world), f"rebase/{world.token()}.py")
        change(world, world.dice.choice((None, pick_session(world))))
        world.commit()
    edit = world.dice.choice(
        ("2s/^pick/fixup/", "2s/^pick/squash/", "1{h;d};2{G}", "1s/^pick/reword/")
    )
    old = world.commits[world.head()]
    middle = [world.commits[sha] for sha in world.git("rev-list", f"{base}..HEAD").split()]
    _or_abort(world, "rebase", "-q", "-i", base, GIT_SEQUENCE_EDITOR=f"sed -i '{edit}'")
    world.learn_range(base, old, *middle)


@operation
def rebase_branch(world: World) -> None:
    """A branch is rebased onto a main that went on."""
    base = world.commit()
    _branch(world, "topic")
    topic = world.commits[world.head()]
    world.switch("main")
    change(world, None, f"{world.token()}.py")
    main = world.commit()
    world.switch(f"topic-{world.counter_of('topic')}")
    _or_abort(world, "rebase", "-q", "main")
    world.learn_range(main, topic, *_between(world, base))
    _forward(world)


@operation
def squash_merge(world: World) -> None:
    """A branch comes to main as one commit."""
    world.commit()
    _branch(world, "squash")
    topic = world.commits[world.head()]
    world.switch("main")
    if world.dice.random() < 0.6:
        change(world, pick_session(world), f"{world.token()}.py")
        world.commit()
    main = world.commits[world.head()]
    world.git("merge", "-q", "--squash", f"squash-{world.counter_of('squash')}")
    world.reload(main, topic)
    world.commit()


@operation
def cherry_pick(world: World) -> None:
    """A commit of a branch is taken over alone."""
    world.commit()
    _branch(world, "cherry")
    topic, sha = world.commits[world.head()], world.head()
    world.switch("main")
    change(world, None, f"{world.token()}.py")
    main = world.commit()
    _or_abort(world, "cherry-pick", sha)
    world.learn_range(main, topic)


@operation
def stash(world: World) -> None:
    """Work of a session is put aside while something else is committed."""
    world.commit()
    path = change(world, pick_session(world), f"stash/{world.token()}.py")
    change(world, pick_session(world))
    kept = {name: list(lines) for name, lines in world.files.items()}
    world.git("stash", "push", "-q", "-u")
    world.files = {n: list(lines) for n, lines in world.commits[world.head()].items()}
    change(world, None, f"{world.token()}.py")
    world.commit()
    between = world.commits[world.head()]
    world.git("stash", "pop", "-q")
    world.git("add", "-A")
    world.reload(between, kept)
    assert path in world.files
    world.commit()


@operation
def revert(world: World) -> None:
    """A commit of a session is reverted, and sometimes the revert too."""
    world.commit()
    change(world, pick_session(world))
    change(world, pick_session(world))
    base = world.commit()
    files = world.commits[base]
    world.git("revert", "--no-edit", "HEAD")
    world.learn_range(base, files, *_between(world, f"{base}~1"))
    if world.dice.random() < 0.5:
        world.git("revert", "--no-edit", "HEAD")
        world.learn_range(base, files)


@operation
def merge(world: World) -> None:
    """A branch is merged with a merge commit."""
    world.commit()
    _branch(world, "merge")
    topic = world.commits[world.head()]
    world.switch("main")
    change(world, pick_session(world), f"{world.token()}.py")
    main = world.commit()
    world.git("merge", "-q", "--no-ff", "-m", "merge", f"merge-{world.counter_of('merge')}")
    world.learn_range(main, world.commits[main], topic)


@operation
def worktree(world: World) -> None:
    """A session works in a linked work tree; main is moved forward to its commit."""
    base = world.commit()
    name = f"tree-{world.token()}"
    place = world.place / name
    world.git("worktree", "add", "-q", "-b", name, str(place))
    world.tree = place
    change(world, world.new_session())
    change(world, pick_session(world))
    world.commit()
    world.tree = world.repository
    world.git("merge", "-q", "--ff-only", name)
    world.learn_range(base)


@operation
def moved_clone(world: World) -> None:
    """The repository moves to another directory."""
    change(world, pick_session(world))
    world.commit()
    if "worktrees" not in {entry.name for entry in (world.repository / ".git").iterdir()}:
        world.move_clone()
    change(world, world.new_session())
    world.commit()


def _branch(world: World, kind: str) -> None:
    """Two commits of a new branch."""
    world.counters[kind] = world.counters.get(kind, 0) + 1
    world.git("checkout", "-q", "-b", f"{kind}-{world.counter_of(kind)}")
    path = change(world, pick_session(world))
    world.commit()
    change(world, world.dice.choice((None, pick_session(world))), path)
    world.commit()


def _forward(world: World) -> None:
    tip = world.head()
    world.switch("main")
    world.git("merge", "-q", "--ff-only", tip)
    world.files = {path: list(lines) for path, lines in world.commits[tip].items()}


def _between(world: World, base: str) -> list[Files]:
    return [
        world.commits[sha]
        for sha in world.git("rev-list", "--all", "--reflog", f"^{base}").split()
        if sha in world.commits
    ]


def _or_abort(world: World, *args: str, **extra: str) -> None:
    before = world.head()
    world.git(*args, check=False, **extra)
    if world.git("status", "--porcelain", "-uno") or _is_stuck(world):
        world.git(args[0], "--abort", check=False)
        world.git("reset", "-q", "--hard", before)


def _is_stuck(world: World) -> bool:
    git = world.repository / ".git"
    return any(
        (git / name).exists() for name in ("rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD")
    )

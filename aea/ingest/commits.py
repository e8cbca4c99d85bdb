"""Read one repository: its new commits and reflog entries since the cursor.

The cursor holds the commits of all refs and the length of every reflog. New commits are those that a ref or a
reflog names and that are not reachable from the former refs. They are written in batches, oldest first. The target
commits are stored before the first batch, so that an interrupted walk is recognized.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock, tasks
from aea.git import discover, patches, reflog, walk
from aea.git.identity import read_clone_users
from aea.git.mainline import find_mainline_refs
from aea.ingest import read_again, repository_stat
from aea.ingest.authorship import AuthorshipReader
from aea.ingest.branches import BranchHeadReader
from aea.ingest.locate import roots_of
from aea.ingest.task_patterns import apply_patterns, describe_faults
from aea.ingest.vendored import apply_attributes
from aea.paths import storable
from aea.pipeline.mainline.queries import list_unread_merges
from aea.store.write import cursors, repositories, trunk
from aea.store.write.clone_users import write_clone_users
from aea.store.write.commits import CommitWriter
from aea.store.write.roots import Located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from aea.git.discover import Repository
    from aea.git.walk import Walk
    from aea.ingest.run import IngestRun
    from aea.records import RefUpdate
    from aea.store.write.cursors import Cursor

BATCH_COMMITS = 200
BUDGET_COMMITS = 40  # batch size with a deadline: about 30 ms
_READ_COMMITS = 5_000  # read by one git process


class RepositoryResult(NamedTuple):
    """The result of one pass over a repository."""

    commit_count: int
    is_complete: bool  # False: the deadline passed, and the next call continues
    fault: str = ""  # an error in the user's settings for the repository


class _Plan(NamedTuple):
    refs: dict[str, str]
    mainline: dict[str, str]  # those of the refs that belong to the mainline
    reachable: list[str]  # new reachable commits, oldest first
    dropped: list[str]  # commits that only a reflog or a former ref names
    updates: list[RefUpdate]
    reflogs: dict[str, list[Any]]


def ingest_repository(
    run: IngestRun,
    directory: str,
    *,
    since_ms: int | None = None,
    deadline: float | None = None,
    prefer_command: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> RepositoryResult | None:
    """Read what is new in a repository. Returns None if there is none at `directory`."""
    found = discover.find_repository(directory)
    if found is None:
        return None
    # taken before reading, so that a change in the meantime is noticed by the next scan
    fingerprint = repository_stat.fingerprint(found.common_dir)
    now = clock.now_ms()
    with run.transaction():
        repository_id = _register(run, found)
        cursor = cursors.find(run.connection, cursors.GIT, found.common_dir)
        if cursor is None:
            cursor = cursors.start(run.connection, cursors.GIT, found.common_dir, now)
    repository_pass = _RepositoryPass(run, found, cursor, repository_id)
    return repository_pass.run(fingerprint, since_ms, deadline, prefer_command, progress)


def _register(run: IngestRun, found: Repository) -> int:
    roots = tuple(root for root in roots_of(found) if storable(root) == root)
    located = Located(found.repository_key, roots, found.lost_remote)
    key = run.identities.roots.key_of(located)
    for root in roots:
        known = run.identities.roots.repository_at(root)
        if known is not None:
            repositories.change_key(run.connection, known, key)
    run.identities.roots.forget()
    return run.identities.roots.add(located)


class _RepositoryPass:
    """One pass over one repository."""

    def __init__(
        self, run: IngestRun, found: Repository, cursor: Cursor, repository_id: int
    ) -> None:
        self._run = run
        self._found = found
        self._cursor = cursor
        self._repository_id = repository_id
        self._writer = CommitWriter(run.connection, repository_id, cursor.source_id)
        self._authorship = AuthorshipReader(run.connection, found, repository_id, cursor.source_id)

    def run(
        self,
        fingerprint: str,
        since_ms: int | None,
        deadline: float | None,
        prefer_command: bool,
        progress: Callable[[int, int], None] | None,
    ) -> RepositoryResult:
        state = read_again.mark(
            dict(self._cursor.parser_state),
            self._cursor.parser_version,
            repository_stat.READER_VERSION,
        )
        if state.get("repository_id") not in (None, self._repository_id):
            state = {}  # merged into another repository: read everything again for that one
        since_ms = since_ms if since_ms is not None else state.get("since_ms")
        state.update(repository_id=self._repository_id, since_ms=since_ms)
        self._apply_patterns(state)
        self._read_users(state)
        if not self._read_again(state, deadline):
            return RepositoryResult(0, is_complete=False)
        walker = walk.open_walk(self._found, prefer_command=prefer_command)
        plan = self._plan(walker, state)
        self._save(state | {"pending": sorted(set(plan.refs.values()))})
        written, complete = 0, True
        for shas, is_reachable in ((plan.reachable, True), (plan.dropped, False)):
            size = BATCH_COMMITS if deadline is None else BUDGET_COMMITS
            for batch in self._batches(shas, since_ms, size):
                self._write(batch, is_reachable)
                written += len(batch)
                if progress:
                    progress(written, len(plan.reachable) + len(plan.dropped))
                if deadline is not None and clock.monotonic() >= deadline:
                    complete = False
                    break
        complete = complete and self._read_trunk(plan, deadline)
        if complete:
            self._finish(walker, plan, state, fingerprint)
        return RepositoryResult(written, complete, describe_faults(self._found.task_patterns))

    def _read_again(self, state: dict[str, Any], deadline: float | None) -> bool:
        def save() -> None:
            self._advance(state, clock.now_ms())

        return read_again.read_again(self._run, self._found, self._writer, state, save, deadline)

    def _apply_patterns(self, state: dict[str, Any]) -> None:
        now, patterns = clock.now_ms(), list(self._found.task_patterns)
        rule = {"task_patterns": patterns, "task_rule": tasks.RULE_VERSION}
        is_new = not patterns and "tips" not in state  # nothing was read by other rules
        if is_new or rule == {name: state.get(name) for name in rule}:
            state.update(rule)
            return
        with self._run.transaction():
            place = (self._repository_id, self._cursor.source_id)
            apply_patterns(self._run.connection, self._found, *place, now)
            state.update(rule)
            self._advance(state, now)

    def _read_users(self, state: dict[str, Any]) -> None:
        """Write whose clone it is, when the configuration has changed."""
        named = [list(self._found.own_emails), list(self._found.other_emails)]
        if named == state.get("clone_users", [[], []]):
            return
        users, now = read_clone_users(self._found), clock.now_ms()
        with self._run.transaction():
            place = (self._repository_id, self._cursor.source_id)
            write_clone_users(self._run.connection, *place, users, now)
            state["clone_users"] = named
            self._advance(state, now)

    def _plan(self, walker: Walk, state: dict[str, Any]) -> _Plan:
        refs = walker.read_refs()
        old = set(state.get("tips", {}).values())
        updates, reflogs = self._read_reflogs(state.get("reflogs", {}))
        named = {sha for u in updates for sha in (u.old_sha, u.new_sha) if sha}
        new = walker.list_nodes(set(refs.values()), old)
        present = {sha for node in new for sha in (node.sha, *node.parents)}.union(refs.values())
        candidates = (named | old | set(state.get("pending", []))) - present
        dropped = walker.list_shas(candidates, set(refs.values()))  # ignores pruned commits
        if not all(walker.has_commit(sha) for sha in old - present):
            dropped = [*dropped, *self._list_pruned(walker, refs)]
        main = find_mainline_refs(self._found, refs)
        reachable = [node.sha for node in new]
        return _Plan(refs, main, reachable, self._without_clones(dropped), updates, reflogs)

    def _list_pruned(self, walker: Walk, refs: dict[str, str]) -> list[str]:
        """After git pruned the commit of a former ref, no walk can start there: compare all commits."""
        reachable = set(walker.list_shas(set(refs.values()), ()))
        return [sha for sha in self._writer.list_reachable() if sha not in reachable]

    def _without_clones(self, dropped: list[str]) -> list[str]:
        """Return the commits that are not reachable in any other clone on this machine either."""
        if not dropped:
            return []
        clones = cursors.list_clones(self._run.connection, self._repository_id)
        for path in clones:
            found = None if path == self._found.common_dir else discover.find_repository(path)
            if found is not None:
                # the command starts a process for each commit; pygit2 takes one import
                clone = walk.open_walk(found, prefer_command=len(dropped) <= 20)
                known = {sha for sha in dropped if clone.has_commit(sha)}
                lost = set(clone.list_shas(known, set(clone.read_refs().values())))
                dropped = [sha for sha in dropped if sha not in known or sha in lost]
        return dropped

    def _read_reflogs(
        self, known: dict[str, list[Any]]
    ) -> tuple[list[RefUpdate], dict[str, list[Any]]]:
        """Return the new entries of every reflog, and its [length, hash of the last line, branch of HEAD]."""
        updates: list[RefUpdate] = []
        lengths: dict[str, list[Any]] = {}
        if self._found.ref_format == "reftable":
            return reflog.read_reflogs(self._found), {}
        for ref_name, path in reflog.list_reflogs(self._found):
            offset, anchor, first = known.get(ref_name, (0, "", None))
            chunk, (end, tail) = _read_log(path, offset, anchor)
            is_head = not ref_name.startswith("refs/heads/")
            last = reflog.find_checked_out_branch(self._found, ref_name) if is_head else None
            first = first if end - len(chunk) == offset else None
            updates.extend(reflog.parse_reflog(chunk, ref_name, last, first))
            lengths[ref_name] = [end, tail, last]
        return updates, lengths

    def _batches(self, shas: Iterable[str], since_ms: int | None, size: int) -> Iterator[list[Any]]:
        """One git process serves many batches, so that it unpacks shared objects only once."""
        pending = iter(shas)
        while group := list(islice(pending, _READ_COMMITS)):
            known = self._writer.list_known(group)
            new = [sha for sha in group if sha not in known]
            commits = patches.read_commits(self._found, new, since_ms)
            while batch := list(islice(commits, size)):
                yield batch

    def _write(self, batch: list[Any], is_reachable: bool) -> None:
        try:
            with self._run.transaction():
                self._writer.write(batch, is_reachable=is_reachable, now=clock.now_ms())
        except BaseException:
            self._writer.forget()
            raise

    def _read_trunk(self, plan: _Plan, deadline: float | None) -> bool:
        """Read the first-parent diffs of mainline merges. Returns False if the deadline passed."""
        connection, repository_id = self._run.connection, self._repository_id
        unread = list_unread_merges(connection, repository_id, plan.mainline.values())
        size = BUDGET_COMMITS if deadline is not None else BATCH_COMMITS
        merges = patches.read_merges(self._found, unread)
        try:
            while batch := list(islice(merges, size)):
                with self._run.transaction():
                    for sha, files in batch:
                        trunk.write_merge(connection, repository_id, sha, files, clock.now_ms())
                if deadline is not None and clock.monotonic() >= deadline:
                    return False
        finally:
            merges.close()  # ends the git processes
        return True

    def _finish(self, walker: Walk, plan: _Plan, state: dict[str, Any], fingerprint: str) -> None:
        """Write reachability, reflogs, rewrites, branch heads, recorded authorship and the cursor."""
        now = clock.now_ms()
        with self._run.transaction():
            self._writer.mark_reachable(plan.reachable, is_reachable=True, now=now)
            self._writer.mark_reachable(plan.dropped, is_reachable=False, now=now)
            trunk.write_heads(
                self._run.connection,
                self._repository_id,
                self._cursor.source_id,
                plan.mainline,
                now,
            )
            self._writer.write_ref_updates(plan.updates, now)
            for update in plan.updates:
                self._write_rewrites(walker, update, now)
            keys = (self._repository_id, self._cursor.source_id)
            heads = BranchHeadReader(self._run.connection, walker, *keys)
            state["mainline"] = heads.read(plan.refs, plan.mainline, state.get("mainline"), now)
            if "tips" not in state:
                repositories.unite_moved(
                    self._run.connection, self._repository_id, self._run.locator
                )
                self._run.identities.forget()
            state.update(tips=plan.refs, pending=[], reflogs=plan.reflogs, signature=fingerprint)
            state.update(self._authorship.read(state, now))
            if plan.reachable:
                place = (self._run.connection, self._found, self._repository_id)
                state["vendored"] = apply_attributes(*place, state.get("vendored", {}))
            self._advance(state, now)

    def _write_rewrites(self, walker: Walk, update: RefUpdate, now: int) -> None:
        old, new = update.old_sha, update.new_sha
        if not old or not new:
            return
        if update.action == "commit (amend)":
            self._writer.write_rewrites([(old, new)], "amend", update.occurred_at, now)
        elif _ends_rebase(update) and walker.has_commit(old) and walker.has_commit(new):
            pairs = self._pair(walker.list_shas({old}, {new}), walker.list_shas({new}, {old}))
            self._writer.write_rewrites(pairs, "rebase", update.occurred_at, now)

    def _pair(self, before: list[str], after: list[str]) -> list[tuple[str, str]]:
        """Pair commits by author and author date, which a rebase keeps, where the pair is unambiguous."""
        old, new = self._writer.list_authors(before), self._writer.list_authors(after)
        by_author: dict[tuple[str, int], list[str]] = {}
        for sha, author in new.items():
            by_author.setdefault(author, []).append(sha)
        counts: dict[tuple[str, int], int] = {}
        for author in old.values():
            counts[author] = counts.get(author, 0) + 1
        return [
            (sha, by_author[author][0])
            for sha, author in old.items()
            if counts[author] == 1 and len(by_author.get(author, ())) == 1
        ]

    def _save(self, state: dict[str, Any]) -> None:
        with self._run.transaction():
            self._advance(state, clock.now_ms())

    def _advance(self, state: dict[str, Any], now: int) -> None:
        fingerprint = str(state.get("signature", "")).encode()
        cursor = self._cursor._replace(
            head_hash=fingerprint, parser_state=state, parser_version=repository_stat.READER_VERSION
        )
        cursors.advance(self._run.connection, cursor, now)


def _ends_rebase(update: RefUpdate) -> bool:
    action = update.action
    is_end = action == "rebase finished" or ("rebase" in action and "(finish)" in action)
    return is_end and update.ref_name.startswith("refs/heads/")


def _read_log(path: str, offset: int, anchor: str) -> tuple[bytes, list[Any]]:
    """Return the complete lines after `offset`, or all lines if the log was rewritten (expire, new branch)."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return b"", [0, ""]
    end = data.rfind(b"\n") + 1
    if offset > end or _last_line(data[:offset]) != anchor:
        offset = 0
    return data[offset:end], [end, _last_line(data[:end])]


def _last_line(data: bytes) -> str:
    return cursors.digest([data[data.rfind(b"\n", 0, -1) + 1 :].hex()]) if data else ""

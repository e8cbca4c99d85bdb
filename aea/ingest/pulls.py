"""Sync one repository with its forge: changed pull requests, their commits, bugs, and unresolved commits.

Called only by `aea github sync` and `aea gitlab sync`. No lock is held during a request. Each response is written
in one transaction with its cursor and its events, so a kill loses at most one response, and the next sync continues.

A listing is sorted by update time, the latest first, and read down to where the last sync began. Until that point
is reached, stored pages are requested again by etag, which does not count against the rate limit.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.errors import AbsentError, AeaError, ForgeError, RateLimitError
from aea.ingest.writer_handle import WriterHandle
from aea.store.write import pulls
from aea.store.write.pulls import ISSUES, PULLS, Page, PullWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aea.forge.base import Forge
    from aea.forge.client import Client, Response

_LOCK_SECONDS = 30.0
_Item = Any  # a PullRequest or an Issue


class SyncResult(NamedTuple):
    """The result of a sync of one repository."""

    repository_key: str
    pull_count: int  # new or changed
    issue_count: int
    lookup_count: int  # commits looked up
    fault: AeaError | None  # the reason why the sync is incomplete


def sync(
    forge: Forge,
    client: Client,
    repository_key: str,
    progress: Callable[[str, int, int], None] | None = None,
) -> SyncResult:
    """Update the pull requests of a repository as far as the forge allows."""
    handle = WriterHandle()
    try:
        return _RepositorySync(handle, forge, client, repository_key, progress).run()
    finally:
        handle.close()


class _RepositorySync:
    def __init__(
        self,
        handle: WriterHandle,
        forge: Forge,
        client: Client,
        repository_key: str,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self._handle = handle
        self._forge = forge
        self._client = client
        self._key = repository_key
        self._project = repository_key.removeprefix("git:").partition("/")[2]
        self._progress = progress
        self._pull_count = self._issue_count = self._lookup_count = 0

    def run(self) -> SyncResult:
        fault: AeaError | None = None
        try:
            with self._writing() as writer:
                writer.begin()
            self._list(PULLS, self._forge.pulls_path(self._project))
            self._list_commits()
            self._look_up()
            self._list_bugs()
        except RateLimitError as error:
            fault = error
            self._end("rate_limited", error.resume_at)
        except ForgeError as error:
            fault = error
            self._end("failed")
        else:
            self._end("complete")
        return SyncResult(self._key, self._pull_count, self._issue_count, self._lookup_count, fault)

    @contextmanager
    def _writing(self) -> Iterator[PullWriter]:
        """A transaction for one response, in which the events are refreshed."""
        with self._handle.acquire(_LOCK_SECONDS) as run, run.transaction():
            repository_id = pulls.find_repository(run.connection, self._key)
            if repository_id is None:
                raise ForgeError(f"{self._key} was renamed during the sync", "run the sync again")
            yield PullWriter(run.connection, repository_id, self._forge.NAME, clock.now_ms())

    def _end(self, status: str, resume_at: int | None = None) -> None:
        with self._writing() as writer:
            writer.end(status, resume_at, self._client.rate_remaining)

    def _list(self, listing: str, first_path: str) -> None:
        path: str | None = first_path
        while path is not None:
            with self._writing() as writer:
                known, until = writer.page(path), writer.until(listing)
            reply = self._client.get(path, known.etag if known else None)
            if reply.body is None and known:
                path = known.next_path
                continue
            items = self._parse(listing, reply)
            times = [item.updated_at for item in items]
            is_known = until is not None and min(times, default=until) < until
            following = None if is_known else reply.next_path
            with self._writing() as writer:
                self._store(writer, listing, items)
                if path == first_path:
                    writer.note_newest(listing, max(times, default=None))
                if reply.etag:
                    writer.write_page(listing, path, Page(reply.etag, following))
            path = following
        with self._writing() as writer:
            writer.finish_listing(listing, first_path)

    def _store(self, writer: PullWriter, listing: str, items: list[_Item]) -> None:
        if listing == PULLS:
            self._pull_count += writer.write_pulls(items)
        else:
            self._issue_count += writer.write_issues(items)

    def _parse(self, listing: str, reply: Response) -> list[_Item]:
        parse = self._forge.parse_pull if listing == PULLS else self._forge.parse_issue
        items = self._each(reply, parse)
        return [item for item in items if item is not None]

    def _each(self, reply: Response, parse: Callable[[Any], _Item]) -> list[_Item]:
        try:
            if not isinstance(reply.body, list):
                raise TypeError
            return [parse(item) for item in reply.body]
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ForgeError(
                f"unexpected response from {self._forge.TITLE}",
                "check the address of the API, or upgrade aea",
            ) from error

    def _list_commits(self) -> None:
        with self._writing() as writer:
            unlisted = writer.list_unlisted()
        for done, (number, head) in enumerate(unlisted):
            self._report_progress("pull requests", done, len(unlisted))
            shas = self._commits(number)
            with self._writing() as writer:
                writer.write_commits(number, shas)
                writer.mark_listed(number, head)

    def _commits(self, number: int) -> list[str]:
        path: str | None = self._forge.commits_path(self._project, number)
        shas: list[str] = []
        try:
            while path is not None:
                reply = self._client.get(path)
                shas += self._each(reply, self._forge.parse_commit)
                path = reply.next_path
        except AbsentError:
            return shas  # removed, so there is nothing to retry
        return shas

    def _look_up(self) -> None:
        with self._writing() as writer:
            unresolved = writer.list_unresolved()
        for done, sha in enumerate(unresolved):
            self._report_progress("commits", done, len(unresolved))
            try:
                reply = self._client.get(self._forge.lookup_path(self._project, sha))
            except AbsentError:
                self._write_status(sha, "failed")
                continue
            except RateLimitError as error:
                self._write_status(sha, "rate_limited", error.resume_at)
                raise
            found = self._each(reply, self._forge.parse_pull)
            with self._writing() as writer:
                self._pull_count += writer.write_pulls(found)
                for pull in found:
                    writer.write_commits(pull.number, [sha])
                writer.write_lookup(sha, "resolved" if found else "no_pr")
            self._lookup_count += 1

    def _write_status(self, sha: str, status: str, resume_at: int | None = None) -> None:
        with self._writing() as writer:
            writer.write_lookup(sha, status, resume_at)

    def _list_bugs(self) -> None:
        try:
            self._list(ISSUES, self._forge.issues_path(self._project))
        except AbsentError:
            return  # the project has no issue tracker on this forge

    def _report_progress(self, label: str, done: int, total: int) -> None:
        if self._progress:
            self._progress(f"{label} of {self._project}", done, total)

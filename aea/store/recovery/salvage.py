"""What a damaged database alone still knows: facts whose source is gone, roots and aliases.

A table is read from both ends, so that one bad page costs what lies on it. What comes out are the records that
parsers make, to be merged like any other copy of them.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from aea.errors import StoreError
from aea.records import (
    CodeChange,
    Commit,
    Evidence,
    FileChange,
    Message,
    RefUpdate,
    Session,
    ToolCall,
    Usage,
)
from aea.sources.base import nothing
from aea.store.engine import db, sqlfiles
from aea.store.write import cursors

if TYPE_CHECKING:
    from pathlib import Path

    from aea.sources.base import Parsed
    from aea.store.engine.db import Connection

_UNREADABLE = (db.Error, UnicodeDecodeError, MemoryError, OverflowError)
Row = tuple[Any, ...]
Known = dict[tuple[str, str], int]  # (provider, path) of a source: when it was last read


class Root(NamedTuple):
    """A directory that is a repository's root."""

    path: str
    repository_key: str
    resolved_by: str


class LostSource(NamedTuple):
    """A session file that is gone, with what was read from it."""

    provider: str
    path: str
    parsed: Parsed


class LostRepository(NamedTuple):
    """A git directory that is gone, with what was read from it."""

    path: str
    repository_key: str
    commits: list[tuple[Commit, bool]]  # and whether a ref led to it
    evidence: list[Evidence]  # trailers too: the commits are without
    tips: dict[str, str]  # where its mainline stood, by ref
    merges: dict[
        str, list[FileChange]
    ]  # what merges of the trunk changed against their first parent
    updates: list[RefUpdate]  # what its reflogs told
    stands: list[tuple[str, str, str, int]]  # (ref, branch, sha, own commits) of its branches


class Remains(NamedTuple):
    """All of it."""

    roots: list[Root]
    sources: list[LostSource]
    repositories: list[LostRepository]


NOTHING = Remains([], [], [])


def read(path: Path, known: Known) -> Remains:
    """What `known` sources cannot tell any more; nothing when the file is unreadable or of another schema."""
    try:
        with closing(db.open_reader(path)) as connection:
            if int(connection.pragma("user_version")) != sqlfiles.count_migrations():
                return NOTHING
            lost = _list_lost(connection, known)
            return Remains(
                [Root(*row) for row in _rows(connection, _ROOTS, "d.id", ())],
                _read_sources(connection, lost),
                _read_repositories(connection, lost),
            )
    except (StoreError, *_UNREADABLE):
        return NOTHING


def _list_lost(connection: Connection, known: Known) -> dict[int, tuple[str, str]]:
    """(provider, path) of each source that is not on disk and was read after `known`."""
    query = (  # a page of another table in this one's place has other types
        "SELECT id, provider, source_path, ingested_at FROM ingest_cursor"
        " WHERE provider <> ? AND typeof(provider) = 'text' AND typeof(source_path) = 'text'"
    )
    return {
        key: (provider, path)
        for key, provider, path, read_at in _rows(connection, query, "id", (cursors.SPOOL,))
        if os.path.isabs(path)  # else it is a row of another table, on a page of this one
        and known.get((provider, path)) != read_at
        and not os.path.lexists(path)
    }


def _rows(connection: Connection, query: str, key: str, parameters: Row) -> list[Row]:
    """The rows that can be read, from both ends of the table; `key` is its primary key."""
    found: dict[Row, None] = {}
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{name} {direction}" for name in key.split(", "))
        try:
            for row in connection.execute(f"{query} ORDER BY {order}", parameters):
                found[row] = None
        except _UNREADABLE:
            continue
        break
    return list(found)


def _of_sources(
    connection: Connection, query: str, key: str, lost: dict[int, tuple[str, str]]
) -> list[Row]:
    return _rows(connection, f"{query} WHERE f.source_id IN ({', '.join(map(str, lost))})", key, ())


def _read_sources(connection: Connection, lost: dict[int, tuple[str, str]]) -> list[LostSource]:
    found = {
        key: LostSource(provider, path, nothing({}))
        for key, (provider, path) in lost.items()
        if provider != cursors.GIT
    }
    if found:
        for kind, record, query, key in _RECORDS:
            for source, *row in _of_sources(connection, query, key, lost):
                getattr(found[source].parsed, kind).append(record(*row))
        sessions = _read_sessions(connection)
        for source in found.values():
            _sight(source, sessions)
    return list(found.values())


def _read_sessions(connection: Connection) -> dict[tuple[str, str], Session]:
    """All sessions, by provider and id."""
    found = {}
    for provider, *row in _rows(connection, _SESSIONS, "s.id", ()):
        session = Session(*row)
        found[provider, session.session_id] = session
    return found


def _sight(source: LostSource, sessions: dict[tuple[str, str], Session]) -> None:
    """The sessions that the records of a source name."""
    parsed = source.parsed
    facts = (parsed.messages, parsed.usages, parsed.tool_calls, parsed.code_changes)
    for name in sorted({fact.session_id for kind in facts for fact in kind}):
        if (source.provider, name) in sessions:
            parsed.sessions.append(sessions[source.provider, name])


def _read_repositories(
    connection: Connection, lost: dict[int, tuple[str, str]]
) -> list[LostRepository]:
    if cursors.GIT not in {provider for provider, _ in lost.values()}:
        return []
    files: dict[int, list[FileChange]] = {}
    for commit, *change in _of_sources(connection, _FILE_CHANGES, "c.id", lost):
        files.setdefault(commit, []).append(FileChange(*change))
    found: dict[tuple[int, str], LostRepository] = {}

    def lost_repository(source: int, key: str) -> LostRepository:
        _, path = lost[source]
        return found.setdefault((source, key), LostRepository(path, key, [], [], {}, {}, [], []))

    for source, key, commit_id, is_reachable, *row in _of_sources(
        connection, _COMMITS, "f.id", lost
    ):
        commit = _commit(row, tuple(files.get(commit_id, ())))
        lost_repository(source, key).commits.append((commit, bool(is_reachable)))
    for source, key, *row in _of_sources(connection, _EVIDENCE, _EVIDENCE_KEY, lost):
        lost_repository(source, key).evidence.append(Evidence(*row))
    for source, key, ref, sha in _of_sources(connection, _TIPS, "f.source_id, f.ref_name", lost):
        lost_repository(source, key).tips[ref] = sha
    for source, key, sha, *row in _of_sources(connection, _MERGES, "t.commit_id, t.file_id", lost):
        merges = lost_repository(source, key).merges
        merges.setdefault(sha, []).append(FileChange(*row))
    for source, key, *row in _of_sources(connection, _UPDATES, _UPDATES_KEY, lost):
        update = RefUpdate(*row)
        update = update._replace(is_made=bool(update.is_made))
        lost_repository(source, key).updates.append(update)
    for source, key, *stand in _of_sources(connection, _STANDS, "f.id", lost):
        lost_repository(source, key).stands.append(tuple(stand))
    return list(found.values())


def _commit(row: list[Any], files: tuple[FileChange, ...]) -> Commit:
    """The commit of a row of `_COMMITS`, behind the columns that say where it was found."""
    (
        parent_shas,
        sha,
        author_name,
        author_email,
        authored_at,
        committer_name,
        committer_email,
        committed_at,
        is_diff_known,
        subject_key,
        fix_evidence,
        pull_number,
        merged_branch,
        task_mentions,
        reverted_shas,
        reverted_subject_key,
    ) = row
    return Commit(
        sha=sha,
        parent_shas=tuple(parent_shas.split()),
        author_name=author_name,
        author_email=author_email,
        authored_at=authored_at,
        committer_name=committer_name,
        committer_email=committer_email,
        committed_at=committed_at,
        is_diff_known=is_diff_known,
        files=files,
        subject_key=subject_key,
        reverted_shas=tuple(reverted_shas.split()),
        reverted_subject_key=reverted_subject_key,
        fix_evidence=fix_evidence,
        pull_number=pull_number,
        merged_branch=merged_branch,
        task_mentions=tuple((task, evidence) for task, evidence in json.loads(task_mentions)),
    )


_ROOTS = (
    "SELECT d.directory_path, r.repository_key, d.resolved_by FROM metadata_directories AS d"
    " INNER JOIN metadata_repositories AS r ON r.id = d.repository_id WHERE d.is_root = 1"
)
_SESSION = " INNER JOIN metadata_sessions AS s ON s.id = f.session_id"
_PATH = (
    "CASE WHEN {0}.repository_id IS NULL THEN {0}.file_path ELSE"
    " (SELECT rtrim(min(d.directory_path), '/') FROM metadata_directories AS d"
    "  WHERE d.repository_id = {0}.repository_id AND d.is_root = 1) || '/' || {0}.file_path END"
)
_SESSIONS = (
    "SELECT s.provider, s.session_id, coalesce(s.directory_seen_at, 0), s.parent_session_id,"
    " d.directory_path, s.client_version, NULL, s.is_subagent FROM metadata_sessions AS s"
    " LEFT JOIN metadata_directories AS d ON d.id = s.directory_id"
)
_MESSAGES = (
    "SELECT f.source_id, s.session_id, agent_id, message_key, occurred_at, position, role, is_prompt,"
    " word_count, is_error_paste, is_continuation, debug_signature, d.directory_path, branch_name,"
    f" owner_rank, source_offset FROM fact_session_message AS f{_SESSION}"
    " LEFT JOIN metadata_directories AS d ON d.id = f.directory_id"
)
_USAGES = (
    "SELECT f.source_id, s.session_id, agent_id, message_key, request_key, occurred_at, m.model_name,"
    " input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,"
    " reasoning_tokens, speed, web_search_count, is_sidechain, owner_rank, source_offset"
    f" FROM fact_session_usage AS f{_SESSION} INNER JOIN metadata_models AS m ON m.id = f.model_id"
)
_CALLS = (
    "SELECT f.source_id, s.session_id, agent_id, call_key, occurred_at, tool_name, status, finished_at,"
    f" spawned_agent_id, owner_rank, source_offset FROM fact_session_tool_call AS f{_SESSION}"
)
_CHANGES = (
    "SELECT f.source_id, s.session_id, agent_id, change_key, call_key, occurred_at,"
    f" {_PATH.format('n')}, CASE WHEN f.old_file_id IS NOT NULL THEN {_PATH.format('o')} END, operation,"
    " tool_name, lines_added, lines_removed, added_hashes, removed_hashes, added_runs, removed_runs,"
    " is_before_known, is_user_modified, branch_name, owner_rank, source_offset"
    f" FROM fact_session_code_change AS f{_SESSION}"
    " INNER JOIN metadata_files AS n ON n.id = f.file_id"
    " LEFT JOIN metadata_files AS o ON o.id = f.old_file_id"
)
_RECORDS: tuple[tuple[str, Any, str, str], ...] = (  # field of Parsed, record, query, its key
    ("messages", Message, _MESSAGES, "f.message_key"),
    ("usages", Usage, _USAGES, "f.message_key, f.request_key"),
    ("tool_calls", ToolCall, _CALLS, "f.call_key"),
    ("code_changes", CodeChange, _CHANGES, "f.change_key"),
)
_FILE_CHANGES = (
    "SELECT c.commit_id, n.file_path, o.file_path, change_kind, is_binary, lines_added, lines_removed,"
    " added_runs, added_hashes, removed_runs, removed_hashes FROM fact_commit_file_change AS c"
    " INNER JOIN fact_commit AS f ON f.id = c.commit_id"
    " INNER JOIN metadata_files AS n ON n.id = c.file_id"
    " LEFT JOIN metadata_files AS o ON o.id = c.old_file_id"
)
_OWN_REVERTS = (
    "FROM fact_commit_revert AS v WHERE v.repository_id = f.repository_id"
    " AND v.commit_sha = f.commit_sha"
)
_COMMITS = (
    "SELECT f.source_id, r.repository_key, f.id, f.is_reachable, f.parent_shas, f.commit_sha,"
    " a.user_name, a.user_email, f.authored_at, c.user_name, c.user_email, f.occurred_at,"
    " f.is_diff_known, f.subject_key, f.fix_evidence, f.pull_number, f.merged_branch, (SELECT json_group_array("
    "json_array(n.task_key, n.evidence)) FROM fact_commit_task_mention AS n WHERE n.repository_id = f.repository_id"
    " AND n.commit_sha = f.commit_sha), coalesce((SELECT group_concat(v.reverted_sha, ' ')"
    f" {_OWN_REVERTS}), ''), (SELECT v.subject_key {_OWN_REVERTS} AND v.reverted_sha = '')"
    " FROM fact_commit AS f"
    " INNER JOIN metadata_repositories AS r ON r.id = f.repository_id"
    " INNER JOIN metadata_users AS a ON a.id = f.author_id"
    " INNER JOIN metadata_users AS c ON c.id = f.committer_id"
)
_EVIDENCE_KEY = "f.repository_id, f.commit_sha, f.source_id, f.record_key"
_EVIDENCE = (
    "SELECT f.source_id, r.repository_key, f.commit_sha, f.evidence_kind, f.tool_name,"
    " f.external_session, f.model_name, f.file_path, f.first_line, f.line_count, f.contributor,"
    " f.occurred_at FROM fact_commit_evidence AS f"
    " INNER JOIN metadata_repositories AS r ON r.id = f.repository_id"
)
_TIPS = (
    "SELECT f.source_id, r.repository_key, f.ref_name, f.commit_sha FROM fact_mainline_tip AS f"
    " INNER JOIN metadata_repositories AS r ON r.id = f.repository_id"
)
_MERGES = (
    "SELECT f.source_id, r.repository_key, f.commit_sha, n.file_path, o.file_path, 'modify', 0, NULL, NULL,"
    " added_runs, added_hashes, removed_runs, removed_hashes FROM fact_commit_trunk_change AS t"
    " INNER JOIN fact_commit AS f ON f.id = t.commit_id"
    " INNER JOIN metadata_repositories AS r ON r.id = f.repository_id"
    " INNER JOIN metadata_files AS n ON n.id = t.file_id"
    " LEFT JOIN metadata_files AS o ON o.id = t.old_file_id"
)
_UPDATES_KEY = "f.repository_id, f.ref_name, f.occurred_at, f.old_sha, f.new_sha"
_UPDATES = (
    "SELECT f.source_id, r.repository_key, f.ref_name, nullif(f.old_sha, ''), nullif(f.new_sha, ''),"
    " f.occurred_at, f.action, f.branch_name, f.is_made FROM fact_ref_update AS f"
    " INNER JOIN metadata_repositories AS r ON r.id = f.repository_id"
)
_STANDS = (
    "SELECT f.source_id, r.repository_key, f.ref_name, f.branch_name, f.commit_sha, f.own_count"
    " FROM fact_branch_tip AS f INNER JOIN metadata_repositories AS r ON r.id = f.repository_id"
)

"""The typed values that parsers and readers return, before they are written as rows.

All are immutable tuples: cheap to create, and bound to SQL as they are. Instants (`*_at`) are integer UTC
milliseconds since 1970. Keys are made by `aea.keys`; hashes and runs are stored as in `aea.lines`. `offset` is the
byte at which the source line of the record starts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

State = dict[
    str, Any
]  # what a parser knows between two calls: JSON values, without text of prompts or code


class Session(NamedTuple):
    """A session and its state at one instant. Several sightings are merged."""

    session_id: str
    occurred_at: int
    parent_session_id: str | None
    directory: str | None  # absolute working directory, as recorded
    client_version: str | None
    remote_url: str | None  # of the repository, if the provider records it
    is_subagent: bool = False  # started by the parent session, not by a person


class Message(NamedTuple):
    """A text written by a person or the assistant. Only what the rules need of it is kept."""

    session_id: str
    agent_id: str | None
    message_key: int
    occurred_at: int
    position: int  # order within one instant
    role: str  # user, assistant
    is_prompt: bool  # typed by a person; starts a turn
    word_count: int
    is_error_paste: bool
    is_continuation: bool
    debug_signature: int | None
    directory: str | None
    branch_name: str | None
    owner_rank: int
    offset: int


class Usage(NamedTuple):
    """The tokens of one API response, in disjoint kinds. Reasoning is part of output."""

    session_id: str
    agent_id: str | None
    message_key: int
    request_key: int
    occurred_at: int
    model_name: str | None
    input_tokens: int  # not cached
    output_tokens: int
    cache_read_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    reasoning_tokens: int | None  # None: not reported by the provider
    speed: str | None
    web_search_count: int
    is_sidechain: bool
    owner_rank: int
    offset: int
    is_final: bool | None = None  # False: output_tokens is a count of the moment; None: not known
    is_excerpt: bool = False  # known only from progress records of another agent's log
    text_characters: int | None = None  # that the model wrote; None: not recorded
    thinking_characters: int | None = None
    tool_input_characters: int | None = None


class ToolCall(NamedTuple):
    """One tool call. It is recorded twice: when requested (pending) and when its result arrives."""

    session_id: str
    agent_id: str | None
    call_key: int
    occurred_at: int  # when requested
    tool_name: str
    status: str  # pending, ok, failed, rejected, interrupted
    finished_at: int | None
    spawned_agent_id: str | None
    owner_rank: int
    offset: int
    error_signature: int | None = None  # of a failed call (aea/sources/faults.py); None: unknown
    refused_by: str | None = None  # of a rejected call: person, rule, hook


class Interruption(NamedTuple):
    """A person stopped the agent in the middle of its work."""

    session_id: str
    agent_id: str | None
    interruption_key: int
    occurred_at: int
    stopped: str  # response; tool: while a tool ran or waited for permission
    owner_rank: int
    offset: int


class CodeChange(NamedTuple):
    """One accepted write to one file."""

    session_id: str
    agent_id: str | None
    change_key: int
    call_key: int
    occurred_at: int  # when the result reported it as applied
    path: str  # absolute and normalised, or as recorded if no directory is known
    old_path: str | None  # the former path, if the write moved the file
    operation: str  # create, update, delete
    tool_name: str
    lines_added: int | None  # None: unknown, at most the lines of added_hashes
    lines_removed: int | None  # None: unknown
    added_hashes: bytes
    removed_hashes: bytes
    added_runs: bytes | None  # positions in the file after the write, if recorded
    removed_runs: bytes | None  # positions in the file before the write, if recorded
    is_before_known: bool  # the log contains the whole file before the write
    is_user_modified: bool  # a person changed the proposal before accepting it
    branch_name: str | None
    owner_rank: int
    offset: int


class Problem(NamedTuple):
    """Bad input, stored as a row instead of raised. `reason` never quotes the input."""

    offset: int
    reason: str


class Parsed(NamedTuple):
    """The records of some whole lines, and the state of the parser after them."""

    sessions: list[Session]
    messages: list[Message]
    usages: list[Usage]
    tool_calls: list[ToolCall]
    code_changes: list[CodeChange]
    interruptions: list[Interruption]
    problems: list[Problem]
    unknown: dict[str, int]  # number of lines, by record type that the parser does not know
    state: State

    def extend(self, more: Parsed) -> Parsed:
        """These records and those of the bytes that follow, with the state after both."""
        for records, others in zip(self, more, strict=True):
            if isinstance(records, list) and isinstance(others, list):
                records.extend(others)
        for name, count in more.unknown.items():
            self.unknown[name] = self.unknown.get(name, 0) + count
        return self._replace(state=more.state)


def nothing(state: State) -> Parsed:
    """No records, and this state of the parser. Parsers replace the lists that they fill."""
    kinds: list[Any] = [[] for _ in Parsed._fields[:-2]]
    return Parsed._make((*kinds, {}, state))


class FileChange(NamedTuple):
    """One file of a commit, compared with the commit's parent, or for a merge with all its parents."""

    path: str
    old_path: str | None  # for a rename or copy
    change_kind: str  # add, modify, delete, rename, copy, type
    is_binary: bool
    lines_added: int | None  # None: unknown (binary, or an object is missing)
    lines_removed: int | None
    added_runs: bytes
    added_hashes: bytes
    removed_runs: bytes
    removed_hashes: bytes


class Authorship(NamedTuple):
    """What another tool recorded about who wrote a commit, or a run of lines of it."""

    commit_sha: str
    record_kind: str  # git_ai_note, agent_trace, trailer, entire_checkpoint
    tool_name: str | None  # None: unknown
    external_session: str | None  # by the recording tool's own id
    model_name: str | None
    file_path: str | None  # None: the whole commit
    first_line: int | None
    line_count: int | None
    contributor: str  # ai, human, mixed, unknown
    occurred_at: int | None  # None: the record does not say


class Commit(NamedTuple):
    """A commit with its file changes. Names and addresses are mapped by .mailmap."""

    sha: str
    parent_shas: tuple[str, ...]
    author_name: str
    author_email: str
    authored_at: int
    committer_name: str
    committer_email: str
    committed_at: int
    is_diff_known: bool  # False: a parent or an object is missing (shallow or partial clone)
    files: tuple[FileChange, ...]
    authorship: tuple[Authorship, ...] = ()  # AI tools named in its message
    subject_key: int | None = None
    reverted_shas: tuple[str, ...] = ()  # named in its message
    reverted_subject_key: int | None = None
    fix_evidence: str | None = None  # evidence that it fixes a bug (aea/git/fixes.py)
    pull_number: int | None = None  # pull or merge request named in its message
    merged_branch: str | None = None  # branch named in its message
    task_mentions: tuple[tuple[str, str], ...] = ()  # (task, evidence) pairs named in its message
    links: tuple[
        tuple[str, str], ...
    ] = ()  # (path, target) of symbolic links inside the repository


class RefUpdate(NamedTuple):
    """One line of a reflog. None stands for an all-zero sha: the ref was created or deleted."""

    ref_name: str  # refs/heads/x, HEAD, or worktrees/<id>/HEAD
    old_sha: str | None
    new_sha: str | None
    occurred_at: int
    action: str  # first words of the reflog message: commit, commit (amend), rebase (finish), ...
    branch_name: str | None = None  # the branch that moved; None: HEAD was detached
    is_made: bool = False  # the update created new_sha (commit, merge, cherry-pick, ...)
    renamed_from: str | None = None  # the former name of branch_name


class PullRequest(NamedTuple):
    """A pull or merge request as reported by its forge, without title, text and people."""

    number: int
    state: str  # open, closed, merged
    is_draft: bool
    created_at: int
    updated_at: int
    closed_at: int | None
    merged_at: int | None
    base_ref: str
    head_ref: str
    head_sha: str
    merge_commit_sha: str | None  # the merge or squash on the base branch; None: not merged
    commit_shas: tuple[str, ...]  # its own commits that are known without another request
    fixed_issues: tuple[int, ...]  # issues that its text says it closes


class Issue(NamedTuple):
    """An issue labelled as a bug."""

    number: int
    state: str  # open, closed
    created_at: int
    updated_at: int
    closed_at: int | None

"""Who the session is, which turn it is in, and what its responses used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.records import Usage
from aea.sources.codex.shapes import GIT, INFO, SOURCE, TOKENS, Source, Subagent, find, read, whole
from aea.sources.codex.state import Totals

if TYPE_CHECKING:
    from aea.sources.codex.reading import Reading
    from aea.sources.codex.shapes import Git, Info, Line, Payload, Tokens


def take_meta(reading: Reading, payload: Payload) -> None:
    """The first session_meta names the session; one with another id is a copy of the parent's."""
    session_id = payload.id or payload.session_id
    if not session_id:
        reading.report("session_meta without id")
        return
    progress = reading.progress
    if not progress.is_named:
        _take_own_meta(reading, payload, session_id)
        reading.sight_session()
    elif session_id == progress.session_id:
        _take_place(reading, payload)
        reading.sight_session()
    else:
        _take_copied_meta(reading, payload, session_id)


def _take_own_meta(reading: Reading, payload: Payload, session_id: str) -> None:
    progress = reading.progress
    source: Source | str | None = find(payload.source, SOURCE)
    subagent = source.subagent if isinstance(source, Source) else None
    spawn = subagent.thread_spawn if isinstance(subagent, Subagent) else None
    progress.is_named = True
    progress.is_subagent = subagent is not None
    progress.is_fork = bool(payload.forked_from_id)
    progress.parent_session_id = (
        (spawn.parent_thread_id if spawn else None)
        or payload.parent_thread_id
        or payload.forked_from_id
    )
    _take_place(reading, payload)
    reading.name_session(session_id, payload.forked_from_id or session_id)


def _take_copied_meta(reading: Reading, payload: Payload, session_id: str) -> None:
    """What follows is a copy; of several the last one is nearest to the root."""
    progress = reading.progress
    progress.is_fork = True
    reading.name_session(progress.session_id, payload.forked_from_id or session_id)
    if progress.parent_session_id is None:
        progress.parent_session_id = session_id
        reading.sight_session()


def _take_place(reading: Reading, payload: Payload) -> None:
    progress = reading.progress
    git: Git | None = find(payload.git, GIT)
    progress.directory = reading.place(payload)
    progress.client_version = payload.cli_version or progress.client_version
    if git is not None:
        progress.remote_url = git.repository_url or progress.remote_url
        progress.branch_name = git.branch or progress.branch_name


def take_thread(reading: Reading, line: Line) -> None:
    """The first line of `codex exec --json`: what follows belongs to this thread."""
    thread_id = line.thread_id
    if thread_id and thread_id != reading.progress.session_id:
        reading.progress.totals = None
        reading.progress.is_named = True
        reading.name_session(thread_id, thread_id)
        reading.sight_session()


def take_turn(reading: Reading, payload: Payload) -> None:
    """A turn begins, or goes on with another model or directory."""
    progress = reading.progress
    if payload.turn_id:
        progress.begin_turn(payload.turn_id)
    progress.model_name = payload.model or progress.model_name
    place = reading.place(payload)
    if place != progress.directory:
        progress.directory = place
        reading.sight_session()


def take_tokens(reading: Reading, payload: Payload) -> None:
    """A token_count: one response, a repetition of the last one, or rate limits only."""
    info: Info | None = read(payload.info, INFO)
    if info is not None:
        model = info.model or payload.model or reading.progress.model_name
        _take_counts(reading, info.total_token_usage, info.last_token_usage, model)


def take_turn_usage(reading: Reading, line: Line) -> None:
    """The end of a turn of `codex exec --json`, with the thread's cumulative tokens."""
    tokens: Tokens | None = read(line.usage, TOKENS)
    _take_counts(reading, tokens, None, reading.progress.model_name)


def _take_counts(
    reading: Reading, total: Tokens | None, last: Tokens | None, model_name: str | None
) -> None:
    progress = reading.progress
    before = progress.totals or Totals()
    spent = _totals(last) if last is not None else None
    if total is not None:
        now = _totals(total)
    elif spent is not None:
        now = before.plus(spent)
    else:
        return
    progress.totals = now
    if total is not None and now == before:
        return
    spent = spent or now.since(before)
    if spent.input or spent.output or spent.total:
        _emit_usage(reading, spent, now, model_name)


def _totals(tokens: Tokens) -> Totals:
    return Totals(
        whole(tokens.input_tokens),
        whole(tokens.cached_input_tokens),
        whole(tokens.cache_write_input_tokens),
        whole(tokens.output_tokens),
        whole(tokens.reasoning_output_tokens),
        whole(tokens.total_tokens),
    )


def _emit_usage(reading: Reading, spent: Totals, now: Totals, model_name: str | None) -> None:
    progress = reading.progress
    identity = (now.input, now.cached, now.output, now.reasoning, now.total)
    reading.usages.append(
        Usage(
            session_id=progress.session_id,
            agent_id=None,
            message_key=key64("codex", progress.scope, progress.turn_id, *identity),
            request_key=0,
            occurred_at=reading.now,
            model_name=model_name,
            input_tokens=max(0, spent.input - spent.cached - spent.cache_write),
            output_tokens=spent.output,
            cache_read_tokens=spent.cached,
            cache_write_5m_tokens=spent.cache_write,
            cache_write_1h_tokens=0,
            reasoning_tokens=spent.reasoning,
            speed=None,
            web_search_count=progress.web_search_count,
            is_sidechain=progress.is_subagent,
            owner_rank=reading.rank,
            offset=reading.offset,
        )
    )
    progress.web_search_count = 0

"""Two small worlds whose figures can be worked out by hand: commits with outcomes, and sessions."""

from __future__ import annotations

from typing import Any

from tests.support.outcomes import Events

RIPE = {"bug_mature_at": "2026-03-20T00:00:00Z"}
GPT, OPUS = ("codex", "s1", "gpt"), ("claude_code", "s2", "opus")
LATER = {"commit_time": "2026-03-09T10:00:00Z"}
FIRST, WINDOW = "minutes_to_first_accepted_change", "session_commit_within_4h_flag"
NEXT_WEEK = {"started_at": "2026-03-09T09:00:00Z"}


def write_commits() -> None:
    """Six commits that count, a merge and one that was dropped."""
    heavy = {"heavy_ai_flag": 1}
    shipped = heavy | {"merged_to_mainline_flag": 1}
    events = Events()
    events.commit(
        "a",
        **shipped,
        mainline_at="2026-03-02T12:00:00Z",
        churn=(100, 10),
        bug=1,
        **RIPE,
        pull=("resolved", 1, 1),
        sessions={GPT: 60, OPUS: 40},
        tasks={"ABC-2": "topic/2"},
        total_matched_ai_lines=8,
        branch_name="topic/2",
    )
    events.commit(
        "b",
        **shipped,
        mainline_at="2026-03-02T10:00:00Z",
        churn=(50, 30),
        bug=0,
        **RIPE,
        reverted_later_flag=1,
        pull=("no_pr", 0, None),
        sessions={OPUS: 50},
        tasks={"ABC-10": "topic/10"},
        total_matched_ai_lines=10,
        author="bob@example.org",
    )
    events.commit(
        "c",
        **heavy,
        pull=("failed", None, None),
        sessions={GPT: 7, OPUS: 3},
        tasks={"ABC-10": "topic/10"},
        total_matched_ai_lines=10,
    )
    events.commit(
        "d",
        merged_to_mainline_flag=1,
        churn=(4, 1),
        bug=0,
        sessions={OPUS: 4},
        tasks={"main": "main"},
        fallback=1,
        total_matched_ai_lines=4,
    )
    events.commit("e", **LATER, merged_to_mainline_flag=None, reverted_later_flag=1)
    events.commit(
        "f",
        **shipped,
        **LATER,
        mainline_at="2026-03-10T10:00:00Z",
        repository="dir:/x",
        churn=(20, 5),
        churn_mature_at="2026-04-10T00:00:00Z",
        total_matched_ai_lines=10,
        sessions={("codex", "s3", None): 20},
        tasks={"ABC-10": "topic/10"},
    )
    events.commit("m", is_merge=1, merged_to_mainline_flag=1)
    events.commit("u", **heavy, is_reachable=0, sessions={GPT: 5})
    flags = {"mid_session_error_paste_flag": 0, "accepted_output_flag": 1}
    events.task_session(
        "ABC-2",
        "s1",
        60,
        user_turn_count=2,
        debug_loop_flag=0,
        **flags,
        branch_name="topic/2",
        minutes_to_first_accepted_change=10.0,
    )
    events.task_session(
        "ABC-10",
        "s1",
        7,
        user_turn_count=4,
        debug_loop_flag=1,
        **flags,
        branch_name="topic/10",
        commit_within_window_flag=1,
    )
    events.task_session(
        "ABC-10", "s4", 0, user_turn_count=12, debug_loop_flag=0, **flags, branch_name="topic/10"
    )
    events.task_session("ABC-10", "s5", 2.4, branch_name="topic/10")
    events.task_session("main", "s2", 4, user_turn_count=1, debug_loop_flag=0, **flags)
    events.write()


def write_sessions() -> None:
    """Six sessions with prompts; three have lines in tasks, one of these beside another without a prompt."""
    events = Events()
    opus, gpt = {"model_name": "opus"}, {"model_name": "gpt"}
    loop = {"debug_loop_flag": 1, "mid_session_error_paste_flag": 1}
    events.session("codex", "s1", 2, (100, 80, 60, 20), **gpt, **{FIRST: 10.0, WINDOW: 1})
    events.session("claude_code", "s2", 4, (50, 10, 0, 40), **opus, **loop, **{FIRST: 20.5})
    events.session("claude_code", "s3", 12, (0, 0, 0, 0), **opus, accepted_output_flag=0)
    events.session(
        "claude_code", "s4", 3, (10, 10, 2, 0), **opus, **NEXT_WEEK, **{FIRST: 30.0, WINDOW: 1}
    )
    events.worked("claude_code", "agent", (30, 20, 5, 10), root_session_id="s4")
    events.session("codex", "s5", 1, (7, 0, 0, None), repository=None, **{FIRST: 15.0})
    events.session("codex", "s6", 6, (5, 5, 8, 0), repository="dir:/x", **gpt, **{FIRST: 5.0})
    events.worked("codex", "s9", (9, 9, 9, 0))  # nobody typed a prompt

    events.commit("a", tasks={"ABC-2": "topic/2", "ABC-10": "topic/10"})
    events.commit("b", tasks={"main": "main"}, fallback=1)
    one = session_flags(turns=2, first=10.0)
    two = session_flags(turns=4, first=20.5) | loop
    four = session_flags(turns=3, first=30.0)
    events.task_session(
        "ABC-2", "s1", 60, branch_name="topic/2", commit_within_window_flag=1, **one
    )
    events.task_session("ABC-10", "s1", 20, branch_name="topic/10", **one)
    claude: dict[str, Any] = {"provider": "claude_code"}
    events.task_session("ABC-10", "s2", 2.4, branch_name="topic/10", **two, **claude)
    claude |= four | NEXT_WEEK
    events.task_session(
        "ABC-10", "s4", 0, branch_name="topic/10", commit_within_window_flag=1, **claude
    )
    events.task_session("main", "s4", 3, branch_name="main", **claude)
    events.task_session("ABC-10", "s9", 2.4, branch_name="topic/10")
    events.write()


def session_flags(*, turns: int, first: float) -> dict[str, Any]:
    quiet = {"debug_loop_flag": 0, "mid_session_error_paste_flag": 0, "accepted_output_flag": 1}
    return quiet | {"user_turn_count": turns, FIRST: first}

"""Turns, words and judged sessions follow who sent a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.database import assert_consistent, ingest, select
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path


def test_an_approval_without_words_is_a_turn(home: Path) -> None:
    session = ClaudeSession("s")
    text = "Implement the following plan:\n\nword TypeError: word"
    session.add("user", {"role": "user", "content": text}, planContent="word TypeError: word")
    session.say("on it").prompt("commit this please").say("done").write(home)
    ingest()
    quality = (
        "SELECT user_turn_count AS n, mid_session_error_paste_flag AS e FROM event_session_quality"
    )
    assert select(quality) == [{"n": 2, "e": 0}]
    words = "SELECT user_word_count AS n FROM event_session_productivity"
    assert select(words) == [{"n": 3}]
    assert_consistent()


def test_a_session_without_a_person_is_not_judged(home: Path) -> None:
    robot = ClaudeSession("robot")
    robot.add("user", {"role": "user", "content": "summarize"}, entrypoint="sdk-cli")
    robot.say("short").write(home)
    ClaudeSession("person").prompt("hi").say("ho").write(home)
    ingest()
    judged = select("SELECT session_id AS s FROM event_session_quality")
    assert judged == [{"s": "person"}]
    assert len(select("SELECT * FROM event_session_usage")) == 2
    assert_consistent()

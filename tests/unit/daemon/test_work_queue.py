"""When work is due: at once, after a cool-down, or when a caller waits."""

from __future__ import annotations

from aea.daemon.work_queue import (
    MAX_COOL_DOWN_SECONDS,
    MIN_COOL_DOWN_SECONDS,
    NOTICES,
    Work,
    WorkQueue,
)

A, B = Work("session", "a"), Work("session", "b")


def test_the_first_change_is_due_at_once_and_the_next_after_a_cool_down() -> None:
    queue = WorkQueue()
    queue.add(A, 1.0)
    queue.add(A, 1.1)
    assert queue.pop_due(1.1) == A
    assert queue.pop_due(1.1) is None

    queue.cool_down(A, 0.1, 1.2)
    queue.add(A, 1.25)
    queue.add(B, 1.26)
    assert queue.pop_due(1.3) == B
    assert queue.pop_due(1.3) is None
    assert queue.next_due() == 1.5
    assert queue.pop_due(1.51) == A


def test_a_source_that_is_never_silent_is_read_all_the_same() -> None:
    queue, now, reads = WorkQueue(), 0.0, 0
    while now < 10:
        queue.add(A, now)
        if queue.pop_due(now):
            reads += 1
            queue.cool_down(A, 0.001, now)
        now += 0.005
    assert reads > 10 / (MIN_COOL_DOWN_SECONDS + 0.02)


def test_rests_are_bounded_and_forgotten() -> None:
    queue = WorkQueue()
    queue.cool_down(A, 100, 0.0)
    queue.add(A, 0.0)
    assert queue.next_due() == MAX_COOL_DOWN_SECONDS
    queue.prune(MAX_COOL_DOWN_SECONDS + 1)
    assert queue.pop_due(MAX_COOL_DOWN_SECONDS) == A


def test_somebody_who_waits_ends_rests_but_not_what_failed() -> None:
    queue = WorkQueue()
    queue.cool_down(A, 0.5, 0.0)
    queue.add(A, 0.0)
    queue.add(NOTICES, 0.0)
    queue.postpone(B, 60.0)
    assert queue.expedite(0.1) == {A, NOTICES}
    assert {queue.pop_due(0.1), queue.pop_due(0.1)} == {A, NOTICES}
    assert queue.pop_due(0.1) is None
    assert not queue.is_empty()
    assert queue.count("session") == 1

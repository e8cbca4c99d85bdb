"""When work is due: at once, after its rest, or when somebody waits."""

from __future__ import annotations

from aea.daemon.pending import LEAST_REST_SECONDS, MOST_REST_SECONDS, NOTICES, Pending, Work

A, B = Work("session", "a"), Work("session", "b")


def test_the_first_hint_is_due_at_once_and_the_next_after_a_rest() -> None:
    pending = Pending()
    pending.add(A, 1.0)
    pending.add(A, 1.1)
    assert pending.take(1.1) == A
    assert pending.take(1.1) is None

    pending.rest(A, 0.1, 1.2)
    pending.add(A, 1.25)
    pending.add(B, 1.26)
    assert pending.take(1.3) == B
    assert pending.take(1.3) is None
    assert pending.next_due() == 1.5
    assert pending.take(1.51) == A


def test_a_source_that_is_never_silent_is_read_all_the_same() -> None:
    pending, now, reads = Pending(), 0.0, 0
    while now < 10:
        pending.add(A, now)
        if pending.take(now):
            reads += 1
            pending.rest(A, 0.001, now)
        now += 0.005
    assert reads > 10 / (LEAST_REST_SECONDS + 0.02)


def test_rests_are_bounded_and_forgotten() -> None:
    pending = Pending()
    pending.rest(A, 100, 0.0)
    pending.add(A, 0.0)
    assert pending.next_due() == MOST_REST_SECONDS
    pending.prune(MOST_REST_SECONDS + 1)
    assert pending.take(MOST_REST_SECONDS) == A


def test_somebody_who_waits_ends_rests_but_not_what_failed() -> None:
    pending = Pending()
    pending.rest(A, 0.5, 0.0)
    pending.add(A, 0.0)
    pending.add(NOTICES, 0.0)
    pending.postpone(B, 60.0)
    assert pending.hurry(0.1) == {A, NOTICES}
    assert {pending.take(0.1), pending.take(0.1)} == {A, NOTICES}
    assert pending.take(0.1) is None
    assert not pending.is_empty()
    assert pending.count("session") == 1

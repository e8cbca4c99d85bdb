"""How many random examples a test tries. `pytest --hypothesis-profile=deep` tries twenty times as many."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_USUAL = 100
_UNTIMED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]  # the machine may be busy


def load() -> None:
    """Before the command line is looked at, which may choose the other profile."""
    usual = settings(
        max_examples=_USUAL, deadline=None, suppress_health_check=_UNTIMED, print_blob=True
    )
    settings.register_profile("usual", usual)
    settings.register_profile("deep", usual, max_examples=20 * _USUAL)
    settings.load_profile("usual")


def scaled(count: int) -> int:
    """The number of examples, seeds or places for a test that usually tries `count`."""
    return count * settings().max_examples // _USUAL

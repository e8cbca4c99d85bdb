"""A few histories of the scenario suite; `python -m tests.scenarios` plays as many as wanted."""

from __future__ import annotations

import pytest

from tests.scenarios.__main__ import score
from tests.scenarios.history import run

# with every operation once at least; any other seed may be played: python -m tests.scenarios --only N
SEEDS = (3, 9, 17, 28, 41)


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_go_to_who_wrote_them(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "AEA_HOME", "TZ", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, "")  # the history sets them; afterwards they are as before
    outcome = run(seed)
    assert outcome.faults == [], f"python -m tests.scenarios --only {seed}"
    scores = score([outcome])["all"]
    assert scores.precision() >= 0.99, f"python -m tests.scenarios --only {seed}"
    assert scores.recall() >= 0.9, f"python -m tests.scenarios --only {seed}"
    assert outcome.truly_alive >= 0.99 * outcome.alive > 0

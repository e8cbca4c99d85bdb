"""Who an author is, from what is known about the address."""

from __future__ import annotations

import pytest

from aea.pipeline.coverage.rules import Standing, choose_machines, find_account


@pytest.mark.parametrize(
    ("standing", "machines"),
    [
        (Standing((), (1, 2), ()), {}),
        (Standing((), (1, 2), (2,)), {2: "matched_lines"}),
        (Standing((True,), (1, 2), (2,)), {1: "configuration", 2: "configuration"}),
        (Standing((True,), (), ()), {}),
        (Standing((False,), (1,), (1,)), {}),
        (Standing((True, False), (1,), (1,)), {}),
    ],
)
def test_the_machines_of_an_author(standing: Standing, machines: dict[int, str]) -> None:
    assert choose_machines(standing) == machines


@pytest.mark.parametrize(
    ("name", "address", "tool"),
    [
        ("Claude", "noreply@anthropic.com", "claude"),
        ("Copilot", "198982749+copilot@users.noreply.github.com", "copilot"),
        (
            "devin-ai-integration[bot]",
            "158243242+devin-ai-integration[bot]@users.noreply.github.com",
            "devin",
        ),
        ("openai-codex[bot]", "1+openai-codex[bot]@users.noreply.github.com", "codex"),
        ("Claude Monet", "claude@example.fr", None),
        ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com", None),
        ("Ada", "ada@example.org", None),
    ],
)
def test_an_agents_own_account(name: str, address: str, tool: str | None) -> None:
    assert find_account(name, address) == tool

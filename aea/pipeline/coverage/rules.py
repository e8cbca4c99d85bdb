"""Who an author is: an agent's own account, or somebody whose sessions are collected on a machine."""

from __future__ import annotations

from typing import NamedTuple

from aea.git.agents import find_tool

KNOWN_SHARE = (
    0.1  # of a commit's lines: less may be shared boilerplate, and says nothing about its author
)


class Standing(NamedTuple):
    """What is known about one address."""

    own: tuple[bool, ...]  # for each clone that names it: whether it is the user's own
    machines: tuple[int, ...]  # all that are known
    matched: tuple[int, ...]  # those whose sessions wrote KNOWN_SHARE of one of its commits


def choose_machines(standing: Standing) -> dict[int, str]:
    """The machines on which the sessions of an author are collected, with the evidence."""
    if not all(standing.own):
        return {}
    configured = standing.machines if standing.own else ()
    return dict.fromkeys(standing.matched, "matched_lines") | dict.fromkeys(
        configured, "configuration"
    )


def find_account(name: str, address: str) -> str | None:
    """The tool whose own account an author is, or None."""
    return find_tool(name, address)

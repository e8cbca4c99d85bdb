"""`aea hooks`."""

from __future__ import annotations

import shlex

import click

from aea import console
from aea.console import visible
from aea.git.hook import HookState, HookStatus, status
from aea.reports import render


@click.group("hooks")
def command() -> None:
    """Check the git hooks of a repository."""


@command.command("status")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_status(path: str, as_json: bool) -> int:
    """Show for each hook whether git will run it in the repository at PATH, and if not, why.

    The exit code is 1 if a hook that was installed does not do its work. `aea doctor` reports the same.
    """
    found = status(path)
    if as_json:
        console.write(render.as_json(as_dict(found)))
    else:
        console.write(visible(f"git looks for hooks in {found.hooks_directory}"))
        for text in describe_all(found.hooks):
            console.write(visible(text))
        if not all(state.will_run for state in found.hooks):
            console.write(
                "Commits are seen without a hook, by the daemon at once or by the next report."
            )
            console.write(f"Try: aea install-hooks {shlex.quote(path)}")
    return 1 if any(state.is_fault for state in found.hooks) else 0


def as_dict(found: HookStatus) -> dict[str, object]:
    """Return the status as JSON values."""
    return found._asdict() | {"hooks": [state._asdict() for state in found.hooks]}


def describe_all(states: tuple[HookState, ...]) -> list[str]:
    """Describe the hooks, those of which the same is true together."""
    texts = [_describe(state) for state in states]
    groups = {
        text: [s.hook for s, of in zip(states, texts, strict=True) if of == text] for text in texts
    }
    return [f"{', '.join(names)}: {text}" for text, names in groups.items()]


def _describe(state: HookState) -> str:
    chained = f"; then {state.chained}" if state.chained and state.will_run else ""
    verb = "runs" if state.will_run else "DOES NOT RUN" if state.is_fault else "does not run"
    return f"{verb}: {state.reason}{chained}"

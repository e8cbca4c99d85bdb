"""A progress line on a terminal."""

from __future__ import annotations

from collections.abc import Callable

from aea import console

Progress = Callable[[str, int, int], None]  # (label, done, total)


class Bar:
    """A progress line on standard error. Prints nothing if that is not a terminal."""

    WIDTH = 30

    def __call__(self, label: str, done: int, total: int) -> None:
        """Draw the progress of `label`."""
        if total:
            filled = self.WIDTH * done // total
            bar = "#" * filled + "." * (self.WIDTH - filled)
            console.progress(f"{label[-40:]} [{bar}] {100 * done // total} %")

    def close(self) -> None:
        """Clear the line."""
        console.clear_progress()

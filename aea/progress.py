"""A progress line on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

Progress = Callable[[str, int, int], None]  # (label, done, total)


class Bar:
    """A progress line on standard error. Prints nothing if that is not a terminal."""

    WIDTH = 30

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = ""

    def __call__(self, label: str, done: int, total: int) -> None:
        """Draw the progress of `label`."""
        if not self._is_shown or not total:
            return
        filled = self.WIDTH * done // total
        line = (
            f"{label[-40:]} [{'#' * filled}{'.' * (self.WIDTH - filled)}] {100 * done // total} %"
        )
        if line != self._last:
            sys.stderr.write("\r\x1b[K" + line)
            sys.stderr.flush()
            self._last = line

    def close(self) -> None:
        """Clear the line."""
        if self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

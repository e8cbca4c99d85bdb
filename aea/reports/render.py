"""Rows as a text table, JSON or CSV. An unknown is never shown as 0."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from aea.console import json_safe, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aea.reports.query import Row

UNKNOWN = "unknown"
NOT_APPLICABLE = "n/a"
_FORMULA = re.compile(
    "(?![-+][0-9.]+$)[-=+@\uff0d\uff1d\uff0b\uff20]."
)  # full width counts, a number does not
_STEPS = ((1e9, "G"), (1e6, "M"), (1e4, "k"))


def as_json(value: Any) -> str:
    """One JSON document, indented."""
    import json

    return json_safe(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def as_json_line(value: Any) -> str:
    """One JSON document in one line."""
    import json

    return json_safe(json.dumps(value, ensure_ascii=False))


def as_csv(rows: Sequence[Row], names: Sequence[str] = ()) -> str:
    """A header line and a line per row; NULL is an empty field. `names` are the columns if there is no row.

    Control characters are escaped, and `'` stands before a text that a spreadsheet would take for a formula: names
    come from other people's data. JSON has the exact values.
    """
    columns = names or list(rows[0]) if rows else names
    lines = [[_field(name) for name in columns]]
    lines += [[_field(row[name]) for name in columns] for row in rows]
    return "\n".join(",".join(line) or '""' for line in lines) if columns else ""


def _field(value: object) -> str:
    """One field. A semicolon is quoted, too: it separates fields in many countries, where a formula might follow."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    shown = visible(str(value))
    if _FORMULA.match(shown):
        shown = f"'{shown}"
    is_plain = not any(mark in shown for mark in ',;"')
    return shown if is_plain else '"{}"'.format(shown.replace('"', '""'))


def as_table(header: Sequence[str], body: Iterable[Sequence[str]], left: int = 1) -> str:
    """Aligned columns, the first `left` to the left, the others to the right; headers may have two lines.

    Control characters are escaped, line feeds in a cell, too.
    """
    heads = zip_longest(*(title.split("\n") for title in header), fillvalue="")
    lines = [[visible(cell) for cell in line] for line in (*heads, *body)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def count(value: int | None, nothing: str = UNKNOWN) -> str:
    """A whole number, shortened from 10,000 on (12.3k, 4.5M); `nothing` for NULL."""
    if value is None:
        return nothing
    for size, suffix in _STEPS:
        if abs(value) >= size:
            unit = 1e3 if suffix == "k" else size
            return f"{value / unit:.1f}{suffix}"
    return str(value)


def share(value: float | None, *, is_small: bool = False) -> str:
    """A share as percent; `*` marks a small sample."""
    if value is None:
        return NOT_APPLICABLE
    return f"{value:.0%}{'*' if is_small else ''}"


def minutes(value: float | None, *, is_small: bool = False) -> str:
    """A duration given in minutes."""
    if value is None:
        return NOT_APPLICABLE
    mark = "*" if is_small else ""
    if value < 1:
        return f"{value * 60:.0f} s{mark}"
    return f"{value:.1f} min{mark}" if value < 120 else f"{value / 60:.1f} h{mark}"


def text(value: object) -> str:
    """Any other value; NULL is unknown."""
    return UNKNOWN if value is None else str(value)

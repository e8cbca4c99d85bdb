"""How a daemon starts."""

from __future__ import annotations

import logging
import sys

from aea.daemon import run


def test_the_log_has_a_line_per_message_and_no_control_character() -> None:
    try:
        raise OSError("no file a\x1b[31m\u202e")
    except OSError:
        fault = sys.exc_info()
    record = logging.LogRecord("aea", 30, "", 0, "reading %s", ("a\nb\x07",), fault)
    head, *trace = run._Visible("%(levelname)s %(message)s").format(record).split("\n")
    assert head == "WARNING reading a\\nb\\x07"
    assert trace[0].startswith("Traceback")
    assert trace[-1] == "OSError: no file a\\x1b[31m\\u202e"

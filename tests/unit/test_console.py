"""What reaches the terminal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata

import pytest

from aea import console
from aea.reports import render

DANGEROUS = [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F)]
DANGEROUS += [*range(0x2066, 0x206A), 0x2028, 0x2029, 0x200B, 0xFEFF, 0xDC80, 0xDCFF, 0xD800]
DANGEROUS += [0xE0041, 0xAD, 0x3164]


@pytest.mark.parametrize("number", DANGEROUS, ids=hex)
def test_a_dangerous_character_is_shown_as_its_escape(number: int) -> None:
    shown = console.visible(f"a{chr(number)}b")
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.startswith("a\\")
    assert json.loads(console.json_safe(json.dumps(chr(number), ensure_ascii=False))) == chr(number)


def test_every_control_format_and_surrogate_character_is_covered() -> None:
    visible_signs = range(0x0600, 0x0900)  # number signs of Arabic, which have a shape
    left = [
        hex(number)
        for number in range(sys.maxunicode + 1)
        if unicodedata.category(chr(number)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and console.visible(chr(number)) == chr(number)
        and number not in visible_signs
        and number < 0x11000  # and of scripts in which a sign stands over others
    ]
    assert left == []


@pytest.mark.parametrize(
    "text", ["plain", "Zoë Ångström", "山田　太郎", "نعم", "emoji 👍🏽 ❤️", "a\\b", "\xa0"]
)
def test_other_texts_stay(text: str) -> None:
    assert console.visible(text) == text


def test_a_table_is_aligned_after_escaping_and_has_one_line_per_row() -> None:
    table = render.as_table(["Name", "Count"], [["a\nb\t\x1b[31m", "1"], ["c", "22"]])
    assert table.split("\n") == [
        "Name            Count",
        "a\\nb\\t\\x1b[31m      1",
        "c                  22",
    ]


def test_csv_has_one_line_per_row_and_no_formula() -> None:
    rows = [
        {"name": value, "n": -1}
        for value in (
            "=HYPERLINK(1)",
            "+1+1",
            "-2+3",
            "-2.5",
            "@SUM(1)",
            "\uff1d1",
            "a;=b",
            'q"',
            "-",
            "x\ny\r",
        )
    ]
    assert render.as_csv(rows).split("\n") == [
        "name,n",
        "'=HYPERLINK(1),-1",
        "'+1+1,-1",
        "'-2+3,-1",
        "-2.5,-1",
        "'@SUM(1),-1",
        "'\uff1d1,-1",
        '"a;=b",-1',
        '"q""",-1',
        "-,-1",
        "x\\ny\\r,-1",
    ]


def test_errors_and_notes_are_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    console.error("no file a\nTry: rm -rf\x1b[2K", "aea \u202e")
    console.write("two\nlines\r")
    told = capsys.readouterr()
    assert told.err == "Error: no file a\\nTry: rm -rf\\x1b[2K\nTry: aea \\u202e\n"
    assert told.out == "two\nlines\\r\n"


def test_progress_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((io.StringIO(), ""), (Terminal(), "\r\x1b[Ka\\x1b\r\x1b[K")):
        monkeypatch.setattr(sys, "stderr", stream)
        console.progress("a\x1b")
        console.clear_progress()
        assert stream.getvalue() == shown


def test_a_terminal_without_unicode_gets_escapes() -> None:
    code = (
        "from aea import console; from aea.reports import render;"
        "console.accept_every_character(); console.write(render.as_json('é👍'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == "é👍"

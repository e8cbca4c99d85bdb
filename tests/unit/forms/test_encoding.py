"""Lines in any encoding are the lines that were written."""

from __future__ import annotations

import pytest

from aea.forms.encoding import StoredText
from aea.lines import text_lines

WRITTEN = {
    "cp1252": ["# été numéro 3, déjà vu", "naïve = 'straße'", "la créée", "x = “hi” — ok", "# É"],
    "iso8859_1": ["# größe ändern", "coração não é"],
    "cp1250": ["# zażółć gęślą jaźń", "# příliš žluťoučký kůň"],
    "iso8859_2": ["# zażółć gęślą jaźń", "# příliš žluťoučký kůň"],
    "cp1251": ["# привет мир, число строк", "Ошибка чтения файла"],
    "koi8_r": ["# привет мир, число строк", "Ошибка чтения файла"],
    "cp1253": ["# αριθμός γραμμών"],
    "cp1255": ["# שלום עולם"],
    "cp1256": ["# مرحبا بالعالم"],
    "cp874": ["# คำนวณผลรวม"],
    "shift_jis": ["# 合計を計算する", "print('エラー: ファイルがありません')", "total = 0  # 合計"],
    "euc_jp": ["# 合計を計算する", "print('エラー: ファイルがありません')"],
    "iso2022_jp": ["# 合計を計算する"],
    "gbk": ["# 计算总和", "print('错误:文件不存在')", "用户ID"],
    "big5": ["# 計算總和", "print('錯誤:檔案不存在')"],
    "euc_kr": ["# 합계를 계산한다", "print('오류: 파일이 없습니다')"],
    "mac_roman": ["# été numéro à déjà"],
    "utf-8": ["# été, 合計, привет"],
}


@pytest.mark.parametrize("codec", WRITTEN)
def test_a_file_is_read_in_its_encoding(codec: str) -> None:
    stored = [line.encode(codec) for line in WRITTEN[codec]]
    assert StoredText().as_utf8(stored) == [line.encode() for line in WRITTEN[codec]]


@pytest.mark.parametrize("codec", sorted(WRITTEN.keys() - {"iso8859_1"}))
def test_one_line_is_enough(codec: str) -> None:
    for line in WRITTEN[codec]:
        assert StoredText().as_utf8([line.encode(codec)]) == [line.encode()]


def test_the_encoding_that_the_text_names_decides() -> None:
    lines = ["# -*- coding: koi8-r -*-", "x = 'éa'"]
    stored = [lines[0].encode(), b"x = '\xc1\xc2'"]
    assert StoredText().as_utf8(stored)[1] == "x = 'аб'".encode()  # noqa: RUF001


def test_the_first_lines_decide_for_the_file() -> None:
    text = StoredText()
    text.as_utf8(["# привет мир".encode("cp1251")])
    assert text.as_utf8(["э".encode("cp1251")]) == ["э".encode()]


def test_one_broken_line_does_not_change_the_others() -> None:
    stored = ["# été".encode(), "# déjà".encode(), b"# \xe9t\xe9"]
    assert StoredText().as_utf8(stored) == ["# été".encode(), "# déjà".encode(), "# été".encode()]


def test_bytes_of_no_encoding_are_kept() -> None:
    assert len(StoredText().as_utf8([bytes(range(128, 256))])) == 1


def test_a_byte_order_mark_is_no_part_of_a_line() -> None:
    stored = ["\ufeffimport os".encode(), "é".encode()]
    assert StoredText().as_utf8(stored) == [b"import os", "é".encode()]
    assert text_lines("\ufeffimport os\né") == [b"import os", "é".encode()]

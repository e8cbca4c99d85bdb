"""Lines that git holds in another encoding than UTF-8, as UTF-8: a transcript is Unicode text.

Git stores bytes and does not say in which encoding, so the bytes decide. Files with `working-tree-encoding` are UTF-8 in
git. UTF-16 and UTF-32 without it are binary for git: they have no lines. What is not UTF-8 is in the encoding that the
text names (`# -*- coding: latin-1 -*-`, `charset=`, `encoding=`), else in the one in which it reads best: frequent
characters of its script count for it, signs in the middle of words and mixed scripts count against it.
"""

from __future__ import annotations

import codecs
import re

from aea.lines import MARK

_WESTERN = "éèêëàâäáãåæçíìîïðþñóòôöõøœßúùûüÿ"
_CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűăâîşţșț"
_RUSSIAN = "оеаинтсрвлкмдпуя"
_GREEK = "αοιετσνηυρπκμλςόίάή"
_TURKISH = "çğıöşüâîûİ"
_BALTIC = "āčēģīķļņšūžąęėįų"
_HEBREW = "יוהלאתמרבשנעםדק"
_ARABIC = "اليمنتروبدسعفحكة"
_THAI = "านรอกเงยลมวสตปบดคทิี่้ั"
_KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
_KANJI = _KANA + (
    "一人日本大年出分中行見前生時間上下入力数値文字列合計処理設定変更新規追加削除取得作成関返初期化実装確認実行結果"
    "名配定義使用説明表示開始終了読書込保存確対象画面表件登録検索計算用不正定数変数値型番号"
)
_SIMPLE = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然"
    "家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实数据计算返回函件户配置"
    "初始化错误参设获取类型列表象测试使名称更新删除添加创建查询处理信息字符串文件合总值是否"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然"
    "家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實數據計算返回函件戶配置"
    "初始化錯誤參設獲取類型列表象測試使名稱更新刪除添加創建查詢處理信息字符串文檔檔案合總值是否"
)
_HANGUL = (
    "이다는을를에가의은하고로기서한지도사자시정수부인스어리아대라일과해나파함값설생성오류데터입출력계산합반환변문자열"
    "목록추삭제사용처리초화결확저장불러읽쓰실행되있없그것들모든경우만안와으면야전보"
)

_LATIN, _ALONE, _WIDE = (
    "latin",
    "alone",
    "wide",
)  # a letter among ASCII letters; words of its own; CJK

_CANDIDATES = (  # (codec, frequent characters, how they stand in a text), the more usual first
    ("cp1252", _WESTERN, _LATIN),
    ("iso8859_15", _WESTERN, _LATIN),
    ("cp1250", _CENTRAL, _LATIN),
    ("iso8859_2", _CENTRAL, _LATIN),
    ("cp1254", _TURKISH, _LATIN),
    ("cp1257", _BALTIC, _LATIN),
    ("cp1251", _RUSSIAN, _ALONE),
    ("koi8_r", _RUSSIAN, _ALONE),
    ("iso8859_5", _RUSSIAN, _ALONE),
    ("cp866", _RUSSIAN, _ALONE),
    ("cp1253", _GREEK, _ALONE),
    ("iso8859_7", _GREEK, _ALONE),
    ("cp1255", _HEBREW, _ALONE),
    ("cp1256", _ARABIC, _ALONE),
    ("cp874", _THAI, _ALONE),
    ("cp932", _KANJI, _WIDE),
    ("gb18030", _SIMPLE, _WIDE),
    ("euc_jp", _KANJI, _WIDE),
    ("cp949", _HANGUL, _WIDE),
    ("cp950", _TRADITIONAL, _WIDE),
    ("mac_roman", _WESTERN, _LATIN),
    ("cp850", _WESTERN, _LATIN),
)
_RARE = frozenset(
    {"cp874", "cp1256", "cp866", "cp1254", "cp1257", "iso8859_5", "mac_roman", "cp850"}
)
_PUNCTUATION = frozenset("«»“”‘’„‚–—…•€£°©®™§·×−、。，：；（）「」！？【】《》・～￥")  # noqa: RUF001
_DECLARED = re.compile(
    rb"(?:coding[:=][ \t]*|charset[ \t]*=[ \t]*[\"']?|encoding[ \t]*=[ \t]*[\"'])([A-Za-z][\w.-]*)"
)
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPED = b"\x1b$"  # ISO-2022-JP, which is ASCII with escape sequences
_UNKNOWN = "\ufffd"
_EVIDENCE_BYTES = 1 << 16


class StoredText:
    """The lines of one file of one commit. The first that are not UTF-8 decide its encoding."""

    __slots__ = ("_encoding",)

    def __init__(self) -> None:
        self._encoding: str | None = None

    def as_utf8(self, lines: list[bytes]) -> list[bytes]:
        """The same lines in UTF-8. A line that the encoding does not know stays as it is."""
        whole = b"\n".join(lines)
        if whole.isascii() and b"\x1b" not in whole:
            return lines
        if self._encoding is None:
            if _is_utf8(whole) and _ESCAPED not in whole:
                return [line.removeprefix(MARK) for line in lines] if MARK in whole else lines
            self._encoding = find_encoding(whole)
        lines = [line.removeprefix(MARK) for line in lines]
        is_mixed = _is_mixed(lines)
        return [self._converted(line, is_mixed=is_mixed) for line in lines]

    def _converted(self, line: bytes, *, is_mixed: bool) -> bytes:
        if (line.isascii() and b"\x1b" not in line) or (is_mixed and _is_utf8(line)):
            return line
        try:
            return line.decode(self._encoding or "utf-8").encode()
        except UnicodeError:
            return line


def find_encoding(text: bytes) -> str:
    """The codec of a text that is not UTF-8."""
    if _ESCAPED in text:
        return "iso2022_jp_2"
    evidence = text[:_EVIDENCE_BYTES]
    declared = _DECLARED.search(evidence)
    if declared and (name := _usable(declared[1].decode("ascii"), evidence)):
        return name
    evidence = b"\n".join(line for line in evidence.split(b"\n") if not line.isascii())
    best = max(_CANDIDATES, key=lambda candidate: _score(evidence, *candidate))[0]
    return "latin_1" if _UNKNOWN in evidence.decode(best, "replace") else best


def _usable(name: str, text: bytes) -> str | None:
    """The codec with this name, if it can read the text."""
    try:
        codec = codecs.lookup(name).name
        text.decode(codec)
    except (LookupError, UnicodeError):
        return None
    return None if codec == "ascii" else codec


def _score(text: bytes, codec: str, frequent: str, manner: str) -> float:
    """How well a text reads in an encoding: points for each byte that is not ASCII."""
    decoded, known = text.decode(codec, "replace"), frozenset(frequent)
    doubt = 0.7 if codec in _RARE else 0
    return sum(
        (_points(found[0], known) - doubt)
        * (1 if manner != _WIDE or found[0] == _UNKNOWN else len(found[0].encode(codec)))
        - _misplaced(decoded[max(0, found.start() - 1) : found.end() + 1], manner)
        for found in _NON_ASCII.finditer(decoded)
    )


def _points(sign: str, frequent: frozenset[str]) -> float:
    if sign == _UNKNOWN:
        return -4
    if sign in frequent:
        return 2
    if sign.lower() in frequent or sign in _PUNCTUATION:
        return 1.5 if sign in _PUNCTUATION else 1
    return 0 if sign > "\u0370" and sign.isalpha() else -1 if sign.isalpha() else -2


def _misplaced(near: str, manner: str) -> float:
    """How unusual the neighbours of a character are: letters of another script, or of the same too often."""
    if manner == _WIDE:
        return 0
    letters = [sign.isascii() for sign in near if sign.isalpha()]
    if manner == _ALONE:
        return 3 * (True in letters) + 1.5 * (letters.count(False) == 1)
    return 1.5 * (letters.count(False) > 1)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_mixed(lines: list[bytes]) -> bool:
    """Whether most lines with such characters are UTF-8 all the same; a few are by chance."""
    special = [_is_utf8(line) for line in lines if not line.isascii()]
    return 2 * sum(special) > len(special)

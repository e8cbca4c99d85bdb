"""Each kind of damage that the one decoder repairs, drops or refuses."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, Struct

from aea.sources import lenient


class Part(Struct):
    name: str | None = None
    size: int | None = None


class Record(Struct):
    text: str | None = None
    count: int | None = None
    ratio: int | float | None = None
    flag: bool | None = None
    part: Part | None = None
    parts: str | list[Part] | None = None
    by_name: dict[str, Part] | None = None
    words: list[str] | None = None
    anything: Any = None
    raw: Raw = Raw(b"null")


RECORD = msgspec.json.Decoder(Record)
TEXT: msgspec.json.Decoder[str | None] = msgspec.json.Decoder(str | None)


def plain(record: Record) -> dict[str, Any]:
    """The fields that differ from their default."""
    found = msgspec.to_builtins(
        msgspec.structs.asdict(record) | {"raw": bytes(record.raw).decode()}
    )
    return {name: value for name, value in found.items() if value is not None and value != "null"}


REPAIRED: list[tuple[str, bytes, dict[str, Any]]] = [
    ("lone surrogate", b'{"text":"a\\ud83db"}', {"text": "a?b"}),
    ("lone low surrogate", b'{"text":"\\udc00"}', {"text": "?"}),
    ("surrogate cut by the end of the text", b'{"text":"x\\ud83d"}', {"text": "x?"}),
    ("surrogate in a key", b'{"\\ud83d":1,"count":2}', {"count": 2}),
    ("surrogate in a raw field", b'{"raw":{"a":"\\ud83d"}}', {"raw": '{"a": "?"}'}),
    ("surrogate pair", b'{"text":"\\ud83d\\ude00"}', {"text": "\U0001f600"}),
    ("encoded surrogate", b'{"text":"a\xed\xa0\xbdb"}', {"text": "a\ufffd\ufffd\ufffdb"}),
    ("NUL in a text", b'{"text":"a\x00b"}', {"text": "ab"}),
    ("NUL between tokens", b'\x00\x00{"count":\x00 1}\x00', {"count": 1}),
    ("escaped NUL", b'{"text":"a\\u0000b"}', {"text": "a\x00b"}),
    ("invalid UTF-8", b'{"text":"a\xffb"}', {"text": "a\ufffdb"}),
    ("UTF-8 cut short", b'{"text":"a\xe2\x82"}', {"text": "a\ufffd"}),
    ("invalid UTF-8 in a key", b'{"\xff":1,"count":2}', {"count": 2}),
    ("byte-order mark", b'\xef\xbb\xbf{"count":1}', {"count": 1}),
    ("NaN", b'{"ratio":NaN,"count":1}', {"count": 1}),
    ("Infinity", b'{"anything":[Infinity,-Infinity]}', {"anything": [None, None]}),
    ("NaN in a raw field", b'{"raw":[NaN],"count":"1"}', {"raw": "[null]", "count": 1}),
    ("NaN as text", b'{"ratio":"nan","count":1}', {"count": 1}),
    ("number beyond a float", b'{"ratio":1e999,"count":1}', {"count": 1}),
    ("the same for an integer", b'{"count":-1e999,"text":"x"}', {"text": "x"}),
    ("the same in a raw field", b'{"raw":[1e999],"count":"1"}', {"raw": "[null]", "count": 1}),
    ("number as text", b'{"count":"12","ratio":"1.5"}', {"count": 12, "ratio": 1.5}),
    ("boolean as text", b'{"flag":"true"}', {"flag": True}),
    ("null as text", b'{"count":"null"}', {}),
    ("duplicate keys", b'{"count":1,"text":"a","count":2}', {"count": 2, "text": "a"}),
    ("the same in damaged text", b'{"count":1,"text":"\xff","count":2}', {"count": 2, "text": "\ufffd"}),
    ("unnamed field", b'{"other":{"a":[1,{}]},"text":"\xff"}', {"text": "\ufffd"}),
]  # fmt: skip
each_repair = pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in REPAIRED], ids=[case[0] for case in REPAIRED]
)


@each_repair
def test_damage_is_repaired_and_the_value_is_whole(raw: bytes, expected: dict[str, Any]) -> None:
    record, is_whole = lenient.decode(raw, RECORD)
    assert (plain(record), is_whole) == (expected, True)
    assert plain(lenient.decode_whole(raw, RECORD)) == expected
    assert plain(lenient.decode_whole(Raw(raw), RECORD)) == expected


MISFITS: list[tuple[str, bytes, dict[str, Any]]] = [
    ("object for a text", b'{"text":{"a":1},"count":1}', {"count": 1}),
    ("text for a number", b'{"count":"many","text":"x"}', {"text": "x"}),
    ("surrogate for a number", b'{"count":"\\ud83d","text":"x"}', {"text": "x"}),
    ("fraction for an integer", b'{"count":1.5,"text":"x"}', {"text": "x"}),
    ("number for an object", b'{"part":7,"text":"x"}', {"text": "x"}),
    ("a field of an object", b'{"part":{"name":[1],"size":3}}', {"part": {"name": None, "size": 3}}),
    ("an item of a list", b'{"parts":[{"size":1},7,{"size":2}]}', {"parts": [{"name": None, "size": 1}, {"name": None, "size": 2}]}),
    ("a value of an object by name", b'{"by_name":{"a":{"size":1},"b":7}}', {"by_name": {"a": {"name": None, "size": 1}}}),
    ("an item of a list of texts", b'{"words":["a",{},"b"]}', {"words": ["a", "b"]}),
    ("number for a text or a list", b'{"parts":7,"count":1}', {"count": 1}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "expected"), [case[1:] for case in MISFITS], ids=[case[0] for case in MISFITS]
)
def test_a_part_of_another_type_is_dropped_or_refused(raw: bytes, expected: dict[str, Any]) -> None:
    record, is_whole = lenient.decode(raw, RECORD)
    assert (plain(record), is_whole) == (expected, False)
    assert lenient.find(raw, RECORD) == record
    assert lenient.find_whole(raw, RECORD) is None
    with pytest.raises(ValueError, match="another type"):
        lenient.decode_whole(raw, RECORD)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\xff",
        b"no json",
        b'{"count":1',
        b'{"text":"a',
        b'{"text":"a\\',
        b'{"text":"a\\ud8',
        b'{"count":1}}',
        b'{"count":1} {"count":2}',
        b"{'count':1}",
        b'{"count":1,}',
        b"[1, 2]",
        b"null",
        b'"text"',
        b"1e999",
        b"[" * 100_000,
        b'{"anything":' * 50_000,
        b'{"anything":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"unnamed":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"count":' + b"9" * 5_000 + b"}",
    ],
    ids=lambda raw: repr(raw[:14]),
)
def test_truncated_deep_or_foreign_values_are_refused(raw: bytes) -> None:
    for decode in (lenient.decode, lenient.decode_whole):
        with pytest.raises(ValueError):  # noqa: PT011 - the text may be that of msgspec
            decode(raw, RECORD)
    assert lenient.find(raw, RECORD) is None
    assert lenient.find_whole(raw, RECORD) is None


def test_large_integers_stay_exact() -> None:
    assert lenient.decode(b'{"count":123456789012345678901234567890}', RECORD)[0].count == int(
        "123456789012345678901234567890"
    )


def test_a_value_that_is_no_object_is_decoded_by_the_same_rules() -> None:
    assert lenient.decode_whole(b"null", TEXT) is None
    assert lenient.decode_whole(b'"a\x00\\ud83d"', TEXT) == "a?"
    assert lenient.find_whole(b"7", TEXT) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(Record.__struct_fields__), values), st.binary(max_size=3))
def test_whatever_is_decoded_has_the_types_of_its_fields(
    fields: dict[str, Any], junk: bytes
) -> None:
    raw = json.dumps(fields).encode()
    place = len(raw) // 2
    for line in (raw, raw[:place] + junk + raw[place:]):
        record = lenient.find(line, RECORD)
        if record is not None:
            again = msgspec.json.encode(record)
            assert msgspec.json.encode(RECORD.decode(again)) == again

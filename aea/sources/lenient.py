"""The one lenient JSON decoder, used for lines and for the JSON inside them.

A value that fits its type is decoded in one pass. Only when that fails is the value repaired:

    bytes that are not UTF-8, lone surrogates      become U+FFFD and "?"
    NUL bytes, a byte-order mark                   are removed
    NaN, Infinity, numbers that no float can hold  become null
    numbers, booleans and null written as text     are converted
    fields and list items of another type          are dropped, and the value is no longer whole
    truncated JSON, too deep nesting               are a ValueError: nothing can be read

Fields that the type does not name are skipped. Of duplicate keys the last one counts. `decode` and `find` accept
a value with dropped parts, `decode_whole` and `find_whole` refuse it.
"""

from __future__ import annotations

import json
import types
from math import isfinite
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

T = TypeVar("T")
_MISFIT = object()


def decode(raw: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> tuple[T, bool]:
    """(value, whether it is whole); ValueError when there is no value."""
    try:
        return decoder.decode(raw), True
    except (ValueError, RecursionError):
        return _repaired(bytes(raw), decoder)


def decode_whole(raw: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T:
    """The value; ValueError when there is none or a part of it has another type."""
    try:
        return decoder.decode(raw)
    except (ValueError, RecursionError):
        value, is_whole = _repaired(bytes(raw), decoder)
    if not is_whole:
        raise ValueError("a field of another type")
    return value


def find(raw: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    """Like `decode`; None when there is no value."""
    try:
        return decode(raw, decoder)[0]
    except ValueError:
        return None


def find_whole(raw: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    """Like `decode_whole`; None when there is no whole value."""
    try:
        return decode_whole(raw, decoder)
    except ValueError:
        return None


def _repaired(raw: bytes, decoder: msgspec.json.Decoder[T]) -> tuple[T, bool]:
    text = raw.decode("utf-8", "replace").replace("\x00", "").lstrip("\ufeff")
    misfits: list[Any] = []
    try:
        value = json.loads(text, parse_constant=_null, parse_float=_finite)
        fitted = _fit(value, decoder.type, misfits)
        if fitted is _MISFIT:
            raise ValueError("a value of another type")
        # Encoded again, because a Raw field can only be filled from bytes.
        clean = json.dumps(fitted, ensure_ascii=False).encode("utf-8", "replace")
        return decoder.decode(clean), not misfits
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _null(_: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if isfinite(number) else None


def _fit(value: Any, shape: Any, misfits: list[Any]) -> Any:
    """The part of `value` that fits `shape`; every shape that did not fit is added to `misfits`."""
    for option in _options(shape):
        if option is Any or option is msgspec.Raw:
            return value
        if isinstance(value, dict) and _is_struct(option):
            return _fit_fields(value, option, misfits)
        if isinstance(value, dict) and get_origin(option) is dict:
            items = {key: _fit(item, get_args(option)[1], misfits) for key, item in value.items()}
            return {key: item for key, item in items.items() if item is not _MISFIT}
        if isinstance(value, list) and get_origin(option) is list:
            parts = [_fit(item, get_args(option)[0], misfits) for item in value]
            return [part for part in parts if part is not _MISFIT]
    return _converted(value, shape, misfits)


def _converted(value: Any, shape: Any, misfits: list[Any]) -> Any:
    try:
        found = msgspec.convert(value, shape, strict=False)
    except (ValueError, OverflowError):
        misfits.append(shape)
        return _MISFIT
    return None if isinstance(found, float) and not isfinite(found) else found


def _fit_fields(value: dict[str, Any], shape: type[msgspec.Struct], misfits: list[Any]) -> Any:
    fitted: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        if field.encode_name in value:
            part = _fit(value[field.encode_name], field.type, misfits)
            if part is not _MISFIT:
                fitted[field.encode_name] = part
    return fitted


def _options(shape: Any) -> tuple[Any, ...]:
    is_union = get_origin(shape) in (Union, types.UnionType)
    return get_args(shape) if is_union else (shape,)


def _is_struct(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, msgspec.Struct)

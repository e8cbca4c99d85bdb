"""JSON of another shape than expected: what can be read of it is read, the rest is left out and said.

Three steps, each only when the one before fails: as it is; with damaged text repaired (NUL bytes, a
byte-order mark, bytes that are not UTF-8, lone surrogates, NaN); without the fields of another type.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar, get_args

import msgspec

T = TypeVar("T")
_MISFIT = object()


def decode(raw: bytes, decoder: msgspec.json.Decoder[T]) -> tuple[T, bool]:
    """(value, whether every field fitted); ValueError or RecursionError when there is no value."""
    try:
        return decoder.decode(raw), True
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _repaired(raw, decoder)


def find(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T | None:
    """The value, or None when there is none."""
    try:
        return decode(raw, decoder)[0]
    except (ValueError, RecursionError):
        return None


def _repaired(raw: bytes, decoder: msgspec.json.Decoder[T]) -> tuple[T, bool]:
    text = raw.decode("utf-8", "replace").replace("\x00", "").lstrip("\ufeff")
    value = json.loads(text, parse_constant=lambda _: None)
    lost: list[str] = []
    fitted = _fit(value, decoder.type, lost)
    if fitted is _MISFIT:
        raise ValueError("no value of this type")
    # Encoded again, because a Raw field takes nothing but bytes.
    clean = json.dumps(fitted, ensure_ascii=False).encode("utf-8", "replace")
    return decoder.decode(clean), not lost


def _fit(value: Any, shape: Any, lost: list[str]) -> Any:
    """The part of `value` that fits `shape`; names what does not in `lost`."""
    options = get_args(shape) if _is_union(shape) else (shape,)
    for option in options:
        if isinstance(value, dict) and _is_struct(option):
            return _fit_fields(value, option, lost)
        if isinstance(value, list) and getattr(option, "__origin__", None) is list:
            items = [_fit(item, get_args(option)[0], lost) for item in value]
            return [item for item in items if item is not _MISFIT]
        if option in (msgspec.Raw, Any):
            return value
    try:
        return msgspec.convert(value, shape, strict=False)
    except (msgspec.ValidationError, OverflowError):
        lost.append(str(shape))
        return _MISFIT


def _fit_fields(value: dict[str, Any], shape: type[msgspec.Struct], lost: list[str]) -> Any:
    fitted: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        if field.encode_name in value:
            part = _fit(value[field.encode_name], field.type, lost)
            if part is not _MISFIT:
                fitted[field.encode_name] = part
    return fitted


def _is_union(shape: Any) -> bool:
    return bool(get_args(shape)) and getattr(shape, "__origin__", None) is not list


def _is_struct(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, msgspec.Struct)

"""Line hashes, which are stored instead of the text of code.

A line is one unsigned 64-bit number, stored big-endian:

    bits 63..24  BLAKE2b of the line without white space: equal if only the indentation differs
    bits 23..8   sum of the CRC-32 of its words: the sums of two blocks are equal if a formatter split or
                 joined their lines, whatever commas and brackets it added
    bits 7..1    CRC-32 of the line without trailing blanks: with the upper bits, equal text
    bit  0       1 if the line is trivial: fewer than 3 letters or digits (`}` is, `else:` is not)

A block of lines is the concatenation of its hashes. The positions of the lines are runs of (first line, line
count), each an unsigned 32-bit big-endian number. Line numbers start at 1.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from struct import Struct, unpack
from zlib import crc32

HASH_BYTES = 8
_CONTENT_BYTES = 5
_LEAD_LINES = 3
RUN = Struct(">II")
MARK = b"\xef\xbb\xbf"  # a byte order mark: no part of a line, and not every tool shows it
_MIN_LETTERS = 3  # a line with fewer is trivial
_WHITE = b" \t\n\r\x0b\f"
_LETTERS = bytes(byte for byte in range(256) if byte > 127 or chr(byte).isalnum())
_NO_LETTERS = bytes(byte for byte in range(256) if byte not in _LETTERS)
_WORDS = bytes(byte if byte in _LETTERS + b"_" else 32 for byte in range(256))  # others: blanks
_TAIL = Struct(">HB")


def line_hash(line: bytes) -> bytes:
    """Return the 8 bytes of one line, given without its line feed."""
    compact = line.translate(None, _WHITE)
    trivial = len(compact.translate(None, _NO_LETTERS)) < _MIN_LETTERS
    layout = crc32(line.rstrip(b" \t\r")) & 0x7F
    words = sum(map(crc32, line.translate(_WORDS).split())) & 0xFFFF
    return blake2b(compact, digest_size=_CONTENT_BYTES).digest() + _TAIL.pack(
        words, layout << 1 | trivial
    )


def content(line: int) -> int:
    """Return the part of a line hash that ignores white space."""
    return line >> 24


def words(line: int) -> int:
    """Return the sum over the line's words. Sums of several lines are added modulo 2**16."""
    return line >> 8 & 0xFFFF


def is_trivial(line: int) -> bool:
    """Return True if the line has fewer than three letters or digits."""
    return bool(line & 1)


def text_lines(text: str | bytes) -> list[bytes]:
    """Split a text into lines without line feeds. A final line feed does not start another line."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    lines = raw.removeprefix(MARK).split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def hash_lines(lines: list[bytes]) -> bytes:
    """Return the concatenated hashes of the lines."""
    return b"".join(
        [_short_hash(line) if len(line) <= _SHORT_BYTES else line_hash(line) for line in lines]
    )


# A third of all lines are repeated, most of them in edits. Long lines are not cached, to bound memory.
_SHORT_BYTES = 200
_short_hash = lru_cache(maxsize=1 << 15)(line_hash)


def pack_runs(runs: list[tuple[int, int]]) -> bytes:
    """Pack (first line, line count) pairs for storage."""
    return b"".join(RUN.pack(first, count) for first, count in runs)


def unpack_runs(stored: bytes) -> list[tuple[int, int]]:
    """Unpack stored runs into pairs."""
    return list(RUN.iter_unpack(stored))


def hash_numbers(stored: bytes) -> tuple[int, ...]:
    """Return one integer for each line of a stored block."""
    return unpack(f">{len(stored) // HASH_BYTES}Q", stored)


def line_numbers(stored: bytes) -> tuple[int, ...]:
    """Return the line number of each line of stored runs."""
    return tuple(
        number for first, count in unpack_runs(stored) for number in range(first, first + count)
    )


def lead_key(stored: bytes) -> int | None:
    """Return a signed 64-bit hash of the first three non-trivial lines of a file, or None if it has fewer.

    Two files that begin alike are one file under two names, a copy, or two files with the same licence header.
    """
    lead: list[bytes] = []
    for place in range(0, len(stored), HASH_BYTES):
        if not stored[place + HASH_BYTES - 1] & 1:
            lead.append(stored[place : place + _CONTENT_BYTES])
        if len(lead) == _LEAD_LINES:
            return int.from_bytes(
                blake2b(b"".join(lead), digest_size=8).digest(), "big", signed=True
            )
    return None

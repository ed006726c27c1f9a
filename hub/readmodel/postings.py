"""Sets of rows: which rows have a value, as bits of one big integer in page order.

Bit *i* stands for row *i*. Intersection, union and count of such integers cost microseconds at 100,000 rows, whatever the
filter, which is what lets counts and facets cover the whole filtered set.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

UINT32 = "I"


def pack(ids: Iterable[int], width: int) -> tuple[int, bytes]:
    """Row numbers (ascending or not) in the smaller of two forms: (1, bitmap) or (0, array of uint32).

    Args:
        ids: row numbers below `width`.
        width: how many bits a bitmap has.
    """
    numbers = ids if isinstance(ids, array) else array(UINT32, ids)
    if len(numbers) * 4 < (width + 7) // 8:
        return 0, numbers.tobytes()
    return 1, bits_of_ids(numbers, width).to_bytes((width + 7) // 8, "little")


def bits_of_ids(ids: Iterable[int], width: int) -> int:
    """The set that holds exactly these rows."""
    packed = bytearray((width + 7) // 8)
    for number in ids:
        packed[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(packed, "little")


def unpack(packed: int, blob: bytes, width: int) -> int:
    """The set that `pack` wrote."""
    if packed:
        return int.from_bytes(blob, "little")
    numbers = array(UINT32)
    numbers.frombytes(blob)
    return bits_of_ids(numbers, width)


def ids_of_bits(bits: int, start: int = 0, *, count: int | None = None) -> Iterator[int]:
    """The rows of a set in order, from `start` on.

    Args:
        count: how many rows the set has, if known; it decides how wide a window is looked at at once.
    """
    width = bits.bit_length()
    window = 2048 if not count else max(512, min(1 << 16, width // count * 64))
    mask = (1 << window) - 1
    while start < width:
        chunk = (bits >> start) & mask
        if chunk:
            text = bin(chunk)[:1:-1]
            found = text.find("1")
            while found >= 0:
                yield start + found
                found = text.find("1", found + 1)
        start += window


def ids_backwards(bits: int, stop: int, *, count: int | None = None) -> Iterator[int]:
    """The rows of a set below `stop`, last first."""
    width = bits.bit_length()
    window = 2048 if not count else max(512, min(1 << 16, width // count * 64))
    stop = min(stop, width)
    while stop > 0:
        low = max(0, stop - window)
        chunk = (bits >> low) & ((1 << (stop - low)) - 1)
        if chunk:
            text = bin(chunk)[:1:-1]
            found = text.rfind("1")
            while found >= 0:
                yield low + found
                found = text.rfind("1", 0, found) if found else -1
        stop = low

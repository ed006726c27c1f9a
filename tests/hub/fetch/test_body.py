"""Bodies are inflated in bounded pieces; a cut or damaged one is told from a whole one."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.fetch.body import Inflate


def _raw(body: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(body) + coder.flush()


_CODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "deflate": zlib.compress,
    "raw": _raw,
}


def _inflate(coding: str, data: bytes, step: int) -> bytes:
    inflate = Inflate(coding)
    out = [piece for at in range(0, len(data), step) for piece in inflate.feed(data[at : at + step])]
    return b"".join(out + list(inflate.finish()))


@given(body=st.binary(max_size=3_000), how=st.sampled_from(sorted(_CODED)), step=st.integers(1, 700))
def test_every_coding_comes_back_however_it_is_cut(body: bytes, how: str, step: int) -> None:
    coded = _CODED[how](body)
    assert _inflate("gzip" if how == "gzip" else "deflate", coded, step) == body


@given(body=st.binary(min_size=1, max_size=3_000), how=st.sampled_from(["gzip", "deflate"]), data=st.data())
def test_a_cut_stream_is_never_taken_for_a_whole_one(body: bytes, how: str, data: st.DataObject) -> None:
    coded = _CODED[how](body)
    cut = data.draw(st.integers(1, len(coded) - 1))
    with pytest.raises(EOFError):
        _inflate(how, coded[:cut], 100)


@given(bodies=st.lists(st.binary(max_size=500), min_size=1, max_size=4), step=st.integers(1, 200))
def test_several_members_are_one_body(bodies: list[bytes], step: int) -> None:
    assert _inflate("gzip", b"".join(map(gzip.compress, bodies)), step) == b"".join(bodies)


def test_padding_after_the_end_is_no_body() -> None:
    assert _inflate("gzip", gzip.compress(b"uno") + b"\0" * 50, 7) == b"uno"


def test_an_empty_body_is_empty_in_any_coding() -> None:
    assert _inflate("gzip", b"", 10) == b""


@settings(max_examples=20)
@given(size=st.integers(300_000, 3_000_000))
def test_no_piece_is_larger_than_agreed(size: int) -> None:
    inflate = Inflate("gzip")
    pieces = [len(piece) for piece in inflate.feed(gzip.compress(bytes(size)))]
    assert max(pieces) <= 1 << 18
    assert sum(pieces) == size

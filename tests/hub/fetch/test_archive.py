"""Bodies go in once, come back whole, and are never half there."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.fetch import Archive, ArchiveError

_QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def _left(archive: Archive) -> list[Path]:
    return [path for path in archive.root.rglob("*") if path.is_file()]


@_QUICK
@given(pieces=st.lists(st.binary(max_size=5_000), max_size=8))
def test_what_goes_in_comes_out_under_its_hash(pieces: list[bytes], archive: Archive) -> None:
    with archive.writer() as writer:
        for piece in pieces:
            writer.write(piece)
        stored = writer.finish()
    body = b"".join(pieces)
    assert stored.sha256 == hashlib.sha256(body).hexdigest()
    assert archive.read(stored.sha256) == body == stored.content
    assert archive.size(stored.sha256) == stored.size == len(body)
    archive.verify(stored.sha256)


@_QUICK
@given(body=st.binary(min_size=1, max_size=2_000), data=st.data())
def test_one_changed_byte_is_found_and_set_aside(body: bytes, data: st.DataObject, archive: Archive) -> None:
    sha256 = archive.put(body).sha256
    path = archive.path(sha256)
    whole = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1 - 16))  # the trailer only repeats the size
    whole[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(whole))
    if _read(archive, sha256) != body:  # else: a bit that zstd does not use
        assert not archive.has(sha256)
        assert archive.put(body).new


def _read(archive: Archive, sha256: str) -> bytes | None:
    try:
        return archive.read(sha256)
    except ArchiveError:
        return None


def test_a_truncated_file_is_damaged(archive: Archive) -> None:
    sha256 = archive.put(os.urandom(100_000)).sha256
    path = archive.path(sha256)
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(ArchiveError, match="dañado"):
        archive.read(sha256)


def test_the_same_bytes_are_kept_once_and_never_rewritten(archive: Archive) -> None:
    first = archive.put(b"igual")
    before = archive.path(first.sha256).stat()
    second = archive.put(b"igual")
    assert (first.new, second.new) == (True, False)
    after = archive.path(first.sha256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(_left(archive)) == 1


def test_the_same_bytes_heal_a_damaged_body(archive: Archive) -> None:
    sha256 = archive.put(b"igual").sha256
    archive.path(sha256).write_bytes(b"roto")
    assert archive.put(b"igual").new
    assert archive.read(sha256) == b"igual"


def test_a_body_given_up_leaves_nothing(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.write(os.urandom(3_000_000))
        assert len(_left(archive)) == 1
    assert _left(archive) == []


def test_any_zstd_tool_reads_the_files(archive: Archive) -> None:
    stored = archive.put(b"abierto" * 1_000)
    with archive.path(stored.sha256).open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        assert reader.read() == b"abierto" * 1_000


def test_a_large_body_is_kept_on_disk_only(archive: Archive) -> None:
    stored = archive.put(bytes(2_000_000))
    assert stored.content is None
    assert archive.read(stored.sha256) == bytes(2_000_000)


def test_what_is_not_there_is_missing(archive: Archive) -> None:
    with pytest.raises(ArchiveError) as caught:
        archive.open("0" * 64)
    assert caught.value.code == "ARCHIVE_MISSING"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_never_becomes_a_path(name: str, archive: Archive) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        archive.path(name)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond 64 KiB: the kernel refuses the write as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("size", [200_000, 5_000_000])
def test_a_full_disk_is_said_and_leaves_nothing_half_written(size: int, archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="libere espacio") as caught:
        archive.put(os.urandom(size))
    assert caught.value.code == "ARCHIVE_FULL"
    assert _left(archive) == []


def test_an_archive_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError) as caught:
        Archive(tmp_path / "file")
    assert caught.value.code == "ARCHIVE_UNWRITABLE"


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    old, young = tmp_path / "tmp" / "old", tmp_path / "tmp" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (0, 0))
    Archive(tmp_path)
    assert (old.exists(), young.exists()) == (False, True)
    assert archive.put(b"x").new

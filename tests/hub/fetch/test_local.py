"""Files named in the configuration are sources like any other; nothing else on the machine is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from connectors.base import SourceChanged, SourceRefused
from hub.fetch import SourceFetch, SourcePolicy
from tests.hub.fetch.conftest import Lab

pytestmark = pytest.mark.anyio


def _run(lab: Lab, folder: Path, **settings: Any) -> SourceFetch:
    policy = SourcePolicy("archivo", files=folder)
    return lab.fetcher(**settings).for_source(policy, lab.memory.validators, lab.memory.record)


@pytest.mark.parametrize("form", ["datos/plan.csv", "{folder}/datos/plan.csv", "file://{folder}/datos/plan.csv"])
async def test_a_path_is_read_from_the_configs_folder_into_the_archive(form: str, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "datos").mkdir()
    (tmp_path / "datos" / "plan.csv").write_bytes(b"No.,Compromiso\r\n1,Agua\r\n")
    url = form.format(folder=tmp_path)
    fetch = _run(lab, tmp_path)
    snapshot = await fetch(url)
    assert (snapshot.url, snapshot.media_type, snapshot.read()) == (url, "text/csv", b"No.,Compromiso\r\n1,Agua\r\n")
    assert (fetch.tally.requests, fetch.tally.bytes) == (0, snapshot.size)
    assert len(lab.bodies()) == 1


async def test_a_file_that_has_not_changed_is_not_read_again(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_bytes(b"uno")
    await _run(lab, tmp_path)("plan.csv")
    fetch = _run(lab, tmp_path)
    again = await fetch("plan.csv")
    assert (again.not_modified, again.read(), again.size, fetch.tally.bytes) == (True, b"uno", 3, 0)


async def test_a_touched_file_with_the_same_bytes_is_not_modified(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_bytes(b"uno")
    await _run(lab, tmp_path)("plan.csv")
    os.utime(file, (1, 1))
    fetch = _run(lab, tmp_path)
    assert (await fetch("plan.csv")).not_modified
    assert fetch.tally.bytes == 3


async def test_other_bytes_of_the_same_size_and_time_are_seen(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_bytes(b"uno")
    os.utime(file, (1, 1))
    await _run(lab, tmp_path)("plan.csv")
    file.write_bytes(b"dos")
    os.utime(file, (1, 1))
    again = await _run(lab, tmp_path)("plan.csv")
    assert (again.not_modified, again.read()) == (False, b"dos")


async def test_what_is_not_a_file_is_refused(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "carpeta").mkdir()
    os.mkfifo(tmp_path / "tubo")
    for name, code in {
        "carpeta": "NOT_A_FILE",
        "tubo": "NOT_A_FILE",
        "/dev/zero": "NOT_A_FILE",
        "nada": "FILE_NOT_FOUND",
    }.items():
        with pytest.raises(SourceChanged) as caught:
            await _run(lab, tmp_path)(name)
        assert caught.value.code == code
        assert name in caught.value.reason


async def test_a_file_above_the_limit_is_refused(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_bytes(b"x" * 11)
    with pytest.raises(SourceChanged, match="10 bytes"):
        await _run(lab, tmp_path, max_body=10)("plan.csv")


@pytest.mark.parametrize(
    "url", ["/etc/passwd", "file:///etc/passwd", "../plan.csv", "plan.csv", "file://host/etc/passwd"]
)
async def test_a_source_without_a_folder_reads_no_file(url: str, lab: Lab) -> None:
    with pytest.raises(SourceRefused) as caught:
        await lab.run()(url)
    assert caught.value.code == "ADDRESS_REFUSED"

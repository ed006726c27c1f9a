"""Archived bytes come back as published, and never as a page of ours."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from hub.fetch import Archive
from hub.web.snapshots import Published, Snapshots

pytestmark = pytest.mark.anyio
PAGE = b"<html><script>alert(document.domain)</script></html>"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture
async def client(archive: Archive, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    html = archive.put(PAGE).sha256
    strange = archive.put(b"rara").sha256
    declared = {
        html: Published("text/html", "utf-8"),
        strange: Published("text/html\r\nSet-Cookie: a=b", "utf-8\r\nX: y"),
    }

    async def describe(sha256: str) -> Published | None:
        return declared.get(sha256)

    app = Starlette(routes=[Route("/snapshots/{sha256}", Snapshots(archive, describe))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client:
        yield client


def _path(body: bytes) -> str:
    return f"/snapshots/{hashlib.sha256(body).hexdigest()}"


async def test_a_page_is_a_sandboxed_download_with_its_own_media_type(client: httpx.AsyncClient) -> None:
    answer = await client.get(_path(PAGE))
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_bytes_are_immutable_and_asked_for_once(client: httpx.AsyncClient) -> None:
    first = await client.get(_path(PAGE))
    assert "immutable" in first.headers["cache-control"]
    again = await client.get(_path(PAGE), headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_head_tells_the_size_and_sends_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.head(_path(PAGE))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(PAGE)))


async def test_a_large_body_comes_whole(client: httpx.AsyncClient, archive: Archive) -> None:
    body = os.urandom(3_000_000)
    archive.put(body)
    answer = await client.get(_path(body))
    assert answer.content == body
    assert answer.headers["content-type"] == "application/octet-stream"
    assert (await client.head(_path(body))).headers["content-length"] == "3000000"


async def test_what_a_site_declared_cannot_forge_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get(_path(b"rara"))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", ["0" * 64, "ABC", "..%2F..%2Fetc%2Fpasswd", "A" * 64])
async def test_what_is_not_archived_is_not_found(name: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/snapshots/{name}")).status_code == 404


@pytest.mark.parametrize("body", [PAGE, b"x" * 2_000_000], ids=["small", "large"])
async def test_a_damaged_body_is_an_error_and_not_half_an_answer(
    body: bytes, client: httpx.AsyncClient, archive: Archive
) -> None:
    sha256 = archive.put(body).sha256
    path = archive.path(sha256)
    whole = bytearray(path.read_bytes())
    whole[12] ^= 0xFF
    path.write_bytes(bytes(whole))
    answer = await client.get(_path(body))
    assert answer.status_code == 500
    assert "dañado" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_is_written_through_it(client: httpx.AsyncClient) -> None:
    answer = await client.post(_path(PAGE))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")

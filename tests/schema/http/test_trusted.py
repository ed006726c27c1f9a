from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlencode

import pytest

from schema.http.config import HttpConfig
from schema.http.trusted import TrustedDocuments
from tests.schema.http.kit import RESPONSE_JSON, app, ask, post

pytestmark = pytest.mark.anyio

TEXT = "query Saludo($name: String!) { hello(name: $name) }\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "paginas").mkdir()
    (tmp_path / "saludo.graphql").write_text(TEXT)
    (tmp_path / "paginas" / "inicio.gql").write_text("{ books { totalCount } }")
    (tmp_path / "notas.txt").write_text("not a document")
    return tmp_path


@pytest.mark.parametrize("name", ["saludo", DIGEST, f"sha256:{DIGEST}"])
async def test_a_document_is_named_by_name_or_hash(folder: Path, name: str) -> None:
    trusted = TrustedDocuments.load(folder)
    assert len(trusted) == 2
    endpoint = app(trusted=trusted)
    reply = await post(endpoint, {"documentId": name, "variables": {"name": "Ana"}})
    assert reply.json["data"] == {"hello": "hola Ana"}
    url = urlencode({"documentId": name, "variables": '{"name":"Eva"}'}).encode()
    assert (await ask(endpoint, "GET", query=url)).json["data"] == {"hello": "hola Eva"}


async def test_a_document_in_a_folder_has_its_path_as_name(folder: Path) -> None:
    reply = await post(app(trusted=TrustedDocuments.load(folder)), {"documentId": "paginas/inicio"})
    assert reply.json["data"] == {"books": {"totalCount": 3}}


async def test_an_unknown_document_is_not_found(folder: Path) -> None:
    reply = await post(app(trusted=TrustedDocuments.load(folder)), {"documentId": "nada"}, accept=RESPONSE_JSON)
    assert (reply.status, reply.json["errors"][0]["extensions"]["code"]) == (400, "NOT_FOUND")


async def test_in_allow_list_mode_no_other_document_runs(folder: Path) -> None:
    endpoint = app(trusted=TrustedDocuments.load(folder, only=True))
    reply = await post(endpoint, {"query": "{ hello }"})
    assert (reply.status, reply.json["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    reply = await post(endpoint, {"query": TEXT, "variables": {"name": "Ana"}})
    assert reply.json["data"] == {"hello": "hola Ana"}
    reply = await post(endpoint, {"documentId": "saludo", "variables": {"name": "Ana"}})
    assert reply.json["data"] == {"hello": "hola Ana"}


async def test_allow_list_mode_without_a_folder_runs_nothing() -> None:
    assert (await post(app(HttpConfig(only_trusted=True)), {"query": "{ hello }"})).status == 403


def test_a_file_that_is_no_graphql_is_named_at_the_start(folder: Path) -> None:
    (folder / "roto.graphql").write_text("query {")
    with pytest.raises(ValueError, match=r"roto\.graphql"):
        TrustedDocuments.load(folder)


def test_two_documents_of_one_name_are_refused(folder: Path) -> None:
    (folder / "saludo.gql").write_text("{ hello }")
    with pytest.raises(ValueError, match="two trusted documents"):
        TrustedDocuments.load(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nada"):
        TrustedDocuments.load(tmp_path / "nada")

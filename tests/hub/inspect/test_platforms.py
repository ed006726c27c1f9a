"""hub.inspect.platforms: the platform behind an address, a page or an answer, by what each is documented to show."""

from __future__ import annotations

import pytest

from hub.inspect.platforms import recognise

HOST = "https://datos.ejemplo.gob.mx"
BY_PAGE = {
    "CKAN by its generator": ("/dataset/compromisos", b'<meta name="generator" content="ckan 2.11.0">', "CKAN", "ckan"),
    "CKAN by its modules": ("/dataset/compromisos", b'<div data-module="resource-view"></div>', "CKAN", "ckan"),
    "CKAN's front page leads to no file": ("/", b'<meta name="generator" content="ckan 2.9">', "CKAN", None),
    "DKAN on Drupal": ("/dataset/u-1", b'<meta name="Generator" content="Drupal 10; DKAN 2">', "DKAN", "dkan"),
    "WordPress by its generator": ("/plan/", b'<meta name="generator" content="WordPress 6.5">', "WordPress", "wordpress"),
    "WordPress with attributes turned": ("/plan/", b"<meta content='WordPress 6.5' name='generator'>", "WordPress", "wordpress"),
    "WordPress by its files": ("/plan/", b'<link href="/wp-content/themes/x/style.css">', "WordPress", "wordpress"),
    "Joomla by its generator": ("/plan", b'<meta name="generator" content="Joomla! - Open Source">', "Joomla", None),
    "Joomla by its addresses": ("/plan", b'<a href="/index.php?option=com_content&view=article">x</a>', "Joomla", None),
    "Drupal by its generator": ("/plan", b'<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">', "Drupal", None),
    "Drupal by its settings": ("/plan", b'<script data-drupal-selector="drupal-settings-json">{}</script>', "Drupal", None),
    "Opendatasoft's portal": ("/pages/home/", b'<script src="https://static.opendatasoft.com/ods.js"></script>', "Opendatasoft", None),
    "a member of OGP": ("/members/jalisco-mexico/", b'<a href="https://www.opengovpartnership.org/x">x</a>', "OGP", "ogp_local"),
}  # fmt: skip
BY_ANSWER = {
    "a package of CKAN": ("/api/3/action/package_show?id=plan", b'{"success": true, "result": {}}', "CKAN", {"dataset": "plan"}),
    "a search of CKAN": ("/api/3/action/package_search?q=plan", b'{"success": true, "result": {}}', "CKAN", {"search": "plan"}),
    "DKAN's store of metadata": ("/api/1/metastore/schemas/dataset/items", b'[{"identifier": "x"}]', "DKAN", {}),
    "DKAN's old data store": ("/api/action/datastore/search.json?resource_id=x", b'{"result": {}}', "DKAN", {"generation": 1}),
    "the pages of WordPress": ("/wp-json/wp/v2/pages?slug=plan", b'[{"id": 1}]', "WordPress", {}),
    "a catalogue by its profile": ("/catalogo", b'{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}', "DCAT", {}),
    "a catalogue in JSON-LD": ("/catalogo.jsonld", b'{"@context": {"dcat": "http://www.w3.org/ns/dcat#"}}', "DCAT", {}),
    "a catalogue by its name and members": ("/data.json", b'{"dataset": []}', "DCAT", {}),
}  # fmt: skip
SHEETS = {
    "https://docs.google.com/spreadsheets/d/1AbC-dEf_9/edit?usp=sharing": {},
    "https://docs.google.com/spreadsheets/d/1AbC-dEf_9/edit#gid=77": {"gid": 77},
    "https://docs.google.com/spreadsheets/u/0/d/1AbC-dEf_9/htmlview?gid=5": {"gid": 5},
    "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pubhtml": {},
}


@pytest.mark.parametrize("name", BY_PAGE)
def test_a_page_shows_its_platform(name: str) -> None:
    path, mark, platform, connector = BY_PAGE[name]
    page = b"<!doctype html><html><head>" + mark + b"</head><body></body></html>"
    found = recognise(HOST + path, {}, page)
    assert found is not None
    assert (found.name, found.connector) == (platform, connector)


@pytest.mark.parametrize("name", BY_ANSWER)
def test_an_answer_shows_its_platform_and_its_address_what_is_asked(name: str) -> None:
    path, body, platform, options = BY_ANSWER[name]
    found = recognise(HOST + path, {}, body)
    assert found is not None
    assert (found.name, found.connector, dict(found.options)) == (platform, platform.casefold(), options)


@pytest.mark.parametrize("url", SHEETS)
def test_any_address_of_a_google_sheet_is_one(url: str) -> None:
    found = recognise(url, {}, b"<!doctype html><html></html>")
    assert found is not None
    assert (found.name, found.connector, dict(found.options)) == ("Google Sheets", "google_sheets", SHEETS[url])


def test_a_header_shows_drupal_and_wordpress() -> None:
    page = b"<!doctype html><html></html>"
    drupal = recognise(HOST, {"X-Generator": "Drupal 10 (https://www.drupal.org)"}, page)
    wordpress = recognise(HOST, {"Link": f'<{HOST}/wp-json/>; rel="https://api.w.org/"'}, page)
    assert (drupal and drupal.name, wordpress and wordpress.name) == ("Drupal", "WordPress")


@pytest.mark.parametrize("path", ["/explore/dataset/plan/table/", "/api/explore/v2.1/catalog/datasets/plan/records"])
def test_a_data_set_of_opendatasoft_is_read_as_its_export(path: str) -> None:
    found = recognise(HOST + path, {}, b"{}")
    assert found is not None
    assert found.name == "Opendatasoft"
    assert found.url == f"{HOST}/api/explore/v2.1/catalog/datasets/plan/exports/csv?use_labels=true"


@pytest.mark.parametrize("path", ["/v1/graphql", "/api/v1/graphql/"])
def test_the_usual_path_of_hasura_is_its_own(path: str) -> None:
    found = recognise(HOST + path, {}, b'{"errors": []}')
    assert found is not None
    assert (found.name, found.connector) == ("Hasura", "graphql")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/plan.html", b"<!doctype html><html><body><p>Un plan</p></body></html>"),
        ("/plan.csv", b"No.,Compromiso\n1,Abrir los datos\n"),
        ("/plan.json", b'[{"compromiso": "Abrir los datos"}]'),
        ("/api/3/action/package_show?id=x", b"No,es,json\n"),
    ],
)
def test_a_plain_file_or_page_is_of_no_platform(path: str, body: bytes) -> None:
    assert recognise(HOST + path, {}, body) is None

"""Every connector that comes with the hub keeps every rule, at the fixtures of its own tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import get, names
from tests.connectors import (
    test_ckan,
    test_compromisos,
    test_csv_table,
    test_dcat,
    test_dkan,
    test_google_sheets,
    test_graphql_api,
    test_html_table,
    test_json_rows,
    test_ogp_local,
    test_pdf_table,
    test_qroo_ficha,
    test_wayback,
    test_wordpress,
    test_xlsx,
)  # fmt: skip
from tests.connectors.kit import FIXTURES, as_bytes
from tests.connectors.pdf_maker import pdf

PAGE = "https://ejemplo.gob.mx/"


def case(connector: str, fixture: Any, golden: str | None = None, url: str = PAGE, **more: Any) -> Any:
    return pytest.param(connector, {"fixture": fixture, "golden": golden, "url": url, **more}, id=golden or connector)


def wordpress_page(content: str) -> dict[str, Any]:
    url = test_wordpress.rest("pages", "slug=compromisos")
    return {url: test_wordpress.listing([test_wordpress.post(7, content)], url)}


def wordpress_posts() -> dict[str, Any]:
    urls = [test_wordpress.rest("posts", "categories=4", n) for n in (1, 2)]
    acf = {"acf": {"estatus": "En proceso", "avance": 50}}
    return {
        url: test_wordpress.listing([test_wordpress.post(n, "<p>Texto</p>", **acf)], url, 2)
        for n, url in enumerate(urls, 1)
    }


def at(path: str) -> Path:
    return FIXTURES / path


CKAN = f"{test_ckan.HOST}/dataset/gobierno-abierto"
BOOK = {"number": "No.", "title": "Compromiso", "progress": "Real", "start": "Inicio", "institution": "Responsable"}
FEED = test_graphql_api.feed([test_graphql_api.change(1, "A-1", "Uno"), test_graphql_api.change(2, "A-2", "Dos")], "2")
FEED_END = test_graphql_api.feed(
    [test_graphql_api.change(3, "A-1", "Uno"), test_graphql_api.change(4, "A-3", None)], None
)

CASES = [
    case("aga_tablero", at("aga_tablero/plan.json"), "aga_tablero/drafts.json"),
    case("bundled", {}, url="bundled:", rounds=2),
    case("ckan", test_ckan.portal().answers, "ckan/file.json", CKAN, fields=test_ckan.FIELDS, rounds=20),
    case(
        "ckan", test_ckan.portal(**test_ckan.store(test_ckan.RECORDS, 2, 5)).answers, "ckan/datastore.json", CKAN,
        fields=test_ckan.FIELDS, options={"datastore": True, "resource": "r-2", "page_size": 2}, rounds=20,
    ),
    case("compromisos", as_bytes(test_compromisos.EXAMPLE), "compromisos/json.json", state="31"),
    case("compromisos", test_compromisos.CSV, "compromisos/csv.json", state="31"),
    case("csv", at("csv/sipot.csv"), "csv/sipot.json", fields=test_csv_table.FIELDS, options={"inherit": ["Núm."]}),
    *(
        case(
            "dcat", {f"{test_dcat.HOST}/data.json": catalogue, f"{test_dcat.HOST}/c.csv": test_dcat.CSV},
            f"dcat/{name}.json", f"{test_dcat.HOST}/data.json", fields=test_dcat.FIELDS, rounds=20,
        )
        for name, catalogue in (("data_json", test_dcat.DATA_JSON), ("json_ld", test_dcat.JSON_LD))
    ),
    case("dkan", test_dkan.portal().answers, "dkan/file.json", f"{test_dkan.HOST}/dataset/u-1", fields=test_dkan.FIELDS),
    case(
        "dkan", test_dkan.portal().answers, "dkan/datastore.json", test_dkan.HOST, fields=test_dkan.FIELDS,
        options={"dataset": "u-1", "datastore": True, "page_size": 2},
    ),
    case(
        "google_sheets", {test_google_sheets.EXPORT: test_google_sheets.CSV}, "google_sheets/drafts.json",
        f"{test_google_sheets.HOST}/spreadsheets/d/1aB-c_D/edit?usp=sharing", fields=test_google_sheets.FIELDS,
    ),
    case(
        "graphql",
        test_graphql_api.endpoint({None: test_graphql_api.answer([1, 2], "x"), "x": test_graphql_api.answer([3], None)}).answers,
        "graphql/pages.json", test_graphql_api.URL, fields=test_graphql_api.FIELDS, options=test_graphql_api.OPTIONS,
    ),
    case(
        "graphql", test_graphql_api.endpoint({None: FEED, "2": FEED_END}).answers, "graphql/changes.json",
        test_graphql_api.URL, options={"changes": True},
    ),
    case("html_list", at("html_list/lista.html"), "html_list/lista.json"),
    case("html_list", at("html_list/titulos.html"), "html_list/titulos.json"),
    case("html_list", at("html_list/fichas.html"), "html_list/fichas.json"),
    case("html_table", at("html_table/tablero.html"), "html_table/tablero.json", fields=test_html_table.FIELDS),
    *(case("inai_exercise", at(f"inai_exercise/{n}.html"), f"inai_exercise/{n}.json") for n in ("whole_page", "started", "two_plans")),
    case(
        "json", test_json_rows.API, "json/datos_drafts.json", fields=test_json_rows.FIELDS,
        options={"rows": "data[].attributes"},
    ),
    case("ogp_database", at("ogp_database/commitments.csv"), "ogp_database/drafts.json"),
    case("ogp_local", test_ogp_local.site().answers, "ogp_local/drafts.json", test_ogp_local.URL, rounds=20),
    case("pdf_table", pdf(test_pdf_table.PAGES), "pdf_table/paginas.json", rounds=8),
    case("qroo_ficha", test_qroo_ficha.site().answers, "qroo_ficha/drafts.json", test_qroo_ficha.URL, state="23"),
    case(
        "wayback",
        test_wayback.Archive({"index": test_wayback.INDEX, test_wayback.capture("20230615120000"): test_wayback.CSV}),
        "wayback/drafts.json", test_wayback.URL, fields=test_wayback.FIELDS, rounds=20,
    ),
    case(
        "wordpress", wordpress_page(test_wordpress.TABLE), "wordpress/table.json",
        f"{test_wordpress.HOST}/plan/compromisos/", fields=test_wordpress.FIELDS,
    ),
    case("wordpress", wordpress_page(test_wordpress.LIST), "wordpress/list.json", f"{test_wordpress.HOST}/plan/compromisos/"),
    case(
        "wordpress", wordpress_posts(), "wordpress/posts.json", test_wordpress.HOST,
        fields={"title": "title", "status": "acf.estatus", "code": "id"}, options={"category": 4, "each": "post"},
    ),
    case("xlsx", test_xlsx.book(), "xlsx/libro.json", fields=BOOK, rounds=20),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given"), CASES)
def test_a_connector_of_the_hub_keeps_every_rule(
    name: str, given: dict[str, Any], connector_rules: Callable[..., None]
) -> None:
    given = dict(given)
    golden = given.pop("golden")
    connector_rules(get(name), golden=FIXTURES / golden if golden else None, **given)


def test_every_connector_of_the_hub_is_held_to_the_rules() -> None:
    assert {one.values[0] for one in CASES} == set(names())


def test_every_golden_output_belongs_to_a_fixture_that_is_held() -> None:
    held = {one.values[1]["golden"] for one in CASES}
    inputs = {"aga_tablero/plan.json", "json/datos.json"}
    assert {str(path.relative_to(FIXTURES)) for path in FIXTURES.rglob("*.json")} - inputs <= held

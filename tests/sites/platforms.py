"""Imitations of platforms, true to their documented APIs, and files as offices really make them: made in code."""

from __future__ import annotations

import io
import json

import xlsxwriter

from tests.sites import content
from tests.sites.content import Table


def office_workbook(table: Table) -> bytes:
    """A hidden sheet first, a merged banner, a header of two rows with a merged group, a merged institution."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    hidden = book.add_worksheet("Catálogos")
    hidden.write_column(0, 0, ["Estatus", "En proceso", "Concluido"])
    page = book.add_worksheet("Seguimiento")
    page.activate()
    page.set_first_sheet()
    hidden.hide()
    page.merge_range(0, 0, 0, 8, "Matriz de seguimiento del Plan de Acción Local")
    upper = {"Inicio": "Periodo", "Término": "Periodo"}
    for column, name in enumerate(table.columns):
        if name == "Inicio":
            page.merge_range(2, column, 2, column + 1, upper[name])
        elif name != "Término":
            page.merge_range(2, column, 3, column, name)
        if name in upper:
            page.write(3, column, name)
    institution = table.columns.index("Dependencia responsable")
    for number, row in enumerate(table.rows, 4):
        for column, cell in enumerate(row):
            if column != institution:
                page.write(number, column, float(cell) / 100 if table.columns[column] == "Avance" else cell)
    for first in range(0, len(table.rows), 2):
        page.merge_range(4 + first, institution, 5 + first, institution, table.rows[first][institution])
    book.close()
    return out.getvalue()


def ckan_page(title: str) -> bytes:
    """The page of a data set as CKAN renders it."""
    return f"""<!DOCTYPE html><html lang="es"><head><meta name="generator" content="ckan 2.10.4"><meta charset="utf-8">
<title>{title} - Datos abiertos</title></head><body data-site-root="/" data-locale-root="/">
<h1>{title}</h1><ul class="resource-list"><li data-id="r1"><a href="/dataset/x/resource/r1">CSV</a></li></ul></body></html>""".encode()


def ckan_package(name: str, title: str, csv_url: str) -> bytes:
    """The answer of `package_show` (docs.ckan.org, Action API version 3)."""
    resources = [
        {"id": "7c1d", "name": "Diccionario de datos", "format": "CSV", "url": csv_url + ".dic", "state": "active", "datastore_active": False},
        {"id": "9f2e", "name": title, "format": "CSV", "url": csv_url, "state": "active", "datastore_active": False},
    ]  # fmt: skip
    result = {"id": "d-1", "name": name, "title": title, "state": "active", "num_resources": 2, "resources": resources}
    return json.dumps({"help": "…", "success": True, "result": result}).encode()


def wordpress_page(table: Table, title: str, base: str) -> bytes:
    """A page as a theme renders it."""
    return f"""<!DOCTYPE html><html lang="es-MX"><head><meta charset="UTF-8"><title>{title} &#8211; Secretaría de la Función Pública</title>
<meta name="generator" content="WordPress 6.4.3" /><link rel="https://api.w.org/" href="{base}/wp-json/" />
<link rel='stylesheet' href='{base}/wp-content/themes/gob/style.css' /></head><body class="page page-id-42">
<nav class="menu"><ul><li><a href="/">Inicio</a></li></ul></nav>
<article class="post-42"><h1 class="entry-title">{title}</h1><div class="entry-content">{_table(table)}</div></article></body></html>""".encode()


def wordpress_rest(table: Table, title: str, link: str) -> bytes:
    """The answer of ``/wp-json/wp/v2/pages?slug=…``."""
    page = {
        "id": 42, "slug": link.rstrip("/").rsplit("/", 1)[-1], "link": link, "type": "page", "status": "publish",
        "date": "2024-02-01T10:00:00", "modified": "2024-05-02T10:00:00", "title": {"rendered": title},
        "content": {"rendered": _table(table), "protected": False}, "author": 3,
    }  # fmt: skip
    return json.dumps([page]).encode()


def _table(table: Table) -> str:
    page = content.as_html_table(table).decode()
    return page[page.index("<table>") : page.index("</table>") + len("</table>")]

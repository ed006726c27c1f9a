"""Whether a JSON answer says by itself that it is a part of a list: ArcGIS, CKAN, Opendatasoft, OData, JSON:API, Laravel, Django."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TOTALS = (
    "total", "total_count", "totalcount", "count", "nhits", "recordstotal", "total_records", "totalrecords", "numbermatched", "@odata.count",
    "total_registros", "total_rows", "totalitems", "total_items", "totalresults", "total_results", "totalelements", "total_elements",
)  # fmt: skip
_NEXT = (
    "next",
    "next_page_url",
    "nextpageurl",
    "nextpage",
    "next_page",
    "@odata.nextlink",
    "odata.nextlink",
    "nextlink",
    "__next",
)
_DEPTH = 4


def left_out(document: Any, read: int) -> str | None:
    """What an answer says of records that it does not bring, for its publisher; None where it is the whole list or says nothing.

    Args:
        read: how many records were found in it.
    """
    for node in _envelopes(document):
        said = {key.casefold(): value for key, value in node.items()}
        if said.get("exceededtransferlimit") is True:
            return f"Trae {read} registros y dice que hay más (exceededTransferLimit)"
        total = next(
            (value for key in _TOTALS if isinstance(value := said.get(key), int) and not isinstance(value, bool)), 0
        )
        if total > read > 0:
            return f"Trae {read} de {total} registros"
        if any(isinstance(value := said.get(key), str) and "/" in value for key in _NEXT) and "resource_id" not in said:
            return f"Trae {read} registros y nombra una página siguiente"
        if said.get("hasnextpage") is True or ("records" in said and isinstance(said.get("offset"), str)):
            return f"Trae {read} registros y dice que hay una página siguiente"
        page, last = said.get("current_page"), said.get("last_page", said.get("total_pages"))
        if isinstance(page, int) and isinstance(last, int) and last > page:
            return f"Trae {read} registros, los de la página {page} de {last}"
    return None


def _envelopes(document: Any) -> Iterator[dict[str, Any]]:
    """The objects around a list, from the outside; the records of the list are none of them."""
    level = [document]
    for _ in range(_DEPTH):
        objects = [node for node in level if isinstance(node, dict)]
        yield from objects
        level = [child for node in objects for key, child in node.items() if not key.startswith("_")]

"""The hub's own catalogue in DCAT (W3C DCAT 3), as JSON-LD: the data set it publishes and the sources it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.readmodel import ReadModel
from hub.web.doors.formats import FORMATS
from hub.web.doors.table import FORMS, Table
from hub.web.doors.tables import WHOLE
from schema.live import LiveSource

CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    "title": {"@id": "dct:title", "@language": "es"},
    "description": {"@id": "dct:description", "@language": "es"},
    "modified": {"@id": "dct:modified", "@type": "xsd:dateTime"},
    "license": {"@id": "dct:license"},
    "publisher": {"@id": "dct:publisher"},
    "name": {"@id": "foaf:name"},
    "dataset": {"@id": "dcat:dataset"},
    "distribution": {"@id": "dcat:distribution"},
    "service": {"@id": "dcat:service"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "endpointURL": {"@id": "dcat:endpointURL", "@type": "@id"},
    "landingPage": {"@id": "dcat:landingPage", "@type": "@id"},
    "mediaType": {"@id": "dcat:mediaType"},
    "format": {"@id": "dct:format"},
    "version": {"@id": "dcat:version"},
    "source": {"@id": "dct:source", "@type": "@id"},
    "language": {"@id": "dct:language"},
    "keyword": {"@id": "dcat:keyword", "@language": "es"},
}
_KEYWORDS = ["gobierno abierto", "compromisos", "plan de acción local", "ODS", "México"]


def catalogue(model: ReadModel, sources: Mapping[str, LiveSource], base: str, title: str) -> dict[str, Any]:
    """The catalogue of one data version.

    Args:
        base: address of this hub, without a trailing slash.
    """
    publisher = {"type": "foaf:Agent", "name": title}
    return {
        "@context": CONTEXT,
        "id": f"{base}/catalog.jsonld",
        "type": "dcat:Catalog",
        "title": title,
        "description": "Compromisos de gobierno abierto de los estados de México, cosechados de lo que cada uno publica.",
        "language": "es",
        "publisher": publisher,
        "modified": model.published_at,
        "landingPage": f"{base}/",
        "dataset": [
            _commitments(model, base, publisher),
            *(_list(table, model, base, publisher) for table in WHOLE),
            *(_source(one, base) for one in sources.values()),
        ],
        "service": {
            "id": f"{base}/graphql",
            "type": "dcat:DataService",
            "title": "API GraphQL",
            "endpointURL": f"{base}/graphql",
        },
    }


def _commitments(model: ReadModel, base: str, publisher: dict[str, Any]) -> dict[str, Any]:
    files = [
        _distribution(f"{base}/api/commitments.{name}", name.upper(), form.media_type.split(";")[0])
        for name, form in FORMATS.items()
        if name != "parquet"
    ]
    files.append(_distribution(f"{base}/data/{model.data_version}.db", "SQLite", "application/vnd.sqlite3"))
    says = "Todos los compromisos vigentes en el hub, con plan, ODS, instituciones, avance y procedencia."
    named = {
        "id": f"{base}/#compromisos", "type": "dcat:Dataset", "title": "Compromisos de gobierno abierto", "description": says
    }  # fmt: skip
    return named | _of_version(model, base, publisher) | {"distribution": files}


def _list(table: Table, model: ReadModel, base: str, publisher: dict[str, Any]) -> dict[str, Any]:
    """One of the other lists, as a data set of its own: its rows are other things than commitments."""
    files = [
        _distribution(f"{base}/api/{table.name}.{form}", form.upper(), FORMATS[form].media_type.split(";")[0])
        for form in FORMS
    ]
    title = table.title.rstrip(":")
    named = {"id": f"{base}/#{table.file}", "type": "dcat:Dataset", "title": title, "description": table.says}
    return named | _of_version(model, base, publisher) | {"distribution": files}


def _of_version(model: ReadModel, base: str, publisher: dict[str, Any]) -> dict[str, Any]:
    """What is said of everything that a version of the data holds."""
    return {
        "keyword": _KEYWORDS,
        "language": "es",
        "publisher": publisher,
        "modified": model.published_at,
        "version": str(model.data_version),
        "landingPage": f"{base}/descargas",
    }


def _distribution(address: str, label: str, media_type: str) -> dict[str, Any]:
    return {
        "id": address,
        "type": "dcat:Distribution",
        "title": label,
        "format": label,
        "mediaType": media_type,
        "downloadURL": address,
        "accessURL": address,
    }


def _source(source: LiveSource, base: str) -> dict[str, Any]:
    """A source as a data set of its own, whose records are served through this hub."""
    document: dict[str, Any] = {
        "id": f"{base}/fuentes/{source.key}",
        "type": "dcat:Dataset",
        "title": source.title,
        "landingPage": f"{base}/fuentes/{source.key}",
        "distribution": [
            _distribution(f"{base}/api/commitments.csv?source={source.key}", "CSV", "text/csv"),
        ],
    }
    if source.url.startswith(("http://", "https://")):
        document["source"] = source.url
    if source.license:
        document["license"] = source.license
    if source.changed_at is not None:
        document["modified"] = source.changed_at.isoformat()
    return document

"""Hands a body to the connector of its format: what platforms and catalogues do with the files they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from connectors.base import DraftKind, Options, Row, Snapshot, SourceChanged
from connectors.errors import sentence
from connectors.sniff import HEAD, Format, sniff
from connectors.table import Reading, TableConnector

ParserName = Literal["csv", "xlsx", "html_table", "html_list", "json", "pdf_table"]
_PARSERS: dict[str, tuple[str, str]] = {
    "csv": ("connectors.csv_table", "CsvTable"),
    "xlsx": ("connectors.xlsx", "Xlsx"),
    "html_table": ("connectors.html_table", "HtmlTable"),
    "html_list": ("connectors.html_list", "HtmlList"),
    "json": ("connectors.json_rows", "JsonRows"),
    "pdf_table": ("connectors.pdf_table", "PdfTable"),
}
_BY_FORMAT: dict[Format, ParserName] = {
    Format.CSV: "csv", Format.TSV: "csv", Format.TEXT: "csv", Format.XLSX: "xlsx", Format.XLS: "xlsx",
    Format.ODS: "xlsx", Format.JSON: "json", Format.JSONL: "json", Format.PDF: "pdf_table",
}  # fmt: skip
_SAID = {Format.EMPTY: "está vacío", Format.ZIP: "es un archivo comprimido", Format.XML: "es XML"}


def parser_class(name: str) -> type[TableConnector[Any]]:
    """The connector that reads a format; its module is loaded when first needed (spreadsheets and PDF are heavy)."""
    module, attribute = _PARSERS[name]
    found: type[TableConnector[Any]] = getattr(import_module(module), attribute)
    return found


class DelegateOptions(Options):
    """Options of every connector that leads to files.

    `parser_options` are those of the format's own connector (`delimiter`, `sheet`, `selector` …).
    """

    kind: DraftKind = Field(
        default="commitment", description="qué es cada fila: commitment, plan, exercise, total o event"
    )
    parser: ParserName | None = Field(
        default=None, description="conector del formato; sin él se reconoce por el contenido"
    )
    parser_options: dict[str, Any] = Field(default_factory=dict, description="opciones de ese conector")

    @model_validator(mode="after")
    def _known_parser_options(self) -> DelegateOptions:
        if self.parser_options:
            if self.parser is None:
                raise ValueError("«parser_options» necesita «parser»: diga de qué conector son las opciones")
            accepted = parser_class(self.parser).Options
            try:
                accepted.model_validate(self.parser_options)
            except ValidationError as error:
                raise ValueError(sentence(error, "parser_options", accepted.model_fields)) from None
        return self


OptionsT = TypeVar("OptionsT", bound=DelegateOptions)


class DelegateConnector(TableConnector[OptionsT]):
    """A connector whose bodies may be of any format. A kind of its own says where they are fetched."""

    Options: ClassVar[type[Options]] = DelegateOptions

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The rows of one body, by the connector of its format."""
        yield from self.parse_as(self.options.parser or recognise(snapshot), snapshot, reading)

    def parse_as(self, name: str, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The rows of one body by a named connector."""
        kind = parser_class(name)
        given = dict(self.options.parser_options) if name == self.options.parser else {}
        if "kind" in kind.Options.model_fields:
            given.setdefault("kind", self.options.kind)
        yield from kind(kind.Options.model_validate(given)).parse(snapshot, reading)


def recognise(snapshot: Snapshot) -> str:
    """The connector for a body, by what the body is.

    Raises:
        SourceChanged: it is of no kind that holds rows.
    """
    with snapshot.open() as stream:
        head = stream.read(HEAD)
    found = sniff(head, declared=snapshot.charset).format
    if found is Format.HTML:
        return "html_table" if b"<table" in snapshot.read().lower() else "html_list"
    if found in _BY_FORMAT:
        return _BY_FORMAT[found]
    raise SourceChanged(
        f"El recurso {snapshot.url} {_SAID.get(found, 'no es un archivo de datos')}: no se puede leer.",
        code="WRONG_FORMAT",
    )

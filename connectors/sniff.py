"""What a body really is, whatever its name or media type says: format, encoding, delimiter."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from connectors.base import Note
from connectors.encoding import detect, known

HEAD = 1 << 16
"""Bytes looked at to tell the format. Encodings are told from the whole body."""
DELIMITERS = (",", ";", "\t", "|", "^", "~")
_RECORDS = 60


class Format(StrEnum):
    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    JSON = "json"
    JSONL = "jsonl"
    XML = "xml"
    SCRIPT = "script"
    """JavaScript that assigns data to a name, or hands it to a function (JSONP)."""
    PDF = "pdf"
    ZIP = "zip"
    """Packed files of any kind: ZIP, GZ, 7z, RAR."""
    TEXT = "text"
    EMPTY = "empty"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a body is. `confidence` is 1 for a signature, less for what was told from the shape of the text."""

    format: Format
    encoding: str | None = None
    errors: str = "strict"
    delimiter: str | None = None
    confidence: float = 1.0
    notes: tuple[Note, ...] = ()


_TAG = re.compile(
    r"<\s*(?:!doctype html|html|head|body|table|thead|tbody|tr|td|div|ul|ol|li|p|section|article|main|h[1-6]|span|form|a|br)\b",
    re.IGNORECASE,
)
_PAGE = re.compile(r"<\s*(?:!doctype html|html|head|body|table)\b", re.IGNORECASE)
_SCRIPT = re.compile(
    r"(?:/\*.*?\*/\s*|//[^\n]*\s+)*(?:(?:export\s+)?(?:var|let|const)\s+[\w$]+\s*=|export\s+default|(?:window|self|module)\.[\w$.]+\s*=|[\w$.]+\s*\()\s*[\[{]",
    re.DOTALL,
)
_SPREADSHEET_XML = re.compile(r"progid=\"Excel\.Sheet\"|urn:schemas-microsoft-com:office:spreadsheet")
_TEMPLATE = re.compile(r"^\s*(?:@\w+.*|\{\{.*\}\}|\{%.*%\}|<%.*%>|<\?php.*|<!--.*-->)\s*$")
_TEXT_OF_JSON = re.compile(r'"\s*(?:\[\s*\{|\{\s*\\")')
"""A JSON document that was written as a text inside another one."""
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PACKED_SIGNATURES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ")
_BINARY_SIGNATURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"MZ",
    b"\x7fELF",
)
_CONTROL = bytes([*range(0x09), *range(0x0E, 0x1A), *range(0x1C, 0x20), 0x7F])


def sniff(data: bytes, *, declared: str | None = None) -> Sniffed:
    """The format of a body; never raises.

    Args:
        data: the body, or at least its first `HEAD` bytes.
        declared: an encoding named by the operator or the server. It wins while it decodes.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return Sniffed(Format.EMPTY)
    signature = _signature(data)
    if signature is not None:
        return Sniffed(signature)
    encoding = detect(io.BytesIO(data), declared or _self_declared(data))
    if not encoding.name.startswith(("utf-16", "utf-32")) and _looks_binary(data[:HEAD]):
        return Sniffed(Format.BINARY)
    text = data[:HEAD].decode(encoding.name, errors="replace").lstrip("\ufeff")
    format_, delimiter, confidence = _text_format(text, whole=len(data) <= HEAD)
    return Sniffed(format_, encoding.name, encoding.errors, delimiter, confidence, encoding.notes)


def _signature(data: bytes) -> Format | None:
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith(_OLE):
        return Format.XLS
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(_PACKED_SIGNATURES):
        return Format.ZIP
    if data.startswith(_BINARY_SIGNATURES):
        return Format.BINARY
    return None


def _zip_kind(data: bytes) -> Format:
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in data[:200]:
        return Format.ODS
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except Exception:  # a truncated archive has no directory; its first names still tell
        names = [
            name.decode("ascii", "replace")
            for name in re.findall(rb"PK\x03\x04.{26}([\x20-\x7e]{3,80})", data[:HEAD], re.DOTALL)
        ]
    if any(name.startswith("xl/") for name in names):
        return Format.XLSX
    if any(name.startswith("[Content_Types].xml") for name in names) and not any(
        n.startswith(("word/", "ppt/")) for n in names
    ):
        return Format.XLSX
    return Format.ZIP


def _self_declared(data: bytes) -> str | None:
    """The encoding that a page or an XML file names for itself, if Python knows it."""
    found = _XML_DECLARATION.search(data[:1024]) or _META.search(data[:4096])
    name = found.group(1).decode("ascii") if found else None
    return name if known(name) else None


def _looks_binary(head: bytes) -> bool:
    odd = len(head) - len(head.translate(None, _CONTROL))
    return odd > max(2, 0.05 * len(head))


def _text_format(text: str, *, whole: bool) -> tuple[Format, str | None, float]:
    body = _without_template(text)
    start = body[:1]
    if start == "<":
        if _SPREADSHEET_XML.search(body[:2048]) and body.startswith("<?xml"):
            return Format.XML, None, 1.0
        if re.match(r"<\?xml|<[\w-]+:", body) and not _PAGE.search(body[:4096]):
            return Format.XML, None, 0.95
        return (Format.HTML, None, 0.95) if _TAG.search(body) else (Format.XML, None, 0.7)
    if start in ("{", "[") or (start == '"' and whole and _TEXT_OF_JSON.match(body) and _parses(body)):
        found = _json_kind(body, whole=whole)
        if found is not None:
            return found
    if _SCRIPT.match(body[:4096]):
        return Format.SCRIPT, None, 0.9
    delimiter, consistency = find_delimiter(body)
    if _PAGE.search(body) and consistency < 0.8:
        return Format.HTML, None, 0.7
    if delimiter is not None:
        return (Format.TSV if delimiter == "\t" else Format.CSV), delimiter, consistency
    return Format.TEXT, None, 0.5


def _without_template(text: str) -> str:
    """The text after the lines that a template engine should have eaten."""
    lines = text.split("\n")
    skip = 0
    while skip < len(lines) - 1 and (not lines[skip].strip() or _TEMPLATE.match(lines[skip])):
        skip += 1
    return "\n".join(lines[skip:]).lstrip()


def _json_kind(body: str, *, whole: bool) -> tuple[Format, None, float] | None:
    lines = [line for line in body.split("\n") if line.strip()]
    if len(lines) > 1 and all(_parses(line) and line.lstrip()[0] == "{" for line in lines[:2]):
        return Format.JSONL, None, 0.95
    if whole and _parses(body):
        return Format.JSON, None, 1.0
    if re.match(r'\{\s*(?:"|\}|$)|\[\s*(?:[\[{"\d\]-]|true|false|null|$)', body):
        return Format.JSON, None, 0.6 if whole else 0.9
    return None


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def find_delimiter(text: str) -> tuple[str | None, float]:
    """The delimiter that cuts the most records into the same number of fields, and the share it does so for.

    A first line ``sep=;`` (Excel's own convention) settles it.
    """
    first = text.split("\n", 1)[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4], 1.0
    best: tuple[float, int] | None = None
    found: tuple[str | None, float] = None, 0.0
    for delimiter in DELIMITERS:
        if delimiter in text:
            share, width = _consistency(text, delimiter)
            rank = (round(share * min(width, 4) ** 0.5, 3), width)
            if width > 1 and share >= 0.3 and (best is None or rank > best):
                best, found = rank, (delimiter, share)
    return found


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    counts: Counter[int] = Counter()
    records = 0
    try:
        for record in csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in record):
                records += 1
                counts[len(record)] += 1
            if records >= _RECORDS:
                break
    except csv.Error:
        pass
    several = {width: count for width, count in counts.items() if width > 1}
    if not several:
        return 0.0, 0
    width = max(several, key=lambda w: (several[w], w))
    return several[width] / max(records, 1), width

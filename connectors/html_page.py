"""A body as the tree of a web page: what it must be, its encoding, what its publisher should mend, its links as whole addresses."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from connectors.base import SourceChanged
from connectors.encoding import double_encoded, repaired
from connectors.html_cells import parse_html, text_of
from connectors.sniff import Format, sniff
from connectors.table import Reading
from connectors.text import clip, tidy

_MOST_HEADINGS = 20
"""Headings of a level that are read to know whose page it is."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TEMPLATE = re.compile(
    r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|^\s*@(?:extends|section|include|foreach|if|endif|endforeach)\b", re.MULTILINE
)
_TWICE = re.compile(r"&amp;(?=(?:[A-Za-z](?:acute|tilde|uml|grave)|nbsp|iquest|iexcl|quot|deg|ord[mf]|#\d{2,5});)")


def page(data: bytes, reading: Reading, charset: str | None, base: str = "") -> LexborHTMLParser:
    """The tree of a body that must be a web page, its links as whole addresses.

    Args:
        base: the page's own address, which its links may be relative to; one that is not of the web leaves them as they are.

    Raises:
        SourceChanged: it is something else.
    """
    found = sniff(data, declared=charset)
    if found.format is Format.EMPTY:
        raise SourceChanged("La página está vacía.", code="EMPTY_FILE")
    if found.encoding is None or found.format not in {Format.HTML, Format.XML, Format.TEXT, Format.CSV, Format.TSV}:
        raise SourceChanged(
            f"La dirección responde un archivo {found.format.value.upper()} en lugar de una página web.",
            code="WRONG_FORMAT",
        )
    reading.notes.extend(found.notes)
    text = data.decode(found.encoding, errors=found.errors if found.errors != "strict" else "replace")
    text = mended(text, reading)
    template = _TEMPLATE.search(text)
    if template is not None:
        message = (
            "La página trae instrucciones de plantilla sin procesar, que se ignoraron donde no son texto de una celda."
        )
        reading.note("TEMPLATE_TEXT", message, raw=clip(template.group(), 60))
    tree = parse_html(text)
    _entitle(tree, reading)
    return _with_whole_links(tree, base)


def _entitle(tree: LexborHTMLParser, reading: Reading) -> None:
    """Tell what the page calls itself: its title and its first heading of the highest level; and apart from these the others."""
    title = tree.css_first("title")
    said = [text_of(node, limit=300) for name in ("h1", "h2", "h3") for node in tree.css(name)[:_MOST_HEADINGS]]
    if title is not None:
        reading.titles.append(clip(tidy(title.text()), 300))
    reading.titles.extend(said[:1])
    reading.headings.extend(said[1:])


def mended(text: str, reading: Reading) -> str:
    """A page as its author wrote it where its letters were encoded twice, or written twice as entities; both are told.

    What a template's comments (Blade: ``{{-- … --}}``) leave out is left out.
    """
    spoilt = double_encoded(text[:1_000_000])
    if spoilt is not None:
        reading.notes.append(spoilt)
        text = repaired(text)
    return _without(_once(text, reading), "{{--", "--}}")


def _without(text: str, opening: str, closing: str) -> str:
    """A text without what stands between two marks; one that is never closed leaves nothing out."""
    parts: list[str] = []
    here = 0
    while (start := text.find(opening, here)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        parts.append(text[here:start])
        here = end + len(closing)
    return "".join([*parts, text[here:]])


def _once(text: str, reading: Reading) -> str:
    """A page whose letters were written as entities twice, so that people see «Secretar&iacute;a», with them written once."""
    found = _TWICE.search(text)
    if found is None:
        return text
    message = "Hay textos cuyas letras se escribieron dos veces como entidades de HTML, que se leyeron como las letras que dicen."
    reading.note("HTML_ENTITIES", message, raw=clip(text[max(0, found.start() - 30) : found.end() + 30], 60))
    return _TWICE.sub("&", text)


def _with_whole_links(tree: LexborHTMLParser, base: str) -> LexborHTMLParser:
    """The tree with its relative links joined to the address that they are relative to (HTML's ``<base>`` goes first)."""
    if not base.startswith(("http://", "https://")):
        return tree
    told = tree.css_first("base[href]")
    if told is not None:
        base = _joined(base, told.attributes.get("href") or "")
    for link in tree.css("a[href]"):
        href = tidy(link.attributes.get("href") or "")
        if href and not href.startswith("#") and not _ABSOLUTE.match(href):
            link.attrs["href"] = _joined(base, href)
    return tree


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href).replace(" ", "%20")
    except ValueError:
        return href

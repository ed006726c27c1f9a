"""`/tarjeta.svg` and `/tarjeta.png`: what networks show beside a link, the country in one picture.

Networks show no SVG. The PNG is a page of PDF with its standard fonts, drawn by pypdfium2, which reads PDF sources anyway:
no font has to be installed or shipped.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from hub.web.charts import CARD_SHADES
from hub.web.maps import shade
from hub.web.pages.view import Page, View
from hub.web.tiles import PLACES

WIDTH, HEIGHT = 1200, 630
PAPER, INK, SOFT, ACCENT = "#fbfaf6", "#17211e", "#55615d", "#0b5d4e"
TILE, GAP, LEFT, TOP = 34, 4, 740, 190
TITLE_WIDTH = 60
"""Letters of the hub's name that fit."""

Line = tuple[int, int, int, str, str]
"""Left, baseline from the top, size, colour, text."""


async def svg(view: View) -> Page:
    """The card as a drawing that stays sharp at any size."""
    totals, counts = await _country(view)
    page = view.render("card.svg", totals=totals, counts=counts)
    return Page(page.body, media_type="image/svg+xml")


async def png(view: View) -> Page:
    """The card as networks take it."""
    totals, counts = await _country(view)
    lines: list[Line] = [
        (80, 130, 34, SOFT, view.title[:TITLE_WIDTH]),
        (80, 300, 150, ACCENT, view.number(totals["commitments"])),
        (80, 370, 42, INK, view.words("compromisos de gobierno abierto")),
        (80, 440, 34, SOFT, _subtitle(view, totals)),
    ]
    return Page(drawn(lines, counts), media_type="image/png")


async def _country(view: View) -> tuple[dict[str, Any], dict[str, int]]:
    totals = (await view.ask("totals", asOf=view.as_of))["nationalView"]
    states = (await view.ask("states", asOf=view.as_of))["nationalView"]["byState"]
    return totals, {state["jurisdiction"]["code"]: state["commitments"] for state in states}


def _subtitle(view: View, totals: Mapping[str, Any]) -> str:
    plans = view.number(totals["plans"])
    return view.words("en {plans} planes de {states} estados de México", plans=plans, states=totals["statesWithPlan"])


def drawn(lines: list[Line], counts: Mapping[str, int]) -> bytes:
    """The card as PNG.

    Args:
        counts: INEGI key → commitments.
    """
    import pypdfium2  # heavy, and asked for seldom

    document = pypdfium2.PdfDocument(_document(_content(lines, counts)))
    try:
        image = document[0].render(scale=1).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _content(lines: list[Line], counts: Mapping[str, int]) -> bytes:
    """The page's content: rectangles and text (ISO 32000-1, 8.5 and 9.4)."""
    parts = [_rectangle(0, 0, WIDTH, HEIGHT, PAPER), _rectangle(0, 0, WIDTH, 14, ACCENT)]
    most = max(counts.values(), default=0)
    for code, (column, row) in PLACES.items():
        colour = CARD_SHADES[shade(counts.get(code, 0), most)]
        parts.append(_rectangle(LEFT + column * (TILE + GAP), TOP + row * (TILE + GAP), TILE, TILE, colour))
    for left, baseline, size, colour, text in lines:
        parts.append(
            b"BT %b /F %d Tf %d %d Td (%b) Tj ET" % (_colour(colour), size, left, HEIGHT - baseline, _text(text))
        )
    return b"\n".join(parts)


def _rectangle(left: int, top: int, width: int, height: int, colour: str) -> bytes:
    return b"%b %d %d %d %d re f" % (_colour(colour), left, HEIGHT - top - height, width, height)


def _colour(value: str) -> bytes:
    shares = (int(value[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return b"%.3f %.3f %.3f rg" % tuple(shares)


def _text(value: str) -> bytes:
    """A literal string in the encoding of the standard fonts; letters that they lack become question marks."""
    return value.encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _document(content: bytes) -> bytes:
    """A PDF of one page."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
        % (WIDTH, HEIGHT),
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%b endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, start))

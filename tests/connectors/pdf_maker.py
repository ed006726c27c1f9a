"""Writes small PDF files with ruled tables, so that no fixture of bytes has to be kept and the shape is read in the test."""

from __future__ import annotations

from collections.abc import Sequence

LEFT, TOP, HEIGHT = 40, 750, 24


def ruled(rows: Sequence[Sequence[str]], widths: Sequence[int], *, rules: bool = True, closed: bool = True) -> bytes:
    """The drawing commands of one page with a table. A cell "^" is merged into the one above it; `closed`: with a rule at the foot."""
    said: list[str] = []
    edges = [LEFT + sum(widths[:i]) for i in range(len(widths) + 1)]
    for r, row in enumerate(rows):
        top, bottom = TOP - r * HEIGHT, TOP - (r + 1) * HEIGHT
        for c, text in enumerate(row):
            if rules:
                if text != "^":
                    said.append(f"{edges[c]} {top} m {edges[c + 1]} {top} l S")
                said += [f"{x} {top} m {x} {bottom} l S" for x in (edges[c], edges[c + 1])]
            if text and text != "^":
                escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
                said.append(f"BT /F1 9 Tf {edges[c] + 4} {bottom + 8} Td ({escaped}) Tj ET")
    if rules and closed:
        bottom = TOP - len(rows) * HEIGHT
        said.append(f"{edges[0]} {bottom} m {edges[-1]} {bottom} l S")
    return "\n".join(said).encode("cp1252")


def pdf(pages: Sequence[bytes], *, encrypted: bool = False) -> bytes:
    """A PDF file of pages of drawing commands."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    trailer = ""
    if encrypted:
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>")
        trailer = f"/Encrypt {len(objects)} 0 R /ID [<{'00' * 16}> <{'00' * 16}>]"
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(body)

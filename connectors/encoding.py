"""Which encoding a published text is in. BOM, then strict UTF-8, then the legacy encoding that reads most Spanish.

charset-normalizer takes Windows-1252 for cp1250 and chardet takes upper-case text for Johab, so the choice is made here among the
three legacy encodings that Mexican offices really save in, by how well each reads as Spanish.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from connectors.base import Note

CHUNK = 1 << 18
LEGACY = ("cp1252", "mac_roman", "cp850")
MIXED_ERRORS = "gobierno_abierto.cp1252"
"""Error handler that reads a byte which is not UTF-8 as Windows-1252."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
_OPENING = frozenset("¿¡“‘«")
_MARKS = frozenset("”’»–—…ºª°•´·€\u00a0")
_MOJIBAKE = re.compile(
    "[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|√[°©≠≥∫±ºÅâçìöëÜ]|¬[ø°]"  # UTF-8 read as Mac Roman: «√≥» for «ó»
    "|(?<=[a-z])[ÛÌ˙ÒÈ](?=[a-z])|(?<=[A-Z])[”Õ⁄](?=[A-Z])"  # Latin-1 read as Mac Roman: «DescripciÛn», «POBLACI”N»
)
_SPOILT = "ÃÂ√¬ÛÌ˙ÒÈ”Õ⁄"
"""One of these stands in every text encoded twice: most have none, which is seen sooner than the pattern tells it."""
_CONTINUED = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_TWICE = re.compile(f"[ÃÂ][{_CONTINUED}]|â[€\u0080][{_CONTINUED}]|√[°©≠≥∫±ºÅâçìöëÜ]|¬[ø°]")
_IN_SPANISH = re.compile("[áéíóúüñÁÉÍÓÚÜÑçÇàèòïö¿¡«»ºª°·´¨§©®±½¼¾²³\u00a0\u2013-\u2026]")
_SAMPLE = 5_000


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    return byte.decode("cp1252", errors="replace"), error.start + 1


codecs.register_error(MIXED_ERRORS, _as_cp1252)


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and the error handler to read with, and what was notable in finding it."""

    name: str
    errors: str = "strict"
    notes: tuple[Note, ...] = ()
    sure: bool = True


def known(name: str | None) -> str | None:
    """Python's name of a declared encoding, or None when it is none. Latin-1 is read as cp1252, as browsers do."""
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    if found in {"iso8859-1", "ascii", "latin-1"}:
        return "cp1252"
    return found if found not in {"hex", "base64", "bz2", "zlib", "rot13", "uu", "quopri", "punycode", "idna"} else None


def detect(stream: BinaryIO, declared: str | None = None) -> Encoding:
    """The encoding of a whole binary stream, read once in chunks and rewound. What is declared wins while it holds.

    Args:
        stream: a seekable binary stream; left at its beginning.
        declared: the encoding that the operator, the server or the page itself names.
    """
    head = stream.read(4)
    stream.seek(0)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, notes=tuple(_flip(declared, name)))
    survey = _survey(stream)
    wanted = known(declared)
    if declared and wanted is None:
        note = Note("ENCODING_FLIP", f"La codificación declarada «{declared}» no existe; se reconoció otra.")
        return _with(survey.verdict(), (note,))
    if wanted is None:
        return survey.verdict()
    if wanted in {"utf-8", "utf-8-sig"}:
        return (
            Encoding("utf-8") if survey.valid_utf8 else _with(survey.verdict(), _flip(declared, survey.verdict().name))
        )
    if survey.valid_utf8 and survey.multibyte:
        return _with(survey.verdict(), _flip(declared, "utf-8"))
    if _decodes(stream, wanted):
        return Encoding(wanted)
    return _with(survey.verdict(), _flip(declared, survey.verdict().name))


def double_encoded(text: str) -> Note | None:
    """A note when the text was encoded twice ("AÃ±o" for "Año"). `repaired` reads what it was before."""
    if not any(sign in text for sign in _SPOILT):
        return None
    hits = _MOJIBAKE.findall(text)
    if not hits:
        return None
    where = _MOJIBAKE.search(text)
    start = max(0, where.start() - 12) if where else 0
    sample = text[start : start + 30].replace("\n", " ").strip()
    message = (
        f"El texto fue codificado dos veces en {len(hits)} lugares (por ejemplo «{sample}»), que se leyeron como eran antes donde "
        "no hay duda: guarde el archivo de origen una sola vez como UTF-8."
    )
    return Note("DOUBLE_ENCODED", message, raw=sample)


def repaired(text: str) -> str:
    """A text encoded twice as it was before: UTF-8 that was read as Windows-1252 or Mac Roman and saved so.

    Only what then is a letter or a sign of Spanish is read so; Latin-1 that a Mac read («DescripciÛn») stays, as it could be either.
    """
    return _TWICE.sub(_once, text)


def _once(found: re.Match[str]) -> str:
    spoilt = found.group()
    try:
        raw = spoilt.encode("mac_roman") if spoilt[0] in "√¬" else b"".join(map(_byte_of, spoilt))
        before = raw.decode("utf-8")
    except UnicodeError:
        return spoilt
    return before if _IN_SPANISH.fullmatch(before) else spoilt


def _byte_of(char: str) -> bytes:
    """The byte that Windows-1252 reads as a character; of the five that it leaves out, the control character itself."""
    return char.encode("latin-1") if char <= "\xff" else char.encode("cp1252")


@dataclass(slots=True)
class _Survey:
    """What one pass over the bytes tells."""

    valid_utf8: bool
    multibyte: int
    invalid: int
    wide: str | None
    contexts: Counter[tuple[int, int, int]]

    def verdict(self) -> Encoding:
        if self.wide:
            return Encoding(self.wide)
        if self.valid_utf8:
            return Encoding("utf-8")
        if self.multibyte > 4 * self.invalid:
            message = f"El archivo es UTF-8, salvo {self.invalid} bytes que se leyeron como Windows-1252."
            return Encoding("utf-8", MIXED_ERRORS, (Note("MIXED_ENCODING", message),), sure=False)
        name = max(LEGACY, key=lambda n: (self.spanish(n), -LEGACY.index(n)))
        return Encoding(name, "replace", sure=False)

    def spanish(self, encoding: str) -> float:
        """How well the bytes above 127 read as Spanish in an encoding, summed over their neighbours."""
        return sum(
            count * _weight(byte, before, after, encoding) for (byte, before, after), count in self.contexts.items()
        )


def _survey(stream: BinaryIO) -> _Survey:
    """Once over the bytes; a second time, to sample those above 127, only where they are not UTF-8."""
    wide = _wide(stream.read(4096))
    stream.seek(0)
    multibyte, broken = _until_broken(iter(lambda: stream.read(CHUNK), b""))
    stream.seek(0)
    if broken is None:
        return _Survey(True, multibyte, 0, wide, Counter())
    contexts = _contexts(iter(lambda: stream.read(CHUNK), b""), broken)
    stream.seek(0)
    return _Survey(False, *_utf8_share(contexts), wide, contexts)


def _until_broken(chunks: Iterable[bytes]) -> tuple[int, int | None]:
    """How many chunks of UTF-8 have more than ASCII in them, and which chunk is the first that is no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    multibyte = number = 0
    try:
        for chunk in chunks:
            multibyte += not decoder.decode(chunk).isascii()
            number += 1
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return multibyte, number
    return multibyte, None


def _contexts(chunks: Iterable[bytes], broken: int) -> Counter[tuple[int, int, int]]:
    """The bytes above 127 with their neighbours: a few of the chunks that are UTF-8, more from the first broken one on."""
    contexts: Counter[tuple[int, int, int]] = Counter()
    sampled = 0
    for number, chunk in enumerate(chunks):
        if sampled < (20 * _SAMPLE if number >= broken else _SAMPLE):
            sampled += _sample(chunk, contexts)
    return contexts


def _sample(chunk: bytes, contexts: Counter[tuple[int, int, int]]) -> int:
    """Count the bytes above 127 with their neighbours, up to a bound a chunk; says how many were counted."""
    taken = 0
    for match in islice(_HIGH.finditer(chunk), _SAMPLE):
        taken += 1
        at = match.start()
        before = chunk[at - 1] if at else 32
        after = chunk[at + 1] if at + 1 < len(chunk) else 32
        contexts[chunk[at], before, after] += 1
    return taken


def _utf8_share(contexts: Counter[tuple[int, int, int]]) -> tuple[int, int]:
    """Two-byte letters of UTF-8 (a lead byte C2-C5 with its continuation), and the bytes that belong to none."""
    pairs = strays = 0
    for (byte, before, after), count in contexts.items():
        if 0xC2 <= byte <= 0xC5 and 0x80 <= after <= 0xBF:
            pairs += count
        elif not (0xE2 <= byte <= 0xEF and 0x80 <= after <= 0xBF) and not (0x80 <= byte <= 0xBF and before >= 0x80):
            strays += count
    return pairs, max(strays, 1)


def _wide(chunk: bytes) -> str | None:
    """UTF-16 without a BOM: nearly every second byte is zero."""
    sample = chunk[:4096]
    if len(sample) < 8:
        return None
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _weight(byte: int, before: int, after: int, encoding: str) -> float:
    char = bytes([byte]).decode(encoding, errors="replace")
    left, right = chr(before) if before < 128 else "a", chr(after) if after < 128 else "a"
    if char in _LETTERS:
        if char.isupper() and left.islower():
            return 0.1
        return 1.0 if left.isalpha() or right.isalpha() else 0.3
    if char in _OPENING:
        return 0.9 if not left.isalpha() and right.isalpha() else 0.1
    if char in _MARKS:
        return 0.6 if not (left.isalpha() and right.isalpha()) else 0.1
    return -0.5 if char == "�" or ord(char) < 160 else 0.0


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except (UnicodeError, LookupError, TypeError):
        return False
    finally:
        stream.seek(0)
    return True


def _flip(declared: str | None, found: str) -> Iterator[Note]:
    wanted = known(declared)
    if declared is None or wanted == found or (wanted, found) in {("utf-8", "utf-8-sig"), ("utf-16-le", "utf-16")}:
        return
    label = "utf-8" if found == "utf-8-sig" else found
    yield Note(
        "ENCODING_FLIP", f"Se declaró la codificación «{declared}», pero el contenido está en «{label}»: se leyó así."
    )


def _with(encoding: Encoding, notes: Iterable[Note]) -> Encoding:
    return Encoding(encoding.name, encoding.errors, (*encoding.notes, *notes), encoding.sure)

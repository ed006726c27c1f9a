"""Which media type, which encoding: the Accept headers of RFC 9110, and the media type of a body."""

from __future__ import annotations

import re
from functools import lru_cache

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"

ANSWERS = (JSON, RESPONSE_JSON, EVENT_STREAM)
"""What a POST may be answered with, in our own order of preference."""
PAGES = (JSON, RESPONSE_JSON, HTML, EVENT_STREAM)
"""What a GET may be answered with where the query editor is served."""

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - RFC 9110's name for it
_MEDIA = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*")
_PARAMETER = re.compile(rf';\s*(?:({_TOKEN})\s*=\s*({_TOKEN}|"(?:[^"\\]|\\.)*")\s*)?')
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")
_ENTRY = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_CODING = re.compile(rf"\s*({_TOKEN})\s*(?:;\s*[qQ]\s*=\s*([0-9.]+))?\s*\Z")


def _media_type(text: str) -> tuple[str, str, dict[str, str]] | None:
    """``type/subtype;name=value`` as lower-case names with unquoted values, or None where it is malformed."""
    match = _MEDIA.match(text)
    if match is None:
        return None
    parameters: dict[str, str] = {}
    end = match.end()
    while end < len(text):
        parameter = _PARAMETER.match(text, end)
        if parameter is None or parameter.end() == end:
            return None
        end = parameter.end()
        if parameter[1] is None:
            continue
        value = parameter[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        parameters[parameter[1].lower()] = value
    return match[1].lower(), match[2].lower(), parameters


def _quality(text: str | None) -> float:
    """A q value; absent is 1, malformed is 0 because nothing can be promised about it."""
    if text is None:
        return 1.0
    return float(text) if _QUALITY.match(text) else 0.0


@lru_cache(maxsize=2048)
def choose(accept: bytes | None, offers: tuple[str, ...]) -> str | None:
    """The best of `offers` for an Accept header, or None where none is acceptable (406).

    The highest q wins, then the more specific range, then the one named first, then our own order. No header, or an
    empty one, accepts everything. A range that asks for a charset other than UTF-8 matches nothing of ours.
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = []
    for position, entry in enumerate(_ENTRY.findall(accept.decode("latin-1"))):
        media = _media_type(entry)
        if media is None or media[2].get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            continue
        ranges.append((media[0], media[1], _quality(media[2].get("q")), position))
    best: tuple[float, int, int, int] | None = None
    chosen = None
    for order, offer in enumerate(offers):
        kind, subtype = offer.split("/")
        matches = [
            ((r_kind != "*") + (r_subtype != "*"), -position, quality)
            for r_kind, r_subtype, quality, position in ranges
            if (r_kind in ("*", kind)) and (r_subtype in ("*", subtype)) and not (r_kind == "*" != r_subtype)
        ]
        if not matches:
            continue
        specificity, named, quality = max(matches)
        rank = (quality, specificity, named, -order)
        if quality > 0 and (best is None or rank > best):
            best, chosen = rank, offer
    return chosen


@lru_cache(maxsize=512)
def body_media_problem(content_type: bytes | None) -> str | None:
    """Why a body of this Content-Type is refused (415), or None where it is JSON in UTF-8."""
    if content_type is None or not content_type.strip():
        return "The request has no Content-Type; send application/json."
    text = content_type.decode("latin-1")
    media = _media_type(text)
    if media is None:
        return f"The Content-Type {text[:100]!r} is malformed; send application/json."
    if media[:2] != ("application", "json"):
        return f"The Content-Type {media[0]}/{media[1]} is not accepted; send application/json."
    charset = media[2].get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        return f"The charset {charset[:40]!r} is not accepted; send JSON in UTF-8."
    return None


@lru_cache(maxsize=512)
def choose_encoding(accept_encoding: bytes | None, offers: tuple[str, ...]) -> str | None:
    """The best content coding of `offers` for an Accept-Encoding header; None is identity.

    Identity wins over a coding of lower q; a coding is used where it is named, or where ``*`` stands for it.
    """
    if not accept_encoding:
        return None
    qualities: dict[str, float] = {}
    for entry in accept_encoding.decode("latin-1").split(","):
        match = _CODING.match(entry)
        if match is not None:
            qualities[match[1].lower()] = _quality(match[2])
    everything = qualities.get("*", 0.0)
    ranked = [(qualities.get(offer, everything), -order, offer) for order, offer in enumerate(offers)]
    quality, _, best = max(ranked, default=(0.0, 0, ""))
    if quality <= 0 or quality < qualities.get("identity", 0.0):
        return None
    return best

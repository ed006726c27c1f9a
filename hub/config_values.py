"""The kinds of value that config.toml holds, each refused with the remedy where it is none."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from hub.rate import Rate

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, None: 1}
_NAMED_SCHEDULES = ("hourly", "daily", "weekly", "never")
_LONGEST = timedelta(days=36_500)
"""Of a duration: what lies a hundred years back is still a date."""


def parse_duration(value: Any) -> timedelta:
    """`"30d"`, `"12h"`, `"90s"` or a number of seconds.

    Raises:
        ValueError: for anything else, or for more than a hundred years.
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(str(value).strip().lower())
    if not match:
        raise ValueError('write a duration as "30d", "12h", "15m" or "90s"')
    seconds = float(match[1]) * _UNIT[match[2]]
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f'write a duration of at most "{_LONGEST.days}d"')
    return timedelta(seconds=seconds)


def _schedule(value: str) -> str:
    text = value.strip()
    if text in _NAMED_SCHEDULES:
        return text
    from hub.schedule import Cron

    Cron.parse(text)
    return text


def _cidr(value: str) -> str:
    return str(ipaddress.ip_network(value, strict=False))


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


def _address(text: str) -> str:
    scheme = _SCHEME.match(text)
    if not text.strip():
        raise ValueError("give an http or https address, or a path relative to this file")
    if scheme is None:
        return text
    if scheme[1].lower() not in ("http", "https"):
        raise ValueError(f'"{scheme[1]}" is not read; give an http or https address, or a path relative to this file')
    return _whole(text)


def _http_address(text: str) -> str:
    if not re.match(r"https?://", text, re.IGNORECASE):
        raise ValueError("give an http or https address")
    return _whole(text).rstrip("/")


def _whole(address: str) -> str:
    """An http or https address, if it names a host that may be asked."""
    try:
        parts = urlsplit(address)
        asked = parts.hostname and parts.port != 0
    except ValueError:
        asked = None
    if not asked or re.search(r"\s", parts.netloc):
        raise ValueError("give a whole address, such as https://example.gob.mx/compromisos.csv")
    return address


def _origin(text: str) -> str:
    if text != "*" and not re.fullmatch(r"https?://[^/?#\s@]+", text, re.IGNORECASE):
        raise ValueError('write an origin as "https://example.org", without a path, or "*" for all')
    return text


def _rate_told(value: str) -> str:
    Rate.parse(value)
    return value


def _rate_if_any(value: str) -> str:
    return _rate_told(value) if value.strip() else ""


def _told(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty; write it, or leave the key out for its default")
    return text


def _store_address(text: str) -> str:
    kind, _, name = text.partition(":///")
    if kind == "sqlite" and name.strip() in ("", ".", ":memory:"):
        raise ValueError('names no file; write "sqlite:///var/hub.db" or "postgresql://user@host/db"')
    return text


Told = Annotated[str, AfterValidator(_told)]
StoreAddress = Annotated[str, AfterValidator(_store_address)]
Schedule = Annotated[str, AfterValidator(_schedule)]
Address = Annotated[str, AfterValidator(_address)]
HttpAddress = Annotated[str, AfterValidator(_http_address)]
Origin = Annotated[str, AfterValidator(_origin)]
Cidr = Annotated[str, AfterValidator(_cidr)]
RateTold = Annotated[str, AfterValidator(_rate_told)]
RateIfAny = Annotated[str, AfterValidator(_rate_if_any)]

"""What a publisher asks for, checked as config.toml is: every mistake at once, each with the input it is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from connectors.base import Connector, HarvestError
from connectors.mapping import Mapping as Fields
from hub.config import SOURCE_KEY, SourceSettings
from hub.inspect import origin
from hub.model import SourceState
from hub.normalise import places
from hub.registration.addresses import AddressRefused, checked_address
from hub.registration.refusals import bad, shown
from hub.store.records import SourceRecord
from schema.registration import ConnectorRequest, Refusal

INPUT = "input"
NOT_FOR_STRANGERS = frozenset({"bundled"})
"""Connectors that read what is on this machine."""

AUTO = "auto"
"""Instead of a connector's name, in a preview: whichever reads the address best."""

_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")
_LONGEST = {"title": 300, "license": 200, "contact": 254}
_LARGEST = 20_000
"""Bytes of options, and of fields, as JSON."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The checks of a registration.

    Args:
        make: a connector by name and options; raises HarvestError.
        allow: CIDR ranges that the operator admits although they are not public.
    """

    make: Callable[[str, Mapping[str, Any]], Connector]
    allow: Sequence[str] = ()

    def check(self, request: ConnectorRequest) -> SourceRecord | list[Refusal]:
        """The source as it would be stored, PENDING, or all that is wrong with it."""
        found: list[Refusal] = []
        if not SOURCE_KEY.fullmatch(request.key):
            found.append(bad("La clave lleva de 3 a 64 caracteres: a-z, 0-9 y guion.", INPUT, "key"))
        found += _text(request.title, "title") + _contact(request.contact)
        if request.license is not None:
            found += _text(request.license, "license")
        record, more = self.reading(request, preview=False)
        found += more
        return found or record

    def reading(self, request: ConnectorRequest, *, preview: bool = True) -> tuple[SourceRecord, list[Refusal]]:
        """The same for what reading the source takes, which is all that a preview needs."""
        found: list[Refusal] = []
        url = self._url(request.url, found)
        options = _table(request.options, "options", found)
        fields = _table(request.fields, "fields", found)
        self._connector(request.connector, options, found, preview)
        _mapping(fields, found)
        state = _state(request.state, found)
        found += _another_site(url, state)
        settings = _settings(request, found)
        record = SourceRecord(
            key=request.key, title=request.title.strip(), connector=request.connector, url=url, jurisdiction=state,
            origin="registered", state=SourceState.PENDING, schedule=settings.schedule, floor=settings.floor,
            license=request.license, contact=request.contact.strip(), options=options, fields=fields,
        )  # fmt: skip
        return record, found

    def _url(self, text: str, found: list[Refusal]) -> str:
        try:
            return checked_address(text, self.allow)
        except AddressRefused as error:
            found.append(bad(str(error), INPUT, "url"))
            return ""

    def _connector(self, name: str, options: dict[str, Any], found: list[Refusal], preview: bool) -> None:
        if name == AUTO and preview:
            return
        if name in NOT_FOR_STRANGERS:
            found.append(bad(f"El conector «{name}» no se puede registrar.", INPUT, "connector"))
            return
        try:
            self.make(name, options)
        except HarvestError as error:
            key = getattr(error, "key", "connector")
            found.append(bad(error.reason, INPUT, "connector" if key == "connector" else "options"))


def _text(value: str, name: str) -> list[Refusal]:
    limit = _LONGEST[name]
    text = value.strip()
    if not text or len(text) > limit or any(not char.isprintable() for char in text):
        return [bad(f"Escriba de 1 a {limit} caracteres, en una sola línea.", INPUT, name)]
    return []


def _contact(value: str) -> list[Refusal]:
    text = value.strip()
    if len(text) > _LONGEST["contact"] or not _EMAIL.fullmatch(text):
        return [bad("Escriba una dirección de correo, como datos@estado.gob.mx.", INPUT, "contact")]
    return []


def _table(value: Any, name: str, found: list[Refusal]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        found.append(bad('Debe ser un objeto JSON: {"nombre": valor}.', INPUT, name))
        return {}
    try:
        size = len(orjson.dumps(value))
    except (TypeError, ValueError):
        size = _LARGEST + 1
    if size > _LARGEST:
        found.append(bad(f"Pasa de {_LARGEST} bytes o no es JSON.", INPUT, name))
        return {}
    return dict(value)


def _mapping(fields: dict[str, Any], found: list[Refusal]) -> None:
    try:
        Fields.from_fields(fields)
    except HarvestError as error:
        found.append(bad(error.reason, INPUT, "fields"))


def _state(value: str | None, found: list[Refusal]) -> str | None:
    if value is None:
        return None
    known = places.resolve_state(value)
    if known.value is None:
        hint = f" ¿Quiso decir «{known.suggestion}»?" if known.suggestion else ""
        message = f"«{shown(value)}» no es una entidad federativa (clave INEGI, código ISO o nombre).{hint}"
        found.append(bad(message, INPUT, "state"))
    return known.value


def _another_site(url: str, state: str | None) -> list[Refusal]:
    """A site that is plainly another state's government's: its commitments would stand under the wrong name."""
    site = origin.state_of_site(url)
    if site is None or state in (None, "00", site) or (state is not None and state[:2] == site):
        return []
    said, own = places.STATES[site].name, places.STATES[str(state)[:2]].name
    return [
        bad(f"La dirección es de un sitio de {said}, no de {own}: corrija la entidad o la dirección.", INPUT, "state")
    ]


def _settings(request: ConnectorRequest, found: list[Refusal]) -> SourceSettings:
    """Schedule and floor as config.toml would have them."""
    given = {name: value for name in ("schedule", "floor") if (value := getattr(request, name)) is not None}
    base = {"key": "revisada", "title": "–", "connector": "–", "url": "–"}
    try:
        return SourceSettings.model_validate(base | given)
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0])
            remedy = {
                "schedule": "Escriba hourly, daily, weekly, never o cinco campos de cron.",
                "floor": "Escriba un número entero, 0 o más.",
            }[name]
            found.append(bad(f"«{shown(str(one['input']))}» no sirve aquí. {remedy}", INPUT, name))
        return SourceSettings.model_validate(base)

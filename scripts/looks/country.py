"""A hub with a past, so that every part of every page has something to show.

It has read the bundled country, and for half a year a few imitated sites on loopback: one that moves on, one that lost
half its rows and is held, one that went away, one that says it is empty, one whose words nobody knows.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors import standard
from hub.config import load
from hub.fetch import Clock
from hub.model import SourceState
from hub.site import Site
from hub.store.decisions import DuplicateCandidate
from hub.store.records import SourceRecord
from hub.store.registration import AuditEntry, Challenge
from tests.sites import Fault, Sites
from tests.sites.content import Table, as_json, commitments

TOKEN = "una-clave-de-operador-para-mirar"  # noqa: S105 - of a hub that lives as long as the pictures take
PROOF = "/.well-known/gobierno-abierto-hub.txt"
COLUMNS = """
number = "No."
title = "Compromiso"
ods = "ODS"
status = "Estatus"
progress = "Avance"
institution = "Dependencia responsable"
start = "Inicio"
end = "Término"
evidence = "Liga"
"""
GENERAL = """
[hub]
title = "Hub de Gobierno Abierto"
contact = "datos@hub.example"
[server]
rate_limit = ""
preview_rate_limit = "1000/minute"
[network]
allow = ["127.0.0.0/8"]
timeout = 5.0
[harvest]
pace = 0.0
attempts = 1
stale_after = "{stale_after}"
[sources.bundled]
title = "Datos incluidos"
connector = "bundled"
url = "bundled:"
"""
SOURCES = (
    ("puebla-csv", "Puebla: avances del Primer Plan de Acción Local", "Puebla", "csv", "/puebla/compromisos.csv"),
    ("hidalgo-avances", "Hidalgo: avances del Segundo Plan", "Hidalgo", "csv", "/hidalgo/avances.csv"),
    ("queretaro-plan", "Querétaro: plan en línea", "Querétaro", "html_table", "/queretaro/plan.html"),
    ("sonora-api", "Sonora: API de seguimiento", "Sonora", "json", "/sonora/api/compromisos"),
    ("yucatan-estandar", "Yucatán: archivo del estándar", "Yucatán", "compromisos", "/yucatan/compromisos.json"),
    ("colima-lista", "Colima: lista de compromisos", "Colima", "html_list", "/colima/compromisos.html"),
    ("tlaxcala-csv", "Tlaxcala: archivo vacío", "Tlaxcala", "csv", "/tlaxcala/encabezado.csv"),
    ("zacatecas-csv", "Zacatecas: el sitio que ya no está", "Zacatecas", "csv", "/zacatecas/no-esta.csv"),
)
MAPPED = ("puebla-csv", "hidalgo-avances", "queretaro-plan", "sonora-api", "tlaxcala-csv", "zacatecas-csv")


@dataclass
class Time:
    """The clock of the hub while it lives through its past."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """A moment later than the last."""
        self.at += timedelta(milliseconds=7)
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.at += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        """As the hub takes it."""
        return Clock(now=self.now, monotonic=lambda: self.at.timestamp(), sleep=self.sleep)


def config(sites: Sites, stale_after: str = "30d") -> str:
    """The configuration of the hub of `SOURCES`."""
    text = GENERAL.format(stale_after=stale_after)
    for key, title, state, connector, path in SOURCES:
        text += f'[sources.{key}]\ntitle = "{title}"\nstate = "{state}"\nconnector = "{connector}"\nurl = "{sites.url(path)}"\n'
        text += 'license = "CC-BY-4.0"\n' if key == "puebla-csv" else ""
        text += f"[sources.{key}.fields]{COLUMNS}" if key in MAPPED else ""
    return text


def empty(folder: Path) -> Path:
    """A folder of a hub that has read nothing yet."""
    (folder / "config.toml").write_text(GENERAL.format(stale_after="30d"), "utf-8")
    return folder


def stale(folder: Path, old: Path, sites: Sites) -> Path:
    """A folder of the same hub, where what is an hour old counts as late."""
    shutil.copytree(old / "var", folder / "var")
    (folder / "config.toml").write_text(config(sites, "1h"), "utf-8")
    return folder


async def live(folder: Path, sites: Sites) -> None:
    """Half a year of a hub, in seconds."""
    (folder / "config.toml").write_text(config(sites), "utf-8")
    time = Time()
    today = time.at
    time.at -= timedelta(days=172)  # nothing may have been read before its source was known
    site = Site(load(folder / "config.toml", {}), assets=folder / "none", clock=time.clock())
    async with site.opened():
        for days in (171, 128, 92, 64, 41, 16, 3):
            time.at = today - timedelta(days=days)
            _move_on(sites, days)
            await _read(site)
        time.at = today - timedelta(hours=5)
        await _read(site)
        await _queues(site, time)


def lived(folder: Path, sites: Sites) -> Path:
    """A folder of the hub with a past."""
    asyncio.run(live(folder, sites))
    return folder


async def _read(site: Site) -> None:
    for source in await site.hub.store.sources():
        if source.state is SourceState.ACTIVE:
            await site.hub.harvester.harvest([source])


def _move_on(sites: Sites, days: int) -> None:
    """What the sites publish so many days before today."""
    _standard(sites, 40 if days > 100 else 62.5 if days > 50 else 85)
    puebla = commitments("puebla")
    for limit, progress in ((150, "20"), (100, "35"), (70, "58"), (20, "90")):
        if days < limit:
            puebla = puebla.edited(0, "Avance", progress)
    if days < 50:
        puebla = puebla.edited(3, "Estatus", "En proceso").edited(3, "Avance", "15")
    if days < 10:
        puebla = puebla.edited(5, "Compromiso", "Vigilancia comunitaria de incendios forestales y quemas agrícolas")
    sites.publish("/puebla/compromisos.csv", puebla)
    sites.add("/sonora/api/compromisos", as_json(_odd(commitments("sonora"))), "application/json")
    if days < 50:
        sites.publish("/hidalgo/avances.csv", commitments("hidalgo").halved())
        sites.set("/queretaro/plan.html", Fault.SERVER_ERROR)
    if days == 92:
        sites.set("/colima/compromisos.html", Fault.SERVER_ERROR, times=1)


def _odd(table: Table) -> Table:
    """Words that no vocabulary has, and a figure that is none."""
    return (
        table.edited(0, "Estatus", "Vamos a medio camino")
        .edited(2, "Estatus", "Vamos a medio camino")
        .edited(3, "Avance", "casi la mitad")
        .edited(4, "ODS", "5, 16, 23")
    )


def _standard(sites: Sites, progress: float) -> None:
    """The example of the publication standard, as far on as a commitment is."""
    text = (Path(standard.__file__).parent / "ejemplo.json").read_text("utf-8")
    document = json.loads(text)
    first = document["compromisos"][0]
    first["avance"] = progress
    first["avances"] = [report for report in first["avances"] if report["avance"] <= progress]
    if progress == 85:
        first["avances"].append({"fecha": "2026-10-31", "avance": 85, "resumen": "Faltan dos municipios de la costa"})
    sites.add("/yucatan/compromisos.json", json.dumps(document, ensure_ascii=False).encode(), "application/json")


async def _queues(site: Site, time: Time) -> None:
    """Somebody at the operator's page, and something to do in each part of it."""
    store, now = site.hub.store, time.now()
    await store.add_token(TOKEN, role="operator", name="Quien opera", now=now)
    for key, title, state, proved in (
        ("registro-puebla", "Plan de un municipio con un nombre bastante largo", SourceState.PENDING, True),
        ("registro-sonora", "Tablero de avances", SourceState.PENDING, False),
        ("registro-no-aceptado", "Una página que no es de un gobierno", SourceState.REJECTED, True),
    ):
        record = SourceRecord(
            key=key, title=title, connector="csv", url=f"https://datos.example/{key}.csv", jurisdiction="21",
            origin="registered", state=state, created_at=now, verified_at=now if proved else None,
            contact="datos@puebla.example", fields={"title": "Compromiso"},
            reason="No es la página de quien publica." if state is SourceState.REJECTED else None,
        )  # fmt: skip
        challenge = Challenge(
            source=key, url=f"https://datos.example{PROOF}", body=f"gobierno-abierto-hub={key}", created_at=now,
            expires_at=now + timedelta(days=7),
        )  # fmt: skip
        entry = AuditEntry(at=now, actor="public", action="register", source=key, detail={"url": record.url})
        taken = await store.register_source(
            record, challenge, secret=None, entry=entry, address_of=str, gives_way=lambda _, __: False
        )
        assert taken is None, key
    codes = sorted([stored.code async for batch in store.export_records("commitment") for stored in batch])
    pairs = [(codes[0], codes[5], 96.5), (codes[2], codes[9], 91.0)]
    found = [
        DuplicateCandidate(code_a=a, code_b=b, score=score, found_at=now, reason="Títulos casi iguales")
        for a, b, score in pairs
    ]
    await store.add_candidates(found)

"""config.toml and the environment, validated: every mistake is one line that names the key and the remedy.

Relative paths are relative to the file, not to the folder a command runs in.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from hub.config_values import (
    Address,
    Cidr,
    Duration,
    HttpAddress,
    Origin,
    RateIfAny,
    RateTold,
    Schedule,
    StoreAddress,
    Told,
)

SOURCE_KEY = re.compile(r"[a-z0-9-]{3,64}")
ENV_PREFIX = "HUB_"


class ConfigError(Exception):
    """The configuration is wrong. Its text is one line that names the key and the remedy."""


class _Table(BaseModel):
    """A table of the file. What each key says stands under it; scripts/docs.py reads that for docs/config.md, no run does."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation in (int, float, int | None):
            raise ValueError("write a number, not true or false")
        return value


class HubSettings(_Table):
    title: str = "Hub de Gobierno Abierto"
    """The hub's name, on its pages and in its catalogue."""
    contact: str = "datos@example.org"
    """An address that somebody reads. It goes into the User-Agent of every request."""
    lookups: Told = "lookups.toml"
    """Reviewed tables raw value → value, beside this file; absent is fine."""
    connectors: list[str] | None = None
    """The operator's allow-list of connector names; absent: every installed one."""


class StoreSettings(_Table):
    url: StoreAddress = "sqlite:///var/hub.db"
    """Where the data are: `sqlite:///FILE`, or `postgresql://user@host/db` for many processes and hosts."""
    archive: Told = "var/archive"
    """The folder of the archive: every body that was read, by SHA-256."""
    read: Told = "var/read"
    """The folder of the read-model files, one per data version; each can be made again from the store."""


class ServerSettings(_Table):
    host: Told = "127.0.0.1"
    """The address to listen on; `0.0.0.0` for all, behind a proxy that speaks TLS."""
    port: int = Field(8000, ge=0, le=65535)
    """The port to listen on."""
    max_page: int = Field(500, ge=1, le=10_000)
    """The most records that one page of a connection may have."""
    max_cost: int = Field(50_000, ge=1)
    """The most that one GraphQL operation may cost, computed before it runs (docs/cost.md)."""
    max_depth: int = Field(15, ge=1)
    """The most levels that a GraphQL operation may nest."""
    max_aliases: int = Field(100, ge=1)
    """The most aliases in one GraphQL operation."""
    max_tokens: int = Field(10_000, ge=10)
    """The most tokens in one GraphQL document."""
    max_body: int = Field(1_000_000, ge=1_000)
    """Bytes of a request's body at the most."""
    body_timeout: float = Field(30.0, gt=0)
    """Seconds that the body of a GraphQL request may take to arrive; then it is refused with 408."""
    max_seconds: float = Field(10.0, gt=0)
    """Seconds that one GraphQL operation may take; then it is stopped and refused with COST_LIMIT."""
    workers: int = Field(1, ge=1)
    """Serving processes of `hub serve`; they share nothing but files."""
    cors: list[Origin] = ["*"]
    """Origins whose pages may ask the API from a browser; `*` for all."""
    introspection: bool = True
    """Whether the schema may be asked for by introspection; `/schema.graphql` gives it in any case."""
    rate_limit: RateIfAny | None = "1200/minute"
    """Requests per client, such as `1200/minute` or `10 per 5 seconds`; empty or absent: none."""
    preview_rate_limit: RateTold = "30/minute"
    """Previews of sources (`previewConnector`) per client: each makes the hub fetch an address."""
    trusted_proxies: list[Cidr] = []
    """Networks of the proxies whose `X-Forwarded-For` is believed; of all others the peer's address counts."""
    trusted_documents: str | None = None
    """A folder of `.graphql` files that answer by `documentId`."""
    only_trusted: bool = False
    """Whether only trusted documents are answered."""
    response_cache: int = Field(64_000_000, ge=0)
    """Bytes of answers that are kept in memory per process; 0 for none."""
    public_url: HttpAddress | None = None
    """The address under which the public reaches this hub, for absolute links."""


class NetworkSettings(_Table):
    allow: list[Cidr] = []
    """Private ranges that sources may use, such as `10.20.0.0/16`; without them only public addresses are asked."""
    timeout: float = Field(30.0, gt=0)
    """Seconds to connect, and between two reads; a whole request may take four times that."""
    max_body: int = Field(25_000_000, gt=0)
    """Bytes of one response at the most, decompressed."""
    respect_robots: bool = True
    """Whether robots.txt is asked for and obeyed."""
    wayback: HttpAddress = "https://web.archive.org"
    """The archive of the web that stands in for sources with `fallback = "wayback"`; for a mirror of the Internet Archive."""


class HarvestSettings(_Table):
    concurrency: int = Field(8, ge=1, le=64)
    """Sources that are harvested at the same time."""
    pace: float = Field(0.5, ge=0)
    """Seconds between two requests to one host."""
    attempts: int = Field(4, ge=1, le=20)
    """How often one request is tried before the source counts as down."""
    stale_after: Duration = timedelta(days=30)
    """A source whose last good reading is older than this is stale, and answers say so."""
    grace: Duration = timedelta(days=7)
    """How long a vanished record stays in the current view, marked missing."""
    retry_after_max: float = Field(60.0, ge=0)
    """Seconds; a longer `Retry-After` ends the run and sets the source's next one."""
    lease: float = Field(60.0, gt=0)
    """Seconds without a heartbeat after which a dead run is taken up again."""


class SourceSettings(_Table):
    key: str
    """The table's own name, `[sources.KEY]`: 3 to 64 of a-z, 0-9 and `-`. Not written inside the table."""
    title: Told
    """What people read: “Ejercicio local de Veracruz”."""
    connector: Told
    """Which connector reads it (docs/connectors.md)."""
    url: Address
    """`http`, `https`, or a path relative to config.toml."""
    state: str | None = None
    """INEGI key, ISO code or name of the state; absent for a national publisher."""
    contact: str | None = None
    """Who answers for the source at its publisher."""
    schedule: Schedule = "daily"
    """`hourly`, `daily`, `weekly`, `never`, or five cron fields in UTC."""
    floor: int = Field(1, ge=0)
    """The fewest commitments that a good run may have; 0 where a source may honestly have none."""
    max_drop: float = Field(0.2, ge=0, le=1)
    """The share of its commitments that a source may lose from one run to the next; more is held for review."""
    enabled: bool = True
    """False: the source is not harvested; its data stay."""
    license: str | None = None
    """The licence that the publisher declares, as an SPDX identifier where there is one. Absent: none is claimed."""
    verify_tls: bool = True
    """False: an exception for this one source, whose certificate the operator has judged."""
    fallback: Literal["wayback"] | None = None
    """`wayback`: read the Internet Archive's last good capture once the source has been down for `fallback_after`."""
    fallback_after: Duration = timedelta(days=3)
    """How long a source must have been down before its fallback is read."""
    precedence: int | None = None
    """Nearness to the publisher, 0 nearest; absent: told from state and connector."""
    options: dict[str, Any] = {}
    """Options of the connector, `[sources.KEY.options]` (docs/connectors.md); an unknown one is an error."""
    fields: dict[str, Any] = {}
    """Model field = published column, `[sources.KEY.fields]` (docs/connectors.md, “The mapping”)."""


class Config(_Table):
    """The whole configuration, paths absolute."""

    hub: HubSettings = HubSettings()
    store: StoreSettings = StoreSettings()
    server: ServerSettings = ServerSettings()
    network: NetworkSettings = NetworkSettings()
    harvest: HarvestSettings = HarvestSettings()
    sources: dict[str, SourceSettings] = {}
    path: Path = Path("config.toml")

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent

    def resolve(self, path: str) -> Path:
        """A configured path, absolute."""
        return (self.base / path).resolve()

    @property
    def store_url(self) -> str:
        """The store's URL with an absolute path where it is a file."""
        url = self.store.url
        prefix = "sqlite:///"
        if url.startswith(prefix):
            return prefix + str(self.resolve(url.removeprefix(prefix)))
        return url

    @property
    def store_file(self) -> Path | None:
        """The file of a SQLite store; None with PostgreSQL."""
        prefix = "sqlite:///"
        return Path(self.store_url.removeprefix(prefix)) if self.store_url.startswith(prefix) else None

    @property
    def archive_path(self) -> Path:
        return self.resolve(self.store.archive)

    @property
    def read_path(self) -> Path:
        return self.resolve(self.store.read)

    @property
    def lookups_path(self) -> Path:
        return self.resolve(self.hub.lookups)


def load(path: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read and validate a configuration file, then the environment over it.

    Args:
        path: the TOML file; it must exist.
        environ: `HUB_SERVER__PORT=8001` sets `[server] port`; default: the process's own.

    Raises:
        ConfigError: with one line that names the key and the remedy.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; give one with --config or HUB_CONFIG") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: cannot be read ({error}); save it as UTF-8 text") from None
    except OSError as error:
        remedy = "give a file that the hub's user may read, with --config or HUB_CONFIG"
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); {remedy}") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
    _overlay(data, os.environ if environ is None else environ)
    return validate(data, path)


def validate(data: dict[str, Any], path: Path) -> Config:
    """A parsed configuration as settings. Raises ConfigError."""
    sources = data.get("sources", {})
    if not isinstance(sources, dict):
        raise ConfigError(f"{path}: sources: write one table per source, [sources.KEY]")
    named: dict[str, Any] = {}
    for key, table in sources.items():
        if not SOURCE_KEY.fullmatch(key):
            raise ConfigError(f"{path}: sources.{key}: a key has 3 to 64 characters of a-z, 0-9 and '-'")
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: sources.{key}: write it as a table, [sources.{key}]")
        named[key] = {"key": key, **table}
    try:
        return Config.model_validate({**data, "sources": named, "path": path.resolve()})
    except ValidationError as error:
        raise ConfigError(f"{path}: {_sentence(error)}") from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    others = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        from rapidfuzz import process  # loaded only where a name is unknown

        name = str(first["loc"][-1])
        near = process.extractOne(name, _known_keys(first["loc"][:-1]), score_cutoff=50)
        hint = f'; did you mean "{near[0]}"?' if near else "; remove it"
        return f"{where}: there is no such key{hint}{others}"
    if first["type"] == "missing":
        return f"{where}: is required; add it{others}"
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message} (it is {first['input']!r}){others}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Config
    for part in location:
        if model is Config and part == "sources":
            return [name for name in SourceSettings.model_fields if name != "key"]
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            break
        model = annotation
    return list(model.model_fields)


def _overlay(data: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or "__" not in name:
            continue
        *tables, key = name.removeprefix(ENV_PREFIX).lower().split("__")
        if tables[0] == "sources" and len(tables) > 1:
            tables[1] = tables[1].replace("_", "-")
        table = data
        for part in tables:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                raise ConfigError(f"{name}: {part} is not a table of the configuration")
        table[key] = _env_value(value, free="options" in tables or "fields" in tables)


def _env_value(text: str, *, free: bool) -> Any:
    """A list, a table or a text in quotes as TOML would read it; else the text, which becomes a number where one belongs: the
    state `30` is none.

    Args:
        free: what belongs there is known to a connector alone: as TOML would read it, whatever it is.
    """
    try:
        value = tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        return text
    return value if free or isinstance(value, str | list | dict) else text.strip()

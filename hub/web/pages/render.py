"""Templates: Jinja2 with everything escaped, nothing undefined let through."""

from __future__ import annotations

import hashlib
import json
import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hub.web import charts
from hub.web.labels import N_
from hub.web.maps import Country, tile_map, true_map
from hub.web.pages.chosen import place_name

SECTIONS = {
    "compromisos": N_("Todos los compromisos"),
    "estados": N_("Los 32 estados"),
    "planes": N_("Todos los planes"),
    "ods": N_("Los 17 objetivos"),
    "fuentes": N_("Todas las fuentes"),
}
"""What a page that is not there can lead to: the list that it would be of."""
_PARTS = re.compile(r"^https?://[^/?]*/?|[^/?&=_]*[/?&=_]+|[^/?&=_]+")
WEB = Path(__file__).parents[1]
TEMPLATES = WEB / "templates"
STATIC = WEB / "static"


def environment(land: Country | None = None) -> Environment:
    """The environment of the pages; templates are compiled once and kept.

    Args:
        land: the map of the states; without it the country is drawn as squares.
    """
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=100,
        extensions=["jinja2.ext.do"],
    )
    env.globals["charts"] = charts
    env.globals["sections"] = SECTIONS
    env.globals["place_name"] = place_name
    env.globals["land"] = land
    env.globals["country_map"] = partial(true_map, land) if land is not None else tile_map
    env.globals["static"] = static_address
    env.globals["graphiql"] = graphiql
    env.filters["pretty"] = pretty
    env.filters["breakable"] = breakable
    env.filters["columns"] = columns
    return env


_TAGS: dict[str, str] = {}


def static_address(name: str) -> str:
    """The address of a file of `static/`, with its content's tag so that it may be kept for ever."""
    if name not in _TAGS:
        _TAGS[name] = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={_TAGS[name]}"


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def columns(declared: Any) -> list[str]:
    """The published columns that a declared field reads, or the constant that it is."""
    if isinstance(declared, list):
        return [name for entry in declared for name in columns(entry)]
    if not isinstance(declared, dict):
        return [str(declared)]
    if "value" in declared:
        return [str(declared["value"])]
    return [declared["column"]] if declared.get("column") else [str(name) for name in declared.get("columns", ())]


def breakable(address: str) -> Markup:
    """An address, escaped, that a narrow column breaks after its marks rather than within its words."""
    return Markup("").join(Markup("{}<wbr>").format(part) for part in _PARTS.findall(address))


def graphiql(query: str, variables: dict[str, Any]) -> str:
    """The query editor with a query loaded."""
    pairs = {"query": query}
    if variables:
        pairs["variables"] = pretty(variables)
    return f"/graphql?{urlencode(pairs)}"

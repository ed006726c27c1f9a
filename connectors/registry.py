"""Which connectors there are. Built-in ones are found by entry point, exactly like anybody else's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from connectors.base import Connector, Options
from connectors.errors import ConfigError, did_you_mean, sentence

GROUP = "gobierno_abierto.connectors"


@cache
def _installed() -> Iterable[EntryPoint]:
    """Looked up once a process: it reads the metadata of every installed package."""
    return entry_points(group=GROUP)


@dataclass(frozen=True, slots=True)
class Registry:
    """The connectors of this installation.

    Args:
        allow: the operator's allow-list of names; None allows all.
        find: gives the entry points (those of the installed packages, unless a test says otherwise).
    """

    allow: Collection[str] | None = None
    find: Callable[[], Iterable[EntryPoint]] = _installed

    def names(self) -> list[str]:
        """The names of the allowed connectors, sorted, broken ones included."""
        return sorted({point.name for point in self.find() if self._allowed(point.name)})

    def get(self, name: str) -> type[Connector]:
        """A connector's class.

        Raises:
            ConfigError: there is none of that name, it is not allowed, it cannot be loaded, or it is no connector.
        """
        points = {point.name: point for point in self.find()}
        if name not in points:
            raise ConfigError(f"No hay un conector «{name}».{did_you_mean(name, self.names())}", key="connector")
        if not self._allowed(name):
            raise ConfigError(
                f"El conector «{name}» no está en la lista «connectors» que permite el operador.", key="connector"
            )
        return _load(points[name])

    def make(self, name: str, options: Mapping[str, Any] | None = None, *, key: str = "options") -> Connector:
        """A connector with its validated options.

        Raises:
            ConfigError: as `get`, or an option is unknown or wrong; the sentence names it and the nearest.
        """
        kind = self.get(name)
        try:
            checked = kind.Options.model_validate(dict(options or {}))
        except ValidationError as error:
            raise ConfigError(
                f"Conector «{name}»: {sentence(error, key, kind.Options.model_fields)}", key=key
            ) from None
        return kind(checked)

    def broken(self) -> dict[str, str]:
        """Name -> what is wrong, for the plug-ins that cannot be loaded."""
        found: dict[str, str] = {}
        for name in self.names():
            try:
                self.get(name)
            except ConfigError as error:
                found[name] = error.reason
        return found

    def _allowed(self, name: str) -> bool:
        return self.allow is None or name in self.allow


def _load(point: EntryPoint) -> type[Connector]:
    where = f"«{point.name}» ({point.value})"
    try:
        kind: Any = point.load()
    except Exception as error:  # a plug-in is somebody else's code: whatever it raises is its own fault
        detail = f"{error.__class__.__name__}: {error}"
        raise ConfigError(
            f"El conector {where} no se puede cargar: {detail}. Actualice o quite ese paquete.", key="connector"
        ) from error
    if not isinstance(kind, type):
        raise ConfigError(f"El conector {where} no es un conector: debe ser una clase.", key="connector")
    lacking = [name for name in ("name", "version", "Options", "snapshots", "rows", "draft") if not hasattr(kind, name)]
    if lacking:
        raise ConfigError(f"El conector {where} no es un conector: le falta {', '.join(lacking)}.", key="connector")
    accepted = getattr(kind, "Options", None)
    if not (isinstance(accepted, type) and issubclass(accepted, Options)):
        raise ConfigError(
            f"El conector {where} no es un conector: «Options» debe heredar de connectors.base.Options.",
            key="connector",
        )
    return kind


_DEFAULT = Registry()


def names() -> list[str]:
    """The names of all installed connectors."""
    return _DEFAULT.names()


def get(name: str) -> type[Connector]:
    """The class of an installed connector. Raises ConfigError."""
    return _DEFAULT.get(name)


def make(name: str, options: Mapping[str, Any] | None = None) -> Connector:
    """An installed connector with validated options. Raises ConfigError."""
    return _DEFAULT.make(name, options)

"""Holds a connector to the rules, all of them at once, so that an author sees everything there is to mend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, TypeAlias

from connectors.base import Connector, HarvestError, Snapshot
from connectors.testing.case import Broken, Case
from connectors.testing.patience import OutOfPatience, patience
from connectors.testing.rules import RULES, hostile
from connectors.testing.sites import Body, Site

Fixture: TypeAlias = "Path | bytes | str | Mapping[str, Any] | Callable[..., Awaitable[Snapshot]]"


class RulesBroken(AssertionError):
    """One or more rules are broken. `broken` is rule → how and what to do."""

    def __init__(self, name: str, broken: Mapping[str, str]) -> None:
        lines = [f"{rule}: {RULES[rule].sentence}\n    {told}" for rule, told in broken.items()]
        super().__init__(f"the connector {name!r} breaks {len(broken)} of {len(RULES)} rules\n" + "\n".join(lines))
        self.broken = dict(broken)


def hold_to_the_rules(
    connector: type[Connector],
    *,
    fixture: Fixture,
    url: str = "https://ejemplo.gob.mx/compromisos",
    options: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    state: str | None = None,
    media_type: str | None = None,
    golden: Path | None = None,
    update_golden: bool = False,
    shuffled: Fixture | None = None,
    exceptions: Mapping[str, str] | None = None,
    seconds: float = 60.0,
    rounds: int = 40,
    find: Callable[[], Iterable[EntryPoint]] | None = None,
) -> None:
    """Hold a connector to the rules of `connectors.testing.rules.RULES`.

    Args:
        connector: its class.
        fixture: what the source answers: the body of `url` (a path, bytes or text), or a table address → body where a
            body may also be a JSON value, a Snapshot, a HarvestError to raise or a function of the JSON that was sent;
            or a function that answers every request.
        url: the source's address.
        options: as in ``[sources.x.options]``.
        fields: as in ``[sources.x.fields]``.
        state: the source's INEGI key, where the connector needs it.
        media_type: the Content-Type of the answers.
        golden: the JSON file of the drafts that the fixture gives.
        update_golden: write `golden` instead of comparing it.
        shuffled: the same source with its records in another order; keys and values must be the same.
        exceptions: rule → reason, for a rule that cannot hold here.
        seconds: processor time that one reading may take.
        rounds: random mutations of the fixture that are tried.
        find: gives the entry points; by default those that are installed.

    Raises:
        RulesBroken: with every broken rule, how, and what to do.
        ValueError: `exceptions` names no rule or gives no reason.
    """
    left_out = _checked(exceptions or {})
    case = Case(
        kind=connector, site=_site(fixture, url, media_type), url=url, options=options or {}, fields=fields or {},
        state=state, golden=golden, shuffled=None if shuffled is None else _site(shuffled, url, media_type),
        seconds=seconds, rounds=rounds, find=find, update_golden=update_golden,
    )  # fmt: skip
    broken: dict[str, str] = {}
    for name, rule in RULES.items():
        if name in left_out:
            continue
        told = _tried(rule.check, case)
        if told is not None:
            broken[name] = told
            if name == "shape":
                break  # nothing else can be tried on what is no connector
    if broken:
        raise RulesBroken(getattr(connector, "name", connector.__name__), broken)


def _tried(check: Callable[[Case], None], case: Case) -> str | None:
    try:
        with patience(case.seconds if check is not hostile else 60 * case.seconds):
            check(case)
    except Broken as error:
        return str(error)
    except OutOfPatience as error:
        return f"it took {error}; a reading must end"
    except HarvestError as error:
        return f"the fixture cannot be read: {error.reason} ({error.code})"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _checked(exceptions: Mapping[str, str]) -> Mapping[str, str]:
    for name, reason in exceptions.items():
        if name not in RULES:
            raise ValueError(f"exceptions: there is no rule {name!r}; there are {', '.join(RULES)}")
        if not reason.strip():
            raise ValueError(f"exceptions: say why {name!r} cannot hold")
    return exceptions


def _site(fixture: Fixture, url: str, media_type: str | None) -> Site:
    if isinstance(fixture, (Path, bytes, str)):
        return Site({url: _read(fixture)}, media_type)
    if isinstance(fixture, Mapping):
        return Site({address: _read(body) for address, body in fixture.items()}, media_type)
    return Site(fixture, media_type)


def _read(body: Body) -> Body:
    """A file's bytes now: while the connector works, nobody opens one."""
    return body.read_bytes() if isinstance(body, Path) else body

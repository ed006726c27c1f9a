"""Each rule bites: a connector that breaks it, and it alone where that can be, is told so."""

from __future__ import annotations

import re
import socket
import tracemalloc
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import GROUP
from connectors.testing import RULES, RulesBroken, hold_to_the_rules
from tests.connectors.testing import bad

HTML = b"<!doctype html><h1>Abrir el presupuesto</h1>"

BREAKERS: list[tuple[type[Any], str, str]] = [
    (bad.BadName, "shape", "'Con Espacios' is not 2 to 40"),
    (bad.NoVersion, "shape", "the version is ''"),
    (bad.ForeignOptions, "shape", "Options does not inherit"),
    (bad.AsyncRows, "shape", r"rows\(\) is async"),
    (bad.LaxOptions, "options", "an unknown option is accepted"),
    (bad.SilentOptions, "options", "«limit» has no description"),
    (bad.NoLocator, "locator", "has no locator"),
    (bad.RowsThatAreNone, "locator", "a row is a dict"),
    (bad.UnknownField, "known_fields", "no field «titulo»"),
    (bad.NothingRead, "known_fields", "gives no draft"),
    (bad.Moody, "pure", "gave other drafts"),
    (bad.AsksAgain, "pure", "asked ctx.fetch"),
    (bad.RemembersItsFetch, "pure", "gave other drafts"),
    (bad.OpensASocket, "pure", r"did socket\.__new__"),
    (bad.SwallowsItsSocket, "pure", r"did socket\.getaddrinfo"),
    (bad.WritesAFile, "pure", "for writing"),
    (bad.FetchesByItself, "pure", r"snapshots\(\) did socket"),
    (bad.KeysByPosition, "keys", "in another order gave other keys"),
    (bad.OneKeyForAll, "keys", "the key 'compromiso' is also that of row 2"),
    (bad.SwallowsItsFailure, "told_failure", "ended as if all were well"),
    (bad.HoldsEverything, "bounds", "held 200"),
    (bad.NeverEnds, "known_fields", "processor time"),
    (bad.RowsWithoutEnd, "locator", "gave more than"),
    (bad.TrustsItsBytes, "hostile", "raise SourceChanged in its place"),
    (bad.WandersIntoRecursion, "hostile", "RecursionError"),
]


def registered(kind: type[Any], name: str | None = None) -> Callable[[], list[EntryPoint]]:
    return lambda: [EntryPoint(name or kind.name, f"{kind.__module__}:{kind.__qualname__}", GROUP)]


def broken_by(kind: type[Any], fixture: Any = bad.FIXTURE, **more: Any) -> dict[str, str]:
    given = {"shuffled": bad.SHUFFLED, "rounds": 3, "seconds": 10.0, "find": registered(kind), **more}
    try:
        hold_to_the_rules(kind, fixture=fixture, **given)
    except RulesBroken as error:
        return error.broken
    return {}


def test_an_honest_connector_keeps_every_rule() -> None:
    assert broken_by(bad.Honest, rounds=30) == {}


@pytest.mark.parametrize(("kind", "rule", "told"), BREAKERS, ids=lambda one: getattr(one, "__name__", None))
def test_a_connector_that_breaks_a_rule_is_told_which_and_how(kind: type[Any], rule: str, told: str) -> None:
    slow = {"hostile": "another rule is shown"} if kind in (bad.NeverEnds, bad.HoldsEverything) else None
    broken = broken_by(kind, seconds=0.3 if kind is bad.NeverEnds else 10.0, exceptions=slow)
    assert rule in broken
    assert re.search(told, broken[rule]), broken[rule]


@pytest.mark.skipif(not Path("/etc/hostname").exists(), reason="the connector reads a file that is not here")
def test_a_file_read_while_drafting_is_seen() -> None:
    assert "/etc/hostname" in broken_by(bad.ReadsAFile)["pure"]


def test_a_walk_without_end_is_stopped_and_told() -> None:
    broken = broken_by(bad.FollowsForEver, HTML, shuffled=None, exceptions={"hostile": "another rule is shown"})
    assert "does not end by itself" in broken["ends"]


def test_a_connector_that_is_not_registered_is_told_where_to_do_it() -> None:
    assert "pyproject.toml" in broken_by(bad.Honest, find=list)["entry_point"]


def test_an_entry_point_that_leads_elsewhere_is_told() -> None:
    assert "leads to" in broken_by(bad.Honest, find=registered(bad.NoLocator, "honest"))["entry_point"]


def test_a_golden_output_that_differs_is_shown_line_by_line(tmp_path: Path) -> None:
    golden = tmp_path / "drafts.json"
    assert "--update-golden" in broken_by(bad.Honest, golden=golden)["golden"]
    assert not golden.exists()
    assert broken_by(bad.Honest, golden=golden, update_golden=True) == {}
    assert broken_by(bad.Honest, golden=golden) == {}
    golden.write_text(golden.read_text(encoding="utf-8").replace("Medir", "Regar"), encoding="utf-8")
    told = broken_by(bad.Honest, golden=golden)["golden"]
    assert "Regar el agua" in told
    assert "Medir el agua" in told


def test_every_rule_has_a_connector_that_breaks_it() -> None:
    shown = {rule for _, rule, _ in BREAKERS} | {"ends", "entry_point", "golden"}
    assert shown == set(RULES)


def test_a_fixture_that_cannot_be_read_is_told_in_the_connectors_words() -> None:
    assert "La primera fila no es" in broken_by(bad.Honest, "a;b\n1;2\n")["known_fields"]


def test_an_exception_needs_a_rule_and_a_reason() -> None:
    with pytest.raises(ValueError, match="no rule 'hostil'"):
        broken_by(bad.Honest, exceptions={"hostil": "porque sí"})
    with pytest.raises(ValueError, match="say why"):
        broken_by(bad.Honest, exceptions={"hostile": " "})
    assert broken_by(bad.TrustsItsBytes, exceptions={"hostile": "its bytes come from our own archive"}) == {}


def test_all_broken_rules_are_told_at_once() -> None:
    with pytest.raises(RulesBroken, match="breaks 2 of") as caught:
        hold_to_the_rules(bad.SilentOptions, fixture=bad.FIXTURE, rounds=1, find=list)
    assert list(caught.value.broken) == ["entry_point", "options"]


def test_the_kit_leaves_nothing_behind() -> None:
    assert broken_by(bad.OpensASocket)
    assert not tracemalloc.is_tracing()
    socket.socket().close()  # outside a reading, sockets are everybody's own business

"""The rules, each one sentence and one check. `RULES` is all of them, in the order they are tried."""

from __future__ import annotations

import inspect
import json
import re
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import entry_points
from typing import Any, get_args

from pydantic import ValidationError

from connectors.base import Context, Draft, DraftKind, Empty, HarvestError, Options, Row, Snapshot
from connectors.mapping import FIELDS
from connectors.registry import GROUP
from connectors.testing.case import Broken, Case, archived
from connectors.testing.golden import compare
from connectors.testing.hostile import changes
from connectors.testing.patience import OutOfPatience, patience
from connectors.testing.sites import Changed, Down, Endless, Site, WithoutEnd

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
MEMORY_SPARE = 64_000_000
MEMORY_SHARE = 200
"""A reading may hold this many bytes, and so many for each byte of its snapshot."""
_NESTED: dict[DraftKind, frozenset[str]] = {
    "commitment": frozenset({"milestones", "progress_reports", "alignments", "institutions", "plan_key"}),
    "plan": frozenset({"commitments"}),
    "exercise": frozenset({"members"}),
    "total": frozenset({"unit", "qualifier"}),
    "event": frozenset(),
}
_UNKNOWN_OPTION = "opcion_que_no_existe"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `sentence` is what a connector that keeps it does."""

    name: str
    sentence: str
    check: Callable[[Case], None]


def run(case: Case, site: Site, what: str = "the fixture") -> list[Draft]:
    """A whole run: snapshots, rows, drafts. Raises HarvestError, Broken."""
    connector, ctx = case.make(), case.context(site)
    try:
        with patience(case.seconds):
            return [draft for shot in case.gather(connector, ctx) for draft in _read(case, connector, shot, ctx)]
    except OutOfPatience as error:
        raise Broken(f"reading {what} took {error}; a reading must end") from None


def _read(case: Case, connector: Any, shot: Snapshot, ctx: Context) -> list[Draft]:
    try:
        return [draft for _, drafts in case.drafts(connector, shot, ctx) for draft in drafts]
    except Empty:
        return []


def _honest(case: Case) -> list[Draft]:
    """The drafts of the fixture; Broken where it does not give any."""
    try:
        return run(case, case.site)
    except HarvestError as error:
        raise Broken(f"the fixture cannot be read: {error.reason} ({error.code})") from error


def shape(case: Case) -> None:
    """The class has what the hub asks of it."""
    kind = case.kind
    for attribute in ("name", "version", "Options", "snapshots", "rows", "draft"):
        if not hasattr(kind, attribute):
            raise Broken(f"{kind.__name__} has no «{attribute}» (see connectors.base.Connector)")
    if not (isinstance(kind.name, str) and NAME.fullmatch(kind.name)):
        raise Broken(f"the name {kind.name!r} is not 2 to 40 characters of a-z, 0-9 and _, a letter first")
    if not (isinstance(kind.version, str) and kind.version.strip()):
        raise Broken(f"the version is {kind.version!r}; write a text such as «1» and move it when rows change")
    if not (inspect.isclass(kind.Options) and issubclass(kind.Options, Options)):
        raise Broken("Options does not inherit from connectors.base.Options")
    for method in ("rows", "draft"):
        if inspect.iscoroutinefunction(getattr(kind, method)) or inspect.isasyncgenfunction(getattr(kind, method)):
            raise Broken(f"{method}() is async; only snapshots() is, for it alone does input and output")
    case.make()


def entry_point(case: Case) -> None:
    """The hub finds the connector under its own name."""
    points = list(case.find() if case.find else entry_points(group=GROUP))
    found = [point for point in points if point.name == case.kind.name]
    if not found:
        raise Broken(
            f'no entry point is named {case.kind.name!r}; add it to [project.entry-points."{GROUP}"] of pyproject.toml '
            "and install the package again"
        )
    if not any(point.load() is case.kind for point in found):
        raise Broken(f"the entry point {case.kind.name!r} leads to {found[0].value}, not to {case.kind.__qualname__}")


def options(case: Case) -> None:
    """An unknown option is an error, and every option says what it is for."""
    try:
        case.kind.Options.model_validate({**case.options, _UNKNOWN_OPTION: 1})
    except ValidationError as error:
        if any(detail["type"] == "extra_forbidden" for detail in error.errors()):
            for name, option in case.kind.Options.model_fields.items():
                if not option.description:
                    raise Broken(f"the option «{name}» has no description: Field(…, description=…)") from None
            return
        raise Broken(f"an unknown option is refused for the wrong reason: {error.errors()[0]['msg']}") from None
    raise Broken("an unknown option is accepted; inherit from connectors.base.Options and leave extra='forbid'")


def locator(case: Case) -> None:
    """Every row and every draft says where it stands."""
    connector, ctx = case.make(), case.context(case.site)
    for shot in case.gather(connector, ctx):
        try:
            for row, drafts in case.drafts(connector, shot, ctx):
                for what, told in ((row, "row"), *((draft, "draft") for draft in drafts)):
                    if not isinstance(what, Row if told == "row" else Draft):
                        raise Broken(f"a {told} is a {type(what).__name__}, not a connectors.base.{told.capitalize()}")
                    if not (isinstance(what.locator, str) and what.locator.strip()):
                        raise Broken(f"a {told} of {shot.url} has no locator: say «row 14» or «/data/7»")
        except Empty:
            continue


def known_fields(case: Case) -> None:
    """Drafts use the model's field names; what the hub does not know it would not publish."""
    drafts = _honest(case)
    if not drafts:
        raise Broken("the fixture gives no draft; a fixture has records")
    for draft in drafts:
        if draft.kind not in get_args(DraftKind):
            raise Broken(f"a draft is of kind {draft.kind!r}; there are {', '.join(get_args(DraftKind))}")
        accepted = {name.partition(".")[0] for name in FIELDS[draft.kind]} | _NESTED[draft.kind]
        unknown = sorted(set(draft.values) - accepted)
        if unknown:
            raise Broken(
                f"{draft.locator}: the model has no field «{unknown[0]}»; it has {', '.join(sorted(accepted))}"
            )


def pure(case: Case) -> None:
    """The same bytes give the same rows and drafts, by a fresh connector, from the archive, without another request."""
    first_ctx = case.context(case.site)
    connector = case.make()
    shots = case.gather(connector, first_ctx)
    asked = len(case.site.asked)
    first = [_told(one) for shot in shots for one in _read(case, connector, shot, first_ctx)]
    if len(case.site.asked) != asked:
        raise Broken("rows() or draft() asked ctx.fetch; only snapshots() may")
    again_ctx = case.context(Down())
    again_connector = case.make()
    again = [_told(one) for shot in shots for one in _read(case, again_connector, archived(shot), again_ctx)]
    if first != again:
        raise Broken(f"the same bytes, read again from the archive, gave other drafts: {_differing(first, again)}")


def keys(case: Case) -> None:
    """No two records of one kind share a key, and keys do not move when records do."""
    drafts = _honest(case)
    seen: dict[tuple[str, str], str] = {}
    for draft in drafts:
        if not isinstance(draft.key, str):
            raise Broken(
                f"{draft.locator}: the key is a {type(draft.key).__name__}; it is a text, empty if there is none"
            )
        if draft.key and seen.setdefault((draft.kind, draft.key), draft.locator) is not draft.locator:
            raise Broken(f"{draft.locator}: the key {draft.key!r} is also that of {seen[draft.kind, draft.key]}")
    if case.shuffled is None:
        return
    other = run(case, case.shuffled, "the shuffled fixture")
    one, two = (sorted(json.dumps([d.kind, d.key, d.values], default=str) for d in some) for some in (drafts, other))
    if one != two:
        raise Broken(f"records in another order gave other keys or values: {_differing(one, two)}")


def golden(case: Case) -> None:
    """The fixture gives the golden drafts."""
    if case.golden is None:
        return
    told = compare(case.golden, _honest(case), update=case.update_golden)
    if told:
        raise Broken(told)


def told_failure(case: Case) -> None:
    """A site that does not answer ends the run with a HarvestError, never with nothing."""
    down = Down()
    connector, ctx = case.make(), case.context(down)
    try:
        case.gather(connector, ctx)
    except HarvestError:
        return
    if down.asked:
        raise Broken("the site was down and snapshots() ended as if all were well; let the HarvestError pass")


def ends(case: Case) -> None:
    """A site whose pages never end is left after a maximum."""
    connector, known = case.make(), {}
    honest = case.context(case.site)
    for shot in case.gather(connector, honest):
        known[shot.url] = shot.read()
    try:
        with patience(case.seconds):
            case.gather(case.make(), case.context(Endless(case.site, known)))
    except HarvestError:
        return
    except (WithoutEnd, OutOfPatience) as error:
        raise Broken(f"snapshots() does not end by itself ({error}); stop on empty, on repeat, on a maximum") from None


def hostile(case: Case) -> None:
    """Whatever the site sends, nothing comes out but drafts, Empty or HarvestError."""
    connector = case.make()
    shots = case.gather(connector, case.context(case.site))
    for what, change in changes(case.kind.name, case.rounds):
        for read in (_whole_run(case, change), *(_one_body(case, shot, change) for shot in shots[:3])):
            try:
                read(what)
            except (HarvestError, Broken) as error:
                if isinstance(error, Broken):
                    raise
            except WithoutEnd as error:
                raise Broken(f"{what}: snapshots() goes on for ever ({error})") from None
            except Exception as error:
                raise Broken(f"{what}: {type(error).__name__}: {error}; raise SourceChanged in its place") from error


def _whole_run(case: Case, change: Callable[[bytes], bytes]) -> Callable[[str], object]:
    return lambda what: run(case, Changed(case.site, change), what)


def _one_body(case: Case, shot: Snapshot, change: Callable[[bytes], bytes]) -> Callable[[str], object]:
    async def answer(*_: Any, **__: Any) -> Snapshot:
        raise AssertionError("not asked")

    def read(what: str) -> None:
        hit = archived(shot)
        body = change(hit.read())
        spoiled = Snapshot(
            url=hit.url, sha256=hit.sha256, fetched_at=hit.fetched_at, size=len(body), media_type=hit.media_type,
            headers=hit.headers, content=body,
        )  # fmt: skip
        try:
            with patience(case.seconds):
                _read(case, case.make(), spoiled, case.context(Site(answer)))
        except OutOfPatience as error:
            raise Broken(f"{what}: reading it took {error}; bound what one cell can cost") from None

    return read


def bounds(case: Case) -> None:
    """A reading holds no more memory than its snapshot warrants."""
    connector, ctx = case.make(), case.context(case.site)
    for shot in case.gather(connector, ctx):
        peak = _peak(partial(_exhaust, case, connector, shot, ctx))
        most = MEMORY_SPARE + MEMORY_SHARE * shot.size
        if peak > most:
            raise Broken(f"reading {shot.size} bytes of {shot.url} held {peak:,} bytes; {most:,} are allowed")


def _exhaust(case: Case, connector: Any, shot: Snapshot, ctx: Context) -> None:
    try:
        for _ in case.drafts(connector, shot, ctx):
            pass
    except Empty:
        return


def _peak(work: Callable[[], None]) -> int:
    """Bytes that Python held at the most while it worked, above what it held before."""
    traced = tracemalloc.is_tracing()
    if not traced:
        tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced:
            tracemalloc.stop()


def _told(draft: Draft) -> str:
    return json.dumps(asdict(draft), ensure_ascii=False, sort_keys=True, default=str)


def _differing(one: Iterable[str], other: Iterable[str]) -> str:
    first, second = list(one), list(other)
    if len(first) != len(second):
        return f"{len(first)} and {len(second)} of them"
    return next((f"{a[:200]} and {b[:200]}" for a, b in zip(first, second, strict=True) if a != b), "none")


RULES: dict[str, Rule] = {
    check.__name__: Rule(check.__name__, (check.__doc__ or "").strip().splitlines()[0], check)
    for check in (
        shape, entry_point, options, locator, known_fields, pure, keys, golden, told_failure, ends, bounds, hostile,
    )
}  # fmt: skip
"""Rule by name, in the order they are tried."""

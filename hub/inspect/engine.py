"""One engine for `hub check`, `hub source add` and `previewConnector`: bytes in, a report and a proposed source out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from connectors import registry
from connectors.base import Connector, Context, Empty, HarvestError, Snapshot, SourceChanged, SourceInfo
from connectors.html_list import COLUMNS as LIST_COLUMNS
from connectors.mapping import DERIVED, FIELDS
from connectors.sniff import sniff
from connectors.table import TableConnector
from hub.harvest.notdata import HEAD, examine
from hub.inspect import columns as column_names
from hub.inspect import findings, marks, origin, plans, platform_bodies, proposal, score, ticks, trial
from hub.inspect.candidates import WRONG_STATE, Make, candidates, read_as, read_pages, read_ready, ready_values
from hub.inspect.cut import beginning
from hub.inspect.messages import Lang
from hub.inspect.model import ENOUGH, Candidate, ColumnGuess, ConformanceReport, Finding, Inspection, ProposedSource
from hub.inspect.profile import Profile, profile
from hub.inspect.watch import Watch
from hub.inspect.wrap import Wrap
from hub.normalise.lookups import Lookups
from hub.normalise.places import resolve_state


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller knows or insists on. What is None is found out.

    Attributes:
        state: INEGI key of the publisher's jurisdiction.
        make: a connector by name and options; raises ValueError or HarvestError where either is wrong.
        watch: how much work the inspection may be.
    """

    connector: str | None = None
    options: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] | None = None
    state: str | None = None
    title: str | None = None
    key: str = "fuente"
    lang: Lang = "es"
    lookups: Lookups = field(default_factory=Lookups)
    make: Make = registry.make
    watch: Watch = field(default_factory=Watch)

    def info(self, url: str, fields: Mapping[str, Any] | None = None) -> SourceInfo:
        return SourceInfo(self.key, self.title or self.key, url, self.state, dict(fields or {}))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate, what its columns were taken for, and how it was judged."""

    candidate: Candidate
    guesses: Sequence[ColumnGuess]
    profiles: Mapping[str, Profile]
    verdict: score.Verdict

    @property
    def weight(self) -> tuple[float, int]:
        return (self.verdict.score, len(self.candidate.rows))


def inspect_bytes(
    data: bytes,
    *,
    url: str = "",
    media_type: str | None = None,
    charset: str | None = None,
    asked: Asked | None = None,
) -> Inspection:
    """Inspect a body that is in hand. Pure: no network, no store; never raises but for a wrong `connector` or `options`.

    Raises:
        ConfigError: the connector asked for does not exist, or does not take these options or fields.
    """
    snapshot = Snapshot(
        url=url, sha256=hashlib.sha256(data).hexdigest(), fetched_at=datetime.now(UTC), size=len(data),
        media_type=media_type, charset=charset, content=data,
    )  # fmt: skip
    return inspect_snapshots((snapshot,), asked or Asked(), url=url)


def inspect_snapshots(
    snapshots: Sequence[Snapshot], asked: Asked, *, url: str, platform: str | None = None, wrap: Wrap | None = None
) -> Inspection:
    """Inspect what was fetched: of one address, or of what a platform's connector leads to."""
    asked.watch.begin()
    snapshots = [beginning(snapshot, asked.watch) for snapshot in snapshots]
    first = snapshots[0]
    made = _Maker(asked, url, platform, first, wrap)
    try:
        for snapshot in snapshots:
            found = examine(snapshot.read()[:HEAD], snapshot.size)
            if found is not None and wrap is None:
                return made.unreadable(SourceChanged(found.reason, code=found.kind))
        ranked = _rank(_candidates(snapshots, asked, url, wrap), asked)
        if not ranked:
            return made.unreadable(SourceChanged("No contiene ninguna tabla ni lista.", code="NO_TABLE"))
        return made.report(ranked, snapshots)
    except _Wrong as wrong:
        raise wrong.error from None
    except HarvestError as error:
        return made.unreadable(error)


class _Wrong(Exception):
    def __init__(self, error: HarvestError) -> None:
        super().__init__(str(error))
        self.error = error


def _candidates(snapshots: Sequence[Snapshot], asked: Asked, url: str, wrap: Wrap | None) -> list[Candidate]:
    snapshot = snapshots[0]
    info = asked.info(url, asked.fields)
    if wrap is not None:
        return _led(snapshots, asked, wrap, info)
    if asked.connector is None:
        return candidates(snapshot, asked.make, info, asked.watch)
    options = dict(asked.options or {})
    try:
        connector = asked.make(asked.connector, options)
    except HarvestError as error:
        raise _Wrong(error) from None
    if isinstance(connector, TableConnector):
        if not options:  # the connector is fixed, the table inside is still to be found
            same = [c for c in _quietly(snapshot, asked, info) if c.connector == asked.connector]
            if same:
                return same
        return read_as(asked.connector, options, snapshot, asked.make)
    ready = read_ready(asked.connector, options, snapshot, asked.make, info)
    if ready is not None:
        return [ready]
    list(_rows(connector, snapshot, info))  # raises what is wrong with it
    raise SourceChanged("No contiene ningún compromiso.", code="NO_TABLE")


def _led(snapshots: Sequence[Snapshot], asked: Asked, wrap: Wrap, info: SourceInfo) -> list[Candidate]:
    """What stands inside a body that a platform's connector led to."""
    connector = asked.make(wrap.connector, dict(wrap.options))
    if not isinstance(connector, TableConnector):
        return read_pages(wrap.connector, dict(wrap.options), snapshots, asked.make, info)
    snapshot = snapshots[0]
    bodies = platform_bodies.inside(wrap.connector, snapshot) if not wrap.options.get("parser") else None
    if bodies is None:
        return read_as(wrap.connector, dict(wrap.options), snapshot, asked.make)
    found: list[Candidate] = []
    failed: list[HarvestError] = []
    for body in bodies:
        try:
            found.extend(c for c in candidates(body, asked.make, info, asked.watch) if not c.ready)
        except HarvestError as error:
            if error.code == WRONG_STATE:
                raise
            failed.append(error)
    if not found and failed:
        raise failed[0]
    return found


def _rows(connector: Connector, snapshot: Snapshot, info: SourceInfo) -> Any:
    try:
        yield from connector.rows(snapshot, Context(info, getattr(connector, "options", None), _refuse))
    except Empty:
        return


async def _refuse(url: str, **_: Any) -> Snapshot:
    raise SourceChanged("No se pide nada más al inspeccionar.", code="NO_FETCH")


def _quietly(snapshot: Snapshot, asked: Asked, info: SourceInfo) -> list[Candidate]:
    try:
        return candidates(snapshot, asked.make, info, asked.watch)
    except HarvestError as error:
        if error.code == WRONG_STATE:
            raise
        return []


def _rank(found: Sequence[Candidate], asked: Asked) -> list[Ranked]:
    """Best first. A site's own connector that reads commitments comes before what the general ones make of the page."""
    ready = [c for c in found if c.ready and any(row.kind == "commitment" for row in c.rows)]
    if ready:
        best = max(ready, key=lambda c: sum(row.kind == "commitment" for row in c.rows))
        return [Ranked(best, (), {}, score.Verdict(1.0, 0.5))]
    judged = takewhile(lambda one: one[0] == 0 or not asked.watch.is_over(), enumerate(c for c in found if not c.ready))
    ranked = [_judge(c, asked) for _, c in judged]
    ranked.sort(key=lambda r: r.weight, reverse=True)
    facts = [Ranked(c, (), {}, score.Verdict(0.0, 0.0)) for c in found if c.ready]
    if facts and (not ranked or ranked[0].verdict.score < ENOUGH):
        return [*facts, *ranked]
    return ranked


def _judge(candidate: Candidate, asked: Asked) -> Ranked:
    profiles = [profile(name, marks.cells_of(name, candidate.rows)) for name in candidate.columns]
    by_name = {p.column: p for p in profiles}
    marked = ticks.columns_of(candidate.columns, candidate.rows)
    guesses = proposal.declared(asked.fields, profiles) if asked.fields else column_names.assign(profiles, marked)
    likeness, foreign, campaign = score.likeness(candidate, guesses, by_name, bool(asked.fields))
    filled = {g.field: by_name[g.column].filled * g.confidence for g in guesses if g.field is not None}
    share, missing = score.need(filled)
    return Ranked(candidate, guesses, by_name, score.Verdict(likeness, share, foreign, campaign, missing))


class _Maker:
    """Makes the report of one inspection."""

    def __init__(self, asked: Asked, url: str, platform: str | None, first: Snapshot, wrap: Wrap | None) -> None:
        self.asked = asked
        self.url = url
        self.platform = platform
        self.first = first
        self.wrap = wrap
        self.encoding = sniff(first.read(), declared=first.charset).encoding
        self.alike: list[Candidate] = []

    def unreadable(self, error: HarvestError) -> Inspection:
        """The report of what could not be read."""
        return failed(
            self.asked,
            self.url,
            error,
            media_type=self.first.media_type,
            encoding=self.encoding,
            platform=self.platform,
            more=findings.unseen(self.asked.lang, self.asked.watch),
        )

    def report(self, ranked: Sequence[Ranked], snapshots: Sequence[Snapshot]) -> Inspection:
        """The report of the best candidate."""
        best = ranked[0]
        others = [one.candidate for one in ranked]
        self.alike = plans.alike(best.candidate, others) + plans.akin(best.candidate, best.guesses, others)
        fields = self._fields(best)
        options, read = self._settle(best, fields, snapshots)
        if not best.candidate.ready and not self.asked.fields:
            pinned = proposal.with_decisions(fields, read.decisions, best.profiles)
            if pinned != fields:  # what one column proved of another changes what is read
                fields, read = pinned, self._read(best.candidate, options, pinned, snapshots)
        share, missing = score.need(read.shares())
        likeness = best.verdict.likeness
        verdict = score.Verdict(likeness, share, best.verdict.foreign, best.verdict.campaign, missing)
        points = verdict.score if read.accepted else min(verdict.score, 0.29 * likeness)
        enough = points >= ENOUGH
        unmapped = self._unmapped(best, fields)
        name = self.wrap.connector if self.wrap else best.candidate.connector
        told = findings.collect(
            self.asked.lang, best.candidate, best.guesses, best.profiles, read, verdict,
            enough=enough, unmapped=unmapped, encoding=self.encoding, fields=fields,
        )  # fmt: skip
        report = ConformanceReport(
            connector=name,
            media_type=self.first.media_type,
            encoding=self.encoding,
            rows=read.rows or (0 if best.candidate.ready else len(best.candidate.rows)),
            accepted=read.accepted if enough else 0,
            rejected=read.rejected
            if enough
            else read.rows or (0 if best.candidate.ready else len(best.candidate.rows)),
            score=round(points, 3),
            proposed_fields=_read_by_itself(read) if best.candidate.ready else fields,
            unmapped_columns=unmapped,
            findings=[
                *findings.of_another_site(self.asked.lang, self.url, self.asked.state),
                *told,
                *findings.unlooked(self.asked.lang, self.asked.watch),
            ],
            columns=best.guesses,
            platform=self.platform,
            place=best.candidate.place,
            lang=self.asked.lang,
        )
        source = ProposedSource(
            connector=name, url=self.url, options=options, fields={} if best.candidate.ready else fields,
            title=self.asked.title or "", state=self.asked.state, suggested_state=self._state(best.candidate, fields),
        )  # fmt: skip
        return Inspection(report, read.records if enough else (), source)

    def _state(self, candidate: Candidate, fields: Mapping[str, Any]) -> str | None:
        """The state that address or page name; none where each row names its own."""
        if self.asked.state is not None or "state" in fields:
            return self.asked.state
        if not candidate.ready:
            return origin.state_of(self.url, candidate.context)
        own = {str(state) for row in candidate.rows if (state := ready_values(row).get("state"))}
        return resolve_state(own.pop()).value if len(own) == 1 else None

    def _fields(self, best: Ranked) -> dict[str, Any]:
        if best.candidate.ready:
            return {}
        if self.asked.fields:
            return dict(self.asked.fields)
        fields = marks.with_marks(proposal.proposed(best.guesses, best.profiles), best.candidate.rows)
        fields = proposal.with_share(ticks.with_ticks(fields, best.guesses), best.profiles)
        if self.wrap is None:
            fields = plans.with_optional(plans.with_plans(fields, self.alike), self.alike)
        if best.candidate.connector == "html_list":
            fields = proposal.of_a_list(fields, best.candidate.rows)
        return proposal.with_labels(fields, best.candidate.rows)

    def _unmapped(self, best: Ranked, fields: Mapping[str, Any]) -> list[str]:
        read = set(proposal.read_columns(fields))
        if best.candidate.connector == "html_list":
            read |= set(LIST_COLUMNS)  # parts of the item that the connector tells apart, not columns of the publisher
        read |= {column.removesuffix(made) for column in read for made in (marks.CLASS, marks.LEGEND)}
        return [g.column for g in best.guesses if g.column not in read and not g.column.endswith(DERIVED)]

    def _settle(
        self, best: Ranked, fields: dict[str, Any], snapshots: Sequence[Snapshot]
    ) -> tuple[dict[str, Any], trial.Trial]:
        """The options that read this very table, and what they read. A sheet or table is named only where it must be."""
        candidate = best.candidate
        plain = {**candidate.options, **{k: v for k, v in candidate.pinned.items() if k == "delimiter"}}
        if candidate.connector == "csv" and self.encoding not in (None, "utf-8", "utf-8-sig", "ascii"):
            plain["encoding"] = self.encoding
        narrow = {k: v for k, v in candidate.pinned.items() if k in ("sheet", "table")}
        options = self._around(candidate, plain)
        if narrow and not self._same(candidate, options, fields):
            options = self._around(candidate, {**plain, **narrow})
        elif not narrow and self.wrap is not None and not self._same(candidate, options, fields):
            options = self._around(candidate, plain, pin=True)
        return options, self._read(candidate, options, fields, snapshots)

    def _around(self, candidate: Candidate, inner: dict[str, Any], *, pin: bool = False) -> dict[str, Any]:
        """Options of the connector that will read it: the platform's with the format's inside, or the format's own."""
        if self.wrap is None:
            return {**inner, **dict(self.asked.options or {})}
        if candidate.connector == self.wrap.connector:
            return dict(self.wrap.options)
        return self.wrap.around(candidate.connector, inner, default=not pin)

    def _connector(self, candidate: Candidate, options: dict[str, Any]) -> Any:
        return self.asked.make(self.wrap.connector if self.wrap else candidate.connector, options)

    def _read(
        self, candidate: Candidate, options: dict[str, Any], fields: dict[str, Any], snapshots: Sequence[Snapshot]
    ) -> trial.Trial:
        try:
            return trial.read(
                self._connector(candidate, options),
                snapshots,
                self.asked.info(self.url, fields),
                self.asked.lookups,
                self.asked.watch,
            )
        except HarvestError as error:
            if error.code == WRONG_STATE:
                raise
            nothing = trial.Trial()
            nothing.empty_reason = error.reason
            return nothing

    def _same(self, candidate: Candidate, options: dict[str, Any], fields: dict[str, Any]) -> bool:
        """Whether the connector finds this table by itself, told only the mapping, and none but tables like it."""
        info = self.asked.info(self.url, fields)
        own = {_table_of(row.locator) for table in (*self.alike, candidate) for row in table.rows}
        met: set[str] = set()
        try:
            connector = self._connector(candidate, options)
            for row in connector.rows(self.first, Context(info, connector.options, _refuse)):
                met.add(_table_of(row.locator))
                if not met <= own:
                    return False
        except (HarvestError, Empty):
            return False
        return not candidate.rows or _table_of(candidate.rows[0].locator) in met


def _table_of(locator: str) -> str:
    """What a row's locator says of its table."""
    return re.sub(r"\brow \d+.*$", "", locator).strip()


def _read_by_itself(read: trial.Trial) -> dict[str, Any]:
    """What a site's own connector read and where: shown like a mapping, though it needs none."""
    return {name: read.columns[name] for name in FIELDS["commitment"] if name in read.columns}


def failed(
    asked: Asked,
    url: str,
    error: HarvestError,
    *,
    media_type: str | None = None,
    encoding: str | None = None,
    platform: str | None = None,
    more: Sequence[Finding] = (),
) -> Inspection:
    """The report of an address or file that could not be read."""
    report = ConformanceReport(
        connector=asked.connector or "", media_type=media_type, encoding=encoding, rows=0, accepted=0, rejected=0, score=0.0,
        proposed_fields={}, unmapped_columns=(), findings=[findings.unreadable(asked.lang, error), *more], platform=platform, lang=asked.lang,
    )  # fmt: skip
    return Inspection(
        report, (), ProposedSource(asked.connector or "", url, title=asked.title or "", state=asked.state), error
    )

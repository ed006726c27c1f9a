"""Commitments of two sources that may be one: found by title, decided by people, never merged on their own.

Exact natural keys link records by themselves (`hub.store.groups`); this is for those that lack them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from hub.normalise.text import fold
from hub.store import Store
from hub.store.decisions import DuplicateCandidate

LIKELY = 90.0
"""Least `token_set_ratio` of two folded titles, of 100."""

WORDS = 4
"""Fewest different words of a title that is compared: any title has «datos abiertos» for a part."""

RARE = 3
"""Words of a title, the rarest of its jurisdiction, of which a likely pair shares one."""

MOST = 500
"""Titles that one is compared with for the sake of one word; words that more of them share tell nothing."""


@dataclass(frozen=True, slots=True)
class Title:
    """What the search knows of one source's record."""

    code: str
    source: str
    jurisdiction: str
    title: str


class _Said(msgspec.Struct):
    title: str
    jurisdiction: str


def likely(titles: Iterable[Title], fresh: frozenset[str] | None, now: datetime) -> list[DuplicateCandidate]:
    """The pairs of one jurisdiction, of different sources and codes, whose titles say the same. Pure.

    Args:
        fresh: codes of which at least one must be in a pair; None: any pair.
    """
    places: defaultdict[str, list[Title]] = defaultdict(list)
    for title in titles:
        places[title.jurisdiction].append(title)
    found: dict[tuple[str, str], DuplicateCandidate] = {}
    for held in places.values():
        if len({title.source for title in held}) > 1:
            for pair in _Place(held).pairs(fresh, now):
                known = found.get((pair.code_a, pair.code_b))
                if known is None or known.score < pair.score:
                    found[pair.code_a, pair.code_b] = pair
    return list(found.values())


class _Place:
    """The titles of one jurisdiction, by their words: near linear, whatever their number."""

    def __init__(self, titles: Iterable[Title]) -> None:
        self._sources: defaultdict[str, set[str]] = defaultdict(set)
        folded: list[tuple[Title, str]] = []
        for title in titles:
            self._sources[title.code].add(title.source)
            folded.append((title, fold(title.title)))
        self._held = [(title, text, frozenset(text.split())) for title, text in folded]
        self._held = [one for one in self._held if len(one[2]) >= WORDS]
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for at, (_, _, words) in enumerate(self._held):
            for word in words:
                self._with[word].append(at)
        self._rarely: defaultdict[str, list[int]] = defaultdict(list)
        for at, (_, _, words) in enumerate(self._held):
            for word in self._rarest(words):
                self._rarely[word].append(at)

    def _rarest(self, words: frozenset[str]) -> list[str]:
        return sorted(words, key=lambda word: (len(self._with[word]), word))[:RARE]

    def pairs(self, fresh: frozenset[str] | None, now: datetime) -> Iterator[DuplicateCandidate]:
        from rapidfuzz import fuzz, process  # loaded only where two sources of one jurisdiction changed

        for at, (mine, text, words) in enumerate(self._held):
            if fresh is not None and mine.code not in fresh:
                continue
            near = [
                (other, its_text)
                for place in self._near(words)
                for other, its_text, _ in (self._held[place],)
                # of two fresh ones the later looks for the earlier
                if (place < at or (fresh is not None and other.code not in fresh)) and self._may_be_one(mine, other)
            ]
            texts = [its_text for _, its_text in near]
            found = process.extract(text, texts, scorer=fuzz.token_set_ratio, score_cutoff=LIKELY, limit=None)
            for _, score, place in found:
                yield _candidate(mine, near[place][0], float(score), now)

    def _near(self, words: frozenset[str]) -> set[int]:
        """Titles that have one of this one's rarest words, or one of whose rarest this one has."""
        near: set[int] = set()
        for word in self._rarest(words):
            near.update(self._with[word][:MOST])
        for word in words:
            near.update(self._rarely[word][:MOST])
        return near

    def _may_be_one(self, mine: Title, other: Title) -> bool:
        """Not where one source publishes both codes: it tells them apart, so they are two."""
        return mine.code != other.code and not self._sources[mine.code] & self._sources[other.code]


def _candidate(mine: Title, other: Title, score: float, now: datetime) -> DuplicateCandidate:
    first, second = sorted((mine, other), key=lambda title: title.code)
    reason = f"«{first.title[:200]}» ({first.source}) · «{second.title[:200]}» ({second.source})"
    return DuplicateCandidate(code_a=first.code, code_b=second.code, score=round(score, 1), found_at=now, reason=reason)


class DuplicateFinder:
    """Looks after each publication at what it changed. One per process; the first look is at what changed since it began."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: int | None = None

    async def begin(self) -> None:
        """What was published before now has been looked at."""
        self._seen = await self._store.last_change_seq()

    async def look(self, now: datetime) -> int:
        """Queue the likely duplicates of what was published since the last look; how many there were."""
        since, self._seen = self._seen or 0, await self._store.last_change_seq()
        titles = [title async for title in self._titles()] if self._seen > since else []
        fresh = await self._store.changed_codes(since) if titles else frozenset()
        if not fresh:
            return 0
        found = await asyncio.to_thread(likely, titles, frozenset(fresh), now)
        await self._store.add_candidates(found)
        return len(found)

    async def _titles(self) -> AsyncIterator[Title]:
        decode = msgspec.json.Decoder(_Said).decode
        async for batch in self._store.export_records("commitment", contested=True):
            for stored in batch:
                said = decode(stored.body)
                yield Title(stored.code, stored.source, said.jurisdiction, said.title)

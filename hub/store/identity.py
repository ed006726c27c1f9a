"""Which plan is which, and what plans and commitments are called in public. Pure.

A plan is the same plan in two sources when jurisdiction, program and (published ordinal, or publication date) agree.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.model import Program

ISO_OF_STATE = dict(
    pair.split(":")
    for pair in [
        "01:AGU",
        "02:BCN",
        "03:BCS",
        "04:CAM",
        "05:COA",
        "06:COL",
        "07:CHP",
        "08:CHH",
        "09:CMX",
        "10:DUR",
        "11:GUA",
        "12:GRO",
        "13:HID",
        "14:JAL",
        "15:MEX",
        "16:MIC",
        "17:MOR",
        "18:NAY",
        "19:NLE",
        "20:OAX",
        "21:PUE",
        "22:QUE",
        "23:ROO",
        "24:SLP",
        "25:SIN",
        "26:SON",
        "27:TAB",
        "28:TAM",
        "29:TLA",
        "30:VER",
        "31:YUC",
        "32:ZAC",
    ]
)
"""INEGI key of a state -> ISO 3166-2:MX subdivision."""

_PROGRAM = {
    Program.COCREACION_LOCAL: "PAL",
    Program.OGP_LOCAL: "OGP",
    Program.NATIONAL_PLAN: "PAN",
    Program.OTHER: "PLAN",
}
_OGP_ID = re.compile(r"[A-Z]{2,6}\d{3,5}")
_LONGEST_CODE = 120


def area_code(jurisdiction: str | None) -> str:
    """``MX-VER`` of ``30``, ``MX-NLE-039`` of ``19039``, ``MX-NAC`` of the nation or of nothing."""
    if not jurisdiction or jurisdiction == "00":
        return "MX-NAC"
    state = ISO_OF_STATE.get(jurisdiction[:2])
    if state is None:
        return "MX-NAC"
    return f"MX-{state}-{jurisdiction[2:]}" if len(jurisdiction) == 5 else f"MX-{state}"


def usable_code(own: str | None) -> str | None:
    """A publisher's own code, if it can serve as a public one: with a letter in it, and of sane length."""
    text = " ".join((own or "").split())
    return text if 0 < len(text) <= _LONGEST_CODE and any(ch.isalpha() for ch in text) else None


def ogp_id(own: str | None, program: str) -> str | None:
    """The identifier that the Open Government Partnership gives a commitment (``JAL0008``), if `own` is one."""
    if program not in (Program.OGP_LOCAL.value, Program.NATIONAL_PLAN.value) or not own:
        return None
    text = own.strip()
    return text if _OGP_ID.fullmatch(text) else None


def short_hash(text: str) -> str:
    """Eight characters that stand for a raw source key in a public code."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class PlanClaim:
    """What one source says of one plan. `ref` is how its commitments name it (see `hub.store.staged_rows.ref_key`)."""

    ref: str
    native_key: str
    jurisdiction: str
    program: str
    ordinal: int | None = None
    published: str | None = None
    own_code: str | None = None
    implied: bool = False
    known: int | None = None
    """The plan that this record of the source was at its last publication."""


@dataclass(slots=True)
class PlanIdentity:
    """A plan, whoever publishes it. `own`: the code is a publisher's; `ordinal_published`: not derived by us."""

    id: int
    code: str
    own: bool
    jurisdiction: str
    program: str
    ordinal: int | None
    ordinal_published: bool
    published: str | None
    implied_by: str | None
    wanted: str | None = None
    """The code that a publisher gives it, not yet weighed."""

    @property
    def generated(self) -> str:
        """The code by the rule."""
        area = area_code(self.jurisdiction)
        if self.implied_by is not None:
            return f"{area}-{self.implied_by}"
        return f"{area}-{_PROGRAM[Program(self.program)]}-{self.ordinal}"


@dataclass(slots=True)
class PlanBook:
    """Every plan known, and the resolution of one source's claims against them."""

    plans: dict[int, PlanIdentity]
    source: str
    next_id: int = 0
    touched: set[int] = field(default_factory=set)
    recoded: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Plan id -> (old code, new code); the old code of a new plan is empty."""

    def __post_init__(self) -> None:
        self.next_id = max(self.plans, default=0) + 1

    def resolve(self, claims: Iterable[PlanClaim]) -> dict[str, int]:
        """Claim ref -> plan id. New plans are made, ordinals derived, codes given."""
        ordered = sorted(
            claims,
            key=lambda c: (c.ordinal is None, c.ordinal or 0, c.published or "9999", c.native_key, c.ref),
        )
        found = {claim.ref: self._place(claim).id for claim in ordered}
        self._derive_ordinals()
        self._give_codes()
        return found

    def _place(self, claim: PlanClaim) -> PlanIdentity:
        plan = self._find(claim)
        if plan is None:
            plan = PlanIdentity(
                id=self.next_id,
                code="",
                own=False,
                jurisdiction=claim.jurisdiction,
                program=claim.program,
                ordinal=claim.ordinal,
                ordinal_published=claim.ordinal is not None,
                published=claim.published,
                implied_by=self.source if claim.implied else None,
            )
            self.next_id += 1
            self.plans[plan.id] = plan
            self.touched.add(plan.id)
        if claim.ordinal is not None and not plan.ordinal_published:
            plan.ordinal, plan.ordinal_published = claim.ordinal, True
            self.touched.add(plan.id)
        if claim.published and not plan.published:
            plan.published = claim.published
            self.touched.add(plan.id)
        own = usable_code(claim.own_code)
        if own is not None and not plan.own and own != plan.code:
            plan.wanted = own
            self.touched.add(plan.id)
        elif own is not None and own == plan.code and not plan.own:
            plan.own = True
            self.touched.add(plan.id)
        return plan

    def _find(self, claim: PlanClaim) -> PlanIdentity | None:
        if claim.implied:
            return next((plan for plan in self.plans.values() if plan.implied_by == self.source), None)
        peers = [
            plan
            for plan in self.plans.values()
            if plan.implied_by is None and plan.jurisdiction == claim.jurisdiction and plan.program == claim.program
        ]
        if claim.ordinal is not None:
            for plan in peers:
                if plan.ordinal_published and plan.ordinal == claim.ordinal:
                    return plan
        possible = [plan for plan in peers if not _contradicts(plan, claim)]
        for plan in possible:
            if claim.published and plan.published == claim.published:
                return plan
        own = usable_code(claim.own_code)
        for plan in possible:
            if own and plan.own and plan.code == own:
                return plan
        return next((plan for plan in possible if plan.id == claim.known), None)

    def _derive_ordinals(self) -> None:
        """Number the plans that publish no ordinal by order of publication. A derived number yields to a published
        one; otherwise a number once given stays, for codes are cited."""
        for jurisdiction, program in sorted(
            {(p.jurisdiction, p.program) for p in map(self.plans.get, self.touched) if p}
        ):
            peers = [
                plan
                for plan in self.plans.values()
                if (plan.jurisdiction, plan.program) == (jurisdiction, program) and plan.implied_by is None
            ]
            taken = {plan.ordinal for plan in peers if plan.ordinal_published}
            homeless = []
            for plan in sorted(peers, key=lambda p: p.id):
                if plan.ordinal_published:
                    continue
                if plan.ordinal is None or plan.ordinal in taken:
                    homeless.append(plan)
                else:
                    taken.add(plan.ordinal)
            for plan in sorted(homeless, key=lambda p: (p.published or "9999", p.id)):
                plan.ordinal = next(n for n in range(1, len(taken) + 2) if n not in taken)
                taken.add(plan.ordinal)
                self.touched.add(plan.id)

    def _give_codes(self) -> None:
        """Codes of the touched plans: the publisher's own where free, else by the rule; published ordinals first."""
        before = {plan_id: self.plans[plan_id].code for plan_id in self.touched}
        moving = {i for i in self.touched if self._wishes(self.plans[i])[0] != self.plans[i].code}
        held = {plan.code for plan in self.plans.values() if plan.id not in moving}
        order = sorted(moving, key=lambda i: (not self.plans[i].wanted, not self.plans[i].ordinal_published, i))
        for plan_id in order:
            plan = self.plans[plan_id]
            code = next(code for code in self._wishes(plan) if code not in held)
            plan.own = plan.own or code == plan.wanted
            plan.code = code
            held.add(code)
        for plan_id, old in before.items():
            new = self.plans[plan_id].code
            if new != old:
                self.recoded[plan_id] = (old, new)

    def _wishes(self, plan: PlanIdentity) -> list[str]:
        """The codes that a plan may have, best first; the last is never taken."""
        generated = plan.generated
        wishes = [plan.code] if plan.own else [generated]
        if plan.wanted:
            wishes.insert(0, plan.wanted)
        return [*wishes, generated, f"{generated}-{self.source}", f"{generated}-{self.source}-{plan.id}"]


def _contradicts(plan: PlanIdentity, claim: PlanClaim) -> bool:
    """Both publish an ordinal, and not the same; or neither does and their dates differ."""
    if claim.ordinal is not None and plan.ordinal_published:
        return plan.ordinal != claim.ordinal
    return False

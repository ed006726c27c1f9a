"""The enumerations of the API: the model's own, described value by value, and the two of ordering."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any, TypeVar

import strawberry

from hub.model import (
    AlignmentBasis,
    ChangeKind,
    CommitmentKind,
    CommitmentStatus,
    ExerciseStep,
    InstitutionRole,
    IssueSeverity,
    JurisdictionLevel,
    PolicyAxis,
    Program,
    RunVerdict,
    SourceState,
)

_E = TypeVar("_E", bound=Enum)


def _described(cls: type[_E], description: str, **values: str) -> type[_E]:
    """Register `cls` under its own name; every member must be described, and nothing else."""
    missing = {member.name for member in cls} ^ values.keys()
    if missing:
        raise TypeError(f"{cls.__name__}: describe exactly its members, check {sorted(missing)}")
    strawberry.enum(cls, description=description)
    definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
    return cls


_described(
    JurisdictionLevel,
    "The order of government that a jurisdiction belongs to.",
    NATION="Mexico as a whole.",
    STATE="One of the 32 federal entities.",
    MUNICIPALITY="A municipality, or a borough of Mexico City.",
)
_described(
    Program,
    "The programme under which an action plan was made.",
    COCREACION_LOCAL="Gobierno Abierto: Cocreación desde lo Local, led by IFAI, later INAI, with the SNT.",
    OGP_LOCAL="OGP Local: a state or municipality that is a member of the Open Government Partnership itself.",
    NATIONAL_PLAN="A national action plan of Mexico before the Open Government Partnership.",
    OTHER="A plan of the publisher's own, under none of these.",
)
_described(
    CommitmentStatus,
    "How far a commitment has come, as its publisher says.",
    NOT_STARTED="Nothing has been done yet.",
    IN_PROGRESS="Work has begun.",
    SUBSTANTIAL="Mostly done.",
    COMPLETED="Done.",
    UNFULFILLED="Its time is over and it was not done.",
    WITHDRAWN="Its publisher gave it up.",
    UNKNOWN="Nothing is published, or what is published could not be read without guessing (see issues).",
)
_described(
    CommitmentKind,
    "The place of a commitment in the programme's formula (2 + 1 + 2), or outside it.",
    FOLLOW_THE_MONEY="About following public money.",
    AGA_AXIS="Aligned to an axis of the Mexican Open Government Alliance.",
    LOCAL_PROBLEM="About a problem of the place.",
    PROACTIVE="Taken on besides the numbered ones.",
    OTHER="Of another kind.",
)
_described(
    PolicyAxis,
    "The five axes of the Mexican Open Government Alliance.",
    CITIZEN_CENTRED_GOVERNMENT="Government centred on the citizen.",
    OPEN_BUDGET="Open and participatory budget.",
    OPEN_DATA="Open data for development.",
    CITIZEN_EMPOWERMENT="Citizens' empowerment and participation.",
    NATURAL_RESOURCES="Governance of natural resources.",
)
_described(
    InstitutionRole,
    "What an institution does for a commitment.",
    LEAD="Answers for it.",
    COORDINATION="Coordinates those who carry it out.",
    SUPPORT="Helps to carry it out.",
    SUPERVISION="Oversees it.",
    CIVIL_SOCIETY="Takes part on behalf of civil society.",
)
_described(
    ExerciseStep,
    "The six steps of a local open-government exercise.",
    STARTED="A declaration was signed.",
    SECRETARIAT_INSTALLED="The tripartite technical secretariat (STL) was installed.",
    WORKING_GROUPS="Working groups draft the commitments.",
    PLAN_PUBLISHED="The local action plan (PAL) was published.",
    IMPLEMENTATION="The plan is being carried out.",
    EVALUATION="The plan is being evaluated or closed.",
)
_described(
    SourceState,
    "Whether a source is being harvested.",
    ACTIVE="Harvested on its schedule.",
    PAUSED="Not harvested for now; its data are kept.",
    PENDING="Registered, waiting for proof of ownership or for review.",
    REJECTED="Reviewed and refused.",
    FROZEN="Its address is gone for good; what was harvested stays.",
    LAPSED="Registered, but ownership was not proved in time.",
)
_described(
    RunVerdict,
    "What became of one run. PUBLISHED and UNCHANGED leave a source healthy; so does EMPTY where its floor is 0. A run "
    "that publishes anything at all (an exercise, a plan) is PUBLISHED, commitments or none, if the floor allows it.",
    RUNNING="Still going on.",
    PUBLISHED="Something changed and was published.",
    UNCHANGED="The source holds what the hub holds.",
    EMPTY="The source says itself that it has nothing.",
    HELD="What was read looks wrong; the last good data stay until someone looks.",
    BLOCKED="Someone must act before this source can be read, such as a review or a proof of ownership.",
    SOURCE_DOWN="The source does not answer, or answers with an error of its own.",
    SOURCE_CHANGED="The source answers with something that its connector no longer understands.",
    REFUSED="The source, or this hub's own rules, forbid the request.",
    INTERRUPTED="The harvesting process died; the run is taken up again.",
    FAILED="An error of the hub's own.",
)
_described(
    IssueSeverity,
    "How much an issue matters.",
    INFO="Worth knowing.",
    WARNING="Something was left out or read with a doubt.",
    ERROR="A record or a value could not be taken.",
)
_described(
    ChangeKind,
    "What happened to a commitment.",
    ADDED="It appeared, or came back.",
    MODIFIED="Its content changed.",
    REMOVED="It left the current view: its publishers no longer publish it.",
)
_described(
    AlignmentBasis,
    "DECLARED by the publisher; EDITORIAL: this hub's reviewed judgement, with its reason; INFERRED by rule or model, "
    "unreviewed.",
    DECLARED="The publisher says so.",
    EDITORIAL="This hub's reviewed judgement, with its reason.",
    INFERRED="By rule or model, reviewed by nobody.",
)


class OrderDirection(StrEnum):
    """Which end comes first."""

    ASC = "ASC"
    DESC = "DESC"


class CommitmentOrderField(StrEnum):
    """What commitments can be put in order by."""

    CODE = "CODE"
    TITLE = "TITLE"
    STATE = "STATE"
    YEAR = "YEAR"
    STATUS = "STATUS"
    PROGRESS = "PROGRESS"
    UPDATED_AT = "UPDATED_AT"
    RELEVANCE = "RELEVANCE"


_described(
    OrderDirection,
    "Which end comes first. Whatever the direction, records without a value come last.",
    ASC="Smallest, earliest or first in the alphabet first.",
    DESC="Largest, latest or last in the alphabet first.",
)
_described(
    CommitmentOrderField,
    "What commitments are put in order by. Ties are broken by code, so that the order is always total.",
    CODE="By public code; the default.",
    TITLE="By title, upper case and accents ignored.",
    STATE="By INEGI key of the state; the nation comes first.",
    YEAR="By the first calendar year in force.",
    STATUS="From NOT_STARTED through IN_PROGRESS, SUBSTANTIAL, COMPLETED, UNFULFILLED and WITHDRAWN to UNKNOWN.",
    PROGRESS="By published progress.",
    UPDATED_AT="By when the content last changed here.",
    RELEVANCE="By closeness to filter.text, best first; needs filter.text.",
)

__all__ = [
    "AlignmentBasis",
    "ChangeKind",
    "CommitmentKind",
    "CommitmentOrderField",
    "CommitmentStatus",
    "ExerciseStep",
    "InstitutionRole",
    "IssueSeverity",
    "JurisdictionLevel",
    "OrderDirection",
    "PolicyAxis",
    "Program",
    "RunVerdict",
    "SourceState",
]

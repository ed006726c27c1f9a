"""What went wrong on the way, as a judgement: who must act, said in one Spanish sentence."""

from __future__ import annotations

from connectors.base import HarvestError, SourceChanged, SourceDown, SourceRefused
from hub.harvest.judge import Judgement
from hub.model import Issue, IssueSeverity, RunVerdict

BLOCKED_CODES = frozenset({"CHALLENGE", "LOGIN", "FORBIDDEN"})
"""Refusals by the site itself; any other refusal is ours or its robots.txt's."""


def verdict_of(error: HarvestError) -> Judgement:
    """The verdict of a run that an error ended."""
    if isinstance(error, SourceDown):
        verdict = RunVerdict.SOURCE_DOWN
    elif isinstance(error, SourceChanged):
        verdict = RunVerdict.SOURCE_CHANGED
    elif isinstance(error, SourceRefused):
        verdict = RunVerdict.BLOCKED if error.code in BLOCKED_CODES else RunVerdict.REFUSED
    else:
        verdict = RunVerdict.FAILED
    return Judgement(verdict, error.reason)


def issue_of(error: HarvestError) -> Issue:
    """The same for programs: its code is the error's."""
    return Issue(severity=IssueSeverity.ERROR, code=error.code, message=error.reason)

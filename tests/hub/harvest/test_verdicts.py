from __future__ import annotations

import pytest

from connectors.base import HarvestError, SourceChanged, SourceDown, SourceRefused
from hub.fetch import ArchiveError
from hub.harvest.verdicts import issue_of, verdict_of
from hub.model import IssueSeverity
from hub.model import RunVerdict as V


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (SourceDown("No contesta.", code="TIMEOUT"), V.SOURCE_DOWN),
        (SourceChanged("Cambió.", code="NOT_FOUND"), V.SOURCE_CHANGED),
        (SourceRefused("Muro.", code="CHALLENGE"), V.BLOCKED),
        (SourceRefused("Contraseña.", code="LOGIN"), V.BLOCKED),
        (SourceRefused("403.", code="FORBIDDEN"), V.BLOCKED),
        (SourceRefused("No.", code="ROBOTS"), V.REFUSED),
        (SourceRefused("Privada.", code="ADDRESS_REFUSED"), V.REFUSED),
        (ArchiveError("Sin espacio.", code="ARCHIVE_FULL"), V.FAILED),
        (HarvestError("Algo."), V.FAILED),
    ],
)
def test_an_error_says_who_must_act_and_its_code_stays_for_programs(error: HarvestError, verdict: V) -> None:
    judgement = verdict_of(error)
    assert (judgement.verdict, judgement.reason, judgement.publish) == (verdict, error.reason, False)
    issue = issue_of(error)
    assert (issue.severity, issue.code, issue.message) == (IssueSeverity.ERROR, error.code, error.reason)

"""What the hub's own fields cost: the table of docs/cost.md, which a test holds against this one.

A factor is how many values a list usually has, not at most: the lists of one record are short, and a query that asks for all
of them on a full page must still fit. What is counted over the whole filtered set has a weight of its own.
"""

from __future__ import annotations

from schema.http.config import HttpConfig
from schema.http.limits import CostModel

FACTORS = {
    "Commitment.ods": 3,
    "Commitment.institutions": 3,
    "Commitment.progressReports": 5,
    "Commitment.milestones": 5,
    "Commitment.evidence": 3,
    "Commitment.history": 5,
    "Commitment.alsoPublishedBy": 2,
    "Commitment.issues": 3,
    "ProgressReport.evidence": 2,
    "Source.unmatchedValues": 20,
    "Jurisdiction.sources": 5,
    "CommitmentFacets.ods": 17,
    "CommitmentFacets.status": 7,
    "CommitmentFacets.year": 15,
    "CommitmentFacets.state": 33,
    "CommitmentFacets.program": 4,
    "CommitmentFacets.source": 40,
    "Query.states": 32,
    "Query.odsGoals": 17,
    "Query.sources": 40,
    "Query.events": 50,
    "NationalView.byStatus": 7,
    "NationalView.byOds": 17,
    "NationalView.byYear": 15,
    "NationalView.byState": 32,
    "NationalView.completeness": 20,
    "NationalView.reconciliation": 50,
    "OdsCount.byStatus": 7,
    "Coverage.statesMissing": 32,
    "PreviewPayload.commitments": 20,
    "PreviewPayload.errors": 3,
    "ConformanceReport.issues": 20,
    "RegisterPayload.errors": 3,
    "SourcePayload.errors": 3,
    "HarvestPayload.errors": 3,
    "ResolvePayload.errors": 3,
    "DuplicatePayload.errors": 3,
    "Query.duplicateCandidates": 50,
    "DuplicateCandidate.codes": 2,
    "DuplicateCandidate.commitments": 2,
}
WEIGHTS = {
    "CommitmentConnection.totalCount": 1,
    "CommitmentConnection.facets": 20,
    "ActionPlanConnection.totalCount": 1,
    "HarvestRunConnection.totalCount": 1,
    "Query.nationalView": 50,
}


def hub_cost_model(config: HttpConfig) -> CostModel:
    """The cost model of the hub's own schema."""
    return CostModel(weights=WEIGHTS, factors=FACTORS, default_page=config.default_page, max_page=config.max_page)

"""The types that refer to each other in a circle, named without importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.types.commitment import Commitment
    from schema.types.connection import CommitmentConnection
    from schema.types.exercise import Exercise
    from schema.types.jurisdiction import Jurisdiction
    from schema.types.plan import ActionPlan, ActionPlanConnection
    from schema.types.run import HarvestRun, HarvestRunConnection
    from schema.types.source import Source

LazyCommitment = Annotated["Commitment", strawberry.lazy("schema.types.commitment")]
LazyCommitmentConnection = Annotated["CommitmentConnection", strawberry.lazy("schema.types.connection")]
LazyExercise = Annotated["Exercise", strawberry.lazy("schema.types.exercise")]
LazyJurisdiction = Annotated["Jurisdiction", strawberry.lazy("schema.types.jurisdiction")]
LazyPlan = Annotated["ActionPlan", strawberry.lazy("schema.types.plan")]
LazyPlanConnection = Annotated["ActionPlanConnection", strawberry.lazy("schema.types.plan")]
LazyRun = Annotated["HarvestRun", strawberry.lazy("schema.types.run")]
LazyRunConnection = Annotated["HarvestRunConnection", strawberry.lazy("schema.types.run")]
LazySource = Annotated["Source", strawberry.lazy("schema.types.source")]

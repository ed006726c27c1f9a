"""Where every reading begins."""

from __future__ import annotations

from typing import Annotated, cast

import strawberry

from schema.commitments import root_connection
from schema.context import Info
from schema.errors import HubError, bad_input
from schema.lookup import jurisdiction_code, node_by_id, state_code
from schema.national import national_view
from schema.plans import PlanScope, plan_connection
from schema.read.changes import change_page
from schema.runs import run_connection
from schema.scalars import Date
from schema.types.arguments import After, AsOf, Before, First, Last
from schema.types.change import Change, ChangeConnection
from schema.types.commitment import Commitment
from schema.types.connection import CommitmentConnection
from schema.types.enums import Program, SourceState
from schema.types.event import Event
from schema.types.inputs import CommitmentFilter, CommitmentOrder
from schema.types.jurisdiction import Jurisdiction
from schema.types.national import NationalView
from schema.types.node import Node, PageInfo
from schema.types.ods import OdsGoal
from schema.types.plan import ActionPlan, ActionPlanConnection
from schema.types.registration import DuplicateCandidate
from schema.types.run import HarvestRunConnection
from schema.types.source import Source

Filter = Annotated[CommitmentFilter | None, strawberry.argument(description="Which ones; default: every one.")]
Order = Annotated[CommitmentOrder | None, strawberry.argument(description="In which order; default: by code.")]


async def _node_or_error(info: Info, id: str) -> Node | None:
    """As node_by_id; what is no id is an error in its own place of the list, and harms no other."""
    try:
        return await node_by_id(info.context, id)
    except HubError as error:
        return cast("None", error)  # graphql-core raises an exception that it finds where a value belongs


@strawberry.type(description="Where every reading begins.")
class Query:
    @strawberry.field(description="The object with this id; null where there is none.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="An id of this hub.")]
    ) -> Node | None:
        return await node_by_id(info.context, id)

    @strawberry.field(description="The objects with these ids, in the same order; null where there is none.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Ids of this hub; at most 500.")],
    ) -> list[Node | None]:
        if len(ids) > info.context.settings.max_page:
            raise bad_input(f"{len(ids)} ids are too many: ask for at most 500 at a time.", field="ids")
        return [await _node_or_error(info, id) for id in ids]

    @strawberry.field(description="Commitments that match, in pages; without first or last, the first 50.")
    def commitments(
        self,
        info: Info,
        filter: Filter = None,
        order_by: Order = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        as_of: AsOf = None,
    ) -> CommitmentConnection:
        return root_connection(info.context, filter, order_by, first, after, last, before, as_of)

    @strawberry.field(description="One commitment; an old code still finds it. Null where there is none.")
    async def commitment(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description='Public code: "MX-VER-PAL-1-C3".')],
        as_of: AsOf = None,
    ) -> Commitment | None:
        row = await info.context.loaders.commitment(code, as_of)
        return Commitment.of(row) if row else None

    @strawberry.field(description="Action plans by code.")
    def plans(
        self,
        info: Info,
        state: Annotated[
            list[str] | None,
            strawberry.argument(description="INEGI keys, ISO codes or names; covers municipalities."),
        ] = None,
        program: Annotated[list[Program] | None, strawberry.argument(description="Programmes.")] = None,
        first: Annotated[int | None, strawberry.argument(description="How many at most; up to 500.")] = 50,
        after: After = None,
    ) -> ActionPlanConnection:
        scope = PlanScope(states=state, programs=program)
        return plan_connection(info.context, scope, first, after, None)

    @strawberry.field(description="One action plan; an old code still finds it. Null where there is none.")
    async def plan(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description='Public code: "MX-VER-PAL-1".')],
    ) -> ActionPlan | None:
        row = await info.context.loaders.plan(code)
        return ActionPlan.of(row) if row else None

    @strawberry.field(description="The 32 federal entities by INEGI key.")
    def states(self, info: Info) -> list[Jurisdiction]:
        return [Jurisdiction.of(row) for row in info.context.file.states()]

    @strawberry.field(description="One federal entity; null where the key, code or name is none's.")
    async def state(
        self,
        info: Info,
        code: Annotated[
            str, strawberry.argument(description='INEGI key, ISO code or name: "30", "MX-VER", "Veracruz".')
        ],
    ) -> Jurisdiction | None:
        return Jurisdiction.maybe(await info.context.loaders.jurisdiction(state_code(code)))

    @strawberry.field(description="One jurisdiction; null where there is none with this key.")
    async def jurisdiction(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description='INEGI key: "00", "30" or "08019".')],
    ) -> Jurisdiction | None:
        return Jurisdiction.maybe(await info.context.loaders.jurisdiction(jurisdiction_code(code)))

    @strawberry.field(description="The 17 Sustainable Development Goals.")
    def ods_goals(self, info: Info) -> list[OdsGoal]:
        return [OdsGoal.of(row) for row in info.context.file.goals().values()]

    @strawberry.field(description="One goal; null where the number is none's.")
    def ods_goal(
        self, info: Info, number: Annotated[int, strawberry.argument(description="1 to 17.")]
    ) -> OdsGoal | None:
        row = info.context.file.goals().get(number)
        return OdsGoal.of(row) if row else None

    @strawberry.field(description="The consolidated picture of the country, of all commitments or of those that match.")
    def national_view(self, info: Info, filter: Filter = None, as_of: AsOf = None) -> NationalView:
        view, moment = national_view(info.context, filter, as_of)
        return NationalView(view=view, as_of=moment)

    @strawberry.field(description="Every source by key.")
    async def sources(
        self,
        info: Info,
        state: Annotated[
            list[SourceState] | None, strawberry.argument(description="Only sources in one of these states.")
        ] = None,
    ) -> list[Source]:
        rows = await info.context.loaders.all_sources()
        return [Source.of(row) for row in rows if state is None or row.live.state in state]

    @strawberry.field(description="One source; null where there is none with this key.")
    async def source(
        self, info: Info, key: Annotated[str, strawberry.argument(description="Key of the source.")]
    ) -> Source | None:
        row = await info.context.loaders.source(key)
        return Source.of(row) if row else None

    @strawberry.field(description="Runs of one source or of all, newest first.")
    async def harvest_runs(
        self,
        info: Info,
        source: Annotated[str | None, strawberry.argument(description="Key of a source; null for all.")] = None,
        first: Annotated[int | None, strawberry.argument(description="How many at most; up to 500.")] = 20,
        after: After = None,
    ) -> HarvestRunConnection:
        return await run_connection(info.context, source, first, after)

    @strawberry.field(description="What changed, oldest first: from the beginning, or after a cursor.")
    def changes(
        self,
        info: Info,
        after: Annotated[
            str | None, strawberry.argument(description="Cursor of the last change that you have.")
        ] = None,
        first: Annotated[int | None, strawberry.argument(description="How many at most; up to 500.")] = 100,
    ) -> ChangeConnection:
        page = change_page(info.context, after, first)
        nodes = [Change.of(change) for change in page.changes]
        return ChangeConnection(
            nodes=nodes,
            page_info=PageInfo(
                has_next_page=page.has_next,
                has_previous_page=page.has_previous,
                start_cursor=nodes[0].cursor if nodes else None,
                end_cursor=nodes[-1].cursor if nodes else None,
            ),
        )

    @strawberry.field(description="Events by date; one without a date is left out.")
    def events(
        self,
        info: Info,
        from_: Annotated[
            Date | None, strawberry.argument(name="from", description="Only events that end on this day or later.")
        ] = None,
        to: Annotated[
            Date | None, strawberry.argument(description="Only events that begin on this day or before.")
        ] = None,
    ) -> list[Event]:
        if from_ is not None and to is not None and from_ > to:
            raise bad_input(f"The span of days is empty: `from` {from_} is after `to` {to}.", field="from")
        return [Event.of(row) for row in info.context.file.events(from_, to)]

    @strawberry.field(description="Commitments of different sources that may be one, likeliest first.")
    async def duplicate_candidates(
        self,
        info: Info,
        decided: Annotated[
            bool, strawberry.argument(description="True: those that were decided; false: those that wait.")
        ] = False,
    ) -> list[DuplicateCandidate]:
        return [DuplicateCandidate.of(found) for found in await info.context.registration.duplicates(decided)]

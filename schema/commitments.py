"""Connections of commitments, at the root and within a jurisdiction, a goal or a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema.context import Context
from schema.filters import Scope
from schema.order import order_of
from schema.page import CommitmentPage
from schema.paging import PageRequest, checked_first, page_request
from schema.scalars import DateTime
from schema.selection import select
from schema.types.inputs import CommitmentFilter, CommitmentOrder

if TYPE_CHECKING:
    from schema.types.connection import CommitmentConnection


def _connection(
    context: Context,
    scope: Scope | None,
    given: CommitmentFilter | None,
    order_by: CommitmentOrder | None,
    request: PageRequest,
    as_of: DateTime | None,
) -> CommitmentConnection:
    from schema.types.connection import CommitmentConnection

    selection = select(context, given, scope, as_of)
    order = order_of(order_by, selection.normal)
    for cursor, name in ((request.after, "after"), (request.before, "before")):
        if cursor is not None:
            order.key(cursor, name)
    return CommitmentConnection(page=CommitmentPage(context, selection, order, request))


def root_connection(
    context: Context,
    given: CommitmentFilter | None,
    order_by: CommitmentOrder | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    as_of: DateTime | None,
) -> CommitmentConnection:
    """Query.commitments.

    Raises:
        HubError: BAD_USER_INPUT for a filter value, cursor, order or page size that cannot be.
    """
    request = page_request(first, last, after, before, context.settings)
    return _connection(context, None, given, order_by, request, as_of)


def nested_connection(
    context: Context,
    scope: Scope,
    given: CommitmentFilter | None,
    first: int | None,
    after: str | None,
    as_of: DateTime | None,
) -> CommitmentConnection:
    """The commitments of a jurisdiction, goal or plan, by code.

    Raises:
        HubError: as `root_connection`.
    """
    request = PageRequest(checked_first(first, context.settings), None, after, None)
    return _connection(context, scope, given, None, request, as_of)

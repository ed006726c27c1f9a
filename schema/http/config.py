"""Every limit and switch of the GraphQL face, with its default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConfig:
    """Sizes are bytes unless the name says otherwise; times are seconds."""

    max_body: int = 1_000_000
    """Largest request body; more is 413."""
    max_url: int = 16_384
    """Largest path with query string; more is 414."""
    max_headers: int = 32_768
    """Largest sum of header names and values; more is 431."""

    max_query: int = 100_000
    """Largest GraphQL document, in characters; refused before it is read."""
    max_tokens: int = 5_000
    """Most lexical tokens of one document."""
    max_depth: int = 20
    """Deepest nesting of fields, fragments followed."""
    max_aliases: int = 250
    """Most aliases of one operation, those of a fragment counted each time that it is spread."""
    max_directives: int = 250
    """Most directives of one operation, counted like aliases."""
    max_list: int = 2_000
    """Most values of one list in the variables, or `max_page` if that is more."""
    max_cost: int = 50_000
    """Highest cost of one operation (docs/cost.md)."""
    body_seconds: float = 30.0
    """Longest that the body of a request may take to arrive; then it is 408."""
    max_seconds: float = 10.0
    """Longest that one operation may take; then it is stopped and refused with COST_LIMIT."""
    default_page: int = 50
    """Rows of a connection that names no `first` or `last`."""
    max_page: int = 500
    """Most rows of one page; cost is never counted above it because no page is ever longer."""
    max_errors: int = 100
    """Most errors told in one answer."""

    introspection: bool = True
    """False: `__schema` and `__type` are refused and messages suggest no names."""
    graphiql: bool = True
    """Serve the query editor to browsers."""
    only_trusted: bool = False
    """True: only documents of the trusted folder run."""

    cache_bytes: int = 64_000_000
    """Memory of the response cache; 0 turns it off."""
    cache_entry: int = 4_000_000
    """Largest answer that is kept in the response cache."""
    compress_above: int = 1_400
    """Answers above this size are compressed when the client accepts it: below, one packet carries them anyway."""

    websocket_init_timeout: float = 10.0
    """How long a WebSocket client may take to say `connection_init`."""
    websocket_operations: int = 50
    """Most operations that run at the same time on one WebSocket."""
    websocket_message: int = 256_000
    """Largest WebSocket message."""
    keep_alive: float = 12.0
    """Seconds between two keep-alive comments of a silent event stream."""

"""GraphQL over HTTP, WebSocket and server-sent events, as plain ASGI callables around any `strawberry.Schema`."""

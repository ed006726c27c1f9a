"""The GraphQL face of the hub: types, filters, planner, and GraphQL over HTTP."""

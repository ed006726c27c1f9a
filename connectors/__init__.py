"""Connectors read the world: one plug-in per kind of source. They know no database and no GraphQL."""

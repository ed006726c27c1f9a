"""The GraphQL types, one noun a module. Each is made from a row of the read model by its `of`."""

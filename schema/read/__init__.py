"""Reading the read-model file: SQL in, rows out. Knows no GraphQL type."""

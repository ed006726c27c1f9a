"""The publication standard “compromisos”: its model, JSON Schema and examples. Knows no hub."""

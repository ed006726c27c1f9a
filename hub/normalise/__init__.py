"""Drafts to records, strictly: pure functions that never guess.

Each module knows one kind of cell and answers a `result.Result`; `record` puts them together. Nothing here does
I/O but reading this package's own reference tables (`data/`) at import.
"""

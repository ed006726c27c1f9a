"""The suite mirrors the three packages; `tests.sites` is a local web of imitation state sites."""

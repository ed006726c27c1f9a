"""The GraphQL documents of the pages: what a page asks is what it shows as its query."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "documents"


@cache
def document(name: str) -> str:
    """The text of `documents/<name>.graphql`.

    Raises:
        FileNotFoundError: there is no such document.
    """
    return (FOLDER / f"{name}.graphql").read_text(encoding="utf-8").strip()

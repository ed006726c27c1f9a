"""Which files of which npm packages the query editor is made of, and their subresource integrity.

Only the standard library is needed here: the script behind `make assets` reads this list before anything is installed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditorFile:
    """One file of a published package. `integrity` is that of its bytes, as browsers check it."""

    package: str
    version: str
    path: str
    integrity: str

    @property
    def name(self) -> str:
        """What the file is called among our own assets; the version is part of it, so that it may be cached for good."""
        stem, dot, suffix = self.path.rpartition("/")[2].partition(".")
        return f"{stem}-{self.version}{dot}{suffix}"

    @property
    def cdn(self) -> str:
        """Where a public CDN serves the same bytes."""
        return f"https://unpkg.com/{self.package}@{self.version}/{self.path}"


SCRIPTS = (
    EditorFile(
        "react",
        "18.3.1",
        "umd/react.production.min.js",
        "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    ),
    EditorFile(
        "react-dom",
        "18.3.1",
        "umd/react-dom.production.min.js",
        "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    EditorFile(
        "graphiql",
        "3.8.2",
        "graphiql.min.js",
        "sha384-WbG8FxjKLHIn8rXXIkCk98zN52bWTZvZROLPcuKUa+nOhbZwMjh1lLFAHVvV9VUc",
    ),
)
STYLES = (
    EditorFile(
        "graphiql",
        "3.8.2",
        "graphiql.min.css",
        "sha384-Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM",
    ),
)
FILES = (*SCRIPTS, *STYLES)

"""What is this file, and which column is what: the one engine of `hub check`, `hub source add` and `previewConnector`.

`inspect` fetches and recognises platforms; `inspect_bytes` is its pure half. Renderers: `hub.inspect.terminal`,
`hub.inspect.html`; `Inspection.to_json`.
"""

from hub.inspect.engine import Asked, inspect_bytes
from hub.inspect.model import ConformanceReport, Finding, Inspection, PreviewRecord, ProposedSource
from hub.inspect.remote import inspect

__all__ = [
    "Asked",
    "ConformanceReport",
    "Finding",
    "Inspection",
    "PreviewRecord",
    "ProposedSource",
    "inspect",
    "inspect_bytes",
]

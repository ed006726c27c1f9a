"""The running hub: model, normalise, fetch, harvest, store, read model, registration, web, command line."""

import sys

# httpx loads its own command line, with click, rich and pygments, for whoever has these installed: a tenth of a second
# and 5 MB of every process for what nobody here calls. Without that module it puts a placeholder in its place.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

__version__ = "0.1.0"

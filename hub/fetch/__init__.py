"""The only way out, and the archive of everything that came back.

`Fetcher` is made once per process; `Fetcher.for_source` gives each run its `connectors.base.Fetch`. It raises
`connectors.base.HarvestError` (of which `ArchiveError` is one) and nothing else.
"""

from hub.fetch.archive import Archive, Stored
from hub.fetch.client import Fetcher
from hub.fetch.conditional import FetchRecord, Recorder, Validator, ValidatorLike, fetch_key
from hub.fetch.errors import ArchiveError
from hub.fetch.robots import RobotsCache, RobotsRecord
from hub.fetch.scratch import ScratchArchive
from hub.fetch.settings import Clock, FetchSettings, SourcePolicy
from hub.fetch.source import SourceFetch
from hub.fetch.wire import Tally

__all__ = [
    "Archive",
    "ArchiveError",
    "Clock",
    "FetchRecord",
    "FetchSettings",
    "Fetcher",
    "Recorder",
    "RobotsCache",
    "RobotsRecord",
    "ScratchArchive",
    "SourceFetch",
    "SourcePolicy",
    "Stored",
    "Tally",
    "Validator",
    "ValidatorLike",
    "fetch_key",
]

"""A local web of imitation state sites, faults included. See README.md beside this file."""

from tests.sites.faults import Fault
from tests.sites.server import Sites

__all__ = ["Fault", "Sites"]

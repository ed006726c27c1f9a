"""Everything that has ever gone wrong with a published page, by name."""

from __future__ import annotations

from enum import Enum, auto


class Fault(Enum):
    """A switch for one path. What each does is listed in README.md."""

    # the connection
    TIMEOUT = auto()
    RESET = auto()
    RESET_MID_BODY = auto()
    TRICKLE = auto()
    GARBAGE = auto()
    # the status
    SERVER_ERROR = auto()
    RATE_LIMITED = auto()
    RATE_LIMITED_DATE = auto()
    UNAUTHORIZED = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    GONE = auto()
    TEAPOT = auto()
    NOT_MODIFIED_ALWAYS = auto()
    # where to
    REDIRECT_LOOP = auto()
    REDIRECT_ENDLESS = auto()
    REDIRECT_PRIVATE = auto()
    REDIRECT_FILE = auto()
    REDIRECT = auto()
    # the body
    TRUNCATED_GZIP = auto()
    DAMAGED_GZIP = auto()
    GZIP_BOMB = auto()
    BROTLI = auto()
    WRONG_TYPE = auto()
    WRONG_CHARSET = auto()
    EMPTY = auto()
    CHALLENGE = auto()
    LOGIN = auto()
    HTML_AS_XLS = auto()
    PDF_WITHOUT_TEXT = auto()
    # the content
    HEADER_ONLY = auto()
    HALF_ROWS = auto()
    RENAMED_COLUMN = auto()
    EDITED = auto()
    # validators
    CHANGED_BUT_EQUAL = auto()
    LYING_ETAG = auto()
    NO_VALIDATORS = auto()
    # cookies
    SET_COOKIE = auto()
    COOKIE_WALL = auto()


TABLE_FAULTS = frozenset({Fault.HEADER_ONLY, Fault.HALF_ROWS, Fault.RENAMED_COLUMN, Fault.EDITED})
"""Those that change what the table says, whatever its format."""

"""Page sizes: what a client may ask for, and the words when it may not."""

from __future__ import annotations

from dataclasses import dataclass

from schema.context import Settings
from schema.errors import bad_input


@dataclass(slots=True)
class PageRequest:
    """A checked request for a page. With `first` and `last` both, Relay's algorithm: the last of the first."""

    first: int | None
    last: int | None
    after: str | None
    before: str | None


def _checked(name: str, count: int, most: int) -> int:
    if count < 0:
        raise bad_input(f"`{name}` is {count}: a page cannot have fewer than 0 records.", field=name)
    if count > most:
        raise bad_input(f"`{name}` is {count}: a page has at most {most} records. Read on with cursors.", field=name)
    return count


def checked_first(first: int | None, settings: Settings, default: int | None = None) -> int:
    """The size of a page that only goes forward; null means the default.

    Raises:
        HubError: BAD_USER_INPUT for a negative or too large one.
    """
    if first is None:
        first = settings.default_page if default is None else default
    return _checked("first", first, settings.max_page)


def page_request(
    first: int | None, last: int | None, after: str | None, before: str | None, settings: Settings
) -> PageRequest:
    """What is asked for, checked.

    Raises:
        HubError: BAD_USER_INPUT for a negative or too large page.
    """
    if last is not None:
        last = _checked("last", last, settings.max_page)
        return PageRequest(None if first is None else checked_first(first, settings), last, after, before)
    return PageRequest(checked_first(first, settings), None, after, before)

"""Rows that are all of another state than their source: a wrong address, or a wrong state in the source's table."""

from __future__ import annotations

from connectors.base import SourceChanged, SourceInfo
from hub.normalise.places import STATES
from hub.normalise.profile import Profile


def refuse_rows_of_others(profile: Profile, source: SourceInfo) -> None:
    """Refuse what names a state in every row, and never the source's own; a few rows of others keep their own state.

    Raises:
        SourceChanged: ``WRONG_STATE``.
    """
    found = profile.elsewhere(source.state)
    if not found or source.state is None:
        return
    names = ", ".join(STATES[key].name for key in found)
    own = STATES[source.state[:2]].name
    raise SourceChanged(
        f"Todas las filas dicen ser de otra entidad ({names}) y la fuente es de {own}: corrija la entidad de la fuente o su "
        "dirección.",
        code="WRONG_STATE",
    )

"""hub.store.migrations: the revision that the code names is the newest there is."""

from __future__ import annotations

from hub.store import migrations


def test_the_revision_named_is_the_newest_there_is() -> None:
    assert migrations.scripts().get_current_head() == migrations.HEAD

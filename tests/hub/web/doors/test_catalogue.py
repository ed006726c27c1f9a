"""hub.web.doors.catalogue: every file that leaves the hub is in its catalogue."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from hub.web.doors.table import FORMS
from hub.web.doors.tables import WHOLE

pytestmark = pytest.mark.anyio


async def test_every_list_of_the_whole_country_is_a_data_set_with_a_distribution_a_form(
    client: httpx.AsyncClient,
) -> None:
    catalogue = (await client.get("/catalog.jsonld")).json()
    by_id = {one["id"]: one for one in catalogue["dataset"]}
    assert len(by_id) == len(catalogue["dataset"])
    for table in WHOLE:
        (found,) = [one for name, one in by_id.items() if name.endswith(f"/#{table.file}")]
        addresses = [urlsplit(one["downloadURL"]).path for one in found["distribution"]]
        assert addresses == [f"/api/{table.name}.{form}" for form in FORMS]
        assert found["description"]
        assert not found["title"].endswith(":")

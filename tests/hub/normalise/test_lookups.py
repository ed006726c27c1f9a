from __future__ import annotations

import pytest

from hub.normalise.lookups import LookupsError, find, loads


def test_a_source_beats_the_common_table_and_exact_beats_folded() -> None:
    tables = loads('[*.status]\n"c" = "WITHDRAWN"\n"d" = ""\n[puebla.status]\n"c" = "COMPLETED"').for_source("puebla")
    assert find(tables["status"], " C ") == "COMPLETED"
    assert find(tables["status"], "d") == ""
    assert find(tables["status"], "e") is None
    assert find(loads('[*.status]\n"c" = "WITHDRAWN"').for_source("otra")["status"], "c") == "WITHDRAWN"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[p.status]\n"c" = "LISTO"', "[p.status]"),
        ('[p.color]\n"c" = "x"', "color"),
        ("[p", "TOML"),
        ('p = "x"', "«p»"),
        ('[p]\nstatus = "x"', "status"),
    ],
)
def test_a_wrong_table_names_itself(text: str, named: str) -> None:
    with pytest.raises(LookupsError) as error:
        loads(text)
    assert named in str(error.value)
    assert "\n" not in str(error.value)

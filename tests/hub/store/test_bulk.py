"""hub.store.bulk: what is written by columns is what would be written cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.store import Store
from hub.store.bulk import _written, insert_columns, insert_rows
from hub.store.group_rows import _SAVE_KEY
from hub.store.tables import alias, group_key
from hub.store.values import clean
from tests.hub.store.world import NOW

TEXTS = st.lists(st.none() | st.text(st.characters(codec=None)) | st.sampled_from(["\x00", "\ud800", "ñ"]), max_size=6)


@given(TEXTS)
def test_a_column_is_cleaned_as_each_of_its_cells(texts: Sequence[str | None]) -> None:
    assert list(_written(clean, texts)) == [None if text is None else clean(text) for text in texts]


@pytest.mark.anyio
async def test_rows_are_written_alike_by_row_and_by_column(store: Store) -> None:
    codes = ["a\x00b", "ñandú", "z\ud800"]
    async with store._write() as connection:
        await insert_rows(connection, alias, [{"old_code": f"r-{code}", "new_code": code} for code in codes], at=NOW)
        columns = {"old_code": [f"c-{code}" for code in codes], "new_code": codes}
        await insert_columns(connection, alias, columns, at=NOW)
        await insert_columns(connection, alias, {})
        await insert_columns(connection, alias, {"old_code": [], "new_code": []}, at=NOW)
    async with store._read() as connection:
        rows = [tuple(row) for row in await connection.execute(select(alias).order_by(alias.c.old_code))]
    assert [(old[2:], new, at) for old, new, at in rows[:3]] == [(old[2:], new, at) for old, new, at in rows[3:]]
    assert sorted(new for _, new, _ in rows[:3]) == sorted(map(clean, codes))


@pytest.mark.anyio
@pytest.mark.parametrize("count", [1, 2, 337])
async def test_every_row_is_written_once_however_many_there_are(store: Store, count: int) -> None:
    codes = [f"{number:03}" for number in range(count)]
    async with store._write() as connection:
        await insert_columns(connection, alias, {"old_code": codes, "new_code": codes[::-1]}, at=NOW)
    async with store._read() as connection:
        rows = (await connection.execute(select(alias).order_by(alias.c.old_code))).all()
    assert [tuple(row) for row in rows] == list(zip(codes, codes[::-1], [NOW] * count, strict=True))


@pytest.mark.anyio
async def test_of_rows_with_one_key_the_last_one_stands(store: Store) -> None:
    keys = ["b", *(f"a{number}" for number in range(20)), "b"]
    async with store._write() as connection:
        await _SAVE_KEY.of_columns(connection, {"key": keys, "group_id": list(range(22))})
    async with store._read() as connection:
        found: dict[str, int] = dict((await connection.execute(select(group_key))).all())
    assert (len(found), found["b"], found["a3"]) == (21, 21, 4)

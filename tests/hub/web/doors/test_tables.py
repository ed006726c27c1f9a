"""hub.web.doors.tables: every table is whole, documented and of one of the pages' documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import parse, validate

import hub
from hub.web.doors.table import Table
from hub.web.doors.tables import TABLES, WHOLE, tables_of
from hub.web.pages.documents import document
from hub.web.pages.queries import QUESTIONS
from schema.api import build_schema

DOCUMENTED = Path(hub.__file__).parents[1] / "docs" / "data-set.md"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_s_document_is_good_and_takes_the_variables_that_its_parameters_fill(table: Table) -> None:
    text = document(table.document)
    assert validate(build_schema()._schema, parse(text)) == []
    lists, single = table.parameters()
    wanted = {"filter"} if table.filters else {*lists.values(), *single.values()}
    assert wanted <= set(re.findall(r"\$(\w+)", text))
    assert not table.paged or "$after" in text
    assert table.required is None or table.required in single


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_two_columns_and_no_two_files_have_one_name(table: Table) -> None:
    assert len(set(table.headings)) == len(table.headings)
    assert len(table.file) <= 31  # the longest name of a sheet in Excel
    assert [other.name for other in TABLES.values() if other.file == table.file] == [table.name]


def test_every_table_is_documented_column_by_column() -> None:
    rows = re.findall(r"^\| `([\w/-]+)` \| [^|]+ \| [^|]+ \| ([^|]+) \|$", DOCUMENTED.read_text("utf-8"), re.MULTILINE)
    documented = {name: tuple(re.findall(r"`(\w+)`", columns)) for name, columns in rows}
    assert documented == {name: table.headings for name, table in TABLES.items()}


def test_those_of_the_whole_country_need_nothing_and_say_what_they_are() -> None:
    assert all(table.required is None and table.says and table.title for table in WHOLE)


def test_each_of_the_questions_has_its_table_with_the_rows_that_the_page_shows() -> None:
    for question in QUESTIONS:
        (table,) = tables_of(f"questions/{question.key}")
        assert table.rows == question.rows
        lists, single = table.parameters()
        assert {*question.variables} <= {*lists.values(), *single.values()}

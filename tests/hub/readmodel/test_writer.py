"""What runs beside is there for whoever asks next, and so is its error."""

from __future__ import annotations

import threading
from pathlib import Path

import apsw
import pytest

from hub.readmodel.writer import Writer

NUMBERS = "INSERT INTO found WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n {until}) SELECT i FROM n;"


class Stopped(BaseException):
    """As Ctrl-C raises it: no Exception."""


def found(path: Path) -> list[int]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [row[0] for row in connection.execute("SELECT i FROM found ORDER BY rowid")]
    finally:
        connection.close()


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("read-model-writer")}


def test_rows_come_in_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    with Writer(tmp_path / "1.db") as writer:
        writer.run("CREATE TABLE found(i)")
        writer.many("found", 1, [(-2,), (-1,)])
        writer.beside(NUMBERS.format(until="LIMIT 50000"))
        writer.beside("INSERT INTO found SELECT max(i) + ? FROM found", (1,))
        writer.many("found", 1, [(0,)])
    assert found(tmp_path / "1.db") == [-2, -1, *range(1, 50_002), 0]
    assert not threads()


def test_every_one_of_several_statements_is_run_whatever_they_give_back(tmp_path: Path) -> None:
    with Writer(tmp_path / "1.db") as writer:
        writer.run("SELECT 1; SELECT 2 UNION ALL SELECT 3; CREATE TABLE found(i)")
        writer.beside("SELECT 1; INSERT INTO found VALUES (1); SELECT 2; INSERT INTO found VALUES (2)")
    assert found(tmp_path / "1.db") == [1, 2]


def test_a_file_is_written_without_waiting_for_the_disk_at_each_step(tmp_path: Path) -> None:
    with Writer(tmp_path / "1.db") as writer:
        said = {
            name: writer._connection.pragma(name) for name in ("page_size", "journal_mode", "synchronous", "temp_store")
        }
        assert said == {"page_size": 16384, "journal_mode": "off", "synchronous": 0, "temp_store": 2}
        assert writer._connection.pragma("locking_mode") == "exclusive"


@pytest.mark.parametrize("ask", ["run", "many", "beside"])
def test_an_error_of_what_ran_beside_is_raised_by_what_is_asked_next(tmp_path: Path, ask: str) -> None:
    went_on = False

    def write() -> None:
        nonlocal went_on
        with Writer(tmp_path / "1.db") as writer:
            writer.run("CREATE TABLE found(i UNIQUE)")
            writer.beside("INSERT INTO found VALUES (1), (1)")
            if ask == "many":
                writer.many("found", 1, [(2,)])
            else:
                getattr(writer, ask)("INSERT INTO found VALUES (2)")
            went_on = True

    with pytest.raises(apsw.ConstraintError, match=r"found\.i"):
        write()
    assert not went_on
    assert not threads()


def test_an_error_of_what_ran_beside_last_is_raised_at_the_end(tmp_path: Path) -> None:
    def write() -> None:
        with Writer(tmp_path / "1.db") as writer:
            writer.run("CREATE TABLE found(i); PRAGMA max_page_count = 10")
            writer.beside(NUMBERS.format(until=""))

    with pytest.raises(apsw.FullError):
        write()
    assert not threads()


def test_what_runs_beside_ends_when_the_writing_is_given_up(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        with Writer(path) as writer:
            writer.run("CREATE TABLE found(i)")
            writer.beside(NUMBERS.format(until=""))  # has no end
            raise Stopped

    for number in range(20):  # at another moment each time
        with pytest.raises(Stopped):
            write(tmp_path / f"{number}.db")
        assert not threads()

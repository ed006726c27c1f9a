"""The data of the benchmarks: one made-up country, as a read-model file and as plain tables for the others.

    python bench/generator.py 100000 [FOLDER]

Both hold the same commitments, and both are kept: a run with the same size finds them.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from pathlib import Path

from hub.readmodel import ReadModel, ReadModelError
from hub.readmodel.generate import generate

DATA = Path(__file__).parent / ".peers" / "data"

PLAIN = """
CREATE TABLE jurisdiction AS SELECT code, name FROM m.jurisdiction ORDER BY code;
CREATE TABLE ods_goal AS SELECT number, name FROM m.ods_goal ORDER BY number;
CREATE TABLE plan AS SELECT code, title, jurisdiction FROM m.plan WHERE valid_to IS NULL ORDER BY code;
CREATE TABLE commitment(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT, kind TEXT,
    url TEXT, status TEXT NOT NULL, progress REAL, start_date TEXT, end_date TEXT, plan_code TEXT, jurisdiction TEXT, state TEXT);
INSERT INTO commitment SELECT r.id, r.code, r.title, d.description, r.kind, r.url, r.status, r.progress, r.start_date,
    r.end_date, r.plan_code, r.jurisdiction, r.state
    FROM m.commitment_row r JOIN m.commitment_more d ON d.id = r.id WHERE r.is_primary;
CREATE TABLE commitment_ods(commitment INTEGER, pos INTEGER, goal INTEGER, target TEXT, PRIMARY KEY(commitment, pos)) WITHOUT ROWID;
INSERT INTO commitment_ods SELECT o.row, o.pos, o.goal, o.target FROM m.commitment_ods o JOIN commitment c ON c.id = o.row;
CREATE TABLE commitment_year(commitment INTEGER, year INTEGER, PRIMARY KEY(commitment, year)) WITHOUT ROWID;
INSERT INTO commitment_year SELECT y.row, y.year FROM m.commitment_year y JOIN commitment c ON c.id = y.row;
CREATE TABLE progress_report(commitment INTEGER, pos INTEGER, date TEXT, progress REAL, status TEXT, summary TEXT,
    PRIMARY KEY(commitment, pos)) WITHOUT ROWID;
INSERT INTO progress_report SELECT c.id, e.key, e.value ->> '$.date', e.value ->> '$.progress',
    coalesce(e.value ->> '$.status', 'UNKNOWN'), e.value ->> '$.summary'
    FROM commitment c JOIN m.commitment_more d ON d.id = c.id JOIN json_each(d.body, '$.progress_reports') e;
CREATE TABLE version(commitment INTEGER, valid_from TEXT, valid_to TEXT, changed_fields TEXT, status TEXT,
    PRIMARY KEY(commitment, valid_from)) WITHOUT ROWID;
INSERT INTO version SELECT r.id, r.updated_at, NULL, d.changed_fields, r.status FROM m.commitment_row r
    JOIN m.commitment_more d ON d.id = r.id WHERE r.is_primary;
INSERT INTO version SELECT c.id, p.updated_at, p.valid_to, d.changed_fields, p.status FROM m.past_row p
    JOIN m.past_more d ON d.id = p.id JOIN commitment c ON c.code = p.code;
CREATE UNIQUE INDEX plan_code ON plan(code);
CREATE UNIQUE INDEX jurisdiction_code ON jurisdiction(code);
CREATE INDEX commitment_state ON commitment(state, code);
CREATE INDEX commitment_status ON commitment(status, code);
CREATE INDEX ods_goal_of ON commitment_ods(goal, commitment);
CREATE INDEX year_of ON commitment_year(year, commitment);
CREATE VIRTUAL TABLE fts USING fts5(title, description, institution, content='', tokenize='unicode61 remove_diacritics 2');
INSERT INTO fts(rowid, title, description, institution) SELECT c.id, c.title, c.description,
    (SELECT group_concat(i.name, ' · ') FROM m.commitment_institution i WHERE i.row = c.id) FROM commitment c;
-- what a read model adds: everything of a list row in one row, the facet index in page order, counts
CREATE TABLE card(id INTEGER PRIMARY KEY, code TEXT UNIQUE, title TEXT, kind TEXT, url TEXT, status TEXT, progress REAL,
    start_date TEXT, end_date TEXT, plan_code TEXT, plan_title TEXT, jurisdiction TEXT, state TEXT, ods_json TEXT);
INSERT INTO card SELECT c.id, c.code, c.title, c.kind, c.url, c.status, c.progress, c.start_date, c.end_date, c.plan_code,
    p.title, c.jurisdiction, c.state, coalesce((SELECT json_group_array(json_object('goal', json_object('number', o.goal,
    'name', g.name), 'target', o.target)) FROM commitment_ods o JOIN ods_goal g ON g.number = o.goal WHERE o.commitment = c.id), '[]')
    FROM commitment c LEFT JOIN plan p ON p.code = c.plan_code;
CREATE INDEX card_state ON card(state, code);
CREATE TABLE detail(id INTEGER PRIMARY KEY, description TEXT, reports TEXT);
INSERT INTO detail SELECT c.id, c.description, coalesce((SELECT json_group_array(json_object('date', r.date, 'progress',
    r.progress, 'status', r.status, 'summary', r.summary)) FROM progress_report r WHERE r.commitment = c.id), '[]')
    FROM commitment c;
CREATE TABLE facet(goal INTEGER, status TEXT, year INTEGER, id INTEGER, PRIMARY KEY(goal, status, year, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO facet SELECT o.goal, c.status, y.year, c.id FROM commitment c
    JOIN commitment_ods o ON o.commitment = c.id JOIN commitment_year y ON y.commitment = c.id;
CREATE TABLE cube3(goal INTEGER, status TEXT, year INTEGER, n INTEGER, PRIMARY KEY(goal, status, year)) WITHOUT ROWID;
INSERT INTO cube3 SELECT goal, status, year, count(*) FROM facet GROUP BY 1, 2, 3;
CREATE TABLE cube(dim TEXT, value TEXT, by TEXT, member TEXT, n INTEGER, PRIMARY KEY(dim, value, by, member)) WITHOUT ROWID;
INSERT INTO cube SELECT dim, value, by, member, count FROM m.cube WHERE by IN ('', 'status', 'ods', 'state', 'completed');
ANALYZE main;
"""


def read_model(size: int, folder: Path = DATA) -> Path:
    """The read-model file of `size` commitments, a tenth of them with history; built if it is not there."""
    path = folder / f"{size}.db"
    try:
        ReadModel.open(path).close()
    except ReadModelError:
        started = time.perf_counter()
        generate(path, size, history=0.1)
        print(f"read model of {size:,}: made and built in {time.perf_counter() - started:.1f} s")
    return path


def plain(size: int, folder: Path = DATA) -> Path:
    """The same commitments in plain tables."""
    model = read_model(size, folder)
    path = folder / f"{size}-plain.db"
    if not path.exists() or path.stat().st_mtime < model.stat().st_mtime:
        path.unlink(missing_ok=True)
        draft = path.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        with sqlite3.connect(f"file:{draft}", uri=True) as connection:
            connection.execute("ATTACH ? AS m", (f"file:{model}?immutable=1",))
            connection.executescript(PLAIN)
        connection.close()
        draft.rename(path)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path, nargs="?", default=DATA)
    arguments = parser.parse_args()
    print(read_model(arguments.size, arguments.folder), plain(arguments.size, arguments.folder))

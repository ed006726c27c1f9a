"""The tables of a read-model file.

Two families share one shape: ``commitment_*`` holds what is public now, ``past_*`` the superseded versions, so that
history never makes today's reads longer. A row's id is its place in page order (code, then the merged record before
the sources' own ones), so walking ids is walking pages. The views ``commitment`` and ``commitment_version`` are the
published face of the data set.
"""

from __future__ import annotations

FORMAT = 5
"""Moves when the tables, the columns behind them or what is counted in them change; a file of another format is rebuilt."""

LINEAGE = (
    "lineage_url TEXT, lineage_fetched_at TEXT, lineage_sha256 TEXT, lineage_media_type TEXT, lineage_locator TEXT, "
    "lineage_run TEXT"
)
LINEAGE_COLUMNS = (
    "lineage_url",
    "lineage_fetched_at",
    "lineage_sha256",
    "lineage_media_type",
    "lineage_locator",
    "lineage_run",
)

REFERENCE = f"""
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE jurisdiction(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, iso TEXT, level TEXT NOT NULL,
    name TEXT NOT NULL, official_name TEXT NOT NULL, parent TEXT, parent_id INTEGER);
CREATE TABLE ods_goal(number INTEGER PRIMARY KEY, name TEXT NOT NULL, color TEXT NOT NULL);
CREATE TABLE source(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, connector TEXT NOT NULL,
    url TEXT NOT NULL, jurisdiction TEXT, jurisdiction_id INTEGER, state TEXT NOT NULL, schedule TEXT, license TEXT,
    rank INTEGER NOT NULL, commitment_count INTEGER NOT NULL);
CREATE TABLE run(id TEXT PRIMARY KEY, source TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, "read" INTEGER NOT NULL, added INTEGER NOT NULL,
    modified INTEGER NOT NULL, removed INTEGER NOT NULL, rejected INTEGER NOT NULL, requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE plan(id INTEGER PRIMARY KEY, code TEXT NOT NULL, title TEXT NOT NULL, jurisdiction TEXT NOT NULL,
    jurisdiction_id INTEGER NOT NULL, state TEXT NOT NULL, program TEXT NOT NULL, ordinal INTEGER, published TEXT,
    start_date TEXT, end_date TEXT, declared_commitments INTEGER, status_raw TEXT, url TEXT, source TEXT NOT NULL,
    {LINEAGE}, valid_from TEXT NOT NULL, valid_to TEXT, body TEXT NOT NULL);
CREATE TABLE exercise(jurisdiction TEXT PRIMARY KEY, joined TEXT, joined_year INTEGER, step TEXT,
    secretariat_installed TEXT, members_json TEXT, status_raw TEXT, source TEXT NOT NULL, {LINEAGE}, body TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE total(id INTEGER PRIMARY KEY, source TEXT NOT NULL, native_key TEXT NOT NULL, indicator TEXT NOT NULL,
    value REAL NOT NULL, publisher TEXT NOT NULL, date TEXT, jurisdiction TEXT, ods INTEGER, unit TEXT, qualifier TEXT,
    document TEXT, url TEXT, body TEXT NOT NULL);
CREATE TABLE event(id INTEGER PRIMARY KEY, source TEXT NOT NULL, native_key TEXT NOT NULL, date TEXT, end_date TEXT,
    title TEXT NOT NULL, place TEXT, organiser TEXT, kind TEXT, jurisdiction TEXT, url TEXT, body TEXT NOT NULL);
CREATE TABLE alias(old_code TEXT PRIMARY KEY, new_code TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE change(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL,
    data_version INTEGER NOT NULL, changed_fields TEXT NOT NULL, run TEXT NOT NULL);
CREATE TABLE alignment(id INTEGER PRIMARY KEY, goal INTEGER NOT NULL, target TEXT, basis TEXT NOT NULL, reason TEXT);
CREATE TABLE institution(id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL);
CREATE TABLE posting(space TEXT NOT NULL, dim TEXT NOT NULL, value TEXT NOT NULL, count INTEGER NOT NULL,
    packed INTEGER NOT NULL, ids BLOB NOT NULL, PRIMARY KEY(space, dim, value));
CREATE TABLE ordering(space TEXT NOT NULL, field TEXT NOT NULL, valued INTEGER NOT NULL, ids BLOB NOT NULL,
    places BLOB NOT NULL, PRIMARY KEY(space, field));
CREATE TABLE cube(dim TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL, member TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY(dim, value, by, member)) WITHOUT ROWID;
CREATE TABLE mean(dim TEXT NOT NULL, value TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL,
    total INTEGER NOT NULL, PRIMARY KEY(dim, value, state)) WITHOUT ROWID;
CREATE TABLE vector(space TEXT NOT NULL, name TEXT NOT NULL, cells BLOB NOT NULL, PRIMARY KEY(space, name));
"""

_FAMILY = """
CREATE TABLE {p}_row(id INTEGER PRIMARY KEY, code TEXT NOT NULL, is_primary INTEGER NOT NULL, source TEXT NOT NULL,
    native_key TEXT NOT NULL, number INTEGER, series TEXT NOT NULL, title TEXT NOT NULL, kind TEXT, axis TEXT,
    plan_code TEXT NOT NULL, plan_id INTEGER, jurisdiction TEXT NOT NULL, jurisdiction_id INTEGER NOT NULL,
    state TEXT NOT NULL, level TEXT NOT NULL, program TEXT NOT NULL, start_date TEXT, end_date TEXT,
    status TEXT NOT NULL, status_raw TEXT, progress REAL, progress_raw TEXT, url TEXT, updated_at TEXT NOT NULL,
    valid_to TEXT, has_evidence INTEGER NOT NULL, missing_since TEXT,
    years TEXT NOT NULL, alignments TEXT NOT NULL);
CREATE TABLE {p}_more(id INTEGER PRIMARY KEY, description TEXT, {lineage}, run TEXT, changed_fields TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE {p}_ods(row INTEGER NOT NULL, pos INTEGER NOT NULL, goal INTEGER NOT NULL, target TEXT,
    basis TEXT NOT NULL, reason TEXT, PRIMARY KEY(row, pos)) WITHOUT ROWID;
CREATE TABLE {p}_year(row INTEGER NOT NULL, year INTEGER NOT NULL, PRIMARY KEY(row, year)) WITHOUT ROWID;
CREATE TABLE {p}_institution(row INTEGER NOT NULL, pos INTEGER NOT NULL, institution INTEGER NOT NULL,
    name TEXT NOT NULL, role TEXT NOT NULL, raw TEXT, PRIMARY KEY(row, pos)) WITHOUT ROWID;
CREATE TABLE {p}_source(row INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY(row, source)) WITHOUT ROWID;
CREATE VIRTUAL TABLE {p}_fts USING fts5(title, description, institution, content='', detail=full,
    tokenize='unicode61 remove_diacritics 2');
"""

FAMILIES = ("commitment", "past")
TABLES = REFERENCE + "".join(_FAMILY.format(p=name, lineage=LINEAGE) for name in FAMILIES)

INDEXES = """
CREATE UNIQUE INDEX commitment_code ON commitment_row(code, is_primary, id);
CREATE INDEX past_code ON past_row(code, updated_at);
CREATE INDEX plan_current ON plan(code) WHERE valid_to IS NULL;
CREATE INDEX plan_code ON plan(code, valid_from);
CREATE INDEX plan_state ON plan(state, code) WHERE valid_to IS NULL;
CREATE INDEX plan_jurisdiction ON plan(jurisdiction_id, code) WHERE valid_to IS NULL;
CREATE INDEX change_code ON change(code);
CREATE INDEX change_at ON change(at);
CREATE INDEX event_date ON event(date);
CREATE INDEX run_source ON run(source, started_at);
"""

_COLUMNS = (
    "r.id, r.code, r.is_primary, r.source, r.native_key, r.number, r.series, r.title, m.description, r.kind, r.axis, "
    "r.plan_code, r.jurisdiction, r.state, r.level, r.program, r.start_date, r.end_date, r.status, r.status_raw, "
    "r.progress, r.progress_raw, r.url, r.updated_at, r.has_evidence, r.missing_since, m.body"
)

VIEWS = f"""
CREATE VIEW commitment AS SELECT {_COLUMNS} FROM commitment_row r LEFT JOIN commitment_more m ON m.id = r.id;
CREATE VIEW commitment_version AS
    SELECT {_COLUMNS}, r.updated_at AS valid_from, NULL AS valid_to, m.changed_fields, m.run
    FROM commitment_row r LEFT JOIN commitment_more m ON m.id = r.id WHERE r.is_primary = 1
    UNION ALL
    SELECT {_COLUMNS}, r.updated_at, r.valid_to, m.changed_fields, m.run
    FROM past_row r LEFT JOIN past_more m ON m.id = r.id;
"""

-- The plain tables of the other peers with the keys that datasette-graphql reads relations from, and views for what is counted.
-- m: the read model, p: the plain tables.
CREATE TABLE jurisdiction(code TEXT PRIMARY KEY, name TEXT);
INSERT INTO jurisdiction SELECT code, name FROM p.jurisdiction;
CREATE TABLE ods_goal(number INTEGER PRIMARY KEY, name TEXT);
INSERT INTO ods_goal SELECT number, name FROM p.ods_goal;
CREATE TABLE plan(code TEXT PRIMARY KEY, title TEXT);
INSERT INTO plan SELECT code, title FROM p.plan;
CREATE TABLE commitment(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT, kind TEXT,
    url TEXT, status TEXT NOT NULL, progress REAL, start_date TEXT, end_date TEXT, plan TEXT REFERENCES plan(code),
    jurisdiction TEXT REFERENCES jurisdiction(code), state TEXT);
INSERT INTO commitment SELECT id, code, title, description, kind, url, status, progress, start_date, end_date, plan_code,
    jurisdiction, state FROM p.commitment;
CREATE TABLE commitment_ods(commitment INTEGER REFERENCES commitment(id), pos INTEGER, goal INTEGER REFERENCES ods_goal(number),
    target TEXT, PRIMARY KEY(commitment, pos)) WITHOUT ROWID;
INSERT INTO commitment_ods SELECT commitment, pos, goal, target FROM p.commitment_ods;
CREATE TABLE commitment_year(commitment INTEGER, year INTEGER, PRIMARY KEY(commitment, year)) WITHOUT ROWID;
INSERT INTO commitment_year SELECT commitment, year FROM p.commitment_year;
CREATE TABLE progress_report(commitment INTEGER REFERENCES commitment(id), pos INTEGER, date TEXT, progress REAL, status TEXT,
    summary TEXT, PRIMARY KEY(commitment, pos)) WITHOUT ROWID;
INSERT INTO progress_report SELECT * FROM p.progress_report;
CREATE TABLE version(commitment INTEGER REFERENCES commitment(id), valid_from TEXT, valid_to TEXT, changed_fields TEXT,
    status TEXT, PRIMARY KEY(commitment, valid_from)) WITHOUT ROWID;
INSERT INTO version SELECT * FROM p.version;
CREATE INDEX commitment_state ON commitment(state, id);
CREATE INDEX commitment_status ON commitment(status, id);
CREATE INDEX ods_goal_of ON commitment_ods(goal, commitment);
CREATE INDEX year_of ON commitment_year(year, commitment);
CREATE VIRTUAL TABLE fts USING fts5(title, description, institution, content='', tokenize='unicode61 remove_diacritics 2');
INSERT INTO fts(rowid, title, description, institution) SELECT c.id, c.title, c.description,
    (SELECT group_concat(i.name, ' · ') FROM m.commitment_institution i WHERE i.row = c.id) FROM commitment c;

CREATE VIEW by_status AS SELECT y.year, c.status, count(*) AS n FROM commitment_year y JOIN commitment c ON c.id = y.commitment
    GROUP BY y.year, c.status;
CREATE VIEW by_goal AS SELECT y.year, o.goal, count(DISTINCT o.commitment) AS n FROM commitment_year y
    JOIN commitment_ods o ON o.commitment = y.commitment GROUP BY y.year, o.goal;
CREATE VIEW by_state AS SELECT y.year, c.state, count(*) AS n, sum(c.status = 'COMPLETED') AS completed FROM commitment_year y
    JOIN commitment c ON c.id = y.commitment GROUP BY y.year, c.state;
CREATE VIEW facet_ods AS SELECT o.goal, c.status, x.goal AS value, count(DISTINCT c.id) AS n FROM commitment_ods o
    JOIN commitment c ON c.id = o.commitment JOIN commitment_ods x ON x.commitment = c.id GROUP BY 1, 2, 3;
CREATE VIEW facet_year AS SELECT o.goal, c.status, y.year AS value, count(DISTINCT c.id) AS n FROM commitment_ods o
    JOIN commitment c ON c.id = o.commitment JOIN commitment_year y ON y.commitment = c.id GROUP BY 1, 2, 3;
CREATE VIEW facet_state AS SELECT o.goal, c.status, c.state AS value, count(DISTINCT c.id) AS n FROM commitment_ods o
    JOIN commitment c ON c.id = o.commitment GROUP BY 1, 2, 3;
CREATE VIEW facet_status AS SELECT o.goal, c.status, c.status AS value, count(DISTINCT c.id) AS n FROM commitment_ods o
    JOIN commitment c ON c.id = o.commitment GROUP BY 1, 2;
ANALYZE main;

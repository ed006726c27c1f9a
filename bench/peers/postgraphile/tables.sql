-- The plain tables of the other peers, as somebody would lay them out in PostgreSQL for PostGraphile.
CREATE EXTENSION unaccent;
CREATE TEXT SEARCH CONFIGURATION spanish_words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION spanish_words ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;

CREATE TABLE jurisdiction(code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE ods_goal(number int PRIMARY KEY, name text NOT NULL);
CREATE TABLE plan(code text PRIMARY KEY, title text NOT NULL, jurisdiction text NOT NULL REFERENCES jurisdiction);
CREATE TABLE commitment(id int PRIMARY KEY, code text NOT NULL UNIQUE, title text NOT NULL, description text, kind text, url text,
    status text NOT NULL, progress float8, start_date text, end_date text, plan_code text NOT NULL REFERENCES plan,
    jurisdiction text NOT NULL REFERENCES jurisdiction, state text, words tsvector);
CREATE TABLE commitment_ods(commitment int REFERENCES commitment, pos int, goal int NOT NULL REFERENCES ods_goal, target text,
    PRIMARY KEY (commitment, pos));
CREATE TABLE commitment_year(commitment int REFERENCES commitment, year int, PRIMARY KEY (commitment, year));
CREATE TABLE progress_report(commitment int REFERENCES commitment, pos int, date text, progress float8, status text NOT NULL,
    summary text, PRIMARY KEY (commitment, pos));
CREATE TABLE version(commitment int REFERENCES commitment, valid_from text, valid_to text, changed_fields text[] NOT NULL,
    status text NOT NULL, PRIMARY KEY (commitment, valid_from));

CREATE INDEX ON commitment(state, id);
CREATE INDEX ON commitment(status, id);
CREATE INDEX ON commitment(plan_code);
CREATE INDEX ON commitment(jurisdiction);
CREATE INDEX ON commitment_ods(goal, commitment);
CREATE INDEX ON commitment_year(year, commitment);
CREATE INDEX ON commitment USING gin(words);
COMMENT ON COLUMN commitment.words IS '@behavior -*';
COMMENT ON TABLE commitment_year IS '@behavior -*';

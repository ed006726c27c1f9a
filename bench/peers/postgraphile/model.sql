-- The same functions over a read model like the hub's: a facet index in page order and counts, as materialised views.
CREATE SCHEMA model;
SET search_path = model, public;
CREATE MATERIALIZED VIEW facet AS SELECT DISTINCT o.goal, c.status, y.year, c.id AS commitment FROM commitment c
    JOIN commitment_ods o ON o.commitment = c.id JOIN commitment_year y ON y.commitment = c.id;
CREATE UNIQUE INDEX ON facet(goal, status, year, commitment);
CREATE MATERIALIZED VIEW goal_facet AS SELECT DISTINCT o.goal, c.status, c.id AS commitment, c.state FROM commitment c
    JOIN commitment_ods o ON o.commitment = c.id;
CREATE UNIQUE INDEX ON goal_facet(goal, status, commitment) INCLUDE (state);
CREATE MATERIALIZED VIEW year_status AS SELECT y.year, c.status, count(*)::int AS count FROM commitment_year y
    JOIN commitment c ON c.id = y.commitment GROUP BY 1, 2;
CREATE UNIQUE INDEX ON year_status(year, status);
CREATE MATERIALIZED VIEW year_goal AS SELECT y.year, o.goal, count(DISTINCT o.commitment)::int AS count FROM commitment_year y
    JOIN commitment_ods o ON o.commitment = y.commitment GROUP BY 1, 2;
CREATE UNIQUE INDEX ON year_goal(year, goal);
CREATE MATERIALIZED VIEW year_state AS SELECT y.year, c.state, count(*)::int AS commitments,
    (count(*) FILTER (WHERE c.status = 'COMPLETED'))::int AS completed
    FROM commitment_year y JOIN commitment c ON c.id = y.commitment WHERE c.state IS NOT NULL GROUP BY 1, 2;
CREATE UNIQUE INDEX ON year_state(year, state);
COMMENT ON MATERIALIZED VIEW facet IS '@behavior -*';
COMMENT ON MATERIALIZED VIEW goal_facet IS '@behavior -*';
COMMENT ON MATERIALIZED VIEW year_status IS '@behavior -*';
COMMENT ON MATERIALIZED VIEW year_goal IS '@behavior -*';
COMMENT ON MATERIALIZED VIEW year_state IS '@behavior -*';

CREATE FUNCTION matching(goal int, status text, year int) RETURNS SETOF commitment LANGUAGE sql STABLE AS $$
    SELECT c.* FROM model.facet f JOIN commitment c ON c.id = f.commitment
    WHERE f.goal = $1 AND f.status = $2 AND f.year = $3 ORDER BY f.commitment $$;
CREATE FUNCTION matching_count(goal int, status text, year int) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT count(*)::int FROM model.facet f WHERE f.goal = $1 AND f.status = $2 AND f.year = $3 $$;
CREATE FUNCTION having_goal_count(goal int, status text) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT count(*)::int FROM model.goal_facet f WHERE f.goal = $1 AND f.status = $2 $$;
CREATE FUNCTION search(words text) RETURNS SETOF commitment LANGUAGE sql STABLE AS $$
    SELECT c.* FROM commitment c WHERE c.words @@ to_tsquery('spanish_words', $1) ORDER BY c.id $$;

CREATE FUNCTION by_status(year int) RETURNS TABLE(status text, count int) LANGUAGE sql STABLE AS $$
    SELECT n.status, n.count FROM model.year_status n WHERE n.year = $1 $$;
CREATE FUNCTION by_goal(year int) RETURNS TABLE(number int, name text, count int) LANGUAGE sql STABLE AS $$
    SELECT g.number, g.name, coalesce(n.count, 0) FROM ods_goal g
    LEFT JOIN model.year_goal n ON n.goal = g.number AND n.year = $1 ORDER BY g.number $$;
CREATE FUNCTION by_state(year int) RETURNS TABLE(code text, name text, commitments int, completed int)
LANGUAGE sql STABLE AS $$
    SELECT j.code, j.name, coalesce(n.commitments, 0), coalesce(n.completed, 0) FROM jurisdiction j
    LEFT JOIN model.year_state n ON n.state = j.code AND n.year = $1
    WHERE length(j.code) = 2 AND j.code <> '00' ORDER BY j.code $$;

CREATE FUNCTION facet_ods(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT x.goal::text, count(DISTINCT x.commitment)::int FROM model.goal_facet f
    JOIN commitment_ods x ON x.commitment = f.commitment WHERE f.goal = $1 AND f.status = $2
    GROUP BY x.goal ORDER BY 2 DESC, 1 $$;
CREATE FUNCTION facet_status(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT f.status, count(*)::int FROM model.goal_facet f WHERE f.goal = $1 AND f.status = $2 GROUP BY 1 $$;
CREATE FUNCTION facet_year(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT f.year::text, count(*)::int FROM model.facet f WHERE f.goal = $1 AND f.status = $2
    GROUP BY f.year ORDER BY 2 DESC, 1 $$;
CREATE FUNCTION facet_state(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT f.state, count(*)::int FROM model.goal_facet f WHERE f.goal = $1 AND f.status = $2 AND f.state IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1 $$;

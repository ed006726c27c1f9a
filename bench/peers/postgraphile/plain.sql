-- Questions that PostGraphile does not ask of tables by itself, as functions that PostgreSQL inlines: over the plain tables.
CREATE SCHEMA plain;
SET search_path = plain, public;
CREATE FUNCTION matching(goal int, status text, year int) RETURNS SETOF commitment LANGUAGE sql STABLE AS $$
    SELECT c.* FROM commitment c WHERE c.status = $2
    AND EXISTS (SELECT FROM commitment_ods o WHERE o.commitment = c.id AND o.goal = $1)
    AND EXISTS (SELECT FROM commitment_year y WHERE y.commitment = c.id AND y.year = $3) ORDER BY c.id $$;
CREATE FUNCTION having_goal(goal int, status text) RETURNS SETOF commitment LANGUAGE sql STABLE AS $$
    SELECT c.* FROM commitment c WHERE c.status = $2
    AND EXISTS (SELECT FROM commitment_ods o WHERE o.commitment = c.id AND o.goal = $1) ORDER BY c.id $$;
CREATE FUNCTION matching_count(goal int, status text, year int) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT count(*)::int FROM plain.matching($1, $2, $3) $$;
CREATE FUNCTION having_goal_count(goal int, status text) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT count(*)::int FROM plain.having_goal($1, $2) $$;
CREATE FUNCTION search(words text) RETURNS SETOF commitment LANGUAGE sql STABLE AS $$
    SELECT c.* FROM commitment c WHERE c.words @@ to_tsquery('spanish_words', $1) ORDER BY c.id $$;

CREATE FUNCTION by_status(year int) RETURNS TABLE(status text, count int) LANGUAGE sql STABLE AS $$
    SELECT c.status, count(*)::int FROM commitment_year y JOIN commitment c ON c.id = y.commitment
    WHERE y.year = $1 GROUP BY c.status $$;
CREATE FUNCTION by_goal(year int) RETURNS TABLE(number int, name text, count int) LANGUAGE sql STABLE AS $$
    SELECT g.number, g.name, coalesce(n.count, 0)::int FROM ods_goal g LEFT JOIN (
        SELECT o.goal, count(DISTINCT o.commitment) FROM commitment_year y JOIN commitment_ods o ON o.commitment = y.commitment
        WHERE y.year = $1 GROUP BY o.goal) n ON n.goal = g.number ORDER BY g.number $$;
CREATE FUNCTION by_state(year int) RETURNS TABLE(code text, name text, commitments int, completed int)
LANGUAGE sql STABLE AS $$
    SELECT j.code, j.name, coalesce(n.commitments, 0)::int, coalesce(n.completed, 0)::int FROM jurisdiction j LEFT JOIN (
        SELECT c.state, count(*) AS commitments, count(*) FILTER (WHERE c.status = 'COMPLETED') AS completed
        FROM commitment_year y JOIN commitment c ON c.id = y.commitment WHERE y.year = $1 GROUP BY c.state
    ) n ON n.state = j.code WHERE length(j.code) = 2 AND j.code <> '00' ORDER BY j.code $$;

CREATE FUNCTION facet_ods(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT x.goal::text, count(DISTINCT x.commitment)::int FROM plain.having_goal($1, $2) c
    JOIN commitment_ods x ON x.commitment = c.id GROUP BY x.goal ORDER BY 2 DESC, 1 $$;
CREATE FUNCTION facet_status(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT c.status, count(*)::int FROM plain.having_goal($1, $2) c GROUP BY 1 ORDER BY 2 DESC, 1 $$;
CREATE FUNCTION facet_year(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT y.year::text, count(*)::int FROM plain.having_goal($1, $2) c
    JOIN commitment_year y ON y.commitment = c.id GROUP BY y.year ORDER BY 2 DESC, 1 $$;
CREATE FUNCTION facet_state(goal int, status text) RETURNS TABLE(key text, count int) LANGUAGE sql STABLE AS $$
    SELECT c.state, count(*)::int FROM plain.having_goal($1, $2) c WHERE c.state IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1 $$;

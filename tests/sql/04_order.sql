-- The order of arrival never matters: all orders of four versions of one figure end in the same.
--
-- Each version is a letter for its content and a place in time.  A confirmation that comes before what it confirms is stored as the
-- version itself, so what must agree is the content in force, the moment up to which it stands (composed or confirmed), and
-- which contents were ever known.
BEGIN;
SELECT plan(4);
\ir include/fixture.psql
\ir include/order.psql

DO $$
DECLARE
    r record;
    place integer;
    step integer;
    n integer := 1000;
BEGIN
    FOR r IN SELECT * FROM run LOOP
        step := 0;
        FOREACH place IN ARRAY r.places LOOP
            n := n + 1;
            step := step + 1;
            PERFORM pg_temp.send(n, '2020-10-01Z'::timestamptz + place * interval '1 hour', nullif(r.contents[place], 0), org => r.org,
                                 state => CASE WHEN r.contents[place] = 0 THEN 'withdrawn'::vekha.figure_state ELSE 'value' END,
                                 received => '2020-10-05Z'::timestamptz + step * interval '1 minute');
        END LOOP;
    END LOOP;
END
$$;

CREATE TEMP TABLE outcome AS
SELECT r.name, r.contents, r.k, coalesce(f.value, 0) AS in_force, coalesce(f.confirmed_at, f.composed_at) AS stands_until,
       (SELECT array_agg(DISTINCT v.value ORDER BY v.value)
        FROM (SELECT coalesce(h.value, 0) AS value FROM vekha.figure_history h WHERE h.organisation = r.org
              UNION ALL SELECT coalesce(f.value, 0)) v) AS known,
       (SELECT count(*) FROM vekha.figure_history h
        WHERE h.organisation = r.org AND h.superseded_at > h.recorded_at
          AND EXISTS (SELECT FROM (SELECT submission, recorded_at, superseded_at FROM vekha.figure_history WHERE organisation = r.org
                                   UNION ALL SELECT f.submission, f.recorded_at, 'infinity') o
                      WHERE o.submission <> h.submission AND o.superseded_at > o.recorded_at
                        AND tstzrange(o.recorded_at, o.superseded_at) && tstzrange(h.recorded_at, h.superseded_at))) AS clashes
FROM run r
JOIN vekha.figure f ON f.organisation = r.org;

SELECT is((SELECT count(*) FROM outcome), 10::bigint * 24, 'ten scenarios in 24 orders');
SELECT is_empty($$
    SELECT * FROM outcome
    WHERE (in_force, stands_until) IS DISTINCT FROM (contents[4], '2020-10-01Z'::timestamptz + interval '4 hours')
$$, 'the content composed last is in force, and stands until it was composed last');
SELECT is_empty($$
    SELECT * FROM outcome WHERE known IS DISTINCT FROM (SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(contents) c)::numeric[]
$$, 'no content is lost');
SELECT is_empty('SELECT * FROM outcome WHERE clashes > 0', 'at no moment were two in force');

SELECT * FROM finish();
ROLLBACK;

-- Operator alerts: what is looked at, who is given it, and what becomes of it.
BEGIN;
SELECT plan(46);
\ir include/fixture.psql
INSERT INTO vekha.centre (endpoint, public_key, replay, created_at) VALUES ('tcp://c.example:1', repeat('c', 40), true, '2020-01-01Z')
ON CONFLICT (only_row) DO UPDATE SET replay = true;
DELETE FROM vekha.reassessment;
DELETE FROM vekha.reporting_queue;
DELETE FROM vekha.follower;

CREATE FUNCTION pg_temp.seen(at timestamptz) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT name || coalesce(':' || nullif(subject, ''), '') || ' ' || level || ' ' || detail FROM vekha.examine_often(at) WHERE level IS NOT NULL
    UNION ALL
    SELECT name || ' ' || level || ' ' || detail FROM vekha.examine_seldom(at) WHERE level IS NOT NULL AND name <> 'roles'
$$;
CREATE FUNCTION pg_temp.look(at timestamptz, observer text DEFAULT 'm:1', names text[] DEFAULT '{}', levels vekha.alert_level[] DEFAULT '{}',
                             details text[] DEFAULT '{}') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s/%s %s', l.finding, coalesce(l.level::text, '-'), coalesce(l.stands::text, '-'), l.since)
    FROM vekha.look(at, at, observer, 29, names, levels, details) l WHERE l.name <> 'roles' ORDER BY 1
$$;
CREATE FUNCTION pg_temp.move(finding text, event text, level vekha.alert_level, at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s %s', m.moved, m.mentions)
    FROM vekha.move_findings(at, ARRAY[finding], ARRAY[event], ARRAY[level], ARRAY['что'], ARRAY['what'], '{1}', '{centre}', '{ru}', '{s}', '{b}') m
$$;

CREATE FUNCTION pg_temp.agent() RETURNS integer LANGUAGE sql AS $$ SELECT min(a.id) FROM vekha.agent a WHERE a.organisation = pg_temp.org('school-3') $$;

SELECT vekha.enrol_agent('school-3', repeat('s', 40), '2020-09-30Z');

-- --- the questions ---
SELECT is_empty($$SELECT pg_temp.seen('2020-10-05Z')$$, 'all is well at first');
SELECT ok((SELECT count(*) = 13 AND count(DISTINCT name) = 13 FROM (
    SELECT name FROM vekha.examine_often('2020-10-05Z') UNION ALL SELECT name FROM vekha.examine_seldom('2020-10-05Z')) n), 'and each says so once');
SELECT ok('partitions lagging 2035' IN (SELECT pg_temp.seen('2099-10-05Z')), 'after the last year there is no room');

INSERT INTO vekha.reassessment (organisation, indicator, queued_at) VALUES (pg_temp.org('school-3'), pg_temp.ind('consultations'), '2020-10-05 10:00Z');
SELECT is_empty($$SELECT pg_temp.seen('2020-10-05 10:00:59Z')$$, 'what has just come is no backlog');
SELECT set_eq($$SELECT pg_temp.seen('2020-10-05 10:01Z')$$, ARRAY['backlog at_risk 1'], 'after a minute it is');
SELECT set_eq($$SELECT pg_temp.seen('2020-10-05 11:00Z')$$, ARRAY['backlog lagging 1'], 'and after an hour a grave one');
DELETE FROM vekha.reassessment;

SELECT vekha.put_route('ops', 'uo', '{}', '{operator}', 'at_risk', 'pager', '1', 'ru', 'at_once', '00:00', '24:00', '{1,2,3,4,5,6,7}', NULL, NULL, NULL,
                       NULL, NULL, '2020-02-01Z');
SELECT set_eq($$SELECT pg_temp.seen('2020-10-05 10:00Z')$$, ARRAY['channels at_risk pager (ops)'], 'a channel that nobody has');
INSERT INTO vekha.channel VALUES ('pager', '2020-10-05 09:51Z');
SELECT is_empty($$SELECT pg_temp.seen('2020-10-05 10:00Z')$$, 'one that was served lately');
SELECT set_eq($$SELECT pg_temp.seen('2020-10-05 10:01Z')$$, ARRAY['channels at_risk pager (ops)'], 'and no more');
UPDATE vekha.channel SET served_at = 'infinity';
INSERT INTO vekha.outbox (channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at)
VALUES ('gone', 'r', 'm1', 'm1', 's', 'b', '2020-10-05 09:00Z', '2020-10-05 09:00Z');
SELECT set_eq($$SELECT pg_temp.seen('2020-10-05 10:00Z')$$, ARRAY['channels at_risk gone (…)'], 'a message of a route that is gone');
SELECT is_empty($$SELECT pg_temp.seen('2020-10-05 09:05Z')$$, 'has some minutes');
UPDATE vekha.outbox SET dead_at = '2020-10-05 09:30Z';
SELECT set_eq($$SELECT pg_temp.seen('2020-10-05 10:00Z')$$, ARRAY['letters at_risk 1'], 'a dead letter');
SELECT is_empty($$SELECT pg_temp.seen('2020-11-10 10:00Z')$$, 'is forgotten after a month');
DELETE FROM vekha.outbox;

-- --- what happened at one moment ---
SELECT vekha.note_incident('altered', pg_temp.agent(), 'x', '2020-10-05 10:00Z');
SELECT vekha.note_incident('altered', pg_temp.agent(), 'y', '2020-10-06 10:00Z');
SELECT matches((SELECT * FROM pg_temp.seen('2020-10-07Z')), '^altered:[0-9]+ at_risk [0-9]+ \(school-3\), 2: y$', 'counted, the last is named');
SELECT is_empty($$SELECT pg_temp.seen('2020-10-13 10:00Z')$$, 'over after a week');
SELECT vekha.note_incident('altered', pg_temp.agent(), 'z', '2020-10-20Z');
SELECT is((SELECT times FROM vekha.incident), 1::bigint, 'and counted anew');
SELECT is((SELECT organisation FROM vekha.examine_often('2020-10-20Z') WHERE subject <> ''), pg_temp.org('school-3'), 'it is about whose agent it is');
SELECT throws_ok($$SELECT vekha.note_incident('weather', pg_temp.agent(), NULL, '2020-10-20Z')$$, '23514', NULL, 'nothing else is one');
DELETE FROM vekha.incident;

-- --- a look ---
SELECT is_empty($$SELECT pg_temp.look('2020-10-05 10:00Z')$$, 'nothing to tell');
SELECT is((SELECT often_at FROM vekha.look), '2020-10-05 10:00Z'::timestamptz, 'somebody has looked');
UPDATE vekha.channel SET served_at = '-infinity';
SELECT is_empty($$SELECT pg_temp.look('2020-10-05 10:00:30Z', 'm:2')$$, 'another in the same minute is given nothing');
SELECT set_eq($$SELECT finding FROM vekha.finding WHERE observer = 'm:2'$$, ARRAY['clock:m:2', 'old daemon:m:2'], 'but says what it sees of itself');
SELECT set_eq($$SELECT pg_temp.look('2020-10-05 10:01Z')$$, ARRAY['channels at_risk/- 0'], 'what is seen first');
SELECT set_eq($$SELECT pg_temp.look('2020-10-05 10:03Z')$$, ARRAY['channels at_risk/- 120'], 'lasts');
SELECT is(pg_temp.move('channels', 'opens', 'at_risk', '2020-10-05 10:03Z'), '1 1', 'it is told');
SELECT is(pg_temp.move('channels', 'opens', 'at_risk', '2020-10-05 10:03Z'), '0 0', 'once, whoever else comes');
SELECT is((SELECT organisation FROM vekha.alert WHERE finding = 'channels'), pg_temp.org('uo'), 'at the root');
SELECT is_empty($$SELECT pg_temp.look('2020-10-05 10:05Z')$$, 'as long as it is so there is nothing new');
SELECT is(pg_temp.move('disk:m', 'opens', 'lagging', '2020-10-05 10:05Z'), '1 1', 'another beside it');
SELECT throws_ok($$INSERT INTO vekha.alert (kind, organisation, finding, level, opened_at, changed_at)
                   VALUES ('operator', pg_temp.org('school-3'), 'channels', 'info', '2020-10-06Z', '2020-10-06Z')$$, '23505', NULL, 'of one finding there is one');
SELECT throws_ok($$INSERT INTO vekha.alert (kind, organisation, level, opened_at, changed_at)
                   VALUES ('operator', pg_temp.org('school-3'), 'info', '2020-10-06Z', '2020-10-06Z')$$, '23514', NULL, 'an operator''s alert has one');
UPDATE vekha.channel SET served_at = 'infinity';
SELECT set_eq($$SELECT pg_temp.look('2020-10-05 10:07Z')$$, ARRAY['channels -/at_risk 0'], 'well again');
SELECT is(pg_temp.move('channels', 'closes', NULL, '2020-10-05 10:09Z'), '1 1', 'that it is over is told too');
SELECT is((SELECT count(*) FROM vekha.alert WHERE finding = 'channels' AND closed_at = '2020-10-05 10:09Z'), 1::bigint, 'it is closed');
SELECT is((SELECT count(*) FROM vekha.feed_waiting w JOIN vekha.alert_transition t ON t.id = w.transition JOIN vekha.alert a ON a.id = t.alert
           WHERE a.kind = 'operator'), 3::bigint, 'its steps go to the feed');
SELECT is((SELECT finding FROM report.alerts WHERE kind = 'operator' AND closed_at IS NULL), 'disk:m', 'the view names it');
SELECT is((SELECT vekha.step_facts(max(id), 'step') ->> 'finding' FROM vekha.alert_transition), 'channels', 'webhooks, too');

-- --- of daemons ---
SELECT set_eq($$SELECT pg_temp.look('2020-10-05 10:10Z', 'm:1', '{descriptors,disk}', '{lagging,NULL}', '{90 / 100,9 / 10}')$$,
              ARRAY['descriptors:m:1 lagging/- 0', 'disk:m -/lagging 0'], 'each of itself; the disk is the machine''s');
SELECT is((SELECT detail FROM vekha.finding WHERE finding = 'descriptors:m:1'), 'm:1: 90 / 100', 'and says who');
SELECT is_empty($$SELECT * FROM pg_temp.look('2020-10-05 10:20Z', 'm:2') WHERE look LIKE 'descriptors%'$$, 'of a daemon that is gone nothing is told');
SELECT is((SELECT level FROM vekha.finding WHERE finding = 'descriptors:m:1'), NULL, 'it is taken for well');
SELECT is((SELECT detail FROM vekha.finding WHERE finding = 'disk:m'), 'm: 9 / 10', 'as it was seen');
SELECT throws_ok($$SELECT pg_temp.look('2020-10-05 10:30Z', repeat('m', 101))$$, '22023', NULL, 'no name without end');

-- A silence is about figures.
SELECT vekha.silence('uo', NULL, '2021-01-01', 'карантин', '2020-10-05Z');
SELECT is((SELECT vekha.mention_waits(m, '2020-10-05 12:00Z') FROM vekha.mention m ORDER BY m.id LIMIT 1), NULL, 'a silence does not hold it up');
SELECT pg_temp.look('2020-10-09Z', 'm:3');
SELECT set_eq($$SELECT DISTINCT observer FROM vekha.finding WHERE observer <> ''$$, ARRAY['m:3', 'm:1'], 'who has not come for a day is forgotten, but for an open alert');
UPDATE vekha.centre SET replay = false;
SELECT is((SELECT level || ' ' || detail FROM vekha.examine_clock('2020-10-05 10:00Z', '2020-10-05 10:00:05Z')), 'at_risk 5', 'clocks that are apart');

SELECT * FROM finish();
ROLLBACK;

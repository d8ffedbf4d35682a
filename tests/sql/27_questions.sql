-- Questions back: asked, shown to whom they concern, answered by a correction or a note, closed; replies once and within limits.
BEGIN;
SELECT plan(33);
\ir include/fixture.psql

INSERT INTO vekha.agent (organisation, enrolled_at, enrolled_by) VALUES (pg_temp.org('school-3'), '2020-01-01Z', 'me');
CREATE TEMP TABLE sender AS SELECT max(id) AS id FROM vekha.agent;
SELECT vekha.put_organisation('school-4', 'Школа № 4', NULL, 'school', 'uo', 'Asia/Krasnoyarsk', NULL, NULL, NULL, '2020-01-01Z');
SELECT pg_temp.send(1, '2020-10-01Z', 130);

CREATE TEMP TABLE asked (name text, id bigint);
CREATE FUNCTION pg_temp.ask(name text, txt text DEFAULT 'Почему так мало?', org text DEFAULT 'school-3', ind text DEFAULT 'consultations',
                            period integer DEFAULT 2020009, at timestamptz DEFAULT '2020-10-02Z') RETURNS void LANGUAGE sql AS
    $$ INSERT INTO asked SELECT name, vekha.ask_question(org, ind, period, txt, 'Отдел мониторинга', at) $$;
CREATE FUNCTION pg_temp.number(name text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM asked a WHERE a.name = number.name $$;
CREATE FUNCTION pg_temp.open(org text, after bigint DEFAULT 0, most integer DEFAULT 100) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(a.name, ' ' ORDER BY q.question)
    FROM vekha.open_questions(pg_temp.org(org), after, most, '2020-10-05Z') q JOIN asked a ON a.id = q.question
$$;
CREATE FUNCTION pg_temp.reply(n integer, name text, txt text DEFAULT 'Педагог болел', bytes text DEFAULT NULL, org text DEFAULT 'school-3',
                              at timestamptz DEFAULT '2020-10-04Z') RETURNS text LANGUAGE sql AS $$
    SELECT r.outcome || ' ' || r.verdict
    FROM vekha.take_reply(pg_temp.id(n), (SELECT id FROM sender), pg_temp.org(org), pg_temp.number(name), 'Завуч', txt, '2020-10-03Z',
                          sha256(coalesce(bytes, 'bytes of ' || n)::bytea), at) r
$$;
CREATE FUNCTION pg_temp.state(name text) RETURNS text LANGUAGE sql AS
    $$ SELECT q.state || coalesce(' ' || q.settled_how, '') FROM report.questions q WHERE q.id = pg_temp.number(name) $$;

SELECT is(pg_temp.open('school-3'), NULL, 'at first nobody is asked');
SELECT pg_temp.ask('first');
SELECT is(pg_temp.state('first'), 'open', 'a question is open');
SELECT is(pg_temp.open('school-3'), 'first', 'and the school sees it');
SELECT is(pg_temp.open('uo'), 'first', 'so does the department, which may report for it');
SELECT is(pg_temp.open('school-4'), NULL, 'but no other school');
SELECT is(q::text, format('(%s,school-3,consultations,"Консультации родителям","Consultations for parents",2020-09,"Почему так мало?",'
                          '"Отдел мониторинга","2020-10-02 00:00:00+00",value,130,)', q.question), 'with the figure it is about')
FROM (SELECT set_config('TimeZone', 'UTC', true)) z, vekha.open_questions(pg_temp.org('school-3'), 0, 10, '2020-10-05Z') q;
SELECT is(q.by_whom, session_user::text, 'who asked is recorded') FROM vekha.question q WHERE q.id = pg_temp.number('first');

-- --- a correction ---
SELECT is(pg_temp.send(2, '2020-10-01 12:00Z', 131) || ' ' || pg_temp.state('first'), 'stored 400 open', 'a figure composed before it is no answer');
SELECT is(pg_temp.send(3, '2020-10-03Z', 131) || ' ' || pg_temp.state('first'), 'stored 300 open', 'nor is the same figure sent again');
SELECT is(pg_temp.send(4, '2020-10-03Z', 90, period => 2020008, as_of => '2020-08-31') || ' ' || pg_temp.state('first'), 'stored 100 open',
          'nor one of another period');
SELECT is(pg_temp.send(5, '2020-10-03 12:00Z', 150) || ' ' || pg_temp.state('first'), 'stored 400 answered correction', 'another one, composed after it, is');
SELECT is(pg_temp.open('school-3'), NULL, 'and nobody is asked any more');
SELECT is(q.answer_value::text || ' ' || q.answer_submission, '150 ' || pg_temp.id(5), 'what it says is told')
FROM report.questions q WHERE q.id = pg_temp.number('first');
SELECT is(pg_temp.send(6, '2020-10-04Z', 160) || ' ' || (SELECT q.answer_value FROM report.questions q WHERE q.id = pg_temp.number('first')),
          'stored 400 150', 'the first answer stands when another version replaces it');
SELECT pg_temp.ask('nothing reported', ind => 'devices', period => 2020024);
SELECT is(pg_temp.open('school-3'), 'nothing reported', 'a figure that never came can be asked for');
SELECT is(pg_temp.send(7, '2020-10-03Z', NULL, ind => pg_temp.ind('devices'), period => 2020024, as_of => '2020-10-04', state => 'done') || ' '
          || pg_temp.state('nothing reported'), 'stored 100 answered correction', 'and is answered when it comes');

-- --- a note ---
SELECT pg_temp.ask('second', at => '2020-10-05Z');
SELECT is(pg_temp.reply(20, 'second'), 'stored 100', 'a note is taken');
SELECT is(pg_temp.state('second'), 'answered note', 'and answers');
SELECT is(pg_temp.reply(20, 'second', at => '2020-10-06Z'), 'repeat 100', 'again, it gets the same');
SELECT is(r.received_at, '2020-10-04Z'::timestamptz, 'receipt') FROM vekha.take_reply(pg_temp.id(20), (SELECT id FROM sender), pg_temp.org('school-3'),
    pg_temp.number('second'), NULL, 'x', '2020-10-03Z', sha256('bytes of 20'), '2020-10-07Z') r;
SELECT is(pg_temp.reply(20, 'second', bytes => 'others'), 'altered 100', 'other bytes of the same id are refused');
SELECT is(pg_temp.reply(21, 'second', 'И ещё'), 'stored 100', 'a note may be added');
SELECT is((SELECT q.answer FROM report.questions q WHERE q.id = pg_temp.number('second')), 'Педагог болел', 'the first one stands');
SELECT is(pg_temp.reply(22, 'no such'), 'stored 640', 'there is no such question');
SELECT is(pg_temp.reply(22, 'no such'), 'repeat 640', 'nor when it is said again');
SELECT is(pg_temp.reply(23, 'second', org => 'school-4'), 'stored 640', 'another school has no such question');
SELECT is((SELECT string_agg(pg_temp.reply(n, 'second'), ',') FROM generate_series(30, 48) n), repeat('stored 100,', 18) || 'stored 641',
          'twenty notes are enough');

-- --- closing, pages, limits ---
SELECT pg_temp.ask('third', at => '2020-10-05Z'), pg_temp.ask('fourth', at => '2020-10-05Z'), pg_temp.ask('fifth', org => 'uo', at => '2020-10-05Z');
SELECT is(pg_temp.open('uo', pg_temp.number('third'), 1) || ', ' || pg_temp.open('uo'), 'fourth, third fourth fifth', 'they are given page by page');
SELECT is(vekha.close_question(pg_temp.number('third'), '2020-10-06Z') || ' ' || pg_temp.state('third'), 'true closed closed', 'whoever asked may close it');
SELECT is(vekha.close_question(pg_temp.number('third'), '2020-10-06Z'), false, 'once');
SELECT is(pg_temp.reply(60, 'third'), 'stored 641', 'nobody waits for an answer then');
SELECT throws_ok('UPDATE vekha.question SET text = ''x''', NULL, NULL, 'what was asked is never changed');
SELECT pg_temp.ask('many ' || n, at => '2020-10-05Z') FROM generate_series(1, 49) n;
SELECT throws_ok($$ SELECT pg_temp.ask('one more') $$, '54000', NULL, 'fifty open questions to a school are enough');

SELECT * FROM finish();
ROLLBACK;

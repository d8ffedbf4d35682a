-- Erasing a name: every column of text, each form, one mark; nothing else changes.
BEGIN;
SELECT plan(45);
\ir include/fixture.psql

-- --- what is looked through ---
SELECT is_empty($$
    SELECT c.relname || '.' || a.attname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
    WHERE c.relnamespace = 'vekha'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      AND (coalesce(b.typcategory, t.typcategory) NOT IN ('N', 'B', 'D', 'E', 'T') OR t.typname IN ('bytea', 'jsonb'))
      AND format_type(a.atttypid, NULL) !~ '^(uuid|bytea|vekha\.code|integer\[\]|smallint\[\]|vekha\.(day|organisation_kind|alert_kind)\[\])$'
      AND c.relname || '.' || a.attname NOT IN (SELECT place FROM vekha.erase_places())
      AND c.relname || '.' || a.attname NOT IN ('agent_key.public_key', 'centre.public_key', 'centre.endpoint', 'channel.name', 'outbox.channel',
          'outbox.message_id', 'outbox.thread_id', 'outbox.language', 'letter.language', 'mention.channel', 'mention.language',
          'refusal.channel', 'refusal.language', 'route_version.channel', 'route_version.language', 'alert_transition.event',
          'organisation_version.time_zone', 'rule_constant.name', 'archive.folder', 'erasure_place.place', 'finding.finding', 'finding.name',
          'finding.observer', 'incident.name', 'alert.finding')
$$, 'all text but names of things');
SELECT set_eq($$SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'bytea'::regtype
                WHERE c.relnamespace = 'vekha'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition$$,
              $$VALUES ('submission'), ('reply'), ('archive'), ('inbox')$$, 'of bytes only those of the inbox can hold a name, the rest are SHA-256');

-- --- what a name is ---
CREATE FUNCTION pg_temp.found(txt text, VARIADIC names text[]) RETURNS text LANGUAGE sql AS
    $$ SELECT regexp_replace(txt, vekha.erase_pattern(names), '#', 'gi') $$;
SELECT is(pg_temp.found(txt, VARIADIC names), became, txt)
FROM (VALUES
    ('Иванова', '{Иванова}'::text[], '#'),
    ('иванова, ИВАНОВА', '{Иванова}', '#, #'),
    ('Ивановой и Ивановав', '{Иванова}', 'Ивановой и Ивановав'),
    ('НеИванова Иванова-Петрова Иванова_1', '{Иванова}', 'НеИванова #-Петрова Иванова_1'),
    ('Иванова И. И., И.И. Иванова', '{Иванова И. И.,И.И. Иванова,Иванова}', '#, #'),
    (E'Иванова\u00a0И.\u00a0И.', '{Иванова И. И.}', '#'),
    ('a.b axb', '{a.b}', '# axb'),
    ('x (Ann) [Ann] Anna', '{Ann}', 'x (#) [#] Anna'),
    ('звонила Иванова.', '{Иванова}', 'звонила #.'),
    ('Ёлкина ёлкина Елкина', '{Ёлкина}', '# # Елкина')
) t(txt, names, became);
SELECT is(vekha.erase_json('{"author": "Иванова", "n": 1.50, "list": ["от\nИванова", null, true], "Иванова": {}}', vekha.erase_pattern('{Иванова}'), '#')::text,
          '{"n": 1.50, "list": ["от\n#", null, true], "author": "#", "Иванова": {}}', 'in a document: texts, not names of fields');

-- --- one who is everywhere ---
SELECT is(pg_temp.send(1, '2020-10-01Z', 130.50, note => 'сообщила Иванова И. И.'), 'stored 100', 'a figure');
SELECT is(pg_temp.send(2, '2020-10-02Z', 131, note => 'уточнила иванова'), 'stored 400', 'a correction');
SELECT is(pg_temp.send(3, '2020-10-02Z', 131, period => 2020008, as_of => '2020-08-31', verdict => 601, txt => 'Иванова: нельзя'), 'stored 601', 'a rejected one');
SELECT is(pg_temp.tell(4, '2020-10-02Z', 'Всё делает Иванова', cause => 'Иванова болела', answerable => 'Иванова И. И.'), 'stored 100', 'a narrative');
UPDATE vekha.submission SET author = 'Иванова И. И.' WHERE id = pg_temp.id(1);
UPDATE vekha.submission SET author = 'Ивановская' WHERE id = pg_temp.id(2);
SELECT vekha.silence('school-3', NULL, '2020-12-01', 'Иванова в отпуске', '2020-10-03Z');
SELECT vekha.ask_question('school-3', 'consultations', 2020009, 'Кто считал? Иванова?', 'И.И. Иванова', '2020-10-03Z');
INSERT INTO vekha.outbox (channel, recipient, message_id, thread_id, subject, body, created_at, next_attempt_at, sent_at, language, facts)
VALUES ('mail', 'head@example.org', '<1@x>', '<1@x>', 'Иванова сообщает', E'От\nИванова', '2020-10-03Z', '2020-10-03Z', '2020-10-03Z', 'ru',
        '{"author": "Иванова И. И."}'),
       ('mail', 'ivanova@example.org', '<2@x>', '<2@x>', 'x', 'x', '2020-10-03Z', '2020-10-03Z', '2020-10-03Z', 'ru', '{}');
SELECT vekha.put_plan('school-3', 'consultations', 'Приказ Ивановой и Иванова', '2020-01-01', '2020-12-31', 'linear', NULL, NULL, NULL, 210, NULL,
                      NULL, NULL, NULL, false, NULL, '{}', '{}', '2020-10-04 00:00Z');
CREATE TEMP TABLE before AS SELECT (to_jsonb(f) - 'note')::text AS row FROM vekha.figure f UNION ALL SELECT (to_jsonb(h) - 'note')::text FROM vekha.figure_history h
    UNION ALL SELECT (to_jsonb(s) - 'author' - 'texts')::text FROM vekha.submission s;
CREATE TEMP TABLE forms AS SELECT '{Иванова И. И.,И.И. Иванова,Иванова,ivanova}'::text[] AS names;
SELECT results_eq('SELECT f.place, f.entries FROM forms, vekha.erase_find(names) f ORDER BY f.place COLLATE "C"', $$VALUES
    ('action.text', 1::bigint), ('figure.note', 1), ('figure_history.note', 1), ('narrative.answerable', 1), ('narrative.cause', 1),
    ('narrative.text', 1), ('outbox.body', 1), ('outbox.facts', 1), ('outbox.recipient', 1), ('outbox.subject', 1), ('plan.basis', 1),
    ('question.author', 1), ('question.text', 1), ('submission.author', 1), ('submission.texts', 1)$$, 'where the name stands');
SELECT results_eq('SELECT lower(n.word), n.entries, n.place FROM forms, vekha.erase_near(names) n ORDER BY lower(n.word) COLLATE "C"', $$VALUES
    ('ивановой', 1::bigint, 'plan.basis'), ('ивановская', 1, 'submission.author')$$, 'what looks like it');

-- --- what stands in the way ---
SAVEPOINT free;
UPDATE vekha.outbox SET sent_at = NULL WHERE recipient LIKE 'ivanova%';
SELECT results_eq('SELECT o.what, o.example FROM forms, vekha.erase_obstacles(names) o', $$VALUES ('letter', 'ivanova@example.org')$$, 'a letter on its way');
SELECT throws_ok('SELECT vekha.erase(names, NULL, ''2020-10-05Z'') FROM forms', '55000', NULL, 'nothing is erased then');
ROLLBACK TO free;
SELECT vekha.bring_in('school-3', pg_temp.id(9), 'x', '2020-10-05Z');
SELECT results_eq('SELECT o.what FROM forms, vekha.erase_obstacles(names) o', $$VALUES ('inbox')$$, 'what waits in the inbox');
SELECT vekha.answer_inbox(pg_temp.id(9), NULL, '2020-10-05Z');
SELECT is_empty('SELECT o.what FROM forms, vekha.erase_obstacles(names) o', 'then nothing');
SELECT throws_ok(format('SELECT vekha.erase(%L, NULL, ''2020-10-05Z'')', n), '22023', NULL, 'no name: ' || n)
FROM unnest(ARRAY['{}', '{ab}', '{...}', E'{"a\nb c"}', '{"a\"bcd"}']) n;

-- --- erased ---
SELECT is(vekha.erase(names, NULL, '2020-10-05Z'), '[удалено 1]', 'erased') FROM forms;
SELECT is_empty('SELECT FROM forms, vekha.erase_find(names)', 'it stands nowhere');
SELECT results_eq('SELECT f.note FROM vekha.figure f UNION ALL SELECT h.note FROM vekha.figure_history h',
                  $$VALUES ('уточнила [удалено 1]'), ('сообщила [удалено 1]')$$, 'in a note, in both versions');
SELECT results_eq('SELECT author, texts FROM vekha.submission ORDER BY id', $$VALUES ('[удалено 1]', NULL::text[]), ('Ивановская', NULL),
                  ('Секретарь', '{[удалено 1]: нельзя}'), ('Секретарь', NULL)$$, 'as an author, but no other''s; in what was answered');
SELECT results_eq('SELECT text::text, cause::text, answerable::text FROM vekha.narrative', $$VALUES ('Всё делает [удалено 1]', '[удалено 1] болела', '[удалено 1]')$$,
                  'in prose');
SELECT results_eq('SELECT recipient, subject, body, facts::text FROM vekha.outbox ORDER BY id', $$VALUES
    ('head@example.org', '[удалено 1] сообщает', E'От\n[удалено 1]', '{"author": "[удалено 1]"}'), ('erased-1@invalid', 'x', 'x', '{}')$$, 'in what was sent');
SELECT results_eq('SELECT text::text, author::text FROM vekha.question', $$VALUES ('Кто считал? [удалено 1]?', '[удалено 1]')$$, 'in a question');
SELECT is(message, '', 'what was brought in is gone') FROM vekha.inbox;
SELECT set_eq($$SELECT (to_jsonb(f) - 'note')::text FROM vekha.figure f UNION ALL SELECT (to_jsonb(h) - 'note')::text FROM vekha.figure_history h
               UNION ALL SELECT (to_jsonb(s) - 'author' - 'texts')::text FROM vekha.submission s$$, 'SELECT row FROM before', 'all else is as it was');
SELECT results_eq('SELECT mark, by_whom = session_user, entries FROM vekha.erasure', 'VALUES (1, true, 15::bigint)', 'who did it is recorded, and how much');
SELECT is((SELECT count(*) FROM vekha.erasure_place), 15::bigint, 'and where');
SELECT ok(EXISTS (SELECT FROM vekha.reassessment), 'what the plan''s text is part of is assessed anew');
SELECT is(pg_temp.send(1, '2020-10-01Z', 130.50, note => 'сообщила Иванова И. И.'), 'repeat 100', 'a repeat gets its receipt');
SELECT throws_ok('UPDATE vekha.figure_history SET note = NULL', '23001', NULL, 'history is not changed otherwise');
SELECT throws_ok('DELETE FROM vekha.erasure', '23001', NULL, 'nor who erased');

-- --- another form, and where there is no room ---
SELECT vekha.erase('{Ивановой}', 1, '2020-10-06Z');
SELECT is(max(basis::text), 'Приказ [удалено 1] и [удалено 1]', 'another form can be given the same mark') FROM vekha.plan WHERE version = 2;
UPDATE vekha.figure SET note = repeat('x', 996) || ' Ann' WHERE period = 2020009;
SELECT vekha.erase('{Ann}', NULL, '2020-10-06Z');
SELECT is(right(note, 5), 'x [2]', 'a full column has room for the number') FROM vekha.figure WHERE period = 2020009;
SELECT * FROM finish();
ROLLBACK;

-- Each role: what it may do and what it is refused.
BEGIN;
SELECT plan(154);
\ir include/fixture.psql
SELECT pg_temp.send(1, '2020-10-01Z', 130);

-- 'allowed', 'refused', or the SQLSTATE of what else went wrong; nothing of it stays.
CREATE FUNCTION pg_temp.try(role text, command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE command;
    RAISE EXCEPTION 'undo' USING ERRCODE = 'VK000';
EXCEPTION
    WHEN insufficient_privilege THEN RETURN 'refused';
    WHEN SQLSTATE 'VK000' THEN RETURN 'allowed';
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT vekha.put_centre('tcp://centre.example:5555', repeat('c', 40), false, '2020-01-01Z');
CREATE ROLE vekha_nobody;

CREATE TEMP TABLE attempt (daemon text, admin text, report text, nobody text, command text);
INSERT INTO attempt VALUES
    ('allowed', 'refused', 'refused', 'refused', format('SELECT vekha.ingest(''2020-10-05Z'', ARRAY[%L::uuid], ''{1}'', ''{wire}'', ''{x}'', '
        '''{2020-10-01Z}'', ARRAY[sha256(''x'')], ''{1}'', ''{0}'', ''{1}'', ''{2020009}'', ''{1}'', ''{2020-09-30}'', ''{value}'', '
        '''{1}'', ''{NULL}'', ''{NULL}'', ''{NULL}'', ''{NULL}'', ''{0}'', ''{NULL}'')', pg_temp.id(2))),
    ('allowed', 'allowed', 'refused', 'refused', format('SELECT vekha.assessment_input(''{%s}'', ''{%s}'', ''2020-10-05Z'', NULL, NULL)',
                                                        pg_temp.org('school-3'), pg_temp.ind('consultations'))),
    ('allowed', 'refused', 'refused', 'refused', format('SELECT vekha.ingest(''2020-10-05Z'', ARRAY[%L::uuid], ''{1}'', ''{wire}'', ''{x}'', '
        '''{2020-10-01Z}'', ARRAY[sha256(''x'')], ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', '
        '''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{1}'', ''{1}'', ''{1}'', ''{1}'', ''{2020009}'', ''{2020-09-30}'', '
        '''{x}'', ''{NULL}'', ''{NULL}'', ''{NULL}'', ''{NULL}'', ''{0}'', ''{NULL}'')', pg_temp.id(2))),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.ingest_narratives(''2020-10-05Z'', ''{}'', ''{}'', ''{}'', ''{}'', '
        '''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.archived_before()'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.archive'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.archive_begin(2019, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.archive_take(2019, ''/x'', sha256(''x''), 1, 1, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.archive_drop(1, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.archive_give_back(1, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.erase(''{Иванова}'', NULL, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.erase_find(''{Иванова}'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT set_config(''vekha.erasing'', ''on'', true); UPDATE vekha.figure_history SET note = NULL'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT FROM vekha.erasure, vekha.erasure_place'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.catalogue_agents()'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.catalogue_keys()'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT vekha.enrol_key(1, ''x'', repeat(''y'', 40), ''2020-10-05Z'')'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT vekha.retire_keys(1, ''x'', ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.invite_agent(''school-3'', repeat(''z'', 40), ''2020-10-06Z'', ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.bring_in(''school-3'', gen_random_uuid(), ''x'', ''2020-10-05Z'')'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.read_inbox(1)'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT vekha.answer_inbox(gen_random_uuid(), NULL, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'INSERT INTO vekha.inbox (id, agent, message, by_whom, at) VALUES (gen_random_uuid(), 1, ''x'', ''me'', ''2020-10-05Z'')'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.catalogue_projects(''2020-10-05Z'')'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT vekha.ensure_partitions(2036, 2036)'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.claim_pending(1)'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.backlog(1)'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT vekha.claim_outbox(''2020-10-05Z'', ''email'', 1, ''1 minute'')'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT vekha.claim_due(''2020-10-05Z'', 1)'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.place_feed(1), vekha.read_feed(0, 1, NULL)'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT FROM vekha.feed, vekha.feed_waiting'),
    ('refused', 'refused', 'refused', 'refused', 'INSERT INTO vekha.feed (position, transition, kind, above) VALUES (9, 1, ''lag'', ''{}'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.organisations_above(1, ''2020-10-05'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.figure'),
    ('refused', 'refused', 'refused', 'refused', 'INSERT INTO vekha.figure SELECT * FROM vekha.figure'),
    ('refused', 'refused', 'refused', 'refused', 'UPDATE vekha.figure SET value = 1'),
    ('refused', 'refused', 'refused', 'refused', 'DELETE FROM vekha.figure_history'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT FROM vekha.narrative, vekha.narrative_history'),
    ('refused', 'refused', 'refused', 'refused', 'DELETE FROM vekha.narrative'),
    ('refused', 'refused', 'refused', 'refused', 'TRUNCATE vekha.submission'),
    ('refused', 'refused', 'refused', 'refused', 'UPDATE vekha.alert SET closed_at = NULL'),
    ('refused', 'refused', 'refused', 'refused', 'INSERT INTO vekha.action (kind, alert, text, by_whom, at) VALUES (''note'', 1, ''x'', ''me'', ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.silence(''school-3'', NULL, ''2020-11-01'', ''x'', ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.enrol_agent(''school-3'', repeat(''z'', 40), ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.put_project(''p'', ''P'', NULL, NULL, NULL, NULL, ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.put_version(''project'', 1, ''{}'', ''-infinity'', ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.status_series(NULL, NULL, NULL, ''2020-10-05Z'', NULL, NULL)'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.figure_versions(''school-3'', ''consultations'', NULL)'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT FROM vekha.narratives_of(NULL, NULL, ''2020-10-05Z'', NULL, NULL), '
                                                 'vekha.narrative_versions(''school-3'', ''family'', NULL)'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.ask_question(''school-3'', ''consultations'', 2020009, ''x'', NULL, ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.close_question(1, ''2020-10-05Z'')'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.questions_of(''school-3'', true, ''2020-10-05Z'')'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.open_questions(1, 0, 10, ''2020-10-05Z'')'),
    ('allowed', 'refused', 'refused', 'refused', format('SELECT vekha.take_reply(%L, %s, 1, 0, NULL, ''x'', ''2020-10-05Z'', sha256(''x''), ''2020-10-05Z'')',
                                                        pg_temp.id(3), vekha.enrol_agent('school-3', repeat('k', 40), '2020-01-01Z'))),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT FROM vekha.question, vekha.question_closing, vekha.reply'),
    ('refused', 'refused', 'refused', 'refused', 'INSERT INTO vekha.question_closing (question, by_whom, at) VALUES (1, ''me'', ''2020-10-05Z'')'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.questions'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.catalogue_centre()'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.centre'),
    ('refused', 'allowed', 'refused', 'refused', 'UPDATE vekha.centre SET replay = true'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.rebuild_assessments(''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'DELETE FROM vekha.assessment'),
    ('refused', 'refused', 'refused', 'refused', 'DELETE FROM vekha.reporting'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.claim_reporting(''2020-10-05Z'', 1)'),
    ('allowed', 'refused', 'refused', 'refused', 'SELECT * FROM vekha.duty_book_unless(NULL)'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.duty_book(NULL)'),
    ('allowed', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.reporting_input(''{1}'', ''2020-10-05Z'', NULL, NULL)'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT vekha.put_workdays(''ru'', ''{2020-11-04}'', ''{f}'', ''2020-10-05Z'')'),
    ('refused', 'refused', 'refused', 'refused', 'SELECT vekha.queue_reporting(NULL, ''2020-10-05Z'')'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.reporting'),
    ('refused', 'allowed', 'refused', 'refused', 'SELECT * FROM vekha.agent_key'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.status'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.figures'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.narratives'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.alerts'),
    ('refused', 'allowed', 'allowed', 'refused', 'SELECT * FROM report.submissions'),
    ('refused', 'refused', 'refused', 'refused', 'CREATE TABLE vekha.own (x integer)');

SELECT is(pg_temp.try('vekha_daemon', command) || ' ' || pg_temp.try('vekha_admin', command), daemon || ' ' || admin,
          'daemon and admin: ' || left(command, 60))
FROM attempt;
SELECT is(pg_temp.try('vekha_report', command) || ' ' || pg_temp.try('vekha_nobody', command), report || ' ' || nobody,
          'report and anybody: ' || left(command, 60))
FROM attempt;

SELECT * FROM finish();
ROLLBACK;

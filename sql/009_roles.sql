-- Who may do what.  PUBLIC may nothing; programs only call functions; only the owner of the schema sees all.
--
--     vekha_daemon   vekhad: stores, assesses, sends, through functions only; may look at the centre's row.
--     vekha_admin    vekhactl: reads everything, writes through functions that record who did it.
--     vekha_report   people, Grafana, BI: the views of schema report.
--
-- Roles belong to the whole cluster, so they may be there already.  vekha_admin and vekha_report are groups: each person or
-- tool has a user of their own, made a member, so that what is recorded names somebody.
--
-- Functions called inside others run with the rights of the outer one's owner and need no grant.

DO $$
DECLARE
    role record;
BEGIN
    FOR role IN
        SELECT * FROM (VALUES ('vekha_daemon', 'LOGIN'), ('vekha_admin', 'NOLOGIN'), ('vekha_report', 'NOLOGIN')) r(name, login)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role.name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I %s', role.name, role.login);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of the cluster was quicker
            END;
        END IF;
    END LOOP;
END
$$;

REVOKE ALL ON SCHEMA vekha, report FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA vekha, report FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA vekha FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vekha FROM PUBLIC;

GRANT USAGE ON SCHEMA vekha TO vekha_daemon, vekha_admin;
GRANT USAGE ON SCHEMA report TO vekha_admin, vekha_report;

GRANT SELECT ON vekha.centre TO vekha_daemon;
GRANT EXECUTE ON FUNCTION
    vekha.ingest, vekha.ensure_partitions, vekha.claim_pending, vekha.finish_pending, vekha.claim_reassessment, vekha.claim_due,
    vekha.lock_series, vekha.open_alerts, vekha.write_assessments, vekha.write_transitions, vekha.claim_outbox,
    vekha.outbox_sent, vekha.outbox_failed
    TO vekha_daemon;
GRANT EXECUTE ON FUNCTION
    vekha.assessment_input, vekha.catalogue_centre, vekha.catalogue_organisations, vekha.catalogue_indicators,
    vekha.catalogue_agents, vekha.catalogue_years
    TO vekha_daemon, vekha_admin;

GRANT SELECT ON ALL TABLES IN SCHEMA vekha, report TO vekha_admin;
GRANT INSERT, UPDATE ON vekha.centre TO vekha_admin;
GRANT EXECUTE ON FUNCTION
    vekha.ingest, vekha.ensure_partitions, vekha.catalogue_changed, vekha.put_organisation, vekha.put_project,
    vekha.put_indicator, vekha.put_rule_set, vekha.put_plan, vekha.put_centre, vekha.enrol_agent, vekha.revoke_agent,
    vekha.acknowledge, vekha.silence, vekha.outbox_retry, vekha.rebuild_assessments, vekha.status_series, vekha.figure_versions, vekha.period_year,
    vekha.believed, vekha.settled_until, vekha.time_zone_of, vekha.today_of, vekha.plan_for, vekha.organisations_below, vekha.is_silenced,
    vekha.id_of
    TO vekha_admin;

GRANT SELECT ON ALL TABLES IN SCHEMA report TO vekha_report;
GRANT EXECUTE ON FUNCTION vekha.period_text, vekha.verdict_text TO vekha_report, vekha_admin;

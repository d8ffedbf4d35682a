-- A series without a plan is judged by the figures of two calendar years; at New Year they are others.
--
-- Before, nothing asked for it on that day, and the verdict stood until something else touched the series.

UPDATE vekha.assessment a
SET reassess_on = least(coalesce(a.reassess_on, 'infinity'), new_year.day)
FROM (
    SELECT organisation, indicator,
           make_date(extract(year FROM assessed_at AT TIME ZONE vekha.time_zone_of(organisation, assessed_at))::integer + 1, 1, 1) AS day
    FROM vekha.assessment
    WHERE plan IS NULL
) new_year
WHERE a.organisation = new_year.organisation AND a.indicator = new_year.indicator;

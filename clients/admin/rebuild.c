/* rebuild: an assessment is derived, so two computations of it must agree to the last digit that is
 * kept. */
#include "admin/rebuild.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/db.h"
#include "admin/hash.h"
#include "admin/load.h"
#include "admin/rebuild_reporting.h"
#include "admin/text.h"
#include "base/decimal.h"
#include "model/assess.h"
#include "model/course.h"
#include "model/crosscheck.h"
#include "model/explain.h"
#include "model/roll.h"

/* What vekha.assessment holds, in the order of the columns below. */
/* clang-format off */
#define COLUMNS(X) \
    X(STATUS, "status") \
    X(AS_OF, "as_of") \
    X(FACT, "fact") \
    X(FACT_HIGH, "fact_high") \
    X(N, "n") \
    X(OF, "of_value") \
    X(TARGET, "target") \
    X(PLAN_AT, "plan_at") \
    X(GAP, "gap") \
    X(PROGRESS, "progress") \
    X(ATTAINMENT, "attainment") \
    X(NEEDED_PACE, "needed_pace") \
    X(PACE, "pace") \
    X(FORECAST, "forecast") \
    X(FORECAST_SD, "forecast_sd") \
    X(PROBABILITY, "probability") \
    X(PLAN, "plan") \
    X(RULES, "rule_set_version") \
    X(RU, "explanation_ru") \
    X(EN, "explanation_en") \
    X(REASSESS_ON, "reassess_on") \
    X(CONTRIBUTORS, "contributors") \
    X(CONTRADICTIONS, "contradictions") \
    X(COURSE, "course") \
    X(COURSE_PLANS, "course_plans")
/* clang-format on */

enum column {
#define COLUMN_ID(id, name) COLUMN_##id,
    COLUMNS(COLUMN_ID)
#undef COLUMN_ID
        COLUMN_COUNT
};

static const char *const names[COLUMN_COUNT] = {
#define COLUMN_NAME(id, name) [COLUMN_##id] = (name),
    COLUMNS(COLUMN_NAME)
#undef COLUMN_NAME
};

/* A series is left out while it is queued, or a submission that changed it is, or its day of
 * reassessment has come. */
static const char STANDING[] = "SELECT a.organisation || '/' || a.indicator, "
#define COLUMN_SELECT(id, name) "a." name "::text, "
    COLUMNS(COLUMN_SELECT)
#undef COLUMN_SELECT
        "a.reassess_on <= vekha.today_of(a.organisation, $1::timestamptz, NULL) "
        "OR ($2::boolean AND EXISTS (SELECT FROM vekha.plan p WHERE p.id = a.plan AND p.archived)) "
        "FROM vekha.assessment a";

static const char WAITING[] =
    "SELECT q.organisation || '/' || q.indicator FROM vekha.reassessment q WHERE NOT $1::boolean "
    "UNION "
    "SELECT f.organisation || '/' || f.indicator FROM vekha.follower f WHERE NOT $1::boolean UNION "
    "SELECT s.series[k] || '/' || s.series[k + 1] FROM vekha.submission s, "
    "generate_series(1, cardinality(s.series), 2) k WHERE s.pending";

enum {
    KEY_MAX = 32,
    FORECAST_PLACES = 4,
    VALUE_MAX = EXPLAIN_MAX + 1,
    STANDING_DUE = COLUMN_COUNT + 1
};

struct standing {
    char key[KEY_MAX];
    char *values[COLUMN_COUNT]; /* NULL: null */
    bool stands, waits, seen;
    UT_hash_handle hh;
};

struct comparison {
    struct ctl *ctl;
    struct standing *all;
    struct rebuilt *counts;
    bool any_waits; /* then sums wait too: what they are made of may change */
    bool archived;  /* of rebuild_compare_kept() */
    bool failed;
};

static struct standing *standing_of(struct comparison *c, const char *key)
{
    struct standing *s;

    HASH_FIND_STR(c->all, key, s);
    if (s != NULL)
        return s;
    s = calloc(1, sizeof *s);
    c->failed = c->failed || s == NULL;
    if (s != NULL) {
        snprintf(s->key, sizeof s->key, "%s", key);
        HASH_ADD_STR(c->all, key, s);
    }
    return s;
}

static void forget(struct comparison *c)
{
    struct standing *s = c->all, *next;

    HASH_CLEAR(hh, c->all);
    for (; s != NULL; s = next) {
        next = s->hh.next;
        for (size_t i = 0; i < COLUMN_COUNT; i++)
            free(s->values[i]);
        free(s);
    }
}

static bool take_standing(void *arg, const PGresult *row)
{
    struct comparison *c = arg;
    struct standing *s = standing_of(c, PQgetvalue(row, 0, 0));

    if (s == NULL)
        return false;
    s->stands = true;
    s->waits = db_text(row, 0, STANDING_DUE) != NULL && *db_text(row, 0, STANDING_DUE) == 't';
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const char *value = db_text(row, 0, i + 1);

        s->values[i] = value != NULL ? strdup(value) : NULL;
    }
    return true;
}

static bool take_waiting(void *arg, const PGresult *row)
{
    struct comparison *c = arg;
    struct standing *s = standing_of(c, PQgetvalue(row, 0, 0));

    c->any_waits = true;
    if (s != NULL)
        s->waits = true;
    return s != NULL;
}

/* --- one field ----------------------------------------------------------------------------------
 */

static bool same_text(const char *kept, const char *made)
{
    return kept == NULL || made == NULL ? kept == made : strcmp(kept, made) == 0;
}

static bool same_decimal(const char *kept, bool present, struct decimal made)
{
    struct decimal d;

    if (kept == NULL || !present)
        return kept == NULL && !present;
    return decimal_parse(kept, strlen(kept), &d, NULL) == DECIMAL_OK &&
           decimal_compare(d, made) == 0;
}

/* A ratio is kept as fine as a decimal of its size can be. */
static bool same_ratio(const char *kept, struct ratio made)
{
    struct decimal d = {0};
    bool fits = ratio_nearest(made, &d);

    return same_decimal(kept, fits, d);
}

static bool same_double(const char *kept, bool present, double made)
{
    double scaled = present ? round(made * pow(10, FORECAST_PLACES)) : NAN;
    bool fits = fabs(scaled) < 1e17;

    return same_decimal(kept, fits, (struct decimal){fits ? (int64_t)scaled : 0, FORECAST_PLACES});
}

static bool same_id(const char *kept, int32_t made)
{
    return kept == NULL ? made == 0 : strtol(kept, NULL, 10) == made;
}

static bool same_day(const char *kept, date_t made)
{
    char day[DATE_TEXT_MAX];

    return same_text(kept, made == DATE_NONE ? NULL : date_format_iso(made, day));
}

static bool same_explanation(const char *kept, const struct series *s, const struct assessment *a,
                             enum lang lang)
{
    struct str out;
    bool same;

    str_init(&out, EXPLAIN_MAX);
    explain(s, a, lang, &out);
    same = same_text(kept, str_text(&out));
    str_finish(&out);
    return same;
}

static bool same_contributors(const char *kept, const struct series *s)
{
    struct str out;
    bool same;

    str_init(&out, ROLL_CONTRIBUTORS_TEXT_MAX);
    roll_write_contributors(s, &out);
    same = same_text(kept, out.len > 0 ? str_text(&out) : NULL);
    str_finish(&out);
    return same;
}

/* What the sum above is told, by one of the two that write it. */
static bool same_course(const char *kept, const struct series *s, const struct assessment *a,
                        void (*write)(const struct course *c, struct str *out))
{
    struct course course;
    struct str out;
    bool same;

    if (!s->rolls_up)
        return kept == NULL;
    if (!course_make(s, a, &course))
        return false;
    str_init(&out, COURSE_TEXT_MAX);
    write(&course, &out);
    same = same_text(kept, str_text(&out));
    str_finish(&out);
    course_finish(&course);
    return same;
}

static bool same_column(enum column column, const char *kept, const struct series *s,
                        const struct assessment *a)
{
    const struct optional_decimal none = {0}, target = s->has_plan ? s->plan.target : none;

    switch (column) {
    case COLUMN_STATUS:
        return same_text(kept, status_name(a->status));
    case COLUMN_AS_OF:
        return same_day(kept, a->as_of);
    case COLUMN_FACT:
        return same_ratio(kept, a->fact);
    case COLUMN_FACT_HIGH:
        return same_ratio(kept, a->fact_high);
    case COLUMN_N:
        return same_decimal(kept, a->n.present, a->n.value);
    case COLUMN_OF:
        return same_decimal(kept, a->of.present, a->of.value);
    case COLUMN_TARGET:
        return same_decimal(kept, target.present, target.value);
    case COLUMN_PLAN_AT:
        return same_ratio(kept, a->plan_at);
    case COLUMN_GAP:
        return same_ratio(kept, a->gap);
    case COLUMN_PROGRESS:
        return same_ratio(kept, a->progress);
    case COLUMN_ATTAINMENT:
        return same_ratio(kept, a->attainment);
    case COLUMN_NEEDED_PACE:
        return same_ratio(kept, a->needed_pace);
    case COLUMN_PACE:
        return same_ratio(kept, a->pace);
    case COLUMN_FORECAST:
        return same_double(kept, a->has_forecast, a->forecast);
    case COLUMN_FORECAST_SD:
        return same_double(kept, a->has_forecast, a->forecast_sd);
    case COLUMN_PROBABILITY:
        return same_decimal(kept, a->has_forecast,
                            (struct decimal){a->probability_e4, FORECAST_PLACES});
    case COLUMN_PLAN:
        return same_id(kept, s->has_plan ? s->plan.id : 0);
    case COLUMN_RULES:
        return same_id(kept, s->rules.id);
    case COLUMN_RU:
        return same_explanation(kept, s, a, LANG_RU);
    case COLUMN_EN:
        return same_explanation(kept, s, a, LANG_EN);
    case COLUMN_REASSESS_ON:
        return same_day(kept, a->reassess_on);
    case COLUMN_CONTRIBUTORS:
        return same_contributors(kept, s);
    case COLUMN_CONTRADICTIONS:
        return kept != NULL && strtoul(kept, NULL, 10) == crosscheck(s, NULL, 0);
    case COLUMN_COURSE:
        return same_course(kept, s, a, course_write);
    case COLUMN_COURSE_PLANS:
        return same_course(kept, s, a, course_write_plans);
    case COLUMN_COUNT:
        break;
    }
    return false;
}

/* --- one series ---------------------------------------------------------------------------------
 */

/* What is kept for the sum above may hold days that no verdict looks at: if one did, the sum would differ. */
static bool is_for_sums(int column)
{
    return column == COLUMN_COURSE || column == COLUMN_COURSE_PLANS;
}

/* Names the fields that differ; an explanation only if nothing else does, since it repeats the
 * rest. */
static bool list_differences(const struct comparison *c, const struct standing *kept,
                             const struct series *s, const struct assessment *a, char *buf,
                             size_t size)
{
    size_t len = 0;

    buf[0] = '\0';
    for (int i = 0; i < COLUMN_COUNT && len < size; i++) {
        if ((c->archived && is_for_sums(i)) || same_column((enum column)i, kept->values[i], s, a))
            continue;
        len += (size_t)snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "", names[i]);
    }
    return len > 0;
}

static void take_series(void *arg, const struct series *s)
{
    struct comparison *c = arg;
    struct standing *kept;
    struct assessment a;
    char key[KEY_MAX], differences[VALUE_MAX];

    snprintf(key, sizeof key, "%d/%d", s->organisation, s->indicator);
    HASH_FIND_STR(c->all, key, kept);
    c->counts->assessed++;
    if (kept != NULL)
        kept->seen = true;
    if ((kept != NULL && kept->waits) || (s->rolled && c->any_waits)) {
        c->counts->waiting++;
        return;
    }
    assess(s, &a);
    if (kept == NULL)
        snprintf(differences, sizeof differences, "%s", text(TEXT_REBUILD_MISSING, c->ctl->lang));
    else if (!list_differences(c, kept, s, &a, differences, sizeof differences))
        return;
    c->counts->different++;
    tell(c->ctl->lang, TEXT_REBUILD_DIFFERS, s->organisation_code, s->indicator_code, differences);
}

static void name_superfluous(struct comparison *c)
{
    struct standing *s, *next;

    HASH_ITER (hh, c->all, s, next) {
        if (!s->stands || s->seen || s->waits)
            continue;
        c->counts->different++;
        tell(c->ctl->lang, TEXT_REBUILD_SUPERFLUOUS, s->key);
    }
}

/* archived: see rebuild_compare_kept(). */
static bool compare(struct ctl *ctl, bool archived, struct rebuilt *ret)
{
    struct comparison c = {.ctl = ctl, .counts = ret, .archived = archived};
    const struct load_filter everything = {0};
    const char *const params[] = {ctl_now(ctl), archived ? "true" : "false"};
    bool good = false;

    *ret = (struct rebuilt){0};
    if (db_each(ctl->db, STANDING, 2, params, take_standing, &c) &&
        db_each(ctl->db, WAITING, 1, params + 1, take_waiting, &c) &&
        load_series(ctl, &everything, take_series, &c) && !c.failed) {
        if (!archived)
            name_superfluous(&c);
        good = rebuild_reporting(ctl, archived, ret);
    }
    forget(&c);
    return good;
}

/* All in one snapshot, so that a daemon at work does not look like a difference. */
bool rebuild_compare(struct ctl *ctl, struct rebuilt *ret)
{
    bool good = db_do(ctl->db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", 0, NULL) &&
                compare(ctl, false, ret);

    db_rollback(ctl->db);
    return good;
}

bool rebuild_compare_kept(struct ctl *ctl, struct rebuilt *ret)
{
    return compare(ctl, true, ret);
}

bool rebuild_write(struct ctl *ctl, size_t *ret_queued)
{
    const char *const params[] = {ctl_now(ctl)};
    PGresult *r = db_query(ctl->db, "SELECT vekha.rebuild_assessments($1::timestamptz)", 1, params);

    if (r == NULL)
        return false;
    *ret_queued = (size_t)db_number(r, 0, 0);
    PQclear(r);
    return true;
}

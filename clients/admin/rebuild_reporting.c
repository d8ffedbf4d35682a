/* rebuild_reporting: see rebuild_reporting.h. */
#include "admin/rebuild_reporting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/db.h"
#include "admin/hash.h"
#include "admin/load.h"
#include "admin/text.h"

/* What vekha.reporting holds, as texts. */
enum { STATE, DUE_ON, REPORTED, DUE, OVERDUE, SILENT, REASSESS_ON, VALUES };

static const char *const names[VALUES] = {
    [STATE] = "state",     [DUE_ON] = "due_on", [REPORTED] = "reported",       [DUE] = "due",
    [OVERDUE] = "overdue", [SILENT] = "silent", [REASSESS_ON] = "reassess_on",
};

/* An organisation is left out while it is queued, or a submission that changed a figure of its is, or
 * its day of reassessment has come. */
static const char STANDING[] =
    "SELECT o.id, o.code, r.state, r.due_on, array_to_string(r.reported, ' '), "
    "array_to_string(r.due, ' '), array_to_string(r.overdue, ' '), array_to_string(r.silent, ' '), "
    "r.reassess_on, r.organisation IS NOT NULL, "
    "coalesce(r.reassess_on <= vekha.today_of(o.id, $1::timestamptz, NULL), false) "
    "OR (NOT $2::boolean AND EXISTS (SELECT FROM vekha.reporting_queue q WHERE q.organisation = "
    "o.id)) "
    "OR EXISTS (SELECT FROM vekha.submission s, generate_series(1, cardinality(s.series), 2) k "
    "WHERE s.pending AND s.series[k] = o.id) "
    "FROM vekha.organisation o LEFT JOIN vekha.reporting r ON r.organisation = o.id";

enum {
    COLUMN_ID,
    COLUMN_CODE,
    COLUMN_VALUES,
    COLUMN_STANDS = COLUMN_VALUES + VALUES,
    COLUMN_WAITS
};

enum { DIFFERENCES_MAX = 200 };

struct standing {
    int32_t id;
    char code[SERIES_CODE_MAX];
    char *values[VALUES]; /* NULL: null */
    bool stands, waits, kept;
    UT_hash_handle hh;
};

struct comparison {
    struct ctl *ctl;
    struct rebuilt *counts;
    struct standing *all;
    bool archived; /* of rebuild_compare_kept() */
};

static bool take_standing(void *arg, const PGresult *row)
{
    struct comparison *c = arg;
    struct standing *s = calloc(1, sizeof *s);

    if (s == NULL)
        return false;
    s->id = (int32_t)db_number(row, 0, COLUMN_ID);
    snprintf(s->code, sizeof s->code, "%s", db_text(row, 0, COLUMN_CODE));
    s->stands = *db_text(row, 0, COLUMN_STANDS) == 't';
    s->waits = *db_text(row, 0, COLUMN_WAITS) == 't';
    for (int i = 0; i < VALUES; i++) {
        const char *value = db_text(row, 0, COLUMN_VALUES + i);

        s->values[i] = value != NULL ? strdup(value) : NULL;
    }
    HASH_ADD(hh, c->all, id, sizeof s->id, s);
    return true;
}

static void forget(struct comparison *c)
{
    struct standing *s = c->all, *next;

    HASH_CLEAR(hh, c->all);
    for (; s != NULL; s = next) {
        next = s->hh.next;
        for (size_t i = 0; i < VALUES; i++)
            free(s->values[i]);
        free(s);
    }
}

static bool same_text(const char *kept, const char *made)
{
    return kept == NULL || made == NULL ? kept == made : strcmp(kept, made) == 0;
}

static bool same_day(const char *kept, date_t made)
{
    char day[DATE_TEXT_MAX];

    return same_text(kept, made == DATE_NONE ? NULL : date_format_iso(made, day));
}

static bool same_list(const char *kept, const struct reporting *r, enum freshness_state state)
{
    struct str list;
    bool same;

    str_init(&list, REPORTING_LIST_MAX);
    reporting_list(r, state, &list);
    same = same_text(kept, str_text(&list));
    str_finish(&list);
    return same;
}

static bool same_value(int value, const char *kept, const struct reporting *r)
{
    const char *state = freshness_name(r->state);

    switch (value) {
    case STATE:
        return same_text(kept, *state != '\0' ? state : NULL);
    case DUE_ON:
        return same_day(kept, r->due_on);
    case REPORTED:
        return same_list(kept, r, FRESHNESS_REPORTED);
    case DUE:
        return same_list(kept, r, FRESHNESS_DUE);
    case OVERDUE:
        return same_list(kept, r, FRESHNESS_OVERDUE);
    case SILENT:
        return same_list(kept, r, FRESHNESS_SILENT);
    default:
        return same_day(kept, r->reassess_on);
    }
}

/* Lists are numbers between spaces. */
static bool is_listed(const char *list, const char *number, size_t len)
{
    for (const char *at = list; at != NULL && *at != '\0'; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        if (strcspn(at, " ") == len && strncmp(at, number, len) == 0)
            return true;
    }
    return false;
}

/* All that is missing now was missing before. */
static bool was_missing(const struct standing *kept, const struct reporting *r,
                        enum freshness_state state)
{
    struct str list;
    bool was = true;
    size_t len;

    str_init(&list, REPORTING_LIST_MAX);
    reporting_list(r, state, &list);
    for (const char *at = str_text(&list); *at != '\0' && was; at += len) {
        at += strspn(at, " ");
        len = strcspn(at, " ");
        was = len == 0 || is_listed(kept->values[DUE], at, len) ||
              is_listed(kept->values[OVERDUE], at, len) || is_listed(kept->values[SILENT], at, len);
    }
    str_finish(&list);
    return was;
}

/* Where years were archived, what was owed of them is owed no more. */
static bool owes_nothing_new(const struct standing *kept, const struct reporting *r)
{
    return was_missing(kept, r, FRESHNESS_DUE) && was_missing(kept, r, FRESHNESS_OVERDUE) &&
           was_missing(kept, r, FRESHNESS_SILENT);
}

static void differs(struct comparison *c, const char *code, const char *what)
{
    c->counts->different++;
    tell(c->ctl->lang, TEXT_REBUILD_DIFFERS, code, text(TEXT_REBUILD_REPORTING, c->ctl->lang),
         what);
}

static void take_reporting(void *arg, const struct reporting *r)
{
    struct comparison *c = arg;
    char differences[DIFFERENCES_MAX] = "";
    struct standing *s;
    size_t len = 0;

    HASH_FIND(hh, c->all, &r->debtor.organisation, sizeof r->debtor.organisation, s);
    if (s == NULL || !reporting_is_kept(r))
        return;
    s->kept = true;
    c->counts->assessed++;
    c->counts->waiting += s->waits;
    if (s->waits)
        return;
    if (!s->stands) {
        differs(c, s->code, text(TEXT_REBUILD_MISSING, c->ctl->lang));
        return;
    }
    if (c->archived && owes_nothing_new(s, r))
        return;
    for (int i = 0; i < VALUES && len < sizeof differences; i++)
        if (!same_value(i, s->values[i], r))
            len += (size_t)snprintf(differences + len, sizeof differences - len, "%s%s",
                                    len > 0 ? ", " : "", names[i]);
    if (len > 0)
        differs(c, s->code, differences);
}

static void name_superfluous(struct comparison *c)
{
    struct standing *s, *next;

    HASH_ITER (hh, c->all, s, next)
        if (s->stands && !s->kept && !s->waits)
            differs(c, s->code, text(TEXT_REBUILD_NOT_OWED, c->ctl->lang));
}

bool rebuild_reporting(struct ctl *ctl, bool archived, struct rebuilt *counts)
{
    const char *const params[] = {ctl_now(ctl), archived ? "true" : "false"};
    struct comparison c = {.ctl = ctl, .counts = counts, .archived = archived};
    const struct load_filter everything = {0};
    struct duty_book *book = load_duties(ctl, NULL);
    bool good = book != NULL && db_each(ctl->db, STANDING, 2, params, take_standing, &c) &&
                load_reporting(ctl, book, &everything, take_reporting, &c);

    if (good && !archived)
        name_superfluous(&c);
    forget(&c);
    duty_book_free(book);
    return good;
}

/* measures: see measures.h. */
#include "admin/measures.h"

#include <stdlib.h>
#include <string.h>

#include "admin/db.h"
#include "admin/hash.h"
#include "admin/json.h"
#include "admin/text.h"

struct measure_key {
    int32_t organisation, indicator;
};

struct taken {
    struct measure_key key;
    struct measure measure;
    UT_hash_handle hh;
};

struct measures {
    PGresult *rows; /* which the texts are in */
    struct taken *list, *by_key;
};

static const char TAKEN[] =
    "SELECT a.organisation, a.indicator, h.until, h.text, h.by_whom FROM vekha.alert a "
    "CROSS JOIN LATERAL vekha.in_hand(a.id) h WHERE a.closed_at IS NULL "
    "AND a.indicator IS NOT NULL AND h.until >= vekha.today_of(a.organisation, $1::timestamptz, "
    "NULL)";

static bool index_rows(struct measures *m)
{
    m->list = calloc((size_t)PQntuples(m->rows) + 1, sizeof *m->list);
    for (int i = 0; m->list != NULL && i < PQntuples(m->rows); i++) {
        struct taken *t = &m->list[i];
        const char *until = db_text(m->rows, i, 2);

        t->key = (struct measure_key){(int32_t)db_number(m->rows, i, 0),
                                      (int32_t)db_number(m->rows, i, 1)};
        t->measure = (struct measure){.text = db_text(m->rows, i, 3), .by = db_text(m->rows, i, 4)};
        if (!date_parse(until, strlen(until), &t->measure.until))
            t->measure.until = DATE_NONE;
        HASH_ADD(hh, m->by_key, key, sizeof t->key, t);
    }
    return m->list != NULL;
}

struct measures *measures_load(struct ctl *ctl)
{
    struct measures *m = calloc(1, sizeof *m);
    const char *const now = ctl_now(ctl);

    if (m != NULL && (m->rows = db_query(ctl->db, TAKEN, 1, &now)) != NULL && index_rows(m))
        return m;
    if (m == NULL || m->rows != NULL)
        complain(ctl->lang, TEXT_NO_MEMORY);
    measures_free(m);
    return NULL;
}

void measures_free(struct measures *m)
{
    if (m == NULL)
        return;
    HASH_CLEAR(hh, m->by_key);
    free(m->list);
    PQclear(m->rows);
    free(m);
}

static const struct taken *find(const struct measures *m, struct measure_key key)
{
    struct taken *found;

    HASH_FIND(hh, m->by_key, &key, sizeof key, found);
    return found;
}

const struct measure *measures_find(const struct measures *m, int32_t organisation,
                                    int32_t indicator)
{
    const struct taken *t = find(m, (struct measure_key){organisation, indicator});

    return t != NULL ? &t->measure : NULL;
}

json_t *measures_json(const struct measures *m, int32_t organisation, int32_t indicator)
{
    const struct measure *one = measures_find(m, organisation, indicator);

    return one == NULL ? json_null()
                       : json_pack("{s:s, s:s, s:o}", "by", one->by, "measure", one->text, "until",
                                   json_day(one->until));
}

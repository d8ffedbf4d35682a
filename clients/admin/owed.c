/* owed: see owed.h. */
#include "admin/owed.h"

#include <stdlib.h>

#include "admin/hash.h"
#include "admin/json.h"
#include "admin/text.h"

struct owed_key {
    int32_t organisation, indicator;
};

struct owed_series {
    struct owed_key key;
    struct freshness freshness;
    UT_hash_handle hh;
};

struct owed {
    struct duty_book *book;
    struct owed_series *all;
    bool failed; /* out of memory */
};

static void take_reporting(void *arg, const struct reporting *r)
{
    struct owed *o = arg;

    for (size_t i = 0; i < r->n; i++) {
        struct owed_series *s = calloc(1, sizeof *s);

        if (s == NULL) {
            o->failed = true;
            return;
        }
        s->key = (struct owed_key){r->debtor.organisation, r->series[i].indicator};
        s->freshness = r->series[i].freshness;
        HASH_ADD(hh, o->all, key, sizeof s->key, s);
    }
}

struct owed *owed_load(struct ctl *ctl, const struct load_filter *f)
{
    struct owed *o = calloc(1, sizeof *o);

    if (o == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        return NULL;
    }
    o->book = load_duties(ctl, f->known_at);
    if (o->book == NULL || (owed_any(o) && !load_reporting(ctl, o->book, f, take_reporting, o))) {
        owed_free(o);
        return NULL;
    }
    if (!o->failed)
        return o;
    complain(ctl->lang, TEXT_NO_MEMORY);
    owed_free(o);
    return NULL;
}

void owed_free(struct owed *o)
{
    struct owed_series *s = o != NULL ? o->all : NULL, *next;

    if (o == NULL)
        return;
    HASH_CLEAR(hh, o->all);
    for (; s != NULL; s = next) {
        next = s->hh.next;
        free(s);
    }
    duty_book_free(o->book);
    free(o);
}

bool owed_any(const struct owed *o)
{
    return duty_book_count(o->book) > 0;
}

static const struct owed_series *find(const struct owed *o, struct owed_key key)
{
    struct owed_series *found;

    HASH_FIND(hh, o->all, &key, sizeof key, found);
    return found;
}

const struct freshness *owed_find(const struct owed *o, int32_t organisation, int32_t indicator)
{
    const struct owed_series *s = find(o, (struct owed_key){organisation, indicator});

    return s != NULL && s->freshness.state != FRESHNESS_NONE ? &s->freshness : NULL;
}

void owed_json(const struct owed *o, const struct series *s, date_t as_of, json_t *row)
{
    const struct freshness *f = owed_find(o, s->organisation, s->indicator);

    json_object_set_new(row, "freshness",
                        f != NULL ? json_string(freshness_name(f->state)) : json_null());
    json_object_set_new(row, "due_on", json_day(f != NULL ? f->due_on : DATE_NONE));
    json_object_set_new(row, "age_days",
                        as_of != DATE_NONE ? json_integer(s->today - as_of) : json_null());
}

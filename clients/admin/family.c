/* family: see family.h. */
#include "admin/family.h"

#include <stdlib.h>

#include "admin/hash.h"
#include "model/roll.h"

struct key {
    int32_t organisation, indicator;
};

/* A series that is part of a sum, or a sum, or both. */
struct member {
    struct key key;
    int32_t parent; /* 0: part of no sum */
    size_t n, room;
    struct child *children;
    UT_hash_handle hh;
};

struct family {
    struct member *members;
    bool failed;
};

struct family *family_new(void)
{
    return calloc(1, sizeof(struct family));
}

void family_free(struct family *f)
{
    struct member *m, *next;

    if (f == NULL)
        return;
    m = f->members;
    HASH_CLEAR(hh, f->members);
    for (; m != NULL; m = next) {
        next = m->hh.next;
        children_free(m->children, m->n);
        free(m);
    }
    free(f);
}

static struct member *find(const struct family *f, struct key key)
{
    struct member *m;

    HASH_FIND(hh, f->members, &key, sizeof key, m);
    return m;
}

static struct member *find_or_make(struct family *f, struct key key)
{
    struct member *m = find(f, key);

    if (m == NULL && (m = calloc(1, sizeof *m)) != NULL) {
        m->key = key;
        HASH_ADD(hh, f->members, key, sizeof m->key, m);
    }
    return m;
}

bool family_place(struct family *f, int32_t organisation, int32_t indicator, int32_t parent)
{
    struct member *m = find_or_make(f, (struct key){organisation, indicator});

    if (m != NULL)
        m->parent = parent;
    return m != NULL;
}

bool family_is_empty(const struct family *f)
{
    return f->members == NULL;
}

bool family_failed(const struct family *f)
{
    return f->failed;
}

static struct child *new_child(struct member *sum)
{
    size_t room = sum->room == 0 ? 16 : sum->room * 2;
    struct child *more;

    if (sum->n < sum->room)
        return &sum->children[sum->n];
    more = sum->n >= SERIES_MAX_CHILDREN ? NULL : reallocarray(sum->children, room, sizeof *more);
    if (more == NULL)
        return NULL;
    sum->children = more;
    sum->room = room;
    return &sum->children[sum->n];
}

void family_take(void *arg, const struct series *s)
{
    struct family *f = arg;
    struct member *m = find(f, (struct key){s->organisation, s->indicator}), *sum;
    struct assessment a;
    struct child *child;

    if (m == NULL || m->parent == 0 || f->failed)
        return;
    assess(s, &a);
    sum = find_or_make(f, (struct key){m->parent, s->indicator});
    child = sum != NULL ? new_child(sum) : NULL;
    if (child != NULL && child_make(s, &a, child))
        sum->n++;
    else
        f->failed = true;
}

void family_lend(void *arg, struct series *s)
{
    struct member *m = find(arg, (struct key){s->organisation, s->indicator});

    s->children = m != NULL ? m->children : NULL;
    s->n_children = m != NULL ? m->n : 0;
}

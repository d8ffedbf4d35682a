/* programme: entries by key, in the order of their files. */
#include "admin/programme.h"

#include <stdio.h>
#include <stdlib.h>

void programme_free(struct programme *p)
{
    if (p == NULL)
        return;
    for (int noun = 0; noun < NOUN_COUNT; noun++) {
        struct entries *entries = &p->nouns[noun];

        HASH_CLEAR(hh, entries->by_key);
        for (size_t i = 0; i < entries->n; i++)
            entry_free(entries->list[i]);
        free(entries->list);
    }
    for (size_t i = 0; i < p->n_files; i++)
        free(p->files[i]);
    free(p);
}

const struct entry *programme_find(const struct programme *p, enum noun noun, const char *key)
{
    struct entry *e;

    HASH_FIND_STR(p->nouns[noun].by_key, key, e);
    return e;
}

static bool make_room(struct entries *entries)
{
    size_t room = entries->room == 0 ? 64 : entries->room * 2;
    struct entry **list;

    if (entries->n < entries->room)
        return true;
    list = entries->n >= PROGRAMME_MAX_ENTRIES
               ? NULL
               : realloc(entries->list, room * sizeof(struct entry *));
    if (list == NULL)
        return false;
    entries->list = list;
    entries->room = room;
    return true;
}

void programme_add(struct programme *p, enum noun noun, struct entry *e, struct problems *problems)
{
    struct entries *entries = &p->nouns[noun];
    const struct entry *before;
    char line[16];

    if (!entry_make_key(e, noun) ||
        !make_room(entries)) { /* the former was complained of already */
        if (problems->n == 0)
            problem(problems, e->file, e->line, NULL, TEXT_SHEET_TOO_LARGE);
        entry_free(e);
        return;
    }
    before = programme_find(p, noun, e->key);
    if (before != NULL) {
        snprintf(line, sizeof line, "%d", before->line);
        problem(problems, e->file, e->line, e->key, TEXT_ENTRY_TWICE, before->file, line);
        entry_free(e);
        return;
    }
    HASH_ADD_STR(entries->by_key, key, e);
    entries->list[entries->n++] = e;
}

/* entry: a value is made canonical the moment it is read, so that its line can still be named. */
#include "admin/entry.h"

#include <stdio.h>
#include <stdlib.h>

struct entry *entry_new(const char *file, int line)
{
    struct entry *e = calloc(1, sizeof *e);

    if (e != NULL) {
        e->file = file;
        e->line = line;
    }
    return e;
}

void entry_free(struct entry *e)
{
    for (size_t i = 0; e != NULL && i < ENTRY_MAX_FIELDS; i++)
        free(e->values[i]);
    free(e);
}

char *entry_value(const struct field *field, const char *raw, const char *file, int line,
                  struct problems *problems)
{
    struct str value;
    enum text wrong;
    char *taken;

    str_init(&value, field_is_list(field) ? FIELD_LIST_MAX : FIELD_VALUE_MAX);
    if (!field_normalise(field, raw, &value, &wrong))
        problem(problems, file, line, field->name, wrong, raw, field->choices);
    else if (value.failed)
        problem(problems, file, line, field->name, TEXT_LIST_TOO_LONG);
    taken = str_take(&value);
    str_finish(&value);
    return taken;
}

void entry_set(struct entry *e, enum noun noun, size_t i, const char *raw, int line,
               struct problems *problems)
{
    const struct field *field = &nouns[noun].fields[i];

    e->lines[i] = line;
    raw = raw == NULL || *raw == '\0' ? field->fallback : raw;
    if (raw != NULL) {
        e->values[i] = entry_value(field, raw, e->file, line, problems);
        e->flawed = e->flawed || e->values[i] == NULL;
    } else if (field->required) {
        problem(problems, e->file, line, field->name, TEXT_FIELD_REQUIRED);
        e->flawed = true;
    }
}

bool entry_make_key(struct entry *e, enum noun noun)
{
    const struct noun_table *table = &nouns[noun];
    size_t len = 0;

    for (int i = 0; i < table->n_keys; i++) {
        if (e->values[i] == NULL && table->fields[i].required)
            return false;
        if (e->values[i] == NULL)
            continue;
        len += (size_t)snprintf(e->key + len, sizeof e->key - len, "%s%s", i > 0 ? "/" : "",
                                e->values[i]);
    }
    return len < sizeof e->key; /* codes are at most 64 bytes, a date 10 */
}

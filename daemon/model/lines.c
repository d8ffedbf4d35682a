/* lines: see lines.h. */
#include "model/lines.h"

#include <stdio.h>

enum { FIELDS_MAX = 24, QUOTE_MAX = 60 };

bool lines_read(const struct line_kind *kind, const struct text *texts, void *to,
                char error[LINES_ERROR_MAX])
{
    return field_read_all(kind->name, kind->fields, kind->n_fields, texts, to, error,
                          LINES_ERROR_MAX);
}

bool lines_take(const struct line_kind *kinds, size_t n, const char *line, size_t len, void *reader,
                char error[LINES_ERROR_MAX])
{
    struct text texts[FIELDS_MAX];
    size_t found = text_split(line, len, texts, FIELDS_MAX);

    for (size_t i = 0; i < n; i++) {
        if (!text_is(texts[0], kinds[i].name))
            continue;
        if (found == kinds[i].n_fields + 1)
            return kinds[i].take(reader, &kinds[i], texts + 1);
        snprintf(error, LINES_ERROR_MAX, "line '%s': expected %zu fields, found %zu", kinds[i].name,
                 kinds[i].n_fields, found - 1);
        return false;
    }
    snprintf(error, LINES_ERROR_MAX, "unknown kind of line: '%.*s'",
             texts[0].len > QUOTE_MAX ? QUOTE_MAX : (int)texts[0].len, texts[0].bytes);
    return false;
}

/* planned: by way of the model's own lines, so that a plan in a file and one from the database are read
 * by the same code. */
#include "admin/planned.h"

#include <string.h>

#include "base/str.h"
#include "model/input.h"

enum { LINES_MAX = 64 * 1024 };

/* The fields of a line `plan` after its id and version; a text that no field gives is absent. */
static const int plan_line[] = {
    PLAN_BASIS,   PLAN_STARTS,        PLAN_ENDS,   PLAN_SHAPE,      PLAN_BASE,
    PLAN_BASE_ON, PLAN_BASE_METHOD,   PLAN_TARGET, PLAN_OF,         PLAN_DUE_FROM,
    PLAN_DUE_TO,  PLAN_DUE_PRECISION, PLAN_EVENT,  PLAN_VALID_FROM,
};

static const char any_series[] =
    "series\t1\t1\tany\tany\t\\N\tany\tany\t\\N\tany\tflow\tup\tany\t\\N\tt\tyear_to_date\t1\t\\N\t"
    "2020-01-01\t\\N\t\\N\t1\tf\tf";

/* One line for each word of a list, the words' own '=' divided by a TAB; numbered ones begin with their
 * number. */
static void write_words(struct str *out, const char *line, const char *list, bool numbered)
{
    size_t n = 0;

    for (const char *at = list; at != NULL && *at != '\0'; n++) {
        size_t len = strcspn(at, " "), left = strcspn(at, "= ");

        str_addf(out, "\n%s\t", line);
        if (numbered)
            str_addf(out, "%zu\t", n);
        str_append(out, at, left);
        if (left < len)
            str_addf(out, "\t%.*s", (int)(len - left - 1), at + left + 1);
        at += len + (at[len] == ' ');
    }
}

static void write_lines(const struct entry *e, struct str *out)
{
    str_addf(out, "%s\nplan\t1\t0", any_series);
    for (size_t i = 0; i < sizeof plan_line / sizeof *plan_line; i++) {
        const char *value = e->values[plan_line[i]];

        str_addf(out, "\t%s", value != NULL ? value : "\\N");
    }
    write_words(out, "point", e->values[PLAN_POINTS], false);
    write_words(out, "knot", e->values[PLAN_KNOTS], true);
    write_words(out, "term", e->values[PLAN_TERMS], false);
}

struct taken {
    struct plan *to;
    bool good;
};

static void take(void *arg, const struct series *s)
{
    struct taken *t = arg;

    t->good = plan_copy(&s->plan, t->to);
}

bool planned_make(const struct entry *e, struct plan *ret)
{
    struct taken t = {.to = ret};
    struct input *in = input_new(take, &t);
    struct str lines;
    bool read;

    str_init(&lines, LINES_MAX);
    write_lines(e, &lines);
    read = in != NULL && !lines.failed && input_lines(in, str_text(&lines), lines.len) &&
           input_end(in);
    input_free(in);
    str_finish(&lines);
    return read && t.good;
}

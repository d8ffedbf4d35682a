/* json: jansson's numbers are binary; ours are texts, so that 3580418.00 stays what it is. */
#include "admin/json.h"

#include <stdio.h>

#include "admin/ctl.h"
#include "admin/db.h"
#include "base/clock.h"

json_t *json_day(date_t d)
{
    char buf[DATE_TEXT_MAX];

    return d == DATE_NONE ? json_null() : json_string(date_format_iso(d, buf));
}

json_t *json_time(int64_t us)
{
    char buf[CLOCK_TEXT_MAX];

    return json_string(clock_format(us, buf));
}

json_t *json_moment(const PGresult *r, int row, int column)
{
    return db_text(r, row, column) == NULL ? json_null() : json_time(db_number(r, row, column));
}

json_t *json_text(const PGresult *r, int row, int column)
{
    const char *t = db_text(r, row, column);

    return t == NULL ? json_null() : json_string(t);
}

json_t *json_decimal(struct decimal d)
{
    char buf[DECIMAL_TEXT_MAX];

    return json_string(decimal_format(d, buf));
}

json_t *json_ratio(struct ratio a, unsigned places)
{
    char buf[RATIO_TEXT_MAX];

    return ratio_is_null(a) ? json_null() : json_string(ratio_format(a, places, buf));
}

json_t *json_document(const char *as_of, const char *known_at, json_t *rows)
{
    return json_pack("{s:i, s:s?, s:s?, s:o}", "schema", JSON_SCHEMA, "as_of", as_of, "known_at",
                     known_at, "rows", rows);
}

int json_answer(const char *as_of, const char *known_at, json_t *rows)
{
    return json_finish(json_document(as_of, known_at, rows));
}

int json_finish(json_t *answer)
{
    int code = CTL_REFUSED;

    if (answer != NULL && json_dumpf(answer, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF &&
        fflush(stdout) == 0)
        code = CTL_DONE;
    json_decref(answer);
    return code;
}

/* json: the answers of --json: {"schema":1, …, "rows":[…]}; decimals are strings, times RFC 3339,
 * what is absent is null. */
#ifndef VEKHA_ADMIN_JSON_H
#define VEKHA_ADMIN_JSON_H

#include <jansson.h>
#include <libpq-fe.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/ratio.h"

enum { JSON_SCHEMA = 1 }; /* goes up when a field changes its meaning */

/* New references; null for DATE_NONE, a null ratio, SQL null. */
json_t *json_day(date_t d);
json_t *json_time(int64_t us);
json_t *json_moment(const PGresult *r, int row,
                    int column); /* of a column made by DB_MICROSECONDS */
json_t *json_text(const PGresult *r, int row, int column);
json_t *json_decimal(struct decimal d);
json_t *json_ratio(struct ratio a, unsigned places);

/* {"schema":1,"as_of":…,"known_at":…,"rows":[…]}; takes rows over; NULL is null. */
json_t *json_document(const char *as_of, const char *known_at, json_t *rows);

/* Prints the answer and frees it; the exit code. */
int json_finish(json_t *answer);
int json_answer(const char *as_of, const char *known_at, json_t *rows); /* both steps */

#endif

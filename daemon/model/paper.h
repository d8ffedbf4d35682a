/* paper: a text of arithmetic in the making: lines of `name = expression = result`, and lines that say where a
 * number lies between others. */
#ifndef VEKHA_MODEL_PAPER_H
#define VEKHA_MODEL_PAPER_H

#include "base/str.h"
#include "model/assess.h"
#include "model/expression.h"
#include "model/series.h"

struct paper {
    const struct series *s;
    const struct assessment *a;
    enum lang lang;
    struct str *out;
};

/* What is computed, in words and by its letter in docs/model.md. */
typedef const char *const paper_name[LANG_COUNT];

struct expression paper_ratio(const struct paper *p, struct ratio x);
struct expression paper_decimal(const struct paper *p, struct decimal d);
struct expression paper_double(const struct paper *p, double x);
struct expression paper_int(const struct paper *p, int64_t n);

/* "Ход: R = 130/150 = 0,8667"; nothing if it cannot be shown so. */
void paper_say(struct paper *p, paper_name name, struct expression e, double exact);
void paper_say_exact(struct paper *p, paper_name name, struct expression e, struct ratio exact);

/* "Медианный наклон = 4,166667": a number that no line computes. */
void paper_give(struct paper *p, paper_name name, double x);

/* "R: 0,8 ≤ 0,8667 < 0,95", without an end of line; a null bound is left out. */
void paper_between(struct paper *p, const char *letter, struct ratio low, struct ratio x,
                   struct ratio high);

/* " → ОТСТАЁТ" and the end of the line. */
void paper_conclude(struct paper *p, enum status status);

#endif

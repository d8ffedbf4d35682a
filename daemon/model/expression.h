/* expression: arithmetic as it is written down for somebody with a pocket calculator: the numbers as
 * they are shown, and what a calculator makes of them.
 *
 *     200·0,736111 = 147,2222
 *
 * Numbers are shown with six decimals at most; a result with as many, four at most, as come out both of
 * the shown numbers and of the exact ones. */
#ifndef VEKHA_MODEL_EXPRESSION_H
#define VEKHA_MODEL_EXPRESSION_H

#include "base/lang.h"
#include "base/ratio.h"

enum { EXPRESSION_TEXT_MAX = 600, EXPRESSION_PLACES = 4 };

/* How tightly it holds together: what has to be put into brackets inside another. */
enum expression_rank { RANK_SUM, RANK_PRODUCT, RANK_ATOM };

struct expression {
    char text[EXPRESSION_TEXT_MAX];
    double value; /* of the numbers shown */
    enum expression_rank rank;
    enum lang lang;
};

struct expression expression_number(struct ratio x, enum lang lang);
struct expression expression_double(double x, enum lang lang);

/* Both sides in one language. */
struct expression expression_add(struct expression a, struct expression b);
struct expression expression_subtract(struct expression a, struct expression b);
struct expression expression_multiply(struct expression a, struct expression b);
struct expression expression_divide(struct expression a, struct expression b);
struct expression expression_square(struct expression a);
struct expression expression_root(struct expression a);
struct expression expression_larger(struct expression a, struct expression b);
struct expression expression_smaller(struct expression a, struct expression b);

/* The result as text: `exact` with the places that the numbers shown give too.  False if even whole
 * numbers differ, or the expression was too long to be written. */
bool expression_result(const struct expression *e, double exact, char ret[EXPRESSION_TEXT_MAX]);

/* A number for people, with at most so many places, without zeros at the end. */
const char *expression_format(double x, unsigned places, enum lang lang,
                              char ret[EXPRESSION_TEXT_MAX]);

#endif

/* expression: see expression.h. */
#include "model/expression.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"

enum { SHOWN_PLACES = 6 };

static const double LARGEST = 1e11; /* with six places, a decimal of eighteen digits */

static double rounded(double x, unsigned places)
{
    double unit = pow(10, places);

    return round(x * unit) / unit;
}

const char *expression_format(double x, unsigned places, enum lang lang,
                              char ret[EXPRESSION_TEXT_MAX])
{
    char buf[DECIMAL_TEXT_MAX];
    struct decimal d = {.mantissa = (int64_t)round(x * pow(10, places)), .scale = (uint8_t)places};

    for (; d.scale > 0 && d.mantissa % 10 == 0; d.scale--)
        d.mantissa /= 10;
    snprintf(ret, EXPRESSION_TEXT_MAX, "%s",
             decimal_format_grouped(d, lang == LANG_RU ? ',' : '.', buf));
    return ret;
}

/* Too large, or no number: there is nothing to show. */
static struct expression nothing(enum lang lang)
{
    return (struct expression){.text = "", .value = NAN, .rank = RANK_ATOM, .lang = lang};
}

struct expression expression_double(double x, enum lang lang)
{
    struct expression e = {.rank = RANK_ATOM, .lang = lang};

    if (!(fabs(x) < LARGEST))
        return nothing(lang);
    e.value = rounded(x, SHOWN_PLACES);
    expression_format(x, SHOWN_PLACES, lang, e.text);
    e.rank = e.value < 0 ? RANK_SUM : RANK_ATOM;
    return e;
}

struct expression expression_number(struct ratio x, enum lang lang)
{
    return ratio_is_null(x) ? nothing(lang) : expression_double(ratio_to_double(x), lang);
}

/* --- putting together --- */

/* The text of a part, in brackets if it would fall apart at this place. */
static void put(struct expression *e, const char *before, const struct expression *part,
                enum expression_rank least)
{
    size_t len = strlen(e->text);
    bool brackets = part->rank < least;

    len += (size_t)snprintf(e->text + len, sizeof e->text - len, "%s%s%s%s", before,
                            brackets ? "(" : "", part->text, brackets ? ")" : "");
    if (len >= sizeof e->text || part->text[0] == '\0')
        *e = nothing(e->lang);
}

static struct expression joined(const struct expression *a, const char *sign,
                                const struct expression *b, enum expression_rank rank,
                                enum expression_rank right, double value)
{
    struct expression e = {.value = value, .rank = rank, .lang = a->lang};

    put(&e, "", a, rank);
    if (!isnan(e.value))
        put(&e, sign, b, right);
    return e;
}

struct expression expression_add(struct expression a, struct expression b)
{
    return joined(&a, " + ", &b, RANK_SUM, RANK_PRODUCT, a.value + b.value);
}

struct expression expression_subtract(struct expression a, struct expression b)
{
    return joined(&a, " − ", &b, RANK_SUM, RANK_PRODUCT, a.value - b.value);
}

struct expression expression_multiply(struct expression a, struct expression b)
{
    return joined(&a, "·", &b, RANK_PRODUCT, RANK_PRODUCT, a.value * b.value);
}

struct expression expression_divide(struct expression a, struct expression b)
{
    return joined(&a, "/", &b, RANK_PRODUCT, RANK_ATOM, a.value / b.value);
}

/* name(…), (…)² and the like. */
static struct expression wrapped(const char *before, const struct expression *a, const char *middle,
                                 const struct expression *b, const char *after, double value)
{
    struct expression e = {.value = value, .rank = RANK_ATOM, .lang = a->lang};
    size_t len = (size_t)snprintf(e.text, sizeof e.text, "%s%s%s%s%s", before, a->text, middle,
                                  b ? b->text : "", after);

    return len < sizeof e.text && a->text[0] && (!b || b->text[0]) ? e : nothing(a->lang);
}

struct expression expression_square(struct expression a)
{
    return wrapped("(", &a, "", NULL, ")²", a.value * a.value);
}

struct expression expression_root(struct expression a)
{
    return wrapped("√(", &a, "", NULL, ")", sqrt(a.value));
}

struct expression expression_larger(struct expression a, struct expression b)
{
    return wrapped("max(", &a, "; ", &b, ")", fmax(a.value, b.value));
}

struct expression expression_smaller(struct expression a, struct expression b)
{
    return wrapped("min(", &a, "; ", &b, ")", fmin(a.value, b.value));
}

/* --- the result --- */

bool expression_result(const struct expression *e, double exact, char ret[EXPRESSION_TEXT_MAX])
{
    if (isnan(e->value) || !(fabs(exact) < LARGEST))
        return false;
    for (int places = EXPRESSION_PLACES; places >= 0; places--) {
        double unit = pow(10, places);

        if (round(e->value * unit) != round(exact * unit))
            continue;
        expression_format(exact, (unsigned)places, e->lang, ret);
        return true;
    }
    return false;
}

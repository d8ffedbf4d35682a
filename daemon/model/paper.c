/* paper: see paper.h. */
#include "model/paper.h"

#include <math.h>
#include <string.h>

struct expression paper_ratio(const struct paper *p, struct ratio x)
{
    return expression_number(x, p->lang);
}

struct expression paper_decimal(const struct paper *p, struct decimal d)
{
    return paper_ratio(p, ratio_of_decimal(d));
}

struct expression paper_double(const struct paper *p, double x)
{
    return expression_double(x, p->lang);
}

struct expression paper_int(const struct paper *p, int64_t n)
{
    return paper_ratio(p, ratio_of_int(n));
}

void paper_say(struct paper *p, paper_name name, struct expression e, double exact)
{
    char result[EXPRESSION_TEXT_MAX];

    if (isnan(exact) || !expression_result(&e, exact, result))
        return;
    str_addf(p->out, "%s = %s", name[p->lang], e.text);
    if (strcmp(e.text, result) != 0)
        str_addf(p->out, " = %s", result);
    str_add(p->out, "\n");
}

void paper_give(struct paper *p, paper_name name, double x)
{
    struct expression e = paper_double(p, x);

    if (e.text[0])
        str_addf(p->out, "%s = %s\n", name[p->lang], e.text);
}

void paper_say_exact(struct paper *p, paper_name name, struct expression e, struct ratio exact)
{
    if (!ratio_is_null(exact))
        paper_say(p, name, e, ratio_to_double(exact));
}

void paper_between(struct paper *p, const char *letter, struct ratio low, struct ratio x,
                   struct ratio high)
{
    struct expression e = paper_ratio(p, x);

    str_addf(p->out, "%s: ", letter);
    if (!ratio_is_null(low))
        str_addf(p->out, "%s ≤ ", paper_ratio(p, low).text);
    str_add(p->out, e.text);
    if (!ratio_is_null(high))
        str_addf(p->out, " < %s", paper_ratio(p, high).text);
}

void paper_conclude(struct paper *p, enum status status)
{
    str_addf(p->out, " → %s\n", status_word(status, p->lang));
}

/* calendar: a plan by terms is only as good as its calendar, so one with a hole in it is refused. */
#include "admin/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/programme.h"

enum { TERMS_TEXT_MAX = PROGRAMME_MAX_TERMS * 24 };

static bool blame_calendar(struct entry *calendar, enum text id, const char *quoted,
                           struct problems *problems)
{
    problem(problems, calendar->file, calendar->lines[CALENDAR_TERMS],
            nouns[NOUN_CALENDAR].fields[CALENDAR_TERMS].name, id, quoted);
    return false;
}

/* FIRST-DAY..LAST-DAY */
static bool read_term(const char *text, struct days *ret)
{
    const char *dots = strstr(text, "..");

    return dots != NULL && date_parse(text, (size_t)(dots - text), &ret->first) &&
           date_parse(dots + 2, strlen(dots + 2), &ret->last) && ret->first <= ret->last;
}

static int by_first_day(const void *a, const void *b)
{
    const struct days *x = a, *y = b;

    return x->first < y->first ? -1 : x->first > y->first;
}

static void add_term(struct str *out, struct days term)
{
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];

    str_addf(out, "%s%s=%s", out->len > 0 ? " " : "", date_format_iso(term.first, first),
             date_format_iso(term.last, last));
}

/* Reads all terms out of text, which is changed; returns how many, 0 with a problem if one is none.
 */
static size_t read_terms(struct entry *calendar, char *text, struct days ret[PROGRAMME_MAX_TERMS],
                         struct problems *problems)
{
    char *rest = text, *word, limit[24];
    size_t n = 0;

    snprintf(limit, sizeof limit, "%d", PROGRAMME_MAX_TERMS);
    while ((word = strsep(&rest, "\n")) != NULL) {
        struct days term;

        if (!read_term(word, &term))
            return blame_calendar(calendar, TEXT_TERM_SPAN, word, problems);
        if (n >= PROGRAMME_MAX_TERMS)
            return blame_calendar(calendar, TEXT_TERMS_MANY, limit, problems);
        ret[n++] = term;
    }
    return n;
}

static bool settle(struct entry *calendar, char *text, struct problems *problems)
{
    struct days terms[PROGRAMME_MAX_TERMS];
    size_t n = read_terms(calendar, text, terms, problems);
    char day[DATE_TEXT_MAX];
    struct str all;

    if (n == 0)
        return false;
    qsort(terms, n, sizeof *terms, by_first_day);
    for (size_t i = 1; i < n; i++)
        if (terms[i].first <= terms[i - 1].last)
            return blame_calendar(calendar, TEXT_TERM_OVERLAP, date_format_iso(terms[i].first, day),
                                  problems);
    str_init(&all, TERMS_TEXT_MAX);
    for (size_t i = 0; i < n; i++)
        add_term(&all, terms[i]);
    free(calendar->values[CALENDAR_TERMS]);
    calendar->values[CALENDAR_TERMS] = str_take(&all);
    str_finish(&all);
    return true;
}

void calendar_settle(struct entry *calendar, struct problems *problems)
{
    const char *terms = calendar->values[CALENDAR_TERMS];
    char *text = terms != NULL ? strdup(terms) : NULL;

    calendar->flawed = text == NULL || !settle(calendar, text, problems);
    free(text);
}

/* The next term of a settled calendar; false at its end. */
static bool next_term(const char **at, struct days *ret)
{
    enum { DAY = sizeof "2020-09-01" - 1 };

    if (**at == ' ')
        (*at)++;
    if (!date_parse(*at, strnlen(*at, DAY), &ret->first) ||
        !date_parse(*at + DAY + 1, DAY, &ret->last))
        return false;
    *at += 2 * DAY + 1;
    return true;
}

char *calendar_within(const struct entry *calendar, struct days plan, struct days *ret_missing)
{
    const char *at = calendar->values[CALENDAR_TERMS];
    date_t known = plan.first - 1; /* there is school, or holidays, up to here */
    struct days term, hole = plan;
    struct str out;
    char *terms;

    str_init(&out, TERMS_TEXT_MAX);
    while (known < plan.last && next_term(&at, &term)) {
        term.first = term.first > plan.first ? term.first : plan.first;
        term.last = term.last < plan.last ? term.last : plan.last;
        if (term.first > term.last)
            continue;
        hole = (struct days){known + 1, term.first - 1};
        if (hole.last - hole.first >= CALENDAR_MAX_GAP)
            break;
        add_term(&out, term);
        known = term.last;
        hole = (struct days){known + 1, plan.last};
    }
    if (hole.last - hole.first >= CALENDAR_MAX_GAP || out.len == 0)
        str_clear(&out);
    terms = str_take(&out);
    if (terms == NULL)
        *ret_missing = hole;
    str_finish(&out);
    return terms;
}

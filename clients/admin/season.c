/* season: the curve is computed here once, in exact fractions, so that what is approved can be read
 * and checked by hand. */
#include "admin/season.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/programme.h"
#include "base/decimal.h"
#include "base/ratio.h"
#include "model/series.h"

enum {
    LAST = SERIES_KNOTS - 1,
    PLACES_YEAR = 6,
    PLACES_KNOT = 4,
    KNOTS_TEXT_MAX = 400,
    QUOTE_MAX = 60
};

static bool blame_season(struct entry *season, int field, enum text id, const char *quoted,
                         struct problems *problems)
{
    problem(problems, season->file, season->lines[field], nouns[NOUN_SEASON].fields[field].name, id,
            quoted);
    return false;
}

static bool blame_count(struct entry *season, int field, const char *row, size_t n,
                        struct problems *problems)
{
    char wanted[24], found[24];

    snprintf(wanted, sizeof wanted, "%d", SERIES_KNOTS);
    snprintf(found, sizeof found, "%zu", n);
    problem(problems, season->file, season->lines[field], nouns[NOUN_SEASON].fields[field].name,
            TEXT_SEASON_COUNT, row, wanted, found);
    return false;
}

/* Thirteen numbers that are not negative, divided by spaces. */
static bool read_row(struct entry *season, int field, const char *row,
                     struct decimal ret[SERIES_KNOTS], struct problems *problems)
{
    size_t n = 0, len;

    for (const char *at = row + strspn(row, " "); *at != '\0'; at += len + strspn(at + len, " ")) {
        char quoted[QUOTE_MAX];
        struct decimal d;

        len = strcspn(at, " ");
        snprintf(quoted, sizeof quoted, "%.*s", (int)len, at);
        if (decimal_parse(at, len, &d, NULL) != DECIMAL_OK || d.mantissa < 0)
            return blame_season(season, field, TEXT_SEASON_NUMBER, quoted, problems);
        if (n < SERIES_KNOTS)
            ret[n] = d;
        n++;
    }
    return n == SERIES_KNOTS || blame_count(season, field, row, n, problems);
}

static struct decimal trimmed(struct decimal d)
{
    while (d.scale > 0 && d.mantissa % 10 == 0) {
        d.mantissa /= 10;
        d.scale--;
    }
    return d;
}

static void set_knots(struct entry *season, const struct decimal knots[SERIES_KNOTS])
{
    char number[DECIMAL_TEXT_MAX];
    struct str text;

    str_init(&text, KNOTS_TEXT_MAX);
    for (size_t i = 0; i < SERIES_KNOTS; i++)
        str_addf(&text, "%s%s", i > 0 ? " " : "", decimal_format(trimmed(knots[i]), number));
    free(season->values[SEASON_KNOTS]);
    season->values[SEASON_KNOTS] = str_take(&text);
    str_finish(&text);
}

static bool take_knots(struct entry *season, char *text, struct problems *problems)
{
    static const struct decimal none = {0, 0}, all = {1, 0};
    struct decimal knots[SERIES_KNOTS], before = none;
    char number[DECIMAL_TEXT_MAX];

    for (char *end = text; (end = strchr(end, '\n')) != NULL;)
        *end = ' ';
    if (!read_row(season, SEASON_KNOTS, text, knots, problems))
        return false;
    for (size_t i = 0; i < SERIES_KNOTS; i++) {
        if (decimal_compare(knots[i], before) < 0 || decimal_compare(knots[i], all) > 0 ||
            (i == 0 && decimal_compare(knots[i], none) != 0) ||
            (i == LAST && decimal_compare(knots[i], all) != 0))
            return blame_season(season, SEASON_KNOTS, TEXT_SEASON_FALLS,
                                decimal_format(knots[i], number), problems);
        before = knots[i];
    }
    set_knots(season, knots);
    return true;
}

/* Adds a year's cumulative shares to the sums. */
static bool add_year(struct entry *season, const char *row, struct ratio sums[SERIES_KNOTS],
                     struct problems *problems)
{
    struct decimal year[SERIES_KNOTS];

    if (!read_row(season, SEASON_YEARS, row, year, problems))
        return false;
    if (year[0].mantissa != 0 || year[LAST].mantissa == 0)
        return blame_season(season, SEASON_YEARS, TEXT_SEASON_YEAR, row, problems);
    for (size_t i = 0; i < SERIES_KNOTS; i++) {
        struct decimal share;

        if (!ratio_round(ratio_div(ratio_of_decimal(year[i]), ratio_of_decimal(year[LAST])),
                         PLACES_YEAR, &share))
            return blame_season(season, SEASON_YEARS, TEXT_SEASON_YEAR, row, problems);
        sums[i] = ratio_add(sums[i], ratio_of_decimal(share));
    }
    return true;
}

struct pool {
    struct ratio sum;
    int64_t n;
};

static struct ratio mean_of(struct pool p)
{
    return ratio_div(p.sum, ratio_of_int(p.n));
}

/* The nearest curve that never falls, by least squares: neighbours that fall share their mean. */
static void pool_adjacent_violators(struct ratio values[SERIES_KNOTS])
{
    struct pool pools[SERIES_KNOTS];
    size_t n = 0, at = 0;

    for (size_t i = 0; i < SERIES_KNOTS; i++) {
        pools[n++] = (struct pool){values[i], 1};
        for (; n > 1 && ratio_compare(mean_of(pools[n - 2]), mean_of(pools[n - 1])) > 0; n--) {
            pools[n - 2].sum = ratio_add(pools[n - 2].sum, pools[n - 1].sum);
            pools[n - 2].n += pools[n - 1].n;
        }
    }
    for (size_t i = 0; i < n; i++)
        for (int64_t k = 0; k < pools[i].n; k++)
            values[at++] = mean_of(pools[i]);
}

static bool take_years(struct entry *season, char *text, struct problems *problems)
{
    struct ratio values[SERIES_KNOTS];
    struct decimal knots[SERIES_KNOTS];
    char *rest = text, *row, limit[24];
    int64_t n = 0;

    for (size_t i = 0; i < SERIES_KNOTS; i++)
        values[i] = ratio_of_int(0);
    for (; (row = strsep(&rest, "\n")) != NULL; n++)
        if (!add_year(season, row, values, problems))
            return false;
    snprintf(limit, sizeof limit, "%d", PROGRAMME_MAX_PAST);
    if (n > PROGRAMME_MAX_PAST)
        return blame_season(season, SEASON_YEARS, TEXT_SEASON_YEARS_MANY, limit, problems);
    for (size_t i = 0; i < SERIES_KNOTS; i++)
        values[i] = ratio_div(values[i], ratio_of_int(n));
    pool_adjacent_violators(values);
    for (size_t i = 0; i < SERIES_KNOTS;
         i++) /* a year that was corrected downwards had gone past 1 */
        if (!ratio_round(ratio_min(values[i], ratio_of_int(1)), PLACES_KNOT, &knots[i]))
            return blame_season(season, SEASON_YEARS, TEXT_SEASON_YEAR, text, problems);
    set_knots(season, knots);
    return true;
}

void season_settle(struct entry *season, struct problems *problems)
{
    const char *knots = season->values[SEASON_KNOTS], *years = season->values[SEASON_YEARS];
    char *text;

    if ((knots == NULL) == (years == NULL)) {
        season->flawed = true;
        blame_season(season, SEASON_KNOTS, TEXT_SEASON_ONE_OF, NULL, problems);
        return;
    }
    text = strdup(knots != NULL ? knots : years);
    if (text == NULL)
        season->flawed = true;
    else if (knots != NULL)
        season->flawed = !take_knots(season, text, problems);
    else
        season->flawed = !take_years(season, text, problems);
    free(text);
}

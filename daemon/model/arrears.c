/* arrears: the sentences are phrases; here their places are filled. */
#include "model/arrears.h"

#include <stdio.h>
#include <string.h>

#include "model/notice.h"
#include "model/phrase.h"

/* --- periods and days in words --- */

static const char *const months[LANG_COUNT][12] = {
    [LANG_EN] = {"January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December"},
    [LANG_RU] = {"январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь",
                 "октябрь", "ноябрь", "декабрь"},
};

static const char *const romans[] = {"I", "II", "III", "IV"};

const char *arrears_period(period_t p, enum lang lang, char buf[ARREARS_PERIOD_MAX])
{
    int month = date_civil(period_last_day(p)).month, year = period_year(p);
    bool russian = lang == LANG_RU;

    switch (period_kind(p)) {
    case PERIOD_MONTH:
        snprintf(buf, ARREARS_PERIOD_MAX, russian ? "%s %d г." : "%s %d", months[lang][month - 1],
                 year);
        break;
    case PERIOD_QUARTER:
        snprintf(buf, ARREARS_PERIOD_MAX, russian ? "%s квартал %d г." : "quarter %s of %d",
                 romans[month / 3 - 1], year);
        break;
    case PERIOD_HALF:
        snprintf(buf, ARREARS_PERIOD_MAX, russian ? "%s полугодие %d г." : "half-year %s of %d",
                 romans[month / 6 - 1], year);
        break;
    case PERIOD_DAY:
    case PERIOD_NINE_MONTHS:
    case PERIOD_YEAR:
        snprintf(buf, ARREARS_PERIOD_MAX, russian ? "%d год" : "%d", year);
        break;
    }
    return buf;
}

/* --- filling places --- */

static void put(struct fields *f, enum place place, const char *text)
{
    snprintf(f->own[place], PHRASE_FIELD_MAX, "%s", text);
    f->text[place] = f->own[place];
}

static void put_freshness(struct fields *fields, const struct freshness *f, enum lang lang)
{
    char period[ARREARS_PERIOD_MAX], due[DATE_TEXT_MAX], days[PHRASE_FIELD_MAX];

    if (f->period != PERIOD_NONE)
        put(fields, PLACE_period, arrears_period(f->period, lang, period));
    put(fields, PLACE_due, date_format(f->due_on, lang, due));
    snprintf(days, sizeof days, "%d %s", f->days_late,
             lang == LANG_RU ? lang_plural(LANG_RU, f->days_late, "день", "дня", "дней")
                             : lang_plural(LANG_EN, f->days_late, "day", "days", "days"));
    put(fields, PLACE_days, days);
}

/* --- an organisation --- */

static enum phrase headline_of(const struct reporting *r)
{
    static const enum phrase notices[NOTICE_COUNT] = {
        [NOTICE_REMINDER] = PHRASE_OWES_REMINDER,
        [NOTICE_OVERDUE] = PHRASE_OWES_OVERDUE,
        [NOTICE_SILENT] = PHRASE_OWES_SILENT,
    };
    enum notice n = notice_of(r);

    if (n != NOTICE_NONE)
        return notices[n];
    if (r->state == FRESHNESS_DUE)
        return PHRASE_OWES_LATER;
    return r->state == FRESHNESS_REPORTED ? PHRASE_OWES_NO_MORE : PHRASE_OWES_NOTHING;
}

void arrears_headline(const struct reporting *r, enum lang lang, struct str *out)
{
    struct fields fields;

    memset(&fields, 0, sizeof fields);
    fields.text[PLACE_organisation] = r->name[lang];
    if (reporting_missing(r) > 0)
        put_freshness(&fields, &r->series[0].freshness, lang);
    phrase_add(out, headline_of(r), lang, &fields);
}

static bool is_named(const struct reporting *r, size_t i)
{
    const struct freshness *f = &r->series[i].freshness;

    return f->state >= FRESHNESS_OVERDUE || freshness_reminds(f, r->debtor.today);
}

static void add_item(const struct reporting_series *s, enum lang lang, struct str *out)
{
    struct fields fields;

    memset(&fields, 0, sizeof fields);
    fields.text[PLACE_indicator] = s->name[lang];
    put_freshness(&fields, &s->freshness, lang);
    str_add(out, "\n");
    phrase_add(out, PHRASE_OWES_ITEM, lang, &fields);
}

static void add_more(size_t n, enum lang lang, struct str *out)
{
    struct fields fields;
    char more[PHRASE_FIELD_MAX];

    memset(&fields, 0, sizeof fields);
    snprintf(more, sizeof more, "%zu %s", n,
             lang == LANG_RU
                 ? lang_plural(LANG_RU, (int64_t)n, "показатель", "показателя", "показателей")
                 : lang_plural(LANG_EN, (int64_t)n, "more indicator", "more indicators",
                               "more indicators"));
    put(&fields, PLACE_more, more);
    str_add(out, "\n");
    phrase_add(out, PHRASE_OWES_MORE, lang, &fields);
}

void arrears_explain(const struct reporting *r, enum lang lang, struct str *out)
{
    size_t named = 0, more = 0;

    arrears_headline(r, lang, out);
    for (size_t i = 0; i < reporting_missing(r); i++) {
        if (!is_named(r, i))
            continue;
        if (named == ARREARS_NAMED) {
            more++;
            continue;
        }
        add_item(&r->series[i], lang, out);
        named++;
    }
    if (more > 0)
        add_more(more, lang, out);
}

/* --- a series --- */

void arrears_sentence(const struct freshness *f, enum lang lang, struct str *out)
{
    static const enum phrase phrases[] = {
        [FRESHNESS_NONE] = PHRASE_COUNT,           [FRESHNESS_REPORTED] = PHRASE_REPORT_IN,
        [FRESHNESS_DUE] = PHRASE_REPORT_DUE,       [FRESHNESS_OVERDUE] = PHRASE_REPORT_OVERDUE,
        [FRESHNESS_SILENT] = PHRASE_REPORT_SILENT,
    };
    struct fields fields;

    if (f->state == FRESHNESS_NONE)
        return;
    memset(&fields, 0, sizeof fields);
    put_freshness(&fields, f, lang);
    phrase_add(out, phrases[f->state], lang, &fields);
}

const char *arrears_mark(const struct freshness *f, enum lang lang, char buf[ARREARS_MARK_MAX])
{
    bool russian = lang == LANG_RU;
    struct civil due = date_civil(f->due_on != DATE_NONE ? f->due_on : 0);
    char iso[DATE_TEXT_MAX];

    buf[0] = '\0';
    switch (f->state) {
    case FRESHNESS_NONE:
        break;
    case FRESHNESS_REPORTED:
        snprintf(buf, ARREARS_MARK_MAX, "%s", russian ? "сдано" : "in");
        break;
    case FRESHNESS_DUE:
        if (russian)
            snprintf(buf, ARREARS_MARK_MAX, "до %02d.%02d", due.day, due.month);
        else
            snprintf(buf, ARREARS_MARK_MAX, "by %s", date_format_iso(f->due_on, iso));
        break;
    case FRESHNESS_OVERDUE:
        snprintf(buf, ARREARS_MARK_MAX, russian ? "просрочено %d дн." : "%d d late", f->days_late);
        break;
    case FRESHNESS_SILENT:
        snprintf(buf, ARREARS_MARK_MAX, russian ? "молчит %d дн." : "silent %d d", f->days_late);
        break;
    }
    return buf;
}

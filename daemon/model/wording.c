/* wording: rounding happens here and only for show; nothing is judged by a rounded number. */
#include "model/wording.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "model/facts.h"
#include "model/measure.h"
#include "model/milestone.h"
#include "model/outlook.h"
#include "model/plan.h"

/* What the functions below share. */
struct wording {
    const struct series *s;
    const struct assessment *a;
    enum lang lang;
    struct fields *fields;
};

static const char *const points_word[LANG_COUNT] = {[LANG_EN] = " p.p.", [LANG_RU] = " п.п."};

static void put(struct wording *w, enum place place, const char *text)
{
    char *own = w->fields->own[place];

    snprintf(own, PHRASE_FIELD_MAX, "%s", text);
    w->fields->text[place] = own;
}

/* Drops the zeros after the point, and the point if nothing is left behind it. */
static struct decimal trimmed(struct decimal d)
{
    while (d.scale > 0 && d.mantissa % 10 == 0) {
        d.mantissa /= 10;
        d.scale--;
    }
    return d;
}

static const char *number(const struct wording *w, struct ratio x, unsigned places,
                          char buf[DECIMAL_TEXT_MAX])
{
    struct decimal d;

    if (!ratio_round(x, places, &d))
        return "—";
    return decimal_format_grouped(trimmed(d), w->lang == LANG_RU ? ',' : '.', buf);
}

static void put_number(struct wording *w, enum place place, struct ratio x, unsigned places)
{
    char buf[DECIMAL_TEXT_MAX];

    put(w, place, number(w, x, places, buf));
}

/* A number whose unit may be percentage points: a share's gap of unknown N, a share's pace. */
static void put_points(struct wording *w, enum place place, struct ratio x, unsigned places)
{
    char buf[DECIMAL_TEXT_MAX], text[PHRASE_FIELD_MAX];

    snprintf(text, sizeof(text), "%s%s", number(w, x, places, buf), points_word[w->lang]);
    put(w, place, text);
}

static void put_date(struct wording *w, enum place place, date_t d)
{
    char buf[DATE_TEXT_MAX];

    if (d != DATE_NONE)
        put(w, place, date_format(d, w->lang, buf));
}

static void put_int(struct wording *w, enum place place, int64_t n)
{
    put_number(w, place, ratio_of_int(n), 0);
}

/* The decimals that the plan is written with or, without a plan, the last figure. */
static unsigned written_scale(const struct series *s)
{
    if (s->has_plan && s->plan.target.present)
        return s->plan.target.value.scale;
    for (size_t i = s->n_reports; i > 0; i--)
        if (s->reports[i - 1].value.present)
            return s->reports[i - 1].value.value.scale;
    return 0;
}

/* Money and the like keep their decimals: 3 580 418,00. */
static bool put_fixed(struct wording *w, enum place place, struct ratio x)
{
    unsigned scale = written_scale(w->s);
    char buf[DECIMAL_TEXT_MAX];
    struct decimal d;

    if (w->s->whole || scale == 0 || !ratio_round(x, scale, &d))
        return false;
    put(w, place, decimal_format_grouped(d, w->lang == LANG_RU ? ',' : '.', buf));
    return true;
}

/* A share in per cent of one decimal, everything else with up to two. */
static void put_value(struct wording *w, enum place place, struct ratio x)
{
    char buf[DECIMAL_TEXT_MAX], text[PHRASE_FIELD_MAX];

    if (w->s->kind == KIND_SHARE) {
        snprintf(text, sizeof(text), "%s %%", number(w, x, 1, buf));
        put(w, place, text);
    } else if (!put_fixed(w, place, x)) {
        put_number(w, place, x, 2);
    }
}

/* Rounds a whole count to the side that fulfils the plan; leaves all else alone. */
static struct ratio plan_shown(const struct series *s, struct ratio plan)
{
    if (!s->whole || s->kind == KIND_SHARE)
        return plan;
    return s->direction == DIRECTION_DOWN ? ratio_floor(plan) : ratio_ceil(plan);
}

struct ratio wording_gap(const struct series *s, const struct assessment *a)
{
    struct ratio plan = plan_shown(s, a->plan_at);

    if (s->kind == KIND_SHARE)
        return a->gap;
    return s->direction == DIRECTION_DOWN ? ratio_sub(a->fact, plan) : ratio_sub(plan, a->fact);
}

/* Three figures are enough for a pace. */
static unsigned pace_places(struct ratio x)
{
    struct ratio size = ratio_abs(x);

    if (ratio_is_null(x) || ratio_compare(size, ratio_of_int(10)) >= 0)
        return 0;
    return ratio_compare(size, ratio_of_int(1)) >= 0 ? 1 : 2;
}

static void put_pace(struct wording *w, enum place place, struct ratio x)
{
    if (w->s->kind == KIND_SHARE)
        put_points(w, place, x, 2);
    else
        put_number(w, place, x, pace_places(x));
}

/* «47 % (1 692 из 3 600)» */
static void put_fact(struct wording *w)
{
    const struct assessment *a = w->a;
    char n[DECIMAL_TEXT_MAX], of[DECIMAL_TEXT_MAX];
    char text[PHRASE_FIELD_MAX], mark = w->lang == LANG_RU ? ',' : '.';

    put_value(w, PLACE_fact, a->fact);
    if (!a->of.present)
        return;
    snprintf(text, sizeof(text), "%s (%s %s %s)", w->fields->text[PLACE_fact],
             decimal_format_grouped(a->n.value, mark, n), w->lang == LANG_RU ? "из" : "of",
             decimal_format_grouped(a->of.value, mark, of));
    put(w, PLACE_fact, text);
}

/* «конца года» if the plan ends with the year of the figure, else its last day. */
static void put_until(struct wording *w)
{
    static const char *const year_end[LANG_COUNT] = {
        [LANG_EN] = "the end of the year",
        [LANG_RU] = "конца года",
    };
    struct civil end = date_civil(w->s->plan.ends);
    bool this_year = w->a->as_of != DATE_NONE && date_civil(w->a->as_of).year == end.year;

    if (this_year && end.month == 12 && end.day == 31)
        put(w, PLACE_until, year_end[w->lang]);
    else
        put_date(w, PLACE_until, w->s->plan.ends);
}

static void put_float(struct wording *w, enum place place, double x, unsigned places)
{
    static const double limit = 1e12; /* beyond it a forecast says nothing */
    double scale = places ? 10 : 1;

    if (fabs(x) > limit)
        put(w, place, "—");
    else
        put_number(w, place, ratio_make(llround(x * scale), (int128)scale), places);
}

static void put_forecast(struct wording *w)
{
    const struct assessment *a = w->a;
    unsigned places = a->forecast_sd < 10 ? 1 : 0;

    if (!a->has_forecast)
        return;
    put_float(w, PLACE_forecast, a->forecast, places);
    put_float(w, PLACE_spread, a->forecast_sd, places);
}

static void put_percent(struct wording *w, enum place place, struct ratio x)
{
    put_number(w, place, ratio_mul(x, ratio_of_int(100)), 0);
}

static void put_gap(struct wording *w)
{
    struct ratio gap = ratio_abs(wording_gap(w->s, w->a)), all = measure_all(w->s, w->a);

    if (w->s->kind == KIND_SHARE && ratio_is_null(all)) {
        put_points(w, PLACE_gap, gap, 1);
        put_points(w, PLACE_material, w->a->material_gap, 1);
        return;
    }
    put_number(w, PLACE_gap, w->s->kind == KIND_SHARE ? ratio_ceil(gap) : gap, 2);
    put_number(w, PLACE_material, w->a->material_gap, 2);
    put_number(w, PLACE_all, all, 0);
    put_number(w, PLACE_one, ratio_div(ratio_of_int(100), all), 1);
}

/* How far along the plan's shape the figure stands. */
static void put_shape(struct wording *w)
{
    struct plan_days days = plan_term_days(w->s, w->a->as_of);
    char number_text[DECIMAL_TEXT_MAX], text[PHRASE_FIELD_MAX];

    put_number(w, PLACE_share, w->a->share_done, 4);
    put_int(w, PLACE_term_gone, days.gone);
    put_int(w, PLACE_term_all, days.all);
    snprintf(text, sizeof(text), "%s %s", number(w, ratio_of_int(days.all), 0, number_text),
             w->lang == LANG_RU
                 ? lang_plural(LANG_RU, days.all, "учебного дня", "учебных дней", "учебных дней")
                 : lang_plural(LANG_EN, days.all, "school day", "school days", "school days"));
    put(w, PLACE_term_days, text);
}

/* The numbers of a figure compared with a plan. */
static void put_measures(struct wording *w)
{
    const struct assessment *a = w->a;
    struct ratio base = plan_base(w->s), target = plan_target(w->s);

    put_gap(w);
    put_until(w);
    put_pace(w, PLACE_needed, a->needed_pace);
    put_pace(w, PLACE_pace, a->pace);
    put_value(w, PLACE_plan, plan_shown(w->s, a->plan_at));
    put_value(w, PLACE_target, target);
    put_value(w, PLACE_base, base);
    put_date(w, PLACE_base_on, plan_origin(w->s));
    put_number(w, PLACE_gone, a->months_gone, 2);
    put_number(w, PLACE_span, plan_months(plan_origin(w->s), w->s->plan.ends), 2);
    put_number(w, PLACE_way, ratio_sub(target, base), 2);
    put_number(w, PLACE_exact_fact, a->fact, 2);
    put_number(w, PLACE_exact_plan, a->plan_at, 2);
    put_number(w, PLACE_exact_base, base, 2);
    put_percent(w, PLACE_progress, a->progress);
    put_number(w, PLACE_attainment, ratio_mul(a->attainment, ratio_of_int(100)), 1);
    put_shape(w);
    put_forecast(w);
}

static void put_rules(struct wording *w)
{
    const struct rules *r = &w->s->rules;

    put_percent(w, PLACE_r_on, ratio_of_decimal(r->progress_on_track));
    put_percent(w, PLACE_r_risk, ratio_of_decimal(r->progress_at_risk));
    put_percent(w, PLACE_early, ratio_of_decimal(r->early_share));
    put_number(w, PLACE_late_days, ratio_of_decimal(r->milestone_late_days), 0);
    w->fields->text[PLACE_rules] = r->code;
    put_int(w, PLACE_rules_version, r->version);
}

/* What has to come before a milestone, with its organisation if that is another. */
static void put_awaited(struct wording *w)
{
    const struct predecessor *p = milestone_awaits(w->s);
    char days[PHRASE_FIELD_MAX];
    struct decimal near = w->s->rules.milestone_near_days;
    int64_t n = (int64_t)ratio_floor(ratio_of_decimal(near)).num;

    if (!p)
        return;
    w->fields->text[PLACE_awaited] = p->indicator_name[w->lang];
    snprintf(days, sizeof(days), "%lld %s", (long long)n,
             w->lang == LANG_RU ? lang_plural(LANG_RU, n, "дня", "дней", "дней")
                                : lang_plural(LANG_EN, n, "day", "days", "days"));
    put(w, PLACE_near, days);
}

static void put_milestone(struct wording *w)
{
    const struct series *s = w->s;
    const struct report *last = milestone_last(s);
    char days[PHRASE_FIELD_MAX];

    put_date(w, PLACE_due, s->plan.due_to);
    put_date(w, PLACE_done_on, milestone_done_on(s));
    put_date(w, PLACE_expected, last ? last->expected : DATE_NONE);
    put_number(w, PLACE_target, plan_target(s), 2);
    snprintf(days, sizeof(days), "%d %s", w->a->days_late,
             w->lang == LANG_RU ? lang_plural(LANG_RU, w->a->days_late, "день", "дня", "дней")
                                : lang_plural(LANG_EN, w->a->days_late, "day", "days", "days"));
    put(w, PLACE_days, days);
    put_awaited(w);
}

static void put_waiting(struct wording *w)
{
    struct facts f;

    facts_collect(w->s, &f);
    if (f.waiting == 0)
        return;
    put_int(w, PLACE_waiting, (int64_t)f.waiting);
    put_date(w, PLACE_hole, f.hole);
}

/* What a sum is made of. */
static void put_below(struct wording *w)
{
    const struct series *s = w->s;
    char text[PHRASE_FIELD_MAX];
    int64_t n = 0;

    for (size_t i = 0; i < s->n_children; i++)
        n += s->kind == KIND_MILESTONE ? s->children[i].course.applicable : s->children[i].counted;
    snprintf(text, sizeof(text), "%lld %s", (long long)n,
             w->lang == LANG_RU
                 ? lang_plural(LANG_RU, n, "организации", "организациям", "организациям")
                 : lang_plural(LANG_EN, n, "organisation", "organisations", "organisations"));
    put(w, PLACE_below, text);
    put_int(w, PLACE_done, w->a->n.value.mantissa);
    put_int(w, PLACE_all_below, w->a->of.value.mantissa);
    if (!ratio_is_null(w->a->fact_high))
        put_value(w, PLACE_fact_high, w->a->fact_high);
}

void wording_gap_below(const struct series *s, const struct child *c, enum lang lang,
                       char ret[PHRASE_FIELD_MAX])
{
    struct wording w = {s, NULL, lang, NULL};
    char buf[DECIMAL_TEXT_MAX];
    struct ratio gap = s->whole ? ratio_ceil(c->gap) : c->gap;

    snprintf(ret, PHRASE_FIELD_MAX, " — %s", number(&w, gap, 2, buf));
}

static void put_period(struct wording *w, enum place place, period_t period)
{
    char buf[PERIOD_TEXT_MAX];

    if (period != PERIOD_NONE)
        put(w, place, period_format(period, buf));
}

static void put_decimal(struct wording *w, enum place place, struct decimal d)
{
    char buf[DECIMAL_TEXT_MAX];

    put(w, place, decimal_format_grouped(d, w->lang == LANG_RU ? ',' : '.', buf));
}

void wording_fill_contradiction(const struct series *s, const struct contradiction *c,
                                enum lang lang, struct fields *ret)
{
    struct wording w = {s, NULL, lang, ret};

    put_period(&w, PLACE_period, c->period);
    put_period(&w, PLACE_other_period, c->other_period);
    put_date(&w, PLACE_date, c->as_of);
    put_decimal(&w, PLACE_value, c->value);
    put_decimal(&w, PLACE_other, c->other);
    ret->text[PLACE_other_name] = c->limit ? c->limit->indicator_name[lang] : NULL;
}

void wording_fill_count(size_t n, enum lang lang, struct fields *ret)
{
    struct wording w = {NULL, NULL, lang, ret};

    put_int(&w, PLACE_value, (int64_t)n);
}

void wording_fill(const struct series *s, const struct assessment *a, enum lang lang,
                  struct fields *ret)
{
    struct wording w = {s, a, lang, ret};

    memset(ret, 0, sizeof(*ret));
    ret->text[PLACE_organisation] = s->organisation_name[lang];
    snprintf(ret->indicator, sizeof(ret->indicator), "%s", s->indicator_name[lang]);
    utf8_uncapitalise(ret->indicator);
    ret->text[PLACE_indicator] = ret->indicator;
    ret->text[PLACE_status] = status_word(a->status, lang);
    ret->text[PLACE_previous] = status_word(a->previous, lang);
    ret->text[PLACE_outlook] = outlook_word(a->probability_e4, lang);
    put_date(&w, PLACE_date, a->as_of);
    put_date(&w, PLACE_starts, s->has_plan ? s->plan.starts : s->project_starts);
    put_rules(&w);
    put_fact(&w);
    if (s->rolled)
        put_below(&w);
    if (!s->has_plan)
        return;
    put_date(&w, PLACE_ends, s->plan.ends);
    put_int(&w, PLACE_plan_version, s->plan.version);
    ret->text[PLACE_basis] = s->plan.basis;
    if (s->kind == KIND_MILESTONE) {
        put_milestone(&w);
        return;
    }
    put_waiting(&w);
    if (!ratio_is_null(a->plan_at))
        put_measures(&w);
}

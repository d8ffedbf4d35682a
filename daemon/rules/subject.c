/* subject: gathers, from what is known so far, every fact that a text may name. */
#include "rules/subject.h"

#include <inttypes.h>
#include <stdio.h>

#include "rules/state.h"
#include "rules/texts.h"
#include "wire/form.h"
#include "wire/wire.h"

enum { US_PER_MINUTE = 60 * 1000 * 1000, FIGURE_TEXT_MAX = 2 * DECIMAL_TEXT_MAX + 8 };

int64_t subject_minutes_ahead(const struct subject *s)
{
    return (s->submission->composed_us - s->by->now_us) / US_PER_MINUTE;
}

date_t subject_closes(const struct subject *s)
{
    if (s->organisation == NULL || s->indicator == NULL || !period_valid(s->period))
        return DATE_NONE;
    return duty_book_closes(
        s->by->reference->duties,
        (struct duty_subject){s->organisation->id, s->indicator->id, s->organisation->kind},
        s->period);
}

/* Room for every fact that is not a text of the catalogue or the line. */
struct fact_texts {
    char open[2 * DATE_TEXT_MAX + 32], period[PERIOD_TEXT_MAX], begins[DATE_TEXT_MAX],
        ends[DATE_TEXT_MAX];
    char as_of[DATE_TEXT_MAX], today[DATE_TEXT_MAX], closed[DATE_TEXT_MAX];
    char years[32], states[256], value[FIGURE_TEXT_MAX];
    char of[DECIMAL_TEXT_MAX], minutes[24], bytes[24], letters[24];
};

static const char *number(struct decimal d, enum lang lang, char buf[DECIMAL_TEXT_MAX])
{
    return decimal_format_grouped(d, lang == LANG_RU ? ',' : '.', buf);
}

static const char *figure_text(const struct figure *f, enum lang lang, char buf[FIGURE_TEXT_MAX])
{
    char value[DECIMAL_TEXT_MAX], of[DECIMAL_TEXT_MAX];
    snprintf(buf, FIGURE_TEXT_MAX, "%s%s%s", f->has_value ? number(f->value, lang, value) : "",
             f->has_of ? "/" : "", f->has_of ? number(f->of, lang, of) : "");
    return buf;
}

static const char *states_text(const struct indicator *i, enum lang lang, char *buf, size_t size)
{
    size_t len = 0;
    *buf = '\0';
    for (size_t state = FIGURE_VALUE; state <= FIGURE_DONE && len < size; state++) {
        if (state_fits(i->kind, (enum figure_state)state)) {
            int more = snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "",
                                text_of_state((enum figure_state)state, lang));
            len += more > 0 ? (size_t)more : 0;
        }
    }
    return buf;
}

static const char *open_text(const struct organisation *o, enum lang lang, char *buf, size_t size)
{
    static const char *const words[LANG_COUNT][2] = {
        [LANG_EN] = {"from", "until"}, [LANG_RU] = {"с", "по"}};
    char opened[DATE_TEXT_MAX], closed[DATE_TEXT_MAX];
    bool from = o->opened != DATE_NONE, until = o->closed != DATE_NONE;
    snprintf(buf, size, "%s%s%s%s%s%s%s", from ? words[lang][0] : "", from ? " " : "",
             from ? date_format(o->opened, lang, opened) : "", from && until ? " " : "",
             until ? words[lang][1] : "", until ? " " : "",
             until ? date_format(o->closed, lang, closed) : "");
    return buf;
}

static void gather_times(const struct subject *s, enum lang lang, struct fact_texts *t,
                         struct text_facts *ret)
{
    const struct reference *r = s->by->reference;
    if (period_valid(s->period)) {
        ret->fact[FACT_PERIOD] = period_format(s->period, t->period);
        ret->fact[FACT_BEGINS] = date_format(period_first_day(s->period), lang, t->begins);
        ret->fact[FACT_ENDS] = date_format(period_last_day(s->period), lang, t->ends);
    }
    if (s->organisation != NULL) {
        ret->fact[FACT_TODAY] = date_format(s->today, lang, t->today);
        ret->fact[FACT_OPEN] = open_text(s->organisation, lang, t->open, sizeof t->open);
    }
    snprintf(t->years, sizeof t->years, "%d–%d", r->first_year, r->last_year);
    ret->fact[FACT_YEARS] = t->years;
    snprintf(t->minutes, sizeof t->minutes, "%" PRId64, subject_minutes_ahead(s));
    ret->fact[FACT_MINUTES] = t->minutes;
}

static void gather_of_figure(const struct subject *s, enum lang lang, struct fact_texts *t,
                             struct text_facts *ret)
{
    const struct figure *f = s->figure;
    ret->fact[FACT_AS_OF] = date_format(f->as_of, lang, t->as_of);
    ret->fact[FACT_CLOSED] = date_format(subject_closes(s), lang, t->closed);
    ret->fact[FACT_STATE] = f->flaw == REASON_BAD_STATE ? NULL : text_of_state(f->state, lang);
    if (s->indicator != NULL)
        ret->fact[FACT_STATES] = states_text(s->indicator, lang, t->states, sizeof t->states);
    ret->fact[FACT_VALUE] = figure_text(f, lang, t->value);
    ret->fact[FACT_OF] = f->has_of ? number(f->of, lang, t->of) : NULL;
}

/* The text at fault: the one that is no good, or the first that should not be there. */
static enum narrative_text text_at_fault(const struct narrative *n)
{
    int i = 0;
    if (n->flaw == REASON_BAD_TEXT)
        return n->flawed;
    while (i < NARRATIVE_ANSWERABLE && n->texts[i] == NULL)
        i++;
    return (enum narrative_text)i;
}

static void gather_of_narrative(const struct subject *s, enum lang lang, struct fact_texts *t,
                                struct text_facts *ret)
{
    enum narrative_text which = text_at_fault(s->narrative);
    size_t max = form_text_max(form_narrative_kind(which));
    ret->fact[FACT_WHICH] = narrative_text_word(which, lang);
    snprintf(t->bytes, sizeof t->bytes, "%zu", max);
    ret->fact[FACT_BYTES] = t->bytes;
    snprintf(t->letters, sizeof t->letters, "%zu", max / 2); /* a Cyrillic one has two bytes */
    ret->fact[FACT_LETTERS] = t->letters;
}

static void gather(const struct subject *s, enum lang lang, struct fact_texts *t,
                   struct text_facts *ret)
{
    const struct organisation *own =
        s->by->reference->organisation(s->by->reference->in, s->by->agent->organisation);
    *ret = (struct text_facts){{NULL}};
    ret->fact[FACT_OWN] = own != NULL ? own->code : NULL;
    ret->fact[FACT_ORGANISATION] = s->organisation != NULL ? s->organisation->code : s->claimed;
    ret->fact[FACT_WHAT] = s->what != NULL && *s->what != '\0' ? s->what : NULL;
    ret->fact[FACT_LINES] = s->lines;
    gather_times(s, lang, t, ret);
    (s->figure != NULL ? gather_of_figure : gather_of_narrative)(s, lang, t, ret);
}

void subject_tell(const struct subject *s, enum lang lang, struct str *out)
{
    struct fact_texts room;
    struct text_facts facts;
    gather(s, lang, &room, &facts);
    if (s->figure != NULL)
        text_of_reason(s->reason, lang, &facts, out);
    else
        text_of_narrative_reason(s->reason, lang, &facts, out);
}

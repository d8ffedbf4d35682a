/* results: scripts at a school read the same facts that people see. */
#include "submit/results.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"
#include "object.h"

struct results {
    struct str rows;
    bool first_row;
    int64_t known_at; /* 0: nothing to say of it */
};

struct results *results_new(void)
{
    struct results *r = calloc(1, sizeof *r);
    if (r != NULL) {
        str_init(&r->rows, RESULTS_MAX_BYTES);
        r->first_row = true;
    }
    return r;
}

void results_free(struct results *r)
{
    if (r != NULL) {
        str_finish(&r->rows);
        free(r);
    }
}

static void add_decimal(struct object *o, const char *field, bool has, struct decimal d)
{
    char text[DECIMAL_TEXT_MAX] = "";
    object_text(o, field, has ? decimal_format(d, text) : NULL);
}

static void add_period(struct object *o, period_t p)
{
    char text[PERIOD_TEXT_MAX] = "";
    object_text(o, "period", period_valid(p) ? period_format(p, text) : NULL);
}

/* NULL: there is none yet.  Its own words come under the name that is given. */
static void add_verdict(struct object *o, const struct figure_verdict *v, const char *words)
{
    bool has_reason = v != NULL && v->reason != REASON_NONE;
    object_text(o, "verdict", v != NULL ? verdict_name(v->verdict) : NULL);
    object_text(o, "reason", has_reason ? reason_name(v->reason) : NULL);
    object_text(o, words, v != NULL ? v->text : NULL);
}

static void add_figure(struct str *out, const struct figure *f, const struct figure_verdict *v)
{
    char as_of[DATE_TEXT_MAX];
    struct object o;
    object_begin(&o, out);
    object_text(&o, "org", f->organisation);
    object_text(&o, "indicator", f->indicator);
    add_period(&o, f->period);
    object_text(&o, "as_of", date_format_iso(f->as_of, as_of));
    object_text(&o, "state", figure_state_name(f->state));
    add_decimal(&o, "value", f->has_value, f->value);
    add_decimal(&o, "of", f->has_of, f->of);
    add_verdict(&o, v, "text");
    object_end(&o);
}

/* Its own words come under `text`, the centre's under `answer`. */
static void add_narrative(struct str *out, const struct narrative *n,
                          const struct figure_verdict *v)
{
    struct object o;
    object_begin(&o, out);
    object_text(&o, "org", n->organisation);
    object_text(&o, "project", n->project);
    add_period(&o, n->period);
    object_flag(&o, "withdrawn", n->withdrawn);
    for (int t = 0; t < NARRATIVE_TEXTS; t++)
        object_text(&o, narrative_text_name((enum narrative_text)t), n->texts[t]);
    add_verdict(&o, v, "answer");
    object_end(&o);
}

static void add_lines(struct object *o, const struct submission *s, const struct receipt *r)
{
    object_name(o, "figures");
    str_add(o->out, "[");
    for (size_t i = 0; i < s->n_figures; i++) {
        str_add(o->out, i > 0 ? "," : "");
        add_figure(o->out, &s->figures[i], r != NULL ? &r->figures[i] : NULL);
    }
    str_add(o->out, "]");
    object_name(o, "narratives");
    str_add(o->out, "[");
    for (size_t i = 0; i < s->n_narratives; i++) {
        str_add(o->out, i > 0 ? "," : "");
        add_narrative(o->out, &s->narratives[i], r != NULL ? &r->narratives[i] : NULL);
    }
    str_add(o->out, "]");
}

/* Its own words come under `text`, the centre's under `answer`. */
static void add_reply(struct object *o, const struct reply *reply, const struct receipt *r)
{
    struct object inner;
    object_name(o, "reply");
    object_begin(&inner, o->out);
    object_number(&inner, "question", reply->question);
    object_text(&inner, "text", reply->text);
    add_verdict(&inner, r != NULL ? &r->reply : NULL, "answer");
    object_end(&inner);
}

static void begin_row(struct results *r, struct object *o)
{
    str_add(&r->rows, r->first_row ? "" : ",");
    r->first_row = false;
    object_begin(o, &r->rows);
}

void results_add(struct results *r, const struct filed *f)
{
    const struct submission *s = f->submission;
    char id[UUID_TEXT_MAX], number[32] = "null";
    struct object o;
    if (f->receipt != NULL)
        snprintf(number, sizeof number, "%" PRIu64, f->receipt->number);
    begin_row(r, &o);
    object_text(&o, "id", uuid_format(s->id, id));
    object_text(&o, "state", filed_state_name(f->state));
    object_moment(&o, "composed_at", s->composed_us);
    object_name(&o, "number");
    str_add(o.out, number);
    object_moment(&o, "received_at", f->receipt != NULL ? f->receipt->received_us : 0);
    object_text(&o, "author", s->author);
    object_text(&o, "reason", f->refusal != NULL ? refusal_reason_name(f->refusal->reason) : NULL);
    object_text(&o, "text", f->refusal != NULL ? f->refusal->text : NULL);
    add_lines(&o, s, f->receipt);
    if (f->reply != NULL)
        add_reply(&o, f->reply, f->receipt);
    object_end(&o);
}

void results_add_question(struct results *r, const struct question *q, enum lang lang)
{
    const char *name = q->indicator_name[lang];
    struct object o;
    begin_row(r, &o);
    object_number(&o, "question", q->number);
    object_text(&o, "org", q->figure.organisation);
    object_text(&o, "indicator", q->figure.indicator);
    object_text(&o, "name", name != NULL ? name : q->indicator_name[LANG_RU]);
    add_period(&o, q->figure.period);
    object_text(&o, "text", q->text);
    object_text(&o, "author", q->author);
    object_moment(&o, "asked_at", q->asked_us);
    object_text(&o, "state", q->reported ? figure_state_name(q->figure.state) : NULL);
    add_decimal(&o, "value", q->figure.has_value, q->figure.value);
    add_decimal(&o, "of", q->figure.has_of, q->figure.of);
    object_end(&o);
}

static void add_day(struct object *o, const char *field, date_t day)
{
    char text[DATE_TEXT_MAX];
    object_text(o, field, day != DATE_NONE ? date_format_iso(day, text) : NULL);
}

void results_add_owed(struct results *r, const char *organisation, const char *indicator,
                      const char *name, const struct freshness *f, const char *state)
{
    struct object o;
    begin_row(r, &o);
    object_text(&o, "org", organisation);
    object_text(&o, "indicator", indicator);
    object_text(&o, "name", name);
    add_period(&o, f->period);
    add_day(&o, "due_on", f->due_on);
    object_text(&o, "state", state);
    object_number(&o, "days_late", f->days_late);
    add_day(&o, "close_on", f->close_on);
    object_end(&o);
}

void results_known_at(struct results *r, int64_t us)
{
    r->known_at = us;
}

bool results_print(const struct results *r, FILE *out)
{
    char known[CLOCK_TEXT_MAX + 2] = "null", moment[CLOCK_TEXT_MAX];
    if (r->known_at != 0)
        snprintf(known, sizeof known, "\"%s\"", clock_format(r->known_at, moment));
    return !r->rows.failed &&
           fprintf(out, "{\"schema\":%d,\"as_of\":null,\"known_at\":%s,\"rows\":[%s]}\n",
                   RESULTS_SCHEMA, known, str_text(&r->rows)) > 0 &&
           fflush(out) == 0;
}

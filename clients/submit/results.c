/* results: scripts at a school read the same facts that people see. */
#include "submit/results.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"

struct results {
    struct str rows;
    bool first_field, first_row;
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

/* RFC 8259 section 7; the texts are clean UTF-8. */
static void add_quoted(struct str *s, const char *text)
{
    str_add(s, "\"");
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            str_addf(s, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            str_addf(s, "\\u%04x", (unsigned)c);
        else
            str_append(s, text, 1);
    }
    str_add(s, "\"");
}

static void begin(struct results *r)
{
    str_add(&r->rows, "{");
    r->first_field = true;
}

static void name(struct results *r, const char *field)
{
    str_addf(&r->rows, "%s\"%s\":", r->first_field ? "" : ",", field);
    r->first_field = false;
}

/* NULL and "" are absent. */
static void add_text(struct results *r, const char *field, const char *text)
{
    name(r, field);
    if (text == NULL || *text == '\0')
        str_add(&r->rows, "null");
    else
        add_quoted(&r->rows, text);
}

static void add_decimal(struct results *r, const char *field, bool has, struct decimal d)
{
    char text[DECIMAL_TEXT_MAX] = "";
    add_text(r, field, has ? decimal_format(d, text) : NULL);
}

static void add_figure(struct results *r, const struct figure *f, const struct figure_verdict *v)
{
    char period[PERIOD_TEXT_MAX] = "", as_of[DATE_TEXT_MAX];
    begin(r);
    add_text(r, "org", f->organisation);
    add_text(r, "indicator", f->indicator);
    add_text(r, "period", period_valid(f->period) ? period_format(f->period, period) : NULL);
    add_text(r, "as_of", date_format_iso(f->as_of, as_of));
    add_text(r, "state", figure_state_name(f->state));
    add_decimal(r, "value", f->has_value, f->value);
    add_decimal(r, "of", f->has_of, f->of);
    add_text(r, "verdict", v != NULL ? verdict_name(v->verdict) : NULL);
    add_text(r, "reason", v != NULL && v->reason != REASON_NONE ? reason_name(v->reason) : NULL);
    add_text(r, "text", v != NULL ? v->text : NULL);
    str_add(&r->rows, "}");
}

/* Its own words come under `text`, the centre's under `answer`. */
static void add_narrative(struct results *r, const struct narrative *n,
                          const struct figure_verdict *v)
{
    char period[PERIOD_TEXT_MAX] = "";
    begin(r);
    add_text(r, "org", n->organisation);
    add_text(r, "project", n->project);
    add_text(r, "period", period_valid(n->period) ? period_format(n->period, period) : NULL);
    name(r, "withdrawn");
    str_add(&r->rows, n->withdrawn ? "true" : "false");
    for (int t = 0; t < NARRATIVE_TEXTS; t++)
        add_text(r, narrative_text_name((enum narrative_text)t), n->texts[t]);
    add_text(r, "verdict", v != NULL ? verdict_name(v->verdict) : NULL);
    add_text(r, "reason", v != NULL && v->reason != REASON_NONE ? reason_name(v->reason) : NULL);
    add_text(r, "answer", v != NULL ? v->text : NULL);
    str_add(&r->rows, "}");
}

static void add_number(struct results *r, const struct receipt *receipt)
{
    name(r, "number");
    if (receipt != NULL)
        str_addf(&r->rows, "%" PRIu64, receipt->number);
    else
        str_add(&r->rows, "null");
}

void results_add(struct results *r, const struct filed *f)
{
    const struct submission *s = f->submission;
    char id[UUID_TEXT_MAX], composed[CLOCK_TEXT_MAX], received[CLOCK_TEXT_MAX] = "";
    if (f->receipt != NULL)
        clock_format(f->receipt->received_us, received);
    str_add(&r->rows, r->first_row ? "" : ",");
    r->first_row = false;
    begin(r);
    add_text(r, "id", uuid_format(s->id, id));
    add_text(r, "state", filed_state_name(f->state));
    add_text(r, "composed_at", clock_format(s->composed_us, composed));
    add_number(r, f->receipt);
    add_text(r, "received_at", received);
    add_text(r, "author", s->author);
    add_text(r, "reason", f->refusal != NULL ? refusal_reason_name(f->refusal->reason) : NULL);
    add_text(r, "text", f->refusal != NULL ? f->refusal->text : NULL);
    name(r, "figures");
    str_add(&r->rows, "[");
    for (size_t i = 0; i < s->n_figures; i++) {
        str_add(&r->rows, i > 0 ? "," : "");
        add_figure(r, &s->figures[i], f->receipt != NULL ? &f->receipt->figures[i] : NULL);
    }
    str_add(&r->rows, "]");
    name(r, "narratives");
    str_add(&r->rows, "[");
    for (size_t i = 0; i < s->n_narratives; i++) {
        str_add(&r->rows, i > 0 ? "," : "");
        add_narrative(r, &s->narratives[i], f->receipt != NULL ? &f->receipt->narratives[i] : NULL);
    }
    str_add(&r->rows, "]}");
}

static void add_day(struct results *r, const char *field, date_t day)
{
    char text[DATE_TEXT_MAX];
    add_text(r, field, day != DATE_NONE ? date_format_iso(day, text) : NULL);
}

void results_add_owed(struct results *r, const char *organisation, const char *indicator,
                      const char *name_of, const struct freshness *f, const char *state)
{
    char period[PERIOD_TEXT_MAX];
    str_add(&r->rows, r->first_row ? "" : ",");
    r->first_row = false;
    begin(r);
    add_text(r, "org", organisation);
    add_text(r, "indicator", indicator);
    add_text(r, "name", name_of);
    add_text(r, "period", period_format(f->period, period));
    add_day(r, "due_on", f->due_on);
    add_text(r, "state", state);
    name(r, "days_late");
    str_addf(&r->rows, "%d", f->days_late);
    add_day(r, "close_on", f->close_on);
    str_add(&r->rows, "}");
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

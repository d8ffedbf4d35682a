/* pack: a struct message to bytes.  What a peer would refuse is never packed: the same rules are
 * asked as in unpacking. */
#include "wire/wire.h"

#include <string.h>

#include "vekha.pb-c.h"
#include "wire/form.h"

/* Bytes of a packed receipt besides its texts: envelope, id, number and time; and each verdict with
 * its reason and lengths. */
enum { RECEIPT_OVERHEAD = 64, VERDICT_OVERHEAD = 12 };

/* Of a page: envelope, tag and both places; and each line with its tag and length. */
enum { PART_OVERHEAD = 256, LINE_OVERHEAD = 4 };

/* And of steps: envelope and position; and each step with its numbers, day, decimals and id, and the
 * tags and lengths of 24 fields. */
enum { STEPS_OVERHEAD = 64, STEP_OVERHEAD = 320 };

/* And of questions: envelope; and each question with its numbers, period, decimals, and the tags and
 * lengths of 12 fields. */
enum { QUESTIONS_OVERHEAD = 64, QUESTION_OVERHEAD = 160 };

_Static_assert(QUESTIONS_OVERHEAD +
                       WIRE_MAX_QUESTIONS * (QUESTION_OVERHEAD + WIRE_MAX_NOTE + WIRE_MAX_NAME +
                                             2 * WIRE_MAX_TITLE + 2 * WIRE_MAX_CODE) <=
                   WIRE_MAX_MESSAGE,
               "as many questions as there may be, all at their limits, fit a message");

static const Vekha__Language languages[LANG_COUNT] = {
    [LANG_EN] = VEKHA__LANGUAGE__ENGLISH,
    [LANG_RU] = VEKHA__LANGUAGE__RUSSIAN,
};

static void *make(struct arena *a, const ProtobufCMessageDescriptor *type)
{
    void *m = arena_alloc(a, type->sizeof_message);
    if (m != NULL)
        protobuf_c_message_init(type, m);
    return m;
}

/* protobuf-c's structs have no const; packing only reads them. */
static bool put_text(enum text_kind kind, const char *text, char **ret)
{
    if (text != NULL && *text != '\0') {
        *ret = (char *)text;
        return form_text_ok(kind, text);
    }
    return true;
}

static bool put_code(const char *text, char **ret)
{
    *ret = (char *)text;
    return text != NULL && form_text_ok(TEXT_CODE, text);
}

static void put_id(const struct uuid *id, protobuf_c_boolean *ret_has, ProtobufCBinaryData *ret)
{
    *ret_has = true;
    *ret = (ProtobufCBinaryData){.len = UUID_BYTES, .data = (uint8_t *)id->bytes};
}

static enum wire_error put_date(date_t date, struct arena *a, char **ret)
{
    char text[DATE_TEXT_MAX];
    if (date == DATE_NONE)
        return WIRE_OK;
    date_format_iso(date, text);
    *ret = arena_copy_text(a, text, strlen(text));
    return *ret != NULL ? WIRE_OK : WIRE_NO_MEMORY;
}

static enum wire_error put_period(period_t period, struct arena *a, char **ret)
{
    char text[PERIOD_TEXT_MAX];
    if (period == PERIOD_NONE)
        return WIRE_OK;
    if (!period_valid(period))
        return WIRE_MALFORMED;
    period_format(period, text);
    *ret = arena_copy_text(a, text, strlen(text));
    return *ret != NULL ? WIRE_OK : WIRE_NO_MEMORY;
}

static enum wire_error put_decimal(bool has, struct decimal d, struct arena *a,
                                   Vekha__Decimal **ret)
{
    if (!has)
        return WIRE_OK;
    if (!decimal_valid(d))
        return WIRE_MALFORMED;
    Vekha__Decimal *out = make(a, &vekha__decimal__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    out->has_mantissa = out->has_scale = true;
    out->mantissa = d.mantissa;
    out->scale = d.scale;
    *ret = out;
    return WIRE_OK;
}

static enum wire_error fill_hello(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    Vekha__Hello *out = e->hello = make(a, &vekha__hello__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    out->has_language = true;
    out->language = languages[m->u.hello.language];
    return put_text(TEXT_NAME, m->u.hello.software, &out->software) ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error fill_welcome(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct welcome *in = &m->u.welcome;
    Vekha__Welcome *out = e->welcome = make(a, &vekha__welcome__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    if (!put_code(in->organisation, &out->organisation) ||
        !put_text(TEXT_NAME, in->organisation_name, &out->organisation_name) ||
        in->max_message_bytes == 0 || in->max_figures == 0 || in->credits == 0 ||
        !form_time_ok(in->time_us))
        return WIRE_MALFORMED;
    out->has_max_message_bytes = out->has_max_figures = out->has_credits = true;
    out->has_time_us = out->has_replay = out->has_max_narratives = out->has_max_steps = true;
    out->has_max_part_lines = out->has_max_questions = true;
    out->max_message_bytes = in->max_message_bytes;
    out->max_figures = in->max_figures;
    out->credits = in->credits;
    out->time_us = in->time_us;
    out->replay = in->replay;
    out->max_narratives = in->max_narratives;
    out->max_steps = in->max_steps;
    out->max_part_lines = in->max_part_lines;
    out->max_questions = in->max_questions;
    return WIRE_OK;
}

static enum wire_error fill_figure(const struct figure *in, struct arena *a, Vekha__Figure *out)
{
    if (!put_text(TEXT_CODE, in->organisation, &out->organisation) ||
        !put_text(TEXT_CODE, in->indicator, &out->indicator) ||
        !put_text(TEXT_CODE, in->method, &out->method) ||
        !put_text(TEXT_NOTE, in->note, &out->note))
        return WIRE_MALFORMED;
    out->has_state = true;
    out->state = (Vekha__FigureState)in->state;
    enum wire_error error = put_period(in->period, a, &out->period);
    if (error == WIRE_OK)
        error = put_date(in->as_of, a, &out->as_of);
    if (error == WIRE_OK)
        error = put_date(in->expected, a, &out->expected);
    if (error == WIRE_OK)
        error = put_decimal(in->has_value, in->value, a, &out->value);
    if (error == WIRE_OK)
        error = put_decimal(in->has_of, in->of, a, &out->of);
    return error;
}

static enum wire_error fill_narrative(const struct narrative *in, struct arena *a,
                                      Vekha__Narrative *out)
{
    char **const texts[NARRATIVE_TEXTS] = {
        [NARRATIVE_TEXT] = &out->text,
        [NARRATIVE_CAUSE] = &out->cause,
        [NARRATIVE_MEASURE] = &out->measure,
        [NARRATIVE_NEXT_STEP] = &out->next_step,
        [NARRATIVE_ANSWERABLE] = &out->answerable,
    };
    if (!put_text(TEXT_CODE, in->organisation, &out->organisation) ||
        !put_text(TEXT_CODE, in->project, &out->project))
        return WIRE_MALFORMED;
    out->has_withdrawn = out->withdrawn = in->withdrawn;
    for (int i = 0; i < NARRATIVE_TEXTS; i++)
        if (!put_text(form_narrative_kind((enum narrative_text)i), in->texts[i], texts[i]))
            return WIRE_MALFORMED;
    return put_period(in->period, a, &out->period);
}

static enum wire_error check_submission(const struct submission *in)
{
    if (!uuid_is_v7(in->id))
        return WIRE_BAD_ID;
    if (in->n_figures + in->n_narratives == 0)
        return WIRE_EMPTY;
    if (in->n_figures > WIRE_MAX_FIGURES || in->n_narratives > WIRE_MAX_NARRATIVES)
        return WIRE_TOO_MANY_FIGURES;
    return form_time_ok(in->composed_us) ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error fill_figures(const struct submission *in, struct arena *a,
                                    Vekha__Submission *out)
{
    enum wire_error error = WIRE_OK;
    out->figures = arena_alloc(a, in->n_figures * sizeof(Vekha__Figure *));
    if (out->figures == NULL)
        return WIRE_NO_MEMORY;
    for (; out->n_figures < in->n_figures && error == WIRE_OK; out->n_figures++) {
        Vekha__Figure *f = out->figures[out->n_figures] = make(a, &vekha__figure__descriptor);
        error = f == NULL ? WIRE_NO_MEMORY : fill_figure(&in->figures[out->n_figures], a, f);
    }
    return error;
}

static enum wire_error fill_narratives(const struct submission *in, struct arena *a,
                                       Vekha__Submission *out)
{
    enum wire_error error = WIRE_OK;
    out->narratives = arena_alloc(a, in->n_narratives * sizeof(Vekha__Narrative *));
    if (out->narratives == NULL)
        return WIRE_NO_MEMORY;
    for (; out->n_narratives < in->n_narratives && error == WIRE_OK; out->n_narratives++) {
        Vekha__Narrative *n = make(a, &vekha__narrative__descriptor);
        out->narratives[out->n_narratives] = n;
        error =
            n == NULL ? WIRE_NO_MEMORY : fill_narrative(&in->narratives[out->n_narratives], a, n);
    }
    return error;
}

static enum wire_error fill_submission(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct submission *in = &m->u.submission;
    enum wire_error error = check_submission(in);
    if (error != WIRE_OK)
        return error;
    Vekha__Submission *out = e->submission = make(a, &vekha__submission__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    put_id(&in->id, &out->has_id, &out->id);
    out->has_composed_us = out->has_language = true;
    out->composed_us = in->composed_us;
    out->language = languages[in->language];
    if (!put_text(TEXT_NAME, in->author, &out->author))
        return WIRE_MALFORMED;
    error = fill_figures(in, a, out);
    return error == WIRE_OK ? fill_narratives(in, a, out) : error;
}

/* Verdicts and reasons always fit a message, 550 long texts do not: those past *room are left out,
 * so that a receipt can be packed whatever it has to say. */
static enum wire_error fill_verdict(const struct figure_verdict *in, size_t *room,
                                    Vekha__FigureVerdict *out)
{
    out->has_verdict = true;
    out->verdict = (Vekha__Verdict)in->verdict;
    out->has_reason = in->reason != REASON_NONE;
    out->reason = (Vekha__Reason)in->reason;
    if (!put_text(TEXT_NOTE, in->text, &out->text))
        return WIRE_MALFORMED;
    size_t len = out->text != NULL ? strlen(out->text) : 0;
    if (len > *room)
        out->text = NULL;
    else
        *room -= len;
    return WIRE_OK;
}

static enum wire_error fill_verdicts(const struct figure_verdict *in, size_t n, struct arena *a,
                                     size_t *room, size_t *ret_n, Vekha__FigureVerdict ***ret)
{
    enum wire_error error = WIRE_OK;
    *ret = arena_alloc(a, n * sizeof(Vekha__FigureVerdict *));
    if (*ret == NULL)
        return WIRE_NO_MEMORY;
    for (*ret_n = 0; *ret_n < n && error == WIRE_OK; (*ret_n)++) {
        Vekha__FigureVerdict *v = (*ret)[*ret_n] = make(a, &vekha__figure_verdict__descriptor);
        error = v == NULL ? WIRE_NO_MEMORY : fill_verdict(&in[*ret_n], room, v);
    }
    return error;
}

static enum wire_error fill_receipt(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct receipt *in = &m->u.receipt;
    if (in->n_figures > WIRE_MAX_FIGURES || in->n_narratives > WIRE_MAX_NARRATIVES)
        return WIRE_TOO_MANY_FIGURES;
    if (!form_time_ok(in->received_us))
        return WIRE_MALFORMED;
    Vekha__Receipt *out = e->receipt = make(a, &vekha__receipt__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    put_id(&in->id, &out->has_id, &out->id);
    out->has_number = out->has_received_us = true;
    out->number = in->number;
    out->received_us = in->received_us;
    size_t room = WIRE_MAX_MESSAGE - RECEIPT_OVERHEAD -
                  (in->n_figures + in->n_narratives + in->has_reply) * VERDICT_OVERHEAD;
    enum wire_error error =
        fill_verdicts(in->figures, in->n_figures, a, &room, &out->n_figures, &out->figures);
    if (error == WIRE_OK)
        error = fill_verdicts(in->narratives, in->n_narratives, a, &room, &out->n_narratives,
                              &out->narratives);
    if (error != WIRE_OK || !in->has_reply)
        return error;
    out->reply = make(a, &vekha__figure_verdict__descriptor);
    return out->reply == NULL ? WIRE_NO_MEMORY : fill_verdict(&in->reply, &room, out->reply);
}

static enum wire_error fill_later(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct later *in = &m->u.later;
    Vekha__Later *out = e->later = make(a, &vekha__later__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    if (in->has_id)
        put_id(&in->id, &out->has_id, &out->id);
    out->has_reason = out->has_retry_after_ms = true;
    out->reason = (Vekha__LaterReason)in->reason;
    out->retry_after_ms = in->retry_after_ms;
    return WIRE_OK;
}

static enum wire_error fill_refusal(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct refusal *in = &m->u.refusal;
    Vekha__Refusal *out = e->refusal = make(a, &vekha__refusal__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    if (in->has_id)
        put_id(&in->id, &out->has_id, &out->id);
    out->has_reason = true;
    out->reason = (Vekha__RefusalReason)in->reason;
    return put_text(TEXT_NOTE, in->text, &out->text) ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error fill_standing(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct standing *in = &m->u.standing;
    Vekha__Standing *out = e->standing = make(a, &vekha__standing__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    if (!put_code(in->organisation, &out->organisation) ||
        !put_code(in->indicator, &out->indicator) || !put_code(in->status, &out->status) ||
        !put_text(TEXT_NOTE, in->text, &out->text))
        return WIRE_MALFORMED;
    enum wire_error error = put_date(in->as_of, a, &out->as_of);
    if (error == WIRE_OK)
        error = put_decimal(in->has_fact, in->fact, a, &out->fact);
    if (error == WIRE_OK)
        error = put_decimal(in->has_target, in->target, a, &out->target);
    return error;
}

static enum wire_error fill_ping(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    Vekha__Ping *out = e->ping = make(a, &vekha__ping__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    out->has_token = true;
    out->token = m->u.ping.token;
    return WIRE_OK;
}

static enum wire_error fill_pong(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    Vekha__Pong *out = e->pong = make(a, &vekha__pong__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    out->has_token = true;
    out->token = m->u.ping.token;
    return WIRE_OK;
}

static enum wire_error fill_watch(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct watch *in = &m->u.watch;
    Vekha__Watch *out = e->watch = make(a, &vekha__watch__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    out->has_after = !in->from_now;
    out->has_max = true;
    out->has_language = in->one_language;
    out->has_after_us = in->after_us != 0;
    out->after = (uint64_t)in->after;
    out->after_us = in->after_us;
    out->max = in->max;
    out->language = languages[in->language];
    return (in->from_now || in->after >= 0) && form_time_ok(in->after_us) ? WIRE_OK
                                                                          : WIRE_MALFORMED;
}

static bool put_step_texts(const struct alert_step *in, Vekha__Step *out)
{
    return put_code(in->event, &out->event) && put_code(in->kind, &out->kind) &&
           put_text(TEXT_CODE, in->from_level, &out->from_level) &&
           put_text(TEXT_CODE, in->to_level, &out->to_level) &&
           put_code(in->organisation, &out->organisation) &&
           put_text(TEXT_TITLE, in->organisation_name[LANG_RU], &out->organisation_name) &&
           put_text(TEXT_TITLE, in->organisation_name[LANG_EN], &out->organisation_name_en) &&
           put_text(TEXT_CODE, in->indicator, &out->indicator) &&
           put_text(TEXT_TITLE, in->indicator_name[LANG_RU], &out->indicator_name) &&
           put_text(TEXT_TITLE, in->indicator_name[LANG_EN], &out->indicator_name_en) &&
           put_text(TEXT_CODE, in->project, &out->project) &&
           put_text(TEXT_CODE, in->status, &out->status) &&
           put_text(TEXT_EXPLANATION, in->explanation[LANG_RU], &out->explanation_ru) &&
           put_text(TEXT_EXPLANATION, in->explanation[LANG_EN], &out->explanation_en);
}

static bool put_step_numbers(const struct alert_step *in, Vekha__Step *out)
{
    out->has_position = out->has_id = out->has_at_us = out->has_alert = out->has_opened_us = true;
    out->position = (uint64_t)in->position;
    out->id = (uint64_t)in->id;
    out->alert = (uint64_t)in->alert;
    out->at_us = in->at_us;
    out->opened_us = in->opened_us;
    out->has_closed_us = in->closes;
    out->closed_us = in->closed_us;
    return in->position > 0 && in->id > 0 && in->alert > 0 && form_time_ok(in->at_us) &&
           form_time_ok(in->opened_us) && (!in->closes || form_time_ok(in->closed_us));
}

static enum wire_error fill_step(const struct alert_step *in, struct arena *a, Vekha__Step *out)
{
    if (!put_step_numbers(in, out) || !put_step_texts(in, out))
        return WIRE_MALFORMED;
    if (in->has_submission)
        put_id(&in->submission, &out->has_submission, &out->submission);
    enum wire_error error = put_date(in->as_of, a, &out->as_of);
    if (error == WIRE_OK)
        error = put_decimal(in->has_fact, in->fact, a, &out->fact);
    if (error == WIRE_OK)
        error = put_decimal(in->has_plan_at, in->plan_at, a, &out->plan_at);
    return error;
}

static enum wire_error fill_steps(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct steps *in = &m->u.steps;
    if (in->n_steps > WIRE_MAX_STEPS || in->position < 0 || !form_time_ok(in->position_us))
        return WIRE_MALFORMED;
    enum wire_error error = WIRE_OK;
    Vekha__Steps *out = e->steps = make(a, &vekha__steps__descriptor);
    Vekha__Step **steps = arena_alloc(a, in->n_steps * sizeof(Vekha__Step *));
    if (out == NULL || steps == NULL)
        return WIRE_NO_MEMORY;
    out->steps = steps;
    for (; out->n_steps < in->n_steps && error == WIRE_OK; out->n_steps++) {
        Vekha__Step *s = steps[out->n_steps] = make(a, &vekha__step__descriptor);
        error = s == NULL ? WIRE_NO_MEMORY : fill_step(&in->steps[out->n_steps], a, s);
    }
    out->has_position = out->has_more = true;
    out->has_position_us = in->position_us != 0;
    out->position = (uint64_t)in->position;
    out->position_us = in->position_us;
    out->more = in->more;
    return error;
}

static enum wire_error fill_enrol(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct enrol *in = &m->u.enrol;
    Vekha__Enrol *out = e->enrol = make(a, &vekha__enrol__descriptor);
    uint8_t *key = arena_alloc(a, KEY_BYTES);
    if (out == NULL || key == NULL)
        return WIRE_NO_MEMORY;
    if (!keys_decode(in->public_key, key))
        return WIRE_MALFORMED;
    out->has_public_key = out->has_language = true;
    out->public_key = (ProtobufCBinaryData){KEY_BYTES, key};
    out->language = languages[in->language];
    return WIRE_OK;
}

static enum wire_error fill_enrolled(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    Vekha__Enrolled *out = e->enrolled = make(a, &vekha__enrolled__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    return put_code(m->u.enrolled.organisation, &out->organisation) &&
                   put_text(TEXT_NAME, m->u.enrolled.organisation_name, &out->organisation_name)
               ? WIRE_OK
               : WIRE_MALFORMED;
}

static void put_tag(const uint8_t tag[WIRE_TAG], protobuf_c_boolean *ret_has,
                    ProtobufCBinaryData *ret)
{
    *ret_has = true;
    *ret = (ProtobufCBinaryData){.len = WIRE_TAG, .data = (uint8_t *)tag};
}

static enum wire_error fill_consult(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct consult *in = &m->u.consult;
    Vekha__Consult *out = e->consult = make(a, &vekha__consult__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    if (in->has_tag)
        put_tag(in->tag, &out->has_tag, &out->tag);
    return put_text(TEXT_CODE, in->after, &out->after) ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error fill_part(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct part_page *in = &m->u.part;
    Vekha__Part *out = e->part = make(a, &vekha__part__descriptor);
    if (in->n_lines > WIRE_MAX_LINES || (in->unchanged && in->n_lines > 0))
        return WIRE_MALFORMED;
    char **lines = arena_alloc(a, in->n_lines * sizeof *lines);
    if (out == NULL || lines == NULL)
        return WIRE_NO_MEMORY;
    put_tag(in->tag, &out->has_tag, &out->tag);
    out->has_unchanged = true;
    out->unchanged = in->unchanged;
    out->lines = lines;
    out->n_lines = in->n_lines;
    for (size_t i = 0; i < in->n_lines; i++) {
        lines[i] = (char *)in->lines[i];
        if (!form_text_ok(TEXT_FACT, lines[i]))
            return WIRE_MALFORMED;
    }
    return put_text(TEXT_CODE, in->after, &out->after) && put_text(TEXT_CODE, in->next, &out->next)
               ? WIRE_OK
               : WIRE_MALFORMED;
}

static enum wire_error fill_hear(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    Vekha__Hear *out = e->hear = make(a, &vekha__hear__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    out->has_after = m->u.hear.after > 0;
    out->after = (uint64_t)m->u.hear.after;
    return m->u.hear.after >= 0 ? WIRE_OK : WIRE_MALFORMED;
}

static bool put_question_texts(const struct question *in, Vekha__Question *out)
{
    out->text = (char *)in->text;
    return in->text != NULL && form_text_ok(TEXT_QUESTION, in->text) &&
           put_text(TEXT_NAME, in->author, &out->author) &&
           put_text(TEXT_TITLE, in->indicator_name[LANG_RU], &out->indicator_name) &&
           put_text(TEXT_TITLE, in->indicator_name[LANG_EN], &out->indicator_name_en) &&
           put_code(in->figure.organisation, &out->organisation) &&
           put_code(in->figure.indicator, &out->indicator);
}

static enum wire_error fill_question(const struct question *in, struct arena *a,
                                     Vekha__Question *out)
{
    const struct figure *f = &in->figure;
    if (in->number <= 0 || !form_time_ok(in->asked_us) || !period_valid(f->period) ||
        !put_question_texts(in, out))
        return WIRE_MALFORMED;
    out->has_number = out->has_asked_us = true;
    out->number = (uint64_t)in->number;
    out->asked_us = in->asked_us;
    out->has_state = in->reported;
    out->state = (Vekha__FigureState)f->state;
    enum wire_error error = put_period(f->period, a, &out->period);
    if (error == WIRE_OK)
        error = put_decimal(f->has_value, f->value, a, &out->value);
    if (error == WIRE_OK)
        error = put_decimal(f->has_of, f->of, a, &out->of);
    return error;
}

static enum wire_error fill_questions(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct questions *in = &m->u.questions;
    if (in->n_questions > WIRE_MAX_QUESTIONS)
        return WIRE_MALFORMED;
    enum wire_error error = WIRE_OK;
    Vekha__Questions *out = e->questions = make(a, &vekha__questions__descriptor);
    Vekha__Question **list = arena_alloc(a, in->n_questions * sizeof(Vekha__Question *));
    if (out == NULL || list == NULL)
        return WIRE_NO_MEMORY;
    out->questions = list;
    out->has_more = true;
    out->more = in->more;
    for (; out->n_questions < in->n_questions && error == WIRE_OK; out->n_questions++) {
        Vekha__Question *q = list[out->n_questions] = make(a, &vekha__question__descriptor);
        error = q == NULL ? WIRE_NO_MEMORY : fill_question(&in->questions[out->n_questions], a, q);
    }
    return error;
}

static enum wire_error fill_reply(const struct message *m, struct arena *a, Vekha__Envelope *e)
{
    const struct reply *in = &m->u.reply;
    if (!uuid_is_v7(in->id))
        return WIRE_BAD_ID;
    if (!form_time_ok(in->composed_us) || in->question <= 0 || in->text == NULL ||
        !form_text_ok(TEXT_QUESTION, in->text))
        return WIRE_MALFORMED;
    Vekha__Reply *out = e->reply = make(a, &vekha__reply__descriptor);
    if (out == NULL)
        return WIRE_NO_MEMORY;
    put_id(&in->id, &out->has_id, &out->id);
    out->has_composed_us = out->has_language = out->has_question = true;
    out->composed_us = in->composed_us;
    out->language = languages[in->language];
    out->question = (uint64_t)in->question;
    out->text = (char *)in->text;
    return put_text(TEXT_NAME, in->author, &out->author) ? WIRE_OK : WIRE_MALFORMED;
}

typedef enum wire_error filler(const struct message *m, struct arena *a, Vekha__Envelope *e);

static filler *const fillers[] = {
    [MESSAGE_HELLO] = fill_hello,
    [MESSAGE_WELCOME] = fill_welcome,
    [MESSAGE_SUBMISSION] = fill_submission,
    [MESSAGE_RECEIPT] = fill_receipt,
    [MESSAGE_LATER] = fill_later,
    [MESSAGE_REFUSAL] = fill_refusal,
    [MESSAGE_STANDING] = fill_standing,
    [MESSAGE_PING] = fill_ping,
    [MESSAGE_PONG] = fill_pong,
    [MESSAGE_WATCH] = fill_watch,
    [MESSAGE_STEPS] = fill_steps,
    [MESSAGE_ENROL] = fill_enrol,
    [MESSAGE_ENROLLED] = fill_enrolled,
    [MESSAGE_CONSULT] = fill_consult,
    [MESSAGE_PART] = fill_part,
    [MESSAGE_HEAR] = fill_hear,
    [MESSAGE_QUESTIONS] = fill_questions,
    [MESSAGE_REPLY] = fill_reply,
};

enum wire_error wire_pack(const struct message *m, struct arena *a, uint8_t **ret_bytes,
                          size_t *ret_len)
{
    size_t kind = (size_t)m->kind;
    if (kind >= sizeof fillers / sizeof *fillers || fillers[kind] == NULL)
        return WIRE_MALFORMED;
    Vekha__Envelope envelope = VEKHA__ENVELOPE__INIT;
    envelope.has_version = true;
    envelope.version = WIRE_VERSION;
    envelope.body_case = (Vekha__Envelope__BodyCase)kind;
    enum wire_error error = fillers[kind](m, a, &envelope);
    if (error != WIRE_OK)
        return error;
    size_t len = vekha__envelope__get_packed_size(&envelope);
    if (len > WIRE_MAX_MESSAGE)
        return WIRE_TOO_LARGE;
    uint8_t *bytes = arena_alloc(a, len);
    if (bytes == NULL)
        return WIRE_NO_MEMORY;
    *ret_len = vekha__envelope__pack(&envelope, bytes);
    *ret_bytes = bytes;
    return WIRE_OK;
}

static size_t step_bytes(const struct alert_step *s)
{
    const char *const texts[] = {
        s->event,
        s->kind,
        s->from_level,
        s->to_level,
        s->organisation,
        s->indicator,
        s->project,
        s->status,
        s->organisation_name[LANG_RU],
        s->organisation_name[LANG_EN],
        s->indicator_name[LANG_RU],
        s->indicator_name[LANG_EN],
        s->explanation[LANG_RU],
        s->explanation[LANG_EN],
    };
    size_t bytes = STEP_OVERHEAD;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        bytes += texts[i] != NULL ? strlen(texts[i]) : 0;
    return bytes;
}

size_t wire_steps_that_fit(const struct alert_step *steps, size_t n)
{
    size_t room = WIRE_MAX_MESSAGE - STEPS_OVERHEAD, i = 0, bytes;
    for (; i < n && i < WIRE_MAX_STEPS && (bytes = step_bytes(&steps[i])) <= room; i++)
        room -= bytes;
    return i;
}

size_t wire_lines_that_fit(const char *const *lines, size_t n)
{
    size_t room = WIRE_MAX_MESSAGE - PART_OVERHEAD, i = 0, bytes;
    for (; i < n && i < WIRE_MAX_LINES && (bytes = LINE_OVERHEAD + strlen(lines[i])) <= room; i++)
        room -= bytes;
    return i;
}

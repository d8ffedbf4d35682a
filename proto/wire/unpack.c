/* unpack: bytes to a struct message.
 *
 *     bytes -> scan (what protobuf-c would not notice) -> protobuf-c (into the arena)
 *           -> the read_ functions below
 *
 * Texts are not copied: protobuf-c has put them into the arena already. */
#include "wire/wire.h"

#include <string.h>

#include "vekha.pb-c.h"
#include "wire/form.h"
#include "wire/scan.h"

/* protobuf-c's allocator over the arena; it remembers whether the cap was what made unpacking fail.
 */
struct capped {
    struct arena *arena;
    bool reached;
};

static void *capped_alloc(void *data, size_t size)
{
    struct capped *capped = data;
    void *p = arena_alloc(capped->arena, size);
    capped->reached = capped->reached || p == NULL;
    return p;
}

static void capped_free(void *data, void *pointer)
{
    (void)data;
    (void)pointer; /* the arena frees everything at once */
}

/* The take_ functions return false if a field is there and wrong; an absent one leaves *ret as it
 * is. */

/* An empty text says no more than an absent one, except for a code, where it is a mistake. */
static bool take_text(enum text_kind kind, const char *text, const char **ret)
{
    if (text == NULL)
        return true;
    if (!form_text_ok(kind, text))
        return false;
    if (*text != '\0')
        *ret = text;
    return true;
}

static bool take_date(const char *text, date_t *ret)
{
    return text == NULL || date_parse(text, strlen(text), ret);
}

static bool take_decimal(const Vekha__Decimal *in, bool *ret_has, struct decimal *ret)
{
    if (in == NULL)
        return true;
    uint32_t scale = in->has_scale ? in->scale : 0;
    if (!in->has_mantissa || scale > DECIMAL_MAX_SCALE)
        return false;
    struct decimal d = {.mantissa = in->mantissa, .scale = (uint8_t)scale};
    if (!decimal_valid(d))
        return false;
    *ret_has = true;
    *ret = d;
    return true;
}

static bool need_code(const char *text, const char **ret)
{
    return text != NULL && take_text(TEXT_CODE, text, ret);
}

static bool need_id(protobuf_c_boolean has, ProtobufCBinaryData in, struct uuid *ret)
{
    if (!has || in.len != UUID_BYTES)
        return false;
    memcpy(ret->bytes, in.data, UUID_BYTES);
    return true;
}

/* A language that a newer peer knows and we don't must not cost a submission: English then. */
static enum lang lang_of(protobuf_c_boolean has, Vekha__Language language)
{
    return has && language == VEKHA__LANGUAGE__RUSSIAN ? LANG_RU : LANG_EN;
}

static bool known(const ProtobufCEnumDescriptor *type, protobuf_c_boolean has, int number)
{
    return has && protobuf_c_enum_descriptor_get_value(type, number) != NULL;
}

static enum wire_error read_hello(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Hello *in = e->hello;
    struct hello *out = &ret->u.hello;
    out->language = lang_of(in->has_language, in->language);
    return take_text(TEXT_NAME, in->software, &out->software) ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error read_welcome(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Welcome *in = e->welcome;
    struct welcome *out = &ret->u.welcome;
    if (!need_code(in->organisation, &out->organisation) ||
        !take_text(TEXT_NAME, in->organisation_name, &out->organisation_name) ||
        in->max_message_bytes == 0 || in->max_figures == 0 || in->credits == 0 ||
        !in->has_time_us || !form_time_ok(in->time_us))
        return WIRE_MALFORMED;
    out->max_message_bytes = in->max_message_bytes;
    out->max_figures = in->max_figures;
    out->credits = in->credits;
    out->time_us = in->time_us;
    out->replay = in->has_replay && in->replay;
    out->max_narratives = in->max_narratives;
    out->max_steps = in->max_steps;
    out->max_part_lines = in->max_part_lines;
    out->max_questions = in->max_questions;
    return WIRE_OK;
}

/* The first flaw is the one that is told. */
static void expect(enum reason *ret, bool sound, enum reason flaw)
{
    if (!sound && *ret == REASON_NONE)
        *ret = flaw;
}

static void read_figure(const Vekha__Figure *in, struct figure *f)
{
    *f = (struct figure){
        .indicator = "", .as_of = DATE_NONE, .expected = DATE_NONE, .state = FIGURE_VALUE};
    expect(&f->flaw, take_text(TEXT_CODE, in->organisation, &f->organisation),
           REASON_UNKNOWN_ORGANISATION);
    expect(&f->flaw, need_code(in->indicator, &f->indicator), REASON_UNKNOWN_INDICATOR);
    expect(&f->flaw, in->period != NULL && period_parse(in->period, strlen(in->period), &f->period),
           REASON_BAD_PERIOD);
    expect(&f->flaw, take_date(in->as_of, &f->as_of), REASON_BAD_AS_OF);
    if (known(&vekha__figure_state__descriptor, in->has_state, (int)in->state))
        f->state = (enum figure_state)in->state;
    else
        expect(&f->flaw, !in->has_state, REASON_BAD_STATE);
    expect(&f->flaw, take_decimal(in->value, &f->has_value, &f->value), REASON_BAD_VALUE);
    expect(&f->flaw, take_decimal(in->of, &f->has_of, &f->of), REASON_BAD_VALUE);
    expect(&f->flaw, take_date(in->expected, &f->expected), REASON_BAD_EXPECTED);
    expect(&f->flaw, take_text(TEXT_CODE, in->method, &f->method), REASON_BAD_TEXT);
    expect(&f->flaw, take_text(TEXT_NOTE, in->note, &f->note), REASON_BAD_TEXT);
}

static void read_narrative(const Vekha__Narrative *in, struct narrative *n)
{
    const char *const texts[NARRATIVE_TEXTS] = {
        [NARRATIVE_TEXT] = in->text,
        [NARRATIVE_CAUSE] = in->cause,
        [NARRATIVE_MEASURE] = in->measure,
        [NARRATIVE_NEXT_STEP] = in->next_step,
        [NARRATIVE_ANSWERABLE] = in->answerable,
    };
    *n = (struct narrative){.project = "", .withdrawn = in->has_withdrawn && in->withdrawn};
    expect(&n->flaw, take_text(TEXT_CODE, in->organisation, &n->organisation),
           REASON_UNKNOWN_ORGANISATION);
    expect(&n->flaw, need_code(in->project, &n->project), REASON_UNKNOWN_PROJECT);
    expect(&n->flaw, in->period != NULL && period_parse(in->period, strlen(in->period), &n->period),
           REASON_BAD_PERIOD);
    for (int i = 0; i < NARRATIVE_TEXTS && n->flaw == REASON_NONE; i++) {
        n->flawed = (enum narrative_text)i;
        expect(&n->flaw, take_text(form_narrative_kind(n->flawed), texts[i], &n->texts[i]),
               REASON_BAD_TEXT);
    }
}

static enum wire_error read_submission(const Vekha__Envelope *e, struct arena *a,
                                       struct message *ret)
{
    const Vekha__Submission *in = e->submission;
    struct submission *out = &ret->u.submission;
    if (!need_id(in->has_id, in->id, &out->id) || !in->has_composed_us ||
        !form_time_ok(in->composed_us) || !take_text(TEXT_NAME, in->author, &out->author))
        return WIRE_MALFORMED;
    out->composed_us = in->composed_us;
    out->language = lang_of(in->has_language, in->language);
    out->figures = arena_alloc(a, in->n_figures * sizeof *out->figures);
    out->narratives = arena_alloc(a, in->n_narratives * sizeof *out->narratives);
    if (out->figures == NULL || out->narratives == NULL)
        return WIRE_NO_MEMORY;
    out->n_figures = in->n_figures;
    for (size_t i = 0; i < in->n_figures; i++)
        read_figure(in->figures[i], &out->figures[i]);
    out->n_narratives = in->n_narratives;
    for (size_t i = 0; i < in->n_narratives; i++)
        read_narrative(in->narratives[i], &out->narratives[i]);
    return WIRE_OK;
}

/* A verdict is indispensable; a reason that is not known here leaves the text to tell it. */
static bool read_verdict(const Vekha__FigureVerdict *in, struct figure_verdict *out)
{
    *out = (struct figure_verdict){.reason = REASON_NONE};
    if (!known(&vekha__verdict__descriptor, in->has_verdict, (int)in->verdict) ||
        !take_text(TEXT_NOTE, in->text, &out->text))
        return false;
    out->verdict = (enum verdict)in->verdict;
    if (known(&vekha__reason__descriptor, in->has_reason, (int)in->reason))
        out->reason = (enum reason)in->reason;
    return true;
}

static enum wire_error read_verdicts(Vekha__FigureVerdict *const *in, size_t n, struct arena *a,
                                     size_t *ret_n, struct figure_verdict **ret)
{
    *ret = arena_alloc(a, n * sizeof **ret);
    if (*ret == NULL)
        return WIRE_NO_MEMORY;
    *ret_n = n;
    for (size_t i = 0; i < n; i++)
        if (!read_verdict(in[i], &(*ret)[i]))
            return WIRE_MALFORMED;
    return WIRE_OK;
}

static enum wire_error read_receipt(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    const Vekha__Receipt *in = e->receipt;
    struct receipt *out = &ret->u.receipt;
    if (!need_id(in->has_id, in->id, &out->id) || !in->has_number || !in->has_received_us ||
        !form_time_ok(in->received_us))
        return WIRE_MALFORMED;
    out->number = in->number;
    out->received_us = in->received_us;
    enum wire_error error =
        read_verdicts(in->figures, in->n_figures, a, &out->n_figures, &out->figures);
    if (error == WIRE_OK)
        error = read_verdicts(in->narratives, in->n_narratives, a, &out->n_narratives,
                              &out->narratives);
    out->has_reply = in->reply != NULL;
    if (error == WIRE_OK && out->has_reply && !read_verdict(in->reply, &out->reply))
        error = WIRE_MALFORMED;
    return error;
}

/* What `later` asks for is the same whatever its reason, so an unknown one is read as "cannot at
 * present". */
static enum wire_error read_later(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Later *in = e->later;
    struct later *out = &ret->u.later;
    out->has_id = need_id(in->has_id, in->id, &out->id);
    if (in->has_id != out->has_id || !in->has_retry_after_ms)
        return WIRE_MALFORMED;
    out->reason = known(&vekha__later_reason__descriptor, in->has_reason, (int)in->reason)
                      ? (enum later_reason)in->reason
                      : LATER_DATABASE_AWAY;
    out->retry_after_ms = in->retry_after_ms;
    return WIRE_OK;
}

/* A refusal for an unknown reason still means "never again": the general reason stands for it. */
static enum wire_error read_refusal(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Refusal *in = e->refusal;
    struct refusal *out = &ret->u.refusal;
    out->has_id = need_id(in->has_id, in->id, &out->id);
    if (in->has_id != out->has_id || !take_text(TEXT_NOTE, in->text, &out->text))
        return WIRE_MALFORMED;
    out->reason = known(&vekha__refusal_reason__descriptor, in->has_reason, (int)in->reason)
                      ? (enum refusal_reason)in->reason
                      : REFUSAL_MALFORMED;
    return WIRE_OK;
}

static enum wire_error read_standing(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Standing *in = e->standing;
    struct standing *out = &ret->u.standing;
    out->as_of = DATE_NONE;
    bool sound = need_code(in->organisation, &out->organisation) &&
                 need_code(in->indicator, &out->indicator) && need_code(in->status, &out->status) &&
                 take_date(in->as_of, &out->as_of) &&
                 take_decimal(in->fact, &out->has_fact, &out->fact) &&
                 take_decimal(in->target, &out->has_target, &out->target) &&
                 take_text(TEXT_NOTE, in->text, &out->text);
    return sound ? WIRE_OK : WIRE_MALFORMED;
}

static enum wire_error read_ping(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    ret->u.ping.token = e->ping->has_token ? e->ping->token : 0;
    return WIRE_OK;
}

static enum wire_error read_pong(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    ret->u.ping.token = e->pong->has_token ? e->pong->token : 0;
    return WIRE_OK;
}

static enum wire_error read_watch(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Watch *in = e->watch;
    if ((in->has_after && in->after > INT64_MAX) || !form_time_ok(in->after_us))
        return WIRE_MALFORMED;
    ret->u.watch = (struct watch){
        .from_now = !in->has_after,
        .after = in->has_after ? (int64_t)in->after : 0,
        .after_us = in->after_us,
        .max = in->max,
        .one_language = in->has_language,
        .language = lang_of(in->has_language, in->language),
    };
    return WIRE_OK;
}

/* A number that the centre gives: from 1 on. */
static bool need_number(protobuf_c_boolean has, uint64_t in, int64_t *ret)
{
    *ret = (int64_t)in;
    return has && in > 0 && in <= INT64_MAX;
}

static bool read_step_texts(const Vekha__Step *in, struct alert_step *out)
{
    return need_code(in->event, &out->event) && need_code(in->kind, &out->kind) &&
           take_text(TEXT_CODE, in->from_level, &out->from_level) &&
           take_text(TEXT_CODE, in->to_level, &out->to_level) &&
           need_code(in->organisation, &out->organisation) &&
           take_text(TEXT_TITLE, in->organisation_name, &out->organisation_name[LANG_RU]) &&
           take_text(TEXT_TITLE, in->organisation_name_en, &out->organisation_name[LANG_EN]) &&
           take_text(TEXT_CODE, in->indicator, &out->indicator) &&
           take_text(TEXT_TITLE, in->indicator_name, &out->indicator_name[LANG_RU]) &&
           take_text(TEXT_TITLE, in->indicator_name_en, &out->indicator_name[LANG_EN]) &&
           take_text(TEXT_CODE, in->project, &out->project) &&
           take_text(TEXT_CODE, in->status, &out->status) &&
           take_text(TEXT_EXPLANATION, in->explanation_ru, &out->explanation[LANG_RU]) &&
           take_text(TEXT_EXPLANATION, in->explanation_en, &out->explanation[LANG_EN]);
}

static bool read_step_times(const Vekha__Step *in, struct alert_step *out)
{
    out->at_us = in->at_us;
    out->opened_us = in->opened_us;
    out->closes = in->has_closed_us;
    out->closed_us = in->closed_us;
    return in->has_at_us && form_time_ok(in->at_us) && in->has_opened_us &&
           form_time_ok(in->opened_us) && (!in->has_closed_us || form_time_ok(in->closed_us));
}

static bool read_step(const Vekha__Step *in, struct alert_step *out)
{
    *out = (struct alert_step){.as_of = DATE_NONE};
    out->has_submission = need_id(in->has_submission, in->submission, &out->submission);
    return in->has_submission == out->has_submission &&
           need_number(in->has_position, in->position, &out->position) &&
           need_number(in->has_id, in->id, &out->id) &&
           need_number(in->has_alert, in->alert, &out->alert) && read_step_times(in, out) &&
           read_step_texts(in, out) && take_date(in->as_of, &out->as_of) &&
           take_decimal(in->fact, &out->has_fact, &out->fact) &&
           take_decimal(in->plan_at, &out->has_plan_at, &out->plan_at);
}

static enum wire_error read_steps(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    const Vekha__Steps *in = e->steps;
    struct steps *out = &ret->u.steps;
    if (!in->has_position || in->position > INT64_MAX || !form_time_ok(in->position_us))
        return WIRE_MALFORMED;
    out->position = (int64_t)in->position;
    out->position_us = in->position_us;
    out->more = in->has_more && in->more;
    out->steps = arena_alloc(a, in->n_steps * sizeof *out->steps);
    if (out->steps == NULL)
        return WIRE_NO_MEMORY;
    out->n_steps = in->n_steps;
    for (size_t i = 0; i < in->n_steps; i++)
        if (!read_step(in->steps[i], &out->steps[i]))
            return WIRE_MALFORMED;
    return WIRE_OK;
}

static enum wire_error read_enrol(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Enrol *in = e->enrol;
    if (!in->has_public_key || in->public_key.len != KEY_BYTES)
        return WIRE_MALFORMED;
    keys_encode(in->public_key.data, ret->u.enrol.public_key);
    ret->u.enrol.language = lang_of(in->has_language, in->language);
    return WIRE_OK;
}

static enum wire_error read_enrolled(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Enrolled *in = e->enrolled;
    struct enrolled *out = &ret->u.enrolled;
    return need_code(in->organisation, &out->organisation) &&
                   take_text(TEXT_NAME, in->organisation_name, &out->organisation_name)
               ? WIRE_OK
               : WIRE_MALFORMED;
}

static bool need_tag(protobuf_c_boolean has, ProtobufCBinaryData in, uint8_t ret[WIRE_TAG])
{
    if (!has || in.len != WIRE_TAG)
        return false;
    memcpy(ret, in.data, WIRE_TAG);
    return true;
}

static enum wire_error read_consult(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Consult *in = e->consult;
    struct consult *out = &ret->u.consult;
    out->has_tag = need_tag(in->has_tag, in->tag, out->tag);
    return in->has_tag == out->has_tag && take_text(TEXT_CODE, in->after, &out->after)
               ? WIRE_OK
               : WIRE_MALFORMED;
}

static enum wire_error read_part(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    const Vekha__Part *in = e->part;
    struct part_page *out = &ret->u.part;
    out->unchanged = in->has_unchanged && in->unchanged;
    if (!need_tag(in->has_tag, in->tag, out->tag) ||
        !take_text(TEXT_CODE, in->after, &out->after) ||
        !take_text(TEXT_CODE, in->next, &out->next) || (out->unchanged && in->n_lines > 0))
        return WIRE_MALFORMED;
    out->lines = arena_alloc(a, in->n_lines * sizeof *out->lines);
    if (out->lines == NULL)
        return WIRE_NO_MEMORY;
    out->n_lines = in->n_lines;
    for (size_t i = 0; i < in->n_lines; i++)
        if (!take_text(TEXT_FACT, in->lines[i], &out->lines[i]))
            return WIRE_MALFORMED;
    return WIRE_OK;
}

static enum wire_error read_hear(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    ret->u.hear.after = (int64_t)e->hear->after;
    return e->hear->after <= INT64_MAX ? WIRE_OK : WIRE_MALFORMED;
}

/* What stands, if anything was reported. */
static bool read_question_figure(const Vekha__Question *in, struct question *out)
{
    struct figure *f = &out->figure;
    out->reported = in->has_state;
    if (in->has_state && !known(&vekha__figure_state__descriptor, true, (int)in->state))
        return false;
    f->state = in->has_state ? (enum figure_state)in->state : FIGURE_VALUE;
    return need_code(in->organisation, &f->organisation) &&
           need_code(in->indicator, &f->indicator) && in->period != NULL &&
           period_parse(in->period, strlen(in->period), &f->period) &&
           take_decimal(in->value, &f->has_value, &f->value) &&
           take_decimal(in->of, &f->has_of, &f->of);
}

static bool read_question(const Vekha__Question *in, struct question *out)
{
    *out = (struct question){
        .asked_us = in->asked_us,
        .figure = {.as_of = DATE_NONE, .expected = DATE_NONE},
    };
    return need_number(in->has_number, in->number, &out->number) && in->has_asked_us &&
           form_time_ok(in->asked_us) && in->text != NULL &&
           take_text(TEXT_QUESTION, in->text, &out->text) &&
           take_text(TEXT_NAME, in->author, &out->author) &&
           take_text(TEXT_TITLE, in->indicator_name, &out->indicator_name[LANG_RU]) &&
           take_text(TEXT_TITLE, in->indicator_name_en, &out->indicator_name[LANG_EN]) &&
           read_question_figure(in, out);
}

static enum wire_error read_questions(const Vekha__Envelope *e, struct arena *a,
                                      struct message *ret)
{
    const Vekha__Questions *in = e->questions;
    struct questions *out = &ret->u.questions;
    out->more = in->has_more && in->more;
    out->questions = arena_alloc(a, in->n_questions * sizeof *out->questions);
    if (out->questions == NULL)
        return WIRE_NO_MEMORY;
    out->n_questions = in->n_questions;
    for (size_t i = 0; i < in->n_questions; i++)
        if (!read_question(in->questions[i], &out->questions[i]))
            return WIRE_MALFORMED;
    return WIRE_OK;
}

static enum wire_error read_reply(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    (void)a;
    const Vekha__Reply *in = e->reply;
    struct reply *out = &ret->u.reply;
    out->composed_us = in->composed_us;
    out->language = lang_of(in->has_language, in->language);
    return need_id(in->has_id, in->id, &out->id) && in->has_composed_us &&
                   form_time_ok(in->composed_us) &&
                   take_text(TEXT_NAME, in->author, &out->author) &&
                   need_number(in->has_question, in->question, &out->question) &&
                   in->text != NULL && take_text(TEXT_QUESTION, in->text, &out->text)
               ? WIRE_OK
               : WIRE_MALFORMED;
}

typedef enum wire_error reader(const Vekha__Envelope *e, struct arena *a, struct message *ret);

static reader *const readers[] = {
    [MESSAGE_HELLO] = read_hello,
    [MESSAGE_WELCOME] = read_welcome,
    [MESSAGE_SUBMISSION] = read_submission,
    [MESSAGE_RECEIPT] = read_receipt,
    [MESSAGE_LATER] = read_later,
    [MESSAGE_REFUSAL] = read_refusal,
    [MESSAGE_STANDING] = read_standing,
    [MESSAGE_PING] = read_ping,
    [MESSAGE_PONG] = read_pong,
    [MESSAGE_WATCH] = read_watch,
    [MESSAGE_STEPS] = read_steps,
    [MESSAGE_ENROL] = read_enrol,
    [MESSAGE_ENROLLED] = read_enrolled,
    [MESSAGE_CONSULT] = read_consult,
    [MESSAGE_PART] = read_part,
    [MESSAGE_HEAR] = read_hear,
    [MESSAGE_QUESTIONS] = read_questions,
    [MESSAGE_REPLY] = read_reply,
};

static enum wire_error read_envelope(const Vekha__Envelope *e, struct arena *a, struct message *ret)
{
    size_t kind = (size_t)e->body_case;
    if (kind >= sizeof readers / sizeof *readers || readers[kind] == NULL)
        return WIRE_MALFORMED; /* a body that is missing, or of a kind unknown here */
    struct message m = {.kind = (enum message_kind)kind};
    enum wire_error error = readers[kind](e, a, &m);
    if (error == WIRE_OK)
        *ret = m;
    return error;
}

/* protobuf-c would cut a text at its NUL and so make a clean one of it.  In a copy the NUL becomes
 * a control character, which the rules on texts, dates and periods refuse where they apply: for a
 * figure alone, or for the message. */
static const uint8_t *without_nul(const uint8_t *bytes, size_t len, const struct scan *scan,
                                  struct arena *a)
{
    uint8_t *copy = arena_alloc(a, len);
    if (copy != NULL) {
        memcpy(copy, bytes, len);
        for (unsigned i = 0; i < scan->n_nul; i++)
            copy[scan->nul[i] - bytes] = '\x01';
    }
    return copy;
}

enum wire_error wire_unpack(const uint8_t *bytes, size_t len, struct arena *a, struct message *ret)
{
    if (len > WIRE_MAX_MESSAGE)
        return WIRE_TOO_LARGE;
    struct scan scan;
    enum wire_error error = scan_envelope(bytes, len, &scan);
    if (error != WIRE_OK) {
        if (scan.has_id)
            *ret = (struct message){.kind = MESSAGE_SUBMISSION, .u.submission.id = scan.id};
        return error;
    }
    if (scan.n_nul > 0 && (bytes = without_nul(bytes, len, &scan, a)) == NULL)
        return WIRE_NO_MEMORY;
    struct capped capped = {.arena = a};
    ProtobufCAllocator allocator = {capped_alloc, capped_free, &capped};
    Vekha__Envelope *envelope = vekha__envelope__unpack(&allocator, len, bytes);
    if (envelope == NULL)
        return capped.reached ? WIRE_NO_MEMORY : WIRE_MALFORMED;
    return read_envelope(envelope, a, ret);
}

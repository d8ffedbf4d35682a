/* An envelope from a stranger: it unpacks to a sound message or to an error, never to a crash; and
 * what was unpacked packs to bytes that unpack to the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/form.h"
#include "wire/wire.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* What every user of a figure relies on. */
static void check_figures(const struct message *m)
{
    for (size_t i = 0; m->kind == MESSAGE_SUBMISSION && i < m->u.submission.n_figures; i++) {
        const struct figure *f = &m->u.submission.figures[i];
        must(f->indicator != NULL);
        must(f->flaw != REASON_NONE || (*f->indicator != '\0' && period_valid(f->period)));
        must(f->state >= FIGURE_VALUE && f->state <= FIGURE_DONE);
        must(!f->has_value || decimal_valid(f->value));
        must(!f->has_of || decimal_valid(f->of));
    }
}

/* And of a narrative. */
static void check_narratives(const struct message *m)
{
    for (size_t i = 0; m->kind == MESSAGE_SUBMISSION && i < m->u.submission.n_narratives; i++) {
        const struct narrative *n = &m->u.submission.narratives[i];
        must(n->project != NULL);
        must(n->flaw != REASON_NONE || (*n->project != '\0' && period_valid(n->period)));
        must(n->flaw != REASON_BAD_TEXT || n->flawed < NARRATIVE_TEXTS);
        for (int t = 0; t < NARRATIVE_TEXTS; t++)
            must(n->texts[t] == NULL ||
                 form_text_ok(form_narrative_kind((enum narrative_text)t), n->texts[t]));
    }
}

/* And of a step. */
static void check_steps(const struct message *m)
{
    for (size_t i = 0; m->kind == MESSAGE_STEPS && i < m->u.steps.n_steps; i++) {
        const struct alert_step *s = &m->u.steps.steps[i];
        must(s->position > 0 && s->event != NULL && s->kind != NULL && s->organisation != NULL);
        must(!s->has_fact || decimal_valid(s->fact));
        must(form_time_ok(s->at_us) && (!s->closes || form_time_ok(s->closed_us)));
        for (int lang = 0; lang < LANG_COUNT; lang++)
            must(s->explanation[lang] == NULL ||
                 form_text_ok(TEXT_EXPLANATION, s->explanation[lang]));
    }
    must(m->kind != MESSAGE_STEPS ||
         wire_steps_that_fit(m->u.steps.steps, m->u.steps.n_steps) <= m->u.steps.n_steps);
}

/* And of a page of the part. */
static void check_part(const struct message *m)
{
    for (size_t i = 0; m->kind == MESSAGE_PART && i < m->u.part.n_lines; i++)
        must(form_text_ok(TEXT_FACT, m->u.part.lines[i]));
    must(m->kind != MESSAGE_PART || !m->u.part.unchanged || m->u.part.n_lines == 0);
}

/* And of questions and a reply. */
static void check_questions(const struct message *m)
{
    for (size_t i = 0; m->kind == MESSAGE_QUESTIONS && i < m->u.questions.n_questions; i++) {
        const struct question *q = &m->u.questions.questions[i];
        must(q->number > 0 && form_text_ok(TEXT_QUESTION, q->text) && form_time_ok(q->asked_us));
        must(q->figure.organisation != NULL && q->figure.indicator != NULL);
        must(period_valid(q->figure.period));
        must(q->figure.state >= FIGURE_VALUE && q->figure.state <= FIGURE_DONE);
    }
    must(m->kind != MESSAGE_REPLY || (m->u.reply.question > 0 && uuid_is_v7(m->u.reply.id) &&
                                      form_text_ok(TEXT_QUESTION, m->u.reply.text)));
}

/* A message that came in may grow past the limit by being written out in full (202009 -> 2020-09);
 * then there is nothing to compare. */
static bool pack(const struct message *m, struct arena *a, uint8_t **ret, size_t *ret_len)
{
    enum wire_error error = wire_pack(m, a, ret, ret_len);
    must(error == WIRE_OK || error == WIRE_TOO_LARGE || error == WIRE_NO_MEMORY);
    return error == WIRE_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena
        *arenas[2]; /* made once: a new one for each input would take most of the time */
    for (size_t i = 0; i < 2; i++) {
        arenas[i] = arenas[i] != NULL ? arenas[i] : arena_new((1 + 3 * i) * WIRE_MAX_UNPACKED);
        must(arenas[i] != NULL);
        arena_reset(arenas[i]);
    }
    struct message first = {.kind = (enum message_kind)0}, second;
    uint8_t *bytes, *again;
    size_t len, again_len;
    if (wire_unpack(data, size, arenas[0], &first) == WIRE_OK) {
        check_figures(&first);
        check_narratives(&first);
        check_steps(&first);
        check_part(&first);
        check_questions(&first);
        if (pack(&first, arenas[1], &bytes, &len)) {
            must(wire_unpack(bytes, len, arenas[1], &second) == WIRE_OK);
            must(second.kind == first.kind);
            must(pack(&second, arenas[1], &again, &again_len));
            must(again_len == len && memcmp(again, bytes, len) == 0);
        }
    } else {
        must(first.kind == 0 || first.kind == MESSAGE_SUBMISSION);
    }
    return 0;
}

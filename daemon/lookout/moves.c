/* moves: see moves.h. */
#include "lookout/moves.h"

#include <stdlib.h>

#include "base/shortage.h"
#include "notify/letter.h"
#include "notify/warning.h"
#include "store/array.h"

/* Parameters of move_findings() from $2 on. */
enum {
    F_KEY,
    F_EVENT,
    F_TO_LEVEL,
    F_EXPLANATION_RU,
    F_EXPLANATION_EN,
    L_STEP,
    L_AUDIENCE,
    L_LANGUAGE,
    L_SUBJECT,
    L_BODY,
    COLUMN_COUNT
};

static const enum array_type types[COLUMN_COUNT] = {
    [F_KEY] = ARRAY_TEXT,
    [F_EVENT] = ARRAY_TEXT,
    [F_TO_LEVEL] = ARRAY_ENUM,
    [F_EXPLANATION_RU] = ARRAY_TEXT,
    [F_EXPLANATION_EN] = ARRAY_TEXT,
    [L_STEP] = ARRAY_INTEGER,
    [L_AUDIENCE] = ARRAY_ENUM,
    [L_LANGUAGE] = ARRAY_TEXT,
    [L_SUBJECT] = ARRAY_TEXT,
    [L_BODY] = ARRAY_TEXT,
};

struct moves {
    struct array columns[COLUMN_COUNT];
    struct str explanation, subject, body;
    unsigned shortages; /* of memory, by shortage_count(), before the first was added */
};

struct moves *moves_new(void)
{
    struct moves *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        array_init(&s->columns[i], types[i]);
    str_init(&s->explanation, FINDING_TEXT_MAX);
    str_init(&s->subject, LETTER_SUBJECT_MAX);
    str_init(&s->body, LETTER_BODY_MAX);
    return s;
}

void moves_free(struct moves *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        array_finish(&s->columns[i]);
    str_finish(&s->explanation);
    str_finish(&s->subject);
    str_finish(&s->body);
    free(s);
}

void moves_clear(struct moves *s)
{
    s->shortages = shortage_count();
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        array_clear(&s->columns[i]);
}

/* Whether anybody is to get it, the routes say; whoever does reads the same. */
static void add_letters(struct moves *s, const struct finding *f,
                        const struct finding_transition *t, const char *detail, enum lang lang)
{
    static const char *const audiences[] = {"centre", "own"};

    str_clear(&s->subject);
    str_clear(&s->body);
    warning_subject(f, t, detail, lang, &s->subject);
    warning_body(f, t, detail, lang, &s->body);
    for (size_t i = 0; i < sizeof audiences / sizeof *audiences; i++) {
        array_add_int(&s->columns[L_STEP], (int32_t)s->columns[F_KEY].n);
        array_add_label(&s->columns[L_AUDIENCE], audiences[i]);
        array_add_text(&s->columns[L_LANGUAGE], lang_code(lang));
        array_add_text(&s->columns[L_SUBJECT], str_text(&s->subject));
        array_add_text(&s->columns[L_BODY], str_text(&s->body));
    }
}

void moves_add(struct moves *s, const char *key, const struct finding *f,
               const struct finding_transition *t, const char *detail)
{
    static const int explanations[LANG_COUNT] = {
        [LANG_RU] = F_EXPLANATION_RU, [LANG_EN] = F_EXPLANATION_EN};

    if (t->event == ALERT_STAYS)
        return;
    array_add_text(&s->columns[F_KEY], key);
    array_add_text(&s->columns[F_EVENT], alert_event_name(t->event));
    array_add_label(&s->columns[F_TO_LEVEL],
                    t->to != FINDING_WELL ? finding_level_name(t->to) : NULL);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        str_clear(&s->explanation);
        finding_explain(f, t->to == FINDING_WELL, detail, (enum lang)lang, &s->explanation);
        array_add_text(&s->columns[explanations[lang]], str_text(&s->explanation));
        add_letters(s, f, t, detail, (enum lang)lang);
    }
}

size_t moves_count(const struct moves *s)
{
    return s->columns[F_KEY].n;
}

bool moves_bind(struct moves *s, struct pg_call *call, int first)
{
    call->n_params = first + COLUMN_COUNT;
    return shortage_count() == s->shortages && array_bind(s->columns, COLUMN_COUNT, call, first);
}

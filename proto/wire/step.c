/* step: see step.h. */
#include "wire/step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/form.h"

static bool read_number(const char *text, int64_t *ret)
{
    char *end;
    if (text == NULL)
        return false;
    errno = 0;
    *ret = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool read_time(const char *text, int64_t *ret)
{
    return read_number(text, ret) && form_time_ok(*ret);
}

static bool read_numbers(const char *const columns[STEP_COLUMN_COUNT], struct alert_step *s)
{
    s->closes = columns[STEP_CLOSED] != NULL;
    return read_number(columns[STEP_POSITION], &s->position) &&
           read_number(columns[STEP_ID], &s->id) && read_number(columns[STEP_ALERT], &s->alert) &&
           read_time(columns[STEP_AT], &s->at_us) &&
           read_time(columns[STEP_OPENED], &s->opened_us) &&
           (!s->closes || read_time(columns[STEP_CLOSED], &s->closed_us));
}

static void read_decimal(const char *text, bool *ret_has, struct decimal *ret)
{
    *ret_has = text != NULL && decimal_parse(text, strlen(text), ret, NULL) == DECIMAL_OK;
}

static bool read_texts(const char *const columns[STEP_COLUMN_COUNT], struct arena *a,
                       struct alert_step *s)
{
    const struct {
        const char **to;
        enum step_column column;
        enum text_kind kind;
        bool needed;
    } texts[] = {
        {&s->event, STEP_EVENT, TEXT_CODE, true},
        {&s->kind, STEP_KIND, TEXT_CODE, true},
        {&s->from_level, STEP_FROM_LEVEL, TEXT_CODE, false},
        {&s->to_level, STEP_TO_LEVEL, TEXT_CODE, false},
        {&s->organisation, STEP_ORGANISATION, TEXT_CODE, true},
        {&s->organisation_name[LANG_RU], STEP_ORGANISATION_NAME, TEXT_TITLE, false},
        {&s->organisation_name[LANG_EN], STEP_ORGANISATION_NAME_EN, TEXT_TITLE, false},
        {&s->indicator, STEP_INDICATOR, TEXT_CODE, false},
        {&s->indicator_name[LANG_RU], STEP_INDICATOR_NAME, TEXT_TITLE, false},
        {&s->indicator_name[LANG_EN], STEP_INDICATOR_NAME_EN, TEXT_TITLE, false},
        {&s->project, STEP_PROJECT, TEXT_CODE, false},
        {&s->status, STEP_STATUS, TEXT_CODE, false},
        {&s->explanation[LANG_RU], STEP_EXPLANATION_RU, TEXT_EXPLANATION, false},
        {&s->explanation[LANG_EN], STEP_EXPLANATION_EN, TEXT_EXPLANATION, false},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = columns[texts[i].column];
        *texts[i].to = text != NULL ? form_text_tamed(texts[i].kind, text, a) : NULL;
        if (*texts[i].to == NULL && (text != NULL || texts[i].needed))
            return false;
    }
    return true;
}

bool step_read(const char *const columns[STEP_COLUMN_COUNT], struct arena *a,
               struct alert_step *ret)
{
    const char *as_of = columns[STEP_AS_OF], *submission = columns[STEP_SUBMISSION];
    *ret = (struct alert_step){.as_of = DATE_NONE, .has_submission = submission != NULL};
    read_decimal(columns[STEP_FACT], &ret->has_fact, &ret->fact);
    read_decimal(columns[STEP_PLAN_AT], &ret->has_plan_at, &ret->plan_at);
    return read_numbers(columns, ret) && read_texts(columns, a, ret) &&
           (as_of == NULL || date_parse(as_of, strlen(as_of), &ret->as_of)) &&
           (submission == NULL || uuid_parse(submission, strlen(submission), &ret->submission));
}

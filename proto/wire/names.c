/* names: the words for the numbers of vekha.proto, which logs, JSON and people read.  A unit test
 * compares them with the names in vekha.proto. */
#include "wire/wire.h"

static const char *const error_names[] = {
    [WIRE_OK] = "ok",
    [WIRE_TOO_LARGE] = "too_large",
    [WIRE_MALFORMED] = "malformed",
    [WIRE_OTHER_VERSION] = "other_version",
    [WIRE_BAD_ID] = "bad_id",
    [WIRE_EMPTY] = "empty",
    [WIRE_TOO_MANY_FIGURES] = "too_many_figures",
    [WIRE_NO_MEMORY] = "no_memory",
};

static const char *const verdict_names[] = {
    [VERDICT_ACCEPTED] = "accepted",   [VERDICT_WARNING] = "warning",
    [VERDICT_UNCHANGED] = "unchanged", [VERDICT_REPLACED] = "replaced",
    [VERDICT_OUTDATED] = "outdated",   [VERDICT_REJECTED] = "rejected",
};

static const char *const verdict_words[][LANG_COUNT] = {
    [VERDICT_ACCEPTED] = {[LANG_EN] = "accepted", [LANG_RU] = "принято"},
    [VERDICT_WARNING] = {[LANG_EN] = "accepted with a warning", [LANG_RU] = "принято с замечанием"},
    [VERDICT_UNCHANGED] = {[LANG_EN] = "unchanged", [LANG_RU] = "без изменений"},
    [VERDICT_REPLACED] = {[LANG_EN] = "replaced", [LANG_RU] = "заменено"},
    [VERDICT_OUTDATED] = {[LANG_EN] = "outdated", [LANG_RU] = "устарело"},
    [VERDICT_REJECTED] = {[LANG_EN] = "rejected", [LANG_RU] = "отклонено"},
};

static const char *const reason_names[] = {
    [REASON_NONE] = "none",
    [REASON_UNKNOWN_ORGANISATION] = "unknown_organisation",
    [REASON_NOT_YOURS] = "not_yours",
    [REASON_ORGANISATION_CLOSED] = "organisation_closed",
    [REASON_UNKNOWN_INDICATOR] = "unknown_indicator",
    [REASON_BAD_PERIOD] = "bad_period",
    [REASON_PERIOD_OUT_OF_RANGE] = "period_out_of_range",
    [REASON_PERIOD_NOT_BEGUN] = "period_not_begun",
    [REASON_BAD_AS_OF] = "bad_as_of",
    [REASON_AS_OF_IN_FUTURE] = "as_of_in_future",
    [REASON_AS_OF_OUTSIDE_PERIOD] = "as_of_outside_period",
    [REASON_BAD_STATE] = "bad_state",
    [REASON_VALUE_MISSING] = "value_missing",
    [REASON_VALUE_UNEXPECTED] = "value_unexpected",
    [REASON_BAD_VALUE] = "bad_value",
    [REASON_NEGATIVE] = "negative",
    [REASON_NOT_WHOLE] = "not_whole",
    [REASON_OF_MISSING] = "of_missing",
    [REASON_OF_UNEXPECTED] = "of_unexpected",
    [REASON_MORE_THAN_ALL] = "more_than_all",
    [REASON_TWICE_IN_SUBMISSION] = "twice_in_submission",
    [REASON_BAD_TEXT] = "bad_text",
    [REASON_BAD_EXPECTED] = "bad_expected",
    [REASON_PERIOD_CLOSED] = "period_closed",
    [REASON_UNKNOWN_PROJECT] = "unknown_project",
    [REASON_TEXT_MISSING] = "text_missing",
    [REASON_TEXT_UNEXPECTED] = "text_unexpected",
    [REASON_UNKNOWN_QUESTION] = "unknown_question",
    [REASON_QUESTION_SETTLED] = "question_settled",
    [REASON_CLOCK_AHEAD] = "clock_ahead",
    [REASON_LONG_AGO] = "long_ago",
};

static const char *const figure_state_names[] = {
    [FIGURE_VALUE] = "value",       [FIGURE_NOT_APPLICABLE] = "not_applicable",
    [FIGURE_NO_DATA] = "no_data",   [FIGURE_WITHDRAWN] = "withdrawn",
    [FIGURE_NOT_DONE] = "not_done", [FIGURE_IN_PROGRESS] = "in_progress",
    [FIGURE_DONE] = "done",
};

static const char *const narrative_text_names[] = {
    [NARRATIVE_TEXT] = "text",
    [NARRATIVE_CAUSE] = "cause",
    [NARRATIVE_MEASURE] = "measure",
    [NARRATIVE_NEXT_STEP] = "next_step",
    [NARRATIVE_ANSWERABLE] = "answerable",
};

static const char *const narrative_text_words[][LANG_COUNT] = {
    [NARRATIVE_TEXT] = {[LANG_EN] = "text", [LANG_RU] = "текст"},
    [NARRATIVE_CAUSE] = {[LANG_EN] = "cause", [LANG_RU] = "причина"},
    [NARRATIVE_MEASURE] = {[LANG_EN] = "measure", [LANG_RU] = "мера"},
    [NARRATIVE_NEXT_STEP] = {[LANG_EN] = "next step", [LANG_RU] = "следующий шаг"},
    [NARRATIVE_ANSWERABLE] = {[LANG_EN] = "answerable", [LANG_RU] = "ответственный"},
};

static const char *const refusal_reason_names[] = {
    [REFUSAL_MALFORMED] = "malformed",
    [REFUSAL_VERSION] = "version",
    [REFUSAL_REVOKED] = "revoked",
    [REFUSAL_BAD_ID] = "bad_id",
    [REFUSAL_ALTERED] = "altered",
    [REFUSAL_EMPTY] = "empty",
    [REFUSAL_TOO_MANY_FIGURES] = "too_many_figures",
    [REFUSAL_POISONED] = "poisoned",
    [REFUSAL_BAD_POSITION] = "bad_position",
    [REFUSAL_INVITED] = "invited",
    [REFUSAL_INVITATION_USED] = "invitation_used",
    [REFUSAL_INVITATION_OVER] = "invitation_over",
    [REFUSAL_KEY_TAKEN] = "key_taken",
    [REFUSAL_TOO_MANY_KEYS] = "too_many_keys",
};

static const char *const later_reason_names[] = {
    [LATER_CREDITS] = "credits",
    [LATER_DATABASE_AWAY] = "database_away",
    [LATER_STOPPING] = "stopping",
};

static const char *const message_kind_names[] = {
    [MESSAGE_HELLO] = "hello",
    [MESSAGE_WELCOME] = "welcome",
    [MESSAGE_SUBMISSION] = "submission",
    [MESSAGE_RECEIPT] = "receipt",
    [MESSAGE_LATER] = "later",
    [MESSAGE_REFUSAL] = "refusal",
    [MESSAGE_STANDING] = "standing",
    [MESSAGE_PING] = "ping",
    [MESSAGE_PONG] = "pong",
    [MESSAGE_WATCH] = "watch",
    [MESSAGE_STEPS] = "steps",
    [MESSAGE_ENROL] = "enrol",
    [MESSAGE_ENROLLED] = "enrolled",
    [MESSAGE_CONSULT] = "consult",
    [MESSAGE_PART] = "part",
    [MESSAGE_HEAR] = "hear",
    [MESSAGE_QUESTIONS] = "questions",
    [MESSAGE_REPLY] = "reply",
};

#define NAME_IN(table, number) name_in((table), sizeof(table) / sizeof *(table), (size_t)(number))

static const char *name_in(const char *const *table, size_t n, size_t number)
{
    return number < n && table[number] != NULL ? table[number] : "?";
}

const char *wire_error_name(enum wire_error e)
{
    return NAME_IN(error_names, e);
}

const char *verdict_name(enum verdict v)
{
    return NAME_IN(verdict_names, v);
}

const char *reason_name(enum reason r)
{
    return NAME_IN(reason_names, r);
}

const char *figure_state_name(enum figure_state s)
{
    return NAME_IN(figure_state_names, s);
}

const char *narrative_text_name(enum narrative_text t)
{
    return NAME_IN(narrative_text_names, t);
}

const char *refusal_reason_name(enum refusal_reason r)
{
    return NAME_IN(refusal_reason_names, r);
}

const char *later_reason_name(enum later_reason r)
{
    return NAME_IN(later_reason_names, r);
}

const char *message_kind_name(enum message_kind k)
{
    return NAME_IN(message_kind_names, k);
}

#define WORD_IN(table, number, lang)                                                               \
    word_in((table), sizeof(table) / sizeof *(table), (size_t)(number), (lang))

static const char *word_in(const char *const (*table)[LANG_COUNT], size_t n, size_t number,
                           enum lang lang)
{
    if (number >= n || (size_t)lang >= LANG_COUNT || table[number][lang] == NULL)
        return "?";
    return table[number][lang];
}

const char *verdict_word(enum verdict v, enum lang lang)
{
    return WORD_IN(verdict_words, v, lang);
}

const char *narrative_text_word(enum narrative_text t, enum lang lang)
{
    return WORD_IN(narrative_text_words, t, lang);
}

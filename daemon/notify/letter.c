/* letter: see letter.h. */
#include "notify/letter.h"

#include "model/explain.h"

/* What the subject says in front of the names and behind them. */
struct subject {
    const char *before, *after;
};

static const struct subject subjects[][LANG_COUNT] = {
    [STATUS_NOT_STARTED] =
        {[LANG_EN] = {"", ": not started yet"}, [LANG_RU] = {"", ": срок ещё не начался"}},
    [STATUS_NO_PLAN] =
        {[LANG_EN] = {"", ": no plan any more"}, [LANG_RU] = {"", ": плана больше нет"}},
    [STATUS_UNDETERMINED] =
        {[LANG_EN] = {"", ": cannot be judged"}, [LANG_RU] = {"", ": оценить нельзя"}},
    [STATUS_ON_TRACK] =
        {[LANG_EN] = {"", ": back on track"}, [LANG_RU] = {"", ": снова в графике"}},
    [STATUS_AT_RISK] = {[LANG_EN] = {"", ": no longer lagging, but at risk"},
                        [LANG_RU] = {"", ": уже не отстаёт, но требует внимания"}},
    [STATUS_LAGGING] = {[LANG_EN] = {"LAGGING: ", ""}, [LANG_RU] = {"ОТСТАЁТ: ", ""}},
    [STATUS_ACHIEVED] = {[LANG_EN] = {"", ": achieved"}, [LANG_RU] = {"", ": выполнено"}},
    [STATUS_MISSED] = {[LANG_EN] = {"MISSED: ", ""}, [LANG_RU] = {"НЕ ВЫПОЛНЕНО: ", ""}},
};

static const struct subject falls_behind[LANG_COUNT] = {
    [LANG_EN] = {"AT RISK: ", ""}, [LANG_RU] = {"ВНИМАНИЕ: ", ""}};

static const struct subject new_plan[LANG_COUNT] = {
    [LANG_EN] = {"", ": a new plan has begun"}, [LANG_RU] = {"", ": начался новый план"}};

enum text {
    TEXT_WAS_IS,
    TEXT_CORRECTION,
    TEXT_OLD,
    TEXT_NEW,
    TEXT_SENT_BY,
    TEXT_NO_NUMBER,
    TEXT_MORE,
    TEXT_ANSWER,
    TEXT_SIGNATURE,
    TEXT_COUNT
};

static const char *const texts[TEXT_COUNT][LANG_COUNT] = {
    [TEXT_WAS_IS] = {[LANG_EN] = "Was: ", [LANG_RU] = "Было: "},
    [TEXT_CORRECTION] =
        {[LANG_EN] = "Because of a correction for ", [LANG_RU] = "Из-за исправления за "},
    [TEXT_OLD] = {[LANG_EN] = ": it was ", [LANG_RU] = ": было "},
    [TEXT_NEW] = {[LANG_EN] = ", it is ", [LANG_RU] = ", стало "},
    [TEXT_SENT_BY] = {[LANG_EN] = "; sent by ", [LANG_RU] = "; сведения подала: "},
    [TEXT_NO_NUMBER] = {[LANG_EN] = "no number", [LANG_RU] = "нет числа"},
    [TEXT_MORE] = {[LANG_EN] = "To see every figure and every step of the arithmetic:",
                   [LANG_RU] = "Посмотреть все цифры и весь расчёт:"},
    [TEXT_ANSWER] = {[LANG_EN] = "To note what is being done about it:",
                     [LANG_RU] = "Записать, какие меры приняты:"},
    [TEXT_SIGNATURE] = {[LANG_EN] = "Alert {alert}. Vekha wrote this letter by itself; "
                                    "there is no need to answer it.",
                        [LANG_RU] = "Оповещение {alert}. Письмо составила программа «Веха»; "
                                    "отвечать на него не нужно."},
};

static const char *const answer_commands[LANG_COUNT] = {
    [LANG_EN] = "vekhactl ack {alert} --measure \"TEXT\" --until YYYY-MM-DD",
    [LANG_RU] = "vekhactl ack {alert} --measure \"ТЕКСТ\" --until ГГГГ-ММ-ДД",
};

static const enum status level_statuses[] = {
    [ALERT_NONE] = STATUS_ON_TRACK,
    [ALERT_AT_RISK] = STATUS_AT_RISK,
    [ALERT_LAGGING] = STATUS_LAGGING,
};

void letter_subject(const struct series *s, const struct assessment *a,
                    const struct alert_transition *t, enum lang lang, struct str *out)
{
    const struct subject *subject = t == alert_plan_over(t->from) ? &new_plan[lang]
                                    : t->event == ALERT_OPENS && t->to == ALERT_AT_RISK
                                        ? &falls_behind[lang]
                                        : &subjects[a->status][lang];

    str_addf(out, "%s%s — %s%s", subject->before, s->organisation_name[lang],
             s->indicator_name[lang], subject->after);
}

/* 1 234,50 or 25/60. */
static void add_version(const struct letter_version *v, enum lang lang, struct str *out)
{
    char mark = lang == LANG_RU ? ',' : '.', n[DECIMAL_TEXT_MAX];

    str_add(out, v->value ? decimal_format_grouped(v->n, mark, n) : texts[TEXT_NO_NUMBER][lang]);
    if (v->value && v->has_of)
        str_addf(out, "/%s", decimal_format_grouped(v->of, mark, n));
}

static void add_correction(const struct correction *c, enum lang lang, struct str *out)
{
    char period[PERIOD_WORDS_MAX];

    str_addf(out, "\n\n%s%s", texts[TEXT_CORRECTION][lang], period_words(c->period, lang, period));
    str_add(out, texts[TEXT_OLD][lang]);
    add_version(&c->old, lang, out);
    str_add(out, texts[TEXT_NEW][lang]);
    add_version(&c->new, lang, out);
    if (c->sender[lang][0])
        str_addf(out, "%s%s%s%s", texts[TEXT_SENT_BY][lang], c->sender[lang],
                 c->author[0] ? ", " : "", c->author);
    str_add(out, ".");
}

void letter_body(const struct series *s, const struct assessment *a,
                 const struct alert_transition *t, const struct correction *c, enum lang lang,
                 struct str *out)
{
    explain(s, a, lang, out);
    if (t->from != ALERT_NONE)
        str_addf(out, "\n\n%s%s → %s", texts[TEXT_WAS_IS][lang],
                 status_word(level_statuses[t->from], lang), status_word(a->status, lang));
    if (c)
        add_correction(c, lang, out);
    str_addf(out, "\n\n%s\n    vekhactl explain %s %s", texts[TEXT_MORE][lang],
             s->organisation_code, s->indicator_code);
    letter_close(t->to != ALERT_NONE, lang, out);
}

void letter_close(bool answer, enum lang lang, struct str *out)
{
    if (answer)
        str_addf(out, "\n%s\n    %s", texts[TEXT_ANSWER][lang], answer_commands[lang]);
    str_addf(out, "\n\n-- \n%s\n", texts[TEXT_SIGNATURE][lang]);
}

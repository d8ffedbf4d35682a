/* reminder: see reminder.h. */
#include "notify/reminder.h"

#include "model/arrears.h"
#include "notify/letter.h"

/* In front of who and what. */
static const char *const heads[NOTICE_COUNT][LANG_COUNT] = {
    [NOTICE_REMINDER] = {[LANG_EN] = "Reminder: ", [LANG_RU] = "Напоминание: "},
    [NOTICE_OVERDUE] = {[LANG_EN] = "OVERDUE: ", [LANG_RU] = "ПРОСРОЧЕНО: "},
    [NOTICE_SILENT] = {[LANG_EN] = "SILENT: ", [LANG_RU] = "МОЛЧИТ: "},
};

enum saying {
    SAY_NO_LONGER,
    SAY_REPORT,
    SAY_DUE,
    SAY_SEND,
    SAY_VALUE,
    SAY_NO_DATA,
    SAY_CLOSED,
    SAY_LOOK,
    SAY_COUNT
};

static const char *const sayings[SAY_COUNT][LANG_COUNT] = {
    [SAY_NO_LONGER] = {[LANG_EN] = "No longer silent: ", [LANG_RU] = "Уже не молчит: "},
    [SAY_REPORT] = {[LANG_EN] = "report for ", [LANG_RU] = "сведения за "},
    [SAY_DUE] = {[LANG_EN] = ", due by ", [LANG_RU] = ", срок "},
    [SAY_SEND] = {[LANG_EN] = "To send them, one by one or as a table:",
                  [LANG_RU] = "Отправить по одному или таблицей:"},
    [SAY_VALUE] = {[LANG_EN] = "VALUE", [LANG_RU] = "ЗНАЧЕНИЕ"},
    [SAY_NO_DATA] =
        {[LANG_EN] = "If there is no figure, say so: instead of the value write \"no data\".",
         [LANG_RU] = "Если сведений нет, так и сообщите: вместо значения напишите \"нет данных\"."},
    [SAY_CLOSED] = {[LANG_EN] =
                        "The period has been closed since %s: add the reason, --note \"REASON\".",
                    [LANG_RU] = "Период закрыт с %s: добавьте причину, --note \"ПРИЧИНА\"."},
    [SAY_LOOK] = {[LANG_EN] = "To see what has come and what has not:",
                  [LANG_RU] = "Посмотреть, что сдано и что нет:"},
};

void reminder_subject(const struct reporting *r, const struct notice_transition *t,
                      enum notice_audience to, enum lang lang, struct str *out)
{
    char period[ARREARS_PERIOD_MAX], due[DATE_TEXT_MAX];
    const struct freshness *f;

    if (to == NOTICE_ADMINISTRATORS && t->from == NOTICE_SILENT) {
        str_addf(out, "%s%s", sayings[SAY_NO_LONGER][lang], r->name[lang]);
        return;
    }
    f = &r->series[0].freshness;
    str_addf(out, "%s%s — %s%s%s%s", heads[t->to][lang], r->name[lang], sayings[SAY_REPORT][lang],
             arrears_period(f->period, lang, period), sayings[SAY_DUE][lang],
             date_format(f->due_on, lang, due));
}

/* The command for the report that is missing longest, and what to say where there is none. */
static void say_how_to_send(const struct reporting *r, enum lang lang, struct str *out)
{
    const struct reporting_series *s = &r->series[0];
    char period[PERIOD_TEXT_MAX], close[DATE_TEXT_MAX];

    str_addf(out, "\n\n%s\n    vekha-submit %s %s --period %s\n    vekha-submit FILE.csv\n%s",
             sayings[SAY_SEND][lang], s->code, sayings[SAY_VALUE][lang],
             period_format(s->freshness.period, period), sayings[SAY_NO_DATA][lang]);
    if (s->freshness.close_on != DATE_NONE && s->freshness.close_on <= r->debtor.today) {
        str_add(out, "\n");
        str_addf(out, sayings[SAY_CLOSED][lang], date_format(s->freshness.close_on, lang, close));
    }
}

void reminder_body(const struct reporting *r, const struct notice_transition *t,
                   enum notice_audience to, enum lang lang, struct str *out)
{
    bool administrators = to == NOTICE_ADMINISTRATORS;

    arrears_explain(r, lang, out);
    if (administrators)
        str_addf(out, "\n\n%s\n    vekhactl status --org %s", sayings[SAY_LOOK][lang], r->code);
    else
        say_how_to_send(r, lang, out);
    letter_close(administrators && t->to != NOTICE_NONE, lang, out);
}

/* test_reminder: letters about reports: to the school what is missing and how to send it, to
 * administrators who is silent. */
#include "notify/reminder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "notify/letter.c"
#include "notify/reminder.c"
#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A school that owes the report for September, on a day of October or November. */
static struct reporting reporting_on(const char *today, enum freshness_state state, date_t close_on)
{
    static struct reporting_series series;
    struct reporting r = {
        .debtor = {.organisation = 1, .today = day(today)}, .n = 1, .series = &series};

    series = (struct reporting_series){.indicator = 5};
    SET_TEXT(r.code, "school-3");
    SET_TEXT(r.name[LANG_RU], "Школа № 3");
    SET_TEXT(r.name[LANG_EN], "School 3");
    SET_TEXT(series.code, "consultations");
    SET_TEXT(series.name[LANG_RU], "Консультации");
    SET_TEXT(series.name[LANG_EN], "Consultations");
    series.freshness = (struct freshness){.state = state,
                                          .period = 2020009,
                                          .due_on = day("2020-10-08"),
                                          .remind_on = day("2020-10-06"),
                                          .close_on = close_on};
    r.state = state;
    r.due_on = day("2020-10-08");
    r.reminded = state == FRESHNESS_DUE;
    return r;
}

static const struct {
    enum notice from, to;
    enum notice_audience audience;
    const char *today;
    const char *subject[LANG_COUNT], *says[LANG_COUNT][3], *not [LANG_COUNT];
} cases[] = {
    {NOTICE_NONE,
     NOTICE_REMINDER,
     NOTICE_ORGANISATION,
     "2020-10-06",
     {"Reminder: School 3 — report for September 2020, due by 2020-10-08",
      "Напоминание: Школа № 3 — сведения за сентябрь 2020 г., срок 08.10.2020"},
     {{"School 3: the report for September 2020 is due by 2020-10-08.\n– Consultations: for",
       "\n    vekha-submit consultations VALUE --period 2020-09\n", "Alert {alert}."},
      {"Школа № 3: сведения за сентябрь 2020 г. нужно сдать не позднее 08.10.2020.\n– "
       "Консультации: за",
       "\n    vekha-submit consultations ЗНАЧЕНИЕ --period 2020-09\n", "\"нет данных\""}},
     {"--note", "--note"}},
    {NOTICE_REMINDER,
     NOTICE_OVERDUE,
     NOTICE_ORGANISATION,
     "2020-10-09",
     {"OVERDUE: School 3", "ПРОСРОЧЕНО: Школа № 3"},
     {{"it was due by 2020-10-08", "vekha-submit", "-- \n"},
      {"срок был 08.10.2020", "vekha-submit", "-- \n"}},
     {"vekhactl", "vekhactl"}},
    {NOTICE_OVERDUE,
     NOTICE_SILENT,
     NOTICE_ORGANISATION,
     "2020-11-09",
     {"SILENT: School 3", "МОЛЧИТ: Школа № 3"},
     {{"closed since 2020-10-28", "--note \"REASON\"", "School 3 is silent"},
      {"закрыт с 28.10.2020", "--note \"ПРИЧИНА\"", "Школа № 3 молчит"}},
     {"vekhactl", "vekhactl"}},
    {NOTICE_OVERDUE,
     NOTICE_SILENT,
     NOTICE_ADMINISTRATORS,
     "2020-11-09",
     {"SILENT: School 3", "МОЛЧИТ: Школа № 3"},
     {{"vekhactl status --org school-3", "vekhactl ack {alert}", "School 3 is silent"},
      {"vekhactl status --org school-3", "vekhactl ack {alert}", "Школа № 3 молчит"}},
     {"vekha-submit", "vekha-submit"}},
    {NOTICE_SILENT,
     NOTICE_OVERDUE,
     NOTICE_ADMINISTRATORS,
     "2020-11-09",
     {"No longer silent: School 3", "Уже не молчит: Школа № 3"},
     {{"it was due by", "vekhactl status", "vekhactl ack"},
      {"срок был", "vekhactl status", "vekhactl ack"}},
     {"vekha-submit", "vekha-submit"}},
    {NOTICE_SILENT,
     NOTICE_NONE,
     NOTICE_ADMINISTRATORS,
     "2020-11-09",
     {"No longer silent: School 3", "Уже не молчит: Школа № 3"},
     {{"all reports are in", "vekhactl status", "Alert {alert}"},
      {"все сведения сданы", "vekhactl status", "Оповещение {alert}"}},
     {"vekhactl ack", "vekhactl ack"}},
};

static enum freshness_state state_of(enum notice n)
{
    static const enum freshness_state states[NOTICE_COUNT] = {
        [NOTICE_NONE] = FRESHNESS_REPORTED,
        [NOTICE_REMINDER] = FRESHNESS_DUE,
        [NOTICE_OVERDUE] = FRESHNESS_OVERDUE,
        [NOTICE_SILENT] = FRESHNESS_SILENT,
    };

    return states[n];
}

static void test_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reporting r = reporting_on(cases[i].today, state_of(cases[i].to), day("2020-10-28"));
        const struct notice_transition *t = notice_next(cases[i].from, cases[i].to);

        assert_true(t->tell & cases[i].audience);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct str subject, body;

            str_init(&subject, LETTER_SUBJECT_MAX);
            str_init(&body, LETTER_BODY_MAX);
            reminder_subject(&r, t, cases[i].audience, (enum lang)lang, &subject);
            reminder_body(&r, t, cases[i].audience, (enum lang)lang, &body);
            assert_false(subject.failed || body.failed);
            if (strncmp(str_text(&subject), cases[i].subject[lang],
                        strlen(cases[i].subject[lang])) != 0)
                fail_msg("%zu: %s", i, str_text(&subject));
            for (size_t k = 0; k < COUNT(cases[i].says[lang]); k++)
                if (!strstr(str_text(&body), cases[i].says[lang][k]))
                    fail_msg("%zu: %s\n%s", i, cases[i].says[lang][k], str_text(&body));
            assert_null(strstr(str_text(&body), cases[i].not [lang]));
            str_finish(&subject);
            str_finish(&body);
        }
    }
}

/* The longest names and the most of them still fit a letter. */
static void test_longest(void **state)
{
    static struct reporting_series many[ARREARS_NAMED + 1];
    struct reporting r = reporting_on("2020-11-09", FRESHNESS_SILENT, day("2020-10-28"));

    (void)state;
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = r.series[0];
        for (int lang = 0; lang < LANG_COUNT; lang++)
            memset(many[i].name[lang], 'x', SERIES_NAME_MAX - 1);
    }
    memset(r.name[LANG_RU], 'x', SERIES_NAME_MAX - 1);
    r.series = many;
    r.n = COUNT(many);
    for (int to = NOTICE_ORGANISATION; to <= NOTICE_ADMINISTRATORS; to++) {
        struct str subject, body;

        str_init(&subject, LETTER_SUBJECT_MAX);
        str_init(&body, LETTER_BODY_MAX);
        reminder_subject(&r, notice_next(NOTICE_NONE, NOTICE_SILENT), (enum notice_audience)to,
                         LANG_RU, &subject);
        reminder_body(&r, notice_next(NOTICE_NONE, NOTICE_SILENT), (enum notice_audience)to,
                      LANG_RU, &body);
        assert_false(subject.failed || body.failed);
        assert_non_null(strstr(str_text(&body), "и ещё 1 показатель"));
        str_finish(&subject);
        str_finish(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

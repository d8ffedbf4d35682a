/* test_reporting: an organisation's reporting from its lines, the alert that follows from it, and
 * the words for both. */
#include "model/reporting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "model/arrears.h"
#include "model/notice.h"
#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char book_text[] = "workdays\t1\tru\n"
                                "duty\t3\tmonthly\t1\t1\t6\t2\t20\t2020-09-01\t\\N\n"
                                "indicator\t1\nindicator\t2\nindicator\t3\nkind\tschool\n"
                                "duty\t4\tquarterly\t1\t3\t10\t\\N\t\\N\t2020-07-01\t\\N\n"
                                "indicator\t4\nkind\tschool";

#define SCHOOL(today)                                                                              \
    "organisation\t7\tschool-3\tШкола № 3\tSchool 3\tschool\t\\N\t\\N\ts3@uo.example\t" today      \
    "\t\\N\n"
#define FLOW(id, code, name) "series\t" id "\t" code "\t" name "\t\\N\tflow\tyear_to_date\n"
#define ALL                                                                                        \
    FLOW("2", "b", "Беседы")                                                                       \
    FLOW("1", "a", "Консультации") FLOW("4", "q", "Охват")

static struct duty_book *book;

/* What the reader gave. */
static struct {
    int n;
    enum freshness_state state;
    char due[DATE_TEXT_MAX], reassess[DATE_TEXT_MAX], codes[100], text[LANG_COUNT][ARREARS_MAX],
        email[REPORTING_EMAIL_MAX];
    enum notice notice;
    bool kept;
    size_t missing;
} got;

static void take(void *arg, const struct reporting *r)
{
    assert_ptr_equal(arg, &got);
    got.n++;
    got.state = r->state;
    date_format_iso(r->due_on, got.due);
    date_format_iso(r->reassess_on, got.reassess);
    got.notice = notice_of(r);
    got.kept = reporting_is_kept(r);
    got.missing = reporting_missing(r);
    SET_TEXT(got.email, r->email);
    got.codes[0] = '\0';
    for (size_t i = 0; i < r->n; i++)
        strncat(got.codes, r->series[i].code, sizeof got.codes - strlen(got.codes) - 1);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct str out;

        str_init(&out, ARREARS_MAX);
        arrears_explain(r, (enum lang)lang, &out);
        assert_false(out.failed);
        SET_TEXT(got.text[lang], str_text(&out));
        str_finish(&out);
    }
}

static bool read_lines(const char *lines, char *error, size_t error_size)
{
    struct reporting_input *in = reporting_input_new(book, take, &got);
    bool good = true;

    memset(&got, 0, sizeof got);
    while (good && *lines) {
        size_t len = strcspn(lines, "\n");

        good = reporting_input_line(in, lines, len);
        lines += len + (lines[len] == '\n');
    }
    good = good && reporting_input_end(in);
    snprintf(error, error_size, "%s", reporting_input_error(in));
    reporting_input_free(in);
    return good;
}

static int set_up(void **state)
{
    (void)state;
    book = duty_book_new();
    return !book || !duty_book_read(book, book_text);
}

static int tear_down(void **state)
{
    (void)state;
    duty_book_free(book);
    return 0;
}

#define NINE_MONTHS "answer\t2020-9M\t2020-09-30\tvalue\n"

static const struct {
    const char *name, *lines;
    enum freshness_state state;
    const char *due, *reassess, *codes;
    size_t missing;
    enum notice notice;
    const char *says[LANG_COUNT];
} cases[] = {
    {"nothing is owed yet",
     SCHOOL("2020-07-15") FLOW("1", "a", "Консультации"),
     FRESHNESS_NONE,
     "",
     "2020-10-01",
     "a",
     0,
     NOTICE_NONE,
     {"School 3: no reports are owed.", "Школа № 3: сдавать сейчас нечего."}},
    {"due, not yet to be reminded of",
     SCHOOL("2020-10-01") ALL,
     FRESHNESS_DUE,
     "2020-10-08",
     "2020-10-06",
     "abq",
     3,
     NOTICE_NONE,
     {"School 3: nothing is overdue, the next deadline is 2020-10-08.",
      "Школа № 3: просроченных сведений нет, ближайший срок 08.10.2020."}},
    {"reminded",
     SCHOOL("2020-10-06") ALL,
     FRESHNESS_DUE,
     "2020-10-08",
     "2020-10-09",
     "abq",
     3,
     NOTICE_REMINDER,
     {"School 3: the report for September 2020 is due by 2020-10-08.\n"
      "– Консультации: for September 2020, due by 2020-10-08\n"
      "– Беседы: for September 2020, due by 2020-10-08",
      "Школа № 3: сведения за сентябрь 2020 г. нужно сдать не позднее 08.10.2020.\n"
      "– Консультации: за сентябрь 2020 г., срок 08.10.2020\n"
      "– Беседы: за сентябрь 2020 г., срок 08.10.2020"}},
    {"overdue, some of it",
     SCHOOL("2020-10-09") FLOW("1", "a", "Консультации") NINE_MONTHS FLOW("2", "b", "Беседы")
         FLOW("4", "q", "Охват"),
     FRESHNESS_OVERDUE,
     "2020-10-08",
     "2020-10-15",
     "bqa",
     2,
     NOTICE_OVERDUE,
     {"School 3: the report for September 2020 is missing, it was due by 2020-10-08.\n"
      "– Беседы: for September 2020, due by 2020-10-08",
      "Школа № 3: сведения за сентябрь 2020 г. не сданы, срок был 08.10.2020.\n"
      "– Беседы: за сентябрь 2020 г., срок 08.10.2020"}},
    {"silent, the quarter only overdue",
     SCHOOL("2020-11-09") ALL,
     FRESHNESS_SILENT,
     "2020-10-08",
     "2021-01-15",
     "abq",
     3,
     NOTICE_SILENT,
     {"School 3 is silent: the report for September 2020 is missing, it was due by 2020-10-08, "
      "more than one reporting period ago.",
      "Школа № 3 молчит: сведения за сентябрь 2020 г. не сданы, срок был 08.10.2020, прошло "
      "больше одного отчётного периода.\n"
      "– Консультации: за сентябрь 2020 г., срок 08.10.2020\n"
      "– Беседы: за сентябрь 2020 г., срок 08.10.2020\n"
      "– Охват: за III квартал 2020 г., срок 14.10.2020"}},
    {"all is in",
     SCHOOL("2020-10-20") FLOW("1", "a", "Консультации") NINE_MONTHS FLOW("4", "q", "Охват")
         NINE_MONTHS,
     FRESHNESS_REPORTED,
     "",
     "2020-11-01",
     "aq",
     0,
     NOTICE_NONE,
     {"School 3: all reports are in.", "Школа № 3: все сведения сданы."}},
    {"what no duty is about is passed over",
     SCHOOL("2020-10-20") FLOW("9", "z", "Прочее"),
     FRESHNESS_NONE,
     "",
     "",
     "",
     0,
     NOTICE_NONE,
     {"no reports are owed", "сдавать сейчас нечего"}},
    {"the catalogue changes sooner",
     "organisation\t7\tschool-3\tШкола № "
     "3\t\\N\tschool\t\\N\t\\N\t\\N\t2020-10-20\t2020-10-25\n" FLOW("1", "a", "Консультации")
         NINE_MONTHS,
     FRESHNESS_REPORTED,
     "",
     "2020-10-25",
     "a",
     0,
     NOTICE_NONE,
     {"Школа № 3: all reports", "Школа № 3: все"}},
};

static void test_cases(void **state)
{
    char error[LANG_COUNT * 400];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!read_lines(cases[i].lines, error, sizeof error))
            fail_msg("%s: %s", cases[i].name, error);
        assert_int_equal(got.n, 1);
        assert_int_equal(got.state, cases[i].state);
        assert_string_equal(got.due, cases[i].due);
        assert_string_equal(got.reassess, cases[i].reassess);
        assert_string_equal(got.codes, cases[i].codes);
        assert_int_equal(got.missing, cases[i].missing);
        assert_int_equal(got.notice, cases[i].notice);
        assert_int_equal(got.kept, cases[i].codes[0] != '\0');
        for (int lang = 0; lang < LANG_COUNT; lang++)
            if (!strstr(got.text[lang], cases[i].says[lang]))
                fail_msg("%s: %s", cases[i].name, got.text[lang]);
    }
}

/* Past six the others are counted, in the right number. */
static void test_and_more(void **state)
{
    static const struct {
        int missing;
        const char *says[LANG_COUNT];
    } many[] = {
        {6, {"– n6", "– n6"}},
        {7, {"\nand 1 more indicator", "\nи ещё 1 показатель"}},
        {8, {"\nand 2 more indicators", "\nи ещё 2 показателя"}},
        {11, {"\nand 5 more indicators", "\nи ещё 5 показателей"}},
        {27, {"\nand 21 more indicators", "\nи ещё 21 показатель"}},
    };
    char lines[4000], all[4000], error[400];
    int n;

    (void)state;
    for (size_t i = 0; i < COUNT(many); i++) {
        duty_book_free(book);
        book = duty_book_new();
        n = snprintf(
            all, sizeof all,
            "workdays\t1\tru\nduty\t3\tm\t1\t1\t6\t2\t20\t2020-09-01\t\\N\nkind\tschool\n");
        for (int k = 1; k <= many[i].missing; k++)
            n += snprintf(all + n, sizeof all - (size_t)n, "indicator\t%d\n", k);
        assert_true(duty_book_read(book, all));
        n = snprintf(lines, sizeof lines, SCHOOL("2020-10-09"));
        for (int k = 1; k <= many[i].missing; k++)
            n += snprintf(lines + n, sizeof lines - (size_t)n,
                          "series\t%d\tc%02d\tn%d\t\\N\tlevel\tyear_to_date\n", k, k, k);
        assert_true(read_lines(lines, error, sizeof error));
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            assert_non_null(strstr(got.text[lang], many[i].says[lang]));
            assert_null(strstr(got.text[lang], "– n7"));
        }
    }
}

static void test_several_organisations(void **state)
{
    char error[400];

    (void)state;
    assert_true(read_lines(
        SCHOOL("2020-10-09") ALL
        "organisation\t8\tdepartment\tУО\t\\N\tdepartment\t\\N\t\\N\t\\N\t2020-10-09\t\\N\n" ALL,
        error, sizeof error));
    assert_int_equal(got.n, 2);
    assert_int_equal(got.state, FRESHNESS_NONE); /* of the department nothing is asked */
    assert_false(got.kept);
    assert_true(read_lines("", error, sizeof error));
    assert_int_equal(got.n, 0);
    assert_true(read_lines(SCHOOL("2020-10-09"), error, sizeof error));
    assert_string_equal(got.email, "s3@uo.example");
    reporting_input_free(NULL);
}

static void test_bad_lines(void **state)
{
    static const struct {
        const char *lines, *says;
    } bad[] = {
        {"school\t7", "unknown kind"},
        {FLOW("1", "a", "A"), "'organisation' has to come before"},
        {SCHOOL("2020-10-09") "answer\t2020-09\t2020-09-30\tvalue", "'series' has to come before"},
        {SCHOOL("2020-10-09") FLOW("1", "a", "A") "answer\t2020-09\t2020-09-31\tvalue", "(as-of)"},
        {SCHOOL("2020-10-09") FLOW("1", "a", "A") "answer\t2020-13\t2020-09-30\tvalue", "(period)"},
        {SCHOOL("2020-10-09") "series\t1\ta\tA\t\\N\triver\tyear_to_date", "(kind)"},
        {"organisation\t7\ts\tS\t\\N\tcastle\t\\N\t\\N\t\\N\t2020-10-09\t\\N", "(kind)"},
        {"organisation\t7\ts\tS\t\\N\tschool\t\\N\t\\N\t\\N\t\\N\t\\N", "(today)"},
    };
    char error[400];

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(read_lines(bad[i].lines, error, sizeof error));
        if (!strstr(error, bad[i].says))
            fail_msg("%s", error);
    }
}

/* --- the alert --- */

static void test_transitions_are_total(void **state)
{
    size_t count;
    const struct notice_transition *table = notice_table(&count);

    (void)state;
    assert_int_equal(count, NOTICE_COUNT * NOTICE_COUNT);
    for (int from = 0; from < NOTICE_COUNT; from++) {
        for (int to = 0; to < NOTICE_COUNT; to++) {
            const struct notice_transition *t = notice_next((enum notice)from, (enum notice)to);

            assert_int_equal(t->from, from);
            assert_int_equal(t->to, to);
            assert_true(t >= table && t < table + count && strlen(t->comment) > 0);
        }
    }
}

/* Event and audience follow from the two: the organisation hears of what it owes, the
 * administrators of silence and its end. */
static void test_transitions_are_consistent(void **state)
{
    size_t count;
    const struct notice_transition *table = notice_table(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct notice_transition *t = &table[i];
        enum alert_event event = ALERT_STAYS;
        bool moves = t->from != t->to;

        if (moves && t->from == NOTICE_NONE)
            event = ALERT_OPENS;
        else if (moves && t->to == NOTICE_NONE)
            event = ALERT_CLOSES;
        else if (moves)
            event = t->to > t->from ? ALERT_RISES : ALERT_FALLS;
        assert_int_equal(t->event, event);
        assert_int_equal((t->tell & NOTICE_ORGANISATION) != 0, moves && t->to != NOTICE_NONE);
        assert_int_equal((t->tell & NOTICE_ADMINISTRATORS) != 0,
                         moves && (t->from == NOTICE_SILENT || t->to == NOTICE_SILENT));
    }
}

static void test_notice_names(void **state)
{
    (void)state;
    for (int i = 0; i < NOTICE_COUNT; i++) {
        enum notice n = NOTICE_COUNT;

        assert_true(notice_parse(notice_level((enum notice)i), &n));
        assert_int_equal(n, i);
    }
    assert_false(notice_parse("red", &(enum notice){NOTICE_NONE}));
    assert_string_equal(notice_kind(NOTICE_REMINDER), "overdue");
    assert_string_equal(notice_kind(NOTICE_OVERDUE), "overdue");
    assert_string_equal(notice_kind(NOTICE_SILENT), "silent");
    assert_string_equal(notice_level(NOTICE_REMINDER), "info");
}

/* --- words for a series --- */

static void test_periods_in_words(void **state)
{
    static const struct {
        period_t period;
        const char *words[LANG_COUNT];
    } words[] = {
        {2020001, {"January 2020", "январь 2020 г."}},
        {2020012, {"December 2020", "декабрь 2020 г."}},
        {2020021, {"quarter I of 2020", "I квартал 2020 г."}},
        {2020024, {"quarter IV of 2020", "IV квартал 2020 г."}},
        {2020032, {"half-year II of 2020", "II полугодие 2020 г."}},
        {2020000, {"2020", "2020 год"}},
    };
    char buf[ARREARS_PERIOD_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_string_equal(arrears_period(words[i].period, (enum lang)lang, buf),
                                words[i].words[lang]);
}

static void test_sentences_and_marks(void **state)
{
    static const struct {
        enum freshness_state state;
        int late;
        const char *mark[LANG_COUNT], *sentence[LANG_COUNT];
    } words[] = {
        {FRESHNESS_NONE, 0, {"", ""}, {"", ""}},
        {FRESHNESS_REPORTED,
         0,
         {"in", "сдано"},
         {"The report for September 2020 is in.", "Сведения за сентябрь 2020 г. сданы."}},
        {FRESHNESS_DUE,
         0,
         {"by 2020-10-08", "до 08.10"},
         {"The report for September 2020 is due by 2020-10-08.",
          "Сведения за сентябрь 2020 г. нужно сдать не позднее 08.10.2020."}},
        {FRESHNESS_OVERDUE,
         1,
         {"1 d late", "просрочено 1 дн."},
         {"The report for September 2020 is missing: it was due by 2020-10-08, 1 day ago.",
          "Сведения за сентябрь 2020 г. не сданы: срок был 08.10.2020, просрочка 1 день."}},
        {FRESHNESS_OVERDUE,
         22,
         {"22 d late", "просрочено 22 дн."},
         {"The report for September 2020 is missing: it was due by 2020-10-08, 22 days ago.",
          "Сведения за сентябрь 2020 г. не сданы: срок был 08.10.2020, просрочка 22 дня."}},
        {FRESHNESS_SILENT,
         40,
         {"silent 40 d", "молчит 40 дн."},
         {"The report for September 2020 is missing: it was due by 2020-10-08, 40 days ago, more "
          "than one reporting period.",
          "Сведения за сентябрь 2020 г. не сданы: срок был 08.10.2020, просрочка 40 дней, больше "
          "одного отчётного периода."}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        const struct freshness f = {.state = words[i].state,
                                    .period = 2020009,
                                    .due_on = day("2020-10-08"),
                                    .days_late = words[i].late};

        for (int lang = 0; lang < LANG_COUNT; lang++) {
            char mark[ARREARS_MARK_MAX];
            struct str out;

            str_init(&out, ARREARS_MAX);
            arrears_sentence(&f, (enum lang)lang, &out);
            assert_string_equal(str_text(&out), words[i].sentence[lang]);
            assert_string_equal(arrears_mark(&f, (enum lang)lang, mark), words[i].mark[lang]);
            str_finish(&out);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cases),
        TEST(test_and_more),
        TEST(test_several_organisations),
        TEST(test_bad_lines),
        TEST(test_transitions_are_total),
        TEST(test_transitions_are_consistent),
        TEST(test_notice_names),
        TEST(test_periods_in_words),
        TEST(test_sentences_and_marks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_explain: the texts that people read, word for word. */
#include "model/explain.h"
#include "model/outlook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "model/phrase.h"
#include "sample.h"

#define NBSP "\u00a0"

static void assert_headline(const struct sample *p, enum lang lang, const char *wanted)
{
    struct assessment a = sample_assess(p);
    struct str out;

    str_init(&out, EXPLAIN_MAX);
    explain_headline(&p->s, &a, lang, &out);
    assert_string_equal(str_text(&out), wanted);
    str_finish(&out);
}

/* The n-th line, counted from 0, of the whole explanation. */
static void assert_line(const struct sample *p, enum lang lang, unsigned n, const char *wanted)
{
    struct assessment a = sample_assess(p);
    struct str out;
    char *line;

    str_init(&out, EXPLAIN_MAX);
    explain(&p->s, &a, lang, &out);
    line = out.text;
    for (unsigned i = 0; i < n && line; i++)
        line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
    assert_non_null(line);
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(line, wanted);
    str_finish(&out);
}

static void consultations(struct sample *p, const char *as_of, const char *value)
{
    sample_flow(p);
    sample_add(p, "2020", as_of, value, NULL);
}

static void test_the_worked_example(void **state)
{
    struct sample p;

    (void)state;
    consultations(&p, "2020-09-30", "130");
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям, на 30.09.2020: сделано 130, по плану 150. "
                    "Не хватает 20; до конца года нужно 23 в месяц, сейчас выходит 14. "
                    "План вряд ли будет выполнен.");
    assert_line(&p, LANG_RU, 1,
                "План 200 за год, равномерно: 9/12·200 = 150. Ход 130/150 = 87 %. "
                "Прогноз 175 ± 17. ОТСТАЁТ: ход ниже 95 % и прогноз «вряд ли».");
    assert_line(&p, LANG_RU, 2,
                "Степень достижения 86,7 %. План версии 1 (приказ), правила default версии 0.");
    assert_headline(
        &p, LANG_EN,
        "School 3, consultations, as of 2020-09-30: 130 done, 150 planned. 20 short; 23 a "
        "month are needed until the end of the year, the pace is 14. The plan is unlikely "
        "to be met.");
    assert_line(
        &p, LANG_EN, 1,
        "Plan 200 for the year, evenly: 9/12·200 = 150. Progress 130/150 = 87 %. "
        "Forecast 175 ± 17. LAGGING: progress is below 95 % and the forecast is “unlikely”.");
}

/* A summer without school: 104 by the end of August is lagging by an even plan, and on track by terms.
 */
static void test_terms(void **state)
{
    struct sample p;

    (void)state;
    consultations(&p, "2020-08-31", "104");
    p.s.plan.shape = SHAPE_TERMS;
    p.s.plan.n_terms = 2;
    p.s.plan.terms[0] = (struct plan_term){day("2020-01-13"), day("2020-05-21")}; /* 130 days */
    p.s.plan.terms[1] = (struct plan_term){day("2020-09-01"), day("2020-12-29")}; /* 120 days */
    assert_line(&p, LANG_RU, 1,
                "План 200 за год, по учебным дням: 130 из 250 учебных дней (с выходными внутри "
                "четверти): 130/250·200 = 104. Ход 104/104 = 100 %. Прогноз 200 ± 34. В ГРАФИКЕ: "
                "план на эту дату выполнен.");
    assert_line(&p, LANG_EN, 1,
                "Plan 200 for the year, by school days: 130 of 250 school days (weekends within a "
                "term included): 130/250·200 = 104. Progress 104/104 = 100 %. Forecast 200 ± 34. "
                "ON TRACK: the plan for this day is met.");
    p.s.plan.terms[1].last = day("2020-12-30");
    assert_line(&p, LANG_RU, 1,
                "План 200 за год, по учебным дням: 130 из 251 учебного дня (с выходными внутри "
                "четверти): 130/251·200 = 103,59. Ход 104/103,59 = 100 %. Прогноз 201 ± 34. "
                "В ГРАФИКЕ: план на эту дату выполнен.");
}

static void test_season(void **state)
{
    struct sample p;

    (void)state;
    consultations(&p, "2020-09-30", "124");
    p.s.plan.shape = SHAPE_SEASON;
    p.s.plan.n_knots = SERIES_KNOTS;
    for (size_t i = 0; i < SERIES_KNOTS; i++)
        p.s.plan.knots[i] = dec(i == 0 ? "0" : i < 12 ? "0.62" : "1");
    assert_line(&p, LANG_RU, 1,
                "План 200 за год, по сезонной кривой прошлых лет: 0,62·200 = 124. Ход 124/124 = "
                "100 %. Прогноз 200 ± 27. В ГРАФИКЕ: план на эту дату выполнен.");
    assert_line(&p, LANG_EN, 1,
                "Plan 200 for the year, by the seasonal curve of past years: 0.62·200 = 124. "
                "Progress 124/124 = 100 %. Forecast 200 ± 27. ON TRACK: the plan for this day is "
                "met.");
}

/* What starts from a base goes a part of the way. */
static void test_shapes_of_a_level(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2021-10", NULL, "1692", "3600");
    p.s.plan.shape = SHAPE_TERMS;
    p.s.plan.n_terms = 1;
    p.s.plan.terms[0] = (struct plan_term){day("2021-10-22"), day("2021-11-10")};
    assert_line(&p, LANG_RU, 1,
                "План: от 41,7 % на 25.09.2020 до 75 % на 31.12.2024, по учебным дням: 10 из 20 "
                "учебных дней (с выходными внутри четверти): 41,7 + 10/20·33,3 = 58,35. Ход (47 − "
                "41,7)/(58,35 − 41,7) = 32 %. Прогноза нет: данных мало. ОТСТАЁТ: ход ниже 80 %, "
                "прогноза нет.");
}

/* The seed's figure: nine months' 165, as of the 25th.  A plan of 147.22 is met by 148. */
static void test_ahead(void **state)
{
    struct sample p;

    (void)state;
    consultations(&p, "2020-09-25", "165");
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям, на 25.09.2020: сделано 165, по плану 148. "
                    "Больше плана на 17; до конца года нужно 11 в месяц, сейчас выходит 19. "
                    "План почти наверняка будет выполнен.");
    assert_line(&p, LANG_RU, 1,
                "План 200 за год, равномерно: 8,83/12·200 = 147,22. Ход 165/147,22 = 112 %. "
                "Прогноз 223 ± 21. В ГРАФИКЕ: план на эту дату выполнен.");
}

static void test_exactly_on_plan(void **state)
{
    struct sample p;

    (void)state;
    consultations(&p, "2020-09-30", "150");
    assert_headline(
        &p, LANG_EN,
        "School 3, consultations, as of 2020-09-30: 150 done, 150 planned. Exactly on plan; 17 "
        "a month are needed until the end of the year, the pace is 17. The plan will "
        "probably be met.");
}

static void test_coverage(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2021-01", NULL, "1548", "3600");
    sample_add(&p, "2021-05", NULL, "1584", "3600");
    sample_add(&p, "2021-10", NULL, "1692", "3600");
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям, на 31.10.2021: 47 % (1" NBSP "692 из 3" NBSP
                    "600), по плану 50,3 %. Не хватает 118; до 31.12.2024 нужно 0,74 п.п. в месяц, "
                    "сейчас выходит 0,4 п.п. План вряд ли будет выполнен.");
    assert_line(
        &p, LANG_RU, 1,
        "План: от 41,7 % на 25.09.2020 до 75 % на 31.12.2024, равномерно: 41,7 + "
        "13,17/51,17·33,3 = 50,27. Ход (47 − 41,7)/(50,27 − 41,7) = 62 %. Прогноз 65,4 ± 5,6. "
        "ОТСТАЁТ: ход ниже 80 % и прогноз «вряд ли».");
}

static void test_bare_share_speaks_of_points(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    p.s.plan.of = some(NULL);
    sample_add(&p, "2021-10", NULL, "47", NULL);
    assert_headline(
        &p, LANG_RU,
        "Школа № 3, консультации родителям, на 31.10.2021: 47 %, по плану 50,3 %. Не хватает "
        "3,3 п.п.; до 31.12.2024 нужно 0,74 п.п. в месяц, сейчас выходит 0,4 п.п.");
    assert_line(
        &p, LANG_EN, 1,
        "Plan: from 41.7 % on 2020-09-25 to 75 % on 2024-12-31, evenly: 41.7 + "
        "13.17/51.17·33.3 = 50.27. Progress (47 − 41.7)/(50.27 − 41.7) = 62 %. No forecast: too "
        "little data. LAGGING: progress is below 80 %, there is no forecast.");
}

/* 46.99 % of 3600 are 1691.64 children: nobody is short of a fraction of a child. */
static void test_a_gap_of_people_is_whole(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2021-10", NULL, "46.99", NULL);
    assert_headline(
        &p, LANG_EN,
        "School 3, consultations, as of 2021-10-31: 47 %, 50.3 % planned. 119 short; 0.74 p.p. a "
        "month are needed until 2024-12-31, the pace is 0.4 p.p.");
}

/* One child of twenty is five points. */
static void test_small_numbers(void **state)
{
    struct sample p;

    (void)state;
    sample_init(&p, KIND_SHARE);
    p.s.plan.base = some("40");
    p.s.plan.target = some("95");
    sample_add(&p, "2020-09", NULL, "14", "20");
    assert_line(
        &p, LANG_RU, 1,
        "План: от 40 % на 31.12.2019 до 95 % на 31.12.2020, равномерно: 40 + 9/12·55 = 81,25. "
        "Ход (70 − 40)/(81,25 − 40) = 73 %. Прогноза нет: данных мало. ВНИМАНИЕ: числа малы: 1 "
        "из 20 = 5 п.п.");
}

static void test_money_is_grouped(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.whole = false;
    p.s.plan.target = some("3580418.00");
    sample_add(&p, "2020-12", NULL, "3580418.5", NULL);
    p.s.today = day("2021-01-10");
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям, на 31.12.2020: сделано 3" NBSP "580" NBSP
                    "418,50, по плану 3" NBSP "580" NBSP
                    "418,00. Больше плана на 0,5. План выполнен.");
    assert_line(&p, LANG_EN, 1,
                "Plan 3" NBSP "580" NBSP "418.00 for the year, evenly: 12/12·3" NBSP "580" NBSP
                "418.00 = 3" NBSP "580" NBSP "418. Progress 3" NBSP "580" NBSP "418.5/3" NBSP
                "580" NBSP "418 = 100 %. Forecast 3" NBSP "580" NBSP
                "418.5 ± 0. ACHIEVED: the target of 3" NBSP "580" NBSP "418.00 is reached.");
}

static void test_down(void **state)
{
    struct sample p;

    (void)state;
    consultations(&p, "2020-09-30", "180");
    p.s.direction = DIRECTION_DOWN;
    assert_headline(
        &p, LANG_RU,
        "Школа № 3, консультации родителям, на 30.09.2020: 180, по плану не больше 150. "
        "Больше допустимого на 30; до конца года допустимо 6,7 в месяц, сейчас выходит 20. "
        "План вряд ли будет выполнен.");
    p.reports[0].value = some("201");
    assert_headline(
        &p, LANG_RU,
        "Школа № 3, консультации родителям, на 30.09.2020: 201, по плану не больше 150. "
        "Больше допустимого на 51. План не выполнен.");
}

static void test_waiting_for_a_hole(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.counting = COUNTING_PER_PERIOD;
    sample_add(&p, "2020-01", NULL, "17", NULL);
    sample_add(&p, "2020-03", NULL, "20", NULL);
    assert_line(&p, LANG_RU, 2, "Ещё не учтено сведений: 1; нет данных с 01.02.2020.");
}

static void test_nothing_to_say(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    assert_headline(&p, LANG_RU, "Школа № 3, консультации родителям: сведений нет.");
    p.s.rolled = true;
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям: складывается из подчинённых, а они ещё не "
                    "сообщили.");
    assert_line(&p, LANG_RU, 1, "План версии 1 (приказ), правила default версии 0.");
    sample_add(&p, "2020-09", NULL, NULL, NULL)->state = REPORT_NOT_APPLICABLE;
    assert_headline(&p, LANG_RU, "Школа № 3, консультации родителям: неприменимо.");
    p.s.today = day("2019-12-01");
    assert_headline(&p, LANG_RU, "Школа № 3, консультации родителям: начнётся 01.01.2020.");
    p.s.today = day("2020-10-01");
    p.s.has_plan = false;
    p.reports[0].state = REPORT_VALUE;
    p.reports[0].value = some("624");
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям, на 30.09.2020: 624. Плана нет.");
    assert_headline(&p, LANG_EN,
                    "School 3, consultations, as of 2020-09-30: 624. There is no plan.");
}

static void test_milestone(void **state)
{
    struct sample p;

    (void)state;
    sample_init(&p, KIND_MILESTONE);
    p.s.plan.due_precision = DUE_WINDOW;
    p.s.plan.due_from = day("2020-10-01");
    p.s.plan.due_to = day("2020-11-30");
    p.s.plan.target = some("5");
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям: срок до 30.11.2020, сведений нет.");
    sample_add(&p, "2020-11", "2020-11-20", "3", NULL)->state = REPORT_DONE;
    p.reports[0].expected = day("2020-12-20");
    p.s.today = day("2020-12-02");
    assert_headline(
        &p, LANG_RU,
        "Школа № 3, консультации родителям: срок до 30.11.2020, на 20.11.2020 в работе, 3 из 5, "
        "ожидается 20.12.2020; сделано меньше плана, опоздание 2 дня.");
    assert_line(
        &p, LANG_RU, 1,
        "ВНИМАНИЕ: сделано меньше плана. Со дня после срока — ВНИМАНИЕ, с 14-го дня — ОТСТАЁТ.");
    sample_add(&p, "2020-12", "2020-12-21", "5", NULL)->state = REPORT_DONE;
    p.s.today = day("2020-12-25");
    assert_headline(
        &p, LANG_RU,
        "Школа № 3, консультации родителям: срок до 30.11.2020, сделано 21.12.2020, 5 из 5; "
        "позже на 21 день.");
    assert_headline(
        &p, LANG_EN,
        "School 3, consultations: due by 2020-11-30, done 2020-12-21, 5 of 5; done 21 days "
        "late.");
}

static void test_event(void **state)
{
    struct sample p;

    (void)state;
    sample_init(&p, KIND_MILESTONE);
    p.s.plan.due_precision = DUE_DAY;
    p.s.plan.due_from = p.s.plan.due_to = day("2020-10-26");
    p.s.plan.event = true;
    p.s.today = day("2020-10-31");
    assert_headline(
        &p, LANG_RU,
        "Школа № 3, консультации родителям: дата 26.10.2020, сведений нет; не подтверждено 5 "
        "дней.");
    p.s.plan.due_precision = DUE_UNKNOWN;
    assert_headline(&p, LANG_RU,
                    "Школа № 3, консультации родителям: срок не назначен, сведений нет.");
}

static void test_outlook(void **state)
{
    static const struct {
        int32_t probability_e4;
        const char *word;
    } cases[] = {
        {0, "вряд ли"},
        {1999, "вряд ли"},
        {2000, "под вопросом"},
        {4499, "под вопросом"},
        {4500, "вероятно"},
        {8499, "вероятно"},
        {8500, "почти наверняка"},
        {10000, "почти наверняка"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(outlook_word(cases[i].probability_e4, LANG_RU), cases[i].word);
    assert_string_equal(outlook_word(0, LANG_EN), "unlikely");
}

/* Every phrase is there in both languages, and names only places that exist. */
static void test_phrases_are_complete(void **state)
{
    (void)state;
    for (unsigned p = 0; p < PHRASE_COUNT; p++) {
        for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
            const char *at = phrase_text((enum phrase)p, (enum lang)lang);

            assert_non_null(at);
            while ((at = strchr(at, '{'))) {
                const char *close = strchr(at, '}');

                assert_non_null(close);
                assert_true(phrase_place(at + 1, (size_t)(close - at - 1)) < PLACE_COUNT);
                at = close;
            }
        }
    }
    assert_int_equal(phrase_place("no_such_place", 13), PLACE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_worked_example),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_season),
        cmocka_unit_test(test_shapes_of_a_level),
        cmocka_unit_test(test_ahead),
        cmocka_unit_test(test_exactly_on_plan),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_bare_share_speaks_of_points),
        cmocka_unit_test(test_a_gap_of_people_is_whole),
        cmocka_unit_test(test_small_numbers),
        cmocka_unit_test(test_money_is_grouped),
        cmocka_unit_test(test_down),
        cmocka_unit_test(test_waiting_for_a_hole),
        cmocka_unit_test(test_nothing_to_say),
        cmocka_unit_test(test_milestone),
        cmocka_unit_test(test_event),
        cmocka_unit_test(test_outlook),
        cmocka_unit_test(test_phrases_are_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

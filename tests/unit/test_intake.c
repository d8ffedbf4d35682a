/* intake: every rule in both languages, every answer; over a catalogue and a store of this file. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rules/inspect.c"
#include "incidents.c"
#include "intake/intake.c"
#include "intake/record.c"
#include "log.c"
#include "metrics.c"
#include "rules/state.c"
#include "rules/subject.c"
#include "rules/texts.c"

/* --- a catalogue --- */

enum { DEPARTMENT = 1, SCHOOL, OTHER_SCHOOL, NEW_SCHOOL, OLD_SCHOOL };
enum { FLOW = 1, SHARE, MONEY, MILESTONE, LEVEL };
enum { OF_DEPARTMENT = 1, OF_SCHOOL, OF_NOBODY };

enum { UTC_PLUS_7 = 7 * 3600 };

static struct organisation organisations[] = {
    {.id = DEPARTMENT,
     .code = "department",
     .name = "Управление",
     .utc_offset_s = UTC_PLUS_7,
     .opened = DATE_NONE,
     .closed = DATE_NONE},
    {.id = SCHOOL,
     .code = "school-2",
     .name = "Школа № 2",
     .kind = ORGANISATION_SCHOOL,
     .parent = DEPARTMENT,
     .utc_offset_s = UTC_PLUS_7,
     .opened = DATE_NONE,
     .closed = DATE_NONE},
    {.id = OTHER_SCHOOL,
     .code = "school-3",
     .name = "Школа № 3",
     .parent = DEPARTMENT,
     .utc_offset_s = UTC_PLUS_7,
     .opened = DATE_NONE,
     .closed = DATE_NONE},
    {.id = NEW_SCHOOL,
     .code = "new",
     .name = "Новая",
     .parent = SCHOOL,
     .utc_offset_s = UTC_PLUS_7,
     .opened = DATE_NONE,
     .closed = DATE_NONE},
    {.id = OLD_SCHOOL,
     .code = "old",
     .name = "Старая",
     .parent = SCHOOL,
     .utc_offset_s = UTC_PLUS_7,
     .opened = DATE_NONE,
     .closed = DATE_NONE},
};

static const struct indicator indicators[] = {
    {.id = FLOW, .code = "consultations", .kind = KIND_FLOW, .whole = true},
    {.id = SHARE, .code = "coverage", .kind = KIND_SHARE, .whole = true},
    {.id = MONEY, .code = "roubles", .kind = KIND_FLOW, .whole = false},
    {.id = MILESTONE, .code = "laptops", .kind = KIND_MILESTONE, .whole = true},
    {.id = LEVEL, .code = "pupils", .kind = KIND_LEVEL, .whole = true},
};

static const struct project projects[] = {{1, "digital"}, {2, "families"}};

static const struct agent agents[] = {{OF_DEPARTMENT, DEPARTMENT}, {OF_SCHOOL, SCHOOL}};

const struct organisation *catalogue_organisation(const struct catalogue *c, int32_t id)
{
    (void)c;
    return id >= DEPARTMENT && id <= OLD_SCHOOL ? &organisations[id - 1] : NULL;
}

const struct organisation *catalogue_organisation_by_code(const struct catalogue *c,
                                                          const char *code)
{
    (void)c;
    for (size_t i = 0; i < COUNT(organisations); i++)
        if (strcmp(organisations[i].code, code) == 0)
            return &organisations[i];
    return NULL;
}

const struct indicator *catalogue_indicator_by_code(const struct catalogue *c, const char *code)
{
    (void)c;
    for (size_t i = 0; i < COUNT(indicators); i++)
        if (strcmp(indicators[i].code, code) == 0)
            return &indicators[i];
    return NULL;
}

const struct project *catalogue_project_by_code(const struct catalogue *c, const char *code)
{
    (void)c;
    for (size_t i = 0; i < COUNT(projects); i++)
        if (strcmp(projects[i].code, code) == 0)
            return &projects[i];
    return NULL;
}

const struct agent *catalogue_agent(const struct catalogue *c, int32_t id)
{
    (void)c;
    return id >= OF_DEPARTMENT && id <= OF_SCHOOL ? &agents[id - 1] : NULL;
}

int catalogue_first_year(const struct catalogue *c)
{
    (void)c;
    return 2018;
}

int catalogue_last_year(const struct catalogue *c)
{
    (void)c;
    return 2024;
}

static struct duty_book *duties; /* NULL: nobody owes anything */

const struct duty_book *catalogue_duties(const struct catalogue *c)
{
    (void)c;
    return duties;
}

bool catalogue_is_replay(const struct catalogue *c)
{
    (void)c;
    return true;
}

static const struct organisation *find_organisation(const void *in, int32_t id)
{
    return catalogue_organisation(in, id);
}

static const struct organisation *find_organisation_by_code(const void *in, const char *code)
{
    return catalogue_organisation_by_code(in, code);
}

static const struct indicator *find_indicator(const void *in, const char *code)
{
    return catalogue_indicator_by_code(in, code);
}

static const struct project *find_project(const void *in, const char *code)
{
    return catalogue_project_by_code(in, code);
}

struct reference catalogue_reference(const struct catalogue *c)
{
    return (struct reference){
        .in = c,
        .organisation = find_organisation,
        .organisation_by_code = find_organisation_by_code,
        .indicator_by_code = find_indicator,
        .project_by_code = find_project,
        .duties = duties,
        .first_year = catalogue_first_year(c),
        .last_year = catalogue_last_year(c),
    };
}

/* --- a store --- */

static struct {
    bool open, full;
    struct stored_submission last;
    struct stored_figure figures[WIRE_MAX_FIGURES];
    struct stored_narrative narratives[WIRE_MAX_NARRATIVES];
    store_done_fn *done;
    void *arg;
    pg_reply_fn *noted;
    void *noted_arg;
} fake;

bool store_is_open(const struct store *s)
{
    (void)s;
    return fake.open;
}

bool store_submit(struct store *s, const struct stored_submission *submission, store_done_fn *done,
                  void *arg)
{
    (void)s;
    if (fake.full)
        return false;
    fake.last = *submission;
    memcpy(fake.figures, submission->figures, submission->n_figures * sizeof *fake.figures);
    memcpy(fake.narratives, submission->narratives,
           submission->n_narratives * sizeof *fake.narratives);
    fake.done = done;
    fake.arg = arg;
    return true;
}

bool store_query(struct store *s, enum store_line line, enum store_query query, int n_params,
                 const char *const *params, pg_reply_fn *fn, void *arg)
{
    (void)s;
    (void)line;
    (void)n_params;
    (void)params;
    assert_int_equal(query, STORE_NOTE_INCIDENT);
    fake.noted = fn;
    fake.noted_arg = arg;
    return !fake.full;
}

/* --- what was answered --- */

static struct {
    int n;
    bool settled;
    struct message message;
    struct arena *arena;
} answer;

static void take_answer(void *arg, const struct intake_origin *to, const uint8_t *bytes, size_t len,
                        bool settled)
{
    assert_ptr_equal(arg, &answer);
    assert_int_equal(to->peer_len, 5);
    arena_reset(answer.arena);
    assert_int_equal(wire_unpack(bytes, len, answer.arena, &answer.message), WIRE_OK);
    answer.settled = settled;
    answer.n++;
}

static struct intake *in;
static struct incidents *incidents;
static struct arena *out;
static struct {
    int n;
    struct watch watch;
    int32_t agent;
} watched;

static void take_watch(void *arg, const struct intake_origin *from, const struct watch *watch)
{
    (void)arg;
    watched.n++;
    watched.watch = *watch;
    watched.agent = from->agent;
}

static struct {
    int n;
    struct consult consult;
    int32_t agent;
} consulted;

static void take_consult(void *arg, const struct intake_origin *from, const struct consult *consult)
{
    (void)arg;
    consulted.n++;
    consulted.consult = *consult;
    consulted.agent = from->agent;
}

static struct {
    int n_hear, n_reply;
    int64_t after, question;
    uint8_t sha256[32];
    int32_t agent;
} questioned;

static void take_hear(void *arg, const struct intake_origin *from, const struct hear *hear)
{
    (void)arg;
    questioned.n_hear++;
    questioned.after = hear->after;
    questioned.agent = from->agent;
}

static void take_reply(void *arg, const struct intake_origin *from, const struct reply *reply,
                       const uint8_t sha256[32])
{
    (void)arg;
    questioned.n_reply++;
    questioned.question = reply->question;
    questioned.agent = from->agent;
    memcpy(questioned.sha256, sha256, sizeof questioned.sha256);
}

static struct {
    int n_enrol, n_arrived;
    char public_key[KEY_TEXT_MAX];
    int32_t agent;
} asked;

static void take_enrol(void *arg, const struct intake_origin *from, const struct enrol *enrol)
{
    (void)arg;
    asked.n_enrol++;
    asked.agent = from->agent;
    memcpy(asked.public_key, enrol->public_key, KEY_TEXT_MAX);
}

static void take_arrived(void *arg, const struct intake_origin *from)
{
    (void)arg;
    asked.n_arrived++;
    asked.agent = from->agent;
}

static const struct intake_origin school = {
    .agent = OF_SCHOOL, .right = KEY_SPEAKS, .peer = "12345", .peer_len = 5};
static const struct intake_origin nobody = {
    .agent = OF_NOBODY, .right = KEY_SPEAKS, .peer = "12345", .peer_len = 5};
static const struct intake_origin invited = {
    .agent = OF_SCHOOL, .right = KEY_INVITES, .peer = "12345", .peer_len = 5};

static int set_up(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    fake.open = true;
    memset(&asked, 0, sizeof asked);
    memset(&questioned, 0, sizeof questioned);
    answer.n = 0;
    answer.arena = arena_new(WIRE_MAX_UNPACKED);
    out = arena_new(WIRE_MAX_UNPACKED);
    incidents = incidents_new(NULL);
    in = intake_new(NULL, NULL, incidents, NULL,
                    &(struct intake_hooks){take_answer, take_watch, take_consult, take_hear,
                                           take_reply, take_enrol, take_arrived, &answer});
    organisations[NEW_SCHOOL - 1].opened = date_of(2020, 9, 1);
    organisations[OLD_SCHOOL - 1].closed = date_of(2019, 8, 31);
    return answer.arena == NULL || out == NULL || in == NULL ||
           !clock_start_at("2020-09-25T10:00:00Z");
}

static int tear_down(void **state)
{
    (void)state;
    duty_book_free(duties);
    duties = NULL;
    intake_free(in);
    incidents_free(incidents);
    arena_free(answer.arena);
    arena_free(out);
    return 0;
}

static struct uuid make_id(void)
{
    struct uuid id;
    assert_true(uuid_make(clock_now_us(), &id));
    return id;
}

static struct figure a_figure(const char *indicator, period_t period, int64_t value)
{
    return (struct figure){
        .indicator = indicator,
        .period = period,
        .as_of = DATE_NONE,
        .expected = DATE_NONE,
        .state = FIGURE_VALUE,
        .has_value = true,
        .value = {.mantissa = value},
    };
}

static bool take(const struct intake_origin *from, const struct message *m)
{
    uint8_t *bytes;
    size_t len;
    arena_reset(out);
    assert_int_equal(wire_pack(m, out, &bytes, &len), WIRE_OK);
    return intake_take(in, from, bytes, len);
}

static struct message a_submission(struct figure *figures, size_t n)
{
    return (struct message){
        .kind = MESSAGE_SUBMISSION,
        .u.submission =
            {
                .id = make_id(),
                .composed_us = clock_now_us(),
                .language = LANG_RU,
                .n_figures = n,
                .figures = figures,
            },
    };
}

/* --- the rules --- */

#define NO_DATE      DATE_NONE
#define DAY(y, m, d) (((y) << 16) | ((m) << 8) | (d)) /* a constant; DATE_NONE is none */

static date_t date_from(int packed)
{
    return packed == NO_DATE ? DATE_NONE
                             : date_of(packed >> 16, (packed >> 8) & 0xff, packed & 0xff);
}

static const struct {
    const char *name, *organisation, *indicator;
    period_t period;
    int as_of, expected;
    enum figure_state state;
    const char *value, *of; /* NULL: absent */
    enum reason flaw;
    enum reason reason;
    const char *says[LANG_COUNT];
} rule_cases[] = {
#define VALUE(org, ind, per, v, o) org, ind, per, NO_DATE, NO_DATE, FIGURE_VALUE, v, o, REASON_NONE
#define STATE(ind, s, v, o)        NULL, ind, 2020009, NO_DATE, NO_DATE, s, v, o, REASON_NONE
#define AS_OF(ind, per, d)         NULL, ind, per, d, NO_DATE, FIGURE_VALUE, "1", NULL, REASON_NONE
#define EXPECTED(ind, s, d)        NULL, ind, 2020009, NO_DATE, d, s, NULL, NULL, REASON_NONE
#define FLAW(per, f)               NULL, "coverage", per, NO_DATE, NO_DATE, FIGURE_VALUE, "1", NULL, f
    /* taken */
    {"own", VALUE(NULL, "consultations", 2020009, "165", NULL), REASON_NONE, {0}},
    {"below", VALUE("new", "consultations", 2020009, "165", NULL), REASON_NONE, {0}},
    {"zero", VALUE(NULL, "consultations", 2020009, "0", NULL), REASON_NONE, {0}},
    {"whole with zeros", VALUE(NULL, "consultations", 2020009, "12.00", NULL), REASON_NONE, {0}},
    {"kopecks", VALUE(NULL, "roubles", 2020009, "3580418.00", NULL), REASON_NONE, {0}},
    {"share", VALUE(NULL, "coverage", 2020009, "25", "60"), REASON_NONE, {0}},
    {"share, all", VALUE(NULL, "coverage", 2020009, "60", "60"), REASON_NONE, {0}},
    {"share, none of none", VALUE(NULL, "coverage", 2020009, "0", "0"), REASON_NONE, {0}},
    {"percentage", VALUE(NULL, "coverage", 2020009, "41.7", NULL), REASON_NONE, {0}},
    {"hundred per cent", VALUE(NULL, "coverage", 2020009, "100.00", NULL), REASON_NONE, {0}},
    {"this year is not over", VALUE(NULL, "consultations", 2020000, "1", NULL), REASON_NONE, {0}},
    {"a day", VALUE(NULL, "consultations", 2020101, "1", NULL), REASON_NONE, {0}},
    {"opened within the period", VALUE("new", "pupils", 2020023, "1", NULL), REASON_NONE, {0}},
    {"closed within the period", VALUE("old", "pupils", 2019023, "1", NULL), REASON_NONE, {0}},
    {"no data", STATE("consultations", FIGURE_NO_DATA, NULL, NULL), REASON_NONE, {0}},
    {"not applicable", STATE("laptops", FIGURE_NOT_APPLICABLE, NULL, NULL), REASON_NONE, {0}},
    {"withdrawn", STATE("coverage", FIGURE_WITHDRAWN, NULL, NULL), REASON_NONE, {0}},
    {"milestone done", STATE("laptops", FIGURE_DONE, NULL, NULL), REASON_NONE, {0}},
    {"milestone with quantity", STATE("laptops", FIGURE_DONE, "28", NULL), REASON_NONE, {0}},
    {"milestone expected",
     EXPECTED("laptops", FIGURE_IN_PROGRESS, DAY(2020, 11, 30)),
     REASON_NONE,
     {0}},
    {"as of today", AS_OF("pupils", 2020009, DAY(2020, 9, 25)), REASON_NONE, {0}},
    {"as of the first day", AS_OF("pupils", 2020009, DAY(2020, 9, 1)), REASON_NONE, {0}},
    /* who and what */
    {"unknown organisation",
     VALUE("school-9", "coverage", 2020009, "1", NULL),
     REASON_UNKNOWN_ORGANISATION,
     {"school-9", "Организации «school-9» нет"}},
    {"a neighbour's",
     VALUE("school-3", "coverage", 2020009, "1", NULL),
     REASON_NOT_YOURS,
     {"“school-2” and what is below it, not for “school-3”", "для «school-2» и подчинённых"}},
    {"the department's",
     VALUE("department", "coverage", 2020009, "1", NULL),
     REASON_NOT_YOURS,
     {"department", "department"}},
    {"unknown indicator",
     VALUE(NULL, "covrage", 2020009, "1", NULL),
     REASON_UNKNOWN_INDICATOR,
     {"no indicator “covrage”", "Показателя «covrage» нет"}},
    {"a code too long",
     VALUE(NULL, "", 2020009, "1", NULL),
     REASON_UNKNOWN_INDICATOR,
     {"“?”", "«?»"}},
    /* when */
    {"no period",
     VALUE(NULL, "coverage", 0, "1", NULL),
     REASON_BAD_PERIOD,
     {"2020-Q3", "2020-H1 (полугодие)"}},
    {"period not understood",
     FLAW(PERIOD_NONE, REASON_BAD_PERIOD),
     REASON_BAD_PERIOD,
     {"coverage", "непонятен"}},
    {"too old",
     VALUE(NULL, "coverage", 2017000, "1", NULL),
     REASON_PERIOD_OUT_OF_RANGE,
     {"2018–2024", "2018–2024 гг."}},
    {"too far",
     VALUE(NULL, "coverage", 2025000, "1", NULL),
     REASON_PERIOD_OUT_OF_RANGE,
     {"2018–2024", "2025"}},
    {"next month",
     VALUE(NULL, "coverage", 2020010, "1", NULL),
     REASON_PERIOD_NOT_BEGUN,
     {"begins on 2020-10-01, and today is 2020-09-25",
      "начнётся 01.10.2020, а сегодня 25.09.2020"}},
    {"tomorrow",
     VALUE(NULL, "coverage", 2020370, "1", NULL),
     REASON_PERIOD_NOT_BEGUN,
     {"2020-09-26", "26.09.2020"}},
    {"before it opened",
     VALUE("new", "pupils", 2020008, "1", NULL),
     REASON_ORGANISATION_CLOSED,
     {"(open from 2020-09-01)", "(работает с 01.09.2020)"}},
    {"after it closed",
     VALUE("old", "pupils", 2020008, "1", NULL),
     REASON_ORGANISATION_CLOSED,
     {"(open until 2019-08-31)", "(работает по 31.08.2019)"}},
    {"as of tomorrow",
     AS_OF("pupils", 2020009, DAY(2020, 9, 26)),
     REASON_AS_OF_IN_FUTURE,
     {"2020-09-26 has not come yet, today is 2020-09-25", "26.09.2020 ещё не наступила"}},
    {"as of a day before",
     AS_OF("pupils", 2020009, DAY(2020, 8, 31)),
     REASON_AS_OF_OUTSIDE_PERIOD,
     {"2020-09 (2020-09-01 to 2020-09-30)", "(с 01.09.2020 по 30.09.2020)"}},
    {"as of a day after",
     AS_OF("pupils", 2020008, DAY(2020, 9, 1)),
     REASON_AS_OF_OUTSIDE_PERIOD,
     {"2020-08", "2020-08"}},
    {"as-of not understood",
     FLAW(2020009, REASON_BAD_AS_OF),
     REASON_BAD_AS_OF,
     {"2020-09-25", "coverage за 2020-09"}},
    {"long ago",
     VALUE(NULL, "pupils", 2019007, "1", NULL),
     REASON_LONG_AGO,
     {"2019-07 ended on 2019-07-31", "31.07.2019"}},
    /* how much */
    {"milestone with a number only",
     STATE("laptops", FIGURE_VALUE, "5", NULL),
     REASON_BAD_STATE,
     {"“a number” does not fit this indicator. Possible are: not applicable, no data, withdrawn, "
      "not done, in progress, done",
      "«число» не подходит"}},
    {"a flow that is done",
     STATE("consultations", FIGURE_DONE, NULL, NULL),
     REASON_BAD_STATE,
     {"Possible are: a number, not applicable, no data, withdrawn.",
      "Возможны: число, не применимо, нет данных, отозвано."}},
    {"unknown state", FLAW(2020009, REASON_BAD_STATE), REASON_BAD_STATE, {"“?”", "«?»"}},
    {"no number",
     STATE("consultations", FIGURE_VALUE, NULL, NULL),
     REASON_VALUE_MISSING,
     {"“no data”", "«нет данных»"}},
    {"no data but a number",
     STATE("consultations", FIGURE_NO_DATA, "5", NULL),
     REASON_VALUE_UNEXPECTED,
     {"“no data” goes without a number, but 5", "«нет данных» указывают без числа, а здесь 5"}},
    {"withdrawn but a whole",
     STATE("coverage", FIGURE_WITHDRAWN, NULL, "5"),
     REASON_VALUE_UNEXPECTED,
     {"/5", "/5"}},
    {"number not understood",
     FLAW(2020009, REASON_BAD_VALUE),
     REASON_BAD_VALUE,
     {"18 digits", "18 цифр"}},
    {"negative",
     VALUE(NULL, "roubles", 2020009, "-12.50", NULL),
     REASON_NEGATIVE,
     {"-12.50 is", "-12,50 меньше"}},
    {"negative whole",
     VALUE(NULL, "coverage", 2020009, "1", "-5"),
     REASON_NEGATIVE,
     {"1/-5", "1/-5"}},
    {"half a person",
     VALUE(NULL, "consultations", 2020009, "12.5", NULL),
     REASON_NOT_WHOLE,
     {"12.5 was", "12,5. "}},
    {"half a person of some",
     VALUE(NULL, "coverage", 2020009, "12.5", "60"),
     REASON_NOT_WHOLE,
     {"12.5/60", "12,5/60"}},
    {"some of half a person",
     VALUE(NULL, "coverage", 2020009, "12", "60.5"),
     REASON_NOT_WHOLE,
     {"12/60.5", "12/60,5"}},
    {"a flow of something",
     VALUE(NULL, "consultations", 2020009, "12", "60"),
     REASON_OF_UNEXPECTED,
     {"60, has", "(60)"}},
    {"more than all",
     VALUE(NULL, "coverage", 2020009, "61", "60"),
     REASON_MORE_THAN_ALL,
     {"61/60", "61/60 — это"}},
    {"over a hundred per cent",
     VALUE(NULL, "coverage", 2020009, "100.01", NULL),
     REASON_MORE_THAN_ALL,
     {"100.01", "100,01"}},
    {"some of none",
     VALUE(NULL, "coverage", 2020009, "1", "0"),
     REASON_MORE_THAN_ALL,
     {"1/0", "1/0"}},
    {"bad note", FLAW(2020009, REASON_BAD_TEXT), REASON_BAD_TEXT, {"note", "примечание"}},
    {"expected, but a flow",
     EXPECTED("consultations", FIGURE_NO_DATA, DAY(2020, 11, 30)),
     REASON_BAD_EXPECTED,
     {"milestones", "мероприятий"}},
    {"expected, but done",
     EXPECTED("laptops", FIGURE_DONE, DAY(2020, 11, 30)),
     REASON_BAD_EXPECTED,
     {"not done yet", "не выполненных"}},
};

static bool decimal_from(const char *text, struct decimal *ret)
{
    if (text != NULL)
        assert_int_equal(decimal_parse(text, strlen(text), ret, NULL), DECIMAL_OK);
    return text != NULL;
}

static struct figure figure_of_case(size_t i)
{
    struct figure f = {
        .organisation = rule_cases[i].organisation,
        .indicator = rule_cases[i].indicator,
        .period = rule_cases[i].period,
        .as_of = date_from(rule_cases[i].as_of),
        .expected = date_from(rule_cases[i].expected),
        .state = rule_cases[i].state,
        .flaw = rule_cases[i].flaw,
    };
    f.has_value = decimal_from(rule_cases[i].value, &f.value);
    f.has_of = decimal_from(rule_cases[i].of, &f.of);
    return f;
}

/* So many days after the day of the test, composed so long ahead of it. */
static struct stored_submission inspected_all(struct submission s, enum lang lang, int64_t days,
                                              int64_t ahead_us)
{
    struct stored_submission ret = {.n_figures = 0};
    struct inspected judged;
    const struct reference reference = catalogue_reference(NULL);
    const struct inspection by = {.reference = &reference,
                                  .agent = &agents[OF_SCHOOL - 1],
                                  .now_us = clock_now_us() + days * INT64_C(86400) * 1000000};
    s.composed_us = by.now_us + ahead_us;
    s.language = lang;
    arena_reset(out);
    assert_true(inspect(&by, &s, out, &judged));
    assert_true(record_fill(&s, &judged, out, &ret));
    assert_int_equal(ret.n_figures, s.n_figures);
    assert_int_equal(ret.n_narratives, s.n_narratives);
    return ret;
}

static const struct stored_figure *inspected(struct figure *figures, size_t n, enum lang lang,
                                             int64_t ahead_us)
{
    const struct submission s = {.n_figures = n, .figures = figures};
    return inspected_all(s, lang, 0, ahead_us).figures;
}

static const struct stored_figure *inspected_later(struct figure *figure, enum lang lang,
                                                   int64_t days)
{
    const struct submission s = {.n_figures = 1, .figures = figure};
    return inspected_all(s, lang, days, 0).figures;
}

static const struct stored_narrative *inspected_narratives(struct narrative *narratives, size_t n,
                                                           enum lang lang, int64_t ahead_us)
{
    const struct submission s = {.n_narratives = n, .narratives = narratives};
    return inspected_all(s, lang, 0, ahead_us).narratives;
}

/* The answer to one line: for this reason, saying that (NULL: nothing). */
static void check_answer(const char *name, struct figure_verdict got, enum reason reason,
                         const char *says)
{
    enum verdict verdict = reason == REASON_NONE          ? 0
                           : reason >= REASON_CLOCK_AHEAD ? VERDICT_WARNING
                                                          : VERDICT_REJECTED;
    if (got.reason != reason || got.verdict != verdict)
        fail_msg("%s: %s", name, reason_name(got.reason));
    if (says == NULL ? got.text != NULL : got.text == NULL || strstr(got.text, says) == NULL)
        fail_msg("%s: %s", name, got.text);
}

static void check_case(size_t i, enum lang lang)
{
    struct figure f = figure_of_case(i);
    const struct stored_figure *s = inspected(&f, 1, lang, 0);
    check_answer(rule_cases[i].name, (struct figure_verdict){s->verdict, s->reason, s->text},
                 rule_cases[i].reason, rule_cases[i].says[lang]);
}

static void every_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rule_cases); i++) {
        check_case(i, LANG_EN);
        check_case(i, LANG_RU);
    }
}

static void check_text(void (*tell_reason)(enum reason, enum lang, const struct text_facts *,
                                           struct str *),
                       enum reason reason, enum lang lang, bool told)
{
    struct text_facts facts;
    struct str text;
    for (size_t i = 0; i < FACT_COUNT; i++)
        facts.fact[i] = "fact";
    str_init(&text, WIRE_MAX_NOTE);
    tell_reason(reason, lang, &facts, &text);
    assert_int_equal(*str_text(&text) != '\0', told);
    assert_null(strpbrk(str_text(&text), "{}?"));
    assert_false(text.failed);
    str_finish(&text);
}

/* A reason without a text, or with one that names a fact that does not exist, would be of no use to
 * a school. */
static void every_text(void **state)
{
    (void)state;
    for (int r = REASON_UNKNOWN_ORGANISATION; r <= REASON_LONG_AGO; r++) {
        for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
            enum reason reason = (enum reason)r;
            bool named = strcmp(reason_name(reason), "?") != 0;
            bool of_figures_too = r < REASON_UNKNOWN_PROJECT || r > REASON_TEXT_UNEXPECTED;
            check_text(text_of_reason, reason, lang, named && of_figures_too);
            check_text(text_of_narrative_reason, reason, lang, named);
        }
    }
    for (int reason = REFUSAL_MALFORMED; reason <= REFUSAL_POISONED; reason++) {
        assert_non_null(text_of_refusal((enum refusal_reason)reason, LANG_EN));
        assert_non_null(text_of_refusal((enum refusal_reason)reason, LANG_RU));
        assert_non_null(strchr(text_of_refusal_in_both((enum refusal_reason)reason), '\n'));
    }
}

/* A period of which a duty says that it is closed takes figures with a reason only; what stands there
 * already may be sent again, which only the database can tell. */
static void closed_periods(void **state)
{
    static const struct {
        const char *indicator;
        period_t period;
        const char *note;
        int64_t ahead_days;
        enum reason reason;
    } cases[] = {
        {"pupils", 2020008, NULL, 0, REASON_PERIOD_CLOSED},
        {"pupils", 2020008, "", 0, REASON_PERIOD_CLOSED},
        {"pupils", 2020008, " \n\t", 0, REASON_PERIOD_CLOSED},
        {"pupils", 2020008, "журнал найден", 0, REASON_NONE},
        {"pupils", 2020006, NULL, 0, REASON_NONE}, /* before the duty */
        {"pupils", 2020009, NULL, 0, REASON_NONE}, /* not over */
        {"pupils", 2020031, NULL, 0, REASON_NONE}, /* ends with June */
        {"pupils", 2020023, NULL, 0, REASON_NONE}, /* ends with September */
        {"coverage", 2020008, NULL, 0, REASON_NONE},
        {"pupils", 2020009, NULL, 9, REASON_NONE},           /* 4 October, a Sunday */
        {"pupils", 2020009, NULL, 10, REASON_PERIOD_CLOSED}, /* the third working day */
    };
    (void)state;
    duties = duty_book_new();
    assert_true(duty_book_read(duties,
                               "workdays\t1\tru\nduty\t1\td\t1\t1\t2\t\\N\t3\t2020-07-01\t\\N\n"
                               "indicator\t5\nkind\tschool"));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct figure f = a_figure(cases[i].indicator, cases[i].period, 1);
        const struct stored_figure *s;
        f.note = cases[i].note;
        f.as_of = cases[i].ahead_days > 0 ? date_of(2020, 9, 30) : DATE_NONE;
        s = inspected_later(&f, LANG_RU, cases[i].ahead_days);
        if (s->reason != cases[i].reason)
            fail_msg("%zu: %s", i, reason_name(s->reason));
        assert_int_equal(s->verdict, cases[i].reason != REASON_NONE ? VERDICT_REJECTED : 0);
        assert_int_equal(s->unless_same, cases[i].reason != REASON_NONE);
        assert_true(s->has_value && s->organisation == SCHOOL && s->as_of != DATE_NONE);
    }
    struct figure f = a_figure("pupils", 2020008, 1);
    assert_non_null(strstr(inspected(&f, 1, LANG_RU, 0)->text, "закрыт с 03.09.2020"));
    assert_non_null(strstr(inspected(&f, 1, LANG_EN, 0)->text, "since 2020-09-03"));
    assert_non_null(strstr(inspected(&f, 1, LANG_EN, 0)->text, "--note"));
    f.state = FIGURE_DONE; /* what is wrong besides is told first */
    f.has_value = false;
    const struct stored_figure *s = inspected(&f, 1, LANG_EN, 0);
    assert_int_equal(s->reason, REASON_BAD_STATE);
    assert_false(s->unless_same);
}

static void as_of_by_itself(void **state)
{
    (void)state;
    struct figure f[] = {a_figure("pupils", 2020008, 1), a_figure("pupils", 2020000, 1)};
    const struct stored_figure *s = inspected(f, 2, LANG_EN, 0);
    assert_int_equal(s[0].as_of, date_of(2020, 8, 31));
    assert_int_equal(s[1].as_of, date_of(2020, 9, 25));
    assert_int_equal(s[0].organisation, SCHOOL);
    assert_int_equal(s[0].indicator, LEVEL);
}

/* 18:00 in Greenwich is tomorrow in Krasnoyarsk. */
static void the_schools_own_day(void **state)
{
    (void)state;
    struct figure f = a_figure("pupils", 2020370, 1); /* 26 September */
    assert_int_equal(inspected(&f, 1, LANG_EN, 0)->reason, REASON_PERIOD_NOT_BEGUN);
    assert_true(clock_start_at("2020-09-25T18:00:00Z"));
    assert_int_equal(inspected(&f, 1, LANG_EN, 0)->reason, REASON_NONE);
}

static void clock_ahead(void **state)
{
    (void)state;
    const int64_t minute = 60 * 1000000;
    struct figure f = a_figure("pupils", 2020008, 1);
    assert_int_equal(inspected(&f, 1, LANG_EN, 10 * minute - 1)->reason, REASON_NONE);
    const struct stored_figure *s = inspected(&f, 1, LANG_RU, 11 * minute);
    assert_int_equal(s->reason, REASON_CLOCK_AHEAD);
    assert_int_equal(s->verdict, VERDICT_WARNING);
    assert_non_null(strstr(s->text, "спешат на 11 мин"));
}

static void the_same_key_twice(void **state)
{
    (void)state;
    struct figure f[] = {
        a_figure("pupils", 2020008, 1), a_figure("consultations", 2020008, 1),
        a_figure("pupils", 2020007, 1), a_figure("pupils", 2020008, 2),
        a_figure("pupils", 2020008, 3),
    };
    f[4].organisation = "school-2"; /* the agent's own, by name */
    f[4].flaw = REASON_BAD_VALUE;   /* whatever else is wrong */
    const struct stored_figure *s = inspected(f, COUNT(f), LANG_RU, 0);
    const bool twice[] = {true, false, false, true, true};
    for (size_t i = 0; i < COUNT(f); i++) {
        assert_int_equal(s[i].reason, twice[i] ? REASON_TWICE_IN_SUBMISSION : REASON_NONE);
        if (twice[i])
            assert_non_null(strstr(s[i].text, "значения 1, 4, 5."));
    }
}

/* Every text must fit one receipt; past that the reason stands alone. */
static void the_largest_submission(void **state)
{
    (void)state;
    static struct figure f[WIRE_MAX_FIGURES];
    size_t bytes = 0;
    for (size_t i = 0; i < COUNT(f); i++)
        f[i] = a_figure("pupils", 2020008, 1);
    const struct stored_figure *s = inspected(f, COUNT(f), LANG_RU, 0);
    for (size_t i = 0; i < COUNT(f); i++) {
        assert_int_equal(s[i].reason, REASON_TWICE_IN_SUBMISSION);
        bytes += s[i].text == NULL ? 0 : strlen(s[i].text);
    }
    assert_non_null(strstr(s[0].text, "1, 2, 3, 4, 5, 6, …"));
    assert_null(s[COUNT(f) - 1].text);
    assert_in_range(bytes, INSPECT_MAX_TEXT / 2, INSPECT_MAX_TEXT);
}

static void no_room(void **state)
{
    (void)state;
    struct figure f = a_figure("nothing", 2020008, 1);
    const struct reference reference = catalogue_reference(NULL);
    const struct inspection by = {
        .reference = &reference, .agent = &agents[OF_SCHOOL - 1], .now_us = clock_now_us()};
    const struct submission s = {.n_figures = 1, .figures = &f};
    for (size_t room = 0; room < sizeof(struct stored_figure) + sizeof(struct subject);
         room += 40) {
        struct stored_submission ret = {.n_figures = 0};
        struct arena *small = arena_new(room);
        struct inspected judged;
        assert_false(inspect(&by, &s, small, &judged) && record_fill(&s, &judged, small, &ret));
        assert_null(ret.figures);
        arena_free(small);
    }
}

/* --- narratives --- */

static const struct {
    const char *name;
    struct narrative narrative;
    enum reason reason;
    const char *says[LANG_COUNT];
} narrative_cases[] = {
#define TOLD(org, project, period, ...)                                                            \
    {                                                                                              \
        org, project, period, false, {__VA_ARGS__}, REASON_NONE, 0                                 \
    }
#define FLAWED(period, flaw, which)                                                                \
    {                                                                                              \
        NULL, "digital", period, false, {"x"}, flaw, which                                         \
    }
    {"own", TOLD(NULL, "digital", 2020009, "Начато"), REASON_NONE, {0}},
    {"all of it",
     TOLD("new", "families", 2020039, "a\nb", "c", "m", "n", "завуч"),
     REASON_NONE,
     {0}},
    {"withdrawn", {NULL, "digital", 2020009, true, {0}, REASON_NONE, 0}, REASON_NONE, {0}},
    {"long ago",
     TOLD(NULL, "digital", 2019001, "x"),
     REASON_LONG_AGO,
     {"2019-01 ended", "2019-01 закончился"}},
    {"nobody",
     TOLD("nobody", "digital", 2020009, "x"),
     REASON_UNKNOWN_ORGANISATION,
     {"“nobody”", "«nobody»"}},
    {"not ours",
     TOLD("school-3", "digital", 2020009, "x"),
     REASON_NOT_YOURS,
     {"“school-2”", "для"}},
    {"no project",
     TOLD(NULL, "nothing", 2020009, "x"),
     REASON_UNKNOWN_PROJECT,
     {"no project “nothing”", "Проекта «nothing» нет"}},
    {"project missing",
     {NULL, "", 2020009, false, {"x"}, REASON_UNKNOWN_PROJECT, 0},
     REASON_UNKNOWN_PROJECT,
     {"“?”", "«?»"}},
    {"period not understood",
     FLAWED(PERIOD_NONE, REASON_BAD_PERIOD, 0),
     REASON_BAD_PERIOD,
     {"digital: the period", "digital: период"}},
    {"out of range",
     TOLD(NULL, "digital", 2017009, "x"),
     REASON_PERIOD_OUT_OF_RANGE,
     {"2018–2024", "2018–2024 гг."}},
    {"to come",
     TOLD(NULL, "digital", 2020010, "x"),
     REASON_PERIOD_NOT_BEGUN,
     {"2020-10-01", "начнётся 01.10.2020"}},
    {"not open yet",
     TOLD("new", "digital", 2020008, "x"),
     REASON_ORGANISATION_CLOSED,
     {"from 2020-09-01", "с 01.09.2020"}},
    {"says nothing",
     TOLD(NULL, "digital", 2020009, NULL, "причина"),
     REASON_TEXT_MISSING,
     {"how things stand", "как обстоят дела"}},
    {"says blanks", TOLD(NULL, "digital", 2020009, " \n "), REASON_TEXT_MISSING, {"text", "текст"}},
    {"withdrawn, but a measure",
     {NULL, "digital", 2020009, true, {NULL, NULL, "мера"}, REASON_NONE, 0},
     REASON_TEXT_UNEXPECTED,
     {"“measure” was given", "заполнено «мера»"}},
    {"too long",
     FLAWED(2020009, REASON_BAD_TEXT, NARRATIVE_TEXT),
     REASON_BAD_TEXT,
     {"“text” is longer than 8000 bytes", "«текст» длиннее 4000 букв (8000 байт)"}},
    {"unclean",
     FLAWED(2020009, REASON_BAD_TEXT, NARRATIVE_ANSWERABLE),
     REASON_BAD_TEXT,
     {"“answerable” is longer than 200", "«ответственный» длиннее 100 букв"}},
};

static void check_narrative_case(size_t i, enum lang lang)
{
    struct narrative n = narrative_cases[i].narrative;
    const struct stored_narrative *s = inspected_narratives(&n, 1, lang, 0);
    check_answer(narrative_cases[i].name, (struct figure_verdict){s->verdict, s->reason, s->text},
                 narrative_cases[i].reason, narrative_cases[i].says[lang]);
}

static void every_rule_of_narratives(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(narrative_cases); i++) {
        check_narrative_case(i, LANG_EN);
        check_narrative_case(i, LANG_RU);
    }
}

static void what_is_stored_of_a_narrative(void **state)
{
    (void)state;
    const int64_t day = INT64_C(86400) * 1000000;
    struct narrative n[] = {
        TOLD("new", "families", 2020039, "a", NULL, "m"), TOLD(NULL, "digital", 2020008, "b"),
        TOLD(NULL, "digital", 2020362, "c"), /* 18 September */
    };
    const struct stored_narrative *s = inspected_narratives(n, COUNT(n), LANG_RU, 0);
    assert_int_equal(s[0].organisation, NEW_SCHOOL);
    assert_int_equal(s[0].project, 2);
    assert_int_equal(s[0].period, 2020039);
    assert_string_equal(s[0].texts[NARRATIVE_TEXT], "a");
    assert_null(s[0].texts[NARRATIVE_CAUSE]);
    assert_string_equal(s[0].texts[NARRATIVE_MEASURE], "m");
    /* it describes the day on which it was composed, within the period and not after today */
    assert_int_equal(s[0].as_of, date_of(2020, 9, 25));
    assert_int_equal(s[1].as_of, date_of(2020, 8, 31));
    assert_int_equal(inspected_narratives(n, 1, LANG_RU, -3 * day)->as_of, date_of(2020, 9, 22));
    assert_int_equal(inspected_narratives(n, 1, LANG_RU, 3 * day)->as_of, date_of(2020, 9, 25));
    assert_int_equal(inspected_narratives(n + 2, 1, LANG_RU, -30 * day)->as_of,
                     date_of(2020, 9, 18));
}

/* Narratives are counted by themselves; a figure of the same numbers is something else. */
static void the_same_narrative_twice(void **state)
{
    (void)state;
    struct figure f = a_figure("consultations", 2020008, 1);
    struct narrative n[] = {
        TOLD(NULL, "digital", 2020008, "a"), TOLD(NULL, "families", 2020008, "a"),
        TOLD(NULL, "digital", 2020007, "a"), TOLD("school-2", "digital", 2020008, NULL)};
    const struct submission s = {
        .n_figures = 1, .figures = &f, .n_narratives = COUNT(n), .narratives = n};
    const struct stored_submission stored = inspected_all(s, LANG_RU, 0, 0);
    const bool twice[] = {true, false, false, true};
    assert_int_equal(stored.figures[0].reason, REASON_NONE);
    for (size_t i = 0; i < COUNT(n); i++) {
        const struct stored_narrative *told = &stored.narratives[i];
        assert_int_equal(told->reason, twice[i] ? REASON_TWICE_IN_SUBMISSION : REASON_NONE);
        if (twice[i])
            assert_non_null(strstr(told->text, "справки 1, 4."));
    }
}

/* --- messages --- */

static void free_of_nothing(void **state)
{
    (void)state;
    intake_free(NULL);
}

static void hello(void **state)
{
    (void)state;
    const struct message m = {.kind = MESSAGE_HELLO, .u.hello = {.software = "test"}};
    assert_false(take(&school, &m));
    assert_int_equal(answer.message.kind, MESSAGE_WELCOME);
    const struct welcome *w = &answer.message.u.welcome;
    assert_string_equal(w->organisation, "school-2");
    assert_string_equal(w->organisation_name, "Школа № 2");
    assert_int_equal(w->max_message_bytes, WIRE_MAX_MESSAGE);
    assert_int_equal(w->max_figures, WIRE_MAX_FIGURES);
    assert_int_equal(w->credits, INTAKE_CREDITS);
    assert_int_equal(w->max_narratives, WIRE_MAX_NARRATIVES);
    assert_true(w->replay);
    assert_false(answer.settled);
}

/* A name may be longer than the wire takes; it is cut between characters. */
static void long_name(void **state)
{
    (void)state;
    struct organisation before = organisations[SCHOOL - 1];
    const struct message m = {.kind = MESSAGE_HELLO};
    organisations[SCHOOL - 1].name[0] = '\0';
    for (int i = 0; i < 150; i++)
        strncat(organisations[SCHOOL - 1].name, i == 0 ? "a" : "ы", 2);
    assert_false(take(&school, &m));
    assert_int_equal(strlen(answer.message.u.welcome.organisation_name), WIRE_MAX_NAME - 1);
    organisations[SCHOOL - 1] = before;
}

static void ping(void **state)
{
    (void)state;
    const struct message m = {.kind = MESSAGE_PING, .u.ping = {.token = 42}};
    fake.open = false; /* answered without a database too */
    assert_false(take(&school, &m));
    assert_int_equal(answer.message.kind, MESSAGE_PONG);
    assert_int_equal(answer.message.u.ping.token, 42);
    const struct message pong = {.kind = MESSAGE_PONG, .u.ping = {.token = 42}};
    assert_false(take(&school, &pong));
    assert_int_equal(answer.n, 1); /* nothing is said to a pong */
}

static void watching(void **state)
{
    (void)state;
    const struct message m = {.kind = MESSAGE_WATCH, .u.watch = {.after = 12, .max = 3}};
    fake.open = false; /* who answers it decides */
    assert_false(take(&school, &m));
    assert_int_equal(answer.n, 0);
    assert_int_equal(watched.n, 1);
    assert_int_equal(watched.watch.after, 12);
    assert_int_equal(watched.agent, OF_SCHOOL);
}

static void consulting(void **state)
{
    (void)state;
    const struct message m = {.kind = MESSAGE_CONSULT, .u.consult = {.has_tag = true}};
    fake.open = false; /* who answers it decides */
    assert_false(take(&school, &m));
    assert_int_equal(answer.n, 0);
    assert_int_equal(consulted.n, 1);
    assert_true(consulted.consult.has_tag);
    assert_int_equal(consulted.agent, OF_SCHOOL);
}

static void questions_and_replies(void **state)
{
    (void)state;
    const struct message hear = {.kind = MESSAGE_HEAR, .u.hear = {.after = 7}};
    const struct message reply = {
        .kind = MESSAGE_REPLY,
        .u.reply = {.id = make_id(), .question = 12, .text = "Педагог болел"}};
    uint8_t *bytes, sha256[crypto_hash_sha256_BYTES];
    size_t len;
    assert_false(take(&school, &hear));
    assert_int_equal(questioned.n_hear, 1);
    assert_int_equal(questioned.after, 7);
    assert_int_equal(questioned.agent, OF_SCHOOL);
    assert_false(take(&school, &reply)); /* who answers it counts, not the credits */
    assert_int_equal(questioned.n_reply, 1);
    assert_int_equal(questioned.question, 12);
    arena_reset(out);
    assert_int_equal(wire_pack(&reply, out, &bytes, &len), WIRE_OK);
    crypto_hash_sha256(sha256, bytes, len);
    assert_memory_equal(questioned.sha256, sha256, sizeof sha256);
    assert_int_equal(answer.n, 0);
    assert_false(take(&invited, &reply));
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_INVITED);
    assert_int_equal(uuid_compare(answer.message.u.refusal.id, reply.u.reply.id), 0);
    intake_close(in);
    assert_false(take(&school, &reply));
    assert_int_equal(answer.message.kind, MESSAGE_LATER);
    assert_int_equal(uuid_compare(answer.message.u.later.id, reply.u.reply.id), 0);
    assert_int_equal(questioned.n_reply, 1);
}

static void not_for_us(void **state)
{
    (void)state;
    const struct message m = {.kind = MESSAGE_LATER,
                              .u.later = {.id = make_id(), .reason = LATER_CREDITS}};
    assert_false(take(&school, &m));
    assert_int_equal(answer.message.kind, MESSAGE_REFUSAL);
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_MALFORMED);
}

static void rubbish(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0xff, 0xff, 0xff};
    assert_false(intake_take(in, &school, bytes, sizeof bytes));
    assert_int_equal(answer.message.kind, MESSAGE_REFUSAL);
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_MALFORMED);
    assert_false(answer.message.u.refusal.has_id);
    assert_false(intake_take(in, &school, bytes, 0));
    assert_int_equal(answer.n, 2);
}

/* Envelope{version 2}: 08 02, and a ping so that it is one. */
static void another_version(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x08, 0x02, 0x4a, 0x00};
    assert_false(intake_take(in, &school, bytes, sizeof bytes));
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_VERSION);
}

/* A submission without figures: Envelope{1, submission{id}}. */
static void empty(void **state)
{
    (void)state;
    struct uuid id = make_id();
    uint8_t bytes[4 + 2 + UUID_BYTES] = {0x08, 0x01, 0x22, 2 + UUID_BYTES, 0x0a, UUID_BYTES};
    memcpy(bytes + 6, id.bytes, UUID_BYTES);
    assert_false(intake_take(in, &school, bytes, sizeof bytes));
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_EMPTY);
    assert_true(answer.message.u.refusal.has_id);
    assert_int_equal(uuid_compare(answer.message.u.refusal.id, id), 0);
}

static void submitted(void **state)
{
    (void)state;
    struct figure f[] = {a_figure("pupils", 2020008, 187), a_figure("nothing", 2020008, 1)};
    struct message m = a_submission(f, 2);
    m.u.submission.author = "секретарь";
    assert_true(take(&school, &m));
    assert_int_equal(answer.n, 0); /* nothing before the COMMIT */
    assert_int_equal(fake.last.agent, OF_SCHOOL);
    assert_int_equal(fake.last.door, DOOR_WIRE);
    assert_int_equal(fake.last.composed_us, m.u.submission.composed_us);
    assert_int_equal(uuid_compare(fake.last.id, m.u.submission.id), 0);
    assert_int_equal(fake.figures[0].verdict, 0);
    assert_int_equal(fake.figures[1].verdict, VERDICT_REJECTED);

    struct figure_verdict verdicts[] = {{VERDICT_ACCEPTED, REASON_NONE, NULL},
                                        {VERDICT_REJECTED, REASON_UNKNOWN_INDICATOR, "?"}};
    const struct receipt receipt = {.id = m.u.submission.id,
                                    .number = 7,
                                    .received_us = clock_now_us(),
                                    .n_figures = 2,
                                    .figures = verdicts};
    fake.done(fake.arg, STORE_STORED, &receipt);
    assert_int_equal(answer.n, 1);
    assert_true(answer.settled);
    assert_int_equal(answer.message.kind, MESSAGE_RECEIPT);
    assert_int_equal(answer.message.u.receipt.number, 7);
    assert_int_equal(answer.message.u.receipt.figures[1].reason, REASON_UNKNOWN_INDICATOR);
}

static void submitted_with_narratives(void **state)
{
    (void)state;
    struct narrative n[] = {TOLD(NULL, "digital", 2020008, "Начато"),
                            TOLD(NULL, "nothing", 2020008, "x")};
    struct message m = a_submission(NULL, 0);
    m.u.submission.n_narratives = COUNT(n);
    m.u.submission.narratives = n;
    assert_true(take(&school, &m));
    assert_int_equal(fake.last.n_figures, 0);
    assert_int_equal(fake.last.n_narratives, 2);
    assert_int_equal(fake.narratives[0].verdict, 0);
    assert_int_equal(fake.narratives[0].project, 1);
    assert_int_equal(fake.narratives[1].reason, REASON_UNKNOWN_PROJECT);
    struct figure_verdict verdicts[] = {{VERDICT_ACCEPTED, REASON_NONE, NULL},
                                        {VERDICT_REJECTED, REASON_UNKNOWN_PROJECT, "?"}};
    const struct receipt receipt = {.id = m.u.submission.id,
                                    .number = 8,
                                    .received_us = clock_now_us(),
                                    .n_narratives = 2,
                                    .narratives = verdicts};
    fake.done(fake.arg, STORE_STORED, &receipt);
    assert_int_equal(answer.message.kind, MESSAGE_RECEIPT);
    assert_int_equal(answer.message.u.receipt.n_narratives, 2);
    assert_int_equal(answer.message.u.receipt.narratives[1].reason, REASON_UNKNOWN_PROJECT);
}

/* The same bytes have the same hash, others another. */
static void hashed_as_received(void **state)
{
    (void)state;
    struct figure f = a_figure("pupils", 2020008, 187);
    struct message m = a_submission(&f, 1);
    uint8_t first[32];
    assert_true(take(&school, &m));
    memcpy(first, fake.last.sha256, sizeof first);
    free(fake.arg);
    assert_true(take(&school, &m));
    assert_memory_equal(first, fake.last.sha256, sizeof first);
    free(fake.arg);
    f.value.mantissa++;
    assert_true(take(&school, &m));
    assert_memory_not_equal(first, fake.last.sha256, sizeof first);
    free(fake.arg);
}

/* What the store says to a note. */
static void say_noted(bool result)
{
    bool keep = false;
    struct pg_reply r = {.result = result ? PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK) : NULL,
                         .error = "",
                         .keep = &keep};
    pg_reply_fn *fn = fake.noted;
    fake.noted = NULL;
    fn(fake.noted_arg, &r);
    PQclear((PGresult *)r.result);
}

static const struct {
    enum store_outcome outcome;
    enum message_kind kind;
    int reason; /* of refusal or later */
} outcomes[] = {
    {STORE_ALTERED, MESSAGE_REFUSAL, REFUSAL_ALTERED},
    {STORE_POISONED, MESSAGE_REFUSAL, REFUSAL_POISONED},
    {STORE_AWAY, MESSAGE_LATER, LATER_DATABASE_AWAY},
};

static void every_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        struct figure f = a_figure("pupils", 2020008, 187);
        struct message m = a_submission(&f, 1);
        assert_true(take(&school, &m));
        fake.done(fake.arg, outcomes[i].outcome, NULL);
        if (outcomes[i].kind == MESSAGE_REFUSAL)
            say_noted(true);
        assert_int_equal(answer.message.kind, outcomes[i].kind);
        assert_true(answer.settled);
        if (outcomes[i].kind == MESSAGE_REFUSAL) {
            assert_int_equal(answer.message.u.refusal.reason, outcomes[i].reason);
            assert_int_equal(uuid_compare(answer.message.u.refusal.id, m.u.submission.id), 0);
        } else {
            assert_int_equal(answer.message.u.later.reason, outcomes[i].reason);
            assert_int_equal(answer.message.u.later.retry_after_ms, 5000);
        }
    }
}

/* An agent is refused for good only once it is kept that somebody is to hear of it. */
static void refused_when_noted(void **state)
{
    (void)state;
    struct figure f = a_figure("pupils", 2020008, 187);
    struct message m = a_submission(&f, 1);
    int before = answer.n;
    assert_true(take(&school, &m));
    fake.done(fake.arg, STORE_ALTERED, NULL);
    assert_int_equal(answer.n, before);
    say_noted(false);
    assert_int_equal(answer.n, before + 1);
    assert_int_equal(answer.message.kind, MESSAGE_LATER);
    assert_true(answer.settled);
    assert_true(take(&school, &m));
    fake.done(fake.arg, STORE_ALTERED, NULL);
    say_noted(true);
    assert_int_equal(answer.message.kind, MESSAGE_REFUSAL);
    assert_true(take(&school, &m)); /* another within a minute is the same */
    fake.done(fake.arg, STORE_ALTERED, NULL);
    assert_null(fake.noted);
    assert_int_equal(answer.n, before + 3);
    assert_int_equal(answer.message.kind, MESSAGE_REFUSAL);
    assert_true(take(&school, &m));
    fake.full = true; /* nor can anything be asked */
    fake.done(fake.arg, STORE_POISONED, NULL);
    assert_int_equal(answer.message.kind, MESSAGE_LATER);
}

static void check_later(enum later_reason reason)
{
    struct figure f = a_figure("pupils", 2020008, 187);
    struct message m = a_submission(&f, 1);
    assert_false(take(&school, &m));
    assert_int_equal(answer.message.kind, MESSAGE_LATER);
    assert_int_equal(answer.message.u.later.reason, reason);
    assert_true(answer.message.u.later.retry_after_ms > 0);
    assert_false(answer.settled);
}

static void put_off(void **state)
{
    (void)state;
    fake.open = false;
    check_later(LATER_DATABASE_AWAY);
    fake.open = true;
    fake.full = true;
    check_later(LATER_DATABASE_AWAY);
    fake.full = false;
    intake_close(in);
    check_later(LATER_STOPPING);
}

static void over_the_credits(void **state)
{
    (void)state;
    struct figure f = a_figure("pupils", 2020008, 187);
    const struct message messages[] = {a_submission(&f, 1),
                                       {.kind = MESSAGE_PING, .u.ping = {.token = 1}}};
    const enum message_kind answers[] = {MESSAGE_LATER, MESSAGE_PONG};
    for (size_t i = 0; i < COUNT(messages); i++) {
        uint8_t *bytes;
        size_t len;
        arena_reset(out);
        assert_int_equal(wire_pack(&messages[i], out, &bytes, &len), WIRE_OK);
        intake_put_off(in, &school, bytes, len, LATER_CREDITS);
        assert_int_equal(answer.message.kind, answers[i]);
        assert_false(answer.settled);
    }
    assert_null(fake.done);
}

static void revoked(void **state)
{
    (void)state;
    struct figure f = a_figure("pupils", 2020008, 187);
    struct message m = a_submission(&f, 1);
    uint8_t *bytes;
    size_t len;
    assert_int_equal(wire_pack(&m, out, &bytes, &len), WIRE_OK);
    intake_refuse(in, &nobody, bytes, len, REFUSAL_REVOKED);
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_REVOKED);
    assert_true(answer.message.u.refusal.has_id);
    assert_false(take(&nobody, &m)); /* the catalogue changed between the gate's look and ours */
    assert_int_equal(answer.n, 2);
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_REVOKED);
    const struct message hi = {.kind = MESSAGE_HELLO};
    assert_false(take(&nobody, &hi));
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_REVOKED);
}

/* An invitation may say hello and ask for a key; for all else it is told what it is, and nothing is stored. */
static void invitations(void **state)
{
    (void)state;
    struct figure f = a_figure("consultations", 2020009, 165);
    const struct message hello = {.kind = MESSAGE_HELLO, .u.hello = {.language = LANG_RU}};
    const struct message watch = {.kind = MESSAGE_WATCH, .u.watch = {.from_now = true}};
    const struct message enrol = {.kind = MESSAGE_ENROL,
                                  .u.enrol = {"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", LANG_RU}};
    const struct message submission = {.kind = MESSAGE_SUBMISSION,
                                       .u.submission = {.id = make_id(),
                                                        .composed_us = clock_now_us(),
                                                        .language = LANG_RU,
                                                        .n_figures = 1,
                                                        .figures = &f}};
    watched.n = 0;
    assert_false(take(&invited, &submission));
    assert_int_equal(answer.message.kind, MESSAGE_REFUSAL);
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_INVITED);
    assert_false(take(&invited, &watch));
    assert_int_equal(answer.message.u.refusal.reason, REFUSAL_INVITED);
    assert_int_equal(watched.n, 0);
    assert_false(take(&invited, &hello));
    assert_int_equal(answer.message.kind, MESSAGE_WELCOME);
    assert_int_equal(asked.n_arrived, 1);
    assert_false(take(&invited, &enrol));
    assert_int_equal(asked.n_enrol, 1);
    assert_int_equal(asked.agent, OF_SCHOOL);
    assert_string_equal(asked.public_key, enrol.u.enrol.public_key);
    assert_false(take(&school, &enrol)); /* and so does one who speaks */
    assert_int_equal(asked.n_enrol, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(free_of_nothing),
        TEST(every_rule),
        TEST(every_text),
        TEST(closed_periods),
        TEST(as_of_by_itself),
        TEST(the_schools_own_day),
        TEST(clock_ahead),
        TEST(the_same_key_twice),
        TEST(the_largest_submission),
        TEST(no_room),
        TEST(every_rule_of_narratives),
        TEST(what_is_stored_of_a_narrative),
        TEST(the_same_narrative_twice),
        TEST(hello),
        TEST(long_name),
        TEST(ping),
        TEST(watching),
        TEST(consulting),
        TEST(questions_and_replies),
        TEST(not_for_us),
        TEST(rubbish),
        TEST(another_version),
        TEST(empty),
        TEST(submitted),
        TEST(submitted_with_narratives),
        TEST(hashed_as_received),
        TEST(every_outcome),
        TEST(refused_when_noted),
        TEST(put_off),
        TEST(over_the_credits),
        TEST(revoked),
        TEST(invitations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

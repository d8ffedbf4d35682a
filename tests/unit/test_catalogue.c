/* catalogue: copies are swapped whole, what fails leaves the old one, and the tree is walked with
 * an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "catalogue.c"
#include "log.c"
#include "tables.c"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* --- results, as PostgreSQL would give them --- */

enum { MAX_COLUMNS = 8, MAX_ROWS = 8 };

struct sheet {
    const char *columns[MAX_COLUMNS];
    const char *rows[MAX_ROWS][MAX_COLUMNS]; /* "-": null */
};

static PGresult *result_of(const struct sheet *sheet)
{
    PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[MAX_COLUMNS] = {{0}};
    int n = 0;
    for (; n < MAX_COLUMNS && sheet->columns[n] != NULL; n++)
        columns[n].name = (char *)sheet->columns[n];
    assert_true(PQsetResultAttrs(r, n, columns));
    for (int row = 0; row < MAX_ROWS && sheet->rows[row][0] != NULL; row++) {
        for (int i = 0; i < n; i++) {
            const char *text = sheet->rows[row][i];
            bool null = strcmp(text, "-") == 0;
            assert_true(
                PQsetvalue(r, row, i, null ? NULL : (char *)text, null ? -1 : (int)strlen(text)));
        }
    }
    return r;
}

static const struct sheet good_centre = {{"replay"}, {{"t"}}};
static const struct sheet good_years = {{"first_year", "last_year"}, {{"2018", "2035"}}};
static const struct sheet good_organisations = {
    {"id", "code", "name", "kind", "parent", "utc_offset_s", "opened", "closed"},
    {
        {"7", "school-2", "Школа № 2", "school", "1", "25200", "2001-09-01", "-"},
        {"1", "department", "Управление", "department", "-", "25200", "-", "-"},
        {"9", "branch", "Филиал", "extra", "7", "25200", "-infinity", "2019-08-31"},
        {"3", "round", "Круг", "other", "4", "0", "-", "-"},
        {"4", "about", "Кругом", "other", "3", "0", "-", "-"},
    },
};
static const struct sheet good_indicators = {
    {"id", "code", "kind", "whole"},
    {{"2", "coverage", "share", "t"},
     {"1", "roubles", "flow", "f"},
     {"5", "laptops", "milestone", "t"}},
};
static const struct sheet good_projects = {{"id", "code"}, {{"4", "families"}, {"3", "digital"}}};
#define KEY_A "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KEY_C "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
#define KEY_B "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
static const struct sheet good_keys = {
    {"id", "organisation", "public_key", "invites", "succeeds"},
    {{"12", "7", KEY_B, "f", "f"}, {"12", "7", KEY_A, "f", "t"}, {"11", "1", KEY_C, "t", "f"}},
};

static const struct sheet good_duties = {
    {"book"},
    {{"workdays\t1\tru\nduty\t3\tmonthly\t1\t1\t6\t2\t20\t2020-09-01\t\\N\n"
      "indicator\t1\nkind\tschool"}},
};
static const struct sheet no_duties = {{"book"}, {{""}}};

/* --- a store that answers from these --- */

static const struct sheet *sheets[STORE_QUERY_COUNT];
static struct {
    bool away; /* no call is taken */
    int lost;  /* this call, counted from 0, gets no result; -1: none */
    int n;     /* calls taken */
    int n_changed;
} fake;

bool store_query(struct store *s, enum store_line line, enum store_query query, int n_params,
                 const char *const *params, pg_reply_fn *fn, void *arg)
{
    (void)s;
    (void)params;
    assert_int_equal(line, STORE_CONTROL);
    assert_int_equal(n_params, query == STORE_ORGANISATIONS || query == STORE_INDICATORS ||
                                   query == STORE_PROJECTS);
    if (fake.away)
        return false;
    struct pg_reply reply = {.error = ""};
    PGresult *result = fake.n++ == fake.lost ? NULL : result_of(sheets[query]);
    reply.result = result;
    fn(arg, &reply);
    PQclear(result);
    return true;
}

static void count_change(void *arg)
{
    assert_ptr_equal(arg, &fake);
    fake.n_changed++;
}

static struct event_base *base;
static struct catalogue *c;

static bool is_below(int32_t organisation, int32_t above)
{
    const struct reference r = catalogue_reference(c);
    return reference_is_below(&r, organisation, above);
}

static int set_up(void **state)
{
    (void)state;
    sheets[STORE_CENTRE] = &good_centre;
    sheets[STORE_YEARS] = &good_years;
    sheets[STORE_ORGANISATIONS] = &good_organisations;
    sheets[STORE_INDICATORS] = &good_indicators;
    sheets[STORE_PROJECTS] = &good_projects;
    sheets[STORE_KEYS] = &good_keys;
    sheets[STORE_DUTIES] = &good_duties;
    memset(&fake, 0, sizeof fake);
    fake.lost = -1;
    base = event_base_new();
    c = catalogue_new(base, NULL, count_change, &fake);
    return base == NULL || c == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    catalogue_free(c);
    event_base_free(base);
    return 0;
}

/* --- tests --- */

static void nothing_loaded(void **state)
{
    (void)state;
    catalogue_free(NULL);
    tables_free(NULL);
    assert_false(catalogue_is_loaded(c));
    assert_null(catalogue_organisation(c, 7));
    assert_null(catalogue_organisation_by_code(c, "school-2"));
    assert_null(catalogue_indicator_by_code(c, "coverage"));
    assert_null(catalogue_project_by_code(c, "digital"));
    assert_null(catalogue_agent(c, 12));
    assert_null(catalogue_agent_by_key(c, KEY_A));
    assert_false(is_below(7, 1));
    assert_true(catalogue_first_year(c) > catalogue_last_year(c));
    assert_false(catalogue_is_replay(c));
    assert_int_equal(duty_book_count(catalogue_duties(c)), 0);
}

static void loaded(void **state)
{
    (void)state;
    catalogue_load(c);
    assert_int_equal(fake.n_changed, 1);
    assert_true(catalogue_is_loaded(c));
    assert_true(catalogue_is_replay(c));
    assert_int_equal(catalogue_first_year(c), 2018);
    assert_int_equal(catalogue_last_year(c), 2035);

    const struct organisation *o = catalogue_organisation_by_code(c, "school-2");
    assert_non_null(o);
    assert_ptr_equal(o, catalogue_organisation(c, 7));
    assert_string_equal(o->name, "Школа № 2");
    assert_int_equal(o->kind, ORGANISATION_SCHOOL);
    assert_int_equal(o->parent, 1);
    assert_int_equal(o->utc_offset_s, 25200);
    assert_int_equal(o->opened, date_of(2001, 9, 1));
    assert_int_equal(o->closed, DATE_NONE);
    assert_int_equal(catalogue_organisation(c, 1)->parent, 0);
    assert_int_equal(catalogue_organisation(c, 9)->opened,
                     DATE_NONE); /* -infinity bounds nothing */
    assert_null(catalogue_organisation_by_code(c, "School-2"));
    assert_null(catalogue_organisation(c, 8));

    assert_int_equal(catalogue_indicator_by_code(c, "laptops")->kind, KIND_MILESTONE);
    assert_false(catalogue_indicator_by_code(c, "roubles")->whole);
    assert_true(catalogue_indicator_by_code(c, "coverage")->whole);
    assert_null(catalogue_indicator_by_code(c, ""));

    assert_int_equal(catalogue_project_by_code(c, "digital")->id, 3);
    assert_int_equal(catalogue_project_by_code(c, "families")->id, 4);
    assert_null(catalogue_project_by_code(c, "every-child"));

    assert_int_equal(catalogue_agent_by_key(c, KEY_A)->id, 12); /* two keys, one agent */
    assert_int_equal(catalogue_agent_by_key(c, KEY_B)->id, 12);
    assert_int_equal(catalogue_agent(c, 12)->organisation, 7);
    assert_null(catalogue_agent_by_key(c, KEY_A "x"));
    assert_null(catalogue_agent(c, 13));

    assert_int_equal(duty_book_count(catalogue_duties(c)), 1);
    sheets[STORE_DUTIES] = &no_duties;
    catalogue_load(c);
    assert_true(catalogue_is_loaded(c));
    assert_int_equal(duty_book_count(catalogue_duties(c)), 0);
}

static void code_too_long(void **state)
{
    (void)state;
    char code[SERIES_CODE_MAX + 1];
    memset(code, 'a', sizeof code);
    code[sizeof code - 1] = '\0';
    catalogue_load(c);
    assert_null(catalogue_organisation_by_code(c, code));
    assert_null(catalogue_indicator_by_code(c, code));
    assert_null(catalogue_project_by_code(c, code));
}

static void below(void **state)
{
    (void)state;
    static const struct {
        int32_t organisation, above;
        bool is;
    } cases[] = {
        {7, 7, true}, {7, 1, true},   {9, 1, true},   {1, 7, false},
        {9, 9, true}, {99, 1, false}, {99, 99, true}, /* nobody asks: an unknown organisation has no
                                                         id */
        {3, 4, true}, {3, 1, false},  {4, 1, false},  /* a ring ends */
    };
    catalogue_load(c);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(is_below(cases[i].organisation, cases[i].above), cases[i].is);
}

static const struct {
    enum store_query query;
    struct sheet sheet;
} bad[] = {
    {STORE_CENTRE, {{"replay"}, {{NULL}}}},                           /* no centre */
    {STORE_YEARS, {{"first_year", "last_year"}, {{"-", "-"}}}},       /* no partition */
    {STORE_YEARS, {{"first_year", "last_year"}, {{"2020", "2018"}}}}, /* upside down */
    {STORE_YEARS, {{"first_year"}, {{"2018"}}}},                      /* a column is missing */
    {STORE_INDICATORS, {{"id", "code", "kind", "whole"}, {{"x", "a", "flow", "t"}}}},
    {STORE_INDICATORS, {{"id", "code", "kind", "whole"}, {{"99999999999", "a", "flow", "t"}}}},
    {STORE_INDICATORS, {{"id", "code", "kind", "whole"}, {{"1", "a", "river", "t"}}}},
    {STORE_INDICATORS, {{"id", "code", "kind", "whole"}, {{"1", "-", "flow", "t"}}}},
    {STORE_PROJECTS, {{"id", "code"}, {{"1", "-"}}}},
    {STORE_KEYS,
     {{"id", "organisation", "public_key", "invites", "succeeds"},
      {{"1", "1", KEY_A "x", "f", "f"}}}}, /* too long for a key */
    {STORE_KEYS, {{"id", "organisation", "public_key"}, {{"1", "1", KEY_A}}}},
    {STORE_ORGANISATIONS,
     {{"id", "code", "name", "kind", "parent", "utc_offset_s", "opened", "closed"},
      {{"1", "a", "A", "school", "-", "0", "soon", "-"}}}},
    {STORE_ORGANISATIONS,
     {{"id", "code", "name", "kind", "parent", "utc_offset_s", "opened", "closed"},
      {{"1", "a", "A", "castle", "-", "0", "-", "-"}}}},
    {STORE_DUTIES, {{"book"}, {{"duty\tand\tso\ton"}}}},
};

/* Whatever is wrong, there is no half copy: none at first, and later the old one. */
static void failures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct sheet *good = sheets[bad[i].query];
        sheets[bad[i].query] = &bad[i].sheet;
        catalogue_load(c);
        assert_int_equal(fake.n_changed, (int)i);
        assert_int_equal(catalogue_is_loaded(c), i > 0);
        assert_true(evtimer_pending(c->timer, NULL)); /* it will be tried again */
        sheets[bad[i].query] = good;
        catalogue_load(c);
        assert_int_equal(fake.n_changed, (int)i + 1);
        assert_non_null(catalogue_agent_by_key(c, KEY_A));
    }
}

static void lost_connections(void **state)
{
    (void)state;
    for (int lost = 0; lost < (int)STEPS; lost++) {
        fake.n = 0;
        fake.lost = lost;
        catalogue_load(c);
        assert_false(catalogue_is_loaded(c));
        assert_true(evtimer_pending(c->timer, NULL));
    }
    fake.away = true;
    catalogue_load(c);
    assert_false(catalogue_is_loaded(c));
    fake.away = false;
    fake.lost = -1;
    catalogue_load(c);
    assert_true(catalogue_is_loaded(c));
    assert_true(evtimer_pending(c->timer, NULL)); /* the next quarter of an hour */
}

/* An agent that was revoked is gone with the next copy. */
static void revoked(void **state)
{
    (void)state;
    static const struct sheet without = {
        {"id", "organisation", "public_key", "invites", "succeeds"},
        {{"12", "7", KEY_A, "f", "f"}}};
    catalogue_load(c);
    assert_non_null(catalogue_agent_by_key(c, KEY_B));
    sheets[STORE_KEYS] = &without;
    catalogue_load(c);
    assert_null(catalogue_agent_by_key(c, KEY_B));
    assert_non_null(catalogue_agent_by_key(c, KEY_A));
    assert_int_equal(fake.n_changed, 2);
}

static void rights(void **state)
{
    (void)state;
    assert_int_equal(catalogue_key_right(c, KEY_A, 12), KEY_UNKNOWN); /* nothing is loaded yet */
    catalogue_load(c);
    assert_int_equal(catalogue_key_right(c, KEY_B, 12), KEY_SPEAKS);
    assert_int_equal(catalogue_key_right(c, KEY_A, 12), KEY_SUCCEEDS);
    assert_int_equal(catalogue_key_right(c, KEY_C, 11), KEY_INVITES);
    assert_int_equal(catalogue_key_right(c, KEY_A, 11), KEY_UNKNOWN); /* another's */
    assert_true(catalogue_key_is_of(c, KEY_A, 12));
    assert_false(catalogue_key_is_of(c, KEY_C, 11));
    assert_non_null(catalogue_agent_by_key(c, KEY_C)); /* it is let in, for what it may */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_loaded), TEST(loaded),           TEST(code_too_long), TEST(below),
        TEST(failures),       TEST(lost_connections), TEST(revoked),       TEST(rights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

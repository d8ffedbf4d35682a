/* apply: makes the centre's catalogue what the programme says.  The difference is found here, field
 * by field, so that it can be shown before anything is written; the writing is PostgreSQL's, all in
 * one transaction. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/apply.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/hash.h"
#include "admin/text.h"
#include "base/decimal.h"
#include "fault.h"

enum {
    MAX_PARAMS = ENTRY_MAX_FIELDS + 1,
    SHOWN_WORDS = 6, /* of a set that changed */
};

/* What the centre holds, in the columns of the noun's fields; and what records an entry: its
 * fields, then the time. */
static const struct {
    const char *standing, *put;
} statements[NOUN_KEPT] = {
    [NOUN_RULE_SET] =
        {"SELECT s.code, string_agg(c.name || '=' || c.value, ' ' ORDER BY c.name COLLATE \"C\") "
         "FROM vekha.rule_set s "
         "JOIN vekha.rule_set_version v ON v.rule_set = s.id AND v.superseded_at = 'infinity' "
         "LEFT JOIN vekha.rule_constant c ON c.rule_set_version = v.id GROUP BY s.code ORDER BY "
         "s.code",
         "SELECT vekha.put_rule_set($1, "
         "ARRAY(SELECT split_part(c, '=', 1) FROM unnest(string_to_array($2, ' ')) c), "
         "ARRAY(SELECT split_part(c, '=', 2)::numeric FROM unnest(string_to_array($2, ' ')) c), "
         "$3::timestamptz)"},
    [NOUN_PROJECT] =
        {"SELECT p.code, v.name, v.name_en, v.starts, v.ends FROM vekha.project p "
         "JOIN vekha.project_version v ON v.project = p.id AND v.superseded_at = 'infinity' "
         "AND v.valid_to = 'infinity' ORDER BY p.code",
         "SELECT vekha.put_project($1, $2, $3, $4::date, $5::date, NULL, $6::timestamptz)"},
    [NOUN_ORGANISATION] =
        {"SELECT o.code, v.name, v.name_en, v.kind, p.code, v.time_zone, v.opened, v.closed, "
         "v.email "
         "FROM vekha.organisation o JOIN vekha.organisation_version v ON v.organisation = o.id "
         "AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity' "
         "LEFT JOIN vekha.organisation p ON p.id = v.parent ORDER BY o.code",
         "SELECT vekha.put_organisation($1, $2, $3, $4::vekha.organisation_kind, $5, $6, $7::date, "
         "$8::date, "
         "$9, NULL, $10::timestamptz)"},
    [NOUN_INDICATOR] =
        {"SELECT i.code, v.name, v.name_en, p.code, v.kind, v.direction, v.unit, v.unit_en, "
         "v.whole::text, "
         "v.counting, v.step_months, v.method, r.code, "
         "nullif(array_to_string(v.rolled, ' '), ''), v.year_starts, "
         "(SELECT string_agg(m.code, ' ' ORDER BY m.code COLLATE \"C\") FROM vekha.indicator m "
         "WHERE m.id = ANY (v.at_most)) FROM vekha.indicator i "
         "JOIN vekha.indicator_version v ON v.indicator = i.id AND v.superseded_at = 'infinity' "
         "AND v.valid_to = 'infinity' JOIN vekha.project p ON p.id = v.project "
         "JOIN vekha.rule_set r ON r.id = v.rule_set ORDER BY i.code",
         "SELECT vekha.put_indicator($1, $2, $3, $4, $5::vekha.indicator_kind, "
         "$6::vekha.direction, $7, $8, "
         "$9::boolean, $10::vekha.counting, $11::integer, $12, $13, NULL, $17::timestamptz, "
         "string_to_array($14, ' '), $15::integer, string_to_array($16, ' '))"},
    [NOUN_WORKDAYS] =
        {"SELECT w.code, (SELECT string_agg(d.day || '=' || d.working::text, ' ' ORDER BY d.day) "
         "FROM vekha.workday d WHERE d.workdays_version = v.id) FROM vekha.workdays w "
         "JOIN vekha.workdays_version v ON v.workdays = w.id AND v.superseded_at = 'infinity' "
         "ORDER BY w.code",
         "SELECT vekha.put_workdays($1, "
         "ARRAY(SELECT split_part(c, '=', 1)::date FROM unnest(string_to_array($2, ' ')) c), "
         "ARRAY(SELECT split_part(c, '=', 2)::boolean FROM unnest(string_to_array($2, ' ')) c), "
         "$3::timestamptz)"},
    [NOUN_DUTY] =
        {"SELECT d.code, (SELECT string_agg(i.code, ' ' ORDER BY i.code COLLATE \"C\") "
         "FROM vekha.duty_indicator n JOIN vekha.indicator i ON i.id = n.indicator "
         "WHERE n.duty_version = v.id), "
         "nullif(array_to_string(v.kinds, ' '), ''), "
         "(SELECT string_agg(o.code, ' ' ORDER BY o.code COLLATE \"C\") "
         "FROM vekha.duty_organisation n JOIN vekha.organisation o ON o.id = n.organisation "
         "WHERE n.duty_version = v.id), v.every, v.due_workday, v.remind_workdays, "
         "v.close_workday, v.starts, v.ends, w.code FROM vekha.duty d "
         "JOIN vekha.duty_version v ON v.duty = d.id AND v.superseded_at = 'infinity' "
         "JOIN vekha.workdays w ON w.id = v.workdays ORDER BY d.code",
         "SELECT vekha.put_duty($1, string_to_array($2, ' '), "
         "string_to_array($3, ' ')::vekha.organisation_kind[], string_to_array($4, ' '), "
         "$5::integer, $6::integer, $7::integer, $8::integer, $9::date, $10::date, $11, "
         "$12::timestamptz)"},
    [NOUN_ROUTE] =
        {"SELECT r.code, o.code, CASE WHEN v.own THEN 'own' ELSE nullif(v.recipient, '') END, "
         "v.channel, "
         "(SELECT string_agg(p.code, ' ' ORDER BY p.code COLLATE \"C\") FROM vekha.project p "
         "WHERE p.id = ANY (v.projects)), array_to_string(v.kinds, ' '), v.level, v.language, "
         "v.pace, to_char(v.opens, 'HH24:MI-') || to_char(v.closes::interval, 'HH24:MI'), "
         "(SELECT string_agg(d.word, ' ' ORDER BY d.n) "
         "FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) WITH ORDINALITY d(word, n) "
         "WHERE d.n = ANY (v.days)), w.code, "
         "(SELECT string_agg(h.first || '=' || h.last, ' ' ORDER BY h.first) "
         "FROM unnest(v.holidays_first, v.holidays_last) h(first, last)), v.remind_days, "
         "v.unanswered_days FROM vekha.route r "
         "JOIN vekha.route_version v ON v.route = r.id AND v.superseded_at = 'infinity' "
         "AND v.valid_to = 'infinity' JOIN vekha.organisation o ON o.id = v.organisation "
         "LEFT JOIN vekha.workdays w ON w.id = v.workdays WHERE NOT v.dropped ORDER BY r.code",
         "SELECT vekha.put_route($1, $2, string_to_array($5, ' '), "
         "string_to_array($6, ' ')::vekha.alert_kind[], $7::vekha.alert_level, $4, $3, $8, "
         "$9::vekha.pace, split_part($10, '-', 1)::time, split_part($10, '-', 2)::time, "
         "ARRAY(SELECT d.n::smallint "
         "FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) WITH ORDINALITY d(word, n) "
         "WHERE d.word = ANY (string_to_array($11, ' '))), $12, "
         "ARRAY(SELECT split_part(c, '=', 1)::date FROM unnest(string_to_array($13, ' ')) c), "
         "ARRAY(SELECT split_part(c, '=', 2)::date FROM unnest(string_to_array($13, ' ')) c), "
         "$14::integer, $15::integer, $16::timestamptz)"},
    [NOUN_PLAN] =
        {"SELECT o.code, i.code, p.starts, p.valid_from, p.basis, p.ends, p.shape, p.shape_from, "
         "p.base, "
         "p.base_on, "
         "p.base_method, p.target, p.of_value, p.due_from, p.due_to, p.due_precision, "
         "p.event::text, p.closes, "
         "(SELECT string_agg(bo.code || '/' || bi.code, ' ' ORDER BY (bo.code || '/' || bi.code) "
         "COLLATE \"C\") FROM vekha.plan_predecessor b JOIN vekha.organisation bo ON bo.id = "
         "b.organisation JOIN vekha.indicator bi ON bi.id = b.indicator WHERE b.plan = p.id), "
         "(SELECT string_agg(t.at || '=' || t.value, ' ' ORDER BY t.at) FROM vekha.plan_point t "
         "WHERE t.plan = p.id), "
         "(SELECT string_agg(k.share::text, ' ' ORDER BY k.month) FROM vekha.plan_knot k "
         "WHERE k.plan = p.id), "
         "(SELECT string_agg(t.first || '=' || t.last, ' ' ORDER BY t.first) FROM vekha.plan_term "
         "t "
         "WHERE t.plan = p.id) "
         "FROM vekha.plan p JOIN vekha.organisation o ON o.id = p.organisation "
         "JOIN vekha.indicator i ON i.id = p.indicator WHERE p.superseded_at = 'infinity' "
         "ORDER BY o.code, i.code, p.version",
         "SELECT vekha.put_plan($1, $2, $5, $3::date, $6::date, $7::vekha.plan_shape, $9::numeric, "
         "$10::date, $11, "
         "$12::numeric, $13::numeric, $14::date, $15::date, $16::vekha.due_precision, "
         "$17::boolean, $4::date, "
         "ARRAY(SELECT split_part(c, '=', 1)::date FROM unnest(string_to_array($20, ' ')) c), "
         "ARRAY(SELECT split_part(c, '=', 2)::numeric FROM unnest(string_to_array($20, ' ')) c), "
         "$23::timestamptz, $8, string_to_array($21, ' ')::numeric[], "
         "ARRAY(SELECT split_part(c, '=', 1)::date FROM unnest(string_to_array($22, ' ')) c), "
         "ARRAY(SELECT split_part(c, '=', 2)::date FROM unnest(string_to_array($22, ' ')) c), "
         "$18::date, string_to_array($19, ' '))"},
};

/* A row of the centre under one of its keys: with all key fields, and without the optional last one
 * (newest wins). */
struct standing {
    char key[ENTRY_KEY_MAX];
    int row;
    UT_hash_handle hh;
};

struct difference {
    size_t added, changed, same, missing;
    size_t kept; /* plans whose season or calendar says something else by now */
};

static void remember(struct standing **all, const char *key, int row)
{
    struct standing *s;

    HASH_FIND_STR(*all, key, s);
    if (s == NULL && (s = calloc(1, sizeof *s)) != NULL) {
        snprintf(s->key, sizeof s->key, "%s", key);
        HASH_ADD_STR(*all, key, s);
    }
    if (s != NULL)
        s->row = row;
}

static void key_of_row(const PGresult *r, int row, int n_keys, char key[ENTRY_KEY_MAX])
{
    size_t len = 0;

    for (int i = 0; i < n_keys && len < ENTRY_KEY_MAX; i++)
        len += (size_t)snprintf(key + len, ENTRY_KEY_MAX - len, "%s%s", i > 0 ? "/" : "",
                                PQgetvalue(r, row, i));
}

/* How many key fields an entry always has. */
static int required_keys(const struct noun_table *table)
{
    return table->n_keys - (table->fields[table->n_keys - 1].required ? 0 : 1);
}

static struct standing *index_rows(const struct noun_table *table, const PGresult *r)
{
    struct standing *all = NULL;
    char key[ENTRY_KEY_MAX];

    for (int row = 0; row < PQntuples(r); row++)
        for (int n = required_keys(table); n <= table->n_keys; n++) {
            key_of_row(r, row, n, key);
            remember(&all, key, row);
        }
    return all;
}

static void forget_rows(struct standing *all)
{
    struct standing *s = all, *next;

    HASH_CLEAR(hh, all);
    for (; s != NULL; s = next) {
        next = s->hh.next;
        free(s);
    }
}

/* 200 and 200.0 are one number; sets of constants and points compare as they were put together. */
static bool equal(const struct field *field, const char *a, const char *b)
{
    struct decimal x, y;

    if (a == NULL || b == NULL)
        return a == b;
    if (field->type == FIELD_DECIMAL && decimal_parse(a, strlen(a), &x, NULL) == DECIMAL_OK &&
        decimal_parse(b, strlen(b), &y, NULL) == DECIMAL_OK)
        return decimal_compare(x, y) == 0;
    return strcmp(a, b) == 0;
}

static const char *shown(const char *value)
{
    return value != NULL ? value : "—";
}

static bool is_frozen(const struct noun_table *table, size_t field)
{
    return table == &nouns[NOUN_PLAN] && field >= PLAN_FROZEN;
}

/* True if the plan stands with other knots or terms than the programme would give it today. */
static bool keeps_its_shape(const struct noun_table *table, const struct entry *e,
                            const PGresult *r, int row)
{
    for (size_t i = 0; i < table->n_fields; i++)
        if (is_frozen(table, i) && !equal(&table->fields[i], db_text(r, row, (int)i), e->values[i]))
            return true;
    return false;
}

/* A set of words, as lists of codes and a calendar's days are. */
static bool is_set(const struct noun_table *table, size_t field)
{
    return table == &nouns[NOUN_WORKDAYS] || table->fields[field].type == FIELD_SERIES ||
           field_is_list(&table->fields[field]);
}

/* Prints the words of `words` that `others` lacks, the first ones; returns how many there are. */
static size_t print_words(char sign, const char *words, const char *others, size_t printed)
{
    size_t n = printed;

    for (const char *at = words; at != NULL && *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");

        if (!field_has_word(others, at, len) && n++ < SHOWN_WORDS)
            printf(" %c%.*s", sign, (int)len, at);
        at += len;
    }
    return n;
}

/* " days: -2020-11-04=false +2020-11-05=false" */
static void print_set(const char *name, const char *old, const char *new)
{
    size_t n;

    printf(" %s:", name);
    n = print_words('+', new, old, print_words('-', old, new, 0));
    if (n > SHOWN_WORDS)
        printf(" … (%zu)", n);
}

/* "~ project families: ends 2023-12-31 -> 2024-12-31"; returns whether anything differs. */
static bool print_changes(const struct noun_table *table, enum lang lang, const struct entry *e,
                          const PGresult *r, int row)
{
    bool differs = false;

    for (size_t i = 0; i < table->n_fields; i++) {
        const char *old = db_text(r, row, (int)i), *new = e->values[i];

        if (equal(&table->fields[i], old, new) || ((int)i < table->n_keys && new == NULL) ||
            is_frozen(table, i))
            continue;
        if (!differs)
            printf("~ %s %s:", table->word[lang], e->key);
        fputs(differs ? ";" : "", stdout);
        if (is_set(table, i))
            print_set(table->fields[i].name, old, new);
        else
            printf(" %s: %s → %s", table->fields[i].name, shown(old), shown(new));
        differs = true;
    }
    if (differs)
        putchar('\n');
    return differs;
}

static bool put(struct ctl *ctl, enum noun noun, const struct entry *e)
{
    const char *params[MAX_PARAMS];
    size_t n = nouns[noun].n_fields;

    for (size_t i = 0; i < n; i++)
        params[i] = e->values[i];
    params[n] = ctl_now(ctl);
    if (db_do(ctl->db, statements[noun].put, (int)n + 1, params))
        return true;
    fprintf(stderr, "  %s:%d: %s %s\n", e->file, e->line, nouns[noun].name, e->key);
    return false;
}

static bool apply_entry(struct ctl *ctl, enum noun noun, const struct entry *e, const PGresult *r,
                        struct standing *index, struct difference *d)
{
    const struct noun_table *table = &nouns[noun];
    struct standing *s;

    HASH_FIND_STR(index, e->key, s);
    if (s == NULL) {
        bool named = noun != NOUN_RULE_SET && noun != NOUN_WORKDAYS;
        const char *name = named ? e->values[table->n_keys] : NULL;

        printf("+ %s %s%s%s\n", table->word[ctl->lang], e->key, name != NULL ? ": " : "",
               name != NULL ? name : "");
        d->added++;
    } else if (print_changes(table, ctl->lang, e, r, s->row)) {
        d->changed++;
    } else {
        d->same++;
        d->kept += keeps_its_shape(table, e, r, s->row);
        return true;
    }
    return put(ctl, noun, e);
}

/* A programme knows a row by its key without the optional field: an earlier version is not missing.
 */
static void name_missing(struct ctl *ctl, enum noun noun, const struct programme *p,
                         const PGresult *r, struct difference *d)
{
    const struct noun_table *table = &nouns[noun];
    struct standing *known = NULL, *s;
    char key[ENTRY_KEY_MAX];

    for (size_t i = 0; i < p->nouns[noun].n; i++) {
        const struct entry *e = p->nouns[noun].list[i];

        snprintf(key, sizeof key, "%s", e->key);
        if (required_keys(table) < table->n_keys && e->values[table->n_keys - 1] != NULL)
            *strrchr(key, '/') = '\0';
        remember(&known, key, 0);
    }
    for (int row = 0; row < PQntuples(r); row++) {
        key_of_row(r, row, required_keys(table), key);
        HASH_FIND_STR(known, key, s);
        if (s == NULL) {
            tell(ctl->lang, TEXT_APPLY_MISSING, table->word[ctl->lang], key);
            d->missing++;
        }
    }
    forget_rows(known);
}

static bool apply_noun(struct ctl *ctl, enum noun noun, const struct programme *p, bool whole,
                       struct difference *d)
{
    PGresult *r = db_query(ctl->db, statements[noun].standing, 0, NULL);
    struct standing *index;
    bool good = true;

    if (r == NULL)
        return false;
    index = index_rows(&nouns[noun], r);
    for (size_t i = 0; good && i < p->nouns[noun].n; i++)
        good = apply_entry(ctl, noun, p->nouns[noun].list[i], r, index, d);
    if (good && whole)
        name_missing(ctl, noun, p, r, d);
    forget_rows(index);
    PQclear(r);
    return good;
}

/* No shape is chosen silently. */
static void say_by_terms(enum lang lang, const struct programme *p)
{
    enum { COUNT_TEXT_MAX = 24 };
    char count[COUNT_TEXT_MAX];

    snprintf(count, COUNT_TEXT_MAX, "%zu", p->n_by_terms);
    if (p->n_by_terms > 0)
        tell(lang, TEXT_APPLY_BY_TERMS, p->nouns[NOUN_CALENDAR].list[0]->key, count);
}

static void summarise(enum lang lang, bool whole, const struct difference *d)
{
    enum { COUNT_TEXT_MAX = 24 };
    char counts[5][COUNT_TEXT_MAX];

    snprintf(counts[0], COUNT_TEXT_MAX, "%zu", d->added);
    snprintf(counts[1], COUNT_TEXT_MAX, "%zu", d->changed);
    snprintf(counts[2], COUNT_TEXT_MAX, "%zu", d->same);
    snprintf(counts[3], COUNT_TEXT_MAX, "%zu", d->missing);
    if (d->same > 0)
        tell(lang, TEXT_APPLY_UNCHANGED, counts[2]);
    snprintf(counts[4], COUNT_TEXT_MAX, "%zu", d->kept);
    if (d->kept > 0)
        tell(lang, TEXT_APPLY_KEPT_SHAPE, counts[4]);
    if (whole)
        tell(lang, TEXT_APPLY_SUMMARY, counts[0], counts[1], counts[2], counts[3]);
    else
        tell(lang, TEXT_IMPORT_SUMMARY, counts[0], counts[1], counts[2]);
}

/* One at a time: what another is writing would be compared with as it was before.  Who pages through its output holds up the next. */
static bool begin_alone(struct ctl *ctl)
{
    return db_begin(ctl->db) && db_script(ctl->db, "SET LOCAL lock_timeout = '10s'") &&
           db_do(ctl->db, "SELECT pg_advisory_xact_lock(8, 0)", 0, NULL) &&
           db_script(ctl->db, "SET LOCAL lock_timeout TO DEFAULT");
}

/* A rehearsal writes too, and takes it back: so it finds whatever PostgreSQL would object to. */
static bool write_all(struct ctl *ctl, const struct programme *p, bool whole)
{
    bool dry = ctl->given[OPTION_DRY_RUN] != NULL;
    struct difference d = {0};

    if (!begin_alone(ctl))
        goto fail;
    for (int noun = whole ? 0 : NOUN_PLAN; noun < NOUN_KEPT; noun++)
        if (!apply_noun(ctl, (enum noun)noun, p, whole, &d))
            goto fail;
    say_by_terms(ctl->lang, p);
    summarise(ctl->lang, whole, &d);
    if (dry) {
        db_rollback(ctl->db);
        tell(ctl->lang, TEXT_APPLY_DRY);
        return true;
    }
    if (db_commit(ctl->db))
        return true;
    if (db_is_lost(ctl->db)) { /* PostgreSQL may have heard it, and been heard no more */
        complain(ctl->lang, TEXT_PERHAPS_WRITTEN);
        return false;
    }
fail:
    db_rollback(ctl->db);
    complain(ctl->lang, TEXT_NOTHING_WRITTEN);
    return false;
}

bool apply_standing(struct ctl *ctl, enum noun noun, struct programme *p, struct problems *problems)
{
    PGresult *r = db_query(ctl->db, statements[noun].standing, 0, NULL);
    bool good = r != NULL;

    for (int row = 0; good && row < PQntuples(r); row++) {
        struct entry *e = entry_new("vekha", 0);

        good = e != NULL;
        for (size_t i = 0; good && i < nouns[noun].n_fields; i++)
            e->values[i] = db_text(r, row, (int)i) != NULL ? strdup(db_text(r, row, (int)i)) : NULL;
        if (good)
            programme_add(p, noun, e, problems);
    }
    PQclear(r);
    return good;
}

int apply_entries(struct ctl *ctl, const struct programme *p, const struct problems *problems,
                  bool whole)
{
    if (problems->n > 0) {
        problems_print(problems);
        return CTL_REFUSED;
    }
    return write_all(ctl, p, whole) ? CTL_DONE : db_exit(ctl->db);
}

int apply_run(struct ctl *ctl)
{
    struct problems problems;
    struct programme *p;
    int code = CTL_REFUSED;

    if (fault_is_folder(ctl->operands[0])) {
        complain(ctl->lang, TEXT_CANNOT_READ, ctl->operands[0], fault_text(EISDIR, ctl->lang));
        return code;
    }
    problems_init(&problems, ctl->lang);
    p = programme_read(ctl->operands[0], &problems);
    if (p == NULL)
        complain(ctl->lang, TEXT_NO_MEMORY);
    else
        code = apply_entries(ctl, p, &problems, true);
    programme_free(p);
    problems_finish(&problems);
    return code;
}

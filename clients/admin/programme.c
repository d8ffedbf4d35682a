/* programme: one table of fields per noun; the files, the checks and the comparison with the centre
 * follow it. */
#include "admin/programme.h"

#include <confuse.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/sheet.h"
#include "model/rules.h"

/* clang-format off */
static const struct field rule_set_fields[] = {
    [RULE_SET_CODE]      = {"code", "код", FIELD_CODE, true, NULL, NULL, 0},
    [RULE_SET_CONSTANTS] = {"constants", "", FIELD_MADE, false, NULL, NULL, 0},
};
static const struct field project_fields[] = {
    [PROJECT_CODE]    = {"code", "код", FIELD_CODE, true, NULL, NULL, 0},
    [PROJECT_NAME]    = {"name", "название", FIELD_TITLE, true, NULL, NULL, 0},
    [PROJECT_NAME_EN] = {"name_en", "название_en", FIELD_TITLE, false, NULL, NULL, 0},
    [PROJECT_STARTS]  = {"starts", "начало", FIELD_DATE, false, NULL, NULL, 0},
    [PROJECT_ENDS]    = {"ends", "конец", FIELD_DATE, false, NULL, NULL, 0},
};
static const struct field organisation_fields[] = {
    [ORGANISATION_CODE]      = {"code", "код", FIELD_CODE, true, NULL, NULL, 0},
    [ORGANISATION_NAME]      = {"name", "название", FIELD_TITLE, true, NULL, NULL, 0},
    [ORGANISATION_NAME_EN]   = {"name_en", "название_en", FIELD_TITLE, false, NULL, NULL, 0},
    [ORGANISATION_KIND]      = {"kind", "вид", FIELD_CHOICE, true, NULL,
                                "department school kindergarten extra guardianship other", 0},
    [ORGANISATION_PARENT]    = {"parent", "подчинение", FIELD_REFERENCE, false, NULL, NULL, NOUN_ORGANISATION},
    [ORGANISATION_TIME_ZONE] = {"time_zone", "часовой_пояс", FIELD_ZONE, true, NULL, NULL, 0},
    [ORGANISATION_OPENED]    = {"opened", "открыта", FIELD_DATE, false, NULL, NULL, 0},
    [ORGANISATION_CLOSED]    = {"closed", "закрыта", FIELD_DATE, false, NULL, NULL, 0},
};
static const struct field indicator_fields[] = {
    [INDICATOR_CODE]        = {"code", "код", FIELD_CODE, true, NULL, NULL, 0},
    [INDICATOR_NAME]        = {"name", "название", FIELD_TITLE, true, NULL, NULL, 0},
    [INDICATOR_NAME_EN]     = {"name_en", "название_en", FIELD_TITLE, false, NULL, NULL, 0},
    [INDICATOR_PROJECT]     = {"project", "проект", FIELD_REFERENCE, true, NULL, NULL, NOUN_PROJECT},
    [INDICATOR_KIND]        = {"kind", "вид", FIELD_CHOICE, true, NULL, "flow level share milestone", 0},
    [INDICATOR_DIRECTION]   = {"direction", "направление", FIELD_CHOICE, false, "up", "up down", 0},
    [INDICATOR_UNIT]        = {"unit", "единица", FIELD_UNIT, true, NULL, NULL, 0},
    [INDICATOR_UNIT_EN]     = {"unit_en", "единица_en", FIELD_UNIT, false, NULL, NULL, 0},
    [INDICATOR_WHOLE]       = {"whole", "целое", FIELD_BOOLEAN, false, "true", NULL, 0},
    [INDICATOR_COUNTING]    = {"counting", "учёт", FIELD_CHOICE, false, "year_to_date", "per_period year_to_date", 0},
    [INDICATOR_STEP_MONTHS] = {"step_months", "шаг", FIELD_MONTHS, false, "1", NULL, 0},
    [INDICATOR_METHOD]      = {"method", "метод", FIELD_METHOD, false, NULL, NULL, 0},
    [INDICATOR_RULE_SET]    = {"rule_set", "правила", FIELD_REFERENCE, false, "default", NULL, NOUN_RULE_SET},
};
static const struct field plan_fields[] = {
    [PLAN_ORGANISATION]  = {"organisation", "организация", FIELD_REFERENCE, true, NULL, NULL, NOUN_ORGANISATION},
    [PLAN_INDICATOR]     = {"indicator", "показатель", FIELD_REFERENCE, true, NULL, NULL, NOUN_INDICATOR},
    [PLAN_STARTS]        = {"starts", "начало", FIELD_DATE, true, NULL, NULL, 0},
    [PLAN_VALID_FROM]    = {"valid_from", "действует_с", FIELD_DATE, false, NULL, NULL, 0},
    [PLAN_BASIS]         = {"basis", "основание", FIELD_BASIS, true, NULL, NULL, 0},
    [PLAN_ENDS]          = {"ends", "конец", FIELD_DATE, true, NULL, NULL, 0},
    [PLAN_SHAPE]         = {"shape", "форма", FIELD_CHOICE, false, "linear", "linear points", 0},
    [PLAN_BASE]          = {"base", "база", FIELD_DECIMAL, false, NULL, NULL, 0},
    [PLAN_BASE_ON]       = {"base_on", "база_на", FIELD_DATE, false, NULL, NULL, 0},
    [PLAN_BASE_METHOD]   = {"base_method", "метод_базы", FIELD_METHOD, false, NULL, NULL, 0},
    [PLAN_TARGET]        = {"target", "план", FIELD_DECIMAL, false, NULL, NULL, 0},
    [PLAN_OF]            = {"of", "из", FIELD_DECIMAL, false, NULL, NULL, 0},
    [PLAN_DUE_FROM]      = {"due_from", "срок_с", FIELD_DATE, false, NULL, NULL, 0},
    [PLAN_DUE_TO]        = {"due_to", "срок_до", FIELD_DATE, false, NULL, NULL, 0},
    [PLAN_DUE_PRECISION] = {"due_precision", "точность_срока", FIELD_CHOICE, false, NULL, "day month window unknown", 0},
    [PLAN_EVENT]         = {"event", "событие", FIELD_BOOLEAN, false, "false", NULL, 0},
    [PLAN_POINTS]        = {"points", "", FIELD_MADE, false, NULL, NULL, 0},
};

#define FIELDS(f) f, sizeof f / sizeof *f

const struct noun_table nouns[NOUN_COUNT] = {
    [NOUN_RULE_SET]     = {"rule_set", {"rule set", "набор правил"}, FIELDS(rule_set_fields), 1},
    [NOUN_PROJECT]      = {"project", {"project", "проект"}, FIELDS(project_fields), 1},
    [NOUN_ORGANISATION] = {"organisation", {"organisation", "организация"}, FIELDS(organisation_fields), 1},
    [NOUN_INDICATOR]    = {"indicator", {"indicator", "показатель"}, FIELDS(indicator_fields), 1},
    [NOUN_PLAN]         = {"plan", {"plan", "план"}, FIELDS(plan_fields), 4},
};

/* A row of points.csv. */
enum { POINT_ORGANISATION, POINT_INDICATOR, POINT_STARTS, POINT_VALID_FROM, POINT_AT, POINT_VALUE, POINT_FIELDS };
static const struct field point_fields[POINT_FIELDS] = {
    [POINT_ORGANISATION] = {"organisation", "организация", FIELD_REFERENCE, true, NULL, NULL, NOUN_ORGANISATION},
    [POINT_INDICATOR]    = {"indicator", "показатель", FIELD_REFERENCE, true, NULL, NULL, NOUN_INDICATOR},
    [POINT_STARTS]       = {"starts", "начало", FIELD_DATE, true, NULL, NULL, 0},
    [POINT_VALID_FROM]   = {"valid_from", "действует_с", FIELD_DATE, false, NULL, NULL, 0},
    [POINT_AT]           = {"at", "на_дату", FIELD_DATE, true, NULL, NULL, 0},
    [POINT_VALUE]        = {"value", "значение", FIELD_DECIMAL, true, NULL, NULL, 0},
};

enum { FILE_ORGANISATIONS, FILE_PLANS, FILE_POINTS, FILE_COUNT };
static const char *const file_options[FILE_COUNT] = {"organisations", "plans", "points"};
/* clang-format on */

enum { RULES_MAX = 64 };

/* libconfuse keeps no line for a value and passes no argument to its callbacks: both are noted here
 * while one file is read. */
struct noted_line {
    const cfg_opt_t *opt; /* the key */
    int line;
    UT_hash_handle hh;
};
static struct {
    const char *file;
    struct problems *problems;
    struct noted_line *lines;
} reading;

struct reader {
    struct programme *programme;
    struct problems *problems;
    const char *file;
    enum noun noun;
};

/* --- entries --------------------------------------------------------------------------------- */

static void entry_free(struct entry *e)
{
    for (size_t i = 0; e != NULL && i < PROGRAMME_MAX_FIELDS; i++)
        free(e->values[i]);
    free(e);
}

void programme_free(struct programme *p)
{
    if (p == NULL)
        return;
    for (int noun = 0; noun < NOUN_COUNT; noun++) {
        struct entries *entries = &p->nouns[noun];

        HASH_CLEAR(hh, entries->by_key);
        for (size_t i = 0; i < entries->n; i++)
            entry_free(entries->list[i]);
        free(entries->list);
    }
    for (size_t i = 0; i < p->n_files; i++)
        free(p->files[i]);
    free(p);
}

const struct entry *programme_find(const struct programme *p, enum noun noun, const char *key)
{
    struct entry *e;

    HASH_FIND_STR(p->nouns[noun].by_key, key, e);
    return e;
}

/* The canonical value, or NULL and a problem. */
static char *value_of(const struct field *field, const char *raw, const char *file, int line,
                      struct problems *problems)
{
    struct str value;
    enum text wrong;
    char *taken;

    str_init(&value, FIELD_VALUE_MAX);
    if (!field_normalise(field, raw, &value, &wrong))
        problem(problems, file, line, field->name, wrong, raw, field->choices);
    taken = str_take(&value);
    str_finish(&value);
    return taken;
}

static bool make_key(struct entry *e, const struct noun_table *table)
{
    size_t len = 0;

    for (int i = 0; i < table->n_keys; i++) {
        if (e->values[i] == NULL && table->fields[i].required)
            return false;
        if (e->values[i] == NULL)
            continue;
        len += (size_t)snprintf(e->key + len, sizeof e->key - len, "%s%s", i > 0 ? "/" : "",
                                e->values[i]);
    }
    return len < sizeof e->key; /* codes are at most 64 bytes, a date 10 */
}

static bool make_room(struct entries *entries)
{
    size_t room = entries->room == 0 ? 64 : entries->room * 2;
    struct entry **list;

    if (entries->n < entries->room)
        return true;
    list = entries->n >= PROGRAMME_MAX_ENTRIES
               ? NULL
               : realloc(entries->list, room * sizeof(struct entry *));
    if (list == NULL)
        return false;
    entries->list = list;
    entries->room = room;
    return true;
}

/* Takes the entry over. */
static void add_entry(struct reader *r, struct entry *e)
{
    struct entries *entries = &r->programme->nouns[r->noun];
    const struct entry *before;

    if (!make_key(e, &nouns[r->noun]) ||
        !make_room(entries)) { /* the former was complained of already */
        if (r->problems->n == 0)
            problem(r->problems, e->file, e->line, NULL, TEXT_SHEET_TOO_LARGE);
        entry_free(e);
        return;
    }
    before = programme_find(r->programme, r->noun, e->key);
    if (before != NULL) {
        char line[16];

        snprintf(line, sizeof line, "%d", before->line);
        problem(r->problems, e->file, e->line, e->key, TEXT_ENTRY_TWICE, before->file, line);
        entry_free(e);
        return;
    }
    HASH_ADD_STR(entries->by_key, key, e);
    entries->list[entries->n++] = e;
}

/* One value of an entry; raw NULL is absent. */
static void set_value(struct reader *r, struct entry *e, size_t i, const char *raw, int line)
{
    const struct field *field = &nouns[r->noun].fields[i];

    e->lines[i] = line;
    raw = raw == NULL || *raw == '\0' ? field->fallback : raw;
    if (raw != NULL)
        e->values[i] = value_of(field, raw, e->file, line, r->problems);
    else if (field->required)
        problem(r->problems, e->file, line, field->name, TEXT_FIELD_REQUIRED);
}

/* --- CSV files ------------------------------------------------------------------------------- */

static void take_row(void *arg, int line, const char *const *cells)
{
    struct reader *r = arg;
    const struct noun_table *table = &nouns[r->noun];
    struct entry *e = calloc(1, sizeof *e);

    if (e == NULL)
        return;
    e->file = r->file;
    e->line = line;
    for (size_t i = 0; i < table->n_fields; i++)
        if (table->fields[i].type != FIELD_MADE)
            set_value(r, e, i, cells[i], line);
    add_entry(r, e);
}

static size_t columns_of(const struct field *fields, size_t n, struct sheet_column *ret)
{
    size_t columns = 0;

    for (size_t i = 0; i < n; i++)
        if (fields[i].type != FIELD_MADE) /* these come last */
            ret[columns++] =
                (struct sheet_column){fields[i].name, fields[i].name_ru,
                                      fields[i].required && fields[i].fallback == NULL};
    return columns;
}

static void read_sheet(struct reader *r, enum noun noun, const char *file)
{
    struct sheet_column columns[SHEET_MAX_COLUMNS];
    size_t n = columns_of(nouns[noun].fields, nouns[noun].n_fields, columns);

    r->noun = noun;
    r->file = file;
    sheet_read(file, columns, n, take_row, r, r->problems);
}

/* Points go into the value of their plan, in the order of the file; check.c looks at that. */
static void take_point(void *arg, int line, const char *const *cells)
{
    struct reader *r = arg;
    char *values[POINT_FIELDS] = {0}, key[PROGRAMME_KEY_MAX], *points = NULL;
    size_t before = r->problems->n;
    struct entry *plan;

    for (size_t i = 0; i < POINT_FIELDS; i++) {
        if (cells[i] == NULL && point_fields[i].required)
            problem(r->problems, r->file, line, point_fields[i].name, TEXT_FIELD_REQUIRED);
        else if (cells[i] != NULL)
            values[i] = value_of(&point_fields[i], cells[i], r->file, line, r->problems);
    }
    if (r->problems->n > before)
        goto out;
    snprintf(key, sizeof key, "%s/%s/%s%s%s", values[POINT_ORGANISATION], values[POINT_INDICATOR],
             values[POINT_STARTS], values[POINT_VALID_FROM] != NULL ? "/" : "",
             values[POINT_VALID_FROM] != NULL ? values[POINT_VALID_FROM] : "");
    HASH_FIND_STR(r->programme->nouns[NOUN_PLAN].by_key, key, plan);
    if (plan == NULL) {
        problem(r->problems, r->file, line, key, TEXT_POINT_NO_PLAN);
        goto out;
    }
    points = plan->values[PLAN_POINTS];
    plan->lines[PLAN_POINTS] = line;
    if (asprintf(&plan->values[PLAN_POINTS], "%s%s%s=%s", points != NULL ? points : "",
                 points != NULL ? " " : "", values[POINT_AT], values[POINT_VALUE]) < 0)
        plan->values[PLAN_POINTS] = NULL;
    free(points);
out:
    for (size_t i = 0; i < POINT_FIELDS; i++)
        free(values[i]);
}

static void read_points(struct reader *r, const char *file)
{
    struct sheet_column columns[POINT_FIELDS];
    size_t n = columns_of(point_fields, POINT_FIELDS, columns);

    r->file = file;
    sheet_read(file, columns, n, take_point, r, r->problems);
}

/* --- the programme file ---------------------------------------------------------------------- */

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
    char message[500];

    vsnprintf(message, sizeof message, format, args);
    problem(reading.problems, reading.file, cfg->line, NULL, TEXT_PROGRAMME_SYNTAX, message);
}

static int note_line(cfg_t *cfg, cfg_opt_t *opt)
{
    struct noted_line *noted = calloc(1, sizeof *noted);

    if (noted == NULL)
        return -1;
    *noted = (struct noted_line){.opt = opt, .line = cfg->line};
    HASH_ADD_PTR(reading.lines, opt, noted);
    return 0;
}

static int line_of(const cfg_opt_t *opt, int otherwise)
{
    struct noted_line *noted;

    HASH_FIND_PTR(reading.lines, &opt, noted);
    return noted != NULL ? noted->line : otherwise;
}

static void forget_lines(void)
{
    struct noted_line *noted, *next;

    HASH_ITER (hh, reading.lines, noted, next) {
        HASH_DEL(reading.lines, noted);
        free(noted);
    }
}

static const char *given(cfg_t *section, const char *name, int *ret_line)
{
    cfg_opt_t *opt = cfg_getopt(section, name);

    *ret_line = line_of(opt, section->line);
    return opt != NULL && cfg_opt_size(opt) > 0 ? cfg_opt_getnstr(opt, 0) : NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct rule_description *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

/* The model's constants by name; returns how many. */
static size_t sorted_rules(const struct rule_description *ret[RULES_MAX])
{
    size_t n;
    const struct rule_description *rules = rules_describe(&n);

    n = n < RULES_MAX ? n : RULES_MAX;
    for (size_t i = 0; i < n; i++)
        ret[i] = &rules[i];
    qsort(ret, n, sizeof(struct rule_description *), by_name);
    return n;
}

/* "flow_prior=0.25 milestone_late_days=10", by name. */
static void set_constants(struct reader *r, struct entry *e, cfg_t *section)
{
    static const struct field decimal = {.type = FIELD_DECIMAL};
    const struct rule_description *rules[RULES_MAX];
    size_t n = sorted_rules(rules);
    struct str all;

    str_init(&all, RULES_MAX * FIELD_VALUE_MAX);
    for (size_t i = 0; i < n; i++) {
        struct field field = decimal;
        int line;
        const char *raw = given(section, rules[i]->name, &line);
        char *value;

        field.name = rules[i]->name;
        value = raw == NULL ? NULL : value_of(&field, raw, e->file, line, r->problems);
        if (value != NULL && *value == '-')
            problem(r->problems, e->file, line, rules[i]->name, TEXT_RULE_NEGATIVE);
        else if (value != NULL)
            str_addf(&all, "%s%s=%s", all.len > 0 ? " " : "", rules[i]->name, value);
        free(value);
    }
    e->values[RULE_SET_CONSTANTS] = str_take(&all);
    str_finish(&all);
}

static void take_section(struct reader *r, cfg_t *section)
{
    const struct noun_table *table = &nouns[r->noun];
    struct entry *e = calloc(1, sizeof *e);

    if (e == NULL)
        return;
    e->file = r->file;
    e->line = section->line;
    set_value(r, e, 0, cfg_title(section), section->line);
    for (size_t i = 1; i < table->n_fields; i++) {
        int line;
        const char *raw;

        if (table->fields[i].type == FIELD_MADE)
            continue;
        raw = given(section, table->fields[i].name, &line);
        set_value(r, e, i, raw, line);
    }
    if (r->noun == NOUN_RULE_SET)
        set_constants(r, e, section);
    add_entry(r, e);
}

/* Options of a section from the table of its noun; a rule set's are the constants of the model. */
static void section_options(enum noun noun, cfg_opt_t *opts)
{
    const struct noun_table *table = &nouns[noun];
    size_t n = 0, n_rules;
    const struct rule_description *rules = rules_describe(&n_rules);

    for (size_t i = 1; i < table->n_fields; i++)
        if (table->fields[i].type != FIELD_MADE)
            opts[n++] = (cfg_opt_t)CFG_STR(table->fields[i].name, NULL, CFGF_NODEFAULT);
    for (size_t i = 0; noun == NOUN_RULE_SET && i < n_rules && i < RULES_MAX; i++)
        opts[n++] = (cfg_opt_t)CFG_STR(rules[i].name, NULL, CFGF_NODEFAULT);
    opts[n] = (cfg_opt_t)CFG_END();
}

static void note_lines_of(cfg_t *cfg, const char *section, const cfg_opt_t *opts)
{
    char name[PROGRAMME_KEY_MAX];

    for (size_t i = 0; opts[i].name != NULL; i++) {
        snprintf(name, sizeof name, "%s|%s", section, opts[i].name);
        cfg_set_validate_func(cfg, name, note_line);
    }
}

/* The rest comes from CSV files. */
static const enum noun sections[] = {NOUN_RULE_SET, NOUN_PROJECT, NOUN_INDICATOR};
enum { SECTIONS = sizeof sections / sizeof *sections };

static cfg_t *parse(const char *path)
{
    cfg_opt_t inner[SECTIONS][RULES_MAX + 1], opts[FILE_COUNT + SECTIONS + 1];
    cfg_t *cfg;
    size_t n = 0;

    for (size_t i = 0; i < FILE_COUNT; i++)
        opts[n++] = (cfg_opt_t)CFG_STR(file_options[i], NULL, CFGF_NODEFAULT);
    for (size_t i = 0; i < SECTIONS; i++) {
        section_options(sections[i], inner[i]);
        opts[n++] = (cfg_opt_t)CFG_SEC(nouns[sections[i]].name, inner[i],
                                       CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
    }
    opts[n] = (cfg_opt_t)CFG_END();
    cfg = cfg_init(opts, CFGF_NONE); /* copies the options */
    if (cfg == NULL)
        return NULL;
    cfg_set_error_function(cfg, on_error);
    for (size_t i = 0; i < SECTIONS; i++)
        note_lines_of(cfg, nouns[sections[i]].name, inner[i]);
    if (cfg_parse(cfg, path) == CFG_FILE_ERROR)
        problem(reading.problems, path, 1, NULL, TEXT_CANNOT_READ, path, strerror(errno));
    return cfg;
}

/* Keeps a file name for as long as the programme: beside the programme file unless absolute. */
static const char *keep_file(struct programme *p, const char *beside, const char *name)
{
    char *copy = strdup(beside), *path = NULL;

    if (copy != NULL && beside != name && *name != '/') {
        const char *dir = dirname(copy);

        if (asprintf(&path, "%s%s%s", strcmp(dir, ".") == 0 ? "" : dir,
                     strcmp(dir, ".") == 0 ? "" : "/", name) < 0)
            path = NULL;
    } else {
        path = strdup(name);
    }
    free(copy);
    p->files[p->n_files++] = path;
    return path;
}

/* A rule set `default` is there without being written: the model's own constants. */
static void add_default_rules(struct reader *r)
{
    struct entry *e;

    r->noun = NOUN_RULE_SET;
    if (programme_find(r->programme, NOUN_RULE_SET, "default") != NULL ||
        (e = calloc(1, sizeof *e)) == NULL)
        return;
    e->file = r->file;
    e->line = 1;
    set_value(r, e, RULE_SET_CODE, "default", 1);
    add_entry(r, e);
}

static void take_sections(struct reader *r, cfg_t *cfg)
{
    for (size_t s = 0; s < SECTIONS; s++) {
        const char *name = nouns[sections[s]].name;

        r->noun = sections[s];
        for (unsigned i = 0; i < cfg_size(cfg, name); i++)
            take_section(r, cfg_getnsec(cfg, name, i));
    }
    add_default_rules(r);
}

static void take_files(struct reader *r, cfg_t *cfg, const char *path)
{
    const char *files[FILE_COUNT];

    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *name =
            cfg_size(cfg, file_options[i]) > 0 ? cfg_getstr(cfg, file_options[i]) : NULL;

        files[i] = name != NULL ? keep_file(r->programme, path, name) : NULL;
    }
    if (files[FILE_ORGANISATIONS] != NULL)
        read_sheet(r, NOUN_ORGANISATION, files[FILE_ORGANISATIONS]);
    if (files[FILE_PLANS] != NULL)
        read_sheet(r, NOUN_PLAN, files[FILE_PLANS]);
    if (files[FILE_POINTS] != NULL)
        read_points(r, files[FILE_POINTS]);
}

struct programme *programme_read(const char *path, struct problems *problems)
{
    struct programme *p = calloc(1, sizeof *p);
    struct reader r = {.programme = p, .problems = problems};
    cfg_t *cfg;

    if (p == NULL)
        return NULL;
    r.file = keep_file(p, path, path);
    reading.file = path;
    reading.problems = problems;
    cfg = parse(path);
    if (cfg != NULL && problems->n == 0) {
        take_sections(&r, cfg);
        take_files(&r, cfg, path);
        programme_check(p, problems);
    }
    forget_lines();
    cfg_free(cfg);
    return p;
}

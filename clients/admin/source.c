/* source: reads the programme file and, through bulk.c, the CSV files that it names. */
#include <confuse.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/programme.h"
#include "fault.h"
#include "model/rules.h"

enum { FILE_ORGANISATIONS, FILE_PLANS, FILE_POINTS, FILE_COUNT };
static const char *const file_options[FILE_COUNT] = {"organisations", "plans", "points"};

static const char WORKDAYS_FILE[] = "file";

enum { RULES_MAX = 64, RULES_TEXT_MAX = 8 * 1024, SOURCE_MAX = 16 * 1024 * 1024 };

/* libconfuse takes the end of the file for that of a section or a comment: what follows the text tells whether they were closed. */
#define SOURCE_END "__end"
static const char END_LINE[] = "\n" SOURCE_END " = yes\n";

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

struct source {
    struct programme *programme;
    struct problems *problems;
    const char *file;
};

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
    char message[500];

    vsnprintf(message, sizeof message, format, args);
    if (strstr(message, SOURCE_END) != NULL)
        problem(reading.problems, reading.file, cfg->line, cfg_title(cfg), TEXT_PROGRAMME_CUT);
    else
        problem(reading.problems, reading.file, cfg->line, NULL, TEXT_PROGRAMME_SYNTAX, message);
}

static int line_of(const cfg_opt_t *opt, int otherwise)
{
    struct noted_line *noted;

    HASH_FIND_PTR(reading.lines, &opt, noted);
    return noted != NULL ? noted->line : otherwise;
}

static int note_line(cfg_t *cfg, cfg_opt_t *opt)
{
    struct noted_line *noted;

    if (line_of(opt, 0) != 0) /* a list comes by value: its first line counts */
        return 0;
    noted = calloc(1, sizeof *noted);
    if (noted == NULL)
        return -1;
    *noted = (struct noted_line){.opt = opt, .line = cfg->line};
    HASH_ADD_PTR(reading.lines, opt, noted);
    return 0;
}

static void forget_lines(void)
{
    struct noted_line *noted = reading.lines, *next;

    HASH_CLEAR(hh, reading.lines);
    for (; noted != NULL; noted = next) {
        next = noted->hh.next;
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
static void set_constants(struct source *r, struct entry *e, cfg_t *section)
{
    static const struct field decimal = {.type = FIELD_DECIMAL};
    const struct rule_description *rules[RULES_MAX];
    size_t n = sorted_rules(rules);
    struct str all;

    str_init(&all, RULES_TEXT_MAX);
    for (size_t i = 0; i < n; i++) {
        struct field field = decimal;
        int line;
        const char *raw = given(section, rules[i]->name, &line);
        char *value;

        field.name = rules[i]->name;
        value = raw == NULL ? NULL : entry_value(&field, raw, e->file, line, r->problems);
        if (value != NULL && *value == '-')
            problem(r->problems, e->file, line, rules[i]->name, TEXT_RULE_NEGATIVE);
        else if (value != NULL)
            str_addf(&all, "%s%s=%s", all.len > 0 ? " " : "", rules[i]->name, value);
        free(value);
    }
    e->values[RULE_SET_CONSTANTS] = str_take(&all);
    str_finish(&all);
}

/* One value to a line; what those of a FIELD_LIST mean is looked at by shape.c. */
static void set_list(struct source *r, struct entry *e, enum noun noun, size_t field,
                     cfg_t *section)
{
    const struct field *f = &nouns[noun].fields[field];
    cfg_opt_t *opt = cfg_getopt(section, f->name);
    struct str all;

    str_init(&all, FIELD_LIST_MAX);
    for (unsigned i = 0; i < cfg_opt_size(opt); i++)
        str_addf(&all, "%s%s", i > 0 ? "\n" : "", cfg_opt_getnstr(opt, i));
    e->lines[field] = line_of(opt, section->line);
    if (all.failed)
        problem(r->problems, e->file, e->lines[field], f->name, TEXT_LIST_TOO_LONG);
    else if (all.len == 0 && f->required && f->type == FIELD_LIST)
        problem(r->problems, e->file, e->lines[field], f->name, TEXT_FIELD_REQUIRED);
    if (f->type == FIELD_LIST)
        e->values[field] = str_take(&all);
    else
        entry_set(e, noun, field, str_text(&all), e->lines[field], r->problems);
    str_finish(&all);
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

/* A calendar's days come from the file that it names, beside the programme file. */
static void set_days(struct source *r, struct entry *e, cfg_t *section)
{
    int line;
    const char *name = given(section, WORKDAYS_FILE, &line);
    char limit[24];

    snprintf(limit, sizeof limit, "%d", DUTY_MAX_WORKDAYS);
    if (name == NULL || *name == '\0')
        problem(r->problems, e->file, line, WORKDAYS_FILE, TEXT_FIELD_REQUIRED);
    else if (r->programme->nouns[NOUN_WORKDAYS].n >= DUTY_MAX_WORKDAYS)
        problem(r->problems, e->file, line, NULL, TEXT_TOO_MANY, limit);
    else
        programme_read_workdays(e, keep_file(r->programme, r->file, name), r->problems);
}

static void take_section(struct source *r, enum noun noun, cfg_t *section)
{
    const struct noun_table *table = &nouns[noun];
    struct entry *e = entry_new(r->file, section->line);

    if (e == NULL)
        return;
    entry_set(e, noun, 0, cfg_title(section), section->line, r->problems);
    for (size_t i = 1; i < table->n_fields; i++) {
        int line;
        const char *raw;

        if (field_is_list(&table->fields[i]))
            set_list(r, e, noun, i, section);
        if (field_is_list(&table->fields[i]) || table->fields[i].type == FIELD_MADE)
            continue;
        raw = given(section, table->fields[i].name, &line);
        entry_set(e, noun, i, raw, line, r->problems);
    }
    if (noun == NOUN_RULE_SET)
        set_constants(r, e, section);
    if (noun == NOUN_WORKDAYS)
        set_days(r, e, section);
    programme_add(r->programme, noun, e, r->problems);
}

/* Options of a section from the table of its noun; a rule set's are the constants of the model. */
static void section_options(enum noun noun, cfg_opt_t *opts)
{
    const struct noun_table *table = &nouns[noun];
    size_t n = 0, n_rules;
    const struct rule_description *rules = rules_describe(&n_rules);

    for (size_t i = 1; i < table->n_fields; i++)
        if (field_is_list(&table->fields[i]))
            opts[n++] = (cfg_opt_t)CFG_STR_LIST(table->fields[i].name, NULL, CFGF_NODEFAULT);
        else if (table->fields[i].type != FIELD_MADE)
            opts[n++] = (cfg_opt_t)CFG_STR(table->fields[i].name, NULL, CFGF_NODEFAULT);
    if (noun == NOUN_WORKDAYS)
        opts[n++] = (cfg_opt_t)CFG_STR(WORKDAYS_FILE, NULL, CFGF_NODEFAULT);
    for (size_t i = 0; noun == NOUN_RULE_SET && i < n_rules && i < RULES_MAX; i++)
        opts[n++] = (cfg_opt_t)CFG_STR(rules[i].name, NULL, CFGF_NODEFAULT);
    opts[n] = (cfg_opt_t)CFG_END();
}

static void note_lines_of(cfg_t *cfg, const char *section, const cfg_opt_t *opts)
{
    char name[ENTRY_KEY_MAX];

    for (size_t i = 0; opts[i].name != NULL; i++) {
        snprintf(name, sizeof name, "%s|%s", section, opts[i].name);
        cfg_set_validate_func(cfg, name, note_line);
    }
}

/* The rest comes from CSV files. */
static const enum noun sections[] = {NOUN_RULE_SET, NOUN_PROJECT, NOUN_INDICATOR, NOUN_WORKDAYS,
                                     NOUN_DUTY,     NOUN_ROUTE,   NOUN_SEASON,    NOUN_CALENDAR};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* The file's text with END_LINE behind it; NULL with errno, EFBIG for more than a programme holds. */
static char *text_of(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    char *text = file != NULL ? malloc(SOURCE_MAX + sizeof END_LINE) : NULL;
    bool good;

    *ret_len = text != NULL ? fread(text, 1, SOURCE_MAX, file) : 0;
    good = text != NULL && !ferror(file) && *ret_len < SOURCE_MAX;
    if (text != NULL && *ret_len == SOURCE_MAX)
        errno = EFBIG;
    if (file != NULL)
        fclose(file); /* read only: nothing to lose, and errno stands */
    if (!good) {
        free(text);
        return NULL;
    }
    memcpy(text + *ret_len, END_LINE, sizeof END_LINE - 1);
    *ret_len += sizeof END_LINE - 1;
    return text;
}

static void parse_text(cfg_t *cfg, char *text, size_t len)
{
    FILE *file = fmemopen(text, len, "r");

    if (file == NULL || cfg_parse_fp(cfg, file) == CFG_FILE_ERROR)
        problem(reading.problems, reading.file, 1, NULL, TEXT_NO_MEMORY);
    else if (reading.problems->n == 0 && cfg_size(cfg, SOURCE_END) == 0)
        problem(reading.problems, reading.file, cfg->line, NULL, TEXT_PROGRAMME_COMMENT);
    if (file != NULL)
        fclose(file);
}

static void parse_file(cfg_t *cfg, const char *path)
{
    size_t len;
    char *text = text_of(path, &len);

    if (text != NULL)
        parse_text(cfg, text, len);
    else if (errno == EFBIG)
        problem(reading.problems, path, 1, NULL, TEXT_SHEET_TOO_LARGE);
    else
        problem(reading.problems, path, 1, NULL, TEXT_CANNOT_READ, path,
                fault_text(errno, reading.problems->lang));
    free(text);
}

static cfg_t *parse(const char *path)
{
    cfg_opt_t inner[SECTIONS][RULES_MAX + 1], opts[FILE_COUNT + SECTIONS + 2];
    cfg_t *cfg;
    size_t n = 0;

    for (size_t i = 0; i < FILE_COUNT; i++)
        opts[n++] = (cfg_opt_t)CFG_STR(file_options[i], NULL, CFGF_NODEFAULT);
    for (size_t i = 0; i < SECTIONS; i++) {
        section_options(sections[i], inner[i]);
        opts[n++] = (cfg_opt_t)CFG_SEC(nouns[sections[i]].name, inner[i],
                                       CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
    }
    opts[n++] = (cfg_opt_t)CFG_STR(SOURCE_END, NULL, CFGF_NODEFAULT);
    opts[n] = (cfg_opt_t)CFG_END();
    cfg = cfg_init(opts, CFGF_NONE); /* copies the options */
    if (cfg == NULL)
        return NULL;
    cfg_set_error_function(cfg, on_error);
    for (size_t i = 0; i < SECTIONS; i++)
        note_lines_of(cfg, nouns[sections[i]].name, inner[i]);
    parse_file(cfg, path);
    return cfg;
}

/* A rule set `default` is there without being written: the model's own constants. */
static void add_default_rules(struct source *r)
{
    struct entry *e;

    if (programme_find(r->programme, NOUN_RULE_SET, "default") != NULL ||
        (e = entry_new(r->file, 1)) == NULL)
        return;
    entry_set(e, NOUN_RULE_SET, RULE_SET_CODE, "default", 1, r->problems);
    programme_add(r->programme, NOUN_RULE_SET, e, r->problems);
}

static void take_sections(struct source *r, cfg_t *cfg)
{
    for (size_t s = 0; s < SECTIONS; s++)
        for (unsigned i = 0; i < cfg_size(cfg, nouns[sections[s]].name); i++)
            take_section(r, sections[s], cfg_getnsec(cfg, nouns[sections[s]].name, i));
    add_default_rules(r);
}

static void take_files(struct source *r, cfg_t *cfg, const char *path)
{
    const char *files[FILE_COUNT];

    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *name =
            cfg_size(cfg, file_options[i]) > 0 ? cfg_getstr(cfg, file_options[i]) : NULL;

        files[i] = name != NULL ? keep_file(r->programme, path, name) : NULL;
    }
    if (files[FILE_ORGANISATIONS] != NULL)
        programme_read_bulk(r->programme, NOUN_ORGANISATION, files[FILE_ORGANISATIONS],
                            r->problems);
    if (files[FILE_PLANS] != NULL)
        programme_read_bulk(r->programme, NOUN_PLAN, files[FILE_PLANS], r->problems);
    if (files[FILE_POINTS] != NULL)
        programme_read_points(r->programme, files[FILE_POINTS], r->problems);
}

struct programme *programme_read(const char *path, struct problems *problems)
{
    struct programme *p = calloc(1, sizeof *p);
    struct source r = {.programme = p, .problems = problems};
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
        programme_shape(p, problems);
        programme_check(p, problems);
    }
    forget_lines();
    cfg_free(cfg);
    return p;
}

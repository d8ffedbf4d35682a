/* trial: the options of its file are the model's table of constants. */
#include "admin/trial.h"

#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

/* libconfuse passes no argument to its callbacks. */
static struct {
    const char *file;
    struct problems *problems;
} reading;

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
    char message[500];

    vsnprintf(message, sizeof message, format, args);
    problem(reading.problems, reading.file, cfg->line, NULL, TEXT_PROGRAMME_SYNTAX, message);
}

/* Called with each value, where its line is still known. */
static int check_value(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *raw = cfg_opt_getnstr(opt, 0);
    struct decimal value;
    struct rules any;

    rules_default(&any);
    if (decimal_parse(raw, strlen(raw), &value, NULL) != DECIMAL_OK)
        problem(reading.problems, reading.file, cfg->line, opt->name, TEXT_FIELD_DECIMAL, raw);
    else if (!rules_set(&any, opt->name, value))
        problem(reading.problems, reading.file, cfg->line, opt->name, TEXT_RULE_NEGATIVE);
    return 0;
}

static void take_values(struct trial *t, cfg_t *cfg, const struct rule_description *rules, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *raw = cfg_size(cfg, rules[i].name) > 0 ? cfg_getstr(cfg, rules[i].name) : NULL;

        if (raw == NULL ||
            decimal_parse(raw, strlen(raw), &t->constants[t->n].value, NULL) != DECIMAL_OK)
            continue;
        t->constants[t->n++].name = rules[i].name;
    }
}

void trial_read(const char *path, struct trial *ret, struct problems *problems)
{
    cfg_opt_t opts[TRIAL_MAX_CONSTANTS + 1];
    size_t n;
    const struct rule_description *rules = rules_describe(&n);
    cfg_t *cfg;

    n = n < TRIAL_MAX_CONSTANTS ? n : TRIAL_MAX_CONSTANTS;
    for (size_t i = 0; i < n; i++)
        opts[i] = (cfg_opt_t)CFG_STR(rules[i].name, NULL, CFGF_NODEFAULT);
    opts[n] = (cfg_opt_t)CFG_END();
    *ret = (struct trial){.since = DATE_NONE};
    reading.file = path;
    reading.problems = problems;
    if (fault_is_folder(path)) {
        problem(problems, path, 1, NULL, TEXT_CANNOT_READ, path,
                fault_text(EISDIR, problems->lang));
        return;
    }
    cfg = cfg_init(opts, CFGF_NONE);
    if (cfg == NULL) {
        problem(problems, path, 1, NULL, TEXT_NO_MEMORY);
        return;
    }
    cfg_set_error_function(cfg, on_error);
    for (size_t i = 0; i < n; i++)
        cfg_set_validate_func(cfg, rules[i].name, check_value);
    if (cfg_parse(cfg, path) == CFG_FILE_ERROR)
        problem(problems, path, 1, NULL, TEXT_CANNOT_READ, path, fault_text(errno, problems->lang));
    take_values(ret, cfg, rules, n);
    if (ret->n == 0 && problems->n == 0)
        problem(problems, path, 1, NULL, TEXT_TRIAL_EMPTY);
    cfg_free(cfg);
}

/* --- both --------------------------------------------------------------------------------------------- */

void trial_finish(struct trial *t)
{
    for (size_t i = 0; i < t->n_plans; i++)
        plan_finish(&t->plans[i].plan);
    free(t->plans);
    *t = (struct trial){0};
}

static void try_plans(const struct trial *t, struct series *s)
{
    for (size_t i = 0; i < t->n_plans; i++) {
        const struct trial_plan *p = &t->plans[i];

        if (strcmp(p->organisation, s->organisation_code) != 0 ||
            strcmp(p->indicator, s->indicator_code) != 0 || s->today < p->plan.starts ||
            s->today > p->closes)
            continue;
        s->plan = p->plan;
        s->has_plan = true;
    }
}

void trial_apply(const struct trial *t, struct series *s)
{
    for (size_t i = 0; i < t->n; i++)
        if (!rules_set(&s->rules, t->constants[i].name, t->constants[i].value))
            return; /* read as one that can be set */
    try_plans(t, s);
}

/* draft: see draft.h. */
#include "agent/draft.h"

#include <string.h>

/* In libconfuse's double quotes a backslash takes the meaning from `"`, `\\` and the `$` of a variable. */
static void add_value(struct str *out, const char *name, const char *value)
{
    str_addf(out, "%s = \"", name);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\' || (value[0] == '$' && value[1] == '{'))
            str_append(out, "\\", 1);
        str_append(out, value, 1);
    }
    str_add(out, "\"\n");
}

static void add_known(struct str *out, const char *name, const char *value)
{
    if (value != NULL)
        add_value(out, name, value);
}

void draft_write(const struct draft *d, struct str *out)
{
    str_addf(out, "# Vekha: %s\n", d->organisation != NULL ? d->organisation : d->endpoint);
    add_value(out, "endpoint", d->endpoint);
    add_value(out, "server_key", d->server_key);
    add_value(out, "public_key", d->keys->public_key);
    add_value(out, "secret_key", d->keys->secret_key);
    add_known(out, "organisation", d->organisation);
    add_known(out, "spool", d->spool);
    add_value(out, "language", lang_code(d->language));
}

/* Whether a line, up to its end, sets this. */
static bool sets(const char *line, const char *name)
{
    line += strspn(line, " \t");
    if (strncmp(line, name, strlen(name)) != 0)
        return false;
    line += strlen(name);
    line += strspn(line, " \t");
    return *line == '=';
}

bool draft_change_keys(const char *text, const struct key_pair *keys, struct str *out)
{
    const struct {
        const char *name, *value;
    } settings[] = {{"public_key", keys->public_key}, {"secret_key", keys->secret_key}};
    unsigned found[2] = {0};
    struct str changed;
    bool good;

    str_init(&changed, strlen(text) + sizeof *keys * 2);
    for (const char *line = text, *end; *line != '\0'; line = end) {
        size_t kept = strcspn(line, "\n"), i = 0;
        end = line + kept + (line[kept] == '\n');
        while (i < 2 && !sets(line, settings[i].name))
            i++;
        if (i < 2) {
            found[i]++;
            add_value(&changed, settings[i].name, settings[i].value);
        } else
            str_append(&changed, line, (size_t)(end - line));
    }
    good = found[0] == 1 && found[1] == 1 && !changed.failed;
    if (good)
        str_append(out, changed.text, changed.len);
    str_finish(&changed);
    return good && !out->failed;
}

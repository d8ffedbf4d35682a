/* settings: the few lines of a libconfuse file that vekhactl needs. */
#include "admin/settings.h"

#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/text.h"
#include "fault.h"

enum { MESSAGE_MAX = 500, LINE_MAX_DIGITS = 16 };

static void confuse_error(cfg_t *cfg, const char *format, va_list args)
{
    char message[MESSAGE_MAX], line[LINE_MAX_DIGITS];

    vsnprintf(message, sizeof message, format, args);
    snprintf(line, sizeof line, "%d", cfg->line);
    complain(lang_of_environment(), TEXT_CONFIG_BAD, cfg->filename != NULL ? cfg->filename : "-c",
             line, message);
}

/* A copy of an option that may be absent; false if out of memory. */
static bool copy(cfg_t *cfg, const char *name, char **ret)
{
    const char *value = cfg_getstr(cfg, name);

    *ret = value != NULL ? strdup(value) : NULL;
    return value == NULL || *ret != NULL;
}

static bool parse(cfg_t *cfg, const char *path, enum lang lang, struct settings *ret)
{
    switch (cfg_parse(cfg, path)) {
    case CFG_FILE_ERROR:
        complain(lang, TEXT_CANNOT_READ, path, fault_text(errno, lang));
        return false;
    case CFG_SUCCESS:
        if (copy(cfg, "database", &ret->database) && copy(cfg, "endpoint", &ret->endpoint) &&
            copy(cfg, "server_key", &ret->server_key))
            return true;
        complain(lang, TEXT_NO_MEMORY);
        return false;
    default: /* said by confuse_error() */
        return false;
    }
}

bool settings_read(const char *path, enum lang lang, struct settings *ret)
{
    cfg_opt_t inside[] = {CFG_STR("__unknown", NULL, CFGF_NONE), CFG_END()};
    cfg_opt_t opts[] = {
        CFG_STR("database", NULL, CFGF_NONE),
        CFG_STR("endpoint", NULL, CFGF_NONE),
        CFG_STR("server_key", NULL, CFGF_NONE),
        CFG_STR("__unknown", NULL, CFGF_NONE),
        /* libconfuse passes over an option that it does not know, but stumbles over a section */
        CFG_SEC("mail", inside, CFGF_NONE),
        CFG_SEC("webhook", inside, CFGF_MULTI | CFGF_TITLE),
        CFG_END(),
    };
    cfg_t *cfg;
    bool good;

    *ret = (struct settings){0};
    if (fault_is_folder(path)) {
        complain(lang, TEXT_CANNOT_READ, path, fault_text(EISDIR, lang));
        return false;
    }
    cfg = cfg_init(opts, CFGF_IGNORE_UNKNOWN);
    if (cfg == NULL) {
        complain(lang, TEXT_NO_MEMORY);
        return false;
    }
    cfg_set_error_function(cfg, confuse_error);
    good = parse(cfg, path, lang, ret);
    cfg_free(cfg);
    if (!good)
        settings_finish(ret);
    return good;
}

void settings_finish(struct settings *s)
{
    free(s->database);
    free(s->endpoint);
    free(s->server_key);
    *s = (struct settings){0};
}

/* journal: see journal.h. */
#include "notify/journal.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <systemd/sd-journal.h>

#include "base/utf8.h"

enum { FIELD_MAX = 4096, FIELDS = 12 };

static const char *word(const json_t *from, const char *key)
{
    const char *text = json_string_value(json_object_get(from, key));

    return text ? text : "";
}

/* PRIORITY of an alert: warning while it lags, notice below, info when it is over. */
static const char *priority_of(const char *level)
{
    return strcmp(level, "lagging") == 0 ? "4" : *level ? "5" : "6";
}

static int write_step(const struct dispatch *m, const json_t *step)
{
    const json_t *alert = json_object_get(step, "alert");
    char number[24];
    const struct {
        const char *name, *value;
    } fields[FIELDS] = {
        {"MESSAGE", word(json_object_get(step, "explanation"), lang_code(m->lang))},
        {"MESSAGE_ID", JOURNAL_MESSAGE_ID},
        {"PRIORITY", priority_of(word(alert, "level"))},
        {"SYSLOG_IDENTIFIER", "vekhad"},
        {"VEKHA_ALERT", number},
        {"VEKHA_EVENT", word(step, "event")},
        {"VEKHA_KIND", word(alert, "kind")},
        {"VEKHA_LEVEL", word(alert, "level")},
        {"VEKHA_ORG", word(step, "org")},
        {"VEKHA_INDICATOR", word(step, "indicator")},
        {"VEKHA_STATUS", word(step, "status")},
        {"VEKHA_AS_OF", word(step, "as_of")},
    };
    char lines[FIELDS][FIELD_MAX];
    struct iovec iov[FIELDS];

    snprintf(number, sizeof number, "%lld",
             (long long)json_integer_value(json_object_get(alert, "id")));
    for (size_t i = 0; i < FIELDS; i++) {
        size_t room = FIELD_MAX - strlen(fields[i].name) - 2;
        int len = snprintf(lines[i], FIELD_MAX, "%s=%.*s", fields[i].name,
                           (int)utf8_whole(fields[i].value, strlen(fields[i].value), room),
                           fields[i].value);

        iov[i] = (struct iovec){lines[i], (size_t)len};
    }
    return sd_journal_sendv(iov, FIELDS);
}

static bool journal_send(void *self, const struct dispatch *m, delivery_fn *done, void *arg)
{
    const json_t *step;
    size_t i;
    int result = 0;

    (void)self;
    json_array_foreach(json_object_get(m->facts, "steps"), i, step)
    {
        int written = write_step(m, step);

        result = written < 0 ? written : result;
    }
    done(arg, result < 0 ? DELIVERY_FAILED : DELIVERY_DONE, 0, result < 0 ? strerror(-result) : "");
    return true;
}

static void journal_free(void *self)
{
    (void)self;
}

void journal_open(struct channel *ret)
{
    *ret = (struct channel){"journal", NULL, journal_send, journal_free};
}

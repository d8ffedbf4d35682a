/* submit: a figure for an organisation that telephones: read as the school's own program reads it, packed as it packs it, and left in
 * the inbox, where a daemon takes it by the same rules.  Who brought it in is the database's to say. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/load.h"
#include "admin/receipts.h"
#include "admin/text.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "school/texts.h"
#include "sheet/reading.h"
#include "wire/form.h"
#include "wire/wire.h"

enum { WAIT_MS = 10000, POLL_MS = 100, HEX = 2 };

/* Which option gives which field. */
static const struct {
    enum ctl_option option;
    enum field field;
} given[] = {
    {OPTION_PERIOD, FIELD_PERIOD},
    {OPTION_AS_OF, FIELD_AS_OF},
    {OPTION_NOTE, FIELD_NOTE},
    {OPTION_EXPECTED, FIELD_EXPECTED},
};

/* ORG INDICATOR [VALUE], and options.  False with what is wrong said. */
static bool read_figure(struct ctl *ctl, struct figure *ret)
{
    const char *fields[FIELD_COUNT] = {NULL};
    struct figure nothing = reading_nothing();
    struct reading_error error;
    char what[2 * READING_QUOTE_MAX + 256];

    fields[FIELD_ORGANISATION] = ctl->operands[0];
    fields[FIELD_INDICATOR] = ctl->operands[1];
    if (ctl->given[OPTION_WITHDRAW] != NULL)
        fields[FIELD_STATE] = "withdraw";
    else
        fields[FIELD_VALUE] = ctl->n_operands > 2 ? ctl->operands[2] : NULL;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        fields[given[i].field] = ctl->given[given[i].option];
    if (reading_figure(fields, &nothing, COMMA_DOUBTFUL, ret, &error))
        return true;
    snprintf(what, sizeof what, say(error.why, ctl->lang), error.what);
    complain(ctl->lang, TEXT_FIGURE_NOT_READ, reading_field_name(error.field, ctl->lang), what);
    return false;
}

/* "\x…", as the database takes bytes. */
static char *hex_of(const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(len * HEX + sizeof "\\x");

    if (hex == NULL)
        return NULL;
    memcpy(hex, "\\x", 2);
    for (size_t i = 0; i < len; i++) {
        hex[2 + i * HEX] = digits[bytes[i] >> 4];
        hex[3 + i * HEX] = digits[bytes[i] & 15];
    }
    hex[2 + len * HEX] = '\0';
    return hex;
}

/* Packs the submission; malloc'd, NULL if it cannot be. */
static char *pack(const struct ctl *ctl, struct figure *figure, struct uuid *ret_id)
{
    struct arena *arena = arena_new(WIRE_MAX_UNPACKED);
    struct message m = {.kind = MESSAGE_SUBMISSION};
    int64_t now;
    uint8_t *bytes;
    size_t len;
    char *hex = NULL;

    m.u.submission = (struct submission){.author = ctl->given[OPTION_AUTHOR],
                                         .language = ctl->lang,
                                         .n_figures = 1,
                                         .figures = figure};
    if (arena != NULL && clock_parse(ctl_now(ctl), strlen(ctl_now(ctl)), &now) &&
        uuid_make(now, ret_id)) {
        m.u.submission.id = *ret_id;
        m.u.submission.composed_us = now;
        if (wire_pack(&m, arena, &bytes, &len) == WIRE_OK)
            hex = hex_of(bytes, len);
    }
    arena_free(arena);
    return hex;
}

/* True once a daemon was done with it; *ret_refusal is then why it is no submission, or "".  False after WAIT_MS. */
static bool answered(struct ctl *ctl, const char *id, char ret_refusal[64])
{
    for (int waited = 0; waited < WAIT_MS; waited += POLL_MS) {
        PGresult *r = db_query(ctl->db,
                               "SELECT coalesce(refusal, '') FROM vekha.inbox WHERE id = $1::uuid "
                               "AND answered_at IS NOT NULL",
                               1, &id);
        bool done = r == NULL || PQntuples(r) == 1;

        if (r != NULL && PQntuples(r) == 1)
            snprintf(ret_refusal, 64, "%s", db_text(r, 0, 0));
        PQclear(r);
        if (done)
            return r != NULL;
        poll(NULL, 0, POLL_MS);
    }
    return false;
}

static int bring_in(struct ctl *ctl, const char *message, struct uuid id)
{
    char text[UUID_TEXT_MAX], refusal[64] = "";
    const char *const params[] = {ctl->operands[0], uuid_format(id, text), message, ctl_now(ctl)};

    if (!db_do(ctl->db, "SELECT vekha.bring_in($1, $2::uuid, $3::bytea, $4::timestamptz)", 4,
               params))
        return db_exit(ctl->db);
    if (!answered(ctl, text, refusal)) {
        tell(ctl->lang, TEXT_BROUGHT_IN, text);
        return CTL_KEPT;
    }
    if (*refusal != '\0') {
        complain(ctl->lang, TEXT_BROUGHT_REFUSED, refusal);
        return CTL_REFUSED;
    }
    return receipts_show(ctl, text);
}

int submit_run(struct ctl *ctl)
{
    const char *author = ctl->given[OPTION_AUTHOR];
    struct figure figure;
    struct uuid id;
    char *message;
    int code;

    if ((ctl->n_operands == 2) != (ctl->given[OPTION_WITHDRAW] != NULL)) {
        complain(ctl->lang, TEXT_VALUE_WANTED);
        return CTL_USAGE;
    }
    if (author != NULL && !form_text_ok(TEXT_NAME, author)) {
        complain(ctl->lang, TEXT_BAD_AUTHOR, author);
        return CTL_USAGE;
    }
    if (!read_figure(ctl, &figure))
        return CTL_USAGE;
    if (load_organisation_id(ctl, ctl->operands[0]) == 0)
        return db_exit(ctl->db);
    message = pack(ctl, &figure, &id);
    if (message == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        return CTL_REFUSED;
    }
    code = bring_in(ctl, message, id);
    free(message);
    return code;
}

/* action: what people do about a lag: take it in hand, or ask for silence.  Only the daemon moves
 * alerts; who acted is the database user. */
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/load.h"
#include "admin/text.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/utf8.h"

enum { SENTENCE_MAX = 1000 /* characters, as in vekha.action */, ID_DIGITS_MAX = 18 };

/* What was said, and until when, both checked. */
struct word {
    const char *sentence;
    date_t until;
    char until_text[DATE_TEXT_MAX]; /* for SQL */
    char shown[DATE_TEXT_MAX];      /* for people */
};

static bool read_sentence(const struct ctl *ctl, const char *option, const char *given)
{
    size_t characters = 0;

    for (const char *c = given; *c != '\0'; c++)
        characters += ((unsigned char)*c & 0xc0) != 0x80;
    if (given[strspn(given, " \t")] != '\0' && characters <= SENTENCE_MAX &&
        utf8_harmless(given, strlen(given)) && strpbrk(given, "\n\t") == NULL)
        return true;
    complain(ctl->lang, TEXT_BAD_SENTENCE, option);
    return false;
}

static bool read_word(const struct ctl *ctl, enum ctl_option sentence, const char *option,
                      const char *usage, struct word *ret)
{
    const char *until = ctl->given[OPTION_UNTIL];

    ret->sentence = ctl->given[sentence];
    if (ret->sentence == NULL || until == NULL) {
        complain(ctl->lang, TEXT_OPERANDS, usage);
        return false;
    }
    if (!date_parse(until, strlen(until), &ret->until)) {
        complain(ctl->lang, TEXT_BAD_DATE, "until", until);
        return false;
    }
    date_format_iso(ret->until, ret->until_text);
    date_format(ret->until, ctl->lang, ret->shown);
    return read_sentence(ctl, option, ret->sentence);
}

static bool is_past(date_t day)
{
    return day < clock_day(clock_now_us(), 0);
}

int alert_ack(struct ctl *ctl)
{
    const char *id = ctl->operands[0];
    struct word w;
    PGresult *r;
    bool done;

    if (!read_word(ctl, OPTION_MEASURE, "measure", "ack ID --measure TEXT --until D", &w))
        return CTL_USAGE;
    if (id[0] == '\0' || strlen(id) > ID_DIGITS_MAX || id[strspn(id, "0123456789")] != '\0') {
        complain(ctl->lang, TEXT_BAD_ID, id);
        return CTL_USAGE;
    }
    if (is_past(w.until)) {
        complain(ctl->lang, TEXT_UNTIL_PAST, w.shown);
        return CTL_USAGE;
    }
    const char *const params[] = {id, w.sentence, w.until_text, ctl_now(ctl)};

    r = db_query(ctl->db,
                 "SELECT vekha.acknowledge(a.id, $2, $3::date, $4::timestamptz) FROM vekha.alert a "
                 "WHERE a.id = $1::bigint AND a.closed_at IS NULL",
                 4, params);
    if (r == NULL)
        return db_exit(ctl->db);
    done = PQntuples(r) == 1;
    PQclear(r);
    if (done)
        tell(ctl->lang, TEXT_ACKNOWLEDGED, id, w.shown, w.sentence);
    else
        complain(ctl->lang, TEXT_NO_OPEN_ALERT, id);
    return done ? CTL_DONE : CTL_REFUSED;
}

int series_silence(struct ctl *ctl)
{
    const char *org = ctl->operands[0];
    const char *indicator = ctl->n_operands > 1 ? ctl->operands[1] : NULL;
    struct word w;

    if (!read_word(ctl, OPTION_REASON, "reason", "silence ORG [INDICATOR] --until D --reason TEXT",
                   &w))
        return CTL_USAGE;
    const char *const params[] = {org, indicator, w.until_text, w.sentence, ctl_now(ctl)};

    if (load_organisation_id(ctl, org) == 0 ||
        (indicator != NULL && load_indicator_id(ctl, indicator) == 0) ||
        !db_do(ctl->db, "SELECT vekha.silence($1, $2, $3::date, $4, $5::timestamptz)", 5, params))
        return db_exit(ctl->db);
    tell(ctl->lang, is_past(w.until) ? TEXT_SILENCE_ENDED : TEXT_SILENCED, org,
         indicator != NULL ? " " : "", indicator != NULL ? indicator : "", w.shown);
    return CTL_DONE;
}

/* standings: the centre writes its sentence in one language for all its schools; who reads another
 * gets the same facts in words of their own. */
#include "school/standings.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "school/texts.h"
#include "terminal.h"

static const struct {
    const char *name; /* as the centre sends it */
    enum say word;
    bool trouble;
} standings[] = {
    {"on_track", SAY_STANDING_ON_TRACK, false},
    {"at_risk", SAY_STANDING_AT_RISK, true},
    {"lagging", SAY_STANDING_LAGGING, true},
    {"achieved", SAY_STANDING_ACHIEVED, false},
    {"missed", SAY_STANDING_MISSED, true},
    {"undetermined", SAY_STANDING_UNDETERMINED, false},
    {"not_started", SAY_STANDING_NOT_STARTED, false},
    {"no_plan", SAY_STANDING_NO_PLAN, false},
};

enum { STANDINGS = sizeof standings / sizeof *standings, INDENT = 2 };

/* STANDINGS for a status of a newer centre. */
static size_t find(const char *status)
{
    size_t i = 0;
    while (i < STANDINGS && (status == NULL || strcmp(status, standings[i].name) != 0))
        i++;
    return i;
}

static const char *word_of(const char *status, enum lang lang)
{
    size_t i = find(status);
    return i < STANDINGS ? say(standings[i].word, lang) : status != NULL ? status : "";
}

bool standings_trouble(const struct standing *s)
{
    size_t i = find(s->status);
    return i < STANDINGS && standings[i].trouble;
}

/* By the more frequent letters: an English sentence may name a school in Russian. */
static bool is_russian(const char *text)
{
    size_t cyrillic = 0, latin = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        cyrillic += c == 0xD0 || c == 0xD1;
        latin += isascii(c) && isalpha(c);
    }
    return cyrillic > latin;
}

/* "165 of 200, 2020-09-30: lagging", from what has no language. */
static void add_facts(struct str *out, const struct standing *s, enum lang lang)
{
    const char point = lang == LANG_RU ? ',' : '.';
    char number[DECIMAL_TEXT_MAX], day[DATE_TEXT_MAX];
    str_add(out, s->has_fact ? decimal_format_grouped(s->fact, point, number) : "—");
    if (s->has_target) {
        str_addf(out, " %s %s", say(SAY_WORD_OF, lang),
                 decimal_format_grouped(s->target, point, number));
    }
    if (s->as_of != DATE_NONE)
        str_addf(out, ", %s", date_format(s->as_of, lang, day));
    str_addf(out, ": %s", word_of(s->status, lang));
}

static void add_code(struct str *out, const char *code, const char *end)
{
    if (code != NULL)
        str_addf(out, "%s%s", code, end);
}

void standings_print(const struct standing *s, struct standings_codes codes, enum lang lang,
                     FILE *out)
{
    struct str line;
    bool foreign = is_russian(s->text) != (lang == LANG_RU);
    str_init(&line, 2 * WIRE_MAX_NOTE);
    if (codes.organisation || foreign)
        add_code(&line, s->organisation, codes.indicator || foreign ? " " : ": ");
    if (codes.indicator || foreign)
        add_code(&line, s->indicator, ": ");
    if (foreign)
        add_facts(&line, s, lang);
    else
        str_add(&line, s->text);
    terminal_wrap(out, str_text(&line), INDENT, terminal_width(out), "");
    str_finish(&line);
    fflush(out);
}

/* warning: see warning.h. */
#include "notify/warning.h"

#include <string.h>

#include "base/utf8.h"
#include "notify/letter.h"

/* In front of the finding, by the level that it has now. */
static const char *const before[FINDING_LEVELS][LANG_COUNT] = {
    [FINDING_WELL] = {[LANG_EN] = "Centre, over: ", [LANG_RU] = "Центр, снято: "},
    [FINDING_INFO] = {[LANG_EN] = "Centre: ", [LANG_RU] = "Центр: "},
    [FINDING_AT_RISK] = {[LANG_EN] = "CENTRE: ", [LANG_RU] = "ЦЕНТР: "},
    [FINDING_LAGGING] = {[LANG_EN] = "CENTRE, AT ONCE: ", [LANG_RU] = "ЦЕНТР, СРОЧНО: "},
};

static const char *const more[LANG_COUNT] = {
    [LANG_EN] = "To see how the centre is:", [LANG_RU] = "Посмотреть состояние центра:"};

void warning_subject(const struct finding *f, const struct finding_transition *t,
                     const char *detail, enum lang lang, struct str *out)
{
    struct str whole;
    const char *headline;
    size_t len;

    str_init(&whole, FINDING_TEXT_MAX);
    finding_explain(f, t->to == FINDING_WELL, detail, lang, &whole);
    headline = str_text(&whole);
    len = utf8_whole(headline, strcspn(headline, "\n"), WARNING_HEADLINE_MAX);
    str_add(out, before[t->to][lang]);
    str_append(out, headline, len);
    if (headline[len] != '\n' && headline[len] != '\0')
        str_add(out, "…");
    str_finish(&whole);
}

void warning_body(const struct finding *f, const struct finding_transition *t, const char *detail,
                  enum lang lang, struct str *out)
{
    finding_explain(f, t->to == FINDING_WELL, detail, lang, out);
    str_addf(out, "\n\n%s\n    vekhactl doctor", more[lang]);
    letter_close(t->to != FINDING_WELL, lang, out);
}

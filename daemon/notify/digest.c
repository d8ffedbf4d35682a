/* digest: many mentions in one message; see mention.h. */
#include "notify/mention.h"

#include <string.h>

#include "base/utf8.h"

enum { HEADLINE_MAX = 600 };

/* The headings, gravest first; the first row that fits a mention is its own.  "" fits any. */
static const struct {
    bool closed;
    const char *kind, *level;
    const char *heading[LANG_COUNT];
} headings[] = {
    {false, "operator", "", {[LANG_EN] = "The centre itself", [LANG_RU] = "Сам центр"}},
    {false, "silent", "", {[LANG_EN] = "Silent", [LANG_RU] = "Молчат"}},
    {false,
     "overdue",
     "at_risk",
     {[LANG_EN] = "Reports overdue", [LANG_RU] = "Сведения просрочены"}},
    {false, "overdue", "", {[LANG_EN] = "Reports due soon", [LANG_RU] = "Скоро срок сдачи"}},
    {false, "", "lagging", {[LANG_EN] = "Lagging", [LANG_RU] = "Отстают"}},
    {false, "", "", {[LANG_EN] = "At risk", [LANG_RU] = "Требуют внимания"}},
    {true, "", "", {[LANG_EN] = "Over", [LANG_RU] = "Снято"}},
};
enum { HEADINGS = sizeof headings / sizeof *headings };

enum { SAY_MORE, SAY_SEE, SAY_EACH, SAY_ANSWER, SAY_SIGNATURE, SAY_COUNT };

static const char *const sayings[SAY_COUNT][LANG_COUNT] = {
    [SAY_MORE] = {[LANG_EN] = "… and %zu more.\n\n", [LANG_RU] = "… и ещё %zu.\n\n"},
    [SAY_SEE] = {[LANG_EN] = "To see all, to see one with its arithmetic, to note a measure:",
                 [LANG_RU] = "Посмотреть все, посмотреть одно с расчётом, записать меру:"},
    [SAY_EACH] = {[LANG_EN] = "vekhactl explain ORGANISATION INDICATOR",
                  [LANG_RU] = "vekhactl explain ОРГАНИЗАЦИЯ ПОКАЗАТЕЛЬ"},
    [SAY_ANSWER] = {[LANG_EN] = "vekhactl ack NUMBER --measure \"TEXT\" --until YYYY-MM-DD",
                    [LANG_RU] = "vekhactl ack НОМЕР --measure \"ТЕКСТ\" --until ГГГГ-ММ-ДД"},
    [SAY_SIGNATURE] = {[LANG_EN] = "Vekha wrote this letter by itself; there is no need to answer "
                                   "it.",
                       [LANG_RU] = "Письмо составила программа «Веха»; отвечать на него не нужно."},
};

/* Behind a headline: why it is told again. */
static const char *const again[MENTION_REASONS][LANG_COUNT] = {
    [MENTION_STEP] = {"", ""},
    [MENTION_RETURN] =
        {[LANG_EN] = " (the measure had time until %s)", [LANG_RU] = " (срок меры истёк %s)"},
    [MENTION_REMINDER] = {[LANG_EN] = " (open since %s, in nobody's hand)",
                          [LANG_RU] = " (открыто с %s, в работу не взято)"},
    [MENTION_ESCALATION] = {[LANG_EN] = " (unanswered since %s)", [LANG_RU] = " (без ответа с %s)"},
};

static size_t heading_of(const struct mention *m)
{
    size_t i = 0;

    while (i < HEADINGS - 1 && (headings[i].closed != m->closed ||
                                (*headings[i].kind && strcmp(headings[i].kind, m->kind) != 0) ||
                                (*headings[i].level && strcmp(headings[i].level, m->level) != 0)))
        i++;
    return i;
}

/* The first line of the explanation, cut at a letter's end if need be. */
static void add_headline(const struct mention *m, struct str *out)
{
    size_t len = utf8_whole(m->explanation, strcspn(m->explanation, "\n"), HEADLINE_MAX);

    str_append(out, m->explanation, len);
    if (m->explanation[len] != '\n' && m->explanation[len] != '\0')
        str_add(out, "…");
}

static void add_item(const struct mention *m, enum lang lang, struct str *out)
{
    str_addf(out, "%6s  ", m->alert);
    add_headline(m, out);
    if (*again[m->reason][lang])
        str_addf(out, again[m->reason][lang],
                 m->reason == MENTION_RETURN ? m->measure_until : m->opened_on);
    str_add(out, "\n");
}

static void add_section(const struct mention *list, size_t n, size_t heading, enum lang lang,
                        struct str *out)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        if (heading_of(&list[i]) != heading)
            continue;
        if (!any)
            str_addf(out, "%s:\n", headings[heading].heading[lang]);
        any = true;
        add_item(&list[i], lang, out);
    }
    if (any)
        str_add(out, "\n");
}

void digest_subject(size_t total, size_t closed, enum lang lang, struct str *out)
{
    size_t open = total - closed;
    bool ru = lang == LANG_RU;

    str_add(out, ru ? "Веха: " : "Vekha: ");
    if (open > 0)
        str_addf(out, "%zu %s%s", open,
                 ru ? lang_plural(lang, (int64_t)open, "оповещение", "оповещения", "оповещений")
                    : lang_plural(lang, (int64_t)open, "alert", "alerts", "alerts"),
                 closed > 0 ? ", " : "");
    if (closed > 0)
        str_addf(out, "%zu %s", closed,
                 ru ? lang_plural(lang, (int64_t)closed, "снято", "снято", "снято") : "over");
}

void digest_body(const struct mention *list, size_t n, size_t total, enum lang lang,
                 struct str *out)
{
    size_t shown = n < MENTION_SHOWN ? n : MENTION_SHOWN;

    for (size_t heading = 0; heading < HEADINGS; heading++)
        add_section(list, shown, heading, lang, out);
    if (total > shown)
        str_addf(out, sayings[SAY_MORE][lang], total - shown);
    str_addf(out, "%s\n    vekhactl alerts\n    %s\n    %s\n\n-- \n%s\n", sayings[SAY_SEE][lang],
             sayings[SAY_EACH][lang], sayings[SAY_ANSWER][lang], sayings[SAY_SIGNATURE][lang]);
}

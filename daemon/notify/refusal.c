/* refusal: see refusal.h. */
#include "notify/refusal.h"

#include <string.h>

#include "base/utf8.h"
#include "notify/mention.h"

enum { ITEM_NAME_MAX = 300, ITEM_WHY_MAX = 300 }; /* bytes; a digest has many */

enum saying {
    SAY_SUBJECT,
    SAY_HEADLINE,
    SAY_WHICH,
    SAY_OTHERS,
    SAY_ITEM,
    SAY_MORE,
    SAY_AGAIN,
    SAY_VALUE,
    SAY_SIGNATURE,
    SAY_COUNT
};

static const char *const sayings[SAY_COUNT][LANG_COUNT] = {
    [SAY_SUBJECT] = {[LANG_EN] = "Not taken, %zu of %zu: %s, submission No. %s of %s",
                     [LANG_RU] = "Не принято %zu из %zu: %s, отправка № %s от %s"},
    [SAY_HEADLINE] = {[LANG_EN] = "%s, submission No. %s of %s%s%s: %zu of %zu not taken.\n\n",
                      [LANG_RU] = "%s, отправка № %s от %s%s%s: не принято %zu из %zu.\n\n"},
    [SAY_WHICH] = {[LANG_EN] = "Place in the submission, and what is wrong there:\n",
                   [LANG_RU] = "Место в отправке и что там не так:\n"},
    [SAY_OTHERS] = {[LANG_EN] = "There is nothing to be done about the others.\n",
                    [LANG_RU] = "С остальным ничего делать не нужно.\n"},
    [SAY_ITEM] = {[LANG_EN] = "%6s  %.*s, %s: %zu of %zu not taken. %.*s%s\n",
                  [LANG_RU] = "%6s  %.*s, %s: не принято %zu из %zu. %.*s%s\n"},
    [SAY_MORE] = {[LANG_EN] = "… and %zu more.\n", [LANG_RU] = "… и ещё %zu.\n"},
    [SAY_AGAIN] = {[LANG_EN] = "Correct these and send them again, one by one or as a table:",
                   [LANG_RU] = "Исправьте и отправьте ещё раз, по одному или таблицей:"},
    [SAY_VALUE] = {[LANG_EN] = "INDICATOR VALUE --period PERIOD",
                   [LANG_RU] = "ПОКАЗАТЕЛЬ ЗНАЧЕНИЕ --period ПЕРИОД"},
    [SAY_SIGNATURE] = {[LANG_EN] = "Vekha wrote this letter by itself; there is no need to answer "
                                   "it.",
                       [LANG_RU] = "Письмо составила программа «Веха»; отвечать на него не нужно."},
};

void refusal_subject(const struct refused *r, enum lang lang, struct str *out)
{
    str_addf(out, sayings[SAY_SUBJECT][lang], r->refused, r->lines, r->organisation_name, r->number,
             r->received_on);
}

static void add_more(size_t total, size_t shown, enum lang lang, struct str *out)
{
    if (total > shown)
        str_addf(out, sayings[SAY_MORE][lang], total - shown);
}

static void add_close(enum lang lang, struct str *out)
{
    str_addf(out, "\n%s\n    vekha-submit %s\n    vekha-submit FILE.csv\n\n-- \n%s\n",
             sayings[SAY_AGAIN][lang], sayings[SAY_VALUE][lang], sayings[SAY_SIGNATURE][lang]);
}

void refusal_body(const struct refused *r, enum lang lang, struct str *out)
{
    str_addf(out, sayings[SAY_HEADLINE][lang], r->organisation_name, r->number, r->received_on,
             r->author ? ", " : "", r->author ? r->author : "", r->refused, r->lines);
    str_add(out, sayings[SAY_WHICH][lang]);
    for (size_t i = 0; i < r->n; i++)
        str_addf(out, "%6s  %s\n", r->at[i].number, r->at[i].why);
    add_more(r->refused, r->n, lang, out);
    if (r->refused < r->lines)
        str_add(out, sayings[SAY_OTHERS][lang]);
    add_close(lang, out);
}

void refusals_subject(size_t total, enum lang lang, struct str *out)
{
    if (lang == LANG_RU)
        str_addf(out, "Веха: не всё принято в %zu %s", total,
                 lang_plural(lang, (int64_t)total, "отправке", "отправках", "отправках"));
    else
        str_addf(out, "Vekha: not all was taken of %zu %s", total,
                 lang_plural(lang, (int64_t)total, "submission", "submissions", "submissions"));
}

static void add_item(const struct refused *r, enum lang lang, struct str *out)
{
    const char *name = r->organisation_name, *why = r->n > 0 ? r->at[0].why : "";
    size_t name_len = utf8_whole(name, strlen(name), ITEM_NAME_MAX);
    size_t why_len = utf8_whole(why, strlen(why), ITEM_WHY_MAX);

    str_addf(out, sayings[SAY_ITEM][lang], r->number, (int)name_len, name, r->received_on,
             r->refused, r->lines, (int)why_len, why, why[why_len] != '\0' ? "…" : "");
}

void refusals_body(const struct refused *list, size_t n, size_t total, enum lang lang,
                   struct str *out)
{
    size_t shown = n < MENTION_SHOWN ? n : MENTION_SHOWN;

    refusals_subject(total, lang, out);
    str_add(out, ":\n");
    for (size_t i = 0; i < shown; i++)
        add_item(&list[i], lang, out);
    add_more(total, shown, lang, out);
    add_close(lang, out);
}

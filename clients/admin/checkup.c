/* checkup: see checkup.h. */
#include "admin/checkup.h"

#include <stdio.h>

enum { SENTENCE_MAX = 2000 };

static const struct {
    const char *name, *sign;
} levels[] = {[WELL] = {"well", "  "}, [NOTE] = {"note", " ?"}, [ILL] = {"ill", "!!"}};

static void say(struct checkup *p, const char *name, enum checkup_level level, const char *sentence)
{
    p->ill += level == ILL;
    if (p->rows != NULL)
        json_array_append_new(p->rows,
                              json_pack("{s:s, s:b, s:s, s:s}", "check", name, "well", level != ILL,
                                        "level", levels[level].name, "text", sentence));
    else
        printf("%s %s\n", levels[level].sign, sentence);
}

void checkup_note(struct checkup *p, const char *name, enum checkup_level level, enum text id,
                  const char *detail)
{
    char sentence[SENTENCE_MAX];

    snprintf(sentence, sizeof sentence, text(id, p->lang), detail);
    say(p, name, level, sentence);
}

void checkup_finding(struct checkup *p, const char *name, enum finding_level level,
                     const char *detail)
{
    static const enum checkup_level weight[FINDING_LEVELS] = {WELL, NOTE, ILL, ILL};
    const struct finding *f = finding_find(name);
    struct str sentence;

    str_init(&sentence, FINDING_TEXT_MAX);
    if (f != NULL)
        finding_line(f, level == FINDING_WELL, detail, p->lang, &sentence);
    else
        str_addf(&sentence, "%s: %s", name, detail);
    say(p, name, weight[level], str_text(&sentence));
    str_finish(&sentence);
}

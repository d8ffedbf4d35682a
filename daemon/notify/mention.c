/* mention: see mention.h.  One letter about one step. */
#include "notify/mention.h"

#include <string.h>

#include "notify/letter.h"

static const char operator[] = "operator"; /* the kind of an alert about the centre itself */

/* In front of who and what, and the sentence before how things stand; it takes the day since when
 * the alert is open, or the measure with its day and who named it. */
static const struct {
    const char *before[LANG_COUNT], *says[LANG_COUNT];
} reasons[MENTION_REASONS] = {
    [MENTION_STEP] = {{"", ""}, {"", ""}},
    [MENTION_RETURN] = {{[LANG_EN] = "Measure over, still behind: ",
                         [LANG_RU] = "Срок меры истёк, отставание осталось: "},
                        {[LANG_EN] = "The measure named by %3$s, \"%2$s\", was to be done by "
                                     "%1$s; the alert still stands.",
                         [LANG_RU] = "Мера «%2$s» (%3$s) должна была помочь к %1$s; "
                                     "оповещение по-прежнему открыто."}},
    [MENTION_REMINDER] = {{[LANG_EN] = "Reminder: ", [LANG_RU] = "Напоминание: "},
                          {[LANG_EN] = "Open since %1$s; nobody has taken it in hand yet.",
                           [LANG_RU] = "Открыто с %1$s, в работу пока никто не взял."}},
    [MENTION_ESCALATION] = {{[LANG_EN] = "Unanswered: ", [LANG_RU] = "Без ответа: "},
                            {[LANG_EN] = "Open since %1$s. Those who were told have not taken it "
                                         "in hand, so it is passed on to you.",
                             [LANG_RU] = "Открыто с %1$s. Те, кому сообщили, в работу его не "
                                         "взяли, поэтому сообщаем вам."}},
};

/* What stands of the centre is no lag. */
static const char *const measure_over[LANG_COUNT] = {
    [LANG_EN] = "Measure over, still so: ", [LANG_RU] = "Срок меры истёк, ничего не изменилось: "};

static const char *const more[LANG_COUNT] = {
    [LANG_EN] = "To see every figure and every step of the arithmetic:",
    [LANG_RU] = "Посмотреть все цифры и весь расчёт:"};

bool mention_reason_parse(const char *reason, const char *event, enum mention_reason *ret)
{
    static const struct {
        const char *reason, *event; /* NULL: any */
        enum mention_reason is;
    } words[] = {
        {"step", "returns", MENTION_RETURN},
        {"step", NULL, MENTION_STEP},
        {"reminder", NULL, MENTION_REMINDER},
        {"escalation", NULL, MENTION_ESCALATION},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(reason, words[i].reason) == 0 &&
            (!words[i].event || strcmp(event, words[i].event) == 0)) {
            *ret = words[i].is;
            return true;
        }
    return false;
}

static bool has_letter(const struct mention *m)
{
    return m->reason == MENTION_STEP && m->subject && m->body;
}

void mention_subject(const struct mention *m, enum lang lang, struct str *out)
{
    if (has_letter(m)) {
        str_add(out, m->subject);
        return;
    }
    if (strcmp(m->kind, operator) == 0) {
        str_add(out,
                m->reason == MENTION_RETURN ? measure_over[lang] : reasons[m->reason].before[lang]);
        str_append(out, m->explanation, strcspn(m->explanation, "\n"));
        return;
    }
    str_add(out, reasons[m->reason].before[lang]);
    str_add(out, m->organisation_name);
    if (m->indicator_name)
        str_addf(out, " — %s", m->indicator_name);
}

static void add_reason(const struct mention *m, enum lang lang, struct str *out)
{
    const char *says = reasons[m->reason].says[lang];

    if (m->reason == MENTION_RETURN && m->measure)
        str_addf(out, says, m->measure_until, m->measure, m->measure_by);
    else if (m->reason != MENTION_RETURN && *says)
        str_addf(out, says, m->opened_on);
    str_add(out, "\n\n");
}

/* The end of a letter speaks of {alert}: the step's own has the number already. */
static void add_close(const struct mention *m, enum lang lang, struct str *out)
{
    struct str end;
    const char *text, *mark;

    str_init(&end, LETTER_BODY_MAX);
    letter_close(!m->closed, lang, &end);
    for (text = str_text(&end); (mark = strstr(text, "{alert}")); text = mark + strlen("{alert}")) {
        str_append(out, text, (size_t)(mark - text));
        str_add(out, m->alert);
    }
    str_add(out, text);
    str_finish(&end);
}

void mention_body(const struct mention *m, enum lang lang, struct str *out)
{
    if (has_letter(m)) {
        str_add(out, m->body);
        return;
    }
    add_reason(m, lang, out);
    str_add(out, m->explanation);
    if (m->indicator_code)
        str_addf(out, "\n\n%s\n    vekhactl explain %s %s", more[lang], m->organisation_code,
                 m->indicator_code);
    add_close(m, lang, out);
}

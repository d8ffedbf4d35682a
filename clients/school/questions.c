/* questions: see questions.h. */
#include "school/questions.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "moment.h"
#include "school/figures.h"
#include "school/texts.h"
#include "terminal.h"

enum { INDENT = 4, NUMBER_MAX = 24, TEXT_MAX = 4 * WIRE_MAX_TITLE, ASKER_MAX = WIRE_MAX_NAME + 8 };

char *questions_name(int64_t number, enum lang lang, char buf[QUESTIONS_NAME_MAX])
{
    snprintf(buf, QUESTIONS_NAME_MAX, "%s %" PRId64, say(SAY_WORD_QUESTION, lang), number);
    return buf;
}

static void print_line(FILE *out, const char *text)
{
    terminal_wrap(out, text, INDENT, terminal_width(out), "");
}

static const char *name_of(const struct question *q, enum lang lang)
{
    const char *name = q->indicator_name[lang];
    return name != NULL ? name : q->indicator_name[LANG_RU];
}

/* «school-3: Консультации родителям (consultations), 9 месяцев 2020: сообщено 165». */
static void print_figure(const struct question *q, bool foreign, enum lang lang, FILE *out)
{
    const char *name = name_of(q, lang);
    char period[PERIOD_WORDS_MAX], value[FIGURES_VALUE_MAX];
    struct str line;
    str_init(&line, TEXT_MAX);
    if (foreign)
        str_addf(&line, "%s: ", q->figure.organisation);
    if (name != NULL)
        str_addf(&line, "%s (%s)", name, q->figure.indicator);
    else
        str_add(&line, q->figure.indicator);
    str_addf(&line, ", %s: ", period_words(q->figure.period, lang, period));
    if (q->reported)
        str_addf(&line, say(SAY_QUESTION_REPORTED, lang), figures_value(&q->figure, lang, value));
    else
        str_add(&line, say(SAY_QUESTION_NOT_REPORTED, lang));
    print_line(out, str_text(&line));
    str_finish(&line);
}

/* The commands, on lines of their own, to be copied. */
static void print_ways(const struct question *q, bool foreign, enum lang lang, FILE *out)
{
    char period[PERIOD_TEXT_MAX];
    fprintf(out, "%*s%s\n", INDENT, "", say(SAY_QUESTION_CORRECT, lang));
    fprintf(out, "%*svekha-submit %s %s --period %s%s%s\n", 2 * INDENT, "", q->figure.indicator,
            say(SAY_QUESTION_VALUE, lang), period_format(q->figure.period, period),
            foreign ? " --org " : "", foreign ? q->figure.organisation : "");
    fprintf(out, "%*s%s\n", INDENT, "", say(SAY_QUESTION_EXPLAIN, lang));
    fprintf(out, "%*svekha-submit --answer %" PRId64 " --text \"…\"\n", 2 * INDENT, "", q->number);
}

static void print_one(const struct question *q, const char *own, enum lang lang, FILE *out)
{
    bool foreign = own == NULL || strcmp(own, q->figure.organisation) != 0;
    char number[NUMBER_MAX], time[CLOCK_TEXT_MAX], asker[ASKER_MAX] = "";
    snprintf(number, sizeof number, "%" PRId64, q->number);
    if (q->author != NULL)
        snprintf(asker, sizeof asker, " (%s)", q->author);
    say_to(out, lang, SAY_QUESTION, number, asker, moment_text(q->asked_us, lang, time));
    print_line(out, q->text);
    print_figure(q, foreign, lang, out);
    print_ways(q, foreign, lang, out);
}

void questions_print(const struct question *questions, size_t n, bool more, const char *own,
                     enum lang lang, FILE *out)
{
    for (size_t i = 0; i < n; i++)
        print_one(&questions[i], own, lang, out);
    if (more)
        say_to(out, lang, SAY_MORE_QUESTIONS);
    fflush(out);
}

/* problems: a list that is cut short rather than endless: the first fifty are enough for one round
 * of mending. */
#include "admin/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "terminal.h"

enum { SENTENCE_MAX = 1000 };

void problems_init(struct problems *p, enum lang lang)
{
    *p = (struct problems){.lang = lang};
    str_init(&p->text, PROBLEMS_TEXT_MAX);
}

void problems_finish(struct problems *p)
{
    if (p != NULL)
        str_finish(&p->text);
}

void problems_column(struct problems *p, const char *file, const char *field, int column)
{
    if (p->n_columns < PROBLEMS_COLUMNS)
        p->columns[p->n_columns++] = (struct problems_column){file, field, column};
}

static void add_place(struct problems *p, const char *file, int line, const char *field)
{
    str_addf(&p->text, "%s:%d:", file, line);
    for (size_t i = 0; i < p->n_columns; i++)
        if (p->columns[i].file == file && p->columns[i].field == field) {
            str_addf(&p->text, "%d:", p->columns[i].column);
            break;
        }
    str_add(&p->text, " ");
}

void problem(struct problems *p, const char *file, int line, const char *field, enum text id, ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;

    if (p->n++ >= PROBLEMS_SHOWN)
        return;
    va_start(args, id);
    vsnprintf(sentence, sizeof sentence, text(id, p->lang), args);
    va_end(args);
    add_place(p, file, line, field);
    if (field != NULL && *field != '\0')
        str_addf(&p->text, "%s: ", field);
    str_addf(&p->text, "%s\n", sentence);
}

void problems_print(const struct problems *p)
{
    enum { COUNT_TEXT_MAX = 24 };
    char count[COUNT_TEXT_MAX], limit[COUNT_TEXT_MAX];

    terminal_put(stderr, str_text(&p->text), strlen(str_text(&p->text)));
    snprintf(count, sizeof count, "%zu", p->n);
    snprintf(limit, sizeof limit, "%d", PROBLEMS_SHOWN);
    if (p->n > PROBLEMS_SHOWN)
        complain(p->lang, TEXT_PROBLEMS_MORE, limit);
    complain(p->lang, TEXT_PROBLEMS_FOUND, count);
}

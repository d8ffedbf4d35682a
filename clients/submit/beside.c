/* beside: see beside.h. */
#include "submit/beside.h"

#include <stdio.h>

#include "agent/hearing.h"
#include "agent/inquiry.h"
#include "school/questions.h"
#include "school/texts.h"

enum {
    BESIDE_WAIT_MS = 2000,
    BESIDE_SHOWN = 5, /* questions; whoever has come to send a figure is not held up by more */
};

static void show_questions(const struct work *w, struct connection *c)
{
    struct hearing *h = w->options->json ? NULL : hearing_new();
    const struct question *questions;
    if (h == NULL || hearing_over(h, c, WORK_SOFTWARE, BESIDE_WAIT_MS) != TALK_DONE) {
        hearing_free(h);
        return;
    }
    size_t n = hearing_questions(h, &questions);
    if (n > 0) {
        say_to(stdout, w->lang, SAY_DEPARTMENT_ASKS);
        questions_print(questions, n < BESIDE_SHOWN ? n : BESIDE_SHOWN, n > BESIDE_SHOWN,
                        w->conf->organisation, w->lang, stdout);
    }
    hearing_free(h);
}

void beside(void *context, struct connection *c)
{
    const struct work *w = context;
    show_questions(w, c);
    (void)inquiry_refresh(c, w->conf->spool);
}

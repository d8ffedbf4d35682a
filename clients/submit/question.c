/* question: what the department asks about figures, and answers in words. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/hearing.h"
#include "fault.h"
#include "school/questions.h"
#include "school/texts.h"
#include "spool/compose.h"
#include "submit/commands.h"
#include "submit/dispatch.h"
#include "wire/form.h"

enum { DIGITS_MAX = 18 };

/* --- what is asked --- */

static int tell(struct work *w, const struct hearing *h)
{
    const struct question *questions;
    size_t n = hearing_questions(h, &questions);
    for (size_t i = 0; i < n; i++)
        answer_question(w->answer, &questions[i]);
    if (!w->options->json && n == 0)
        say_to(stdout, w->lang, SAY_NO_QUESTIONS);
    if (!w->options->json && n > 0) {
        say_to(stdout, w->lang, SAY_DEPARTMENT_ASKS);
        questions_print(questions, n, hearing_has_more(h), w->conf->organisation, w->lang, stdout);
    }
    return answer_finish(w->answer) ? EXIT_DONE : EXIT_REFUSED;
}

static int complain(const struct work *w, enum talk_end how)
{
    static const enum say why[] = {
        [TALK_NO_ANSWER] = SAY_QUESTIONS_UNKNOWN,
        [TALK_NOT_GIVEN] = SAY_QUESTIONS_NOT_GIVEN,
        [TALK_FAILED] = SAY_SENDER_FAILED,
    };
    say_to(stderr, w->lang, why[how],
           how == TALK_FAILED ? fault_text(errno, w->lang) : w->conf->centres[0].endpoint);
    return EXIT_KEPT;
}

int command_questions(struct work *w)
{
    struct hearing *h = hearing_new();
    int wait_ms = w->options->wait_ms > 0 ? w->options->wait_ms : 1;
    int code = EXIT_KEPT;
    if (h == NULL) {
        say_to(stderr, w->lang, SAY_NO_MEMORY);
    } else {
        enum talk_end how = hearing_run(h, w->conf, WORK_SOFTWARE, wait_ms);
        code = how == TALK_DONE ? tell(w, h) : complain(w, how);
    }
    hearing_free(h);
    return code;
}

/* --- what is answered --- */

static bool read_number(const struct work *w, int64_t *ret)
{
    const char *given = w->options->argument;
    *ret = strlen(given) <= DIGITS_MAX && given[strspn(given, "0123456789")] == '\0'
               ? strtoll(given, NULL, 10)
               : 0;
    if (*ret == 0)
        say_to(stderr, w->lang, SAY_BAD_QUESTION_NUMBER, given);
    return *ret > 0;
}

static bool check_text(const struct work *w)
{
    const char *text = w->options->fields[FIELD_TEXTS + NARRATIVE_TEXT];
    if (text != NULL && form_text_ok(TEXT_QUESTION, text))
        return true;
    say_to(stderr, w->lang, SAY_BAD_ANSWER);
    return false;
}

int command_answer(struct work *w)
{
    const struct compose_job job = {w->spool, w->options->author, w->lang};
    struct parcel parcel;
    int64_t question;
    if (!read_number(w, &question) || !check_text(w) || !work_check_author(w))
        return EXIT_USAGE;
    if (w->options->dry_run)
        return EXIT_DONE;
    enum spool_error e =
        compose_reply(&job, question, w->options->fields[FIELD_TEXTS + NARRATIVE_TEXT], &parcel);
    if (e != SPOOL_OK)
        return work_complain_spool(w, e);
    answer_queued_reply(w->answer, &parcel, question);
    int code = dispatch_spool(w, &parcel, 1);
    return answer_finish(w->answer) ? code : EXIT_REFUSED;
}

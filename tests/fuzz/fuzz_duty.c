/* fuzz_duty: any bytes as a book of duties and, after an empty line, as organisations to be judged by
 * it: nothing overflows or hangs, and what comes out holds together. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/arrears.h"
#include "model/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer: the input is kept. */
static void require(bool held)
{
    if (!held)
        __builtin_trap();
}

static void require_sound(const struct freshness *f, date_t today)
{
    bool missing = f->state >= FRESHNESS_DUE;

    require(f->changes_on == DATE_NONE || f->changes_on > today);
    require(missing == (f->due_on != DATE_NONE));
    require(!missing || (period_valid(f->period) && period_last_day(f->period) < today));
    require((f->state >= FRESHNESS_OVERDUE) == (f->days_late > 0));
}

static void judge_one(void *arg, const struct reporting *r)
{
    (void)arg;
    for (size_t i = 0; i < r->n; i++) {
        require_sound(&r->series[i].freshness, r->debtor.today);
        require(r->series[i].freshness.state <= r->state);
    }
    require(notice_next(NOTICE_NONE, notice_of(r))->to == notice_of(r));
    for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
        struct str text;

        str_init(&text, ARREARS_MAX);
        arrears_explain(r, (enum lang)lang, &text);
        require(!text.failed && text.len > 0);
        str_finish(&text);
    }
}

/* The next line of what is left; false at the end. */
static bool next_line(const char **at, const char *end, const char **ret_line, size_t *ret_len)
{
    const char *stop;

    if (*at >= end)
        return false;
    stop = memchr(*at, '\n', (size_t)(end - *at));
    *ret_line = *at;
    *ret_len = (size_t)((stop ? stop : end) - *at);
    *at += *ret_len + 1;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct duty_book *book = duty_book_new();
    struct reporting_input *in = reporting_input_new(book, judge_one, NULL);
    const char *at = (const char *)data, *end = at + size, *line;
    size_t len;

    while (book && next_line(&at, end, &line, &len) && len > 0)
        (void)!duty_book_line(book, line, len);
    while (in && next_line(&at, end, &line, &len))
        (void)!reporting_input_line(in, line, len);
    if (in)
        (void)!reporting_input_end(in);
    reporting_input_free(in);
    duty_book_free(book);
    return 0;
}

/* fuzz_input: any bytes as lines of a series, judged and explained: nothing overflows, hangs or is
 * left undefined. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/alert.h"
#include "model/explain.h"
#include "model/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer: the input is kept. */
static void require(bool held)
{
    if (!held)
        __builtin_trap();
}

static void explain_one(void *arg, const struct series *s)
{
    struct assessment a;

    (void)arg;
    assess(s, &a);
    require(a.status <= STATUS_MISSED);
    require(!a.has_forecast || (a.probability_e4 >= 0 && a.probability_e4 <= 10000));
    require(a.reassess_on == DATE_NONE || a.reassess_on > s->today);
    require(alert_next(ALERT_NONE, a.status)->status == a.status);
    for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
        struct str text;

        str_init(&text, EXPLAIN_MAX);
        explain(s, &a, (enum lang)lang, &text);
        require(!text.failed && text.len > 0);
        require(!strchr(str_text(&text), '{') || strchr(s->organisation_name[LANG_RU], '{') ||
                strchr(s->indicator_name[LANG_RU], '{') ||
                strchr(s->organisation_name[LANG_EN], '{') ||
                strchr(s->indicator_name[LANG_EN], '{') || strchr(s->plan.basis, '{') ||
                strchr(s->rules.code, '{'));
        str_finish(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input *in = input_new(explain_one, NULL);
    const char *at = (const char *)data, *end = at + size;

    while (in && at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);

        (void)!input_line(in, at, len);
        at += len + 1;
    }
    if (in)
        require(input_end(in));
    input_free(in);
    return 0;
}

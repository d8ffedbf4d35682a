/* fuzz_docket: whatever lies between two runs of the agent is a docket or a state in its limits, or is none. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "folder/docket.c"
#include "folder/lines.c"
#include "folder/state.c"
#include "moment.c"
#include "object.c"
#include "school/texts.c"
#include "spool/patience.c"
#include "words.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read is written so that it is read as the same. */
static void check_docket(const struct docket *d)
{
    struct docket back;
    struct str text;
    str_init(&text, DOCKET_MAX_BYTES);
    if (d->n == 0 || d->n > DOCKET_MAX_PARCELS || strchr(d->name, '/') != NULL)
        abort();
    write_docket(d, &text);
    if (!text.failed) {
        if (!docket_parse(str_text(&text), text.len, &back) || back.n != d->n ||
            back.stage != d->stage || strcmp(back.name, d->name) != 0)
            abort();
        docket_finish(&back);
    }
    str_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct docket d;
    struct state s;
    if (docket_parse((const char *)data, size, &d)) {
        check_docket(&d);
        docket_finish(&d);
    }
    if (state_parse((const char *)data, size, &s) && strchr(s.endpoint, '\n') != NULL)
        abort();
    return 0;
}

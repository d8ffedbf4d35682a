/* standing: puts an assessment into words and numbers of the wire. */
#include "intake/standing.h"

#include <string.h>

#include "base/str.h"
#include "model/explain.h"
#include "wire/wire.h"

enum { FACT_PLACES = 2 };

/* The headline, cut to what a message may carry at the end of a character. */
static const char *headline(const struct series *s, const struct assessment *a, enum lang lang,
                            struct arena *arena)
{
    struct str text;
    str_init(&text, EXPLAIN_MAX);
    explain_headline(s, a, lang, &text);
    const char *bytes = str_text(&text);
    size_t len = strlen(bytes);
    if (len > WIRE_MAX_NOTE) {
        for (len = WIRE_MAX_NOTE; len > 0 && ((unsigned char)bytes[len] & 0xc0) == 0x80; len--) {
        }
    }
    const char *copy = arena_copy_text(arena, bytes, len);
    str_finish(&text);
    return copy;
}

bool standing_pack(const struct series *s, const struct assessment *a, enum lang lang,
                   struct arena *arena, uint8_t **ret_bytes, size_t *ret_len)
{
    struct message m = {
        .kind = MESSAGE_STANDING,
        .u.standing =
            {
                .organisation = s->organisation_code,
                .indicator = s->indicator_code,
                .status = status_name(a->status),
                .text = headline(s, a, lang, arena),
                .as_of = a->as_of,
                .has_target = s->has_plan && s->plan.target.present,
                .target = s->plan.target.value,
            },
    };
    struct standing *out = &m.u.standing;
    unsigned places =
        s->whole && s->kind != KIND_SHARE ? 0 : FACT_PLACES; /* a share is in per cent */
    out->has_fact = !ratio_is_null(a->fact) && ratio_round(a->fact, places, &out->fact);
    return wire_pack(&m, arena, ret_bytes, ret_len) == WIRE_OK;
}

/* standing: the message that tells a school where a target of its own now stands, after its figures
 * were assessed. */
#ifndef VEKHA_STANDING_H
#define VEKHA_STANDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/lang.h"
#include "model/assess.h"
#include "model/series.h"
#include "wire/arena.h"

/* Packs it into memory of the arena.  False if it cannot be packed. */
bool standing_pack(const struct series *s, const struct assessment *a, enum lang lang,
                   struct arena *arena, uint8_t **ret_bytes, size_t *ret_len);

#endif

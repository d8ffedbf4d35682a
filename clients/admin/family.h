/* family: the children of sums, while sums are made from below: each series is assessed, and kept for
 * the sum that it is part of. */
#ifndef VEKHA_ADMIN_FAMILY_H
#define VEKHA_ADMIN_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/input.h"

struct family;

struct family *family_new(void);    /* NULL without memory */
void family_free(struct family *f); /* NULL-safe */

/* Says that a series is part of the sum of the same indicator at `parent`.  False without memory. */
bool family_place(struct family *f, int32_t organisation, int32_t indicator, int32_t parent)
    __attribute__((warn_unused_result));
bool family_is_empty(const struct family *f); /* no series is part of a sum */

/* Assesses a series and keeps it for its sum, if it is part of one.  Deeper ones first; those of one sum in
 * the order of their codes.  Takes a struct family; without memory family_failed() is true from then on. */
input_series_fn family_take;
bool family_failed(const struct family *f);

/* Lends a sum its children; they stay the family's.  Takes a struct family. */
input_children_fn family_lend;

#endif

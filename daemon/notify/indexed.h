/* indexed: a drawing of few colours as a PNG with a palette, a third of what one in full colour takes.  A letter
 * goes to many mailboxes, and over thin lines. */
#ifndef VEKHA_NOTIFY_INDEXED_H
#define VEKHA_NOTIFY_INDEXED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Pixels of 0x00RRGGBB, row by row. */
struct drawing {
    const uint32_t *pixels;
    uint32_t width, height;
    uint32_t stride; /* pixels from row to row */
};

/* Appends the bytes of a PNG.  Colours are made coarser until they fit a palette: only the shades at the edges
 * of lines and letters are many.  False if out of memory. */
bool indexed_write(const struct drawing *d, struct str *out) __attribute__((warn_unused_result));

#endif

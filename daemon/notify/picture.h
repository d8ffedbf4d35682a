/* picture: plan, fact and forecast as a small PNG for a letter.
 *
 *     ┌──────────────────────────────────────────┐
 *     │                                 ┄┄┄ 200  │   the plan: a grey line to its target
 *     │                            ┄┄┄      ▒ 175│   the forecast: a fan, F and its sd
 *     │              ┄┄┄┄┄┄●──────·▒▒▒▒▒▒▒▒▒▒▒   │   the facts: dark dots
 *     └──────────────────────────────────────────┘
 */
#ifndef VEKHA_NOTIFY_PICTURE_H
#define VEKHA_NOTIFY_PICTURE_H

#include "base/lang.h"
#include "base/str.h"
#include "model/chart.h"

enum {
    PICTURE_WIDTH = 560, /* as it is shown; it has twice as many pixels */
    PICTURE_HEIGHT = 190,
    PICTURE_MAX = 12 * 1024,
};

/* Appends the bytes of a PNG.  False if it cannot be drawn. */
bool picture_draw(const struct chart *c, enum lang lang, struct str *out)
    __attribute__((warn_unused_result));

/* Frees what the libraries that draw keep for the next time. */
void picture_finish(void);

#endif

/* glance: what can be said of figures before they are sent, from the part of the catalogue that the
 * centre told last: the indicator's name, the plan, the last figure, what the centre's rules would
 * find wrong, and jumps.
 *
 * A jump is a figure that may well be right, but looks like a slip of the hand.  It is compared with
 * the figure that stands for the same period, else with the newest before it:
 *
 *     falls     a flow that is reported since the year's begin is smaller than before in that year
 *     tenfold   ten times the last value or more; or a tenth or less, but not zero
 *     beyond    twice the plan for that day or more, where more is better
 *     same      exactly the value of an earlier period, and not zero; no milestone
 *
 * The first of these is told.  After a new year a count that begins anew is compared with nothing. */
#ifndef VEKHA_SCHOOL_GLANCE_H
#define VEKHA_SCHOOL_GLANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/part.h"
#include "rules/inspect.h"
#include "sheet/sheet.h"

enum jump { JUMP_NONE, JUMP_FALLS, JUMP_TENFOLD, JUMP_BEYOND, JUMP_SAME };

struct glance {
    const struct part_indicator *indicator; /* NULL: the part does not know it */
    bool has_plan;
    struct decimal plan;
    const struct report *last; /* NULL: none is known */
    enum verdict verdict;      /* VERDICT_REJECTED, VERDICT_WARNING, or 0: nothing is wrong */
    enum reason reason;
    const char *text; /* why, as the centre would say it; NULL if nothing is wrong */
    enum jump jump;
};

struct glances;

/* Looks at rows of one kind, figures or narratives, as a submission composed at now_us.  The part
 * must outlive the glances.  NULL if out of memory. */
struct glances *glances_new(const struct part *p, const struct sheet_row *rows, size_t n,
                            enum lang lang, int64_t now_us);
void glances_free(struct glances *g); /* NULL-safe */

/* Of row i; NULL if g is NULL. */
const struct glance *glances_at(const struct glances *g, size_t i);

size_t glances_rejected(const struct glances *g); /* 0 for NULL */
size_t glances_jumps(const struct glances *g);

#endif

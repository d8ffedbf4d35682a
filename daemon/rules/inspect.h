/* inspect: the rules that every figure and narrative passes, whoever brings it in and by whichever
 * door. */
#ifndef VEKHA_RULES_INSPECT_H
#define VEKHA_RULES_INSPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/subject.h"
#include "wire/arena.h"
#include "wire/message.h"

enum {
    INSPECT_CLOCK_TOLERANCE_MIN = 10, /* a client's clock that is further ahead is warned of */
    INSPECT_LONG_AGO_DAYS = 400,      /* so is a period that ended longer ago */
    INSPECT_MAX_TEXT =
        40 * 1024, /* bytes of all texts of a submission: a receipt must fit WIRE_MAX_MESSAGE */
};

/* What was found out about each line, in the order of the submission. */
struct inspected {
    struct subject *figures, *narratives;
};

/* Judges every figure and narrative of a submission. Memory, texts too, is of the arena.  Past INSPECT_MAX_TEXT a reason goes without its text.
 * False if the arena is full. */
bool inspect(const struct inspection *by, const struct submission *s, struct arena *a,
             struct inspected *ret) __attribute__((warn_unused_result));

#endif

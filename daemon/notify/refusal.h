/* refusal: what the centre did not take of a submission: a letter about one, a digest of many.  Pure: what
 * the database gives comes in, texts go out. */
#ifndef VEKHA_NOTIFY_REFUSAL_H
#define VEKHA_NOTIFY_REFUSAL_H

#include <stddef.h>

#include "base/lang.h"
#include "base/str.h"

enum { REFUSAL_LINES = 40 /* that the database gives of one submission */ };

/* A figure or narrative that was not taken. */
struct refused_line {
    const char *number; /* its place in the submission, from 1 */
    const char *why;    /* as the sender's receipt says it */
};

/* Texts live as long as what they were made from. */
struct refused {
    const char *number;      /* of the submission */
    const char *received_on; /* as people write days */
    const char *organisation_name;
    const char *author;    /* NULL: not said */
    size_t lines, refused; /* in the submission; n are at hand */
    size_t n;
    struct refused_line at[REFUSAL_LINES];
};

/* Appends "Not taken, 2 of 5: School 3, submission No. 17 of 2020-10-05". */
void refusal_subject(const struct refused *r, enum lang lang, struct str *out);

/* Appends the letter: which lines, why, and how to send them again. */
void refusal_body(const struct refused *r, enum lang lang, struct str *out);

/* The same for many submissions, of which n are at hand. */
void refusals_subject(size_t total, enum lang lang, struct str *out);
void refusals_body(const struct refused *list, size_t n, size_t total, enum lang lang,
                   struct str *out);

#endif

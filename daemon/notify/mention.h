/* mention: that somebody is to hear of a step of an alert: a letter about one, a digest of many.
 * Pure: what the database gives comes in, texts go out. */
#ifndef VEKHA_NOTIFY_MENTION_H
#define VEKHA_NOTIFY_MENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lang.h"
#include "base/str.h"

enum {
    MENTION_SUBJECT_MAX = 2000,
    MENTION_BODY_MAX = 48 * 1024,
    MENTION_SHOWN = 50, /* in a digest; the others are counted */
};

/* What the database calls vekha.mention_reason, and a measure whose time is over. */
enum mention_reason {
    MENTION_STEP,       /* the alert moved */
    MENTION_RETURN,     /* it was in hand, and the measure had its time */
    MENTION_REMINDER,   /* it stands, and nobody took it in hand */
    MENTION_ESCALATION, /* those before did not take it in hand */
    MENTION_REASONS
};

/* Texts live as long as what they were made from; NULL where there is nothing to say. */
struct mention {
    enum mention_reason reason;
    const char *kind, *level; /* of the alert: "lag", "lagging" */
    bool closed;
    const char *alert;     /* its number */
    const char *opened_on; /* as people write days */
    const char *organisation_code, *organisation_name;
    const char *indicator_code, *indicator_name; /* NULL: about the organisation as a whole */
    const char *subject, *body; /* of the letter that was written with the step; NULL: none was */
    const char *explanation;    /* its first line is a headline */
    const char *measure, *measure_until, *measure_by;
};

/* The reason that the database gives, and the step's event.  False for another word. */
bool mention_reason_parse(const char *reason, const char *event, enum mention_reason *ret);

/* Appends one line: that of the step's letter, or who and what with the reason before it. */
void mention_subject(const struct mention *m, enum lang lang, struct str *out);

/* Appends the letter: that of the step, or why it is told again and how things stand. */
void mention_body(const struct mention *m, enum lang lang, struct str *out);

/* Appends "Vekha: 12 alerts, 3 over"; total and closed count what is not shown too. */
void digest_subject(size_t total, size_t closed, enum lang lang, struct str *out);

/* Appends the digest: the n mentions at hand under headings, gravest first, and how many more there
 * are. */
void digest_body(const struct mention *list, size_t n, size_t total, enum lang lang,
                 struct str *out);

#endif

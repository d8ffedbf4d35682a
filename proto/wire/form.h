/* form: what a text and a time of a message must look like.  Packing and unpacking ask the same
 * questions, so that no program sends what its peer would refuse. */
#ifndef VEKHA_WIRE_FORM_H
#define VEKHA_WIRE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/arena.h"
#include "wire/message.h"

enum text_kind {
    TEXT_CODE,        /* one line, never empty, WIRE_MAX_CODE */
    TEXT_NAME,        /* one line, WIRE_MAX_NAME */
    TEXT_NOTE,        /* newlines and tabs allowed, WIRE_MAX_NOTE */
    TEXT_PROSE,       /* newlines allowed, WIRE_MAX_PROSE */
    TEXT_REMARK,      /* newlines allowed, WIRE_MAX_REMARK */
    TEXT_TITLE,       /* one line, WIRE_MAX_TITLE */
    TEXT_EXPLANATION, /* newlines allowed, WIRE_MAX_EXPLANATION */
    TEXT_QUESTION,    /* newlines allowed, never empty, WIRE_MAX_NOTE; a reply to one, too */
    TEXT_FACT,        /* one line, never empty, tabs allowed, WIRE_MAX_FACT */
};

/* True if a text that is there (not NULL) may travel: UTF-8 of the kind's length without control
 * characters. */
bool form_text_ok(enum text_kind kind, const char *text);

/* A text of well-formed UTF-8 as it may travel: itself, or a copy in the arena that is cut at a
 * character and has '?' for what may not be in it or is not harmless (base/utf8.h).  NULL if the arena is full. */
const char *form_text_tamed(enum text_kind kind, const char *text, struct arena *a);

/* How many bytes a text of a kind may have. */
size_t form_text_max(enum text_kind kind);

/* The kind of each text of a narrative. */
enum text_kind form_narrative_kind(enum narrative_text which);

/* True for Unix microseconds from 1970 to the end of DATE_MAX_YEAR, which PostgreSQL can store. */
bool form_time_ok(int64_t us);

#endif

/* form: what a text and a time of a message must look like.  Packing and unpacking ask the same
 * questions, so that no program sends what its peer would refuse. */
#ifndef VEKHA_WIRE_FORM_H
#define VEKHA_WIRE_FORM_H

#include <stdbool.h>
#include <stdint.h>

enum text_kind {
    TEXT_CODE, /* one line, never empty, WIRE_MAX_CODE */
    TEXT_NAME, /* one line, WIRE_MAX_NAME */
    TEXT_NOTE, /* newlines and tabs allowed, WIRE_MAX_NOTE */
};

/* True if a text that is there (not NULL) may travel: UTF-8 of the kind's length without control
 * characters. */
bool form_text_ok(enum text_kind kind, const char *text);

/* True for Unix microseconds from 1970 to the end of DATE_MAX_YEAR, which PostgreSQL can store. */
bool form_time_ok(int64_t us);

#endif

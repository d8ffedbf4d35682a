/* lines: the shape of the small text files that the agent keeps: a first line that says what it is, then lines of a word and,
 * after a blank, its value; `end` is the last.  A file without it was cut off. */
#ifndef VEKHA_FOLDER_LINES_H
#define VEKHA_FOLDER_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Takes the value ("" if there is none) of a line.  False: it is no such line. */
typedef bool lines_take(void *data, const char *value);

struct lines_word {
    const char *word;
    lines_take *take;
};

/* Reads a text whose first line is `magic` and whose others begin with one of n words.  False if it is none. */
bool lines_parse(const char *text, size_t len, const char *magic, const struct lines_word *words,
                 size_t n, void *data) __attribute__((warn_unused_result));

/* The number at *at, up to `most`, and *at behind it and the blank after it.  False if there is none. */
bool lines_number(const char **at, uint64_t most, uint64_t *ret);

/* A file of that folder's descriptor, no larger than the maximum of ret.  False with errno. */
bool lines_load(int folder, const char *name, struct str *ret) __attribute__((warn_unused_result));

#endif

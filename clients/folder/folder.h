/* folder: where people drop their tables, and find what became of them.
 *
 *     figures.xlsx                            dropped
 *     sending/2020-09-25 10.15 figures.xlsx   taken: it was complete; its figures are on their way
 *     accepted/2020-09-25 10.15 figures.xlsx  every line of it is in force, or was before
 *     accepted/2020-09-25 10.15 figures.xlsx.txt   the report
 *     refused/…                               some line of it, or all, is not; the report says which and what to do
 *
 *     QUESTIONS.txt                           what the department asks; gone once it is answered
 *
 * The name that a file is taken under, its moment before it, is its own in all three; so every step can be done again
 * by whoever finds it half done.  Others may write to the folder, so nothing in it is followed: no link, and no folder that
 * was put in the place of ours. */
#ifndef VEKHA_FOLDER_FOLDER_H
#define VEKHA_FOLDER_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lang.h"
#include "folder/ripe.h"

enum folder_shelf { FOLDER_SENDING, FOLDER_ACCEPTED, FOLDER_REFUSED, FOLDER_SHELVES };

enum {
    FOLDER_NAME_MAX = NAME_MAX + 1,
    FOLDER_MAX_SENDING =
        1000, /* files that are under way at once; further ones wait for their turn */
};

typedef char folder_name[FOLDER_NAME_MAX];

struct folder;

/* Opens a folder and makes its three shelves.  path must outlive it.  NULL with errno. */
struct folder *folder_open(const char *path);
void folder_close(struct folder *f); /* NULL-safe */

/* Takes every complete file to sending/.  now_us: Unix microseconds, for the names, by this computer's clock on the wall; now_ms:
 * monotonic_ms().  False with errno if the folder cannot be read or a file not be moved; the others are taken. */
bool folder_take(struct folder *f, int64_t now_us, int64_t now_ms);

/* Lays what the department asks into the folder, as QUESTIONS.txt or ВОПРОСЫ.txt, which are never taken; text NULL takes both away.
 * False with errno. */
bool folder_lay_questions(const struct folder *f, enum lang lang, const char *text, size_t len)
    __attribute__((warn_unused_result));

/* How many files lie there that were not complete at the last look, and one of them; NULL if there are none. */
struct folder_unripe {
    size_t growing, open;
    folder_name one; /* that is open, else that grows */
};
const struct folder_unripe *folder_unripe(const struct folder *f);

/* The names in sending/, in order; *ret is malloc'd.  False with errno. */
bool folder_list(const struct folder *f, folder_name **ret, size_t *ret_n)
    __attribute__((warn_unused_result));

/* The bytes of a file in sending/, up to max; *ret is malloc'd.  False with errno; ENOENT if it is gone, EFBIG if it is larger. */
bool folder_read(const struct folder *f, const char *name, size_t max, uint8_t **ret,
                 size_t *ret_len) __attribute__((warn_unused_result));

/* Lays a report beside where a file of sending/ belongs, then the file itself.  It may have been done before, in part or
 * all; a file that is gone is no error.  False with errno if the report is not on the disk or the file not in its place. */
bool folder_settle(const struct folder *f, const char *name, enum folder_shelf to,
                   const char *report, size_t len) __attribute__((warn_unused_result));

#endif

/* pages: the pages of a part as they are fetched and as the spool keeps them in one file:
 *
 *     vekha-part 1 FETCHED_US SHA256-IN-HEX      of all that follows
 *     page AFTER TAG-IN-HEX                      "-" for the first
 *     …lines of the page, none of which begins with "page "…
 *     page …
 *
 * What the lines say is none of its business (part.h). */
#ifndef VEKHA_AGENT_PAGES_H
#define VEKHA_AGENT_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/message.h"

enum {
    PAGES_MAX_BYTES = 64 * 1024 * 1024, /* of the file */
    PAGES_MAX = 4096,
};

struct pages;

struct pages *pages_new(void); /* none; NULL if out of memory */

/* From the bytes of a file, which are copied.  NULL with errno: EBADMSG damaged, EFBIG, ENOMEM. */
struct pages *pages_read(const char *bytes, size_t len);
void pages_free(struct pages *p); /* NULL-safe */

int64_t pages_fetched_us(const struct pages *p);

/* Calls fn with each line, in order, until one is refused; false then.  Lines lie in the memory of
 * the pages, those of a page one after the other with a newline between. */
bool pages_each_line(const struct pages *p, bool (*fn)(void *arg, const char *line, size_t len),
                     void *arg);

/* The tag of the page that follows `after` (NULL: the first); NULL if there is none. */
const uint8_t *pages_tag(const struct pages *p, const char *after);

/* Appends a page as it came; one that has not changed is taken from `old` (may be NULL).  False with
 * errno: EBADMSG old has no such page, EFBIG, ENOMEM. */
bool pages_add(struct pages *p, const struct part_page *page, const struct pages *old);

/* The file of a spool: its bytes, malloc'd; NULL with errno. */
char *pages_load(const char *spool, size_t *ret_len);

/* Puts the pages in the place of those that the spool keeps.  False with errno. */
bool pages_save(const struct pages *p, const char *spool, int64_t fetched_us);

#endif

/* arena: memory for one message: handed out in order, capped, freed at once.  It is what makes a
 * hostile message of 64 KiB cost at most WIRE_MAX_UNPACKED bytes, whatever it unpacks to. */
#ifndef VEKHA_WIRE_ARENA_H
#define VEKHA_WIRE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(size_t max); /* NULL if out of memory */
void arena_free(struct arena *a);    /* NULL-safe */
void arena_reset(
    struct arena *a); /* everything handed out is gone; the memory is kept for the next message */
void *arena_alloc(struct arena *a, size_t size); /* aligned for any type; NULL past the cap */
char *arena_copy_text(struct arena *a, const char *bytes, size_t len); /* with a NUL behind */
size_t arena_used(const struct arena *a);

#endif

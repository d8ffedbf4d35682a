/* arena: one block of memory from which a message's parts are cut in order.  There is no way to
 * give a part back, so an allocator built upon it can neither leak nor free twice. */
#include "wire/arena.h"

#include <sanitizer/asan_interface.h> /* its macros are empty in an ordinary build */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = alignof(max_align_t) };

struct arena {
    size_t max, used;
    alignas(max_align_t) unsigned char block[];
};

/* The kernel gives pages of a large block only when they are touched, so a cap that is rarely
 * reached costs little. */
struct arena *arena_new(size_t max)
{
    if (max > SIZE_MAX - sizeof(struct arena))
        return NULL;
    struct arena *a = malloc(sizeof *a + max);
    if (a == NULL)
        return NULL;
    a->max = max;
    a->used = 0;
    ASAN_POISON_MEMORY_REGION(a->block, max);
    return a;
}

void arena_free(struct arena *a)
{
    if (a != NULL) {
        ASAN_UNPOISON_MEMORY_REGION(a->block, a->max);
        free(a);
    }
}

void arena_reset(struct arena *a)
{
    ASAN_POISON_MEMORY_REGION(a->block, a->used);
    a->used = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t start = (a->used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (start > a->max || size > a->max - start)
        return NULL;
    a->used = start + size;
    ASAN_UNPOISON_MEMORY_REGION(a->block + start, size);
    return a->block + start;
}

char *arena_copy_text(struct arena *a, const char *bytes, size_t len)
{
    char *copy = len < SIZE_MAX ? arena_alloc(a, len + 1) : NULL;
    if (copy != NULL) {
        memcpy(copy, bytes, len);
        copy[len] = '\0';
    }
    return copy;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

/* jansson: see jansson.h. */
#include "notify/jansson.h"

#include <stdlib.h>
#include <jansson.h>

#include "base/shortage.h"

static void *noted_malloc(size_t size)
{
    void *block = malloc(size);

    if (!block)
        shortage_note();
    return block;
}

void jansson_note_shortages(void)
{
    json_set_alloc_funcs(noted_malloc, free);
}

/* reference: see reference.h. */
#include "rules/reference.h"

#include <stddef.h>

bool reference_is_below(const struct reference *r, int32_t organisation, int32_t above)
{
    for (int depth = 0; depth < REFERENCE_MAX_DEPTH && organisation != 0; depth++) {
        if (organisation == above)
            return true;
        const struct organisation *o = r->organisation(r->in, organisation);
        organisation = o == NULL ? 0 : o->parent;
    }
    return false;
}

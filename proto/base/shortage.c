/* shortage: see shortage.h. */
#include "base/shortage.h"

static _Thread_local unsigned count;

bool shortage_note(void)
{
    count++;
    return false;
}

unsigned shortage_count(void)
{
    return count;
}

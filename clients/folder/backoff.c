/* backoff: see backoff.h. */
#include "folder/backoff.h"

int64_t backoff_ms(unsigned failures, bool stubborn, uint32_t random)
{
    int64_t delay = stubborn ? BACKOFF_STUBBORN_MS : BACKOFF_FIRST_MS;
    for (unsigned i = 1; i < failures && delay < BACKOFF_MOST_MS; i++)
        delay *= 2;
    if (delay > BACKOFF_MOST_MS)
        delay = BACKOFF_MOST_MS;
    return delay + random % (delay / 4 + 1);
}

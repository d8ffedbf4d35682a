/* fuzz_period: whatever is read as a period must be a valid one, and read back from its own text; a
 * number that comes over the wire as a period must be refused or be one. */
#include "base/period.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_period(period_t p)
{
    char buf[PERIOD_TEXT_MAX];
    period_t back = PERIOD_NONE;
    date_t first = period_first_day(p), last = period_last_day(p);

    period_format(p, buf);
    require(period_parse(buf, strlen(buf), &back) && back == p);
    require(first <= last);
    require(date_civil(first).year == period_year(p) && date_civil(last).year == period_year(p));
    require((period_kind(p) == PERIOD_DAY) == (first == last));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    period_t p = PERIOD_NONE;

    if (period_parse((const char *)data, size, &p)) {
        require(period_valid(p));
        check_period(p);
    } else {
        require(p == PERIOD_NONE);
    }
    if (size == sizeof(p)) {
        memcpy(&p, data, sizeof(p));
        if (period_valid(p))
            check_period(p);
    }
    return 0;
}

/* fuzz_decimal: whatever is read as a figure must be written and read back as the same figure. */
#include "base/decimal.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_reads_back(const char *text, struct decimal d)
{
    struct decimal back;

    require(strlen(text) < DECIMAL_TEXT_MAX);
    require(decimal_parse(text, strlen(text), &back, NULL) == DECIMAL_OK);
    require(decimal_identical(back, d));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct decimal untouched = {-1, UINT8_MAX};
    struct decimal d = untouched, sum;
    char buf[DECIMAL_TEXT_MAX];
    size_t at = SIZE_MAX;

    if (decimal_parse((const char *)data, size, &d, &at) != DECIMAL_OK) {
        require(at <= size && decimal_identical(d, untouched));
        return 0;
    }
    require(at == SIZE_MAX && decimal_valid(d));
    require_reads_back(decimal_format(d, buf), d);
    require_reads_back(decimal_format_grouped(d, ',', buf), d);
    require_reads_back(decimal_format_grouped(d, '.', buf), d);
    require(decimal_subtract(d, d, &sum) && sum.mantissa == 0 && sum.scale == d.scale);
    require(decimal_compare(d, d) == 0);
    return 0;
}

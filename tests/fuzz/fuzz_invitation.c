/* fuzz_invitation: whatever is pasted is an invitation that is written as it was read, or is refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/invitation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct invitation in, back;
    char line[INVITATION_TEXT_MAX];
    if (invitation_parse((const char *)data, size, &in) != INVITATION_OK)
        return 0;
    invitation_format(&in, line);
    if (invitation_parse(line, strlen(line), &back) != INVITATION_OK ||
        strcmp(in.endpoint, back.endpoint) != 0 || strcmp(in.server_key, back.server_key) != 0 ||
        memcmp(in.seed, back.seed, sizeof in.seed) != 0)
        abort();
    return 0;
}

/* newkey: one pair in a hundred has "${" in it; to throw it away costs 0.03 bits of 256. */
#include "admin/newkey.h"

#include <string.h>

enum { ATTEMPTS = 100 };

bool newkey_make(struct key_pair *ret)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        if (!keys_make(ret))
            return false;
        if (strstr(ret->public_key, "${") == NULL && strstr(ret->secret_key, "${") == NULL)
            return true;
    }
    keys_wipe(ret);
    return false;
}

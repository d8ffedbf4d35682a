/* own: what a daemon sees of itself and its machine, as findings. */
#ifndef VEKHA_LOOKOUT_OWN_H
#define VEKHA_LOOKOUT_OWN_H

#include <stddef.h>

#include "model/finding.h"

enum { OWN_MAX = 4, OWN_DETAIL_MAX = 400, OWN_OBSERVER_MAX = 100 };

struct own {
    size_t n;
    struct own_finding {
        const char *name; /* of the table of findings */
        enum finding_level level;
        char detail[OWN_DETAIL_MAX];
    } list[OWN_MAX];
};

/* Who sees it: MACHINE:PORT.  Returns buf. */
const char *own_observer(const char *endpoint, char buf[OWN_OBSERVER_MAX]);

/* folder: of the database, NULL or "" if it is not on this machine.  Of `beats` timers of the event
 * loop, `late` were late.  What the system does not tell is left out. */
void own_look(const char *folder, unsigned late, unsigned beats, struct own *ret);

#endif

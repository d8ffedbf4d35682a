/* work: what one run of vekha-submit is given to do, and with what; what its commands have in common. */
#ifndef VEKHA_SUBMIT_WORK_H
#define VEKHA_SUBMIT_WORK_H

#include "agent/conf.h"
#include "agent/part.h"
#include "submit/answer.h"
#include "submit/options.h"

#ifndef VEKHA_VERSION
#define VEKHA_VERSION "unknown"
#endif

#define WORK_SOFTWARE "vekha-submit " VEKHA_VERSION /* as the centre is told */

enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1, /* some of it */
    EXIT_USAGE = 2,
    EXIT_KEPT = 75, /* for later: EX_TEMPFAIL */
};

struct work {
    const struct options *options;
    const struct conf *conf; /* NULL only for --dry-run without any configuration */
    struct spool *spool;     /* NULL with --dry-run */
    struct answer *answer;
    enum lang lang;
};

/* Says why nothing was queued (or read), by errno for SPOOL_DISK; the exit code. */
int work_complain_spool(const struct work *w, enum spool_error e);

/* Whether --author may travel; said if not. */
bool work_check_author(const struct work *w);

/* The part as it is now if the centre answers within --wait, else as it was; NULL if nothing is known. */
struct part *work_part(const struct work *w);

#endif

/* watchman: vekha-agent at work: takes what is dropped, sends what is queued, tells what became of it. */
#ifndef VEKHA_FOLDER_WATCHMAN_H
#define VEKHA_FOLDER_WATCHMAN_H

#include <stdbool.h>

#include "agent/conf.h"

struct watchman_job {
    const struct conf *conf;
    enum lang lang;
    bool once; /* do what can be done now, then end */
};

/* Works until SIGTERM or SIGINT (SIGHUP: tries again at once); the exit code. */
int watchman_run(const struct watchman_job *job);

/* Says how things stand; the exit code. */
int watchman_status(const struct conf *conf, enum lang lang, bool json);

#endif

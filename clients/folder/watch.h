/* watch: waits until something happens in a folder, or for a while.
 *
 * Where the system tells of changes (inotify) that is at once; what happens on another computer's disk it does not tell, and
 * elsewhere nothing does, so whoever watches has to look again after WATCH_LOOK_MS anyway. */
#ifndef VEKHA_FOLDER_WATCH_H
#define VEKHA_FOLDER_WATCH_H

#include <signal.h>
#include <stdbool.h>

enum { WATCH_LOOK_MS = 10000 };

struct watch;

struct watch *watch_new(void);    /* NULL with errno */
void watch_free(struct watch *w); /* NULL-safe */

/* Watches one folder more.  False with errno. */
bool watch_add(struct watch *w, const char *path);

/* Waits up to timeout_ms for a change, or for a signal that `mask` lets through.  True if something changed. */
bool watch_wait(struct watch *w, int timeout_ms, const sigset_t *mask);

#endif

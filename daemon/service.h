/* service: what systemd is told: ready, status, reloading, stopping, and that work goes on
 * (sd_notify(3)). Does nothing where no systemd listens. */
#ifndef VEKHA_SERVICE_H
#define VEKHA_SERVICE_H

#include <stdbool.h>
#include <event2/event.h>

struct service;

/* True while whoever waits is being served, or nobody waits. */
typedef bool service_progress_fn(void *arg);

/* Begins to feed the watchdog, if there is one, at a third of its time: as long as the loop turns and
 * there is progress.  NULL, and logged why, if it cannot. */
struct service *service_new(struct event_base *base, service_progress_fn *progress, void *arg);
void service_free(struct service *s); /* NULL-safe */

void service_ready(struct service *s); /* the second and later calls do nothing */
void service_status(const char *format, ...) __attribute__((format(printf, 1, 2)));
void service_reloading(void);
void service_reloaded(void);
void service_stopping(void);

#endif

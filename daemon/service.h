/* service: what systemd is told: ready, status, reloading, stopping, and that the loop still turns
 * (sd_notify(3)). Does nothing where no systemd listens. */
#ifndef VEKHA_SERVICE_H
#define VEKHA_SERVICE_H

#include <event2/event.h>

struct service;

/* Begins to feed the watchdog, if there is one, at a third of its time. */
struct service *service_new(struct event_base *base);
void service_free(struct service *s); /* NULL-safe */

void service_ready(struct service *s); /* the second and later calls do nothing */
void service_status(const char *format, ...) __attribute__((format(printf, 1, 2)));
void service_reloading(void);
void service_reloaded(void);
void service_stopping(void);

#endif

/* step: a step of an alert as a person, or a program, reads it. */
#ifndef VEKHA_ADMIN_STEP_H
#define VEKHA_ADMIN_STEP_H

#include <jansson.h>

#include "admin/ctl.h"
#include "wire/message.h"

/* A line of what moved, and one of why: the first of the explanation. */
void step_print(const struct ctl *ctl, const struct alert_step *s);

/* {"schema":1,"position":…,"step":…,"event":…,"alert":{…},…}; a new reference, NULL without memory. */
json_t *step_json(const struct alert_step *s);

#endif

/* columns: what is written about assessed series and the reporting of organisations, as parameters
 * of the SQL functions vekha.write_assessments(), write_reporting() and write_transitions(). */
#ifndef VEKHA_COLUMNS_H
#define VEKHA_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lang.h"
#include "base/uuid.h"
#include "model/alert.h"
#include "model/assess.h"
#include "model/notice.h"
#include "model/reporting.h"
#include "model/series.h"
#include "notify/letter.h"
#include "store/pg.h"

struct columns;

struct columns *columns_new(void);
void columns_free(struct columns *c); /* NULL-safe */
void columns_clear(struct columns *c);

/* Adds one assessment with its explanations. */
void columns_assessment(struct columns *c, const struct series *s, const struct assessment *a);

/* Adds the step of an alert that the assessment just added makes, with the letters that may be sent
 * about it.  submission may be NULL, and so may the correction that it made. */
void columns_transition(struct columns *c, const struct series *s, const struct assessment *a,
                        const struct alert_transition *t, const struct uuid *submission,
                        const struct correction *correction);

/* Adds how an organisation stands with its reports. */
void columns_reporting(struct columns *c, const struct reporting *r);

/* Adds the step of its alert, with the letters that may be sent about it.  submission may be NULL. */
void columns_notice(struct columns *c, const struct reporting *r, const struct notice_transition *t,
                    const struct uuid *submission);

size_t columns_assessments(const struct columns *c);
size_t columns_reportings(const struct columns *c);
size_t columns_transitions(const struct columns *c);

/* Fill parameters from `first` on; false if memory did not suffice for what was added. */
bool columns_bind_assessments(struct columns *c, struct pg_call *call, int first)
    __attribute__((warn_unused_result));
bool columns_bind_reporting(struct columns *c, struct pg_call *call, int first)
    __attribute__((warn_unused_result));
bool columns_bind_transitions(struct columns *c, struct pg_call *call, int first)
    __attribute__((warn_unused_result));

#endif

/* checkup: what doctor finds, said line by line, or with --json in rows. */
#ifndef VEKHA_ADMIN_CHECKUP_H
#define VEKHA_ADMIN_CHECKUP_H

#include <stddef.h>
#include <jansson.h>

#include "admin/text.h"
#include "base/lang.h"
#include "model/finding.h"

struct ctl;

/* What is ILL has to be mended; a NOTE is worth knowing, and leaves the exit code as it is. */
enum checkup_level { WELL, NOTE, ILL };

struct checkup {
    enum lang lang;
    json_t *rows; /* with --json, else NULL; whoever began it gives it away */
    size_t ill;   /* lines that are ILL */
};

/* Says one line: id takes the detail.  name is what --json calls the question. */
void checkup_note(struct checkup *p, const char *name, enum checkup_level level, enum text id,
                  const char *detail);

/* The same of the table of findings; of a newer database's the name is all that is known here. */
void checkup_finding(struct checkup *p, const char *name, enum finding_level level,
                     const char *detail);

/* All questions to the database; false, and said why, if it cannot be asked. */
bool checkup_database(struct ctl *ctl, struct checkup *p) __attribute__((warn_unused_result));

/* All that this machine tells; what does not concern it, or may not be known, is not said.  False as
 * above. */
bool checkup_machine(struct ctl *ctl, struct checkup *p) __attribute__((warn_unused_result));

#endif

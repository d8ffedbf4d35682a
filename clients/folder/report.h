/* report: what became of a dropped file, in plain words, for the person who finds it beside the file.
 *
 * It is a text for Notepad: UTF-8 with a BOM, lines that end with CR LF. */
#ifndef VEKHA_FOLDER_REPORT_H
#define VEKHA_FOLDER_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/hearing.h"
#include "folder/docket.h"
#include "folder/folder.h"
#include "sheet/sheet.h"
#include "spool/spool.h"

struct report_job {
    const char *name; /* of the file */
    enum lang lang;
    const struct sheet *sheet; /* as it was read; NULL: it could not be */
    int fault; /* errno, if it could not be read; 0: it is gone, or another by now */
    const struct docket *docket; /* what was sent of it; NULL: nothing */
    struct spool *spool;
};

/* Writes the report, malloc'd, and tells where the file belongs.  NULL with errno. */
char *report_write(const struct report_job *job, enum folder_shelf *ret_shelf, size_t *ret_len)
    __attribute__((warn_unused_result));

/* What the department asks, in the same form, malloc'd.  own: as of questions.h.  NULL with errno. */
char *report_questions(const struct hearing *h, const char *own, enum lang lang, size_t *ret_len)
    __attribute__((warn_unused_result));

#endif

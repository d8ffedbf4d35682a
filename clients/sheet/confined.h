/* confined: reads a workbook in a process of its own that can do nothing else.
 *
 * An .xlsx file comes from anywhere, and what unpacks it is large.  A mistake in it must not reach keys, spool or
 * network: the child that reads has the file's bytes and one pipe, may open nothing, write no file, start nothing, and use no more than
 * CONFINED_MAX_SECONDS of the processor and CONFINED_MAX_MEMORY.  On Linux a filter refuses it every system call but those of memory, that
 * pipe and its own end.  What comes out of the pipe is believed no more than the file is. */
#ifndef VEKHA_SHEET_CONFINED_H
#define VEKHA_SHEET_CONFINED_H

#include "sheet/book.h"

enum {
    CONFINED_MAX_SECONDS = 60,                /* of the processor */
    CONFINED_MAX_MEMORY = 1024 * 1024 * 1024, /* bytes of address space, beside what there is */
    CONFINED_MAX_CELLS = 20 * 1000 * 1000,    /* of all rows together */
};

/* As book_read(); BOOK_BROKEN also where the child died.  No thread may hold a lock meanwhile: it forks. */
enum book_error confined_read(struct book_job *job);

#endif

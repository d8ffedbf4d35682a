/* dispatch: sending what is in the spool, and saying what became of it. */
#ifndef VEKHA_SUBMIT_DISPATCH_H
#define VEKHA_SUBMIT_DISPATCH_H

#include "spool/compose.h"
#include "submit/work.h"

/* Sends the spool, of which these parcels were queued now.  EXIT_KEPT if one of them, or, if there are
 * none, anything still waits. */
int dispatch_spool(struct work *w, const struct parcel *parcels, size_t n);

#endif

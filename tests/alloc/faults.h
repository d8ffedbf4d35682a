/* faults: memory that runs out on demand.  Linked into a test it takes the place of malloc() and its kin for the test and all
 * libraries that it uses; preloaded (LD_PRELOAD) it does so for a whole program, and is told what to do through a file.
 *
 * Only what the first thread asks for fails, and not what these libraries ask for: libzmq, with the C++ library, and libconfuse, which end
 * the program by design, with a message; and those that draw, which use what they did not get.  What is freed is overwritten, so that
 * whoever uses it still is found out. */
#ifndef VEKHA_ALLOC_FAULTS_H
#define VEKHA_ALLOC_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* In the file that VEKHA_FAULTS names, in this order; the file is mapped when the program starts. */
struct faults {
    _Atomic int64_t countdown; /* above 0: the request that makes it 0 fails */
    _Atomic int64_t lasting;   /* not 0: and so does every one after it */
    _Atomic int64_t failed;    /* requests that failed since it was armed */
    _Atomic int64_t asked;     /* requests that could fail, since the program began */
    _Atomic int64_t live;      /* blocks that are not freed, of all threads and libraries */
};

/* From now on the n-th request fails, n from 1; with `lasting` all after it too. */
void faults_arm(int64_t n, bool lasting);

/* Nothing fails any more; true if something did. */
bool faults_disarm(void);

int64_t faults_live(void);

#endif

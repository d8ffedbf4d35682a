/* each: a piece of work is done again and again: with the 1st request for memory refused, then the 2nd, until it asks for no more; and
 * the same with all refused from there on.  Whatever is refused, all that it took is given back, and what it left is whole or absent. */
#ifndef VEKHA_ALLOC_EACH_H
#define VEKHA_ALLOC_EACH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "faults.h"

/* Does it; true if it says that it succeeded.  Nothing is asserted here: cmocka needs memory. */
typedef bool work_fn(void *arg);

/* Looks at what it left, and clears it away. */
typedef void look_fn(void *arg, bool done);

/* One time: whether anything was refused.  *ret_lost: blocks that it did not give back. */
static bool each_time(work_fn *work, look_fn *look, void *arg, int64_t n, bool lasting,
                      int64_t *ret_lost)
{
    int64_t live = faults_live();
    faults_arm(n, lasting);
    bool done = work(arg), refused = faults_disarm();
    if (!refused && !done)
        fail_msg("it fails though nothing was refused");
    look(arg, done);
    *ret_lost = faults_live() - live;
    return refused;
}

/* How many requests the work made in all.  What a library keeps for ever the first time that it is needed is lost once only. */
static int64_t each_request(work_fn *work, look_fn *look, void *arg)
{
    int64_t n = 1, lost;
    look(arg, work(arg));
    for (int lasting = 0; lasting < 2; lasting++) {
        bool refused = true;
        for (n = 1; refused; n++) {
            refused = each_time(work, look, arg, n, lasting, &lost);
            if (lost != 0)
                each_time(work, look, arg, n, lasting, &lost);
            if (lost != 0)
                fail_msg("request %ld%s: %ld blocks are not freed", (long)n,
                         lasting ? " and on" : "", (long)lost);
        }
    }
    return n - 2;
}

#endif

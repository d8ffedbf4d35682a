/* hash: uthash, whose tables end the program by default when memory is out; here an element that finds no room is left out. */
#ifndef VEKHA_BASE_HASH_H
#define VEKHA_BASE_HASH_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* To be asked after each HASH_ADD…(): false if memory was out, and then the table is as it was before. */
#define HASH_ADDED(element) ((element)->hh.tbl != NULL)

#endif

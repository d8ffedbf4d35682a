/* libvekha: submit indicator figures of a school from a program of one's own.
 *
 *     vekha_open ──► vekha_add … ──► vekha_queue ──► vekha_send ──► vekha_close
 *
 * Figures are queued in the spool that the configuration names, which vekha-submit and vekha-agent may use at the same time; once
 * vekha_queue() has said VEKHA_OK they survive a power cut and are stored exactly once in the end, whoever sends them. An example
 * is examples/submit.c; link with `pkg-config --cflags --libs vekha`.
 *
 * All texts are UTF-8.  A vekha may be used by one thread at a time, and by no child after a fork.  Opening one may be done by one thread at a
 * time in a process.  Nothing is printed, no signal is used, and no descriptor is left open over exec.
 *
 * What is in this header stays: structs may grow at their end where a size is given first, names are never taken away within one soname. */
#ifndef VEKHA_H
#define VEKHA_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vekha_status {
    VEKHA_OK = 0,
    VEKHA_REFUSED = 1, /* the centre rejected some of it, or all; the answers say which and why */
    VEKHA_INVALID =
        2, /* the caller's side is wrong: a field, the configuration; it will be wrong the next time, too */
    VEKHA_FAILED = 3, /* this computer failed: disk, memory; it may work the next time */
    VEKHA_KEPT = 75,  /* it is queued, but was not answered in time: send again later */
};

/* One figure, as a person would write it.  NULL and "" are absent. */
struct vekha_figure {
    size_t size;              /* sizeof(struct vekha_figure) */
    const char *organisation; /* whose it is; absent: the configuration's */
    const char *indicator;    /* its code; required */
    const char
        *period; /* "2020-09", "2020-Q3", "2020-H1", "2020-9M", "2020", "2020-09-25"; required */
    const char *
        value; /* "187", "41.7%", "187/450", "done"; "no data" is not 0.  A fraction stands behind a point */
    const char *of; /* the whole that value is a part of */
    const char
        *state; /* "done", "in_progress", "not_done", "no_data", "not_applicable", "withdrawn" */
    const char *as_of;    /* the day that it describes; absent: the period's last, or today */
    const char *expected; /* of a milestone: when it is expected to be done */
    const char *method;   /* how it was counted, if not as usual */
    const char *note;     /* up to 1 000 bytes */
};

/* What the centre said to one figure, or to a whole submission; texts live until the callback returns. */
struct vekha_answer {
    size_t size;               /* of the library's struct */
    const char *id;            /* of the submission: 36 characters */
    unsigned long long number; /* of its receipt; 0: it was refused as a whole */
    size_t
        index; /* of the figure, in the order of vekha_add() since vekha_open(); (size_t)-1: of an earlier program */
    const char *organisation, *indicator, *period; /* NULL: the submission as a whole */
    const char *
        verdict; /* "accepted", "warning", "unchanged", "replaced", "outdated", "rejected"; "refused" */
    const char *reason; /* a word for programs; NULL: none */
    const char *text;   /* a sentence for people, in the configuration's language; NULL: none */
};

typedef void vekha_answered(void *context, const struct vekha_answer *answer);

struct vekha;

/* Opens by a configuration as `vekha-submit --enrol` makes it; path NULL: the one that vekha-submit would take. `program` is told to the
 * centre ("journal 2.1").  NULL with a sentence in error. */
struct vekha *vekha_open(const char *path, const char *program, char *error, size_t error_size);

/* Closes it; NULL-safe.  What was added and not queued is gone. */
void vekha_close(struct vekha *v);

/* Takes one figure into memory, at most 100 000 between two calls of vekha_queue().  VEKHA_INVALID with a sentence in vekha_error(): then
 * nothing of it is taken. */
enum vekha_status vekha_add(struct vekha *v, const struct vekha_figure *figure);

/* Puts what was added on the disk.  Only after VEKHA_OK may anyone call it sent; on any other answer vekha_queued() tells how many of
 * the figures, the first ones, are queued all the same. */
enum vekha_status vekha_queue(struct vekha *v);
size_t vekha_queued(const struct vekha *v);

/* Sends all that the spool holds, oldest first, until everything is answered or nothing was for wait_ms (> 0).  `answered` may be
 * NULL.  VEKHA_KEPT with a sentence in vekha_error(): something waits still. */
enum vekha_status vekha_send(struct vekha *v, int wait_ms, vekha_answered *answered, void *context);

/* What was wrong at the last call that did not return VEKHA_OK, in the configuration's language; never NULL, good until the next call. */
const char *vekha_error(const struct vekha *v);

/* The library's version, "0.1.0". */
const char *vekha_version(void);

#ifdef __cplusplus
}
#endif

#endif

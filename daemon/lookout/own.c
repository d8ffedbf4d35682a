/* own: see own.h. */
#include "lookout/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "vitals.h"

enum { MIB_BITS = 20, HOST_MAX = 64 };

const char *own_observer(const char *endpoint, char buf[OWN_OBSERVER_MAX])
{
    char host[HOST_MAX + 1] = "";
    const char *port = strrchr(endpoint, ':');

    if (gethostname(host, HOST_MAX) != 0)
        snprintf(host, sizeof host, "vekhad");
    snprintf(buf, OWN_OBSERVER_MAX, "%s%.10s", host, port != NULL ? port : "");
    return buf;
}

static struct own_finding *add(struct own *o, const char *name, enum finding_level level)
{
    struct own_finding *f = &o->list[o->n++];

    f->name = name;
    f->level = level;
    return f;
}

static void look_at_disk(const char *folder, struct own *ret)
{
    struct statvfs v;
    uint64_t free_mib, all_mib;

    if (folder == NULL || *folder == '\0' || statvfs(folder, &v) != 0)
        return;
    free_mib = ((uint64_t)v.f_bavail * v.f_frsize) >> MIB_BITS;
    all_mib = ((uint64_t)v.f_blocks * v.f_frsize) >> MIB_BITS;
    snprintf(add(ret, "disk", finding_of_disk(free_mib, all_mib))->detail, OWN_DETAIL_MAX,
             "%.300s: %" PRIu64 " / %" PRIu64 " MiB", folder, free_mib, all_mib);
}

static void look_at_files(struct own *ret)
{
    long open, limit;

    if (vitals_descriptors(&open, &limit))
        snprintf(add(ret, "descriptors", finding_of_files(open, limit))->detail, OWN_DETAIL_MAX,
                 "%ld / %ld", open, limit);
}

static void look_at_loop(unsigned late, unsigned beats, struct own *ret)
{
    snprintf(add(ret, "loop", finding_of_loop(late, beats))->detail, OWN_DETAIL_MAX, "%u / %u",
             late, beats);
}

void own_look(const char *folder, unsigned late, unsigned beats, struct own *ret)
{
    ret->n = 0;
    look_at_disk(folder, ret);
    look_at_files(ret);
    look_at_loop(late, beats, ret);
}

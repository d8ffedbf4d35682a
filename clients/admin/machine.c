/* machine: read as any user may; what needs more rights is not known, and not guessed. */
#include "admin/machine.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include "admin/debversion.h"
#include "admin/program.h"

enum { MIB_BITS = 20, PATH_ROOM = 300, ABOUT_MAX = 4096, LISTING_MAX = 16384 };

bool machine_clock_is_kept(void)
{
    struct timex t = {.modes = 0};

    return adjtimex(&t) >= 0 && (t.status & STA_UNSYNC) == 0;
}

bool machine_disk(const char *path, struct machine_disk *ret)
{
    struct statvfs v;

    if (statvfs(path, &v) != 0)
        return false;
    *ret = (struct machine_disk){
        .free_mib = ((uint64_t)v.f_bavail * v.f_frsize) >> MIB_BITS,
        .all_mib = ((uint64_t)v.f_blocks * v.f_frsize) >> MIB_BITS,
    };
    return true;
}

/* --- open files --- */

/* All of a file of /proc that belongs to a process, up to a maximum, with a NUL behind. */
static size_t read_about(const char *pid, const char *file, char ret[ABOUT_MAX])
{
    char path[PATH_ROOM];
    size_t len = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%s/%s", pid, file);
    f = fopen(path, "re");
    if (f != NULL) {
        len = fread(ret, 1, ABOUT_MAX - 1, f);
        fclose(f);
    }
    ret[len] = '\0';
    return len;
}

/* cmdline: the words, each with a NUL behind. */
static bool was_started_as(const char *pid, const char *name, const char *argument)
{
    char about[ABOUT_MAX];
    size_t len = read_about(pid, "comm", about);

    if (len != strlen(name) + 1 || strncmp(about, name, len - 1) != 0)
        return false;
    len = read_about(pid, "cmdline", about);
    for (size_t at = 0; at < len; at += strlen(about + at) + 1)
        if (strcmp(about + at, argument) == 0)
            return true;
    return false;
}

static long count_open(const char *pid)
{
    char path[PATH_ROOM];
    long n = 0;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%s/fd", pid);
    folder = opendir(path);
    if (folder == NULL)
        return -1;
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(folder);
    return n;
}

static long read_limit(const char *pid)
{
    static const char name[] = "Max open files";
    char about[ABOUT_MAX];
    const char *line;

    read_about(pid, "limits", about);
    line = strstr(about, name);
    return line != NULL ? strtol(line + strlen(name), NULL, 10) : 0;
}

bool machine_files(const char *name, const char *argument, struct machine_files *ret)
{
    DIR *processes = opendir("/proc");
    bool found = false;

    if (processes == NULL)
        return false;
    for (const struct dirent *e; !found && (e = readdir(processes)) != NULL;) {
        if (!isdigit((unsigned char)e->d_name[0]) || !was_started_as(e->d_name, name, argument))
            continue;
        *ret = (struct machine_files){count_open(e->d_name), read_limit(e->d_name)};
        found = ret->open >= 0 && ret->limit > 0;
    }
    closedir(processes);
    return found;
}

/* --- packages --- */

/* What the daemon and its database are made of, and the first version of Debian 12 without a hole that was
 * told to everybody. */
static const struct hole {
    const char *package, *fixed, *hole;
} holes[] = {
    {"libevent-2.1-7", "2.1.12-stable-8+deb12u1", "CVE-2026-63379"},
    {"libevent-core-2.1-7", "2.1.12-stable-8+deb12u1", "CVE-2026-63379"},
    {"libevent-extra-2.1-7", "2.1.12-stable-8+deb12u1", "CVE-2026-63379"},
    {"libzmq5", "4.3.3-1", "CVE-2020-15166"},
    {"libprotobuf-c1", "1.4.1-1", "CVE-2022-48468"},
    {"libpq5", "15.18-0+deb12u1", "CVE-2026-6479"},
    {"postgresql-15", "15.18-0+deb12u1", "CVE-2026-6473"},
    {"libcurl4", "7.88.1-10+deb12u15", "CVE-2026-3783"},
    {"libsodium23", "1.0.18-1+deb12u1", "CVE-2025-69277"},
    {"libconfuse2", "3.3-3", "CVE-2022-40320"},
    {"libcairo2", "1.16.0-5", "CVE-2020-35492"},
    {"libpng16-16", "1.6.39-2+deb12u4", "CVE-2026-33416"},
};

enum { N_HOLES = sizeof holes / sizeof *holes };

/* One line of dpkg-query: the package, a space, its version. */
static void judge(const char *line, struct str *ret)
{
    for (size_t i = 0; i < N_HOLES; i++) {
        size_t len = strlen(holes[i].package);

        if (strncmp(line, holes[i].package, len) == 0 && line[len] == ' ' &&
            debversion_compare(line + len + 1, holes[i].fixed) < 0)
            str_addf(ret, "%s%s (< %s: %s)", ret->len > 0 ? ", " : "", line, holes[i].fixed,
                     holes[i].hole);
    }
}

void machine_holes(struct str *ret, size_t *ret_looked)
{
    const char *words[N_HOLES + 4] = {"dpkg-query", "--show",
                                      "--showformat=${db:Status-Status} ${Package} ${Version}\n"};
    static const char installed[] = "installed ";
    struct str listing;
    char *line, *rest;

    for (size_t i = 0; i < N_HOLES; i++)
        words[i + 3] = holes[i].package;
    *ret_looked = 0;
    str_init(&listing, LISTING_MAX);
    program_run(words, &listing); /* its code tells that one of them is not there */
    rest = listing.text;
    while ((line = strsep(&rest, "\n")) != NULL)
        if (strncmp(line, installed, strlen(installed)) == 0) {
            judge(line + strlen(installed), ret);
            ++*ret_looked;
        }
    str_finish(&listing);
}

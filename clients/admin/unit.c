/* unit: systemctl is the interface that systemd keeps stable for programs. */
#include "admin/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/program.h"

#define UNIT "vekhad.service"

enum { PID_TEXT_MAX = 32, PATH_ROOM = 4096 };

static int systemctl(const char *verb, const char *option, struct str *ret)
{
    const char *const words[] = {"systemctl", verb, UNIT, option, NULL};

    return program_run(words, ret);
}

/* As of sd_booted(3); and root alone may be told to do this. */
bool unit_is_ours(void)
{
    struct str text;
    bool known;

    if (geteuid() != 0 || access("/run/systemd/system", F_OK) != 0)
        return false;
    str_init(&text, PATH_ROOM);
    known = systemctl("show", "--property=LoadState", &text) == 0 &&
            strncmp(str_text(&text), "LoadState=loaded", strlen("LoadState=loaded")) == 0;
    str_finish(&text);
    return known;
}

/* A package that was upgraded has put another file in the place of the one that runs. */
static bool is_outdated(void)
{
    static const char mark[] = " (deleted)";
    char link[PID_TEXT_MAX + 16], program[PATH_ROOM];
    struct str text;
    long pid;
    ssize_t len;

    str_init(&text, PID_TEXT_MAX);
    pid = systemctl("show", "--property=MainPID", &text) == 0 && text.len > strlen("MainPID=")
              ? strtol(text.text + strlen("MainPID="), NULL, 10)
              : 0;
    str_finish(&text);
    snprintf(link, sizeof link, "/proc/%ld/exe", pid);
    len = pid > 0 ? readlink(link, program, sizeof program) : -1;
    return len >= (ssize_t)strlen(mark) &&
           memcmp(program + len - strlen(mark), mark, strlen(mark)) == 0;
}

enum settled unit_start(bool changed)
{
    bool runs = systemctl("is-active", "--quiet", NULL) == 0;
    bool enabled = systemctl("is-enabled", "--quiet", NULL) == 0;

    if (!enabled && systemctl("enable", "--quiet", NULL) != 0)
        return SETTLED_NOT;
    if (runs && !changed && !is_outdated())
        return enabled ? SETTLED_BEFORE : SETTLED_NOW;
    return systemctl("restart", NULL, NULL) == 0 ? SETTLED_NOW : SETTLED_NOT;
}

/* program: no shell between, so no word is anything but itself. */
#include "admin/program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 4096 };

/* What does not fit is read and left out, so that the program comes to its end. */
static void read_all(int fd, struct str *ret)
{
    char chunk[CHUNK];
    ssize_t n;

    while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            str_append(ret, chunk, (size_t)n);
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return PROGRAM_NOT_RUN;
    return WIFEXITED(status) ? WEXITSTATUS(status) : PROGRAM_NOT_RUN;
}

/* out: its standard output, or -1. */
static bool start(const char *const *words, int out, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    bool good;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    good =
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
        (out < 0 || posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0) &&
        posix_spawnp(ret, words[0], &actions, NULL, (char *const *)words, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return good;
}

int program_run(const char *const *words, struct str *ret)
{
    int ends[2] = {-1, -1};
    pid_t pid;
    bool started;

    fflush(stdout); /* what was said before comes before what it says */
    if (ret != NULL && pipe2(ends, O_CLOEXEC) != 0)
        return PROGRAM_NOT_RUN;
    started = start(words, ends[1], &pid);
    if (ret != NULL)
        close(ends[1]);
    if (started && ret != NULL)
        read_all(ends[0], ret);
    if (ret != NULL)
        close(ends[0]);
    return started ? wait_for(pid) : PROGRAM_NOT_RUN;
}

/* confined: see confined.h.
 *
 * What the child writes, numbers in this computer's order of bytes:
 *
 *     row   'R' or, hidden, 'H'  u32 line  u32 n  then min(n, CELLS_MAX) times  u32 length  bytes
 *     end   'E'  u32 book_error  names, 4 * BOOK_NAME_MAX bytes
 */
#include "sheet/confined.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__) && __has_include(<linux/seccomp.h>)
#define HAS_FILTER 1
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#else
#define HAS_FILTER 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INSTRUMENTED 1
#endif
#endif
#ifndef INSTRUMENTED
#define INSTRUMENTED 0
#endif

enum { ROW = 'R', HIDDEN_ROW = 'H', END = 'E', NAMES = 4 * BOOK_NAME_MAX };

/* --- the child ------------------------------------------------------------------------------- */

/* What cannot be lowered is lower already.  The type of a resource differs from one C library to the next. */
#define LIMIT(resource, most) (void)setrlimit(resource, &(const struct rlimit){most, most})

/* What there is, by the first number of statm, and CONFINED_MAX_MEMORY. */
static rlim_t address_space(void)
{
    char line[64] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    bool read = file != NULL && fgets(line, sizeof line, file) != NULL;
    if (file != NULL)
        fclose(file);
    long pages = read ? strtol(line, NULL, 10) : 0;
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + CONFINED_MAX_MEMORY;
}

#if HAS_FILTER && (defined(__x86_64__) || defined(__aarch64__)) && !INSTRUMENTED

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define ALLOW(name)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1),                                        \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Memory, the pipe, the end; all else fails as if it were not there. */
static void shut_in(void)
{
    static struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(write),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(madvise),
        ALLOW(getrandom), /* expat's salt */
        ALLOW(rt_sigreturn),
        ALLOW(exit),
        ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    static const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        errno = 0; /* a kernel without filters: the limits are what there is */
}

#else

static void shut_in(void)
{
}

#endif

static void confine(void)
{
    LIMIT(RLIMIT_CPU, CONFINED_MAX_SECONDS);
    if (!INSTRUMENTED)
        LIMIT(RLIMIT_AS, address_space());
    LIMIT(RLIMIT_CORE, 0);
    LIMIT(RLIMIT_FSIZE, 0);
    LIMIT(RLIMIT_NOFILE, 0); /* what is open stays so */
#ifdef RLIMIT_NPROC
    LIMIT(RLIMIT_NPROC, 0);
#endif
    shut_in();
}

/* Only the pipe stays open: no descriptor of a spool or a lock is there to be written to. */
static void close_others(int kept)
{
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = 0; fd < (most > 0 && most < 65536 ? most : 65536); fd++)
        if (fd != kept)
            close(fd);
}

static void put_number(FILE *out, uint32_t n)
{
    fwrite(&n, sizeof n, 1, out);
}

struct child {
    struct book_job job;
    FILE *out;
};

static bool put_row(void *context, size_t line, const char *const *cells, size_t n)
{
    const struct child *c = context;
    FILE *out = c->out;
    putc(c->job.hidden ? HIDDEN_ROW : ROW, out);
    put_number(out, (uint32_t)line);
    put_number(out, (uint32_t)n);
    for (size_t i = 0; i < n && i < CELLS_MAX; i++) {
        size_t len = strlen(cells[i]);
        put_number(out, (uint32_t)len);
        fwrite(cells[i], 1, len, out);
    }
    return ferror(out) == 0; /* nobody reads any more */
}

static _Noreturn void read_confined(const struct book_job *parents, int fd)
{
    struct child c = {.job = *parents, .out = fdopen(fd, "wb")};
    FILE *out = c.out;
    c.job.texts = arena_new(BOOK_MAX_TEXT);
    if (out == NULL || c.job.texts == NULL)
        _exit(1);
    c.job.row = put_row;
    c.job.context = &c;
    setvbuf(out, malloc(BUFSIZ), _IOFBF,
            BUFSIZ); /* or its own: what stdio would ask of the file is refused below */
    confine();
    enum book_error e = book_read(&c.job);
    putc(END, out);
    put_number(out, (uint32_t)e);
    fwrite(c.job.names, 1, sizeof c.job.names, out);
    fflush(out);
    _exit(0);
}

/* --- the parent ------------------------------------------------------------------------------ */

struct intake {
    struct book_job *job;
    FILE *in;
    size_t cells; /* so far */
};

static bool get_number(FILE *in, uint32_t *ret)
{
    return fread(ret, sizeof *ret, 1, in) == 1;
}

/* A text of the arena; NULL if there is none or no room for it. */
static const char *get_text(struct intake *i)
{
    uint32_t len;
    if (!get_number(i->in, &len) || len > BOOK_MAX_TEXT)
        return NULL;
    char *text = arena_alloc(i->job->texts, (size_t)len + 1);
    if (text == NULL || fread(text, 1, len, i->in) != len || memchr(text, '\0', len) != NULL)
        return NULL;
    text[len] = '\0';
    return text;
}

/* False at the end of rows: then *ret tells why. */
static bool take_row(struct intake *i, enum book_error *ret)
{
    const char *cells[CELLS_MAX];
    uint32_t line, n;
    *ret = BOOK_BROKEN;
    if (!get_number(i->in, &line) || !get_number(i->in, &n))
        return false;
    size_t kept = n < CELLS_MAX ? n : CELLS_MAX;
    i->cells += kept;
    if (i->cells > CONFINED_MAX_CELLS) {
        *ret = BOOK_TOO_LARGE;
        return false;
    }
    for (size_t c = 0; c < kept; c++)
        if ((cells[c] = get_text(i)) == NULL)
            return false;
    *ret = BOOK_OK;
    return i->job->row(i->job->context, line, cells, n);
}

static enum book_error take_end(struct intake *i)
{
    uint32_t e;
    if (!get_number(i->in, &e) || e > BOOK_NO_MEMORY ||
        fread(i->job->names, 1, NAMES, i->in) != NAMES)
        return BOOK_BROKEN;
    i->job->names[NAMES - 1] = '\0';
    return (enum book_error)e;
}

static enum book_error take_all(struct intake *i)
{
    enum book_error e = BOOK_BROKEN;
    int what;
    while ((what = getc(i->in)) == ROW || what == HIDDEN_ROW) {
        i->job->hidden = what == HIDDEN_ROW;
        if (!take_row(i, &e))
            return e;
    }
    return what == END ? take_end(i) : BOOK_BROKEN;
}

static enum book_error take_from(struct book_job *job, int fd)
{
    struct intake i = {job, fdopen(fd, "rb"), 0};
    *job->names = '\0';
    if (i.in == NULL) {
        close(fd);
        return BOOK_NO_MEMORY;
    }
    enum book_error e = take_all(&i);
    fclose(i.in);
    return e;
}

/* Whatever it still does, it is not to be waited for. */
static void end(pid_t child)
{
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
}

enum book_error confined_read(struct book_job *job)
{
    int pipe_fds[2];
    fflush(NULL); /* what is buffered here would be written twice */
    if (pipe(pipe_fds) != 0)
        return BOOK_NO_MEMORY;
    pid_t child = fork();
    if (child == 0) {
        close_others(pipe_fds[1]);
        read_confined(job, pipe_fds[1]);
    }
    close(pipe_fds[1]);
    if (child < 0) {
        close(pipe_fds[0]);
        return BOOK_NO_MEMORY;
    }
    enum book_error e = take_from(job, pipe_fds[0]);
    end(child);
    return e;
}

/* faults: see faults.h. */
#include "faults.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own, under the names that a program does not take. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

enum { OVERWRITTEN = 0xdf };

enum thread { THREAD_UNKNOWN, THREAD_FIRST, THREAD_OTHER };

static struct faults own, *faults = &own;
static bool forked;  /* a child of the program: its blocks are not counted */
static bool tracing; /* VEKHA_FAULTS_TRACE: for whoever looks for the reason */
static _Thread_local enum thread thread __attribute__((tls_model("initial-exec")));

/* Where the code lies that is spared. */
static struct {
    const char *name;
    uintptr_t begin, end;
} spared[] = {{"/libzmq.so", 0, 0},      {"/libstdc++.so", 0, 0},     {"/libcairo.so", 0, 0},
              {"/libpixman-1.so", 0, 0}, {"/libfontconfig.so", 0, 0}, {"/libfreetype.so", 0, 0},
              {"/libconfuse.so", 0, 0}};

enum { SPARED = sizeof spared / sizeof *spared };

static int find_spared(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    for (size_t i = 0; i < SPARED; i++)
        for (size_t p = 0; strstr(info->dlpi_name, spared[i].name) != NULL && p < info->dlpi_phnum;
             p++)
            if (info->dlpi_phdr[p].p_type == PT_LOAD && (info->dlpi_phdr[p].p_flags & PF_X) != 0) {
                spared[i].begin = info->dlpi_addr + info->dlpi_phdr[p].p_vaddr;
                spared[i].end = spared[i].begin + info->dlpi_phdr[p].p_memsz;
            }
    return 0;
}

static void after_fork(void)
{
    forked = true;
}

/* What the file says is shared with whoever told us, and in any case with children. */
__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("VEKHA_FAULTS");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct faults *shared = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE,
                                 fd >= 0 ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS, fd, 0);
    if (fd >= 0)
        close(fd);
    dl_iterate_phdr(find_spared, NULL);
    pthread_atfork(NULL, NULL, after_fork);
    if (getenv("VEKHA_FAULTS_TRACE") != NULL)
        tracing = backtrace(&(void *){NULL}, 1) > 0; /* the first time it asks for memory itself */
    if (shared == MAP_FAILED)
        return;
    shared->live = own.live;
    faults = shared;
}

static bool is_spared(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;
    if (thread == THREAD_UNKNOWN)
        thread = getpid() == gettid() ? THREAD_FIRST : THREAD_OTHER;
    for (size_t i = 0; i < SPARED; i++)
        if (at >= spared[i].begin && at < spared[i].end)
            return true;
    return thread != THREAD_FIRST;
}

/* Where it was, on stderr. */
static void trace(void)
{
    void *frames[24];
    tracing = false;
    backtrace_symbols_fd(frames, backtrace(frames, 24), STDERR_FILENO);
    tracing = true;
}

/* True if the request of this caller is to fail. */
static bool fails(const void *caller)
{
    if (is_spared(caller))
        return false;
    faults->asked++;
    bool now = faults->countdown > 0 && --faults->countdown == 0;
    if (!now && !(faults->lasting != 0 && faults->failed > 0))
        return false;
    faults->failed++;
    if (tracing)
        trace();
    errno = ENOMEM;
    return true;
}

static void count(int64_t more)
{
    if (!forked)
        faults->live += more;
}

static void *counted(void *block)
{
    count(block != NULL);
    return block;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(n, size));
}

void *realloc(void *block, size_t size)
{
    if (fails(__builtin_return_address(0)))
        return NULL;
    void *larger = __libc_realloc(block, size);
    count((larger != NULL) - (block != NULL && (larger != NULL || size == 0)));
    return larger;
}

void *reallocarray(void *block, size_t n, size_t size)
{
    size_t whole;
    if (__builtin_mul_overflow(n, size, &whole) || fails(__builtin_return_address(0)))
        return NULL;
    void *larger = __libc_realloc(block, whole);
    count((larger != NULL) - (block != NULL && (larger != NULL || whole == 0)));
    return larger;
}

void *memalign(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **ret, size_t alignment, size_t size)
{
    void *block =
        fails(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
    if (block == NULL)
        return ENOMEM;
    *ret = block;
    return 0;
}

void free(void *block)
{
    int saved = errno;
    if (block == NULL)
        return;
    memset(block, OVERWRITTEN, malloc_usable_size(block));
    count(-1);
    __libc_free(block);
    errno = saved;
}

void faults_arm(int64_t n, bool lasting)
{
    faults->failed = 0;
    faults->lasting = lasting;
    faults->countdown = n;
}

bool faults_disarm(void)
{
    faults->countdown = 0;
    faults->lasting = 0;
    return faults->failed > 0;
}

int64_t faults_live(void)
{
    return faults->live;
}

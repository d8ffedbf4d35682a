/* fuzz_confined: whatever the child that reads a workbook says, the parent stays within its limits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheet/confined.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum book_error book_read(struct book_job *job)
{
    (void)job;
    return BOOK_BROKEN;
}

static bool on_row(void *context, size_t line, const char *const *cells, size_t n)
{
    size_t *bytes = context;
    (void)line;
    for (size_t i = 0; i < n && i < CELLS_MAX; i++)
        *bytes += strlen(cells[i]);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t bytes = 0;
    struct book_job job = {.row = on_row, .context = &bytes, .texts = arena_new(1024 * 1024)};
    struct intake i = {&job, size > 0 ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL, 0};
    if (i.in != NULL && job.texts != NULL && take_all(&i) <= BOOK_NO_MEMORY && bytes > size)
        abort();
    if (i.in != NULL)
        fclose(i.in);
    arena_free(job.texts);
    return 0;
}

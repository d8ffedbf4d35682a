/* fuzz_spool: a spool file read back from a disk that lies.
 *
 *     byte 0       bit 0: make the checksums right, so that what lies behind them is reached
 *     bytes 1..16  the id that the file is named by
 *     the rest     the file */
#include <stdlib.h>
#include <string.h>

#include "spool/record.c"
#include "wire/wire.h"

enum { FRONT = 1 + UUID_BYTES };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Both records', as far as their lengths can be followed. */
static void mend_checksums(uint8_t *file, size_t len)
{
    for (int i = 0; i < 2 && len >= RECORD_HEAD; i++) {
        size_t body = (size_t)file[AT_LENGTH] | (size_t)file[AT_LENGTH + 1] << 8;
        if (body > len - RECORD_HEAD)
            return;
        checksum(file, file + RECORD_HEAD, body, file + AT_SUM);
        file += RECORD_HEAD + body;
        len -= RECORD_HEAD + body;
    }
}

static bool lies_within(const struct record *r, const uint8_t *file, size_t len)
{
    return r->bytes >= file && r->len > 0 && r->len <= WIRE_MAX_MESSAGE &&
           (size_t)(r->bytes - file) + r->len <= len;
}

static void check(const struct record_file *f, struct uuid id, const uint8_t *file, size_t len)
{
    struct scan scan;
    require(lies_within(&f->submission, file, len));
    require(f->answer.bytes == NULL || lies_within(&f->answer, file, len));
    require(scan_envelope(f->submission.bytes, f->submission.len, &scan) == WIRE_OK);
    require(scan.has_id && uuid_compare(scan.id, id) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record_file f;
    struct uuid id;
    if (size < FRONT)
        return 0;
    size_t len = size - FRONT;
    uint8_t *file = malloc(len > 0 ? len : 1); /* no longer, so that a byte too far shows */
    require(file != NULL);
    memcpy(id.bytes, data + 1, UUID_BYTES);
    memcpy(file, data + FRONT, len);
    if (data[0] & 1)
        mend_checksums(file, len);
    if (record_parse(file, len, id, &f) == RECORD_OK)
        check(&f, id, file, len);
    free(file);
    return 0;
}

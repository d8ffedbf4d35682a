/* fuzz_zap: a request is cut out of the bytes: each frame is one byte of length and as many bytes.
 * Whatever it is, it is judged, and nobody is let in but with the one key. */
#include <stdlib.h>

#include "../../daemon/log.c"
#include "gate/zap.c"

#define KNOWN "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

static const struct agent agent = {.id = 1, .organisation = 1};

void metrics_add(struct metrics *m, enum metric id, uint64_t n)
{
    (void)m;
    (void)id;
    (void)n;
}

bool catalogue_is_loaded(const struct catalogue *c)
{
    (void)c;
    return true;
}

const struct agent *catalogue_agent_by_key(const struct catalogue *c, const char *public_key)
{
    (void)c;
    return strcmp(public_key, KNOWN) == 0 ? &agent : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zap_frame frames[ZAP_MAX_FRAMES];
    struct zap_reply reply;
    size_t n = 0;
    while (size > 0 && n < ZAP_MAX_FRAMES) {
        size_t len = *data < size ? *data : size - 1;
        frames[n++] = (struct zap_frame){data + 1, len};
        data += 1 + len;
        size -= 1 + len;
    }
    zap_judge(frames, n, NULL, &reply);
    bool in = strcmp(reply.code, "200") == 0;
    if (in != (*reply.user_id != '\0') || (!in && reply.metadata_len != 0))
        abort();
    return 0;
}

/* fuzz_part: the part of the catalogue read back from a disk that lies, or as a centre gone mad told
 * it.
 *
 *     byte 0   bit 0: the rest is what follows the first line of the file, which is made to fit;
 *              else it is the whole file */
#include <stdlib.h>
#include <string.h>

#include "agent/pages.c"
#include "agent/part.c"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void ignore(void *arg, const struct reporting *r)
{
    size_t *missing = arg;
    *missing += reporting_missing(r);
}

/* Whatever was read can be looked up and calculated with. */
static void use(const struct part *p)
{
    const struct reference r = part_reference(p);
    struct decimal plan;
    size_t missing = 0;
    for (size_t i = 0; i < part_organisations(p); i++) {
        const struct part_organisation *o = part_organisation_at(p, i);
        size_t n;
        const struct part_series *s = part_series(p, o->facts.id, &n);
        require(part_organisation(p, o->facts.code) != NULL);
        require(r.organisation(r.in, o->facts.id) != NULL && o->name[LANG_EN] != NULL);
        for (size_t k = 0; k < n; k++) {
            require(s[k].indicator != NULL && s[k].n_figures <= PART_MAX_FIGURES);
            require(!part_plan_at(&s[k], date_of(2020, 9, 25), 2, &plan) || decimal_valid(plan));
            (void)part_before(&s[k], date_of(2020, 9, 25));
        }
        (void)part_owed(p, o, date_of(2020, 9, 25), ignore, &missing);
    }
    for (size_t i = 0; i < part_indicators(p); i++)
        require(part_indicator(p, part_indicator_at(p, i)->facts.code) != NULL);
}

static struct part *read_body(const char *body, size_t len)
{
    char sum[HEX];
    struct str file;
    checksum(body, len, sum);
    str_init(&file, PAGES_MAX_BYTES);
    str_addf(&file, "vekha-part 1 1601002800000000 %s\n", sum);
    str_append(&file, body, len);
    struct part *p = part_read(str_text(&file), file.len);
    str_finish(&file);
    return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t len = size - 1;
    char *bytes = malloc(len > 0 ? len : 1); /* no longer, so that a byte too far shows */
    require(bytes != NULL);
    memcpy(bytes, data + 1, len);
    struct part *p = data[0] & 1 ? read_body(bytes, len) : part_read(bytes, len);
    if (p != NULL)
        use(p);
    part_free(p);
    free(bytes);
    return 0;
}

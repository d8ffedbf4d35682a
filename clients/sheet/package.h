/* package: the parts of an .xlsx file, which is a zip of XML, within limits that no bomb passes.
 *
 * No part may have a document type, so there are no entities but the five of XML itself. */
#ifndef VEKHA_SHEET_PACKAGE_H
#define VEKHA_SHEET_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PACKAGE_MAX_PARTS = 4096,
    PACKAGE_MAX_BYTES = 512 * 1024 * 1024, /* unpacked, of all that is read of one file */
    PACKAGE_MAX_RATIO = 500,               /* unpacked to packed, of one part */
    PACKAGE_MAX_DEPTH = 64,                /* elements within each other */
    PACKAGE_MAX_TOKEN = 1024 * 1024,       /* one tag, with its attributes */
    PACKAGE_NAME_MAX = 256,                /* bytes of a part's name, with its NUL */
};

enum package_error {
    PACKAGE_OK,
    PACKAGE_BROKEN,    /* no zip, no XML, or not what was promised */
    PACKAGE_TOO_LARGE, /* over one of the limits */
    PACKAGE_DTD,
    PACKAGE_ENCRYPTED,
    PACKAGE_ABSENT, /* there is no such part */
    PACKAGE_NO_MEMORY,
    PACKAGE_STOPPED, /* by package_stop() */
};

struct package;

/* What is told of a part; each may be NULL.  Names are without their namespace's prefix; attributes
 * are name, value, name, value … NULL. */
struct package_reader {
    void (*open)(void *context, const char *name, const char *const *attributes);
    void (*close)(void *context, const char *name);
    void (*text)(void *context, const char *bytes, size_t len);
    void *context;
};

/* Opens a file in memory, which must outlive the package.  NULL with the reason in *ret_error. */
struct package *package_new(const uint8_t *bytes, size_t len, enum package_error *ret_error);
void package_free(struct package *p); /* NULL-safe */

/* Reads a part by name ("xl/workbook.xml", in any case). */
enum package_error package_read(struct package *p, const char *name,
                                const struct package_reader *reader);

/* From within a reader: enough.  `why` is what package_read() will return. */
void package_stop(struct package *p, enum package_error why);

/* The value of an attribute, its prefix not counted, or NULL. */
const char *package_attribute(const char *const *attributes, const char *name);

#endif

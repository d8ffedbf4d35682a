/* package: a spreadsheet from outside is a program for an unpacker and a parser, so both are held to
 * a budget: bytes, parts, depth, and no entities. */
#include "sheet/package.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum {
    CHUNK = 32 * 1024,
    RATIO_FROM = 4 * 1024 * 1024, /* unpacked: a small part may be as dense as it likes */
};

struct package {
    zip_t *zip;
    uint64_t unpacked; /* of all parts read so far */
    /* of the part that is read */
    XML_Parser parser;
    const struct package_reader *reader;
    int depth;
    enum package_error error;
};

void package_stop(struct package *p, enum package_error why)
{
    if (p->error == PACKAGE_OK)
        p->error = why;
    if (p->parser != NULL)
        XML_StopParser(p->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

const char *package_attribute(const char *const *attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(local_name(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}

/* --- what the parser says -------------------------------------------------------------------- */

static void on_open(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct package *p = data;
    if (++p->depth > PACKAGE_MAX_DEPTH)
        package_stop(p, PACKAGE_TOO_LARGE);
    else if (p->error == PACKAGE_OK && p->reader->open != NULL)
        p->reader->open(p->reader->context, local_name(name), (const char *const *)attributes);
}

static void on_close(void *data, const XML_Char *name)
{
    struct package *p = data;
    p->depth--;
    if (p->error == PACKAGE_OK && p->reader->close != NULL)
        p->reader->close(p->reader->context, local_name(name));
}

static void on_characters(void *data, const XML_Char *bytes, int len)
{
    struct package *p = data;
    if (p->error == PACKAGE_OK && p->reader->text != NULL)
        p->reader->text(p->reader->context, bytes, (size_t)len);
}

static void on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    package_stop(data, PACKAGE_DTD);
}

static bool new_parser(struct package *p)
{
    p->parser = XML_ParserCreate(NULL);
    if (p->parser == NULL)
        return false;
    XML_SetUserData(p->parser, p);
    XML_SetElementHandler(p->parser, on_open, on_close);
    XML_SetCharacterDataHandler(p->parser, on_characters);
    XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
    return true;
}

/* --- a part ---------------------------------------------------------------------------------- */

/* What the parser holds back is one unfinished tag. */
static bool token_too_long(const struct package *p, uint64_t fed)
{
    XML_Index at = XML_GetCurrentByteIndex(p->parser);
    return at >= 0 && fed > (uint64_t)at + PACKAGE_MAX_TOKEN + CHUNK;
}

static void feed_parser(struct package *p, const char *bytes, size_t len, bool last)
{
    if (XML_Parse(p->parser, bytes, (int)len, last) != XML_STATUS_ERROR || p->error != PACKAGE_OK)
        return;
    bool memory = XML_GetErrorCode(p->parser) == XML_ERROR_NO_MEMORY;
    p->error = memory ? PACKAGE_NO_MEMORY : PACKAGE_BROKEN;
}

static void read_file(struct package *p, zip_file_t *file, uint64_t packed)
{
    char chunk[CHUNK];
    uint64_t fed = 0;
    zip_int64_t n;
    while (p->error == PACKAGE_OK && (n = zip_fread(file, chunk, sizeof chunk)) > 0) {
        fed += (uint64_t)n;
        p->unpacked += (uint64_t)n;
        if (p->unpacked > PACKAGE_MAX_BYTES ||
            (fed > RATIO_FROM && fed / PACKAGE_MAX_RATIO > packed) || token_too_long(p, fed))
            p->error = PACKAGE_TOO_LARGE;
        else
            feed_parser(p, chunk, (size_t)n, false);
    }
    if (p->error == PACKAGE_OK && n < 0) /* a wrong checksum, say */
        p->error = PACKAGE_BROKEN;
    if (p->error == PACKAGE_OK)
        feed_parser(p, "", 0, true);
}

enum package_error package_read(struct package *p, const char *name,
                                const struct package_reader *reader)
{
    zip_stat_t stat;
    zip_int64_t at = zip_name_locate(p->zip, name, ZIP_FL_NOCASE);
    if (at < 0 || zip_stat_index(p->zip, (zip_uint64_t)at, 0, &stat) != 0)
        return PACKAGE_ABSENT;
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE)
        return PACKAGE_ENCRYPTED;
    zip_file_t *file = zip_fopen_index(p->zip, (zip_uint64_t)at, 0);
    if (file == NULL)
        return PACKAGE_BROKEN;
    p->reader = reader;
    p->depth = 0;
    p->error = PACKAGE_OK;
    if (new_parser(p))
        read_file(p, file, (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? stat.comp_size : 0);
    else
        p->error = PACKAGE_NO_MEMORY;
    XML_ParserFree(p->parser);
    p->parser = NULL;
    zip_fclose(file);
    return p->error;
}

/* --- the whole ------------------------------------------------------------------------------- */

struct package *package_new(const uint8_t *bytes, size_t len, enum package_error *ret_error)
{
    struct package *p = calloc(1, sizeof *p);
    zip_source_t *source = p != NULL ? zip_source_buffer_create(bytes, len, 0, NULL) : NULL;
    *ret_error = PACKAGE_NO_MEMORY;
    if (source == NULL) {
        free(p);
        return NULL;
    }
    p->zip = zip_open_from_source(source, ZIP_RDONLY, NULL);
    if (p->zip == NULL) {
        zip_source_free(source);
        *ret_error = PACKAGE_BROKEN;
        package_free(p);
        return NULL;
    }
    if (zip_get_num_entries(p->zip, 0) > PACKAGE_MAX_PARTS) {
        *ret_error = PACKAGE_TOO_LARGE;
        package_free(p);
        return NULL;
    }
    *ret_error = PACKAGE_OK;
    return p;
}

void package_free(struct package *p)
{
    if (p != NULL) {
        if (p->zip != NULL)
            zip_discard(p->zip);
        free(p);
    }
}

/* filekind: «сохраните как CSV» helps only if the file is what its name says, so each kind that
 * people send has a word of its own. */
#include "sheet/filekind.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* How far the names inside a container are looked for, from its beginning and from its end. */
enum { LOOK = 1024 * 1024 };

static const struct magic {
    const char *bytes;
    size_t len;
    enum filekind kind;
} magics[] = {
    {"PK\x03\x04", 4, FILEKIND_ZIP},  {"\xD0\xCF\x11\xE0", 4, FILEKIND_XLS},
    {"%PDF", 4, FILEKIND_PDF},        {"\xFF\xD8\xFF", 3, FILEKIND_PICTURE},
    {"\x89PNG", 4, FILEKIND_PICTURE},
};

/* Names of parts: a zip writes them in clear, an OLE container as UTF-16. */
static const struct part {
    enum filekind container, kind;
    const char *bytes;
    size_t len;
} parts[] = {
    {FILEKIND_ZIP, FILEKIND_XLSB, "xl/workbook.bin", 15},
    {FILEKIND_ZIP, FILEKIND_XLSX, "xl/workbook", 11},
    {FILEKIND_ZIP, FILEKIND_WORD, "word/document", 13},
    {FILEKIND_ZIP, FILEKIND_ODS, "opendocument.spreadsheet", 24},
    {FILEKIND_XLS, FILEKIND_ENCRYPTED, "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e", 31},
    {FILEKIND_XLS, FILEKIND_WORD, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t", 23},
};

static const struct tag {
    const char *text;
    enum filekind kind;
} tags[] = {
    {"<!doctype html", FILEKIND_HTML}, {"<html", FILEKIND_HTML}, {"<table", FILEKIND_HTML},
    {"<meta", FILEKIND_HTML},          {"<head", FILEKIND_HTML}, {"<?xml", FILEKIND_XML},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool holds(const uint8_t *bytes, size_t len, const struct part *p)
{
    size_t first = len < LOOK ? len : LOOK;
    return memmem(bytes, first, p->bytes, p->len) != NULL ||
           memmem(bytes + len - first, first, p->bytes, p->len) != NULL;
}

static enum filekind kind_of_text(const char *text, size_t len)
{
    size_t at = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < len && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL)
        at++;
    for (size_t i = 0; i < COUNT(tags); i++) {
        size_t n = strlen(tags[i].text);
        if (len - at >= n && strncasecmp(text + at, tags[i].text, n) == 0)
            return tags[i].kind;
    }
    return FILEKIND_TEXT;
}

enum filekind filekind_of(const uint8_t *bytes, size_t len)
{
    enum filekind container = FILEKIND_TEXT;
    for (size_t i = 0; i < COUNT(magics) && container == FILEKIND_TEXT; i++)
        if (len >= magics[i].len && memcmp(bytes, magics[i].bytes, magics[i].len) == 0)
            container = magics[i].kind;
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].container == container && holds(bytes, len, &parts[i]))
            return parts[i].kind;
    return container != FILEKIND_TEXT ? container : kind_of_text((const char *)bytes, len);
}

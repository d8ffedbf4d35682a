/* filekind: what a file that somebody calls a table really is, by its first bytes and never by its
 * name. */
#ifndef VEKHA_SHEET_FILEKIND_H
#define VEKHA_SHEET_FILEKIND_H

#include <stddef.h>
#include <stdint.h>

enum filekind {
    FILEKIND_TEXT, /* none of those below */
    FILEKIND_XLSX,
    FILEKIND_XLS,
    FILEKIND_ENCRYPTED, /* an .xlsx behind a password */
    FILEKIND_XLSB,
    FILEKIND_ODS,
    FILEKIND_WORD,
    FILEKIND_ZIP, /* of something else */
    FILEKIND_PDF,
    FILEKIND_HTML, /* many programs write it and call it .xls */
    FILEKIND_XML,  /* among them the table of Excel 2003 */
    FILEKIND_PICTURE,
    FILEKINDS,
};

enum filekind filekind_of(const uint8_t *bytes, size_t len);

#endif

/* charset: the bytes of a table to UTF-8.  Excel on Russian Windows saves cp1251; other programs
 * UTF-8 with or without a mark, and "Unicode text" is UTF-16. */
#ifndef VEKHA_CHARSET_H
#define VEKHA_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum charset { CHARSET_UTF8, CHARSET_CP1251, CHARSET_UTF16 };

/* Why bytes are no table. */
enum charset_fault { CHARSET_WORKBOOK /* of Excel or Calc */, CHARSET_NO_TEXT, CHARSET_NO_MEMORY };

struct charset_text {
    char *text; /* malloc'd UTF-8 with a NUL behind; the caller frees */
    size_t len;
    enum charset charset; /* what the bytes were taken for */
};

/* Well-formed UTF-8 is UTF-8; with a mark of UTF-16 it is that; else cp1251 if every byte has a
 * meaning there.  False, with the reason in *ret_why and the line it was found in (0: the file as a
 * whole), if it is none of these: a workbook, a picture; or if memory is out, which says nothing of the file. */
bool charset_decode(const uint8_t *bytes, size_t len, struct charset_text *ret,
                    enum charset_fault *ret_why, size_t *ret_line);

const char *charset_name(enum charset c);

#endif

/* utf8: checks and measures text from outside. */
#ifndef VEKHA_BASE_UTF8_H
#define VEKHA_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* True if the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most
 * U+10FFFF) without NUL. */
bool utf8_valid(const char *bytes, size_t len);

/* True if, besides, there is no control character but newline and tab, and no bidirectional
 * override. */
bool utf8_printable(const char *bytes, size_t len);

/* True if, besides, nothing in it makes a line read otherwise than it is stored: no mark of direction
 * and no separator of lines or paragraphs either. */
bool utf8_harmless(const char *bytes, size_t len);

/* Makes text harmless in place, wherever it came from, before it is shown or sent on: each byte that
 * is broken and each character that is not harmless becomes "?".  utf8_tame_line() is for what must
 * be one line: newline and tab become spaces. */
void utf8_tame(char *text);
void utf8_tame_line(char *text);

/* The length of the longest start of a text that is at most max bytes and ends with a character. */
size_t utf8_whole(const char *bytes, size_t len, size_t max);

/* The length of the first so many characters of a text, or of all of it. */
size_t utf8_first(const char *text, size_t characters);

/* Columns on a terminal: Cyrillic and Latin are 1, combining marks 0, East Asian wide 2. */
size_t utf8_width(const char *bytes, size_t len);

/* Makes the first letter small, for a name in the middle of a sentence: «Консультации родителям»
 * becomes «консультации родителям».  Only Latin and Russian letters, and only before a small one:
 * «СОШ» and «МФУ» stay. */
void utf8_uncapitalise(char *text);

#endif

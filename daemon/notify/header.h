/* header: fields of a letter's head, which may hold nothing but printable ASCII in lines of limited
 * length, whatever the catalogue holds. */
#ifndef VEKHA_NOTIFY_HEADER_H
#define VEKHA_NOTIFY_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { HEADER_DATE_MAX = 64, HEADER_ADDRESS_MAX = 254 };

/* Appends UTF-8 text as it may stand behind "Subject: ": as it is if it is short ASCII, else as
 * encoded words of RFC 2047, folded.  Line ends and control characters become spaces, so that a
 * name cannot add a header. */
void header_text(const char *text, struct str *out);

/* True if the text can stand in an envelope and in From or To: local@domain, printable ASCII
 * without spaces, quotes, brackets and commas, at most HEADER_ADDRESS_MAX bytes. */
bool header_address_ok(const char *address);

/* True for "<left@right>" of printable ASCII: Message-ID, References. */
bool header_message_id_ok(const char *id);

/* A moment (Unix microseconds) as RFC 5322 writes it, in UTC, in English whatever the locale.
 * Returns buf. */
char *header_date(int64_t us, char buf[HEADER_DATE_MAX]);

#endif

/* mime: an email as the bytes of RFC 5322 that SMTP carries: one part of plain text in UTF-8. */
#ifndef VEKHA_NOTIFY_MIME_H
#define VEKHA_NOTIFY_MIME_H

#include <stdbool.h>

#include "base/str.h"
#include "notify/email.h"

enum { MIME_MAX = 128 * 1024 };

/* Appends the head and the body, lines ended by CR LF, the body in base64 (RFC 2045 section 6.8),
 * so that no server on the way can spoil a letter.  False if it is larger than MIME_MAX or there is
 * no memory. */
bool mime_write(const struct email *e, struct str *out) __attribute__((warn_unused_result));

#endif

/* mime: a message as the bytes of RFC 5322 that SMTP carries:
 *
 *     multipart/alternative
 *       text/plain                      wrapped at 76 columns
 *       multipart/related
 *         text/html
 *         image/png                     plan, fact and forecast, if there is a chart
 */
#ifndef VEKHA_NOTIFY_MIME_H
#define VEKHA_NOTIFY_MIME_H

#include <stdbool.h>

#include "base/str.h"
#include "notify/channel.h"

enum { MIME_MAX = 512 * 1024, MIME_TEXT_MAX = 64 * 1024, MIME_COLUMNS = 72 };

/* Appends the head and the parts, lines ended by CR LF, all parts in base64 (RFC 2045 section 6.8),
 * so that no server on the way can spoil a letter.  False if it is larger than MIME_MAX, its text
 * than MIME_TEXT_MAX, or there is no memory. */
bool mime_write(const struct dispatch *m, const char *from, struct str *out)
    __attribute__((warn_unused_result));

#endif

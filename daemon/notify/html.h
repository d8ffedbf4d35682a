/* html: a message as HTML, from the very text that the plain part says:
 *
 *     first line            the headline
 *     paragraphs            paragraphs
 *     lines indented by 4   commands
 *     "Heading:" and items  "    12  text", as digests have them; also in the first line
 *     behind "-- "          the small print
 */
#ifndef VEKHA_NOTIFY_HTML_H
#define VEKHA_NOTIFY_HTML_H

#include "base/str.h"
#include "notify/channel.h"

/* What the picture is called inside a letter. */
#define HTML_PICTURE_ID "picture@vekha"

/* Appends the page, with a picture behind the headline if there is one. */
void html_write(const struct dispatch *m, bool picture, struct str *out);

#endif

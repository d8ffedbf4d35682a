/* debversion: which of two versions of a Debian package is the later one (Debian Policy 5.6.12). */
#ifndef VEKHA_ADMIN_DEBVERSION_H
#define VEKHA_ADMIN_DEBVERSION_H

/* Below, above or equal to 0, as a is earlier than, later than or the same as b.  Any text has a place in
 * the order, so nothing is refused. */
int debversion_compare(const char *a, const char *b);

#endif

/* jansson: a library that makes do with less where memory is refused: a letter of a text is left out, a member of an
 * object; and does not always say so. */
#ifndef VEKHA_NOTIFY_JANSSON_H
#define VEKHA_NOTIFY_JANSSON_H

/* From now on each time is noted in base/shortage.h, for those who ask after they read or wrote something. */
void jansson_note_shortages(void);

#endif

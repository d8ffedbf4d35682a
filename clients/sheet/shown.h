/* shown: what a cell of a workbook shows: its number through its number format, as the person at the
 * screen sees it and as Excel would save it to CSV, with a point before the fraction and nothing
 * between thousands.
 *
 * A workbook keeps a double as decimal text.  Its digits are taken as they stand there, never through
 * a double: rounded half up to the 15 digits that Excel shows, moved two places for a format with %,
 * then rounded half up to the digits of the format.  General shows all 15.  What the format writes beside the
 * number, «чел.» or a currency, is left out. */
#ifndef VEKHA_SHEET_SHOWN_H
#define VEKHA_SHEET_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SHOWN_MAX = 128, /* bytes of what a number shows, with its NUL */
};

enum shown_kind {
    SHOWN_GENERAL,
    SHOWN_NUMBER,
    SHOWN_DATE,
    SHOWN_MONTH,     /* сен.20 */
    SHOWN_DAY_MONTH, /* 25.сен: what Excel makes of a typed 25.9 */
    SHOWN_YEAR,
    SHOWN_TIME,
    SHOWN_SCALED, /* in thousands or millions: what is seen is not what is kept */
};

struct shown_format {
    enum shown_kind kind;
    bool percent;
    int least, most; /* digits after the point */
};

/* Reads a format as xl/styles.xml has it: #,##0.00, 0.0%, mmm\.yy, 0" чел.".  Of several sections the
 * first counts. */
void shown_parse(const char *code, struct shown_format *ret);

/* A format that every workbook has by its number; General where there is none. */
void shown_builtin(unsigned id, struct shown_format *ret);

/* What a number shows.  A text that is no number comes back as it is, cut to SHOWN_MAX.  date1904: the
 * workbook counts its days from 1904, as an old Macintosh did.  Returns out. */
char *shown_number(const char *number, const struct shown_format *f, bool date1904,
                   char out[SHOWN_MAX]);

#endif

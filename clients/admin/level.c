/* level: see level.h. */
#include "admin/level.h"

#include <string.h>

/* The first row that fits: what an alert about reports says is another thing than a lag. */
static const struct level levels[] = {
    {NULL, "info", TEXT_LEVEL_INFO, TABLE_PLAIN},
    {"overdue", "at_risk", TEXT_LEVEL_OVERDUE, TABLE_YELLOW},
    {"silent", "lagging", TEXT_LEVEL_SILENT, TABLE_RED},
    {"operator", "at_risk", TEXT_LEVEL_TO_MEND, TABLE_YELLOW},
    {"operator", "lagging", TEXT_LEVEL_AT_ONCE, TABLE_RED},
    {NULL, "at_risk", TEXT_LEVEL_AT_RISK, TABLE_YELLOW},
    {NULL, "lagging", TEXT_LEVEL_LAGGING, TABLE_RED},
};

const struct level *level_find(const char *kind, const char *name)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(name, levels[i].name) == 0 &&
            (levels[i].kind == NULL || strcmp(kind, levels[i].kind) == 0))
            return &levels[i];
    return NULL;
}

/* headings: schools have tables of their own, so a column may be called by any name in use. */
#include "submit/headings.h"

#include "submit/reading.h"

static const struct word headings[] = {
    {"org", FIELD_ORGANISATION},
    {"organisation", FIELD_ORGANISATION},
    {"organization", FIELD_ORGANISATION},
    {"организация", FIELD_ORGANISATION},
    {"код организации", FIELD_ORGANISATION},
    {"школа", FIELD_ORGANISATION},
    {"indicator", FIELD_INDICATOR},
    {"показатель", FIELD_INDICATOR},
    {"код показателя", FIELD_INDICATOR},
    {"period", FIELD_PERIOD},
    {"период", FIELD_PERIOD},
    {"value", FIELD_VALUE},
    {"значение", FIELD_VALUE},
    {"факт", FIELD_VALUE},
    {"of", FIELD_OF},
    {"total", FIELD_OF},
    {"всего", FIELD_OF},
    {"из", FIELD_OF},
    {"state", FIELD_STATE},
    {"состояние", FIELD_STATE},
    {"статус", FIELD_STATE},
    {"as of", FIELD_AS_OF},
    {"на дату", FIELD_AS_OF},
    {"дата", FIELD_AS_OF},
    {"expected", FIELD_EXPECTED},
    {"ожидается", FIELD_EXPECTED},
    {"срок", FIELD_EXPECTED},
    {"method", FIELD_METHOD},
    {"методика", FIELD_METHOD},
    {"метод", FIELD_METHOD},
    {"note", FIELD_NOTE},
    {"примечание", FIELD_NOTE},
    {"комментарий", FIELD_NOTE},
};

int headings_find(const char *text, size_t len)
{
    return words_find(headings, sizeof headings / sizeof *headings, text, len);
}

/* headings: schools have tables of their own, so a column may be called by any name in use. */
#include "sheet/headings.h"

#include "sheet/units.h"

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
    {"отчетный период", FIELD_PERIOD},
    {"value", FIELD_VALUE},
    {"значение", FIELD_VALUE},
    {"факт", FIELD_VALUE},
    {"фактически", FIELD_VALUE},
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
    {"project", FIELD_PROJECT},
    {"проект", FIELD_PROJECT},
    {"код проекта", FIELD_PROJECT},
    {"text", FIELD_TEXTS + NARRATIVE_TEXT},
    {"текст", FIELD_TEXTS + NARRATIVE_TEXT},
    {"состояние дел", FIELD_TEXTS + NARRATIVE_TEXT},
    {"положение дел", FIELD_TEXTS + NARRATIVE_TEXT},
    {"cause", FIELD_TEXTS + NARRATIVE_CAUSE},
    {"причина", FIELD_TEXTS + NARRATIVE_CAUSE},
    {"причины", FIELD_TEXTS + NARRATIVE_CAUSE},
    {"measure", FIELD_TEXTS + NARRATIVE_MEASURE},
    {"measures", FIELD_TEXTS + NARRATIVE_MEASURE},
    {"мера", FIELD_TEXTS + NARRATIVE_MEASURE},
    {"меры", FIELD_TEXTS + NARRATIVE_MEASURE},
    {"принятые меры", FIELD_TEXTS + NARRATIVE_MEASURE},
    {"next step", FIELD_TEXTS + NARRATIVE_NEXT_STEP},
    {"следующий шаг", FIELD_TEXTS + NARRATIVE_NEXT_STEP},
    {"далее", FIELD_TEXTS + NARRATIVE_NEXT_STEP},
    {"answerable", FIELD_TEXTS + NARRATIVE_ANSWERABLE},
    {"ответственный", FIELD_TEXTS + NARRATIVE_ANSWERABLE},
    {"№", HEADINGS_PASSED_OVER},
    {"№ п/п", HEADINGS_PASSED_OVER},
    {"n п/п", HEADINGS_PASSED_OVER},
    {"name", HEADINGS_PASSED_OVER},
    {"название", HEADINGS_PASSED_OVER},
    {"наименование", HEADINGS_PASSED_OVER},
    {"наименование показателя", HEADINGS_PASSED_OVER},
    {"unit", HEADINGS_PASSED_OVER},
    {"единица", HEADINGS_PASSED_OVER},
    {"единица измерения", HEADINGS_PASSED_OVER},
    {"ед. изм.", HEADINGS_PASSED_OVER},
    {"plan", HEADINGS_PASSED_OVER},
    {"план", HEADINGS_PASSED_OVER},
    {"last", HEADINGS_PASSED_OVER},
    {"прошлое значение", HEADINGS_PASSED_OVER},
};

/* «Значение, чел.» and «Значение (чел.)» are named by what stands before the unit. */
static size_t without_unit(const char *text, size_t len)
{
    for (size_t cut = len; cut > 0; cut--) {
        if (text[cut - 1] != ',' && text[cut - 1] != '(')
            continue;
        size_t unit = len - cut - (text[cut - 1] == '(' && text[len - 1] == ')');
        return units_find(text + cut, unit) == UNIT_PLAIN ? cut - 1 : len;
    }
    return len;
}

int headings_find(const char *text, size_t len)
{
    return words_find(headings, sizeof headings / sizeof *headings, text, without_unit(text, len));
}

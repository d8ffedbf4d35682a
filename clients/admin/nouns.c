/* nouns: adding a field is adding a row here, a column in SQL and a parameter in apply.c. */
#include "admin/nouns.h"

#define WEEK  "mon tue wed thu fri sat sun"
#define KINDS "department school kindergarten extra guardianship other"

/* clang-format off */
static const struct field rule_set_fields[] = {
    [RULE_SET_CODE]      = FIELD("code", "код", FIELD_CODE, true),
    [RULE_SET_CONSTANTS] = FIELD("constants", "", FIELD_MADE, false),
};
static const struct field project_fields[] = {
    [PROJECT_CODE]    = FIELD("code", "код", FIELD_CODE, true),
    [PROJECT_NAME]    = FIELD("name", "название", FIELD_TITLE, true),
    [PROJECT_NAME_EN] = FIELD("name_en", "название_en", FIELD_TITLE, false),
    [PROJECT_STARTS]  = FIELD("starts", "начало", FIELD_DATE, false),
    [PROJECT_ENDS]    = FIELD("ends", "конец", FIELD_DATE, false),
};
static const struct field organisation_fields[] = {
    [ORGANISATION_CODE]      = FIELD("code", "код", FIELD_CODE, true),
    [ORGANISATION_NAME]      = FIELD("name", "название", FIELD_TITLE, true),
    [ORGANISATION_NAME_EN]   = FIELD("name_en", "название_en", FIELD_TITLE, false),
    [ORGANISATION_KIND]      = CHOICE("kind", "вид", true, NULL, KINDS),
    [ORGANISATION_PARENT]    = REFERENCE("parent", "подчинение", false, NULL, NOUN_ORGANISATION),
    [ORGANISATION_TIME_ZONE] = FIELD("time_zone", "часовой_пояс", FIELD_ZONE, true),
    [ORGANISATION_OPENED]    = FIELD("opened", "открыта", FIELD_DATE, false),
    [ORGANISATION_CLOSED]    = FIELD("closed", "закрыта", FIELD_DATE, false),
    [ORGANISATION_EMAIL]     = FIELD("email", "почта", FIELD_EMAIL, false),
};
static const struct field indicator_fields[] = {
    [INDICATOR_CODE]        = FIELD("code", "код", FIELD_CODE, true),
    [INDICATOR_NAME]        = FIELD("name", "название", FIELD_TITLE, true),
    [INDICATOR_NAME_EN]     = FIELD("name_en", "название_en", FIELD_TITLE, false),
    [INDICATOR_PROJECT]     = REFERENCE("project", "проект", true, NULL, NOUN_PROJECT),
    [INDICATOR_KIND]        = CHOICE("kind", "вид", true, NULL, "flow level share milestone"),
    [INDICATOR_DIRECTION]   = CHOICE("direction", "направление", false, "up", "up down"),
    [INDICATOR_UNIT]        = FIELD("unit", "единица", FIELD_UNIT, true),
    [INDICATOR_UNIT_EN]     = FIELD("unit_en", "единица_en", FIELD_UNIT, false),
    [INDICATOR_WHOLE]       = DEFAULTED("whole", "целое", FIELD_BOOLEAN, "true"),
    [INDICATOR_COUNTING]    = CHOICE("counting", "учёт", false, "year_to_date",
                                     "per_period year_to_date"),
    [INDICATOR_STEP_MONTHS] = DEFAULTED("step_months", "шаг", FIELD_MONTHS, "1"),
    [INDICATOR_METHOD]      = FIELD("method", "метод", FIELD_METHOD, false),
    [INDICATOR_RULE_SET]    = REFERENCE("rule_set", "правила", false, "default", NOUN_RULE_SET),
    [INDICATOR_ROLLED]      = CHOICES("rolled", "складывается", NULL, KINDS),
    [INDICATOR_YEAR_STARTS] = DEFAULTED("year_starts", "год_с_месяца", FIELD_MONTHS, "1"),
    [INDICATOR_AT_MOST]     = REFERENCES("at_most", "не_больше", false, NOUN_INDICATOR),
};
static const struct field workdays_fields[] = {
    [WORKDAYS_CODE] = FIELD("code", "код", FIELD_CODE, true),
    [WORKDAYS_DAYS] = FIELD("days", "", FIELD_MADE, false),
};
static const struct field duty_fields[] = {
    [DUTY_CODE]            = FIELD("code", "код", FIELD_CODE, true),
    [DUTY_INDICATORS]      = REFERENCES("indicators", "показатели", true, NOUN_INDICATOR),
    [DUTY_KINDS]           = CHOICES("kinds", "виды", NULL, KINDS),
    [DUTY_ORGANISATIONS]   = REFERENCES("organisations", "организации", false, NOUN_ORGANISATION),
    [DUTY_EVERY]           = CHOICE("every", "период", true, NULL, "1 3 6 12"),
    [DUTY_DUE_WORKDAY]     = FIELD("due_workday", "срок", FIELD_WORKDAY, true),
    [DUTY_REMIND_WORKDAYS] = FIELD("remind_workdays", "напомнить_за", FIELD_WORKDAY, false),
    [DUTY_CLOSE_WORKDAY]   = FIELD("close_workday", "закрыть", FIELD_WORKDAY, false),
    [DUTY_STARTS]          = FIELD("starts", "начало", FIELD_DATE, true),
    [DUTY_ENDS]            = FIELD("ends", "конец", FIELD_DATE, false),
    [DUTY_WORKDAYS]        = REFERENCE("workdays", "рабочие_дни", true, NULL, NOUN_WORKDAYS),
};
static const struct field route_fields[] = {
    [ROUTE_CODE]            = FIELD("code", "код", FIELD_CODE, true),
    [ROUTE_ORGANISATION]    = REFERENCE("organisation", "организация", true, NULL, NOUN_ORGANISATION),
    [ROUTE_TO]              = FIELD("to", "кому", FIELD_TITLE, false),
    [ROUTE_CHANNEL]         = DEFAULTED("channel", "канал", FIELD_CODE, "email"),
    [ROUTE_PROJECTS]        = REFERENCES("projects", "проекты", false, NOUN_PROJECT),
    [ROUTE_KINDS]           = CHOICES("kinds", "виды", "lag milestone silent",
                                      "lag overdue silent milestone operator refusal"),
    [ROUTE_LEVEL]           = CHOICE("level", "уровень", false, "lagging", "info at_risk lagging"),
    [ROUTE_LANGUAGE]        = CHOICE("language", "язык", false, "ru", "ru en"),
    [ROUTE_PACE]            = CHOICE("pace", "как_часто", false, "at_once", "at_once daily weekly"),
    [ROUTE_HOURS]           = DEFAULTED("hours", "часы", FIELD_HOURS, "00:00-24:00"),
    [ROUTE_DAYS]            = CHOICES("days", "дни", WEEK, WEEK),
    [ROUTE_WORKDAYS]        = REFERENCE("workdays", "рабочие_дни", false, NULL, NOUN_WORKDAYS),
    [ROUTE_HOLIDAYS]        = {"holidays", "каникулы", FIELD_SPANS, false, NULL, NULL, 0},
    [ROUTE_REMIND_DAYS]     = FIELD("remind_days", "напоминать_через", FIELD_DAYS, false),
    [ROUTE_UNANSWERED_DAYS] = FIELD("unanswered_days", "без_ответа", FIELD_DAYS, false),
};
static const struct field plan_fields[] = {
    [PLAN_ORGANISATION]  = REFERENCE("organisation", "организация", true, NULL, NOUN_ORGANISATION),
    [PLAN_INDICATOR]     = REFERENCE("indicator", "показатель", true, NULL, NOUN_INDICATOR),
    [PLAN_STARTS]        = FIELD("starts", "начало", FIELD_DATE, true),
    [PLAN_VALID_FROM]    = FIELD("valid_from", "действует_с", FIELD_DATE, false),
    [PLAN_BASIS]         = FIELD("basis", "основание", FIELD_BASIS, true),
    [PLAN_ENDS]          = FIELD("ends", "конец", FIELD_DATE, true),
    [PLAN_SHAPE]         = CHOICE("shape", "форма", false, NULL, "linear points season terms"),
    [PLAN_SHAPE_FROM]    = FIELD("shape_from", "форма_из", FIELD_CODE, false),
    [PLAN_BASE]          = FIELD("base", "база", FIELD_DECIMAL, false),
    [PLAN_BASE_ON]       = FIELD("base_on", "база_на", FIELD_DATE, false),
    [PLAN_BASE_METHOD]   = FIELD("base_method", "метод_базы", FIELD_METHOD, false),
    [PLAN_TARGET]        = FIELD("target", "план", FIELD_DECIMAL, false),
    [PLAN_OF]            = FIELD("of", "из", FIELD_DECIMAL, false),
    [PLAN_DUE_FROM]      = FIELD("due_from", "срок_с", FIELD_DATE, false),
    [PLAN_DUE_TO]        = FIELD("due_to", "срок_до", FIELD_DATE, false),
    [PLAN_DUE_PRECISION] = CHOICE("due_precision", "точность_срока", false, NULL,
                                  "day month window unknown"),
    [PLAN_EVENT]         = DEFAULTED("event", "событие", FIELD_BOOLEAN, "false"),
    [PLAN_CLOSES]        = FIELD("closes", "итоги_до", FIELD_DATE, false),
    [PLAN_AFTER]         = FIELD("after", "после", FIELD_SERIES, false),
    [PLAN_POINTS]        = FIELD("points", "", FIELD_MADE, false),
    [PLAN_KNOTS]         = FIELD("knots", "", FIELD_MADE, false),
    [PLAN_TERMS]         = FIELD("terms", "", FIELD_MADE, false),
};
static const struct field season_fields[] = {
    [SEASON_CODE]  = FIELD("code", "код", FIELD_CODE, true),
    [SEASON_KNOTS] = FIELD("knots", "узлы", FIELD_LIST, false),
    [SEASON_YEARS] = FIELD("years", "годы", FIELD_LIST, false),
};
static const struct field calendar_fields[] = {
    [CALENDAR_CODE]  = FIELD("code", "код", FIELD_CODE, true),
    [CALENDAR_TERMS] = FIELD("terms", "четверти", FIELD_LIST, true),
};

#define FIELDS(f) (f), sizeof(f) / sizeof *(f)

const struct noun_table nouns[NOUN_COUNT] = {
    [NOUN_RULE_SET]     = {"rule_set", {"rule set", "набор правил"}, FIELDS(rule_set_fields), 1},
    [NOUN_PROJECT]      = {"project", {"project", "проект"}, FIELDS(project_fields), 1},
    [NOUN_ORGANISATION] = {"organisation", {"organisation", "организация"},
                           FIELDS(organisation_fields), 1},
    [NOUN_INDICATOR]    = {"indicator", {"indicator", "показатель"}, FIELDS(indicator_fields), 1},
    [NOUN_WORKDAYS]     = {"workdays", {"working-day calendar", "календарь рабочих дней"},
                           FIELDS(workdays_fields), 1},
    [NOUN_DUTY]         = {"duty", {"duty", "обязанность"}, FIELDS(duty_fields), 1},
    [NOUN_ROUTE]        = {"route", {"route", "маршрут"}, FIELDS(route_fields), 1},
    [NOUN_PLAN]         = {"plan", {"plan", "план"}, FIELDS(plan_fields), 4},
    [NOUN_SEASON]       = {"season", {"season", "сезон"}, FIELDS(season_fields), 1},
    [NOUN_CALENDAR]     = {"calendar", {"calendar", "календарь"}, FIELDS(calendar_fields), 1},
};
/* clang-format on */

/* phrase: the one table of what an explanation can say, message by language. */
#include "model/phrase.h"

#include <string.h>

static const char *const texts[PHRASE_COUNT][LANG_COUNT] = {
    [PHRASE_HEAD_FLOW] =
        {"{organisation}, {indicator}, as of {date}: {fact} done, {plan} planned.",
         "{organisation}, {indicator}, на {date}: сделано {fact}, по плану {plan}."},
    [PHRASE_HEAD_LEVEL] = {"{organisation}, {indicator}, as of {date}: {fact}, {plan} planned.",
                           "{organisation}, {indicator}, на {date}: {fact}, по плану {plan}."},
    [PHRASE_HEAD_DOWN] =
        {"{organisation}, {indicator}, as of {date}: {fact}, at most {plan} planned.",
         "{organisation}, {indicator}, на {date}: {fact}, по плану не больше {plan}."},
    [PHRASE_HEAD_NOT_STARTED] = {"{organisation}, {indicator}: begins on {starts}.",
                                 "{organisation}, {indicator}: начнётся {starts}."},
    [PHRASE_HEAD_NO_PLAN] = {"{organisation}, {indicator}, as of {date}: {fact}. There is no plan.",
                             "{organisation}, {indicator}, на {date}: {fact}. Плана нет."},
    [PHRASE_HEAD_NOTHING] = {"{organisation}, {indicator}: no figures.",
                             "{organisation}, {indicator}: сведений нет."},
    [PHRASE_HEAD_NOTHING_BELOW] =
        {"{organisation}, {indicator}: added up from those below, none of which has reported yet.",
         "{organisation}, {indicator}: складывается из подчинённых, а они ещё не сообщили."},
    [PHRASE_HEAD_NOT_APPLICABLE] = {"{organisation}, {indicator}: not applicable.",
                                    "{organisation}, {indicator}: неприменимо."},
    [PHRASE_HEAD_MILESTONE] = {"{organisation}, {indicator}: ", "{organisation}, {indicator}: "},
    [PHRASE_HEAD_MILESTONES_BELOW] =
        {"{organisation}, {indicator}: {done} of {all_below} done.",
         "{organisation}, {indicator}: сделано {done} из {all_below}."},
    [PHRASE_HEAD_BOUNDS] = {"{organisation}, {indicator}, as of {date}: between {fact} and "
                            "{fact_high}, {plan} planned. It "
                            "cannot be judged before all have reported.",
                            "{organisation}, {indicator}, на {date}: от {fact} до {fact_high}, по "
                            "плану {plan}. Оценить "
                            "нельзя, пока не сообщат все."},
    [PHRASE_HEAD_UNCOUNTABLE] =
        {"{organisation}, {indicator}: cannot be added up; it is not known how many the percentage "
         "is of.",
         "{organisation}, {indicator}: сложить нельзя, неизвестно, от какого числа взят процент."},
    [PHRASE_SHORT] = {" {gap} short", " Не хватает {gap}"},
    [PHRASE_EVEN] = {" Exactly on plan", " Точно по плану"},
    [PHRASE_AHEAD] = {" {gap} ahead of plan", " Больше плана на {gap}"},
    [PHRASE_OVER] = {" {gap} over the limit", " Больше допустимого на {gap}"},
    [PHRASE_UNDER] = {" {gap} below the limit", " Меньше допустимого на {gap}"},
    [PHRASE_PACE] = {"; {needed} a month are needed until {until}, the pace is {pace}.",
                     "; до {until} нужно {needed} в месяц, сейчас выходит {pace}."},
    [PHRASE_PACE_DOWN] = {"; {needed} a month are left until {until}, the pace is {pace}.",
                          "; до {until} допустимо {needed} в месяц, сейчас выходит {pace}."},
    [PHRASE_STOP] = {".", "."},
    [PHRASE_OUTLOOK_LOW] = {" The plan is unlikely to be met.", " План вряд ли будет выполнен."},
    [PHRASE_OUTLOOK_OPEN] = {" Whether the plan will be met is doubtful.",
                             " Выполнение плана под вопросом."},
    [PHRASE_OUTLOOK_LIKELY] = {" The plan will probably be met.",
                               " План, вероятно, будет выполнен."},
    [PHRASE_OUTLOOK_SURE] = {" The plan will almost certainly be met.",
                             " План почти наверняка будет выполнен."},
    [PHRASE_FULFILLED] = {" The plan is met.", " План выполнен."},
    [PHRASE_FAILED] = {" The plan is not met.", " План не выполнен."},
    [PHRASE_PLAN_YEAR] = {"Plan {target} for the year", "План {target} за год"},
    [PHRASE_PLAN_SPAN] = {"Plan {target} from {starts} to {ends}",
                          "План {target} с {starts} по {ends}"},
    [PHRASE_PLAN_LEVEL] = {"Plan: from {base} on {base_on} to {target} on {ends}",
                           "План: от {base} на {base_on} до {target} на {ends}"},
    [PHRASE_PLAN_SUM] =
        {"Plan {target} from {starts} to {ends}, the sum of the plans below: {exact_plan} on "
         "{date}.",
         "План {target} с {starts} по {ends}, сумма планов организаций: на {date} — {exact_plan}."},
    [PHRASE_LINEAR_FLOW] = {", evenly: {gone}/{span}·{target} = {exact_plan}.",
                            ", равномерно: {gone}/{span}·{target} = {exact_plan}."},
    [PHRASE_LINEAR_LEVEL] = {", evenly: {exact_base} + {gone}/{span}·{way} = {exact_plan}.",
                             ", равномерно: {exact_base} + {gone}/{span}·{way} = {exact_plan}."},
    [PHRASE_POINTS] = {", by approved points: {exact_plan}.",
                       ", по утверждённым точкам: {exact_plan}."},
    [PHRASE_SEASON_FLOW] =
        {", by the seasonal curve of past years: {share}·{target} = {exact_plan}.",
         ", по сезонной кривой прошлых лет: {share}·{target} = {exact_plan}."},
    [PHRASE_SEASON_LEVEL] =
        {", by the seasonal curve of past years: {exact_base} + {share}·{way} = {exact_plan}.",
         ", по сезонной кривой прошлых лет: {exact_base} + {share}·{way} = {exact_plan}."},
    [PHRASE_TERMS_FLOW] =
        {", by school days: {term_gone} of {term_days} (weekends within a term included): "
         "{term_gone}/{term_all}·{target} = {exact_plan}.",
         ", по учебным дням: {term_gone} из {term_days} (с выходными внутри четверти): "
         "{term_gone}/{term_all}·{target} = {exact_plan}."},
    [PHRASE_TERMS_LEVEL] =
        {", by school days: {term_gone} of {term_days} (weekends within a term included): "
         "{exact_base} + {term_gone}/{term_all}·{way} = {exact_plan}.",
         ", по учебным дням: {term_gone} из {term_days} (с выходными внутри четверти): "
         "{exact_base} + {term_gone}/{term_all}·{way} = {exact_plan}."},
    [PHRASE_PROGRESS_FLOW] = {" Progress {exact_fact}/{exact_plan} = {progress} %.",
                              " Ход {exact_fact}/{exact_plan} = {progress} %."},
    [PHRASE_PROGRESS_DOWN] = {" Progress 2 − {exact_fact}/{exact_plan} = {progress} %.",
                              " Ход 2 − {exact_fact}/{exact_plan} = {progress} %."},
    [PHRASE_PROGRESS_LEVEL] =
        {" Progress ({exact_fact} − {exact_base})/({exact_plan} − {exact_base}) = {progress} %.",
         " Ход ({exact_fact} − {exact_base})/({exact_plan} − {exact_base}) = {progress} %."},
    [PHRASE_FORECAST] = {" Forecast {forecast} ± {spread}.", " Прогноз {forecast} ± {spread}."},
    [PHRASE_NO_FORECAST] = {" No forecast: too little data.", " Прогноза нет: данных мало."},
    [PHRASE_STATUS] = {" {status}: {reason}.", " {status}: {reason}."},
    [PHRASE_R_ON] = {"progress is at least {r_on} %", "ход не ниже {r_on} %"},
    [PHRASE_R_RISK] = {"progress is below {r_on} %", "ход ниже {r_on} %"},
    [PHRASE_R_LOW] = {"progress is below {r_risk} %", "ход ниже {r_risk} %"},
    [PHRASE_WITH_OUTLOOK] = {" and the forecast is “{outlook}”", " и прогноз «{outlook}»"},
    [PHRASE_WITHOUT_OUTLOOK] = {", there is no forecast", ", прогноза нет"},
    [PHRASE_WHY_TARGET_MET] = {"the target of {target} is reached", "цель {target} достигнута"},
    [PHRASE_WHY_TARGET_MISSED] = {"the target of {target} was not reached by {ends}",
                                  "цель {target} к {ends} не достигнута"},
    [PHRASE_WHY_CAP_BROKEN] = {"the limit of {target} is exceeded", "предел {target} превышен"},
    [PHRASE_WHY_NEAR_START] =
        {"the plan has only begun; behind by {gap}, a material gap is {material}",
         "план только начался; отставание {gap}, существенное — {material}"},
    [PHRASE_WHY_AHEAD] = {"the plan for this day is met", "план на эту дату выполнен"},
    [PHRASE_WHY_TOO_EARLY] = {"less than {early} % of the plan has passed, too early for more",
                              "пройдено меньше {early} % плана, судить строже рано"},
    [PHRASE_WHY_IMMATERIAL] = {"the gap is smaller than a material one ({material})",
                               "отставание меньше существенного ({material})"},
    [PHRASE_WHY_SMALL_NUMBERS] = {"the numbers are small: 1 of {all} = {one} p.p.",
                                  "числа малы: 1 из {all} = {one} п.п."},
    [PHRASE_WHY_HYSTERESIS] = {"it was {previous}, and the improvement is not yet sure",
                               "было «{previous}», улучшение ещё не закреплено"},
    [PHRASE_DUE_UNKNOWN] = {"no date is set", "срок не назначен"},
    [PHRASE_DUE_DAY] = {"due {due}", "срок {due}"},
    [PHRASE_DUE_LATEST] = {"due by {due}", "срок до {due}"},
    [PHRASE_DUE_EVENT] = {"on {due}", "дата {due}"},
    [PHRASE_STATE_NONE] = {", nothing reported", ", сведений нет"},
    [PHRASE_STATE_NOT_DONE] = {", not done as of {date}", ", на {date} не сделано"},
    [PHRASE_STATE_IN_PROGRESS] = {", in progress as of {date}", ", на {date} в работе"},
    [PHRASE_STATE_DONE] = {", done {done_on}", ", сделано {done_on}"},
    [PHRASE_STATE_QUANTITY] = {", {fact} of {target}", ", {fact} из {target}"},
    [PHRASE_STATE_EXPECTED] = {", expected {expected}", ", ожидается {expected}"},
    [PHRASE_MILESTONE_DONE] = {"done in time", "сделано в срок"},
    [PHRASE_MILESTONE_DONE_LATE] = {"done {days} late", "позже на {days}"},
    [PHRASE_MILESTONE_AHEAD] = {"not yet due", "срок не наступил"},
    [PHRASE_MILESTONE_LATE] = {"late by {days}", "опоздание {days}"},
    [PHRASE_MILESTONE_EXPECTED_LATE] = {"expected after the due date", "ожидается позже срока"},
    [PHRASE_MILESTONE_TOO_FEW] = {"done less than planned", "сделано меньше плана"},
    [PHRASE_MILESTONE_UNDATED] = {"no date to judge by", "нет даты, по которой судить"},
    [PHRASE_EVENT_UNCONFIRMED] = {"not confirmed for {days}", "не подтверждено {days}"},
    [PHRASE_PREDECESSOR] = {"due in no more than {near}, and not yet done: {awaited}",
                            "до срока не больше {near}, а ещё не сделано: {awaited}"},
    [PHRASE_MILESTONE_RULE] =
        {"{status}: {reason}. From the day after the due date it is at risk, from day {late_days} "
         "it lags.",
         "{status}: {reason}. Со дня после срока — ВНИМАНИЕ, с {late_days}-го дня — ОТСТАЁТ."},
    [PHRASE_OWES_REMINDER] = {"{organisation}: the report for {period} is due by {due}.",
                              "{organisation}: сведения за {period} нужно сдать не позднее {due}."},
    [PHRASE_OWES_OVERDUE] = {"{organisation}: the report for {period} is missing, it was due by "
                             "{due}.",
                             "{organisation}: сведения за {period} не сданы, срок был {due}."},
    [PHRASE_OWES_SILENT] =
        {"{organisation} is silent: the report for {period} is missing, it was due by {due}, more "
         "than one reporting period ago.",
         "{organisation} молчит: сведения за {period} не сданы, срок был {due}, прошло больше "
         "одного отчётного периода."},
    [PHRASE_OWES_LATER] = {"{organisation}: nothing is overdue, the next deadline is {due}.",
                           "{organisation}: просроченных сведений нет, ближайший срок {due}."},
    [PHRASE_OWES_NO_MORE] = {"{organisation}: all reports are in.",
                             "{organisation}: все сведения сданы."},
    [PHRASE_OWES_NOTHING] = {"{organisation}: no reports are owed.",
                             "{organisation}: сдавать сейчас нечего."},
    [PHRASE_OWES_ITEM] = {"– {indicator}: for {period}, due by {due}",
                          "– {indicator}: за {period}, срок {due}"},
    [PHRASE_OWES_MORE] = {"and {more}", "и ещё {more}"},
    [PHRASE_REPORT_IN] = {"The report for {period} is in.", "Сведения за {period} сданы."},
    [PHRASE_REPORT_DUE] = {"The report for {period} is due by {due}.",
                           "Сведения за {period} нужно сдать не позднее {due}."},
    [PHRASE_REPORT_OVERDUE] = {"The report for {period} is missing: it was due by {due}, {days} "
                               "ago.",
                               "Сведения за {period} не сданы: срок был {due}, просрочка {days}."},
    [PHRASE_REPORT_SILENT] =
        {"The report for {period} is missing: it was due by {due}, {days} ago, more than one "
         "reporting period.",
         "Сведения за {period} не сданы: срок был {due}, просрочка {days}, больше одного отчётного "
         "периода."},
    [PHRASE_WAITING] = {"Figures not yet counted: {waiting}; nothing is known from {hole} on.",
                        "Ещё не учтено сведений: {waiting}; нет данных с {hole}."},
    [PHRASE_SUM] = {"The sum of {below}.", "Сумма по {below}."},
    [PHRASE_SUM_MISSING] = {" Not reported for this day: {list}.",
                            " Не сообщили на эту дату: {list}."},
    [PHRASE_SUM_CONTRIBUTORS] = {" Most is lacking at: {list}.",
                                 " Больше всего не хватает: {list}."},
    [PHRASE_SUM_LATE] = {" Behind: {list}.", " Отстают: {list}."},
    [PHRASE_CHECK_PARTS] =
        {"Please check: {value} was reported for {period}, but its parts add up to {other}.",
         "Проверьте: за {period} сообщено {value}, а части этого периода дают в сумме {other}."},
    [PHRASE_CHECK_CUT] =
        {"Please check: as of {date}, {value} was reported for {period}, but {other} for "
         "{other_period}.",
         "Проверьте: на {date} за {period} сообщено {value}, а за {other_period} — {other}."},
    [PHRASE_CHECK_PAST] =
        {"Please check: the count fell from {other} ({other_period}) to {value} ({period}).",
         "Проверьте: нарастающий итог уменьшился с {other} ({other_period}) до {value} "
         "({period})."},
    [PHRASE_CHECK_LIMIT] =
        {"Please check: {value} for {period} is more than “{other_name}”, which is {other}.",
         "Проверьте: {value} за {period} больше, чем «{other_name}» — {other}."},
    [PHRASE_CHECK_SUM] =
        {"Please check: the organisation itself reported {value} as of {date}, those below add up "
         "to "
         "{other}.",
         "Проверьте: сама организация на {date} сообщила {value}, сумма по подчинённым — {other}."},
    [PHRASE_CHECK_MORE] = {"More contradictions: {value}.", "Ещё противоречий: {value}."},
    [PHRASE_ATTAINMENT] = {"Attainment of the plan {attainment} %. ",
                           "Степень достижения {attainment} %. "},
    [PHRASE_VERSIONS] = {"Plan version {plan_version} ({basis}), ",
                         "План версии {plan_version} ({basis}), "},
    [PHRASE_VERSIONS_SUM] = {"No plan of its own, ", "Собственного плана нет, "},
    [PHRASE_RULES] = {"rules {rules} version {rules_version}.",
                      "правила {rules} версии {rules_version}."},
};

const char *phrase_text(enum phrase p, enum lang lang)
{
    return texts[p][lang];
}

#define PLACE_NAME(name)                                                                           \
    {                                                                                              \
#name, sizeof #name - 1                                                                    \
    }
static const struct {
    const char *name;
    size_t len;
} place_names[PLACE_COUNT] = {PHRASE_PLACES(PLACE_NAME)};
#undef PLACE_NAME

enum place phrase_place(const char *name, size_t len)
{
    unsigned i = 0;

    while (i < PLACE_COUNT &&
           (place_names[i].len != len || memcmp(place_names[i].name, name, len) != 0))
        i++;
    return (enum place)i;
}

/* Appends words; a full stop after an abbreviation (п.п.) ends the sentence as well. */
static void add_words(struct str *out, const char *words, size_t len)
{
    if (len > 0 && words[0] == '.' && out->len > 0 && out->text[out->len - 1] == '.') {
        words++;
        len--;
    }
    str_append(out, words, len);
}

void phrase_add(struct str *out, enum phrase p, enum lang lang, const struct fields *fields)
{
    const char *at = texts[p][lang], *open;

    while ((open = strchr(at, '{'))) {
        const char *close = strchr(open, '}');
        enum place place = phrase_place(open + 1, (size_t)(close - open - 1));

        add_words(out, at, (size_t)(open - at));
        if (place < PLACE_COUNT && fields->text[place])
            str_add(out, fields->text[place]);
        at = close + 1;
    }
    add_words(out, at, strlen(at));
}

/* texts: the tables, and the few lines that put facts into them. */
#include "rules/texts.h"

#include <string.h>

static const char *const fact_names[FACT_COUNT] = {
    [FACT_ORGANISATION] = "organisation",
    [FACT_OWN] = "own",
    [FACT_OPEN] = "open",
    [FACT_WHAT] = "what",
    [FACT_PERIOD] = "period",
    [FACT_BEGINS] = "begins",
    [FACT_ENDS] = "ends",
    [FACT_AS_OF] = "as_of",
    [FACT_TODAY] = "today",
    [FACT_YEARS] = "years",
    [FACT_STATE] = "state",
    [FACT_STATES] = "states",
    [FACT_VALUE] = "value",
    [FACT_OF] = "of",
    [FACT_LINES] = "lines",
    [FACT_MINUTES] = "minutes",
    [FACT_CLOSED] = "closed",
    [FACT_WHICH] = "which",
    [FACT_BYTES] = "bytes",
    [FACT_LETTERS] = "letters",
};

/* clang-format off */
static const char *const reason_texts[][LANG_COUNT] = {
    [REASON_UNKNOWN_ORGANISATION] = {
        "The centre has no organisation “{organisation}”. Check the code, or ask the department for it.",
        "Организации «{organisation}» нет в списке центра. Проверьте код или уточните его в управлении образования."},
    [REASON_NOT_YOURS] = {
        "Your key reports for “{own}” and what is below it, not for “{organisation}”. Check the organisation's code.",
        "Ваш ключ — для «{own}» и подчинённых организаций, а не для «{organisation}». Проверьте код организации."},
    [REASON_ORGANISATION_CLOSED] = {
        "“{organisation}” was not open in {period} (open {open}). Check the organisation and the period.",
        "Организация «{organisation}» в периоде {period} не работала (работает {open}). Проверьте организацию и период."},
    [REASON_UNKNOWN_INDICATOR] = {
        "The programme has no indicator “{what}”. Check its code.",
        "Показателя «{what}» нет в программе. Проверьте код показателя."},
    [REASON_BAD_PERIOD] = {
        "{what}: the period is missing or not understood. Write 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 or 2020-09-25.",
        "{what}: период не указан или непонятен. Пишите 2020-09 (месяц), 2020-Q3 (квартал), 2020-H1 (полугодие), "
        "2020-9M (девять месяцев), 2020 (год) или 2020-09-25 (день)."},
    [REASON_PERIOD_OUT_OF_RANGE] = {
        "{what} for {period}: the centre keeps data of {years}. Check the year.",
        "{what} за {period}: центр хранит данные за {years} гг. Проверьте год."},
    [REASON_PERIOD_NOT_BEGUN] = {
        "{what}: the period {period} begins on {begins}, and today is {today}. Check the period, or send it later.",
        "{what}: период {period} начнётся {begins}, а сегодня {today}. Проверьте период или отправьте позже."},
    [REASON_BAD_AS_OF] = {
        "{what} for {period}: the as-of date is not understood. Write it as 2020-09-25.",
        "{what} за {period}: дата, на которую дано значение, непонятна. Пишите её так: 2020-09-25."},
    [REASON_AS_OF_IN_FUTURE] = {
        "{what} for {period}: the as-of date {as_of} has not come yet, today is {today}. Give today or an earlier day.",
        "{what} за {period}: дата {as_of} ещё не наступила, сегодня {today}. Укажите сегодняшнюю или более раннюю."},
    [REASON_AS_OF_OUTSIDE_PERIOD] = {
        "{what}: the as-of date {as_of} is outside of the period {period} ({begins} to {ends}). Correct one of them.",
        "{what}: дата {as_of} не входит в период {period} (с {begins} по {ends}). Исправьте дату или период."},
    [REASON_BAD_STATE] = {
        "{what} for {period}: the state “{state}” does not fit this indicator. Possible are: {states}.",
        "{what} за {period}: состояние «{state}» не подходит этому показателю. Возможны: {states}."},
    [REASON_VALUE_MISSING] = {
        "{what} for {period}: the number is missing. Give it, or say “no data” or “not applicable”.",
        "{what} за {period}: нет числа. Укажите его или напишите «нет данных» либо «не применимо»."},
    [REASON_VALUE_UNEXPECTED] = {
        "{what} for {period}: “{state}” goes without a number, but {value} was given. Remove one of them.",
        "{what} за {period}: «{state}» указывают без числа, а здесь {value}. Уберите одно из двух."},
    [REASON_BAD_VALUE] = {
        "{what} for {period}: the number is not understood or too long. Up to 18 digits, 6 of them after the point.",
        "{what} за {period}: число непонятно или слишком длинное. Можно до 18 цифр, из них до 6 после запятой."},
    [REASON_NEGATIVE] = {
        "{what} for {period}: {value} is less than zero. Check the sign.",
        "{what} за {period}: {value} меньше нуля. Проверьте знак."},
    [REASON_NOT_WHOLE] = {
        "{what} for {period}: this is counted in whole numbers, but {value} was given. Give a whole number.",
        "{what} за {period}: здесь считают целыми числами, а указано {value}. Укажите целое число."},
    [REASON_OF_MISSING] = {
        "{what} for {period}: give how many of how many, for example 25/60.",
        "{what} за {period}: укажите, сколько из скольких, например 25/60."},
    [REASON_OF_UNEXPECTED] = {
        "{what} for {period}: this is not a share, so the second number, {of}, has no place. Give one number.",
        "{what} за {period}: это не доля, второе число ({of}) здесь лишнее. Укажите одно число."},
    [REASON_MORE_THAN_ALL] = {
        "{what} for {period}: {value} is more than all. A part is at most the whole, a percentage at most 100.",
        "{what} за {period}: {value} — это больше целого. Часть не больше целого, доля не больше 100 %."},
    [REASON_TWICE_IN_SUBMISSION] = {
        "{what} for {period} at {organisation} stands in this submission more than once: figures {lines}. None of them "
        "was taken; keep one and send it again.",
        "{what} за {period} для {organisation} указан в этой отправке не один раз: значения {lines}. Ни одно из них "
        "не принято; оставьте одно и отправьте снова."},
    [REASON_BAD_TEXT] = {
        "{what} for {period}: the note or the method is too long or has unprintable characters. Shorten or retype it.",
        "{what} за {period}: примечание или способ подсчёта слишком длинны или содержат непечатаемые знаки. "
        "Сократите или наберите заново."},
    [REASON_BAD_EXPECTED] = {
        "{what} for {period}: an expected date is for milestones that are not done yet, written as 2020-11-30.",
        "{what} за {period}: ожидаемую дату указывают только у ещё не выполненных мероприятий, в виде 2020-11-30."},
    [REASON_PERIOD_CLOSED] = {
        "{what} for {period}: the period has been closed since {closed}. If the figure is right, send it again with "
        "the reason: --note \"REASON\", in a table the column “note”.",
        "{what} за {period}: период закрыт с {closed}. Если значение верно, отправьте его ещё раз и укажите причину: "
        "--note \"ПРИЧИНА\", в таблице — столбец «Примечание»."},
    [REASON_UNKNOWN_QUESTION] = {
        "Your organisation was not asked this. vekha-submit --questions shows what was.",
        "Такого вопроса Вашей организации не задавали. Вопросы покажет vekha-submit --questions."},
    [REASON_QUESTION_SETTLED] = {
        "Nobody waits for an answer to this question any more. Call the department if it matters.",
        "Ответа на этот вопрос больше не ждут. Если это важно, позвоните в управление."},
    [REASON_CLOCK_AHEAD] = {
        "Taken, but the clock of your computer is {minutes} min ahead. Set its date and time.",
        "Принято, но часы Вашего компьютера спешат на {minutes} мин. Поправьте дату и время."},
    [REASON_LONG_AGO] = {
        "Taken, but {period} ended on {ends}, more than 400 days ago. Check the year.",
        "Принято, но период {period} закончился {ends}, более 400 дней назад. Проверьте год."},
};

/* What is said otherwise of a narrative than of a figure. */
static const char *const narrative_texts[][LANG_COUNT] = {
    [REASON_UNKNOWN_PROJECT] = {
        "The programme has no project “{what}”. Check its code.",
        "Проекта «{what}» нет в программе. Проверьте код проекта."},
    [REASON_TWICE_IN_SUBMISSION] = {
        "{what} for {period} at {organisation} stands in this submission more than once: narratives {lines}. None of them "
        "was taken; keep one and send it again.",
        "{what} за {period} для {organisation} указан в этой отправке не один раз: справки {lines}. Ни одна из них "
        "не принята; оставьте одну и отправьте снова."},
    [REASON_BAD_TEXT] = {
        "{what} for {period}: “{which}” is longer than {bytes} bytes or has unprintable characters. Shorten or retype it.",
        "{what} за {period}: «{which}» длиннее {letters} букв ({bytes} байт) или содержит непечатаемые знаки. "
        "Сократите или наберите заново."},
    [REASON_TEXT_MISSING] = {
        "{what} for {period}: it does not say how things stand. Fill in the text, or withdraw the narrative.",
        "{what} за {period}: не сказано, как обстоят дела. Заполните текст или отзовите справку."},
    [REASON_TEXT_UNEXPECTED] = {
        "{what} for {period}: a narrative is withdrawn without texts, but “{which}” was given. Remove one of them.",
        "{what} за {period}: справку отзывают без текстов, а здесь заполнено «{which}». Уберите одно из двух."},
};

/* The languages of the last column are those of the others, in the order of a Russian centre. */
#define BOTH(english, russian) {english, russian, russian "\n" english}

enum { IN_BOTH = LANG_COUNT, REFUSAL_COLUMNS };

static const char *const refusal_texts[][REFUSAL_COLUMNS] = {
    [REFUSAL_MALFORMED] = BOTH(
        "The message could not be read. Install the current version of Vekha; if that does not help, tell the department.",
        "Сообщение не удалось прочитать. Установите текущую версию «Вехи»; если не поможет, сообщите в управление."),
    [REFUSAL_VERSION] = BOTH(
        "The centre does not speak this version of the protocol. Install the current version of Vekha.",
        "Центр не понимает эту версию протокола. Установите текущую версию «Вехи»."),
    [REFUSAL_REVOKED] = BOTH(
        "This key was taken back, nothing was stored. Ask the department for a new one.",
        "Этот ключ отозван, ничего не сохранено. Попросите в управлении новый."),
    [REFUSAL_BAD_ID] = BOTH(
        "The submission has no proper number (UUIDv7). Install the current version of Vekha and compose it anew.",
        "У отправки нет правильного номера (UUIDv7). Установите текущую версию «Вехи» и составьте её заново."),
    [REFUSAL_ALTERED] = BOTH(
        "A submission with this number came before with other contents, which stand. Compose a new one.",
        "Отправка с этим номером уже была принята с другим содержимым, оно в силе. Составьте новую."),
    [REFUSAL_EMPTY] = BOTH(
        "There is neither a figure nor a narrative in the submission. Compose a new one.",
        "В отправке нет ни одного значения и ни одной справки. Составьте новую."),
    [REFUSAL_TOO_MANY_FIGURES] = BOTH(
        "There are too many figures or narratives in one submission. Divide them into several.",
        "В одной отправке слишком много значений или справок. Разделите их на несколько отправок."),
    [REFUSAL_POISONED] = BOTH(
        "The centre's database cannot store this submission. The operator was told; call the department.",
        "База данных центра не может сохранить эту отправку. Администратор извещён; позвоните в управление."),
    [REFUSAL_BAD_POSITION] = BOTH(
        "This position of the feed is not the one that was reached before: it is another centre's, or this one was restored. Begin anew.",
        "Позиция ленты не та, что была достигнута раньше: она от другого центра, или этот восстановлен из копии. Начните заново."),
    [REFUSAL_INVITED] = BOTH(
        "This is the key of an invitation, nothing was stored. First run vekha-submit --enrol on this computer.",
        "Это ключ приглашения, ничего не сохранено. Сначала выполните на этом компьютере vekha-submit --enrol."),
    [REFUSAL_INVITATION_USED] = BOTH(
        "The invitation was used already, on another computer. If that was none of yours, tell the department at once; in any case ask it for a new one.",
        "Приглашение уже использовано на другом компьютере. Если это были не вы, немедленно сообщите в управление; в любом случае попросите новое."),
    [REFUSAL_INVITATION_OVER] = BOTH(
        "The invitation is out of date. Ask the department for a new one.",
        "Срок приглашения истёк. Попросите в управлении новое."),
    [REFUSAL_KEY_TAKEN] = BOTH(
        "The centre has seen this key before. Enrol again: another one will be made.",
        "Этот ключ уже встречался центру. Повторите подключение: будет создан другой."),
    [REFUSAL_TOO_MANY_KEYS] = BOTH(
        "This computer's key was changed too often. Ask the department for a new invitation.",
        "Ключ этого компьютера меняли слишком часто. Попросите в управлении новое приглашение."),
};

static const char *const state_texts[][LANG_COUNT] = {
    [FIGURE_VALUE] = {"a number", "число"},
    [FIGURE_NOT_APPLICABLE] = {"not applicable", "не применимо"},
    [FIGURE_NO_DATA] = {"no data", "нет данных"},
    [FIGURE_WITHDRAWN] = {"withdrawn", "отозвано"},
    [FIGURE_NOT_DONE] = {"not done", "не выполнено"},
    [FIGURE_IN_PROGRESS] = {"in progress", "выполняется"},
    [FIGURE_DONE] = {"done", "выполнено"},
};
/* clang-format on */

/* The fact that the len bytes of a name stand for. */
static const char *fact_of(const struct text_facts *facts, const char *name, size_t len)
{
    for (size_t i = 0; i < FACT_COUNT; i++)
        if (strlen(fact_names[i]) == len && memcmp(fact_names[i], name, len) == 0 &&
            facts->fact[i] != NULL)
            return facts->fact[i];
    return "?";
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void fill_in(const char *rest, const struct text_facts *facts, struct str *out)
{
    while (rest != NULL && *rest != '\0') {
        size_t plain = strcspn(rest, "{");
        str_append(out, rest, plain);
        rest += plain;
        if (*rest == '{') {
            size_t len = strcspn(++rest, "}");
            str_add(out, fact_of(facts, rest, len));
            rest += len + 1;
        }
    }
}

void text_of_reason(enum reason reason, enum lang lang, const struct text_facts *facts,
                    struct str *out)
{
    fill_in((size_t)reason < COUNT(reason_texts) ? reason_texts[reason][lang] : NULL, facts, out);
}

void text_of_narrative_reason(enum reason reason, enum lang lang, const struct text_facts *facts,
                              struct str *out)
{
    const char *own =
        (size_t)reason < COUNT(narrative_texts) ? narrative_texts[reason][lang] : NULL;
    if (own != NULL)
        fill_in(own, facts, out);
    else
        text_of_reason(reason, lang, facts, out);
}

const char *text_of_refusal(enum refusal_reason reason, enum lang lang)
{
    return refusal_texts[reason][lang];
}

const char *text_of_refusal_in_both(enum refusal_reason reason)
{
    return refusal_texts[reason][IN_BOTH];
}

const char *text_of_state(enum figure_state state, enum lang lang)
{
    return state_texts[state][lang];
}

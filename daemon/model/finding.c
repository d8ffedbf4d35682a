/* finding: see finding.h. */
#include "model/finding.h"

#include <string.h>

enum { MINUTE = 60, HOUR = 3600 };

/* Detail is what the question found, in no language. */
static const struct finding table[] = {
    {"partitions",
     0,
     0,
     {[LANG_EN] = "storage: prepared up to the year %s",
      [LANG_RU] = "хранение: подготовлено по %s год"},
     {[LANG_EN] = "storage: prepared only up to the year %s",
      [LANG_RU] = "хранение: подготовлено только по %s год"},
     {[LANG_EN] = "run «vekhactl migrate»", [LANG_RU] = "выполните «vekhactl migrate»"}},
    {"strays",
     0,
     0,
     {[LANG_EN] = "storage: %s submissions from clocks that are far off",
      [LANG_RU] = "хранение: сдач от сильно сбитых часов: %s"},
     {[LANG_EN] = "storage: %s submissions of the last month carry an impossible year",
      [LANG_RU] = "хранение: за последний месяц сдач с невозможным годом: %s"},
     {[LANG_EN] = "correct the clocks of their senders («vekhactl receipts»)",
      [LANG_RU] = "поправьте часы отправителей («vekhactl receipts»)"}},
    {"backlog",
     10 * MINUTE,
     5 * MINUTE,
     {[LANG_EN] = "assessment: %s waiting, none for long",
      [LANG_RU] = "оценка: в очереди %s, долго никто не ждёт"},
     {[LANG_EN] = "assessment: %s waiting, the oldest for more than a minute",
      [LANG_RU] = "оценка: в очереди %s, старейшая больше минуты"},
     {[LANG_EN] = "is vekhad running? «journalctl -u vekhad» says what it leaves out, and "
                  "«vekhactl doctor --rebuild» compares",
      [LANG_RU] = "запущен ли vekhad? Что он пропускает, говорит «journalctl -u vekhad», "
                  "сравнивает «vekhactl doctor --rebuild»"}},
    {"channels",
     10 * MINUTE,
     2 * MINUTE,
     {[LANG_EN] = "channels: a daemon serves each that a route names%s",
      [LANG_RU] = "каналы: каждый, который назван в маршрутах, обслуживается%s"},
     {[LANG_EN] = "channels: no daemon has served these in the last ten minutes (and their "
                  "routes): %s",
      [LANG_RU] = "каналы: последние десять минут никто не обслуживает (в скобках маршруты): %s"},
     {[LANG_EN] = "is vekhad running, and does its vekhad.conf have the section (mail, webhook "
                  "NAME, journal)? Else correct the route's channel and run «vekhactl apply»",
      [LANG_RU] = "запущен ли vekhad и есть ли в его vekhad.conf раздел (mail, webhook ИМЯ, "
                  "journal)? Иначе исправьте channel маршрута и выполните «vekhactl apply»"}},
    {"letters",
     5 * MINUTE,
     2 * MINUTE,
     {[LANG_EN] = "messages given up: %s", [LANG_RU] = "недоставленных сообщений: %s"},
     {[LANG_EN] = "messages given up: %s", [LANG_RU] = "недоставленных сообщений: %s"},
     {[LANG_EN] =
          "«vekhactl outbox» says why, «vekhactl outbox retry ID» tries one again, --all every one",
      [LANG_RU] =
          "почему — «vekhactl outbox», ещё раз — «vekhactl outbox retry НОМЕР», все — с --all"}},
    {"altered",
     0,
     0,
     {[LANG_EN] = "submissions sent again with other contents in the last week: %s",
      [LANG_RU] = "сдач, повторённых с другим содержимым, за неделю: %s"},
     {[LANG_EN] = "agent %s: a submission came again with other contents; the first ones stand",
      [LANG_RU] = "агент %s: сдача пришла повторно с другим содержимым; действует первое"},
     {[LANG_EN] = "two computers work with one queue: ask the school for a copied or restored "
                  "disk, give the second computer an invitation of its own («vekhactl agent enrol "
                  "ORG»), and have what it refused sent anew («vekha-submit --list»)",
      [LANG_RU] = "с одной очередью работают два компьютера: узнайте у школы о копии или "
                  "восстановлении диска, выдайте второму своё приглашение («vekhactl agent enrol "
                  "ОРГ»), и пусть отказанное сдадут заново («vekha-submit --list»)"}},
    {"refused",
     0,
     0,
     {[LANG_EN] = "submissions that PostgreSQL refused in the last week: %s",
      [LANG_RU] = "сдач, которые PostgreSQL отверг, за неделю: %s"},
     {[LANG_EN] = "agent %s: PostgreSQL refuses a submission even alone, and the school was told "
                  "so; its figures are not stored",
      [LANG_RU] = "агент %s: PostgreSQL отвергает сдачу даже отдельно, школе об этом сказано; "
                  "значения не сохранены"},
     {[LANG_EN] = "«journalctl -u vekhad» has PostgreSQL's words; mend the cause and ask the "
                  "school to send it once more",
      [LANG_RU] = "слова PostgreSQL — в «journalctl -u vekhad»; устраните причину и попросите "
                  "школу сдать ещё раз"}},
    {"invitation used",
     0,
     0,
     {[LANG_EN] = "invitations used a second time in the last week: %s",
      [LANG_RU] = "приглашений, использованных повторно, за неделю: %s"},
     {[LANG_EN] = "the invitation of agent %s was used a second time, for another key",
      [LANG_RU] = "приглашение агента %s использовано повторно, для другого ключа"},
     {[LANG_EN] = "ask the school; if it knows of one computer only, somebody else has read the "
                  "letter: «vekhactl agent revoke ID», then a new invitation",
      [LANG_RU] = "спросите школу; если компьютер у неё один, письмо прочёл посторонний: «vekhactl "
                  "agent revoke НОМЕР», затем новое приглашение"}},
    {"time zones",
     0,
     0,
     {[LANG_EN] = "time zones: the database knows those of all organisations%s",
      [LANG_RU] = "часовые пояса: база знает пояса всех организаций%s"},
     {[LANG_EN] = "time zones: the database has no rules of summer time and the like for %s",
      [LANG_RU] = "часовые пояса: у базы нет правил для %s"},
     {[LANG_EN] = "write a name such as Asia/Krasnoyarsk and run «vekhactl apply», or upgrade "
                  "tzdata and restart PostgreSQL",
      [LANG_RU] = "укажите название вида Asia/Krasnoyarsk и выполните «vekhactl apply» или "
                  "обновите tzdata и перезапустите PostgreSQL"}},
    {"roles",
     0,
     0,
     {[LANG_EN] = "roles: the daemon has its own rights and no more%s",
      [LANG_RU] = "роли: у службы только свои права%s"},
     {[LANG_EN] = "roles: more rights than needed: %s",
      [LANG_RU] = "роли: прав больше, чем нужно: %s"},
     {[LANG_EN] = "take them back (ALTER ROLE …, REVOKE … in psql): who breaks into the daemon has "
                  "them",
      [LANG_RU] = "отзовите их (ALTER ROLE …, REVOKE … в psql): их получит тот, кто взломает "
                  "службу"}},
    {"workdays",
     0,
     0,
     {[LANG_EN] = "working days: the calendars of all duties reach beyond the next deadlines%s",
      [LANG_RU] = "рабочие дни: календари всех обязанностей дальше ближайших сроков%s"},
     {[LANG_EN] = "working days: no data for %s", [LANG_RU] = "рабочие дни: нет данных на %s"},
     {[LANG_EN] = "until there are, deadlines there are counted from Monday to Friday: add the "
                  "year to the file and run «vekhactl apply»",
      [LANG_RU] = "пока их нет, сроки считаются с понедельника по пятницу: допишите год в файл и "
                  "выполните «vekhactl apply»"}},
    {"invitations",
     0,
     0,
     {[LANG_EN] = "invitations that ran out unused: %s",
      [LANG_RU] = "приглашений истекло без использования: %s"},
     {[LANG_EN] = "invitations that ran out unused: %s",
      [LANG_RU] = "приглашений истекло без использования: %s"},
     {[LANG_EN] = "make new ones, «vekhactl agent enrol ORG», or «vekhactl agent revoke ID»",
      [LANG_RU] = "создайте новые: «vekhactl agent enrol ОРГ», или отзовите: «vekhactl agent "
                  "revoke НОМЕР»"}},
    {"silent agents",
     0,
     0,
     {[LANG_EN] = "agents that sent nothing for 45 days: %s",
      [LANG_RU] = "агентов, от которых 45 дней ничего не было: %s"},
     {[LANG_EN] = "agents that sent nothing for 45 days: %s",
      [LANG_RU] = "агентов, от которых 45 дней ничего не было: %s"},
     {[LANG_EN] = "ask the school whether that computer is still in use, else «vekhactl agent "
                  "revoke ID»",
      [LANG_RU] = "узнайте у школы, работает ли этот компьютер, иначе «vekhactl agent revoke "
                  "НОМЕР»"}},
    {"clock",
     10 * MINUTE,
     10 * MINUTE,
     {[LANG_EN] = "clocks: the database's is as this machine's (difference, s: %s)",
      [LANG_RU] = "часы: у базы и этой машины одинаковы (разница, с: %s)"},
     {[LANG_EN] = "clocks: the database's is apart from this machine's (s: %s)",
      [LANG_RU] = "часы: у базы и этой машины расходятся (с: %s)"},
     {[LANG_EN] = "of two versions of a figure the one composed later counts, so let NTP keep both "
                  "(«timedatectl set-ntp true»)",
      [LANG_RU] = "из двух версий значения действует составленная позже, поэтому включите "
                  "синхронизацию на обеих («timedatectl set-ntp true»)"}},
    {"disk",
     5 * MINUTE,
     15 * MINUTE,
     {[LANG_EN] = "disk: free %s", [LANG_RU] = "диск: свободно %s"},
     {[LANG_EN] = "disk: free %s", [LANG_RU] = "диск: свободно %s"},
     {[LANG_EN] = "make room before it is full: then nothing is taken any more",
      [LANG_RU] = "освободите место, пока он не заполнен: тогда ничего не будет приниматься"}},
    {"descriptors",
     5 * MINUTE,
     15 * MINUTE,
     {[LANG_EN] = "open files of vekhad: %s", [LANG_RU] = "открытых файлов у vekhad: %s"},
     {[LANG_EN] = "open files of vekhad: %s", [LANG_RU] = "открытых файлов у vekhad: %s"},
     {[LANG_EN] = "soon no further school can connect: raise LimitNOFILE («systemctl edit "
                  "vekhad») or run a second daemon",
      [LANG_RU] = "скоро новые школы не смогут соединиться: увеличьте LimitNOFILE («systemctl "
                  "edit vekhad») или запустите вторую службу"}},
    {"loop",
     10 * MINUTE,
     15 * MINUTE,
     {[LANG_EN] = "vekhad keeps up: timers late: %s", [LANG_RU] = "vekhad успевает: опозданий %s"},
     {[LANG_EN] = "vekhad does not keep up: timers late by more than half a second: %s",
      [LANG_RU] = "vekhad не успевает: таймеры опаздывают больше чем на полсекунды: %s"},
     {[LANG_EN] = "run a second daemon, and look what else keeps that machine busy",
      [LANG_RU] = "запустите вторую службу и посмотрите, чем ещё занята машина"}},
    {"old daemon",
     HOUR,
     0,
     {[LANG_EN] = "vekhad is as new as the database: %s", [LANG_RU] = "vekhad не старше базы: %s"},
     {[LANG_EN] = "vekhad is older than the database (migrations): %s",
      [LANG_RU] = "vekhad старше базы (миграции): %s"},
     {[LANG_EN] = "install the present version there and restart it",
      [LANG_RU] = "установите там нынешнюю версию и перезапустите"}},
};

enum { N_FINDINGS = sizeof table / sizeof *table };

const struct finding *finding_table(size_t *ret_count)
{
    *ret_count = N_FINDINGS;
    return table;
}

const struct finding *finding_find(const char *name)
{
    for (size_t i = 0; i < N_FINDINGS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static const char *const level_names[FINDING_LEVELS] = {
    [FINDING_WELL] = "",
    [FINDING_INFO] = "info",
    [FINDING_AT_RISK] = "at_risk",
    [FINDING_LAGGING] = "lagging",
};

const char *finding_level_name(enum finding_level level)
{
    return level_names[level];
}

bool finding_level_parse(const char *name, enum finding_level *ret)
{
    for (unsigned i = 0; i < FINDING_LEVELS; i++)
        if (strcmp(name != NULL ? name : "", level_names[i]) == 0) {
            *ret = (enum finding_level)i;
            return true;
        }
    return false;
}

/* --- the alert of a finding --- */

#define ROW(from, to, event, comment)                                                              \
    {                                                                                              \
        FINDING_##from, FINDING_##to, ALERT_##event, comment                                       \
    }

/* Sorted: finding_next() finds a row by its place. */
static const struct finding_transition transitions[FINDING_LEVELS * FINDING_LEVELS] = {
    ROW(WELL, WELL, STAYS, "all is well"),
    ROW(WELL, INFO, OPENS, "worth knowing"),
    ROW(WELL, AT_RISK, OPENS, "to be mended"),
    ROW(WELL, LAGGING, OPENS, "to be mended at once"),
    ROW(INFO, WELL, CLOSES, "it is over"),
    ROW(INFO, INFO, STAYS, "still worth knowing"),
    ROW(INFO, AT_RISK, RISES, "now to be mended"),
    ROW(INFO, LAGGING, RISES, "now to be mended at once"),
    ROW(AT_RISK, WELL, CLOSES, "it is mended"),
    ROW(AT_RISK, INFO, FALLS, "only worth knowing any more"),
    ROW(AT_RISK, AT_RISK, STAYS, "still to be mended"),
    ROW(AT_RISK, LAGGING, RISES, "now at once"),
    ROW(LAGGING, WELL, CLOSES, "it is mended"),
    ROW(LAGGING, INFO, FALLS, "only worth knowing any more"),
    ROW(LAGGING, AT_RISK, FALLS, "no longer at once"),
    ROW(LAGGING, LAGGING, STAYS, "still to be mended at once"),
};

#undef ROW

const struct finding_transition *finding_transitions(size_t *ret_count)
{
    *ret_count = sizeof transitions / sizeof *transitions;
    return transitions;
}

const struct finding_transition *finding_next(const struct finding *f, enum finding_level from,
                                              enum finding_level to, int64_t seconds)
{
    int64_t needed = to > from ? f->patience_s : f->calm_s;

    return &transitions[(size_t)from * FINDING_LEVELS + (size_t)(seconds < needed ? from : to)];
}

/* --- what is said --- */

static const char *const what_to_do[LANG_COUNT] = {
    [LANG_EN] = "What to do: ", [LANG_RU] = "Что сделать: "};

static void add_sentence(const struct finding *f, bool well, const char *detail, enum lang lang,
                         struct str *out)
{
    const char *sentence = well ? f->well[lang] : f->ill[lang], *place = strstr(sentence, "%s");

    str_append(out, sentence, (size_t)(place - sentence));
    str_add(out, detail);
    str_add(out, place + strlen("%s"));
}

void finding_line(const struct finding *f, bool well, const char *detail, enum lang lang,
                  struct str *out)
{
    add_sentence(f, well, detail, lang, out);
    if (!well)
        str_addf(out, "; %s", f->todo[lang]);
}

void finding_explain(const struct finding *f, bool well, const char *detail, enum lang lang,
                     struct str *out)
{
    add_sentence(f, well, detail, lang, out);
    if (!well)
        str_addf(out, "\n%s%s.", what_to_do[lang], f->todo[lang]);
}

/* --- what a machine tells --- */

enum finding_level finding_of_disk(uint64_t free_mib, uint64_t all_mib)
{
    if (free_mib >= FINDING_DISK_MIB || free_mib * 100 >= all_mib * FINDING_DISK_PERCENT)
        return FINDING_WELL;
    return free_mib * 100 < all_mib * FINDING_DISK_LAST ? FINDING_LAGGING : FINDING_AT_RISK;
}

enum finding_level finding_of_files(long open, long limit)
{
    return open * 100 < limit * FINDING_FILES_PERCENT ? FINDING_WELL : FINDING_LAGGING;
}

enum finding_level finding_of_loop(unsigned late, unsigned beats)
{
    return beats > 0 && late * 2 >= beats ? FINDING_AT_RISK : FINDING_WELL;
}

/* commands: adding a command is adding a row. */
#include "admin/commands.h"

#include <string.h>

#define O(name) OPTION_BIT(OPTION_##name)

const struct command commands[] = {
    {.noun = "migrate",
     .fn = migrate_run,
     .options = O(REPLAY),
     .usage = "migrate [--replay]",
     .brief = {[LANG_EN] = "bring the database schema up to date",
               [LANG_RU] = "привести схему базы данных в порядок"},
     .help = {[LANG_EN] = "Creates or upgrades the schema; safe to repeat. Each migration is one "
                          "transaction; an applied one is\n"
                          "verified by its checksum and never changed.\n"
                          "  --replay   mark a fresh centre as one that plays a past time: only "
                          "there do programs take --now",
              [LANG_RU] = "Создаёт или обновляет схему; можно повторять. Каждая миграция — одна "
                          "транзакция; применённая\n"
                          "сверяется по контрольной сумме и не меняется.\n"
                          "  --replay   новый центр воспроизводит прошлое время: только в нём "
                          "программы принимают --now"},
     .examples = "  createdb vekha && PGDATABASE=vekha vekhactl migrate\n"
                 "  vekhactl -c /etc/vekha/vekhad.conf migrate"},
    {.noun = "centre",
     .verb = "init",
     .fn = centre_init,
     .options = O(KEY) | O(ENDPOINT),
     .usage = "centre init --key FILE --endpoint tcp://HOST:PORT",
     .brief = {[LANG_EN] = "make the centre's key, record its address",
               [LANG_RU] = "создать ключ центра, записать его адрес"},
     .help = {[LANG_EN] = "Makes the CURVE key file of the centre if there is none (never "
                          "overwrites one) and records the public\n"
                          "key and the endpoint, which go into the configuration of every agent. "
                          "Safe to repeat.",
              [LANG_RU] = "Создаёт файл ключа центра, если его нет (существующий не "
                          "перезаписывается), и записывает открытый\n"
                          "ключ и адрес: они входят в настройки каждого агента. Можно повторять."},
     .examples = "  vekhactl centre init --key /etc/vekha/curve.secret --endpoint "
                 "tcp://vekha.example.org:5670"},
    {.noun = "centre",
     .verb = "setup",
     .fn = centre_setup,
     .alone = true,
     .options = O(ENDPOINT),
     .usage = "centre setup [--endpoint tcp://HOST:PORT]",
     .brief = {[LANG_EN] = "database, roles, key and a running service at once",
               [LANG_RU] = "база, роли, ключ и работающая служба сразу"},
     .help =
         {[LANG_EN] =
              "All that lies between an installed package and a centre that runs, by what the "
              "daemon's configuration says:\n"
              "database and roles, schema, key, service; then looks whether all is well, as "
              "«doctor» does. Asks nothing, says\n"
              "line by line what it made (+) and what was there (=), and what is left to do. Safe "
              "to repeat, and the way to\n"
              "upgrade: what stands is left as it is.\n"
              "Run it as root where PostgreSQL runs, or with PGHOST, PGUSER and PGPASSWORD of one "
              "who may make roles and\n"
              "databases. PostgreSQL's pg_hba.conf is not touched.\n"
              "  --endpoint E   where schools connect; by default this machine's name and the "
              "daemon's port\n"
              "  -c FILE        the daemon's configuration; by default " VEKHA_SYSCONFDIR
              "/vekhad.conf",
          [LANG_RU] =
              "Всё, что лежит между установленным пакетом и работающим центром, по настройкам "
              "службы: база данных и роли,\n"
              "схема, ключ, служба; затем проверка, всё ли в порядке, как в «doctor». Ничего не "
              "спрашивает, построчно\n"
              "сообщает, что создано (+), что уже было (=) и что осталось сделать. Можно "
              "повторять; так же выполняется\n"
              "обновление: готовое не меняется.\n"
              "Запускайте от имени root там, где работает PostgreSQL, или с PGHOST, PGUSER и "
              "PGPASSWORD пользователя,\n"
              "который вправе создавать роли и базы. Файл pg_hba.conf не меняется.\n"
              "  --endpoint E   куда соединяются школы; иначе имя этой машины и порт службы\n"
              "  -c ФАЙЛ        настройки службы; иначе " VEKHA_SYSCONFDIR "/vekhad.conf"},
     .examples = "  vekhactl centre setup\n"
                 "  vekhactl centre setup --endpoint tcp://vekha.example.org:5670"},
    {.noun = "apply",
     .fn = apply_run,
     .options = O(DRY_RUN),
     .min_operands = 1,
     .max_operands = 1,
     .usage = "apply FILE [--dry-run]",
     .brief = {[LANG_EN] = "load the programme: organisations, indicators, plans",
               [LANG_RU] = "загрузить программу: организации, показатели, планы"},
     .help = {[LANG_EN] =
                  "Compares the programme file, and the CSV files that it names, with the centre, "
                  "prints the difference\n"
                  "(+ new, ~ changed, = unchanged, ? not in the file) and writes it. All or "
                  "nothing: with any error\n"
                  "nothing is written. What is missing in the file is named, never deleted.\n"
                  "  --dry-run   only print the difference",
              [LANG_RU] =
                  "Сравнивает файл программы и названные в нём CSV-файлы с центром, печатает "
                  "разницу (+ новое,\n"
                  "~ изменено, = без изменений, ? нет в файле) и записывает её. Всё или ничего: "
                  "при любой ошибке не\n"
                  "записывается ничего. О том, чего нет в файле, сообщается; ничего не удаляется.\n"
                  "  --dry-run   только показать разницу"},
     .examples = "  vekhactl apply programme.conf --dry-run\n"
                 "  vekhactl apply examples/bogotol/programme.conf"},
    {.noun = "plan",
     .verb = "import",
     .fn = plan_import,
     .options = O(DRY_RUN),
     .min_operands = 1,
     .max_operands = 2,
     .usage = "plan import PLANS.csv [POINTS.csv] [--dry-run]",
     .brief = {[LANG_EN] = "load plans from a table", [LANG_RU] = "загрузить планы из таблицы"},
     .help =
         {[LANG_EN] =
              "Compares a table of plans with the centre, prints the difference (+ new, ~ "
              "changed, = unchanged) and writes\n"
              "it; for organisations and indicators that are there already. All or nothing: "
              "with any error nothing is\n"
              "written. Columns as in plans.csv of a programme, in any order, headings in "
              "English or Russian; CSV with «;»\n"
              "in UTF-8 or as Excel saves it in Russia (cp1251). POINTS.csv holds the points of "
              "plans of that shape.\n"
              "  --dry-run   only print the difference",
          [LANG_RU] =
              "Сравнивает таблицу планов с центром, печатает разницу (+ новое, ~ изменено, = "
              "без изменений) и записывает\n"
              "её; организации и показатели должны уже быть. Всё или ничего: при любой ошибке "
              "не записывается ничего.\n"
              "Столбцы как в plans.csv программы, в любом порядке, заголовки русские или "
              "английские; CSV с «;» в UTF-8\n"
              "или как сохраняет Excel (cp1251). POINTS.csv — точки планов, заданных по "
              "точкам.\n"
              "  --dry-run   только показать разницу"},
     .examples = "  vekhactl plan import plans-2021.csv --dry-run\n"
                 "  vekhactl plan import plans-2021.csv"},
    {.noun = "status",
     .fn = status_run,
     .options = O(ORG) | O(PROJECT) | O(INDICATOR) | O(STATUS) | O(AS_OF) | O(KNOWN_AT) | O(BRIEF),
     .usage = "status [--org C] [--project P] [--indicator I] [--status S] [--as-of D] [--known-at "
              "T] [--brief] [--json]",
     .brief = {[LANG_EN] = "where every target stands", [LANG_RU] = "где находится каждая цель"},
     .help = {[LANG_EN] =
                  "Plan and fact of every series, assessed now by the model; under each project, "
                  "what the newest narratives say.\n"
                  "  --org C         an organisation and all below it\n"
                  "  --status S      not_started no_plan undetermined on_track at_risk lagging "
                  "achieved missed\n"
                  "  --as-of D       as it stood on that day\n"
                  "  --known-at T    by what the centre knew then (a day means its end, UTC)\n"
                  "  --brief         without the narratives",
              [LANG_RU] =
                  "План и факт каждого ряда, по оценке модели на этот момент; под каждым проектом "
                  "— что сказано в последних справках.\n"
                  "  --org C         организация и все подчинённые\n"
                  "  --status S      not_started no_plan undetermined on_track at_risk lagging "
                  "achieved missed\n"
                  "  --as-of D       как было на эту дату\n"
                  "  --known-at T    по тому, что центр тогда знал (дата — конец дня по UTC)\n"
                  "  --brief         без справок"},
     .examples = "  vekhactl status --status lagging\n"
                 "  vekhactl status --org school-3 --as-of 2020-09-30 --json"},
    {.noun = "explain",
     .fn = explain_run,
     .options = O(AS_OF) | O(KNOWN_AT),
     .min_operands = 2,
     .max_operands = 2,
     .usage = "explain ORG INDICATOR [--as-of D] [--known-at T] [--json]",
     .brief = {[LANG_EN] = "one verdict with its arithmetic",
               [LANG_RU] = "одна оценка со всей арифметикой"},
     .help = {[LANG_EN] = "Why a series has the status it has, to be checked with a pocket "
                          "calculator, and by which versions of\n"
                          "plan and rules.",
              [LANG_RU] = "Почему у ряда такой статус: расчёт, который можно проверить на "
                          "калькуляторе, и версии плана и правил."},
     .examples = "  vekhactl explain school-3 consultations --as-of 2020-09-30 --lang ru"},
    {.noun = "alerts",
     .fn = alerts_run,
     .options = O(ALL),
     .usage = "alerts [--all] [--json]",
     .brief = {[LANG_EN] = "what lags or was not reported, and why",
               [LANG_RU] = "что отстаёт или не сдано и почему"},
     .help = {[LANG_EN] = "The open alerts with the words of the moment that raised them.\n"
                          "  --all   the closed ones too, and reminders of reports that are due",
              [LANG_RU] = "Открытые тревоги со словами того момента, когда они поднялись.\n"
                          "  --all   также закрытые и напоминания о близких сроках сдачи"},
     .examples = "  vekhactl alerts\n"
                 "  vekhactl alerts --all --json"},
    {.noun = "watch",
     .fn = watch_run,
     .options = O(AFTER) | O(HOW_MANY) | O(STATE) | O(AGENT),
     .instead = O(AGENT),
     .usage = "watch [--agent FILE] [--after N] [--state FILE] [--count N] [--json]",
     .brief = {[LANG_EN] = "every step of an alert as it happens",
               [LANG_RU] = "каждый шаг тревог сразу, как он сделан"},
     .help =
         {[LANG_EN] =
              "Prints what happens to alerts, in one order for everybody, each step with its "
              "position. Reads the database, so\n"
              "vekhad may be down; with --agent it asks the centre over the network instead and "
              "sees the agent's organisation\n"
              "and all below it. Goes on by itself after an interruption, and ends with a signal.\n"
              "  --agent FILE    the configuration that «agent enrol» wrote; no database is "
              "needed\n"
              "  --after N       begin behind this position (0: from the beginning) and not now\n"
              "  --state FILE    keep the last position printed there and go on from it: nothing "
              "is missed, and only the\n"
              "                  very last step may come twice after a crash\n"
              "  --count N       end after N steps\n"
              "  --json          one object on a line",
          [LANG_RU] =
              "Печатает, что происходит с тревогами: в одном для всех порядке, каждый шаг со своей "
              "позицией. Читает базу\n"
              "данных, поэтому vekhad может не работать; с --agent спрашивает центр по сети и "
              "видит организацию агента\n"
              "и все подчинённые. После перерыва связи продолжает само, завершается по сигналу.\n"
              "  --agent ФАЙЛ    настройки, которые записал «agent enrol»; база не нужна\n"
              "  --after N       начать после этой позиции (0: с самого начала), а не с этого "
              "момента\n"
              "  --state ФАЙЛ    хранить там последнюю напечатанную позицию и продолжать с неё: "
              "ничего не пропадёт, и\n"
              "                  только самый последний шаг после сбоя может повториться\n"
              "  --count N       завершиться после N шагов\n"
              "  --json          по одному объекту в строке"},
     .examples = "  vekhactl watch\n"
                 "  vekhactl watch --agent /etc/vekha/watch.conf --state /var/lib/watch/position "
                 "--after 0 --json"},
    {.noun = "ack",
     .fn = alert_ack,
     .options = O(MEASURE) | O(UNTIL),
     .min_operands = 1,
     .max_operands = 1,
     .usage = "ack ID --measure TEXT --until D",
     .brief = {[LANG_EN] = "take an alert in hand", [LANG_RU] = "взять тревогу в работу"},
     .help = {[LANG_EN] = "Records who takes an open alert in hand, what will be done and by when; "
                          "«vekhactl alerts» shows it.\n"
                          "  --measure TEXT   what will be done\n"
                          "  --until D        by when: 2020-11-30 or 30.11.2020",
              [LANG_RU] = "Записывает, кто взял открытую тревогу в работу, какая принята мера и к "
                          "какому сроку; видно в «vekhactl alerts».\n"
                          "  --measure ТЕКСТ  мера\n"
                          "  --until D        срок: 30.11.2020 или 2020-11-30"},
     .examples = "  vekhactl ack 12 --measure \"two more groups from 1 October\" --until "
                 "2020-11-30"},
    {.noun = "silence",
     .fn = series_silence,
     .options = O(UNTIL) | O(REASON),
     .min_operands = 1,
     .max_operands = 2,
     .usage = "silence ORG [INDICATOR] --until D --reason TEXT",
     .brief = {[LANG_EN] = "send no messages about a series for a time",
               [LANG_RU] = "не присылать писем о ряде до даты"},
     .help = {[LANG_EN] = "Alerts of the organisation itself (not of those below it) still open "
                          "and close, but nobody is written to\n"
                          "about them. The latest word counts: a day gone by ends the silence.\n"
                          "  --until D       its last day\n"
                          "  --reason TEXT   why",
              [LANG_RU] = "Тревоги самой организации (не подчинённых) открываются и закрываются "
                          "как прежде, но писем о них нет.\n"
                          "Действует последнее распоряжение: прошедшая дата прекращает "
                          "молчание.\n"
                          "  --until D       последний день молчания\n"
                          "  --reason ТЕКСТ  причина"},
     .examples = "  vekhactl silence school-3 --until 2020-11-09 --reason \"autumn holidays\"\n"
                 "  vekhactl silence school-3 consultations --until 2020-11-09 --reason "
                 "\"quarantine\""},
    {.noun = "route",
     .verb = "test",
     .fn = route_test,
     .options = O(LEVEL) | O(KIND),
     .min_operands = 1,
     .max_operands = 2,
     .usage = "route test ORG [INDICATOR] [--kind K] [--level L] [--json]",
     .brief = {[LANG_EN] = "who would be told of an alert, and why",
               [LANG_RU] = "кто узнал бы о тревоге и почему"},
     .help =
         {[LANG_EN] = "Every route of the programme: whether it would tell of an alert about this "
                      "series, or why not, and when.\n"
                      "Without INDICATOR: of an organisation that is silent.\n"
                      "  --kind K    of another kind: lag, milestone, silent, overdue, operator, "
                      "refusal\n"
                      "  --level L   info, at_risk or lagging (the default)",
          [LANG_RU] =
              "Все маршруты программы: сообщит ли маршрут о тревоге по этому ряду, и когда, "
              "а если нет, то почему.\n"
              "Без показателя — о молчащей организации.\n"
              "  --kind K    о тревоге другого вида: lag, milestone, silent, overdue, operator, "
              "refusal\n"
              "  --level L   info, at_risk или lagging (по умолчанию)"},
     .examples = "  vekhactl route test school-3 consultations\n"
                 "  vekhactl route test school-3 --level at_risk\n"
                 "  vekhactl route test bogotol --kind operator"},
    {.noun = "route",
     .verb = "drop",
     .fn = route_drop,
     .min_operands = 1,
     .max_operands = 1,
     .usage = "route drop CODE",
     .brief = {[LANG_EN] = "tell nobody by a route any more",
               [LANG_RU] = "прекратить сообщать по маршруту"},
     .help = {[LANG_EN] =
                  "For a route that the programme file no longer has: what is missing there "
                  "is named by apply, never dropped.",
              [LANG_RU] = "Для маршрута, которого в файле программы больше нет: apply о нём "
                          "сообщает, но сам не удаляет."},
     .examples = "  vekhactl route drop head"},
    {.noun = "submit",
     .fn = submit_run,
     .options = O(PERIOD) | O(AS_OF) | O(NOTE) | O(EXPECTED) | O(AUTHOR) | O(WITHDRAW),
     .min_operands = 2,
     .max_operands = 3,
     .usage = "submit ORG INDICATOR VALUE[/N] --period P [--as-of D] [--author NAME] [--note TEXT] "
              "[--expected D] | submit ORG INDICATOR --period P --withdraw",
     .brief = {[LANG_EN] = "a figure for an organisation that telephones",
               [LANG_RU] = "показатель за организацию, которая позвонила"},
     .help = {[LANG_EN] =
                  "Takes a figure by the same rules as from the organisation's own program, and "
                  "shows the receipt. Who brought it\n"
                  "in and by which way is recorded. While no vekhad runs it waits in the "
                  "database.\n"
                  "  --author NAME   who telephoned",
              [LANG_RU] =
                  "Принимает значение по тем же правилам, что от программы самой организации, и "
                  "показывает квитанцию.\n"
                  "Записывается, кто и каким путём внёс. Пока vekhad не запущен, значение ждёт в "
                  "базе.\n"
                  "  --author ИМЯ    кто позвонил"},
     .examples = "  vekhactl submit school-3 consultations 165 --period 2020-9M --author "
                 "'заместитель директора'\n"
                 "  vekhactl submit school-3 coverage 187/450 --period 2020-Q3"},
    {.noun = "history",
     .fn = history_run,
     .options = O(KNOWN_AT),
     .min_operands = 2,
     .max_operands = 2,
     .usage = "history ORG INDICATOR [--known-at T] [--json]",
     .brief = {[LANG_EN] = "every version of a figure", [LANG_RU] = "все версии показателя"},
     .help = {[LANG_EN] = "All figures of a series, the replaced and outdated versions too: when "
                          "composed, when recorded, who, how.",
              [LANG_RU] = "Все значения ряда, в том числе заменённые и устаревшие: когда "
                          "составлены, когда записаны, кем, каким путём."},
     .examples = "  vekhactl history school-3 consultations"},
    {.noun = "narratives",
     .verb = "history",
     .fn = narratives_history,
     .options = O(KNOWN_AT),
     .min_operands = 2,
     .max_operands = 2,
     .usage = "narratives history ORG PROJECT [--known-at T] [--json]",
     .brief = {[LANG_EN] = "every version of a narrative", [LANG_RU] = "все версии справок"},
     .help = {[LANG_EN] =
                  "All narratives of an organisation on a project, the replaced and outdated "
                  "versions too: when composed, when\n"
                  "recorded, who, how, and what they say.",
              [LANG_RU] = "Все справки организации по проекту, в том числе заменённые и "
                          "устаревшие: когда составлены, когда\n"
                          "записаны, кем, каким путём и что в них сказано."},
     .examples = "  vekhactl narratives history school-3 digital"},
    {.noun = "narratives",
     .fn = narratives_run,
     .options = O(ORG) | O(PROJECT) | O(AS_OF) | O(KNOWN_AT) | O(ALL),
     .usage = "narratives [--org C] [--project P] [--as-of D] [--known-at T] [--all] [--json]",
     .brief = {[LANG_EN] = "how projects stand, in words",
               [LANG_RU] = "как обстоят дела в проектах, словами"},
     .help = {[LANG_EN] = "The newest narrative of each organisation on each project: how things "
                          "stand, why, what is done, what comes\n"
                          "next, who answers.\n"
                          "  --org C         an organisation and all below it\n"
                          "  --as-of D       as it stood on that day\n"
                          "  --known-at T    by what the centre knew then (a day means its end, "
                          "UTC)\n"
                          "  --all           of every period, the withdrawn ones too",
              [LANG_RU] = "Последняя справка каждой организации по каждому проекту: как обстоят "
                          "дела, почему, какая мера принята, что\n"
                          "дальше, кто отвечает.\n"
                          "  --org C         организация и все подчинённые\n"
                          "  --as-of D       как было на эту дату\n"
                          "  --known-at T    по тому, что центр тогда знал (дата — конец дня по "
                          "UTC)\n"
                          "  --all           за все периоды, в том числе отозванные"},
     .examples = "  vekhactl narratives --project digital\n"
                 "  vekhactl narratives --org school-3 --as-of 2020-09-30 --json"},
    {.noun = "receipts",
     .fn = receipts_run,
     .options = O(ORG) | O(ALL),
     .usage = "receipts [--org C] [--all] [--json]",
     .brief = {[LANG_EN] = "what came in and what was answered",
               [LANG_RU] = "что пришло и что отвечено"},
     .help = {[LANG_EN] = "The last 100 submissions, figure by figure and narrative by narrative "
                          "with the verdict.\n"
                          "  --org C   those of this organisation's agents\n"
                          "  --all     all of them",
              [LANG_RU] = "Последние 100 сдач, по каждому значению и каждой справке с вердиктом.\n"
                          "  --org C   от агентов этой организации\n"
                          "  --all     все"},
     .examples = "  vekhactl receipts --org school-3"},
    {.noun = "query",
     .verb = "close",
     .fn = query_close,
     .min_operands = 1,
     .max_operands = 1,
     .usage = "query close ID",
     .brief = {[LANG_EN] = "a question needs no answer any more",
               [LANG_RU] = "вопрос больше не требует ответа"},
     .help = {[LANG_EN] = "The school is not shown the question any more.",
              [LANG_RU] = "Школе вопрос больше не показывается."},
     .examples = "  vekhactl query close 12"},
    {.noun = "query",
     .fn = query_ask,
     .options = O(PERIOD) | O(TEXT) | O(AUTHOR),
     .min_operands = 2,
     .max_operands = 2,
     .usage = "query ORG INDICATOR --period P --text TEXT [--author NAME]",
     .brief = {[LANG_EN] = "ask a school about a figure",
               [LANG_RU] = "попросить школу уточнить показатель"},
     .help = {[LANG_EN] =
                  "The school is shown the question at its next contact, with what it reported. A "
                  "corrected figure answers it,\n"
                  "or a note; «vekhactl queries» shows which.\n"
                  "  --period P      of which figure\n"
                  "  --text TEXT     what is to be made clear\n"
                  "  --author NAME   who asks, as the school is told",
              [LANG_RU] =
                  "Школа увидит вопрос при следующем сеансе связи вместе с тем, что она сообщила. "
                  "Ответом служит исправленное\n"
                  "значение или пояснение; что именно — покажет «vekhactl queries».\n"
                  "  --period P      какой показатель\n"
                  "  --text ТЕКСТ    что нужно уточнить\n"
                  "  --author ИМЯ    кто спрашивает; это увидит школа"},
     .examples = "  vekhactl query school-3 consultations --period 2020-9M --text \"less than in "
                 "August: is that right?\""},
    {.noun = "queries",
     .fn = queries_run,
     .options = O(ORG) | O(ALL),
     .usage = "queries [--org C] [--all] [--json]",
     .brief = {[LANG_EN] = "what schools were asked, and their answers",
               [LANG_RU] = "о чём спросили школы и что они ответили"},
     .help = {[LANG_EN] = "The questions that are open.\n"
                          "  --org C   to an organisation and all below it\n"
                          "  --all     the answered and closed ones too",
              [LANG_RU] = "Вопросы, на которые ещё нет ответа.\n"
                          "  --org C   к организации и всем подчинённым\n"
                          "  --all     также отвеченные и закрытые"},
     .examples = "  vekhactl queries --all\n"
                 "  vekhactl queries --org school-3 --json"},
    {.noun = "outbox",
     .verb = "retry",
     .fn = outbox_retry,
     .options = O(ALL) | O(CHANNEL),
     .max_operands = 1,
     .usage = "outbox retry ID | outbox retry --all [--channel C]",
     .brief = {[LANG_EN] = "send a message again", [LANG_RU] = "отправить сообщение ещё раз"},
     .help =
         {[LANG_EN] = "Makes an unsent message due at once, one that was given up too.\n"
                      "  --all         every unsent message: after a mail server came back\n"
                      "  --channel C   of them those of one channel: email, journal or a webhook's "
                      "name",
          [LANG_RU] =
              "Неотправленное сообщение, в том числе недоставленное, снова ставится в очередь.\n"
              "  --all          все неотправленные: после того, как почтовый сервер ожил\n"
              "  --channel ИМЯ  из них сообщения одного канала: email, journal или имя вебхука"},
     .examples = "  vekhactl outbox retry 12\n"
                 "  vekhactl outbox retry --all --channel email"},
    {.noun = "outbox",
     .fn = outbox_list,
     .options = O(ALL),
     .usage = "outbox [--all] [--json]",
     .brief = {[LANG_EN] = "messages on their way", [LANG_RU] = "сообщения в пути"},
     .help = {[LANG_EN] = "Messages to people that wait or were given up.\n"
                          "  --all   the sent ones too",
              [LANG_RU] = "Сообщения, которые ждут отправки или не доставлены.\n"
                          "  --all   также отправленные"},
     .examples = "  vekhactl outbox"},
    {.noun = "rehearse",
     .fn = rehearse_run,
     .options = O(FROM) | O(TO) | O(ORG) | O(PROJECT) | O(INDICATOR),
     .min_operands = 1,
     .max_operands = 2,
     .usage = "rehearse RULES|PLANS.csv [POINTS.csv] --from D --to D [--project P] [--indicator I] "
              "[--org C] [--json]",
     .brief = {[LANG_EN] = "try other rules or plans on the past",
               [LANG_RU] = "испытать другие правила или планы на прошлом"},
     .help =
         {[LANG_EN] =
              "Plays the history of the chosen series again by the constants in RULES (lines like "
              "progress_on_track = \"0.97\",\n"
              "names as in docs/model.md), which take the place of the present ones; or by the "
              "plans of a table as for\n"
              "«plan import», each from its first day on. Says what would have been raised, "
              "when, and how many days earlier (-) or later (+). Writes nothing. Each day is "
              "judged by what the centre had\n"
              "recorded by its end (UTC), not by what it learnt afterwards; what stands on the "
              "first day counts as raised then.\n"
              "  --from D --to D   the days, the last not after today\n"
              "  --org C           an organisation and all below it",
          [LANG_RU] =
              "Воспроизводит историю выбранных рядов по константам из RULES (строки вида "
              "progress_on_track = \"0.97\",\n"
              "имена — в docs/model.md) вместо действующих или по планам из таблицы, как для «plan "
              "import», каждый с его\n"
              "первого дня. Показывает, какие тревоги поднялись бы, когда и на сколько\n"
              "дней раньше (-) или позже (+). Ничего не записывает. Каждый день оценивается по "
              "тому, что центр записал\n"
              "до его конца (UTC), а не узнал позже; что стоит уже в первый день, считается "
              "поднятым в этот день.\n"
              "  --from D --to D   дни, последний не позже сегодняшнего\n"
              "  --org C           организация и все подчинённые"},
     .examples = "  vekhactl rehearse strict.conf --from 2020-01-01 --to 2020-12-31\n"
                 "  vekhactl rehearse plans-by-terms.csv --from 2020-01-01 --to 2020-12-31\n"
                 "  vekhactl rehearse strict.conf --from 2020-01-01 --to 2020-12-31 --project "
                 "families --json"},
    {.noun = "doctor",
     .fn = doctor_run,
     .options = O(REBUILD) | O(WRITE),
     .usage = "doctor [--json] | doctor --rebuild [--write]",
     .brief = {[LANG_EN] = "is the centre well?", [LANG_RU] = "всё ли в порядке в центре"},
     .help = {[LANG_EN] =
                  "Looks at schema, key, clocks, roles, storage, agents, backlog, messages, disk, "
                  "open files and packages, and says\n"
                  "what to do: !! has to be mended, and the exit code is 1; ? is worth knowing.\n"
                  "  --rebuild           assess every series anew and compare; exit code 1 if "
                  "anything differs\n"
                  "  --rebuild --write   delete all assessments and let vekhad make them again",
              [LANG_RU] =
                  "Проверяет схему, ключ, часы, роли, хранение, агентов, очередь, сообщения, диск, "
                  "открытые файлы и пакеты\n"
                  "и говорит, что делать: !! нужно исправить, код выхода 1; ? полезно знать.\n"
                  "  --rebuild           пересчитать все ряды и сравнить; код выхода 1 при "
                  "расхождениях\n"
                  "  --rebuild --write   удалить все оценки, vekhad рассчитает их заново"},
     .examples = "  vekhactl doctor && vekhactl doctor --rebuild"},
    {.noun = "archive",
     .fn = archive_run,
     .options = O(BEFORE) | O(OUT) | O(DROP) | O(DRY_RUN) | O(YES) | O(LIST) | O(RESTORE),
     .forms = {{O(BEFORE) | O(OUT), O(DROP) | O(DRY_RUN) | O(YES)},
               {O(LIST), 0},
               {O(RESTORE), O(DRY_RUN)},
               {O(DROP), O(DRY_RUN)}},
     .usage =
         "archive --before YEAR --out DIR [--drop] [--dry-run] [--yes] | archive --list [--json] "
         "| archive --restore DIR [--dry-run] | archive --drop [--dry-run]",
     .brief = {[LANG_EN] = "take old years out of the database into files",
               [LANG_RU] = "вынести старые годы из базы в файлы"},
     .help =
         {[LANG_EN] =
              "Writes all figures of the years before YEAR, with every version of them, and what "
              "is "
              "known of their submissions\n"
              "to DIR/before-YEAR: CSV files, and manifest.json with their SHA-256. Then, in one "
              "transaction in which nobody reads\n"
              "or writes figures, compares the tables with the files and detaches them. Receipts "
              "stay, so a repeat is answered as\n"
              "ever; new figures of these years are rejected. Refused if a verdict on what stays "
              "would change. Killed at any\n"
              "moment, it can be run again. Run by one who may act as the owner of the database.\n"
              "  --before YEAR   the first year that stays; its first day is 400 days ago at "
              "least\n"
              "  --drop          drop the detached tables too; alone: those of earlier runs, if "
              "their files are whole\n"
              "  --dry-run       only say what would be taken, brought back or dropped, and "
              "whether it can be\n"
              "  --yes           also if verdicts change\n"
              "  --list          what was archived, when, by whom, and where its files are\n"
              "  --restore DIR   bring the years of DIR/manifest.json back, the latest archive "
              "first",
          [LANG_RU] =
              "Записывает все значения за годы до YEAR, со всеми версиями и сведениями о посылках, "
              "в DIR/before-YEAR:\n"
              "файлы CSV и manifest.json с их SHA-256. Затем в одной транзакции, пока значения "
              "никто не читает и не пишет,\n"
              "сверяет таблицы с файлами и отсоединяет их. Квитанции остаются, повтор получает "
              "прежний ответ; новые значения\n"
              "за эти годы отклоняются. Отказывает, если изменилась бы оценка того, что остаётся. "
              "Прерванную команду можно\n"
              "повторить. Выполняет тот, кто вправе действовать как владелец базы.\n"
              "  --before ГОД       первый год, который остаётся; начался не менее 400 дней назад\n"
              "  --drop             удалить и отсоединённые таблицы; без других параметров: "
              "прежние, если их файлы целы\n"
              "  --dry-run          только показать, что будет вынесено, возвращено или удалено и "
              "можно ли\n"
              "  --yes              даже если изменятся оценки\n"
              "  --list             что вынесено, когда, кем и где файлы\n"
              "  --restore КАТАЛОГ  вернуть годы из КАТАЛОГ/manifest.json, начиная с последних"},
     .examples = "  vekhactl archive --before 2022 --out /srv/vekha-archive --dry-run\n"
                 "  vekhactl archive --before 2022 --out /srv/vekha-archive\n"
                 "  vekhactl archive --restore /srv/vekha-archive/before-2022"},
    {.noun = "erase",
     .fn = erase_run,
     .options = O(DRY_RUN) | O(YES) | O(AS) | O(LIST),
     .forms = {{0, O(DRY_RUN) | O(YES) | O(AS)}, {O(LIST), 0}},
     .max_operands = CTL_MAX_OPERANDS,
     .usage = "erase NAME … [--as N] [--dry-run] [--yes] | erase --list [--json]",
     .brief = {[LANG_EN] = "put a mark in the place of a person's name",
               [LANG_RU] = "заменить имя человека пометкой"},
     .help = {[LANG_EN] =
                  "Looks for a name in all texts that the centre keeps: notes, authors, "
                  "narratives, questions and replies, measures\n"
                  "and reasons, letters, explanations, database users; shows where it stands and "
                  "which words look like it, asks, and\n"
                  "puts [erased N] in its place. Each NAME is one form of it, found as a whole "
                  "word in small or capital letters: give\n"
                  "them all, «Иванова И. И.», «И.И. Иванова», «Ивановой». Values, times and "
                  "verdicts stay, and a repeat gets its\n"
                  "receipt. Recorded is who erased and where, without the name. Run by one who may "
                  "act as the owner of the database.\n"
                  "  --as N      under the mark of an earlier run: another form of the same name\n"
                  "  --dry-run   only show where it stands\n"
                  "  --yes       do not ask\n"
                  "  --list      what was erased: by whom, when, in how many entries",
              [LANG_RU] =
                  "Ищет имя во всех текстах, которые хранит центр: примечания, авторы, справки, "
                  "вопросы и ответы, меры и причины,\n"
                  "письма, пояснения, пользователи базы; показывает, где оно есть и какие слова на "
                  "него похожи, спрашивает и ставит\n"
                  "вместо него [удалено N]. Каждое ИМЯ — одна его форма; ищется целым словом, "
                  "строчные и прописные не различаются:\n"
                  "укажите все, «Иванова И. И.», «И.И. Иванова», «Ивановой». Значения, даты и "
                  "итоги остаются, повтор получает прежнюю\n"
                  "квитанцию. Записывается, кто и где удалил, без имени. Выполняет тот, кто вправе "
                  "действовать как владелец базы.\n"
                  "  --as N      под пометкой прежнего удаления: другая форма того же имени\n"
                  "  --dry-run   только показать, где оно есть\n"
                  "  --yes       не спрашивать\n"
                  "  --list      что удалено: кем, когда, в скольких записях"},
     .examples = "  vekhactl erase \"Иванова И. И.\" \"И.И. Иванова\" \"Иванова\" --dry-run\n"
                 "  vekhactl erase \"Ивановой\" --as 3"},
    {.noun = "agent",
     .verb = "enrol",
     .fn = agent_enrol,
     .options = O(OUT) | O(PUBLIC_KEY) | O(SPOOL) | O(DAYS),
     .forms = {{0, O(DAYS)}, {O(OUT), O(SPOOL)}, {O(PUBLIC_KEY), 0}},
     .min_operands = 1,
     .max_operands = 1,
     .usage = "agent enrol ORG [--days N] | agent enrol ORG --out DIR [--spool DIR] | agent enrol "
              "ORG --public-key KEY",
     .brief = {[LANG_EN] = "let an organisation report",
               [LANG_RU] = "разрешить организации сдавать данные"},
     .help = {[LANG_EN] =
                  "Registers a school-side program for an organisation; it may report for that one "
                  "and those below it. Without\n"
                  "options prints an invitation: one line for one computer, which makes its own "
                  "key by\n"
                  "«vekha-submit --enrol» and never shows it to anybody.\n"
                  "  --days N           how long the invitation is good for (default: 14)\n"
                  "  --out DIR          make a key pair and write DIR/ORG.conf, complete for "
                  "vekha-submit\n"
                  "  --spool DIR        the agent's spool in that file (default: DIR/spool-ORG)\n"
                  "  --public-key KEY   register a key made at the school",
              [LANG_RU] =
                  "Регистрирует программу на стороне школы; она вправе сдавать данные за эту "
                  "организацию и подчинённые.\n"
                  "Без параметров печатает приглашение: одну строку для одного компьютера, который "
                  "сам создаст ключ\n"
                  "командой «vekha-submit --enrol» и никому его не покажет.\n"
                  "  --days ДНЕЙ        срок приглашения (обычно 14)\n"
                  "  --out КАТАЛОГ      создать пару ключей и КАТАЛОГ/ORG.conf, полные настройки "
                  "для vekha-submit\n"
                  "  --spool КАТАЛОГ    очередь агента в этом файле (обычно КАТАЛОГ/spool-ORG)\n"
                  "  --public-key КЛЮЧ  зарегистрировать ключ, созданный в школе"},
     .examples =
         "  vekhactl agent enrol school-3 > school-3.invitation\n"
         "  vekhactl agent enrol school-3 --out /root/enrol\n"
         "  vekhactl agent enrol school-4 --public-key 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'"},
    {.noun = "agent",
     .verb = "revoke",
     .fn = agent_revoke,
     .min_operands = 1,
     .max_operands = 1,
     .usage = "agent revoke ID",
     .brief = {[LANG_EN] = "take that right back", [LANG_RU] = "отозвать это право"},
     .help =
         {[LANG_EN] =
              "The agent's keys are dead at once, on open connections too. What it reported stays.",
          [LANG_RU] = "Ключи агента перестают действовать сразу, и на открытых соединениях. "
                      "Сданные данные остаются."},
     .examples = "  vekhactl agent list\n"
                 "  vekhactl agent revoke 7"},
    {.noun = "agent",
     .verb = "list",
     .fn = agent_list,
     .usage = "agent list [--json]",
     .brief = {[LANG_EN] = "who may report", [LANG_RU] = "кто вправе сдавать данные"},
     .help = {[LANG_EN] = "All agents with their keys, the revoked ones too.",
              [LANG_RU] = "Все агенты с ключами, в том числе отозванные."},
     .examples = "  vekhactl agent list"},
};

const size_t n_commands = sizeof commands / sizeof *commands;

const struct command *commands_find(int n_words, char *const *words, int *ret_words)
{
    for (size_t i = 0; i < n_commands; i++) {
        const struct command *c = &commands[i];
        int named = c->verb != NULL ? 2 : 1;

        if (n_words < named || strcmp(words[0], c->noun) != 0 ||
            (c->verb != NULL && strcmp(words[1], c->verb) != 0))
            continue;
        *ret_words = named;
        return c;
    }
    return NULL;
}

bool commands_fits(const struct command *c, uint64_t given)
{
    bool any = false, fits = false;

    for (size_t i = 0; i < COMMAND_FORMS; i++) {
        const struct form *f = &c->forms[i];

        any = any || (f->needs | f->may) != 0;
        fits = fits || ((f->needs | f->may) != 0 && (given & f->needs) == f->needs &&
                        (given & ~(f->needs | f->may)) == 0);
    }
    return fits || !any;
}

/* commands: adding a command is adding a row. */
#include "admin/commands.h"

#include <string.h>

#define O(name) OPTION_BIT(OPTION_##name)

/* clang-format off */
const struct command commands[] = {
    {"migrate", NULL, migrate_run, O(REPLAY), 0, 0,
     "migrate [--replay]",
     {"bring the database schema up to date", "привести схему базы данных в порядок"},
     {"Creates or upgrades the schema; safe to repeat. Each migration is one transaction; an applied one is\n"
      "verified by its checksum and never changed.\n"
      "  --replay   mark a fresh centre as one that plays a past time: only there do programs take --now",
      "Создаёт или обновляет схему; можно повторять. Каждая миграция — одна транзакция; применённая\n"
      "сверяется по контрольной сумме и не меняется.\n"
      "  --replay   новый центр воспроизводит прошлое время: только в нём программы принимают --now"},
     "  createdb vekha && PGDATABASE=vekha vekhactl migrate\n"
     "  vekhactl -c /etc/vekha/vekhad.conf migrate"},
    {"centre", "init", centre_init, O(KEY) | O(ENDPOINT), 0, 0,
     "centre init --key FILE --endpoint tcp://HOST:PORT",
     {"make the centre's key, record its address", "создать ключ центра, записать его адрес"},
     {"Makes the CURVE key file of the centre if there is none (never overwrites one) and records the public\n"
      "key and the endpoint, which go into the configuration of every agent. Safe to repeat.",
      "Создаёт файл ключа центра, если его нет (существующий не перезаписывается), и записывает открытый\n"
      "ключ и адрес: они входят в настройки каждого агента. Можно повторять."},
     "  vekhactl centre init --key /etc/vekha/curve.secret --endpoint tcp://vekha.example.org:5670"},
    {"apply", NULL, apply_run, O(DRY_RUN), 1, 1,
     "apply FILE [--dry-run]",
     {"load the programme: organisations, indicators, plans", "загрузить программу: организации, показатели, планы"},
     {"Compares the programme file, and the CSV files that it names, with the centre, prints the difference\n"
      "(+ new, ~ changed, = unchanged, ? not in the file) and writes it. All or nothing: with any error\n"
      "nothing is written. What is missing in the file is named, never deleted.\n"
      "  --dry-run   only print the difference",
      "Сравнивает файл программы и названные в нём CSV-файлы с центром, печатает разницу (+ новое,\n"
      "~ изменено, = без изменений, ? нет в файле) и записывает её. Всё или ничего: при любой ошибке не\n"
      "записывается ничего. О том, чего нет в файле, сообщается; ничего не удаляется.\n"
      "  --dry-run   только показать разницу"},
     "  vekhactl apply programme.conf --dry-run\n"
     "  vekhactl apply examples/bogotol/programme.conf"},
    {"status", NULL, status_run, O(ORG) | O(PROJECT) | O(INDICATOR) | O(STATUS) | O(AS_OF) | O(KNOWN_AT), 0, 0,
     "status [--org C] [--project P] [--indicator I] [--status S] [--as-of D] [--known-at T] [--json]",
     {"where every target stands", "где находится каждая цель"},
     {"Plan and fact of every series, assessed now by the model.\n"
      "  --org C         an organisation and all below it\n"
      "  --status S      not_started no_plan undetermined on_track at_risk lagging achieved missed\n"
      "  --as-of D       as it stood on that day\n"
      "  --known-at T    by what the centre knew then (a day means its end, UTC)",
      "План и факт каждого ряда, по оценке модели на этот момент.\n"
      "  --org C         организация и все подчинённые\n"
      "  --status S      not_started no_plan undetermined on_track at_risk lagging achieved missed\n"
      "  --as-of D       как было на эту дату\n"
      "  --known-at T    по тому, что центр тогда знал (дата — конец дня по UTC)"},
     "  vekhactl status --status lagging\n"
     "  vekhactl status --org school-3 --as-of 2020-09-30 --json"},
    {"explain", NULL, explain_run, O(AS_OF) | O(KNOWN_AT), 2, 2,
     "explain ORG INDICATOR [--as-of D] [--known-at T] [--json]",
     {"one verdict with its arithmetic", "одна оценка со всей арифметикой"},
     {"Why a series has the status it has, to be checked with a pocket calculator, and by which versions of\n"
      "plan and rules.",
      "Почему у ряда такой статус: расчёт, который можно проверить на калькуляторе, и версии плана и правил."},
     "  vekhactl explain school-3 consultations --as-of 2020-09-30 --lang ru"},
    {"alerts", NULL, alerts_run, O(ALL), 0, 0,
     "alerts [--all] [--json]",
     {"what lags, and why", "что отстаёт и почему"},
     {"The open alerts with the words of the moment that raised them.\n"
      "  --all   the closed ones too",
      "Открытые тревоги со словами того момента, когда они поднялись.\n"
      "  --all   также закрытые"},
     "  vekhactl alerts\n  vekhactl alerts --all --json"},
    {"history", NULL, history_run, O(KNOWN_AT), 2, 2,
     "history ORG INDICATOR [--known-at T] [--json]",
     {"every version of a figure", "все версии показателя"},
     {"All figures of a series, the replaced and outdated versions too: when composed, when recorded, who, how.",
      "Все значения ряда, в том числе заменённые и устаревшие: когда составлены, когда записаны, кем, каким путём."},
     "  vekhactl history school-3 consultations"},
    {"receipts", NULL, receipts_run, O(ORG) | O(ALL), 0, 0,
     "receipts [--org C] [--all] [--json]",
     {"what came in and what was answered", "что пришло и что отвечено"},
     {"The last 100 submissions, figure by figure with the verdict.\n"
      "  --org C   those of this organisation's agents\n"
      "  --all     all of them",
      "Последние 100 сдач, по каждому значению с вердиктом.\n"
      "  --org C   от агентов этой организации\n"
      "  --all     все"},
     "  vekhactl receipts --org school-3"},
    {"outbox", "retry", outbox_retry, 0, 1, 1,
     "outbox retry ID",
     {"send a message again", "отправить сообщение ещё раз"},
     {"Makes an unsent message due at once, one that was given up too.",
      "Неотправленное сообщение, в том числе недоставленное, снова ставится в очередь."},
     "  vekhactl outbox retry 12"},
    {"outbox", NULL, outbox_list, O(ALL), 0, 0,
     "outbox [--all] [--json]",
     {"messages on their way", "сообщения в пути"},
     {"Messages to people that wait or were given up.\n"
      "  --all   the sent ones too",
      "Сообщения, которые ждут отправки или не доставлены.\n"
      "  --all   также отправленные"},
     "  vekhactl outbox"},
    {"doctor", NULL, doctor_run, O(REBUILD) | O(WRITE), 0, 0,
     "doctor [--json] | doctor --rebuild [--write]",
     {"is the centre well?", "всё ли в порядке в центре"},
     {"Looks at schema, storage, agents, backlog and messages; exit code 1 if something is to be done.\n"
      "  --rebuild           assess every series anew and compare; exit code 1 if anything differs\n"
      "  --rebuild --write   delete all assessments and let vekhad make them again",
      "Проверяет схему, хранение, агентов, очередь и сообщения; код выхода 1, если есть что исправить.\n"
      "  --rebuild           пересчитать все ряды и сравнить; код выхода 1 при расхождениях\n"
      "  --rebuild --write   удалить все оценки, vekhad рассчитает их заново"},
     "  vekhactl doctor && vekhactl doctor --rebuild"},
    {"agent", "enrol", agent_enrol, O(OUT) | O(PUBLIC_KEY) | O(SPOOL), 1, 1,
     "agent enrol ORG --out DIR [--spool DIR] | agent enrol ORG --public-key KEY",
     {"let an organisation report", "разрешить организации сдавать данные"},
     {"Registers a school-side program for an organisation; it may report for that one and those below it.\n"
      "  --out DIR          make a key pair and write DIR/ORG.conf, complete for vekha-submit\n"
      "  --spool DIR        the agent's spool in that file (default: DIR/spool-ORG)\n"
      "  --public-key KEY   register a key made at the school",
      "Регистрирует программу на стороне школы; она вправе сдавать данные за эту организацию и подчинённые.\n"
      "  --out КАТАЛОГ      создать пару ключей и КАТАЛОГ/ORG.conf, полные настройки для vekha-submit\n"
      "  --spool КАТАЛОГ    очередь агента в этом файле (обычно КАТАЛОГ/spool-ORG)\n"
      "  --public-key КЛЮЧ  зарегистрировать ключ, созданный в школе"},
     "  vekhactl agent enrol school-3 --out /root/enrol\n"
     "  vekhactl agent enrol school-4 --public-key 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'"},
    {"agent", "revoke", agent_revoke, 0, 1, 1,
     "agent revoke ID",
     {"take that right back", "отозвать это право"},
     {"The agent's keys are dead at once, on open connections too. What it reported stays.",
      "Ключи агента перестают действовать сразу, и на открытых соединениях. Сданные данные остаются."},
     "  vekhactl agent list\n  vekhactl agent revoke 7"},
    {"agent", "list", agent_list, 0, 0, 0,
     "agent list [--json]",
     {"who may report", "кто вправе сдавать данные"},
     {"All agents with their keys, the revoked ones too.", "Все агенты с ключами, в том числе отозванные."},
     "  vekhactl agent list"},
};

/* clang-format on */

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

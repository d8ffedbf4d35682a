/* text: what vekhactl says, message by language.  All conversions are %s, in the same order in both
 * languages. */
#ifndef VEKHA_ADMIN_TEXT_H
#define VEKHA_ADMIN_TEXT_H

#include <stdio.h>

#include "admin/ctl.h"
#include "base/lang.h"

/* clang-format off */
/* X(name, English, Russian) */
#define TEXTS(X) \
    /* how it was called */ \
    X(UNKNOWN_COMMAND, \
      "there is no command «%s»; vekhactl --help lists them", \
      "нет команды «%s»; список команд: vekhactl --help") \
    X(BAD_OPTION, \
      "wrong option, or an option without its value: %s; vekhactl --help lists them", \
      "неверный параметр или параметр без значения: %s; список: vekhactl --help") \
    X(OPTION_NOT_HERE, \
      "--%s does not belong to this command; usage: vekhactl %s", \
      "--%s не относится к этой команде; вызов: vekhactl %s") \
    X(OPERANDS, "usage: vekhactl %s", "вызов: vekhactl %s") \
    X(BAD_LANG, "--lang is ru or en, not «%s»", "--lang: ru или en, а не «%s»") \
    X(BAD_NOW, \
      "--now takes a time such as 2020-09-25T10:00:00+07:00, not «%s»", \
      "--now принимает время вида 2020-09-25T10:00:00+07:00, а не «%s»") \
    X(NOT_A_REPLAY, \
      "--now is only for a centre made with «vekhactl migrate --replay»", \
      "--now допускается только для центра, созданного командой «vekhactl migrate --replay»") \
    X(BAD_DATE, \
      "--%s takes a date such as 2020-09-25, not «%s»", \
      "--%s принимает дату вида 2020-09-25, а не «%s»") \
    X(BAD_TIME, \
      "--%s takes a date or a time such as 2020-09-25T10:00:00Z, not «%s»", \
      "--%s принимает дату или время вида 2020-09-25T10:00:00Z, а не «%s»") \
    X(BAD_STATUS, \
      "--status takes one of %s, not «%s»", \
      "--status принимает одно из %s, а не «%s»") \
    X(BAD_ID, "«%s» is no number", "«%s» — не номер") \
    /* a sentence made elsewhere */ \
    X(AS_IS, "%s", "%s") \
    X(NO_MEMORY, "out of memory", "не хватило памяти") \
    X(CANNOT_READ, "cannot read %s: %s", "не удалось прочитать %s: %s") \
    X(CANNOT_WRITE, "cannot write %s: %s", "не удалось записать %s: %s") \
    X(USAGE, "Usage:", "Вызов:") \
    X(EXAMPLES, "Examples:", "Примеры:") \
    X(COMMANDS, "Commands:", "Команды:") \
    X(OPTIONS, "Options:", "Параметры:") \
    /* the database */ \
    X(NO_DATABASE, \
      "no connection to the database: %s\nCheck that PostgreSQL runs, and tell where it is: " \
      "PGHOST, PGDATABASE and PGUSER in the environment, or -c FILE with database = \"host=… " \
      "dbname=vekha\".", \
      "нет связи с базой данных: %s\nПроверьте, что PostgreSQL запущен, и укажите, где он: " \
      "PGHOST, PGDATABASE и PGUSER в окружении или -c ФАЙЛ со строкой database = \"host=… " \
      "dbname=vekha\".") \
    X(DATABASE_LOST, \
      "the connection to the database was lost: %s\nRun the command again; what was not " \
      "finished was not written.", \
      "связь с базой данных прервалась: %s\nПовторите команду; незавершённое не записано.") \
    X(DATABASE_GONE, \
      "the connection to the database was lost: %s; it is tried again", \
      "связь с базой данных прервалась: %s; попытки продолжаются") \
    X(NO_SCHEMA, \
      "the database has no schema of Vekha, or an older one (%s); run «vekhactl migrate»", \
      "в базе нет схемы Vekha или она устарела (%s); выполните «vekhactl migrate»") \
    X(NO_PRIVILEGE, \
      "this database user may not do that (%s); connect as a member of vekha_admin, or for " \
      "migrate, archive and erase as one who may act as the owner of the database", \
      "пользователю базы это не разрешено (%s); подключитесь как член роли vekha_admin, а " \
      "для migrate, archive и erase — как тот, кто вправе действовать как владелец базы") \
    X(NO_GUISE, "cannot go as the user %s: %s", "не удалось действовать от имени пользователя %s: %s") \
    X(BUSY, \
      "somebody else is changing the same thing (%s); run the command again", \
      "то же самое сейчас меняет кто-то другой (%s); повторите команду") \
    X(SERVER_SAYS, "the database refused: %s", "база данных отказала: %s") \
    X(CONFIG_BAD, "%s:%s: %s", "%s:%s: %s") \
    X(CONFIG_NO_DATABASE, \
      "%s: there is no line database = \"…\"; add it, or leave -c out and use PGHOST and " \
      "PGDATABASE", \
      "%s: нет строки database = \"…\"; добавьте её или уберите -c и задайте PGHOST и " \
      "PGDATABASE") \
    /* migrate */ \
    X(MIGRATION_APPLIED, "%s: applied", "%s: применена") \
    X(MIGRATION_STANDS, "%s: stands since %s", "%s: применена %s") \
    X(MIGRATION_ALTERED, \
      "migration %s differs from the one that was applied on %s by %s.\nAn applied migration " \
      "is never changed. Install the version of Vekha that made this database, or one newer " \
      "than it.", \
      "миграция %s отличается от применённой %s (%s).\nПрименённая миграция не меняется. " \
      "Установите ту версию Vekha, которой создана база, или более новую.") \
    X(MIGRATION_UNKNOWN, \
      "the database has migration %s, which this program does not know: it is newer than the " \
      "program; install a newer Vekha", \
      "в базе есть миграция %s, неизвестная этой программе: база новее программы; установите " \
      "более новую версию Vekha") \
    X(MIGRATION_FAILED, \
      "migration %s failed; nothing of it was written, those before it stand", \
      "миграция %s не выполнена; ничего из неё не записано, предыдущие в силе") \
    X(MIGRATIONS_DONE, \
      "The schema is up to date: %s applied now, %s before.", \
      "Схема в порядке: применено сейчас: %s, раньше: %s.") \
    X(REPLAY_MADE, \
      "This centre plays a past time: its programs take --now.", \
      "Центр воспроизводит прошлое время: программы принимают --now.") \
    X(REPLAY_NOT_FRESH, \
      "--replay is only for a fresh centre; this one has been in use: make another database " \
      "for rehearsals", \
      "--replay допускается только для нового центра, этот уже в работе: для репетиций " \
      "создайте другую базу") \
    /* centre */ \
    X(CENTRE_KEY_MADE, "New key: %s", "Создан ключ: %s") \
    X(CENTRE_KEY_STANDS, "The key stands: %s", "Ключ уже есть: %s") \
    X(CENTRE_KEY_OTHER, \
      "the centre has another public key, %s; %s holds %s.\nThe agents know the former. Give " \
      "the key file of this centre with --key.", \
      "у центра другой открытый ключ: %s; в файле %s — %s.\nАгенты знают первый. Укажите в " \
      "--key файл ключа этого центра.") \
    X(CENTRE_RECORDED, "Public key: %s\nEndpoint: %s", "Открытый ключ: %s\nАдрес: %s") \
    X(CENTRE_UNCHANGED, "Nothing to change.", "Менять нечего.") \
    X(BAD_ENDPOINT, \
      "--endpoint takes tcp://HOST:PORT, not «%s»", \
      "--endpoint принимает tcp://ХОСТ:ПОРТ, а не «%s»") \
    X(CENTRE_MISSING, \
      "the centre has no key or endpoint yet; run «vekhactl centre init --key FILE " \
      "--endpoint tcp://HOST:PORT» first", \
      "у центра ещё нет ключа или адреса; сначала выполните «vekhactl centre init --key ФАЙЛ " \
      "--endpoint tcp://ХОСТ:ПОРТ»") \
    /* centre setup */ \
    X(SETUP_CONNINFO, \
      "%s: database: %s\nWrite a connection string of libpq, for example \"dbname=vekha user=vekhad\".", \
      "%s: database: %s\nНапишите строку соединения libpq, например \"dbname=vekha user=vekhad\".") \
    X(SETUP_NO_CLUSTER, \
      "setting up needs a user of PostgreSQL who may make roles and databases: run it as root beside " \
      "PostgreSQL, or give PGUSER (and PGHOST, PGPASSWORD) of such a user", \
      "для установки нужен пользователь PostgreSQL, который вправе создавать роли и базы: запустите от имени " \
      "root там, где работает PostgreSQL, или задайте PGUSER (а также PGHOST, PGPASSWORD) такого пользователя") \
    X(SETUP_OWNER, "role %s owns what is stored%s", "роль %s: владелец данных%s") \
    X(SETUP_ACTS_AS, "the right to act as %s%s", "право действовать от имени %s%s") \
    X(SETUP_DATABASE, "database %s, of %s", "база данных %s, владелец %s") \
    X(SETUP_CLOSED, \
      "database %s is closed to all but Vekha's roles%s", \
      "база данных %s закрыта для всех, кроме ролей Vekha%s") \
    X(SETUP_SCHEMA, "schema: %s migrations applied now, %s before", "схема: миграций применено сейчас: %s, раньше: %s") \
    X(SETUP_DOOR, "%s may connect to %s", "%s: соединение с базой %s разрешено") \
    X(SETUP_DAEMON, "role %s, for vekhad%s", "роль %s для vekhad%s") \
    X(SETUP_PERSON, "role %s, for you%s", "роль %s для вас%s") \
    X(SETUP_MEMBER, "%s is a member of %s", "%s входит в роль %s") \
    X(SETUP_ENCODING, \
      "the database is in %s; Vekha needs UTF8: give database another dbname in the configuration", \
      "кодировка базы %s, а нужна UTF8: укажите в настройках database с другим dbname") \
    X(SETUP_SUPERUSER_OWNS, \
      "the database belongs to the superuser %s, whose rights Vekha's functions would have; give it away first: " \
      "ALTER DATABASE … OWNER TO vekha", \
      "база принадлежит суперпользователю %s, и функции Vekha получили бы его права; сначала смените владельца: " \
      "ALTER DATABASE … OWNER TO vekha") \
    X(SETUP_KEY, "key %s: keep a copy where the backups are", "ключ %s: храните копию вместе с резервными") \
    X(SETUP_ENDPOINT, \
      "schools connect to %s (another name: «vekhactl centre setup --endpoint tcp://HOST:PORT»)", \
      "школы соединяются с %s (другое имя: «vekhactl centre setup --endpoint tcp://ХОСТ:ПОРТ»)") \
    X(SETUP_NO_NAME, \
      "this machine has no name that schools could use; give it with --endpoint tcp://HOST:PORT", \
      "у этой машины нет имени, которое подошло бы школам; укажите его: --endpoint tcp://ХОСТ:ПОРТ") \
    X(SETUP_LOGIN, "%s can connect to the database", "%s может соединиться с базой") \
    X(SETUP_NO_LOGIN, \
      "%s cannot connect to the database; write into pg_hba.conf, above the other lines,\n" \
      "    local  %s  %s  peer\n" \
      "and reload PostgreSQL. Over a network it needs a password: «\\password %s» in psql, and passfile=… in " \
      "database of the configuration", \
      "%s не может соединиться с базой; добавьте в pg_hba.conf выше остальных строк\n" \
      "    local  %s  %s  peer\n" \
      "и перечитайте настройки PostgreSQL. По сети нужен пароль: «\\password %s» в psql и passfile=… в строке " \
      "database настроек") \
    X(SETUP_START_BY_HAND, \
      "? start the daemon: vekhad -c %s (systemd is not here, or the unit reads another file)", \
      "? запустите службу: vekhad -c %s (systemd здесь нет, или он читает другой файл)") \
    X(SETUP_STARTED, "vekhad.service runs, and starts with the system", "vekhad.service работает и запускается вместе с системой") \
    X(SETUP_NOT_STARTED, \
      "vekhad.service does not start; «journalctl -u vekhad -n 20» says why", \
      "vekhad.service не запускается; причина: «journalctl -u vekhad -n 20»") \
    X(SETUP_UNFINISHED, \
      "the centre is not set up yet; what was done stands: when this is mended, run the command again", \
      "центр ещё не готов; сделанное остаётся: исправьте и повторите команду") \
    /* agents */ \
    X(NO_ORGANISATION, \
      "there is no organisation «%s»; load it with «vekhactl apply» first", \
      "нет организации «%s»; сначала загрузите её командой «vekhactl apply»") \
    X(FIGURE_NOT_READ, "%s: %s", "%s: %s") \
    X(VALUE_WANTED, \
      "give either the value or --withdraw", \
      "укажите либо значение, либо --withdraw") \
    X(BAD_AUTHOR, \
      "--author is one line of at most 200 bytes, not «%s»", \
      "--author — одна строка не длиннее 200 байт, а не «%s»") \
    X(BROUGHT_IN, \
      "Kept in the database as %s: no vekhad has taken it yet. It will be taken as soon as one runs; " \
      "«vekhactl receipts» shows what became of it.", \
      "Записано в базе как %s: vekhad пока не принял. Будет принято, как только он заработает; что " \
      "стало, покажет «vekhactl receipts».") \
    X(BROUGHT_REFUSED, \
      "vekhad refused the submission: %s; are vekhactl and vekhad of one version?", \
      "vekhad отказал в приёме: %s; одной ли версии vekhactl и vekhad?") \
    X(ENTERED_BY, "entered by %s", "внёс %s") \
    X(BAD_DAYS, \
      "--days takes a number from 1 to 365, not «%s»", \
      "--days принимает число от 1 до 365, а не «%s»") \
    X(INVITED, \
      "# Invitation of agent %s for «%s», for one computer, to be used within %s days.", \
      "# Приглашение для агента %s организации «%s»: для одного компьютера, использовать в течение %s дн.") \
    X(INVITATION, \
      "# On that computer: vekha-submit --enrol LINE, or this text in a file: vekha-submit --enrol FILE\n%s", \
      "# На этом компьютере: vekha-submit --enrol СТРОКА, или этот текст файлом: vekha-submit --enrol ФАЙЛ\n%s") \
    X(BAD_PUBLIC_KEY, \
      "«%s» is no public key: 40 characters as «vekha-submit» prints them", \
      "«%s» — не открытый ключ: нужны 40 знаков, как их печатает «vekha-submit»") \
    X(KEY_KNOWN, \
      "this key is enrolled already, as agent %s of «%s»", \
      "этот ключ уже зарегистрирован: агент %s организации «%s»") \
    X(CONF_EXISTS, \
      "%s exists already and is not overwritten; revoke the old agent or choose another --out", \
      "%s уже существует и не перезаписывается; отзовите прежний агент или укажите другой " \
      "--out") \
    X(ENROLLED, "Agent %s enrolled for «%s».", "Зарегистрирован агент %s организации «%s».") \
    X(ENROLLED_FILE, \
      "Its configuration, with the secret key: %s\nHand it over on a medium you trust, and " \
      "keep no copy.", \
      "Его настройки с секретным ключом: %s\nПередайте файл надёжным способом и не храните " \
      "копию.") \
    X(REVOKED, \
      "Agent %s is revoked: its open connections are refused from now on.", \
      "Агент %s отозван: его сообщения больше не принимаются, и по открытым соединениям тоже.") \
    X(REVOKED_BEFORE, "Agent %s was revoked before.", "Агент %s отозван раньше.") \
    X(NO_AGENT, \
      "there is no agent %s; «vekhactl agent list» shows them", \
      "нет агента %s; список: «vekhactl agent list»") \
    X(NOTHING_FOUND, "Nothing found.", "Ничего не найдено.") \
    /* files of a programme */ \
    X(SHEET_COLUMN_TWICE, \
      "this column is there twice; remove one", \
      "столбец повторяется; уберите один") \
    X(SHEET_COLUMN_UNKNOWN, \
      "there is no such column; correct the heading, or call it comment", \
      "такого столбца нет; исправьте заголовок или назовите столбец «примечание»") \
    X(SHEET_COLUMN_MISSING, \
      "this column is missing in the headings; add it", \
      "нет столбца с таким заголовком; добавьте его") \
    X(SHEET_ROW_LONG, \
      "the row has more cells than there are headings; put quotes around a text with ;", \
      "в строке больше ячеек, чем заголовков; текст с «;» заключите в кавычки") \
    X(SHEET_BAD_QUOTES, \
      "a quote is opened and not closed, or stands in the middle of a cell; double it: \"\"", \
      "кавычка не закрыта или стоит посреди ячейки; удвойте её: \"\"") \
    X(SHEET_NO_CHARSET, \
      "this is a text neither in UTF-8 nor in cp1251; save the table as «CSV UTF-8»", \
      "это не текст в UTF-8 или cp1251; сохраните таблицу как «CSV UTF-8»") \
    X(SHEET_WORKBOOK, \
      "this is an Excel or Calc workbook; save it as «CSV UTF-8 (delimited)» and give that file", \
      "это книга Excel или Calc; сохраните её как «CSV UTF-8 (разделители)» и укажите этот файл") \
    X(SHEET_EMPTY, \
      "the file is empty; the first row holds the headings", \
      "файл пуст; в первой строке должны быть заголовки") \
    X(SHEET_TOO_LARGE, \
      "that is more than one file may hold; divide it", \
      "больше допустимого для одного файла; разделите его") \
    X(FIELD_REQUIRED, "missing; fill it in", "не заполнено; укажите значение") \
    X(FIELD_CODE, \
      "«%s» is no code; use a-z, 0-9, «.», «_», «-», at most 64 characters", \
      "«%s» — не код; допустимы a-z, 0-9, «.», «_», «-», не более 64 знаков") \
    X(FIELD_TEXT, \
      "«%s» is too long for this field or holds characters that cannot be printed; shorten it", \
      "«%s»: слишком длинно для этого поля или есть непечатаемые знаки; сократите") \
    X(FIELD_ZONE, \
      "«%s» is no time zone; write it like Asia/Krasnoyarsk", \
      "«%s» — не часовой пояс; пишите так: Asia/Krasnoyarsk") \
    X(FIELD_DATE, \
      "«%s» is no date; write 2020-09-25 or 25.09.2020", \
      "«%s» — не дата; пишите 2020-09-25 или 25.09.2020") \
    X(FIELD_DECIMAL, \
      "«%s» is no number; write 200, 41.7 or 41,7", \
      "«%s» — не число; пишите 200, 41,7 или 41.7") \
    X(FIELD_BOOLEAN, "«%s» is neither yes nor no", "«%s» — не «да» и не «нет»") \
    X(FIELD_MONTHS, \
      "«%s» is no number of months from 1 to 12", \
      "«%s» — не число месяцев от 1 до 12") \
    X(FIELD_WORKDAY, \
      "«%s» is no number of working days from 1 to 250", \
      "«%s» — не число рабочих дней от 1 до 250") \
    X(FIELD_DAYS, \
      "«%s» is no number of days from 1 to 365", \
      "«%s» — не число дней от 1 до 365") \
    X(FIELD_HOURS, \
      "«%s» are no hours such as 08:00-18:00", \
      "«%s» — не часы вида 08:00-18:00") \
    X(FIELD_SPANS, \
      "«%s» is no span of days such as 2020-10-26..2020-11-04", \
      "«%s» — не промежуток дней вида 2020-10-26..2020-11-04") \
    X(ROUTE_ADDRESS, \
      "«%s» is no address; write head@example.org, or own for the organisation's own address", \
      "«%s» — не адрес; напишите head@example.org или own — собственный адрес организации") \
    X(FIELD_EMAIL, \
      "«%s» is no address; write one, like office@school-3.example", \
      "«%s» — не адрес почты; укажите один, например office@school-3.example") \
    X(FIELD_CHOICE, "«%s» is none of: %s", "«%s» — не одно из: %s") \
    X(FIELD_CHOICES, "«%s»: give some of: %s", "«%s»: укажите одно или несколько из: %s") \
    X(FIELD_CODES, \
      "«%s» is no list of codes, such as {\"enrolments\", \"children-all\"}", \
      "«%s» — не список кодов вида {\"enrolments\", \"children-all\"}") \
    X(FIELD_SERIES, \
      "«%s»: give indicators, such as contract or school-3/contract, divided by blanks", \
      "«%s»: укажите показатели через пробел, например contract или school-3/contract") \
    X(PROGRAMME_SYNTAX, "%s; correct this line", "%s; исправьте эту строку") \
    X(PROGRAMME_CUT, \
      "the file ends before this section does; close it with }, or copy the whole file again", \
      "файл кончается раньше этого раздела; закройте его скобкой } или скопируйте файл целиком") \
    X(PROGRAMME_COMMENT, \
      "a comment that begins with /* goes on to the end of the file; close it with */", \
      "комментарий, начатый с /*, идёт до конца файла; закройте его: */") \
    X(ENTRY_TWICE, \
      "it is there already: %s, line %s; remove one", \
      "уже есть: %s, строка %s; уберите одно") \
    X(REFERENCE_MISSING, \
      "«%s»: there is no such %s; correct the code, or add it to the programme", \
      "«%s»: такого нет (%s); исправьте код или добавьте в программу") \
    X(PARENT_CIRCLE, \
      "«%s»: the organisations above form a circle, or more than 16 levels", \
      "«%s»: вышестоящие организации образуют круг или больше 16 уровней") \
    X(SPAN_REVERSED, \
      "%s is before the beginning; correct one of the two dates", \
      "%s раньше начала; исправьте одну из двух дат") \
    X(RULE_NEGATIVE, "a constant cannot be negative", "константа не может быть отрицательной") \
    X(PLAN_NEEDS, \
      "a plan of the kind «%s» needs it; fill it in", \
      "обязательно для плана вида «%s»; укажите") \
    X(PLAN_FORBIDS, \
      "a plan of the kind «%s» has none; leave it empty", \
      "у плана вида «%s» этого нет; оставьте пустым") \
    X(DUE_MISSING, \
      "missing; a dated milestone needs due_from and due_to", \
      "не заполнено; у вехи со сроком нужны оба конца срока") \
    X(DUE_UNKNOWN, \
      "%s is given, but due_precision does not say how exact it is: day, month or window", \
      "указано %s, но в due_precision не сказано, насколько точно: day, month или window") \
    X(DUE_ONE_DAY, \
      "%s: a milestone on a day has due_from and due_to equal", \
      "%s: у вехи на один день оба конца срока совпадают") \
    X(NOT_PERCENT, \
      "%s: a share is given in per cent, from 0 to 100", \
      "%s: доля указывается в процентах, от 0 до 100") \
    X(NOT_WHOLE, \
      "%s: this indicator is counted in whole numbers; correct it, or set whole = \"no\"", \
      "%s: показатель считается в целых; исправьте или задайте whole = \"no\"") \
    X(POINTS_MISSING, \
      "%s: no points are given for this plan; add them to the points file", \
      "%s: для этого плана нет точек; добавьте их в файл точек") \
    X(POINTS_UNUSED, \
      "%s: points are given for this plan; set the shape to points", \
      "%s: для этого плана даны точки; задайте форму points") \
    X(POINT_NO_PLAN, \
      "no plan of this organisation and indicator begins on this valid_from; correct one of " \
      "the two files", \
      "нет плана этой организации и показателя с таким началом действия; исправьте один из " \
      "двух файлов") \
    X(POINT_OUT_OF_ORDER, \
      "%s: points go forward in time, within the plan, from the base towards the target", \
      "%s: точки идут вперёд по времени, в пределах плана, от базы к цели") \
    /* shapes of plans */ \
    X(LIST_TOO_LONG, "the list is too long; shorten it", "список слишком длинный; сократите его") \
    X(SEASON_ONE_OF, \
      "give either knots or years", \
      "укажите либо knots, либо years") \
    X(SEASON_COUNT, \
      "«%s»: expected %s numbers (the begin of the plan and the ends of its twelve months), " \
      "found %s", \
      "«%s»: нужно чисел: %s (начало плана и концы двенадцати его месяцев), найдено: %s") \
    X(SEASON_NUMBER, "«%s» is no number from 0 on", "«%s»: это не число от 0") \
    X(SEASON_FALLS, \
      "«%s»: knots begin with 0, never fall and end with 1", \
      "«%s»: узлы начинаются с 0, не убывают и кончаются на 1") \
    X(SEASON_YEAR, \
      "«%s»: a year begins with 0 and ends above it", \
      "«%s»: год начинается с 0 и кончается числом больше 0") \
    X(SEASON_YEARS_MANY, "at most %s years", "не больше %s лет") \
    X(TERM_SPAN, \
      "«%s» is no term; write FIRST-DAY..LAST-DAY, like 2020-09-01..2020-10-25", \
      "«%s»: это не четверть; пишите ПЕРВЫЙ-ДЕНЬ..ПОСЛЕДНИЙ-ДЕНЬ, например 2020-09-01..2020-10-25") \
    X(TERM_OVERLAP, \
      "«%s» overlaps another term of this calendar; correct one of the two", \
      "«%s» пересекается с другой четвертью этого календаря; исправьте одну из двух") \
    X(TERMS_MANY, "at most %s terms", "не больше %s четвертей") \
    X(SHAPE_FROM_MISSING, \
      "name the season that the programme file gives this plan", \
      "назовите сезон (season) из файла программы") \
    X(SHAPE_FROM_UNKNOWN, \
      "«%s»: the programme file has no %s of this code", \
      "«%s»: в файле программы нет такого (%s)") \
    X(SHAPE_FROM_UNUSED, \
      "«%s»: only the shapes season and terms take it; set the shape or leave it out", \
      "«%s»: нужно только формам season и terms; задайте форму или уберите") \
    X(SHAPE_WHICH_CALENDAR, \
      "the programme has several calendars; name one in shape_from, or set the shape to linear", \
      "в программе несколько календарей; назовите один в shape_from или задайте форму linear") \
    X(SHAPE_NO_CALENDAR, \
      "the programme file has no calendar; add its terms", \
      "в файле программы нет календаря (calendar); добавьте его четверти") \
    X(SHAPE_NOT_TWELVE, \
      "«%s»: a season is for a plan of exactly twelve months; change its days or its shape", \
      "«%s»: сезон — для плана ровно на двенадцать месяцев; измените дни или форму") \
    X(SHAPE_NO_TERMS, \
      "«%s»: the calendar has no term from %s to %s; add its terms or set the shape to linear", \
      "«%s»: в календаре нет четвертей с %s по %s; добавьте их или задайте форму linear") \
    /* duties */ \
    X(WORKDAY_TWICE, \
      "the day is there twice; remove one", \
      "день указан дважды; уберите один") \
    X(WORKDAYS_MANY, "at most %s days", "не больше %s дней") \
    X(TOO_MANY, "at most %s of them in one programme", "в одной программе не больше %s") \
    X(DUTY_WHOSE, \
      "it says nobody; name kinds or organisations", \
      "не сказано, чья; укажите kinds или organisations") \
    X(DUTY_REMIND, \
      "%s: the reminder would come before the period is over; make it less than due_workday", \
      "%s: напоминание пришло бы до конца периода; число должно быть меньше due_workday") \
    X(DUTY_CLOSE, \
      "%s: the period would be closed before its deadline has passed; make it more than due_workday", \
      "%s: период закрылся бы раньше, чем пройдёт срок; число должно быть больше due_workday") \
    /* apply */ \
    X(APPLY_BY_TERMS, \
      "By the school terms of the calendar %s, because they name no shape: plans: %s.", \
      "По учебным дням календаря %s, потому что форма не названа: планов: %s.") \
    X(APPLY_KEPT_SHAPE, \
      "Season or calendar have changed; approved plans keep theirs: %s. To take the new ones over, " \
      "change the basis.", \
      "Сезон или календарь изменились; у утверждённых планов остались прежние: %s. Чтобы взять " \
      "новые, измените основание.") \
    X(PROBLEMS_FOUND, "%s errors; nothing was written", "ошибок: %s; ничего не записано") \
    X(PROBLEMS_MORE, "(the first %s are shown)", "(показаны первые %s)") \
    X(APPLY_UNCHANGED, "= %s unchanged", "= без изменений: %s") \
    X(APPLY_MISSING, \
      "? %s %s: in the centre, not in the file; kept", \
      "? %s %s: есть в центре, нет в файле; оставлено") \
    X(APPLY_SUMMARY, \
      "%s new, %s changed, %s unchanged, %s not in the file.", \
      "Новых: %s, изменено: %s, без изменений: %s, нет в файле: %s.") \
    X(IMPORT_SUMMARY, "%s new, %s changed, %s unchanged.", "Новых: %s, изменено: %s, без изменений: %s.") \
    X(NOTHING_WRITTEN, "nothing was written", "ничего не записано") \
    X(PERHAPS_WRITTEN, \
      "all of it was written, or nothing: the command shows which, when it is run again", \
      "записано всё или ничего: что именно, покажет та же команда, выполненная ещё раз") \
    X(APPLY_DRY, "Nothing was written (--dry-run).", "Ничего не записано (--dry-run).") \
    /* series */ \
    X(NO_INDICATOR, \
      "there is no indicator «%s»; load it with «vekhactl apply» first", \
      "нет показателя «%s»; сначала загрузите его командой «vekhactl apply»") \
    X(NO_PROJECT, \
      "there is no project «%s»; «vekhactl status» shows the projects", \
      "нет проекта «%s»; проекты видны в «vekhactl status»") \
    X(BAD_INPUT, \
      "the database gave a series that the model cannot read: %s; program and schema do not " \
      "fit, run «vekhactl migrate»", \
      "база выдала ряд, который модель не понимает: %s; программа и схема не подходят друг " \
      "другу, выполните «vekhactl migrate»") \
    X(TOTAL, "    Total", "    Всего") \
    X(TOO_LITTLE_DATA, "too little data", "данных мало") \
    X(N_OF, "%s of %s", "%s из %s") \
    X(STATE_NOT_DONE, "not done", "не сделано") \
    X(STATE_IN_PROGRESS, "in progress", "в работе") \
    X(STATE_DONE, "done", "сделано") \
    X(COLUMN_STATUS, "STATUS", "СТАТУС") \
    X(COLUMN_FACT, "FACT", "ФАКТ") \
    X(COLUMN_PLAN_AT, "PLAN", "ПЛАН") \
    X(COLUMN_TARGET, "TARGET", "ЦЕЛЬ") \
    X(COLUMN_PROGRESS, "PROGRESS", "ХОД") \
    X(COLUMN_OUTLOOK, "OUTLOOK", "ПРОГНОЗ") \
    X(COLUMN_AS_OF, "AS OF", "НА ДАТУ") \
    X(COLUMN_REPORT, "REPORT", "ОТЧЁТ") \
    X(ON_DAY, "as of", "на") \
    X(STATE_NOT_APPLICABLE, "not applicable", "не применимо") \
    X(STATE_NO_DATA, "no data", "нет данных") \
    X(STATE_WITHDRAWN, "withdrawn", "отозвано") \
    X(VERDICT_IN_FORCE, "in force", "действует") \
    X(VERDICT_REPLACED, "replaced", "заменено") \
    X(VERDICT_OUTDATED, "outdated", "устарело") \
    X(NO_ALERTS, "No open alerts.", "Открытых тревог нет.") \
    X(NO_OPEN_ALERT, \
      "there is no open alert %s; «vekhactl alerts» shows them", \
      "нет открытой тревоги %s; список: «vekhactl alerts»") \
    X(ACKNOWLEDGED, "Alert %s is in hand until %s: %s", "Тревога %s взята в работу до %s: %s") \
    X(SILENCED, \
      "No messages about %s%s%s up to and including %s.", \
      "Писем о %s%s%s не будет по %s включительно.") \
    X(SILENCE_ENDED, \
      "Messages about %s%s%s are sent again: %s has gone by.", \
      "Письма о %s%s%s снова приходят: %s уже прошло.") \
    X(BAD_SENTENCE, \
      "--%s takes one line of 1 to 1000 characters", \
      "--%s принимает одну строку от 1 до 1000 знаков") \
    X(UNTIL_PAST, \
      "--until %s has gone by; give a day that is still to come", \
      "срок --until %s уже прошёл; укажите день, который ещё не наступил") \
    X(ACTION_ACKNOWLEDGE, "in hand until %s, %s: %s", "в работе до %s, %s: %s") \
    X(ACTION_SILENCE, "silent until %s, %s: %s", "без писем по %s, %s: %s") \
    X(ACTION_NOTE, "note%s, %s: %s", "заметка%s, %s: %s") \
    X(LEVEL_INFO, "INFO", "К СВЕДЕНИЮ") \
    X(LEVEL_AT_RISK, "AT RISK", "ВНИМАНИЕ") \
    X(LEVEL_LAGGING, "LAGGING", "ОТСТАЁТ") \
    X(LEVEL_OVERDUE, "OVERDUE", "ПРОСРОЧЕНО") \
    X(LEVEL_SILENT, "SILENT", "МОЛЧИТ") \
    X(LEVEL_TO_MEND, "to mend", "исправить") \
    X(LEVEL_AT_ONCE, "AT ONCE", "СРОЧНО") \
    /* watch */ \
    X(WATCH_NUMBER, \
      "--%s takes a whole number from %s on, not «%s»", \
      "--%s принимает целое число не меньше %s, а не «%s»") \
    X(WATCH_NOT_WITH_AGENT, \
      "--%s is about the database, which is not used with --agent; leave one of them out", \
      "--%s относится к базе данных, а с --agent она не нужна; уберите одно из двух") \
    X(WATCH_STATE, \
      "%s: this is no position; give --state a file of its own", \
      "%s: это не позиция; укажите в --state отдельный файл") \
    X(WATCH_BAD_POSITION, \
      "position %s of the feed is not the one that was reached before: it is another centre's, or this " \
      "one was restored; begin anew with --after, without the file of --state", \
      "позиция %s ленты не та, что была достигнута раньше: она от другого центра, или этот " \
      "восстановлен из копии; начните заново с --after, без файла --state") \
    X(WATCH_BAD_STEP, \
      "the step at position %s cannot be read and is left out; tell the operator", \
      "шаг на позиции %s не читается и пропущен; сообщите администратору системы") \
    X(WATCH_UNREACHABLE, "%s cannot be reached; it is tried again", "%s недоступен; попытки продолжаются") \
    X(WATCH_NO_CENTRE, \
      "%s answers, but not as the centre whose server_key is in the file; it is tried again", \
      "%s отвечает, но не как центр с ключом server_key из файла; попытки продолжаются") \
    X(WATCH_NOT_READY, \
      "%s checks no keys at the moment; it is tried again", \
      "%s сейчас не проверяет ключи; попытки продолжаются") \
    X(WATCH_LOST, "the connection to %s broke; it is tried again", "связь с %s прервалась; попытки продолжаются") \
    X(WATCH_READY, "connected to %s", "есть связь с %s") \
    X(WATCH_DATABASE_BACK, "connected to the database again", "связь с базой данных восстановлена") \
    X(WATCH_LATER, "%s puts it off for a while (%s)", "%s пока не отвечает (%s)") \
    X(WATCH_KEY_REFUSED, \
      "%s does not know the key in %s; enrol it («vekhactl agent enrol»)", \
      "%s не знает ключа из %s; зарегистрируйте его («vekhactl agent enrol»)") \
    X(WATCH_REFUSED, "the centre refuses: %s", "центр отказывает: %s") \
    X(WATCH_NO_FEED, \
      "%s has no feed: it is of an older version", \
      "у %s нет ленты: это более старая версия") \
    X(WATCH_ALERT, "alert %s %s", "тревога %s %s") \
    X(EVENT_OPENS, "opened", "открыта") \
    X(EVENT_RISES, "rose", "усилилась") \
    X(EVENT_FALLS, "fell", "ослабла") \
    X(EVENT_CLOSES, "closed", "закрыта") \
    X(EVENT_RETURNS, "came back", "вернулась") \
    /* rehearse */ \
    X(TRIAL_EMPTY, \
      "no constant is given; write one a line, like progress_on_track = \"0.97\"", \
      "нет ни одной константы; пишите по одной в строке: progress_on_track = \"0.97\"") \
    X(REHEARSE_SPAN, \
      "--from and --to are days in order, the last not after today, at most 3660 days in all", \
      "--from и --to — дни по порядку, последний не позже сегодняшнего, всего не больше 3660 дней") \
    X(REHEARSE_TOO_MANY, \
      "that is too much history at once; choose with --project, --indicator or --org", \
      "слишком много данных за один раз; выберите часть: --project, --indicator или --org") \
    X(REHEARSE_CLOSED, "closed", "закрыта") \
    X(REHEARSE_PRESENT, "present", "сейчас") \
    X(REHEARSE_TRIED, "rehearsed", "на пробу") \
    X(REHEARSE_SERIES, "Series replayed: %s. Nothing was written.", "Рядов воспроизведено: %s. Ничего не записано.") \
    X(REHEARSE_RAISED, "Raised", "Поднимались тревоги") \
    X(REHEARSE_LAGGED, "Lagging", "Доходило до «ОТСТАЁТ»") \
    X(REHEARSE_COUNT, \
      "%s: present %s, rehearsed %s, both %s, of these earlier %s, later %s.", \
      "%s: сейчас %s, на пробу %s, в обоих случаях %s, из них раньше %s, позже %s.") \
    X(COLUMN_PRESENT, "PRESENT", "СЕЙЧАС") \
    X(COLUMN_REHEARSED, "REHEARSED", "НА ПРОБУ") \
    X(COLUMN_SHIFT, "DAYS", "ДНЕЙ") \
    X(COLUMN_LAG_SHIFT, "LAG DAYS", "ДНЕЙ ДО ОТСТ.") \
    /* outbox */ \
    /* who was told of an alert: the day, who */ \
    X(TOLD_STEP, "told %s: %s", "сообщено %s: %s") \
    X(TOLD_RETURNS, "told again %s, the measure had its time: %s", "снова сообщено %s, срок меры истёк: %s") \
    X(TOLD_REMINDER, "reminded %s: %s", "напоминание %s: %s") \
    X(TOLD_ESCALATION, "passed on %s: %s", "передано выше %s: %s") \
    /* routes */ \
    X(COLUMN_ROUTE, "ROUTE", "МАРШРУТ") \
    X(COLUMN_CHANNEL, "CHANNEL", "КАНАЛ") \
    X(COLUMN_TOLD, "TOLD", "СООБЩАЕТ") \
    X(COLUMN_WHEN, "WHEN", "КОГДА") \
    X(ROUTE_TELLS, "yes", "да") \
    X(ROUTE_UNANSWERED, \
      "if nobody takes it in hand for %s days", \
      "если %s дн. никто не возьмёт в работу") \
    X(ROUTE_OTHER_ORGANISATION, "no: of other organisations", "нет: о других организациях") \
    X(ROUTE_OTHER_PROJECT, "no: of other projects", "нет: о других проектах") \
    X(ROUTE_OTHER_KIND, "no: of other alerts", "нет: о других видах оповещений") \
    X(ROUTE_BELOW_LEVEL, "no: only from a graver level on", "нет: только с более тяжёлого уровня") \
    X(ROUTE_NO_ADDRESS, \
      "no: the organisation has no address", \
      "нет: у организации не указан адрес") \
    X(PACE_AT_ONCE, "at once", "сразу") \
    X(PACE_DAILY, "daily", "ежедневно") \
    X(PACE_WEEKLY, "weekly", "еженедельно") \
    X(ROUTE_SILENCED, \
      "Messages about it are silenced now; what still stands then is told afterwards.", \
      "Сообщения об этом сейчас отключены; что останется открытым, будет сообщено потом.") \
    X(NO_ROUTES, \
      "There is no route: nobody is told of anything. Add a route to the programme file.", \
      "Маршрутов нет: никто ни о чём не узнает. Добавьте route в файл программы.") \
    X(BAD_LEVEL, \
      "--level takes info, at_risk or lagging, not «%s»", \
      "--level принимает info, at_risk или lagging, а не «%s»") \
    X(BAD_KIND, \
      "--kind takes lag, milestone, silent, overdue, operator or refusal, not «%s»", \
      "--kind принимает lag, milestone, silent, overdue, operator или refusal, а не «%s»") \
    X(ROUTE_DROPPED, "Nobody is told by the route «%s» any more.", "По маршруту «%s» больше никому не сообщается.") \
    X(ROUTE_NONE, "there is no route «%s»", "маршрута «%s» нет") \
    X(OUTBOX_EMPTY, "Nothing is waiting to be sent.", "Неотправленных сообщений нет.") \
    X(OUTBOX_RETRIED, "Message %s is due again.", "Сообщение %s снова в очереди.") \
    X(OUTBOX_ALL_RETRIED, "Messages due again: %s.", "Сообщений снова в очереди: %s.") \
    X(OUTBOX_NO_CHANNEL, \
      "no message of the channel «%s» is unsent; «vekhactl outbox --json» names the channels", \
      "в канале «%s» нет неотправленных сообщений; каналы называет «vekhactl outbox --json»") \
    X(OUTBOX_NO_MESSAGE, \
      "there is no unsent message %s; «vekhactl outbox» shows them", \
      "нет неотправленного сообщения %s; список: «vekhactl outbox»") \
    X(MESSAGE_WAITING, "waiting", "ожидает") \
    X(MESSAGE_DEAD, "given up", "не доставлено") \
    X(MESSAGE_SENT, "sent", "отправлено") \
    /* questions back */ \
    X(BAD_PERIOD, \
      "--period takes 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 or 2020-09-25, not «%s»", \
      "--period принимает 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 или 25.09.2020, а не «%s»") \
    X(BAD_QUESTION, \
      "--text takes 1 to 1000 bytes without control characters", \
      "--text принимает от 1 до 1000 байт без управляющих знаков") \
    X(QUESTION_ASKED, \
      "Question %s to %s is shown to the school at its next contact; «vekhactl queries» shows the " \
      "answer.", \
      "Вопрос %s для %s школа увидит при следующем сеансе связи; ответ покажет «vekhactl queries».") \
    X(QUESTION_CLOSED, "Question %s is closed.", "Вопрос %s закрыт.") \
    X(NO_OPEN_QUESTION, \
      "there is no open question %s; «vekhactl queries» shows them", \
      "нет открытого вопроса %s; список: «vekhactl queries»") \
    X(NO_QUESTIONS, "No question is open.", "Открытых вопросов нет.") \
    X(QUESTION_OPEN, "open", "ждёт ответа") \
    X(QUESTION_NOTE, "note", "пояснение") \
    X(QUESTION_CORRECTION, "corrected", "исправлено") \
    X(QUESTION_DROPPED, "closed", "закрыт") \
    X(QUESTION_ANSWER, "Answer of %s: %s", "Ответ от %s: %s") \
    /* doctor */ \
    X(DOCTOR_SCHEMA, \
      "schema: %s migrations, as in this program", \
      "схема: миграций %s, как в программе") \
    X(DOCTOR_OLD_SCHEMA, \
      "schema: %s migrations are missing; run «vekhactl migrate»", \
      "схема: не хватает миграций: %s; выполните «vekhactl migrate»") \
    X(DOCTOR_CENTRE, "centre: agents connect to %s", "центр: агенты соединяются с %s") \
    X(DOCTOR_NO_CENTRE, \
      "centre: no key or endpoint%s; run «vekhactl centre init»", \
      "центр: нет ключа или адреса%s; выполните «vekhactl centre init»") \
    X(DOCTOR_DAEMON, "vekhad: connected to the database (connections: %s)", "vekhad: соединён с базой (соединений: %s)") \
    X(DOCTOR_NO_DAEMON, \
      "vekhad: none is connected to the database (%s); start it, «systemctl start vekhad», or see why it does " \
      "not: «journalctl -u vekhad», «vekhad --check»", \
      "vekhad: соединений с базой нет (%s); запустите: «systemctl start vekhad», или выясните причину: " \
      "«journalctl -u vekhad», «vekhad --check»") \
    X(DOCTOR_CLOCK, "clock: %s", "часы: %s") \
    X(DOCTOR_CATALOGUE, "catalogue: organisations %s", "каталог: организаций %s") \
    X(DOCTOR_NO_CATALOGUE, \
      "catalogue: organisations %s; next: «vekhactl apply PROGRAMME», then «vekhactl agent enrol ORG» for each school", \
      "каталог: организаций %s; дальше: «vekhactl apply ПРОГРАММА», затем «vekhactl agent enrol ОРГ» для каждой " \
      "школы") \
    X(DOCTOR_KEY, "key: %s is the one that the schools trust", "ключ: %s — тот, которому доверяют школы") \
    X(DOCTOR_KEY_UNSEEN, \
      "key: %s is closed to you, as it should be; run doctor as root to have it looked at", \
      "ключ: %s закрыт для вас, как и должно быть; чтобы проверить его, запустите doctor от имени root") \
    X(DOCTOR_KEY_BAD, "key: %s", "ключ: %s") \
    X(DOCTOR_KEY_OTHER, \
      "key: %s is not the one that the schools trust; bring the right one back from the backup", \
      "ключ: %s — не тот, которому доверяют школы; восстановите нужный из резервной копии") \
    X(DOCTOR_NTP, "clock: kept by NTP%s", "часы: синхронизируются%s") \
    X(DOCTOR_NO_NTP, \
      "clock: nobody keeps this machine's clock right%s; «timedatectl set-ntp true», or install chrony", \
      "часы: на этой машине их никто не сверяет%s; «timedatectl set-ntp true» или установите chrony") \
    X(DOCTOR_NO_HOLES, "packages: no known hole in %s", "пакеты: известных уязвимостей нет, проверено: %s") \
    X(DOCTOR_HOLES, \
      "packages with known holes: %s; «apt update && apt upgrade», then «systemctl restart vekhad»", \
      "пакеты с известными уязвимостями: %s; «apt update && apt upgrade», затем «systemctl restart vekhad»") \
    X(DOCTOR_AGENTS, "agents in force / revoked: %s", "агенты действующие / отозванные: %s") \
    X(DOCTOR_NO_AGENTS, \
      "agents in force / revoked: %s; nobody can report, run «vekhactl agent enrol»", \
      "агенты действующие / отозванные: %s; сдавать данные некому, выполните «vekhactl agent " \
      "enrol»") \
    X(DOCTOR_WELL, "All is well.", "Всё в порядке.") \
    X(DOCTOR_ILL, \
      "Something is to be done: the lines with !!.", \
      "Есть что исправить: строки с !!.") \
    X(REBUILD_DIFFERS, "%s %s: %s", "%s %s: %s") \
    X(REBUILD_MISSING, "no assessment stands", "оценки нет") \
    X(REBUILD_NOT_OWED, "a row stands, but nothing is owed", "запись есть, а сдавать нечего") \
    X(REBUILD_REPORTING, "reporting", "сдача сведений") \
    X(REBUILD_SUPERFLUOUS, \
      "%s: an assessment stands of a series that there is not", \
      "%s: есть оценка ряда, которого нет") \
    X(REBUILD_DONE, \
      "Series assessed anew: %s; different: %s; waiting for the daemon: %s.", \
      "Рядов пересчитано: %s; расхождений: %s; ждут службу: %s.") \
    X(REBUILD_QUEUED, \
      "Assessments deleted; queued to be made anew: %s.", \
      "Оценки удалены; поставлено в очередь на пересчёт: %s.") \
    /* archive */ \
    X(ARCHIVED_YEAR, \
      "%s: the years to %s are archived, in %s; «vekhactl archive --restore» brings them back", \
      "%s: годы по %s вынесены из базы, файлы: %s; вернуть их: «vekhactl archive --restore»") \
    X(ARCHIVED_NOTE, \
      "The years to %s are archived, in %s: their figures are not shown.", \
      "Годы по %s вынесены из базы, файлы: %s; их значения здесь не показаны.") \
    X(ARCHIVE_YOUNG, \
      "the years asked for are too young (%s): a year is archived 400 days after its end at the " \
      "earliest, as long as schools may send again; --before %s is possible", \
      "эти годы слишком недавние (%s): год выносится не раньше чем через 400 дней после его конца, " \
      "пока школы могут посылать повторно; возможно --before %s") \
    X(ARCHIVE_WAITS, \
      "%s things wait to be assessed; waiting for a minute at most …", \
      "Ожидают оценки: %s; ждём не дольше минуты…") \
    X(ARCHIVE_WAITING, \
      "%s things wait to be assessed (%s …); see that vekhad runs, and repeat when it is done", \
      "ожидают оценки: %s (%s …); убедитесь, что vekhad работает, и повторите, когда он закончит") \
    X(ARCHIVE_QUESTION, \
      "%s questions about these years are open, the first is %s; close them with «vekhactl query close»", \
      "не закрыты вопросы об этих годах: %s, первый — %s; закройте их командой «vekhactl query close»") \
    X(ARCHIVE_UNWELL, \
      "%s verdicts do not stand as they would be given now, as named above: «vekhactl doctor --rebuild --write», and repeat " \
      "when vekhad is done", \
      "оценки не такие, какими были бы при пересчёте (%s), они названы выше: «vekhactl doctor --rebuild --write», и повторите, " \
      "когда vekhad закончит") \
    X(ARCHIVE_VERDICTS, \
      "nothing was archived: %s verdicts on what stays would change, as named above. They look at " \
      "figures of these years. Archive fewer years, or repeat with --yes", \
      "ничего не вынесено: изменились бы оценки того, что остаётся (%s), они названы выше. Им нужны " \
      "значения этих лет. Вынесите меньше лет или повторите с --yes") \
    X(ARCHIVE_ALERTS, \
      "Open alerts about plans that ended in these years: %s; they will be closed.", \
      "Открытых тревог о планах, завершённых в эти годы: %s; они будут закрыты.") \
    X(ARCHIVE_PART, "  %s: %s", "  %s: %s") \
    X(ARCHIVE_NOTHING, \
      "There is nothing of the years before %s.", \
      "За годы до %s ничего нет.") \
    X(ARCHIVE_STANDS, \
      "The years before %s are archived already.", \
      "Годы до %s уже вынесены.") \
    X(ARCHIVE_WOULD, \
      "The years before %s can be archived, to %s. Nothing was changed.", \
      "Годы до %s можно вынести, в %s. Ничего не изменено.") \
    X(ARCHIVE_DONE, \
      "The years before %s are archived: %s", \
      "Годы до %s вынесены: %s") \
    X(ARCHIVE_DROPPED, \
      "The detached tables of %s are dropped.", \
      "Отсоединённые таблицы за %s удалены.") \
    X(ARCHIVE_WOULD_DROP, \
      "The detached tables of %s can be dropped: the files are whole. Nothing was changed.", \
      "Отсоединённые таблицы за %s можно удалить: файлы целы. Ничего не изменено.") \
    X(ARCHIVE_NOT_LATEST, \
      "years are brought back from the latest on: first the archive before %s", \
      "годы возвращаются начиная с последних: сначала архив до %s") \
    X(ARCHIVE_WOULD_RESTORE, \
      "%s can be brought back: %s rows. Nothing was changed.", \
      "%s можно вернуть, строк: %s. Ничего не изменено.") \
    X(ARCHIVE_BACK, "%s are back: %s rows.", "%s снова в базе, строк: %s.") \
    X(ARCHIVE_RESTORED, "brought back", "возвращён") \
    X(ARCHIVE_OUT, "in files", "в файлах") \
    X(ARCHIVE_DETACHED, "in files, and detached", "в файлах и отсоединён") \
    X(VAULT_BAD_MANIFEST, \
      "%s is no manifest of an archive, or one of another format", \
      "%s — не опись архива или опись другого вида") \
    X(VAULT_DAMAGED, \
      "%s.csv in %s is not what the manifest says: it is damaged; take it from a copy", \
      "%s.csv в %s не соответствует описи: файл повреждён; возьмите его из копии") \
    X(VAULT_OTHER, \
      "%s holds something else than the tables do; it is left as it is. Name another folder with --out", \
      "в %s не то, что в таблицах; каталог оставлен как есть. Укажите в --out другой каталог") \
    X(VAULT_UNKNOWN, \
      "%s is no archive of this centre, or was brought back already; see «vekhactl archive --list»", \
      "%s — не архив этого центра или уже возвращён; см. «vekhactl archive --list»") \
    X(VAULT_LOADED_OTHER, \
      "the rows of %s would not be in the database as they are in the files; nothing was changed", \
      "строки из %s оказались бы в базе не такими, как в файлах; ничего не изменено") \
    /* erase */ \
    X(ERASE_BAD_NAME, \
      "«%s» is no name: 3 to 100 characters on one line, with a letter and without \\ and \"", \
      "«%s» — не имя: от 3 до 100 знаков в одной строке, с буквой и без \\ и \"") \
    X(ERASE_BAD_MARK, \
      "there is no mark %s; «vekhactl erase --list» has them", \
      "пометки %s нет; список: «vekhactl erase --list»") \
    X(ERASE_STANDS, "It stands in:", "Найдено в:") \
    X(ERASE_PLACE, "  %s: %s", "  %s: %s") \
    X(ERASE_NOWHERE, "The name stands nowhere.", "Имя нигде не встречается.") \
    X(ERASE_NEAR, \
      "Words like it, which are not touched; give those that are the same person as a form of their own:", \
      "Похожие слова, они не меняются; если это тот же человек, укажите и эту форму:") \
    X(ERASE_NEAR_WORD, "  %s: %s (%s)", "  %s: %s (%s)") \
    X(ERASE_ROUTE, \
      "route %s sends to an address with this name; change it in the programme file, «vekhactl apply», and repeat", \
      "маршрут %s шлёт на адрес с этим именем; измените его в файле программы, «vekhactl apply», и повторите") \
    X(ERASE_EMAIL, \
      "the address of organisation %s has this name; change it in the programme file, «vekhactl apply», and repeat", \
      "адрес организации %s содержит это имя; измените его в файле программы, «vekhactl apply», и повторите") \
    X(ERASE_LETTER, \
      "a letter to %s is on its way; repeat when it is sent", \
      "письмо на %s ещё в пути; повторите, когда оно уйдёт") \
    X(ERASE_INBOX, \
      "%s submissions that were brought in at the centre wait to be taken; see that vekhad runs, and repeat", \
      "посылки, внесённые в центре, ждут приёма: %s; убедитесь, что vekhad работает, и повторите") \
    X(ERASE_USER, \
      "you are connected to the database as «%s», and who erases is recorded; connect as another user, and repeat", \
      "вы подключены к базе как «%s», а кто удаляет, записывается; подключитесь как другой пользователь и повторите") \
    X(ERASE_ASK, \
      "Put a mark in its place there, for good? yes/no: ", \
      "Заменить его там пометкой навсегда? да/нет: ") \
    X(ERASE_UNASKED, \
      "nobody is there to be asked; nothing was erased. Repeat with --yes", \
      "спросить некого; ничего не удалено. Повторите с --yes") \
    X(ERASE_KEPT, "Nothing was erased.", "Ничего не удалено.") \
    X(ERASE_DONE, "%s stands in its place now.", "Вместо него теперь %s.") \
    X(ERASE_AGAIN, \
      "It has come again meanwhile; run the command once more", \
      "Тем временем оно пришло снова; повторите команду") \
    X(COLUMN_MARK, "MARK", "ПОМЕТКА") \
    X(COLUMN_ENTRIES, "ENTRIES", "ЗАПИСЕЙ") \
    X(COLUMN_PLACES, "PLACES", "ГДЕ") \
    X(COLUMN_YEARS, "YEARS", "ГОДЫ") \
    X(COLUMN_ROWS, "ROWS", "СТРОК") \
    X(COLUMN_FOLDER, "FOLDER", "КАТАЛОГ") \
    X(COLUMN_INDICATOR, "INDICATOR", "ПОКАЗАТЕЛЬ") \
    X(COLUMN_LEVEL, "LEVEL", "УРОВЕНЬ") \
    X(COLUMN_OPENED, "OPENED", "ОТКРЫТА") \
    X(COLUMN_CLOSED, "CLOSED", "ЗАКРЫТА") \
    X(COLUMN_PERIOD, "PERIOD", "ПЕРИОД") \
    X(COLUMN_VALUE, "VALUE", "ЗНАЧЕНИЕ") \
    X(COLUMN_VERDICT, "VERDICT", "ИТОГ") \
    X(COLUMN_COMPOSED, "COMPOSED (UTC)", "СОСТАВЛЕНО (UTC)") \
    X(COLUMN_RECORDED, "RECORDED (UTC)", "ЗАПИСАНО (UTC)") \
    X(COLUMN_DOOR, "DOOR", "ПУТЬ") \
    X(COLUMN_STATE, "STATE", "СОСТОЯНИЕ") \
    X(COLUMN_ASKED, "ASKED", "ЗАДАН") \
    X(COLUMN_RECIPIENT, "RECIPIENT", "КОМУ") \
    X(COLUMN_ATTEMPTS, "TRIES", "ПОПЫТОК") \
    X(COLUMN_CREATED, "CREATED", "СОЗДАНО") \
    X(COLUMN_ERROR, "ERROR", "ОШИБКА") \
    X(COLUMN_ID, "ID", "№") \
    X(COLUMN_ORGANISATION, "ORGANISATION", "ОРГАНИЗАЦИЯ") \
    X(COLUMN_KEY, "PUBLIC KEY", "ОТКРЫТЫЙ КЛЮЧ") \
    X(COLUMN_ENROLLED, "ENROLLED", "ЗАРЕГИСТРИРОВАН") \
    X(COLUMN_REVOKED, "REVOKED", "ОТОЗВАН") \
    X(COLUMN_INVITATION, "INVITATION", "ПРИГЛАШЕНИЕ") \
    X(INVITATION_TAKEN, "used", "использовано") \
    X(COLUMN_BY, "BY", "КЕМ")
/* clang-format on */

enum text {
#define TEXT_ID(name, en, ru) TEXT_##name,
    TEXTS(TEXT_ID)
#undef TEXT_ID
        TEXT_COUNT
};

const char *text(enum text id, enum lang lang);

/* A line on standard output; and one on standard error, after the program's name. */
void tell(enum lang lang, enum text id, ...);
void complain(enum lang lang, enum text id, ...);

/* The same on standard output behind a sign: + was made now, = was there before. */
void tell_settled(enum lang lang, enum settled settled, enum text id, ...);

#endif

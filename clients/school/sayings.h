/* sayings: the table of texts.h, X(name, English, Russian). */
#ifndef VEKHA_SCHOOL_SAYINGS_H
#define VEKHA_SCHOOL_SAYINGS_H

/* clang-format off */
#define SAYINGS(X)                                                                                 \
    X(NOTHING, "", "")                                                                             \
    X(NO_MEMORY, "out of memory", "не хватило памяти")                                             \
    /* the command line */                                                                         \
    X(SEE_HELP, "vekha-submit --help shows examples", "примеры: vekha-submit --help")              \
    X(NO_SUCH_OPTION, "there is no option %s", "нет параметра %s")                                 \
    X(OPTION_EMPTY, "the option %s needs a value", "параметру %s нужно значение")                  \
    X(ONE_COMMAND, "--%s cannot go together with another command",                                 \
      "--%s нельзя сочетать с другой командой")                                                    \
    X(NOTHING_TO_DO, "give an indicator and its value, or a CSV file",                             \
      "укажите показатель и значение или файл CSV")                                                \
    X(TOO_MANY_OPERANDS, "«%s» is one word too many; put texts with blanks in quotes",             \
      "лишнее слово «%s»; текст с пробелами возьмите в кавычки")                                   \
    X(ONLY_WITH_FILE, "--%s goes with a file", "--%s указывают вместе с файлом")\
    X(NOT_WITH_SHEET, "with a file, give «%s» in a column of its own",                             \
      "для файла задайте «%s» отдельным столбцом")                                                 \
    X(NOT_UTF8, "the command line is not UTF-8; set a UTF-8 locale such as C.UTF-8",               \
      "командная строка не в UTF-8; выберите локаль UTF-8, например ru_RU.UTF-8")                  \
    X(BAD_WAIT, "--wait takes whole seconds up to a day, not «%s»",                                \
      "--wait принимает целое число секунд, не больше суток, а не «%s»")                           \
    X(BAD_LANG, "--lang is ru or en, not «%s»", "--lang: ru или en, а не «%s»")                    \
    X(BAD_NOW, "--now takes a time such as 2020-09-25T10:00:00+07:00, not «%s»",                   \
      "--now принимает время вида 2020-09-25T10:00:00+07:00, а не «%s»")                           \
    X(BAD_AUTHOR, "--author is one line of at most 200 bytes, not «%s»",                           \
      "--author — одна строка не длиннее 200 байт, а не «%s»")                                     \
    X(SAY_YES, "a file is sent only after a look at it: run with --dry-run to see what is "        \
      "understood, with --yes to send it",                                                         \
      "файл отправляется только после просмотра: --dry-run покажет, что понято, --yes отправит")   \
    X(ONLY_WITH_NARRATIVE, "«%s» goes only with --narrative PROJECT",                              \
      "«%s» задают только вместе с --narrative ПРОЕКТ")                                            \
    X(NOT_WITH_NARRATIVE, "«%s» does not go with a narrative",                                     \
      "«%s» к справке не относится")                                                               \
    /* a figure or a narrative */                                                                  \
    X(INDICATOR_MISSING, "is missing%s", "не указан%s")                                            \
    X(PERIOD_MISSING, "is missing%s; give for example 2020-09, 2020-Q3, 2020-H1, 2020-9M or 2020", \
      "не указан%s; например: 2020-09, 2020-Q3, 2020-H1, 2020-9M или 2020")                        \
    X(VALUE_MISSING, "is missing%s; if there is no figure, write «no data»; if the indicator does "\
      "not concern you, «not applicable»",                                                         \
      "не указано%s; если сведений нет, напишите «нет данных», если показатель к вам не "          \
      "относится — «не применимо»")                                                                \
    X(VALUE_UNEXPECTED, "%s stands beside a state that has no value; leave one of them out",       \
      "%s указано вместе с состоянием, при котором значения нет; оставьте что-то одно")            \
    X(OF_ALONE, "there is a whole but no part of it%s; give the value, too",                       \
      "указано, из скольких, но не указано сколько%s; добавьте значение")                          \
    X(OF_TWICE, "%s: the whole is given twice, in the value and by itself; leave one of them",     \
      "%s: «из скольких» указано дважды, в значении и отдельно; оставьте что-то одно")             \
    X(PERCENT_AND_OF, "%s is a percentage of something; give either 41.7%% or 187/450",            \
      "%s — и процент, и «из скольких»; укажите либо 41,7%%, либо 187/450")                        \
    X(NOT_A_NUMBER, "«%s» is no number; write only digits, for example 187, 41.7%% or 187/450",    \
      "«%s» — не число; пишите только цифры, например 187, 41,7%% или 187/450")                    \
    X(FORMULA_ERROR, "«%s» is what a formula shows when it fails, or a column that is too narrow; " \
      "mend it, or write the number",                                                              \
      "«%s» — ошибка формулы или слишком узкий столбец; исправьте или впишите число")              \
    X(FORMULA, "«%s» is a formula without its result; open the file in Excel and save it again",   \
      "«%s» — формула без результата; откройте файл в Excel и сохраните заново")                   \
    X(IS_A_DATE, "«%s» is a date: Excel took the number for one; set the cell's format to "        \
      "«Number» and type it anew",                                                                 \
      "«%s» — дата: Excel принял число за дату; задайте ячейке формат «Числовой» и введите число " \
      "заново")                                                                                    \
    X(IS_SCALED, "«%s»: write the number in full, not in thousands or millions",                   \
      "«%s»: напишите число полностью, не в тысячах и не в миллионах")                             \
    X(NUMBER_TOO_LONG, "«%s» has more than 18 digits", "в числе «%s» больше 18 цифр")              \
    X(NUMBER_TOO_FINE, "«%s» has more than 6 digits after the point; round it",                    \
      "в числе «%s» больше 6 знаков после запятой; округлите его")                                 \
    X(BAD_GROUPING, "the blanks in «%s» do not part thousands; write it without blanks",           \
      "пробелы в «%s» не отделяют тысячи; напишите число без пробелов")                            \
    X(COMMA_AND_POINT, "«%s» has both a comma and a point; write 1234.5 or 1234,5",                \
      "в «%s» и запятая, и точка; напишите 1234,5 или 1234.5")                                     \
    X(DOUBTFUL_COMMA, "«%s» may be a fraction or thousands; write a point for the fraction "       \
      "(1.234), nothing between thousands (1234)",                                                 \
      "«%s» может быть и дробью, и тысячами; для дроби поставьте точку (1.234), тысячи пишите "    \
      "слитно (1234)")                                                                             \
    X(NO_SUCH_STATE, "«%s» is no state; there are: done, in_progress, not_done, no_data, "         \
      "not_applicable, withdrawn",                                                                 \
      "нет состояния «%s»; есть: сделано, в работе, не сделано, нет данных, не применимо, "        \
      "отозвано")                                                                                  \
    X(STATE_TWICE, "«%s» is another state than the one in the value; leave one of them",           \
      "«%s» не совпадает с состоянием в значении; оставьте что-то одно")                           \
    X(BAD_CODE, "«%s» is no code: one line of at most 64 bytes",                                   \
      "«%s» — не код: это одна строка не длиннее 64 байт")                                         \
    X(BAD_PERIOD, "«%s» is no period; write for example 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 " \
      "or 2020-09-25",                                                                             \
      "«%s» — не период; пишите, например, 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 или "          \
      "25.09.2020")                                                                                \
    X(BAD_DATE, "«%s» is no date; write 2020-09-25 or 25.09.2020",                                 \
      "«%s» — не дата; пишите 25.09.2020 или 2020-09-25")                                          \
    X(BAD_NOTE, "«%s»: the note is longer than 1000 bytes or has control characters",              \
      "«%s»: примечание длиннее 1000 байт (около 500 букв) или содержит управляющие знаки")        \
    X(TEXT_MISSING, "is missing%s; say how things stand",                                          \
      "не указан%s; напишите, как обстоят дела")                                                   \
    X(TEXT_UNEXPECTED, "«%s» stands in a narrative that is withdrawn; leave one of them out",      \
      "«%s» указано в отзываемой справке; оставьте что-то одно")                                   \
    X(ONLY_WITHDRAWN, "«%s» is no state of a narrative; there is only: withdrawn",                 \
      "у справки нет состояния «%s»; есть только: отозвано")                                       \
    X(BAD_PROSE, "«%s»: too long, or has tabs or control characters; at most 8000 bytes of text, " \
      "4000 of cause, measure and next step, one line of 200 for the answerable post",             \
      "«%s»: слишком длинно либо есть табуляция или управляющие знаки; текст — до 4000 букв, "     \
      "причина, мера и следующий шаг — до 2000, ответственный — одна строка до 100 букв")          \
    /* a sheet */                                                                                  \
    X(CANNOT_READ, "cannot read %s: %s", "не удалось прочитать %s: %s")                            \
    X(CANNOT_WRITE, "cannot write %s: %s", "не удалось записать %s: %s")                           \
    /* a key of one's own */                                                                       \
    X(NO_INVITATION, "this is no invitation: it is one line that begins with vekha1_, from the "   \
      "department's letter; give it, or the file that it is in, after --enrol",                    \
      "это не приглашение: приглашение — одна строка из письма управления, она начинается с "      \
      "vekha1_; укажите после --enrol её саму или файл с нею")                                     \
    X(INVITATION_CUT, "this is not the whole invitation; copy the line from vekha1_ to its end",   \
      "приглашение скопировано не целиком; скопируйте строку от vekha1_ до конца")                 \
    X(INVITATION_TYPO, "a character of the invitation is wrong; copy the line, do not type it",    \
      "в приглашении ошибка в одном из знаков; скопируйте строку, не набирайте её")                \
    X(INVITATION_UNKNOWN, "%s does not know this invitation: it was used and is done with, or was "\
      "taken back; ask the department for a new one",                                              \
      "%s не знает этого приглашения: оно уже использовано или отозвано; попросите в управлении "  \
      "новое")                                                                                     \
    X(ENROLLED_BEFORE, "%s is there: this computer is enrolled already; for another organisation " \
      "give another file with -c, to enrol anew move this one away first",                         \
      "%s уже есть: этот компьютер уже подключён; для другой организации укажите другой файл "     \
      "через -c, чтобы подключиться заново, сначала уберите этот")                                 \
    X(ENROLLED, "Enrolled: %s (%s). The key stays on this computer, in %s",                        \
      "Подключено: %s (%s). Ключ остаётся на этом компьютере, в файле %s")                         \
    X(ENROLLED_NEXT, "Try it: vekha-submit --list", "Проверьте: vekha-submit --list")              \
    X(ENROLLED_NOT_CHECKED, "the key was let in, but %s did not answer to it yet; try "            \
      "vekha-submit --send in a minute",                                                           \
      "ключ принят, но %s пока на него не отвечает; через минуту попробуйте vekha-submit --send")  \
    X(ENROL_AGAIN, "nothing is lost: give the same command again later",                           \
      "ничего не потеряно: повторите ту же команду позже")                                         \
    X(KEYS_ELSEWHERE, "%s: public_key and secret_key must stand in it, each on a line of its own, "\
      "for the key to be changed",                                                                 \
      "%s: чтобы сменить ключ, в файле должны стоять public_key и secret_key, каждый на своей "    \
      "строке")                                                                                    \
    X(KEY_CHANGED, "The key was changed, the old one no longer counts: %s",                        \
      "Ключ сменён, прежний больше не действует: %s")                                              \
    X(FILE_TOO_LARGE, "%s is larger than 16 MiB; cut it into several files",                        \
      "%s больше 16 МиБ; разделите его на несколько файлов")                                        \
    X(IS_OLD_WORKBOOK, "this is a workbook of another kind than .xlsx%s; save it as «Excel "       \
      "workbook (.xlsx)» or as «CSV (delimited)» and send that file",                              \
      "это книга не в формате .xlsx%s; сохраните её как «Книга Excel (.xlsx)» или «CSV "           \
      "(разделители — запятые)» и отправьте этот файл")                                            \
    X(IS_PAGE, "this is a web page that is only called a table%s; open it in Excel and save it as "\
      "«Excel workbook (.xlsx)»",                                                                  \
      "это веб-страница, которая только называется таблицей%s; откройте её в Excel и сохраните "   \
      "как «Книга Excel (.xlsx)»")                                                                 \
    X(IS_LOCKED, "the workbook is locked with a password%s; save it without one",                  \
      "книга защищена паролем%s; сохраните её без пароля")                                         \
    X(IS_NO_TABLE, "this is no table%s; send an Excel workbook (.xlsx) or a CSV file",             \
      "это не таблица%s; отправьте книгу Excel (.xlsx) или файл CSV")                              \
    X(BOOK_BROKEN, "the workbook is damaged%s; open it in Excel and save it anew",                 \
      "книга повреждена%s; откройте её в Excel и сохраните заново")                                \
    X(BOOK_TOO_LARGE, "the workbook is too large when unpacked%s; keep only the table in it",      \
      "книга в распакованном виде слишком велика%s; оставьте в ней только таблицу")                \
    X(SEVERAL_SHEETS, "several sheets have headings: %s; say which with --sheet NAME, or hide the others",    \
      "заголовки есть на нескольких листах: %s; скройте лишние или назовите нужный: --sheet НАЗВАНИЕ")         \
    X(NO_SUCH_SHEET, "no sheet has the name that --sheet gives; there are: %s", "листа с названием из --sheet нет; есть листы: %s") \
    X(HAS_NO_SHEETS, "this is no workbook, so there is no sheet «%s» in it; leave --sheet out", "это не книга Excel, листа «%s» в ней нет; уберите --sheet") \
    X(NO_CHARSET, "this is a text neither in UTF-8 nor in cp1251%s; save the table as CSV anew",   \
      "это не текст в UTF-8 или cp1251%s; сохраните таблицу в CSV заново")                         \
    X(READ_AS, "%s: read as %s; look whether the letters below are right",                         \
      "%s: прочитано в кодировке %s; проверьте, верны ли буквы ниже")                              \
    X(COLUMN_LEFT_OUT, "%s: the column «%s» is unknown and left out",                              \
      "%s: столбец «%s» неизвестен и пропущен")                                                    \
    X(EMPTY_FILE, "the file is empty%s; vekha-submit --template writes one to fill in",            \
      "файл пуст%s; vekha-submit --template создаст заготовку")                                    \
    X(NO_ROWS, "%s: nothing to send: there is no value under the headings",                        \
      "%s: отправлять нечего: под заголовками нет ни одного значения")                             \
    X(NO_HEADER, "among the headings there is no column called: %s; vekha-submit --template "      \
      "writes a table",                                                                            \
      "среди заголовков нет столбца с названием: %s; vekha-submit --template создаст заготовку")   \
    X(MONTHS_ACROSS, "«%s» heads a column of values; put them one beneath another, a row for each "\
      "period, in the columns «indicator», «period», «value»",                                     \
      "«%s» — заголовок столбца значений; расположите их друг под другом, по строке на каждый "    \
      "период, в столбцах «Показатель», «Период», «Значение»")                                     \
    X(EMPTY_BELOW, "is empty, but above stands «%s»; where cells are joined, write it in each row",\
      "пусто, а выше стоит «%s»; если ячейки объединены, впишите это в каждую строку")             \
    X(ROWS_NOT_FILLED, "%s: no value in the rows %s; they are left out; if there is no figure, "   \
      "write «no data»",                                                                           \
      "%s: нет значения, пропущены строки: %s; если сведений нет, напишите «нет данных»")          \
    X(ROWS_OF_TOTALS, "%s: totals in the rows %s; they are left out, the centre sums up by itself",\
      "%s: это итоги, пропущены строки: %s; итоги центр считает сам")                              \
    X(ROWS_HIDDEN, "%s: the rows %s are hidden in the table, by a filter or by hand; they are read all the same",\
      "%s: строки %s в таблице скрыты, фильтром или вручную; они прочитаны тоже")\
    X(HEADER_TWICE, "«%s»: two columns mean the same; leave one of them",                          \
      "«%s»: два столбца означают одно и то же; оставьте один")                                    \
    X(TOO_MANY_COLUMNS, "there are more than 64 columns%s", "столбцов больше 64%s")                \
    X(TOO_MANY_ROWS, "there are more than 120000 rows%s; nothing of it was taken, cut it into several files",                \
      "строк больше 120000%s; файл не принят, разделите его на несколько")                                         \
    X(TOO_MANY_CELLS, "«%s» stands to the right of the last header; put a text that contains the " \
      "delimiter in quotes",                                                                       \
      "«%s» стоит правее последнего заголовка; текст, в котором есть разделитель, возьмите в "     \
      "кавычки")                                                                                   \
    X(SWALLOWED_ROWS, "«%s» holds further rows; a quote is missing or too many",                   \
      "«%s» вобрало в себя следующие строки; пропущена или лишняя кавычка")                        \
    X(QUOTE_OPEN, "a quote is opened in this row and never closed%s",                              \
      "в этой строке открыта кавычка, которая нигде не закрыта%s")                                 \
    X(SAME_FIGURE, "the same organisation, indicator and period as in line %s; leave one of them, "\
      "neither is sent",                                                                           \
      "те же организация, показатель и период, что в строке %s; оставьте одну из них, не "         \
      "отправлена ни одна")                                                                        \
    X(SAME_NARRATIVE, "the same organisation, project and period as in line %s; leave one of "     \
      "them, neither is sent",                                                                     \
      "те же организация, проект и период, что в строке %s; оставьте одну из них, не "             \
      "отправлена ни одна")                                                                        \
    /* what is shown before sending */                                                             \
    X(UNDERSTOOD, "Understood, figures: %s", "Понято показателей: %s")                             \
    X(UNDERSTOOD_NARRATIVES, "Understood, narratives: %s", "Понято справок: %s")                   \
    X(MORE_ROWS, "… %s more …", "… ещё %s …")                                                      \
    X(LOOK_AT_LINE, "line %s: %s", "строка %s: %s")                                                \
    X(LOOK_AT, "%s", "%s")                                                                         \
    X(WOULD_BE_REFUSED,                                                                            \
      "the centre will not take this as it is (checked by what it told on %s):",                   \
      "центр это в таком виде не примет (проверено по сведениям центра от %s):")                   \
    X(JUMPS, "look again — it may be right, but is unusual:",                                      \
      "проверьте ещё раз: может быть, всё верно, но непривычно:")                                  \
    X(JUMP_FALLS, "counted since the beginning of the year, it is less than before",               \
      "нарастающим итогом с начала года вышло меньше, чем было")                                   \
    X(JUMP_TENFOLD, "ten times more or less than before; is a digit missing or too many?",         \
      "в десять раз больше или меньше, чем было; нет ли лишней или пропущенной цифры?")            \
    X(JUMP_BEYOND, "twice the plan or more", "вдвое больше плана или ещё выше")                    \
    X(JUMP_SAME, "exactly as in the period before", "в точности как в прошлый раз")                \
    X(DUE_NOTHING, "nothing is owed", "долгов по отчётности нет")                                  \
    X(DUE_AS_KNOWN, "by what the centre told on %s", "по сведениям центра от %s")                  \
    X(DUE_UNKNOWN, "the centre did not answer, and nothing is kept from before; try again later",  \
      "центр не ответил, а прежних сведений нет; попробуйте позже")                                \
    X(COLUMN_DUE, "due", "срок")                                                                   \
    X(COLUMN_DUE_STATE, "state", "состояние")                                                      \
    X(DUE_COMES, "not over yet", "период не закончился")                                           \
    X(HELP_DUE, "what is owed and when", "что и к какому сроку сдать")                             \
    X(SEND_THEM, "Send them? [y/N]", "Отправить? [д/Н]")                                           \
    X(NOT_SENT, "nothing was sent", "ничего не отправлено")                                        \
    X(COLUMN_LINE, "line", "строка")                                                               \
    X(COLUMN_ORGANISATION, "organisation", "организация")                                          \
    X(COLUMN_INDICATOR, "indicator", "показатель")                                                 \
    X(COLUMN_PERIOD, "period", "период")                                                           \
    X(COLUMN_VALUE, "value", "значение")                                                           \
    X(COLUMN_SHARE, "share", "доля")                                                               \
    X(COLUMN_PLAN, "plan", "план")                                                                 \
    X(COLUMN_LAST, "before", "было")                                                               \
    X(COLUMN_AS_OF, "as of", "на дату")                                                            \
    X(COLUMN_EXPECTED, "expected", "ожидается")                                                    \
    X(COLUMN_METHOD, "method", "методика")                                                         \
    X(COLUMN_NOTE, "note", "примечание")                                                           \
    X(LINE, "line", "строка")                                                                      \
    X(WORD_OF, "of", "из")                                                                         \
    X(WORD_NOT_APPLICABLE, "not applicable", "не применимо")                                       \
    X(WORD_NO_DATA, "no data", "нет данных")                                                       \
    X(WORD_WITHDRAWN, "withdrawn", "отозвано")                                                     \
    X(WORD_NOT_DONE, "not done", "не сделано")                                                     \
    X(WORD_IN_PROGRESS, "in progress", "в работе")                                                 \
    X(WORD_DONE, "done", "сделано")                                                                \
    /* the spool */                                                                                \
    X(CANNOT_OPEN_SPOOL, "cannot use the spool %s: %s; check the folder and its rights",           \
      "не удалось открыть очередь %s: %s; проверьте папку и права на неё")                         \
    X(SPOOL_FULL_FILES, "NOT queued: %s already holds %s submissions; find out why they are not "  \
      "sent (vekha-submit --send)",                                                                \
      "НЕ принято в очередь: в %s уже %s отправлений; выясните, почему они не уходят "             \
      "(vekha-submit --send)")                                                                     \
    X(SPOOL_FULL_BYTES, "NOT queued: %s already holds %s MiB; find out why it is not sent "        \
      "(vekha-submit --send)",                                                                     \
      "НЕ принято в очередь: в %s уже %s МиБ; выясните, почему они не уходят "                     \
      "(vekha-submit --send)")                                                                     \
    X(SPOOL_DISK, "NOT queued: cannot write to %s: %s; nothing was kept: mend that, then try again",\
      "НЕ принято в очередь: не удалось записать в %s: %s; ничего не сохранено: устраните причину и "\
      "повторите")                                                                                 \
    X(NOT_QUEUED_FROM, "what stands above is queued; from line %s on nothing is",                  \
      "указанное выше в очереди; начиная со строки %s — нет")                                      \
    X(SET_ASIDE, "%s: the damaged file %s was set aside in bad/; what it held may have to be "     \
      "sent again",                                                                                \
      "%s: повреждённый файл %s отложен в bad/; возможно, его содержимое придётся отправить "      \
      "заново")                                                                                    \
    X(QUEUED, "queued %s, figures: %s", "в очереди %s, показателей: %s")                           \
    X(QUEUED_NARRATIVES, "queued %s, narratives: %s", "в очереди %s, справок: %s")                 \
    X(SPOOL_EMPTY, "nothing is queued", "очередь пуста")                                           \
    X(STATE_QUEUED, "queued", "в очереди")                                                         \
    X(STATE_ACCEPTED, "accepted", "принято")                                                       \
    X(STATE_PARTLY, "partly", "частично")                                                          \
    X(STATE_REJECTED, "rejected", "отклонено")                                                     \
    X(STATE_REFUSED, "refused", "отказ")                                                           \
    X(STILL_QUEUED, "%s: %s, not sent yet", "%s: %s, ещё не отправлено")                           \
    X(ANSWER_LOST, "%s: %s; the answer could not be kept, for the disk was full",                  \
      "%s: %s; сам ответ не удалось сохранить: на диске не было места")                            \
    X(BAD_MOMENT, "--resend takes a day or a moment such as 2020-09-25 or 2020-09-25T10:00:00+07:00, not «%s»", \
      "--resend принимает день или момент, например 25.09.2020 или 2020-09-25T10:00:00+07:00, а не «%s»") \
    X(QUEUED_AGAIN, "queued once more: %s", "поставлено в очередь ещё раз: %s") \
    X(LIST_EMPTY, "nothing was sent from here yet", "отсюда ещё ничего не отправляли")             \
    X(LIST_TIME, "composed", "составлено")                                                         \
    X(LIST_STATE, "state", "состояние")                                                            \
    X(LIST_RECEIPT, "receipt", "квитанция")                                                        \
    X(LIST_LINES, "lines", "строк")                                                                \
    X(LIST_FIRST, "first", "первая")                                                               \
    X(NO_SUCH_SUBMISSION, "there is no submission or receipt %s here; vekha-submit --list shows "  \
      "them",                                                                                      \
      "отправления или квитанции %s здесь нет; список: vekha-submit --list")                                     \
    X(SEVERAL_SUCH, "several submissions begin with %s; give more of the id",                      \
      "с %s начинаются несколько отправлений; укажите больше знаков")                              \
    /* the centre */                                                                               \
    X(QUEUED_REPLY, "queued %s, the answer to question %s", "в очереди %s, ответ на вопрос %s")     \
    /* questions of the department */                                                              \
    X(DEPARTMENT_ASKS, "The department asks you to make clear:",                                   \
      "Управление образования просит уточнить:")                                                   \
    X(NO_QUESTIONS, "The department asks nothing.", "Вопросов от управления образования нет.")     \
    X(QUESTIONS_UNKNOWN, "%s does not answer: what the department asks is not known now",          \
      "%s не отвечает: о чём спрашивает управление, сейчас не узнать")                             \
    X(QUESTIONS_NOT_GIVEN, "%s asks no questions yet", "%s пока не задаёт вопросов")               \
    X(QUESTION, "  Question %s%s of %s:", "  Вопрос %s%s от %s:")                                  \
    X(QUESTION_REPORTED, "reported: %s", "сообщено: %s")                                           \
    X(QUESTION_NOT_REPORTED, "nothing is reported", "значения нет")                                \
    X(QUESTION_CORRECT, "To correct it:", "Исправить:")                                            \
    X(QUESTION_VALUE, "VALUE", "ЗНАЧЕНИЕ")                                                         \
    X(QUESTION_EXPLAIN, "To explain it:", "Пояснить:")                                             \
    X(MORE_QUESTIONS, "  There are more: vekha-submit --questions",                                \
      "  Есть и другие: vekha-submit --questions")                                                 \
    X(WORD_QUESTION, "question", "вопрос")                                                         \
    X(BAD_QUESTION_NUMBER, "--answer takes the number of a question, not «%s»",                    \
      "--answer принимает номер вопроса, а не «%s»")                                               \
    X(BAD_ANSWER, "--answer goes with --text TEXT, of 1 to 1000 bytes (500 Cyrillic letters)",     \
      "к --answer нужен --text ТЕКСТ, от 1 до 1000 байт (500 русских букв)")                       \
    X(NOT_WITH_ANSWER, "«%s» does not go with --answer", "«%s» не сочетается с --answer")          \
    X(RECEIPT, "receipt %s for %s", "квитанция %s на %s")                                          \
    X(STANDING_ON_TRACK, "on track", "в графике")                                                  \
    X(STANDING_AT_RISK, "at risk", "под угрозой")                                                  \
    X(STANDING_LAGGING, "lagging", "отстаёт")                                                      \
    X(STANDING_ACHIEVED, "achieved", "достигнуто")                                                 \
    X(STANDING_MISSED, "missed", "не выполнено")                                                   \
    X(STANDING_UNDETERMINED, "undetermined", "не определено")                                      \
    X(STANDING_NOT_STARTED, "not started", "не начато")                                            \
    X(STANDING_NO_PLAN, "without a plan", "без плана")                                             \
    X(REFUSED, "%s: the centre refuses it: %s", "%s: центр отказал: %s")                           \
    X(KEPT, "what was not sent stays queued; the next run, or vekha-submit --send, sends it",      \
      "неотправленное остаётся в очереди; его отправит следующий запуск или vekha-submit --send")  \
    X(NO_NARRATIVES,                                                                               \
      "%s does not take narratives or answers yet; ask the department when it will",               \
      "%s пока не принимает справки или ответы; узнайте в управлении образования, когда начнёт")              \
    X(NO_REPLY, "no reply from %s; the line is very slow, or something on the way lets nothing "   \
      "through",                                                                                   \
      "%s не отвечает: связь очень медленная или соединение где-то закрыто")                       \
    X(UNREACHABLE, "%s cannot be reached: check this computer's line; if it works, the centre is " \
      "away",                                                                                      \
      "%s недоступен: проверьте связь на этом компьютере; если она есть, не работает центр")       \
    X(NO_CENTRE, "%s answers, but not as the centre whose server_key is in the configuration; ask "\
      "the department for its address and key",                                                    \
      "%s отвечает, но не как центр с ключом server_key из файла настроек; уточните адрес и ключ " \
      "в управлении образования")                                                                  \
    X(NOT_READY, "%s takes the connection but checks no keys at the moment; if that lasts, ask "   \
      "the department",                                                                            \
      "%s принимает соединение, но сейчас не проверяет ключи; если так будет долго, обратитесь в " \
      "управление образования")                                                                    \
    X(KEY_REFUSED, "%s does not know this computer's key; ask the department to enrol it",         \
      "%s не знает ключа этого компьютера; попросите управление образования зарегистрировать его") \
    X(REVOKED, "this computer's key was revoked: %s; ask the department for a new one",            \
      "ключ этого компьютера отозван: %s; запросите новый в управлении образования")               \
    X(OTHER_VERSION, "the centre does not understand this version of the program: %s; update it",  \
      "центр не понимает эту версию программы: %s; обновите её")                                   \
    X(REFUSED_ALL, "the centre does not understand what this program says: %s; tell the "          \
      "department",                                                                                \
      "центр не понимает сообщений этой программы: %s; сообщите в управление образования")         \
    X(NO_RECEIPT, "%s is connected but has given no receipt in time",                              \
      "%s на связи, но квитанции вовремя не дал")                                                  \
    X(CONNECTION_LOST, "the connection to %s broke", "связь с %s прервалась")                      \
    X(LATER_CREDITS, "the centre still works on earlier submissions of this computer",             \
      "центр ещё обрабатывает прежние отправления этого компьютера")                               \
    X(LATER_DATABASE, "the centre cannot store anything at the moment",                            \
      "центр сейчас не может ничего сохранить")                                                    \
    X(LATER_STOPPING, "the centre is just stopping", "центр как раз останавливается")              \
    X(OCCUPIED, "another program is sending from this spool just now",                             \
      "из этой очереди сейчас отправляет другая программа")                                        \
    X(SENDER_FAILED, "sending failed on this computer: %s", "отправка не удалась: %s")             \
    X(ONLY_FOR_REPLAY, "it was composed with --now, and this centre lives in the present; send "   \
      "it without --now",                                                                          \
      "составлено с --now, а этот центр живёт в настоящем времени; отправьте без --now")           \
    X(TOO_LARGE_FOR_CENTRE, "it is larger than this centre takes; send less at once",              \
      "больше, чем принимает этот центр; отправляйте меньше за раз")                               \
    /* a table to fill in */                                                                       \
    X(TEMPLATE_ORGANISATION, "organisation", "Организация")                                        \
    X(TEMPLATE_INDICATOR, "indicator", "Показатель")                                               \
    X(TEMPLATE_NAME, "name", "Название")                                                           \
    X(TEMPLATE_UNIT, "unit", "Единица")                                                            \
    X(TEMPLATE_PERIOD, "period", "Период")                                                         \
    X(TEMPLATE_PLAN, "plan", "План")                                                               \
    X(TEMPLATE_LAST, "last", "Прошлое значение")                                                   \
    X(TEMPLATE_VALUE, "value", "Значение")                                                         \
    X(TEMPLATE_OF, "of", "Всего")                                                                  \
    X(TEMPLATE_NOTE, "note", "Примечание")                                                         \
    X(TEMPLATE_SHEET, "Figures", "Показатели")                                                     \
    X(TEMPLATE_HINT_TITLE, "A number, or a word", "Число или слово")                               \
    X(TEMPLATE_HINT, "A number; 187/450; or why there is none, from the list. Leave empty what you "\
      "do not report.",                                                                            \
      "Число; 187/450; или слово из списка, если числа нет. Чего не сдаёте — оставьте пустым.")    \
    X(TEMPLATE_WRITTEN, "%s: rows to fill in: %s; then: vekha-submit and its name",                \
      "%s: строк для заполнения: %s; затем: vekha-submit и имя файла")                             \
    X(TEMPLATE_BARE, "what this school reports is not known here: the centre has not answered yet; "\
      "only the headings can be written",                                                          \
      "что сдаёт эта школа, здесь неизвестно: центр ещё не ответил; можно вывести только заголовки")\
    X(TEMPLATE_NO_ORGANISATION, "«%s» is none of the organisations that this computer reports for", \
      "«%s» — не из организаций, за которые отчитывается этот компьютер")                          \
    X(TEMPLATE_TOO_LONG, "there are more rows than a table may have; choose one organisation with "\
      "--org",                                                                                     \
      "строк больше, чем вмещает таблица; выберите одну организацию через --org")                  \
    /* a folder that is watched */                                                                 \
    X(REPORT_ACCEPTED, "%s: accepted. Nothing is left to do.",                                     \
      "%s: принято полностью. Больше ничего делать не нужно.")                                     \
    X(REPORT_PARTLY, "%s: accepted in part. Mend what is named below and put the file into the "   \
      "folder again: what was accepted is not stored twice.",                                      \
      "%s: принято не всё. Исправьте то, что указано ниже, и положите файл в папку ещё раз: что "  \
      "уже принято, второй раз не запишется.")                                                     \
    X(REPORT_REFUSED, "%s: not accepted. Mend what is named below and put the file into the "      \
      "folder again.",                                                                             \
      "%s: не принято. Исправьте то, что указано ниже, и положите файл в папку ещё раз.")          \
    X(REPORT_RECEIPT, "Receipt %s of %s:", "Квитанция %s от %s:")                                  \
    X(REPORT_NOT_READ, "The file cannot be read: %s", "Файл не читается: %s")                      \
    X(REPORT_CUT, "The file was changed while it was being taken; what was new in it was not "     \
      "sent: put it into the folder again.",                                                       \
      "Файл изменили, пока он отправлялся; изменённое не отправлено: положите файл в папку ещё "   \
      "раз.")                                                                                      \
    X(REPORT_GONE, "The file was taken out of «sending» or changed there; its figures had been "   \
      "queued and were sent all the same.",                                                        \
      "Файл убрали из папки «sending» или изменили там; его показатели уже стояли в очереди и всё "\
      "равно отправлены.")                                                                         \
    X(REPORT_NO_ANSWER, "What the centre said to lines (%s of them) is no longer on this "         \
      "computer; put the file into the folder again: what was accepted is not stored twice.",      \
      "Ответа центра на строки (их %s) на этом компьютере больше нет; положите файл в папку ещё "  \
      "раз: что уже принято, второй раз не запишется.")                                            \
    X(AGENT_SEE_HELP, "vekha-agent --help shows examples", "примеры: vekha-agent --help")          \
    X(AGENT_JSON_OF_STATUS, "--json goes with --status only", "--json задают только вместе с --status") \
    X(AGENT_NO_FOLDER, "cannot use the folder %s: %s; make it, or correct `folder` in %s",         \
      "не удалось открыть папку %s: %s; создайте её или исправьте `folder` в %s")                  \
    X(AGENT_RUNS_ALREADY, "another vekha-agent works with the spool %s",                           \
      "с очередью %s уже работает другой vekha-agent")                                             \
    X(AGENT_WATCHES, "watching the folder %s", "слежу за папкой %s")                               \
    X(AGENT_ONLY_SENDS, "no folder is watched; what vekha-submit queues is sent",                  \
      "папка не задана; отправляется то, что поставит в очередь vekha-submit")                     \
    X(AGENT_TAKEN, "%s: taken", "%s: взят в работу")                                               \
    X(AGENT_ACCEPTED, "%s: accepted", "%s: принят")                                                \
    X(AGENT_REFUSED, "%s: not accepted, or in part; the report in refused/ says why",              \
      "%s: не принят или принят не полностью; почему — в отчёте в refused/")                       \
    X(AGENT_TRIES_AGAIN, "it is tried again at %s", "следующая попытка: %s")                       \
    X(AGENT_STOPS, "stopping; what is queued stays queued", "останавливаюсь; очередь сохранена")   \
    X(STATUS_RUNS, "vekha-agent runs since %s", "vekha-agent работает с %s")                       \
    X(STATUS_DOES_NOT_RUN, "vekha-agent does not run: nothing is taken from the folder, nothing "  \
      "is sent by itself",                                                                         \
      "vekha-agent не работает: из папки ничего не берётся, само ничего не отправляется")          \
    X(STATUS_FOLDER, "folder: %s", "папка: %s")                                                    \
    X(STATUS_CONTACT, "%s last answered at %s", "%s: последний ответ %s")                          \
    X(STATUS_NO_CONTACT, "%s has not answered yet", "%s: ответов ещё не было")                     \
    X(STATUS_ALL_SENT, "nothing waits: all is sent", "ничего не ждёт: всё отправлено")             \
    X(STATUS_QUEUED, "submissions that wait to be sent: %s", "отправлений в очереди: %s")          \
    X(STATUS_FILES, "files under way: %s", "файлов в работе: %s")                                  \
    X(STATUS_GROWING, "%s is still being written", "%s ещё записывается")                          \
    X(STATUS_OPEN, "%s is open in another program: close it there",                                \
      "%s открыт в другой программе: закройте его там")                                            \
    X(STATUS_NEXT, "next attempt: %s", "следующая попытка: %s")                                    \
    X(STATUS_DAMAGED, "damaged files of the queue, set aside in %s/bad: %s",                       \
      "повреждённые файлы очереди, отложенные в %s/bad: %s")                                       \
    X(HELP_AGENT_USAGE,                                                                            \
      "Sends what is queued, and what is put into a folder, whenever there is a line.\n\n"         \
      "usage: vekha-agent [-c FILE] [--once]\n"                                                    \
      "       vekha-agent [-c FILE] --status [--json]\n",                                          \
      "Отправляет очередь и файлы, положенные в папку, как только есть связь.\n\n"                 \
      "вызов: vekha-agent [-c FILE] [--once]\n"                                                    \
      "       vekha-agent [-c FILE] --status [--json]\n")                                          \
    X(HELP_AGENT_ONCE, "do what can be done now, then end",                                        \
      "сделать то, что можно сейчас, и закончить")                                                 \
    X(HELP_AGENT_STATUS, "say how things stand", "показать, как обстоят дела")                     \
    X(HELP_AGENT_EXAMPLES,                                                                         \
      "\nexamples:\n"                                                                              \
      "  vekha-agent            until it is told to stop; systemd starts it so\n"                  \
      "  vekha-agent --once     from cron\n"                                                       \
      "  vekha-agent --status\n"                                                                   \
      "\n`folder` in the configuration names the folder.  A file goes from it to sending/,\n"      \
      "then with a report to accepted/ or refused/.\n"                                             \
      "\nexit: 0 done; 1 some of it was refused; 2 usage; 75 something waits",                     \
      "\nпримеры:\n"                                                                               \
      "  vekha-agent            пока не остановят; так его запускает systemd\n"                    \
      "  vekha-agent --once     из cron\n"                                                         \
      "  vekha-agent --status\n"                                                                   \
      "\nПапку называет `folder` в файле настроек. Файл переходит из неё в sending/,\n"            \
      "затем с отчётом в accepted/ или refused/.\n"                                                \
      "\nкод выхода: 0 сделано; 1 что-то отклонено; 2 ошибка вызова; 75 что-то ждёт")              \
    /* the configuration */                                                                        \
    X(NO_CONF, "there is no configuration: put the file you got from the department to "           \
      "~/.config/vekha/submit.conf, or name it with -c",                                           \
      "нет файла настроек: положите файл, полученный из управления образования, в "                \
      "~/.config/vekha/submit.conf или укажите его через -c")                                      \
    /* --help */                                                                                   \
    X(HELP_USAGE,                                                                                  \
      "Sends a school's indicator figures and narratives to the centre.\n\n"                       \
      "usage: vekha-submit [-c FILE] INDICATOR VALUE[/N] --period P [options]\n"                   \
      "       vekha-submit [-c FILE] INDICATOR --withdraw --period P [options]\n"                  \
      "       vekha-submit [-c FILE] --narrative PROJECT --period P --text TEXT [options]\n"       \
      "       vekha-submit [-c FILE] FILE.csv [--yes] [--dry-run]\n"                               \
      "       vekha-submit --send | --list | --receipt ID | --template [FILE]\n",                         \
      "Отправляет показатели и справки школы в центр.\n\n"                                         \
      "вызов: vekha-submit [-c FILE] ПОКАЗАТЕЛЬ ЗНАЧЕНИЕ[/N] --period P [параметры]\n"             \
      "       vekha-submit [-c FILE] ПОКАЗАТЕЛЬ --withdraw --period P [параметры]\n"               \
      "       vekha-submit [-c FILE] --narrative ПРОЕКТ --period P --text ТЕКСТ [параметры]\n"     \
      "       vekha-submit [-c FILE] ФАЙЛ.csv [--yes] [--dry-run]\n"                               \
      "       vekha-submit --send | --list | --receipt ID | --template [FILE]\n")                         \
    X(HELP_CONFIG, "the configuration; else $VEKHA_CONFIG, ~/.config/vekha/submit.conf, "          \
      "/etc/vekha/submit.conf",                                                                    \
      "файл настроек; иначе $VEKHA_CONFIG, ~/.config/vekha/submit.conf, /etc/vekha/submit.conf")   \
    X(HELP_PERIOD, "2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 or 2020-09-25",                       \
      "2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020 или 25.09.2020")                                   \
    X(HELP_ORG, "whose figure or narrative it is; else the organisation of the configuration",     \
      "чей показатель или справка; иначе организация из файла настроек")                           \
    X(HELP_AS_OF, "the day the figure describes; else the period's last, or today",                \
      "на какую дату; иначе последний день периода или сегодня")                                   \
    X(HELP_NOTE, "a note for the department", "примечание для управления образования")             \
    X(HELP_EXPECTED, "when a milestone is expected to be done",                                    \
      "когда ожидается выполнение мероприятия")                                                    \
    X(HELP_METHOD, "how it was counted, if not as usual", "методика подсчёта, если не обычная")    \
    X(HELP_NARRATIVE, "tell in words how a project stands (its code)",                             \
      "рассказать словами, как обстоят дела в проекте (его код)")                                  \
    X(HELP_TEXT, "how things stand", "как обстоят дела")                                           \
    X(HELP_CAUSE, "why", "причина")                                                                \
    X(HELP_MEASURE, "what is done about it", "какая мера принята")                                 \
    X(HELP_NEXT_STEP, "what comes next", "следующий шаг")                                          \
    X(HELP_ANSWERABLE, "who answers for it: a post, not a name",                                   \
      "кто отвечает: должность, не фамилия")                                                       \
    X(HELP_AUTHOR, "who answers for the figures", "кто отвечает за показатели")                    \
    X(HELP_WITHDRAW, "take an earlier figure or narrative back",                                   \
      "отозвать прежний показатель или справку")                                                   \
    X(HELP_SHEET, "the sheet of a workbook to read, where several have headings", "лист книги, если заголовки есть на нескольких") \
    X(HELP_YES, "send a file without asking", "отправить файл без вопроса")                        \
    X(HELP_DRY_RUN, "show what is understood, send nothing",                                       \
      "показать, что понято, ничего не отправляя")                                                 \
    X(HELP_WAIT, "how long to wait for a receipt, 10 by default; 0 only queues",                   \
      "сколько ждать квитанцию, обычно 10; 0 — только поставить в очередь")                        \
    X(HELP_SEND, "send what is queued", "отправить то, что в очереди")                             \
    X(HELP_RESEND, "send what was receipted since D once more, under the same ids: the centre lost it", \
      "отправить ещё раз, под теми же номерами, то, что принято начиная с D: центр это потерял") \
    X(HELP_LIST, "what was sent from here and what became of it",                                  \
      "что отправлено отсюда и что с этим стало")                                                  \
    X(HELP_RECEIPT, "show a receipt again, by its number or the beginning of its ID",                       \
      "показать квитанцию ещё раз, по её номеру или началу ID")                                              \
    X(HELP_QUESTIONS, "show what the department asks about figures",                               \
      "показать, что управление просит уточнить")                                                  \
    X(HELP_ANSWER, "answer a question in words, with --text",                                      \
      "ответить на вопрос словами, вместе с --text")                                               \
    X(HELP_TEMPLATE, "write a table to fill in, with what is owed; to FILE.xlsx or FILE.csv, else as CSV", \
      "таблица для заполнения: что надо сдать; в ФАЙЛ.xlsx или ФАЙЛ.csv, иначе CSV на экран")      \
    X(HELP_ENROL, "enrol this computer by an invitation: its line, a file with it, or - (standard "\
      "input)",                                                                                    \
      "подключить этот компьютер по приглашению: строка, файл с нею или - (стандартный ввод)")     \
    X(HELP_NEW_KEY, "change this computer's key", "сменить ключ этого компьютера")                 \
    X(HELP_JSON, "answer in JSON", "ответ в JSON")                                                 \
    X(HELP_LANG, "the language of the messages", "язык сообщений")                                 \
    X(HELP_NOW, "live in another time; only for a centre that plays one",                          \
      "жить в другом времени; только для учебного центра")                                         \
    X(HELP_HELP, "this text", "этот текст")                                                        \
    X(HELP_VERSION, "the version", "версия")                                                       \
    X(HELP_EXAMPLES,                                                                               \
      "\nexamples:\n"                                                                              \
      "  vekha-submit consultations 165 --period 2020-9M\n"                                        \
      "  vekha-submit further-education 187/450 --period 2020-09 --note \"by the navigator\"\n"    \
      "  vekha-submit panels done:30 --period 2020-Q4\n"                                           \
      "  vekha-submit panels in_progress --period 2020-Q4 --expected 2020-11-15\n"                 \
      "  vekha-submit consultations no_data --period 2020-10\n"                                    \
      "  vekha-submit --narrative digital --period 2020-09 --text \"Contracts are signed\"\n"      \
      "  vekha-submit figures.csv --dry-run\n"                                                     \
      "\nexit: 0 done; 1 some of it was refused; 2 usage; 75 kept for later",                      \
      "\nпримеры:\n"                                                                               \
      "  vekha-submit consultations 165 --period 2020-9M\n"                                        \
      "  vekha-submit further-education 187/450 --period 2020-09 --note \"по навигатору\"\n"       \
      "  vekha-submit panels сделано:30 --period 2020-Q4\n"                                        \
      "  vekha-submit panels \"в работе\" --period 2020-Q4 --expected 15.11.2020\n"                \
      "  vekha-submit consultations \"нет данных\" --period 2020-10\n"                             \
      "  vekha-submit --narrative digital --period 2020-09 --text \"Контракты заключены\"\n"       \
      "  vekha-submit показатели.csv --dry-run\n"                                                  \
      "\nкод выхода: 0 сделано; 1 что-то отклонено; 2 ошибка вызова; 75 отложено до следующего "   \
      "раза")

/* clang-format on */

#endif

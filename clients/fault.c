/* fault: strerror() speaks the language of a locale that a school's computer need not have
 * installed, and not the one of --lang. */
#include "fault.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    int number;
    const char *texts[LANG_COUNT];
} faults[] = {
    {ENOENT, {"there is no such file or folder", "нет такого файла или папки"}},
    {EACCES, {"you have no right to it", "нет прав доступа"}},
    {EPERM, {"you have no right to it", "нет прав доступа"}},
    {EISDIR, {"this is a folder", "это папка"}},
    {ENOTDIR, {"there is a file where a folder should be", "на месте папки стоит файл"}},
    {EEXIST, {"it is there already", "уже существует"}},
    {ENOSPC, {"the disk is full", "на диске нет места"}},
    {EDQUOT, {"your share of the disk is full", "исчерпана квота на диске"}},
    {EROFS, {"the disk can only be read", "диск доступен только для чтения"}},
    {EIO, {"the disk cannot be read or written", "диск не читается или не пишется"}},
    {ENOMEM, {"out of memory", "не хватило памяти"}},
    {EFBIG, {"the file is too large", "файл слишком велик"}},
    {ENAMETOOLONG, {"the name is too long", "слишком длинное имя"}},
};

const char *fault_text(int number, enum lang lang)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].number == number)
            return faults[i].texts[lang];
    return strerror(number);
}

bool fault_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

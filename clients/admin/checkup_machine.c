/* checkup_machine: one function per question; what is the same for the daemon has its words and bounds
 * in the table of findings. */
#include "admin/checkup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/ctl.h"
#include "admin/db.h"
#include "admin/machine.h"
#include "admin/settings.h"
#include "wire/keys.h"

enum { COUNT_MAX = 24, DETAIL_MAX = 1000 };

/* The daemon's configuration, which need not be on this machine. */
static const char *settings_path(const struct ctl *ctl)
{
    return ctl->given[OPTION_CONFIG] != NULL ? ctl->given[OPTION_CONFIG] : SETTINGS_PATH;
}

static bool read_key_path(const struct ctl *ctl, char ret[DETAIL_MAX])
{
    const char *path = settings_path(ctl);
    struct settings settings;

    if (access(path, R_OK) != 0 || !settings_read(path, ctl->lang, &settings))
        return false;
    snprintf(ret, DETAIL_MAX, "%s",
             settings.server_key != NULL ? settings.server_key : VEKHA_SYSCONFDIR "/curve.secret");
    settings_finish(&settings);
    return access(ret, F_OK) == 0;
}

/* The schools trust the key that is recorded. */
static bool check_key(struct ctl *ctl, struct checkup *p)
{
    char path[DETAIL_MAX], error[DETAIL_MAX];
    struct key_pair key;
    const char *recorded;
    PGresult *r;
    bool same;

    if (!read_key_path(ctl, path))
        return true;
    if (access(path, R_OK) != 0) {
        checkup_note(p, "key", NOTE, TEXT_DOCTOR_KEY_UNSEEN, path);
        return true;
    }
    if (!keys_read(path, &key, error, sizeof error)) {
        checkup_note(p, "key", ILL, TEXT_DOCTOR_KEY_BAD, error);
        return true;
    }
    r = db_query(ctl->db, "SELECT public_key FROM vekha.centre", 0, NULL);
    recorded = r != NULL && PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    same = recorded != NULL && strcmp(recorded, key.public_key) == 0;
    keys_wipe(&key);
    if (r != NULL)
        checkup_note(p, "key", same ? WELL : ILL, same ? TEXT_DOCTOR_KEY : TEXT_DOCTOR_KEY_OTHER,
                     path);
    PQclear(r);
    return r != NULL;
}

static bool check_synchronised(struct ctl *ctl, struct checkup *p)
{
    bool kept = machine_clock_is_kept();

    (void)ctl;
    checkup_note(p, "synchronised", kept ? WELL : NOTE, kept ? TEXT_DOCTOR_NTP : TEXT_DOCTOR_NO_NTP,
                 "");
    return true;
}

/* If the database is on this machine. */
static bool check_disk(struct ctl *ctl, struct checkup *p)
{
    PGresult *r = db_query(ctl->db, "SELECT vekha.data_folder()", 0, NULL);
    const char *path = r != NULL && PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    struct machine_disk disk;
    char detail[DETAIL_MAX];

    if (path != NULL && machine_disk(path, &disk)) {
        snprintf(detail, sizeof detail, "%s: %" PRIu64 " / %" PRIu64 " MiB", path, disk.free_mib,
                 disk.all_mib);
        checkup_finding(p, "disk", finding_of_disk(disk.free_mib, disk.all_mib), detail);
    }
    PQclear(r);
    return r != NULL;
}

static bool check_descriptors(struct ctl *ctl, struct checkup *p)
{
    struct machine_files files;
    char detail[DETAIL_MAX];

    if (machine_files("vekhad", settings_path(ctl), &files)) {
        snprintf(detail, sizeof detail, "%ld / %ld", files.open, files.limit);
        checkup_finding(p, "descriptors", finding_of_files(files.open, files.limit), detail);
    }
    return true;
}

static bool check_packages(struct ctl *ctl, struct checkup *p)
{
    struct str holes;
    char count[COUNT_MAX];
    size_t looked;

    (void)ctl;
    str_init(&holes, DETAIL_MAX);
    machine_holes(&holes, &looked);
    snprintf(count, sizeof count, "%zu", looked);
    if (holes.len > 0)
        checkup_note(p, "packages", ILL, TEXT_DOCTOR_HOLES, str_text(&holes));
    else if (looked > 0)
        checkup_note(p, "packages", WELL, TEXT_DOCTOR_NO_HOLES, count);
    str_finish(&holes);
    return true;
}

static bool (*const parts[])(struct ctl *ctl, struct checkup *p) = {
    check_key, check_synchronised, check_disk, check_descriptors, check_packages,
};

bool checkup_machine(struct ctl *ctl, struct checkup *p)
{
    bool good = true;

    for (size_t i = 0; good && i < sizeof parts / sizeof *parts; i++)
        good = parts[i](ctl, p);
    return good;
}

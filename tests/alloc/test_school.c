/* What a school's programs do when memory is refused: a sheet is read whole or not at all, a submission is in the spool whole or not at
 * all, and what is there stays there. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "each.h"

#include "../unit/part_sample.h"
#include "agent/pages.h"
#include "agent/part.h"
#include "sheet/reading.h"
#include "sheet/sheet.h"
#include "spool/compose.h"
#include "spool/filed.h"
#include "spool/spool.h"
#include "wire/wire.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char root[64];
static struct spool *spool;

static int set_up(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/vekha-alloc-XXXXXX");
    if (mkdtemp(root) == NULL)
        return -1;
    spool = spool_open(root, NULL, NULL, NULL);
    return spool != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[96];
    (void)state;
    spool_close(spool);
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static size_t files_in(const char *folder)
{
    char path[128];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/%s", root, folder);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        n += d->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* --- composing ------------------------------------------------------------------------------- */

static const struct sheet_row rows[] = {
    {.kind = ROW_FIGURE,
     .figure = {.indicator = "consultations",
                .period = 2020009,
                .as_of = DATE_NONE,
                .expected = DATE_NONE,
                .state = FIGURE_VALUE,
                .has_value = true,
                .value = {150, 0},
                .note = "заметка"}},
    {.kind = ROW_FIGURE,
     .figure = {.indicator = "coverage",
                .period = 2020009,
                .as_of = DATE_NONE,
                .expected = DATE_NONE,
                .state = FIGURE_NO_DATA}},
};

/* A whole submission of all rows, or none; and nothing half written. */
static void look_at_new(bool done)
{
    struct uuid *ids;
    struct spool_entry e;
    struct filed f;
    size_t n;
    struct filed_reader *reader = filed_reader_new();
    assert_true(spool_list(spool, SPOOL_NEW, &ids, &n));
    assert_int_equal(n, done);
    assert_int_equal(files_in("tmp"), 0);
    assert_int_equal(files_in("bad"), 0);
    for (size_t i = 0; i < n; i++) {
        char path[160], name[UUID_TEXT_MAX];
        assert_int_equal(spool_load(spool, SPOOL_NEW, ids[i], &e), SPOOL_OK);
        assert_true(filed_read(reader, &e, SPOOL_NEW, &f));
        assert_int_equal(f.submission->n_figures, COUNT(rows));
        assert_string_equal(f.submission->figures[0].note, "заметка");
        spool_entry_finish(&e);
        snprintf(path, sizeof path, "%s/new/%s", root, uuid_format(ids[i], name));
        assert_int_equal(unlink(path), 0);
    }
    free(ids);
    filed_reader_free(reader);
}

static bool compose(void *arg)
{
    struct parcel *parcels = NULL;
    size_t n = 0;
    const struct compose_job job = {.spool = spool, .author = "Завуч", .lang = LANG_RU};
    (void)arg;
    errno = 0;
    bool done = compose_queue(&job, rows, COUNT(rows), &parcels, &n) == SPOOL_OK;
    if (!done && errno != ENOMEM)
        abort(); /* whoever typed it would be told another reason */
    free(parcels);
    return done;
}

static void look_at_composed(void *arg, bool done)
{
    (void)arg;
    look_at_new(done);
}

static void a_submission_is_in_the_spool_or_not(void **state)
{
    (void)state;
    assert_true(each_request(compose, look_at_composed, NULL) > 4);
}

/* --- what becomes of it ---------------------------------------------------------------------- */

static struct uuid queued;

static void queue_one(void)
{
    struct parcel *parcels;
    size_t n;
    const struct compose_job job = {.spool = spool, .lang = LANG_RU};
    assert_int_equal(compose_queue(&job, rows, COUNT(rows), &parcels, &n), SPOOL_OK);
    queued = parcels[0].id;
    free(parcels);
}

/* A sender's part: finds it, reads it, files it under its receipt. */
static bool settle(void *arg)
{
    struct spool_entry e = {.bytes = NULL};
    struct uuid *ids = NULL;
    struct filed f;
    struct arena *arena = arena_new(WIRE_MAX_UNPACKED);
    struct filed_reader *reader = filed_reader_new();
    struct figure_verdict verdicts[COUNT(rows)] = {{.verdict = VERDICT_ACCEPTED},
                                                   {.verdict = VERDICT_ACCEPTED}};
    struct message m = {.kind = MESSAGE_RECEIPT,
                        .u.receipt = {.number = 1, .n_figures = COUNT(rows), .figures = verdicts}};
    uint8_t *bytes;
    size_t n, len;
    (void)arg;
    bool done = arena != NULL && reader != NULL && spool_list(spool, SPOOL_NEW, &ids, &n) &&
                n == 1 && spool_load(spool, SPOOL_NEW, ids[0], &e) == SPOOL_OK &&
                filed_read(reader, &e, SPOOL_NEW, &f);
    if (done) {
        m.u.receipt.id = e.id;
        done = wire_pack(&m, arena, &bytes, &len) == WIRE_OK &&
               spool_settle(spool, &e, SPOOL_SENT, bytes, len);
    }
    spool_entry_finish(&e);
    free(ids);
    arena_free(arena);
    filed_reader_free(reader);
    return done;
}

/* It waits still, or is filed with its receipt; never both, never neither. */
static void look_at_settled(void *arg, bool done)
{
    struct spool_entry e;
    enum spool_folder folder;
    (void)arg;
    assert_true(spool_find(spool, queued, &folder));
    assert_int_equal(folder, done ? SPOOL_SENT : SPOOL_NEW);
    assert_int_equal(files_in("bad") + files_in("tmp") + files_in("refused"), 0);
    assert_int_equal(spool_load(spool, folder, queued, &e), SPOOL_OK);
    assert_true((e.file.answer.bytes != NULL) == done);
    spool_entry_finish(&e);
    if (done)
        queue_one();
}

static void what_waits_is_filed_or_waits_on(void **state)
{
    (void)state;
    queue_one();
    assert_true(each_request(settle, look_at_settled, NULL) > 4);
}

static struct spool *opened;

static bool open_again(void *arg)
{
    (void)arg;
    opened = spool_open(root, NULL, NULL, NULL);
    return opened != NULL;
}

static void look_at_opened(void *arg, bool done)
{
    enum spool_folder folder;
    (void)arg;
    (void)done;
    spool_close(opened);
    assert_true(spool_find(spool, queued, &folder) && folder == SPOOL_NEW);
}

static void a_spool_that_cannot_be_opened_keeps_what_it_has(void **state)
{
    (void)state;
    queue_one();
    assert_true(each_request(open_again, look_at_opened, NULL) > 4);
}

/* --- sheets ---------------------------------------------------------------------------------- */

struct reading {
    const char *bytes;
    struct sheet *sheet;
    size_t rows, errors, notes;
};

static bool read_sheet(void *arg)
{
    struct reading *r = arg;
    const struct figure defaults = reading_nothing();
    r->sheet = sheet_parse((const uint8_t *)r->bytes, strlen(r->bytes), NULL, &defaults);
    return r->sheet != NULL;
}

/* Without one row it would be another report, which nobody meant. */
static void look_at_sheet(void *arg, bool done)
{
    struct reading *r = arg;
    const struct sheet_row *read;
    const struct sheet_error *errors;
    const struct sheet_note *notes;
    if (!done)
        return;
    assert_int_equal(sheet_rows(r->sheet, &read), r->rows);
    assert_int_equal(sheet_errors(r->sheet, &errors), r->errors);
    assert_int_equal(sheet_notes(r->sheet, &notes), r->notes);
    sheet_free(r->sheet);
}

static void a_sheet_is_read_whole_or_not(void **state)
{
    char bytes[8192] = "организация;показатель;период;значение;примечание\n";
    struct reading r = {.bytes = bytes, .rows = 99, .errors = 3, .notes = 0};
    (void)state;
    for (int i = 0; i < 100; i++)
        snprintf(bytes + strlen(bytes), sizeof bytes - strlen(bytes),
                 "s%d;consultations;2020-9M;%d;как есть\n", i, i);
    snprintf(bytes + strlen(bytes), sizeof bytes - strlen(bytes), "%s",
             ";;;;\ns0;consultations;2020-9M;7;дважды\ns101;consultations;2020-9M;много;\n");
    assert_true(each_request(read_sheet, look_at_sheet, &r) > 8);
}

/* --- the part -------------------------------------------------------------------------------- */

static struct part *part;

/* What the centre tells is kept in a file and read again. */
static bool keep_part(void *arg)
{
    struct pages *p = pages_new();
    const struct part_page first = {.next = "0.6", .n_lines = COUNT(head), .lines = head};
    const struct part_page last = {
        .after = "0.6", .tag = {1}, .n_lines = COUNT(body), .lines = body};
    (void)arg;
    bool kept = p != NULL && pages_add(p, &first, NULL) && pages_add(p, &last, NULL) &&
                pages_save(p, root, 1601002800000000);
    pages_free(p);
    part = kept ? part_open(root) : NULL;
    return part != NULL;
}

/* An old one is still of use, so there is one, and it is whole. */
static void look_at_part(void *arg, bool done)
{
    (void)arg;
    struct part *kept = done ? part : part_open(root);
    assert_non_null(kept);
    assert_int_equal(part_organisations(kept), 1);
    assert_int_equal(part_indicators(kept), 2);
    const struct part_series *s = part_series_of(kept, NULL, "consultations");
    assert_true(s != NULL && s->owed && s->has_plan && s->n_figures == 1);
    part_free(kept);
}

static void the_part_that_is_kept_stays_whole(void **state)
{
    (void)state;
    assert_true(each_request(keep_part, look_at_part, NULL) > 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_submission_is_in_the_spool_or_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_waits_is_filed_or_waits_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_spool_that_cannot_be_opened_keeps_what_it_has, set_up,
                                        tear_down),
        cmocka_unit_test(a_sheet_is_read_whole_or_not),
        cmocka_unit_test_setup_teardown(the_part_that_is_kept_stays_whole, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

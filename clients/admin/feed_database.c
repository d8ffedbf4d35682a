/* feed_database: listens, reads, and places what a daemon that died has left, so that it works with
 * every daemon down. */
#include "admin/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "admin/db.h"
#include "admin/text.h"
#include "wire/step.h"

enum {
    MAX_STEPS = 64, /* of one query */
    MAX_PLACED = 1000,
    TEXTS_MAX = 4 * 1024 * 1024, /* bytes of so many steps, if all had to be tamed */
    POLL_MS = 5000,              /* a lost notification, or a daemon that died */
    MAX_DELAY_S = 30,
};

struct from_database {
    struct feed feed;
    struct ctl *ctl;
    struct arena *arena;
    PGresult *rows;
    bool listening;
    struct alert_step steps[MAX_STEPS];
};

static bool place(struct from_database *f, int64_t *ret_newest)
{
    char max[12];
    const char *const params[] = {max};
    PGresult *r;

    snprintf(max, sizeof max, "%d", MAX_PLACED);
    r = db_query(f->ctl->db, "SELECT newest FROM vekha.place_feed($1)", 1, params);
    if (r != NULL)
        *ret_newest = db_number(r, 0, 0);
    PQclear(r);
    return r != NULL;
}

/* Where there is no step, its columns are null. */
static void take_row(struct from_database *f, int row, struct steps *ret)
{
    const char *columns[STEP_COLUMN_COUNT];

    for (int i = 0; i < STEP_COLUMN_COUNT; i++)
        columns[i] = db_text(f->rows, row, STEP_READ_STEP + i);
    if (step_read(columns, f->arena, &f->steps[ret->n_steps]))
        ret->n_steps++;
    else if (columns[STEP_POSITION] != NULL)
        complain(f->ctl->lang, TEXT_WATCH_BAD_STEP, columns[STEP_POSITION]);
}

static void take_rows(struct from_database *f, struct steps *ret)
{
    arena_reset(f->arena);
    *ret = (struct steps){.steps = f->steps,
                          .position = db_number(f->rows, 0, STEP_READ_THROUGH),
                          .position_us = db_number(f->rows, 0, STEP_READ_THROUGH_US)};
    for (int row = 0; row < PQntuples(f->rows) && row < MAX_STEPS; row++)
        take_row(f, row, ret);
}

/* What a look finds besides steps. */
struct view {
    int64_t newest, after_us; /* the greatest position; when the step at `after` was made */
};

static bool read_on(struct from_database *f, int64_t after, struct steps *ret, struct view *view)
{
    char from[24], max[12];
    const char *const params[] = {from, max, NULL}; /* of all organisations */

    snprintf(from, sizeof from, "%lld", (long long)after);
    snprintf(max, sizeof max, "%d", MAX_STEPS);
    PQclear(f->rows);
    f->rows = db_query(f->ctl->db, STEP_READ, 3, params);
    if (f->rows == NULL)
        return false;
    *view = (struct view){db_number(f->rows, 0, STEP_READ_NEWEST),
                          db_number(f->rows, 0, STEP_READ_AFTER_US)};
    take_rows(f, ret);
    return true;
}

/* One look; false if the database did not answer. */
static bool look(struct from_database *f, int64_t after, struct steps *ret, struct view *view)
{
    f->listening = f->listening || db_do(f->ctl->db, "LISTEN vekha_feed", 0, NULL);
    return f->listening && place(f, &view->newest) &&
           read_on(f, after == FEED_FROM_NOW ? view->newest : after, ret, view);
}

/* False if it is not the connection that is wrong. */
static bool come_back(struct from_database *f)
{
    if (!db_is_lost(f->ctl->db))
        return false;
    f->listening = false;
    for (unsigned delay = 1; !db_reconnect(f->ctl->db);
         delay = delay * 2 < MAX_DELAY_S ? delay * 2 : MAX_DELAY_S)
        sleep(delay);
    complain(f->ctl->lang, TEXT_WATCH_DATABASE_BACK);
    return true;
}

static int bad_position(const struct from_database *f, const struct bookmark *after)
{
    char asked[24];

    snprintf(asked, sizeof asked, "%lld", (long long)after->position);
    complain(f->ctl->lang, TEXT_WATCH_BAD_POSITION, asked);
    return CTL_REFUSED;
}

static bool is_where_it_was(const struct bookmark *after, const struct view *view)
{
    return after->position <= view->newest && (after->us == 0 || after->us == view->after_us);
}

static int next(struct feed *feed, const struct bookmark *after, struct steps *ret)
{
    struct from_database *f = (struct from_database *)feed;
    struct view view;

    for (;;) {
        if (!look(f, after->position, ret, &view)) {
            if (!come_back(f))
                return db_exit(f->ctl->db);
        } else if (!is_where_it_was(after, &view)) {
            return bad_position(f, after);
        } else if (ret->position != after->position) {
            return CTL_DONE;
        } else {
            db_wait(f->ctl->db, POLL_MS);
        }
    }
}

static void free_database(struct feed *feed)
{
    struct from_database *f = (struct from_database *)feed;

    PQclear(f->rows);
    arena_free(f->arena);
    free(f);
}

struct feed *feed_of_database(struct ctl *ctl)
{
    struct from_database *f = calloc(1, sizeof *f);

    if (f == NULL || (f->arena = arena_new(TEXTS_MAX)) == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        free(f);
        return NULL;
    }
    f->feed = (struct feed){next, free_database};
    f->ctl = ctl;
    db_expect_loss(ctl->db);
    return &f->feed;
}

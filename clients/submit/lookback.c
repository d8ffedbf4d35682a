/* lookback: --list and --receipt: everything the spool knows, whatever became of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "submit/commands.h"
#include "school/texts.h"

static const enum spool_folder kept[] = {SPOOL_SENT, SPOOL_REFUSED, SPOOL_NEW};

enum { KEPT = sizeof kept / sizeof *kept, LEAST_ID = 8 };

struct place {
    struct uuid id;
    enum spool_folder folder;
};

static int by_time(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return uuid_compare(x->id, y->id);
}

/* Everything the spool knows, oldest first. */
static bool list_places(struct work *w, struct place **ret, size_t *ret_n)
{
    struct uuid *ids[KEPT] = {NULL};
    size_t n[KEPT] = {0}, all = 0;
    struct place *places = NULL;
    bool done = true;
    for (size_t f = 0; f < KEPT && done; f++) {
        done = spool_list(w->spool, kept[f], &ids[f], &n[f]);
        all += n[f];
    }
    places = done ? calloc(all + 1, sizeof *places) : NULL;
    all = 0;
    for (size_t f = 0; f < KEPT; f++) {
        for (size_t i = 0; i < n[f] && places != NULL; i++)
            places[all++] = (struct place){ids[f][i], kept[f]};
        free(ids[f]);
    }
    if (places == NULL)
        return false;
    qsort(places, all, sizeof *places, by_time);
    *ret = places;
    *ret_n = all;
    return true;
}

typedef void show(struct answer *a, const struct filed *f);

static bool show_place(struct work *w, struct filed_reader *reader, const struct place *p,
                       show *each)
{
    struct spool_entry e;
    struct filed f;
    bool shown = false;
    if (spool_load(w->spool, p->folder, p->id, &e) == SPOOL_OK) {
        shown = filed_read(reader, &e, p->folder, &f);
        if (shown)
            each(w->answer, &f);
        spool_entry_finish(&e);
    }
    return shown;
}

/* How much of the ids tells them apart, as --receipt takes them. */
static size_t telling_length(const struct place *places, size_t n)
{
    size_t longest = LEAST_ID;
    for (size_t i = 1; i < n; i++) {
        char a[UUID_TEXT_MAX], b[UUID_TEXT_MAX];
        size_t same = 0;
        uuid_format(places[i - 1].id, a);
        uuid_format(places[i].id, b);
        while (a[same] != '\0' && a[same] == b[same])
            same++;
        longest = a[same] != '\0' && same + 1 > longest ? same + 1 : longest;
    }
    return longest;
}

int command_list(struct work *w)
{
    struct filed_reader *reader = filed_reader_new();
    struct place *places = NULL;
    size_t n = 0;
    int code = EXIT_DONE;
    if (reader == NULL || !list_places(w, &places, &n))
        code = work_complain_spool(w, SPOOL_DISK);
    answer_id_length(w->answer, telling_length(places, n));
    for (size_t i = 0; i < n; i++)
        show_place(w, reader, &places[i], answer_listed);
    if (n == 0 && code == EXIT_DONE && !w->options->json)
        say_to(stdout, w->lang, SAY_LIST_EMPTY);
    filed_reader_free(reader);
    free(places);
    return answer_finish(w->answer) ? code : EXIT_REFUSED;
}

/* Ids begin with a zero for some centuries yet, numbers of receipts never do. */
static bool is_number(const char *text)
{
    return *text != '0' && *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool has_number(struct work *w, struct filed_reader *reader, const struct place *p,
                       const char *text)
{
    struct spool_entry e;
    struct filed f;
    char number[32] = "";
    if (p->folder == SPOOL_SENT && spool_load(w->spool, p->folder, p->id, &e) == SPOOL_OK) {
        if (filed_read(reader, &e, p->folder, &f) && f.receipt != NULL)
            snprintf(number, sizeof number, "%" PRIu64, f.receipt->number);
        spool_entry_finish(&e);
    }
    return strcmp(number, text) == 0;
}

static const struct place *find_by_number(struct work *w, struct filed_reader *reader,
                                          const struct place *places, size_t n, const char *text)
{
    for (size_t i = n; i > 0; i--) /* the newest is asked for most */
        if (has_number(w, reader, &places[i - 1], text))
            return &places[i - 1];
    return NULL;
}

/* The one place whose id begins with text; a settled one before the same still queued. */
static const struct place *find_by_id(const struct place *places, size_t n, const char *text,
                                      bool *ret_several)
{
    const struct place *found = NULL;
    *ret_several = false;
    for (size_t i = 0; i < n; i++) {
        char id[UUID_TEXT_MAX];
        uuid_format(places[i].id, id);
        if (strncasecmp(id, text, strlen(text)) != 0)
            continue;
        if (found != NULL && uuid_compare(found->id, places[i].id) != 0)
            *ret_several = true;
        else if (found == NULL || found->folder == SPOOL_NEW)
            found = &places[i];
    }
    return found;
}

int command_receipt(struct work *w)
{
    const char *text = w->options->argument;
    struct filed_reader *reader = filed_reader_new();
    struct place *places = NULL;
    size_t n = 0;
    int code = EXIT_REFUSED;
    bool several = false;
    if (reader == NULL || !list_places(w, &places, &n)) {
        code = work_complain_spool(w, SPOOL_DISK);
        goto end;
    }
    const struct place *p = is_number(text) ? find_by_number(w, reader, places, n, text)
                                            : find_by_id(places, n, text, &several);
    if (p == NULL || several || !show_place(w, reader, p, answer_filed))
        say_to(stderr, w->lang, several ? SAY_SEVERAL_SUCH : SAY_NO_SUCH_SUBMISSION, text);
    else if (answer_refused(w->answer) == 0)
        code = p->folder == SPOOL_NEW ? EXIT_KEPT : EXIT_DONE;
    if (!answer_finish(w->answer))
        code = EXIT_REFUSED;
end:
    filed_reader_free(reader);
    free(places);
    return code;
}

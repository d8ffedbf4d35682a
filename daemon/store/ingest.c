/* ingest: see ingest.h.  The parameters are columns: one array for each, filled row by row. */
#include "store/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "store/array.h"
#include "base/clock.h"
#include "log.h"
#include "wire/wire.h"

/* Parameters of vekha.ingest() in their order; $1 is the time. */
enum column {
    S_ID,
    S_AGENT,
    S_DOOR,
    S_AUTHOR,
    S_COMPOSED,
    S_SHA256,
    F_SUBMISSION,
    F_LINE,
    F_ORGANISATION,
    F_PERIOD,
    F_INDICATOR,
    F_AS_OF,
    F_STATE,
    F_VALUE,
    F_OF,
    F_EXPECTED,
    F_METHOD,
    F_NOTE,
    F_VERDICT,
    F_TEXT,
    N_SUBMISSION,
    N_LINE,
    N_ORGANISATION,
    N_PROJECT,
    N_PERIOD,
    N_AS_OF,
    N_TEXTS, /* one column for each text of a narrative */
    N_VERDICT = N_TEXTS + NARRATIVE_TEXTS,
    N_TOLD,
    COLUMN_COUNT,
};

_Static_assert((int)COLUMN_COUNT < (int)PG_MAX_PARAMS, "and the time");

static const enum array_type types[COLUMN_COUNT] = {
    [S_ID] = ARRAY_UUID,
    [S_AGENT] = ARRAY_INTEGER,
    [S_DOOR] = ARRAY_ENUM,
    [S_AUTHOR] = ARRAY_TEXT,
    [S_COMPOSED] = ARRAY_TIME,
    [S_SHA256] = ARRAY_BYTES,
    [F_SUBMISSION] = ARRAY_INTEGER,
    [F_LINE] = ARRAY_SMALLINT,
    [F_ORGANISATION] = ARRAY_INTEGER,
    [F_PERIOD] = ARRAY_INTEGER,
    [F_INDICATOR] = ARRAY_INTEGER,
    [F_AS_OF] = ARRAY_DATE,
    [F_STATE] = ARRAY_ENUM,
    [F_VALUE] = ARRAY_NUMERIC,
    [F_OF] = ARRAY_NUMERIC,
    [F_EXPECTED] = ARRAY_DATE,
    [F_METHOD] = ARRAY_TEXT,
    [F_NOTE] = ARRAY_TEXT,
    [F_VERDICT] = ARRAY_SMALLINT,
    [F_TEXT] = ARRAY_TEXT,
    [N_SUBMISSION] = ARRAY_INTEGER,
    [N_LINE] = ARRAY_SMALLINT,
    [N_ORGANISATION] = ARRAY_INTEGER,
    [N_PROJECT] = ARRAY_INTEGER,
    [N_PERIOD] = ARRAY_INTEGER,
    [N_AS_OF] = ARRAY_DATE,
    [N_TEXTS + NARRATIVE_TEXT] = ARRAY_TEXT,
    [N_TEXTS + NARRATIVE_CAUSE] = ARRAY_TEXT,
    [N_TEXTS + NARRATIVE_MEASURE] = ARRAY_TEXT,
    [N_TEXTS + NARRATIVE_NEXT_STEP] = ARRAY_TEXT,
    [N_TEXTS + NARRATIVE_ANSWERABLE] = ARRAY_TEXT,
    [N_VERDICT] = ARRAY_SMALLINT,
    [N_TOLD] = ARRAY_TEXT,
};

/* A verdict and its reason are one number in the database: verdict * 100 + reason.  A figure that is
 * rejected unless exactly the same stands is given as a verdict of its own, and told by another. */
enum { VERDICT_UNIT = 100, VERDICT_REJECTED_UNLESS_SAME = 9 };

/* Texts of a stored receipt come in one, divided by a control character that no text may hold; an
 * empty one is an absent one. */
#define TEXT_DIVIDER '\x1f'

const struct pg_statement ingest_statements[] = {
    {"ingest", "SELECT ord, outcome, number, (extract(epoch FROM received_at) * 1000000)::bigint,"
               " array_to_string(verdicts, ','), array_to_string(texts, chr(31), ''),"
               " array_to_string(narrative_verdicts, ','),"
               " array_to_string(narrative_texts, chr(31), '')"
               " FROM vekha.ingest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
               " $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30,"
               " $31, $32, $33, $34)"},
    {NULL, NULL},
};

enum row_field {
    ROW_ORD,
    ROW_OUTCOME,
    ROW_NUMBER,
    ROW_RECEIVED,
    ROW_VERDICTS,
    ROW_TEXTS,
    ROW_NARRATIVE_VERDICTS,
    ROW_NARRATIVE_TEXTS,
};

/* The verdicts of a receipt being answered, on its figures or on its narratives. */
struct verdicts {
    struct figure_verdict *list;
    size_t room;
    char *texts; /* which the verdicts point into */
};

struct ingest {
    struct array columns[COLUMN_COUNT];
    char now[CLOCK_TEXT_MAX];
    struct verdicts figures, narratives;
};

static const char *door_label(enum door door)
{
    static const char *const labels[] = {
        [DOOR_WIRE] = "wire",
        [DOOR_IMPORT] = "import",
        [DOOR_WEB] = "web",
        [DOOR_CONTROL] = "control",
    };

    return labels[door];
}

/* --- there --- */

static void add_optional(struct array *column, bool present, struct decimal value)
{
    if (present)
        array_add_decimal(column, value);
    else
        array_add_null(column);
}

static int32_t verdict_number(enum verdict verdict, enum reason reason)
{
    return verdict == 0 ? 0 : (int32_t)verdict * VERDICT_UNIT + (int32_t)reason;
}

static void add_figure(struct array *c, size_t submission, size_t line,
                       const struct stored_figure *f)
{
    bool rejected = f->verdict == VERDICT_REJECTED && !f->unless_same;

    array_add_int(&c[F_SUBMISSION], (int32_t)submission);
    array_add_int(&c[F_LINE], (int32_t)line);
    array_add_int(&c[F_ORGANISATION], f->organisation);
    array_add_int(&c[F_PERIOD], f->period);
    array_add_int(&c[F_INDICATOR], f->indicator);
    array_add_date(&c[F_AS_OF], rejected ? DATE_NONE : f->as_of);
    array_add_label(&c[F_STATE], rejected ? NULL : figure_state_name(f->state));
    add_optional(&c[F_VALUE], f->has_value && !rejected, f->value);
    add_optional(&c[F_OF], f->has_of && !rejected, f->of);
    array_add_date(&c[F_EXPECTED], rejected ? DATE_NONE : f->expected);
    array_add_text(&c[F_METHOD], rejected ? NULL : f->method);
    array_add_text(&c[F_NOTE], rejected ? NULL : f->note);
    array_add_int(&c[F_VERDICT],
                  f->unless_same ? VERDICT_REJECTED_UNLESS_SAME * VERDICT_UNIT + (int32_t)f->reason
                                 : verdict_number(f->verdict, f->reason));
    array_add_text(&c[F_TEXT], f->text);
}

static void add_narrative(struct array *c, size_t submission, size_t line,
                          const struct stored_narrative *n)
{
    bool rejected = n->verdict == VERDICT_REJECTED;

    array_add_int(&c[N_SUBMISSION], (int32_t)submission);
    array_add_int(&c[N_LINE], (int32_t)line);
    array_add_int(&c[N_ORGANISATION], n->organisation);
    array_add_int(&c[N_PROJECT], n->project);
    array_add_int(&c[N_PERIOD], n->period);
    array_add_date(&c[N_AS_OF], rejected ? DATE_NONE : n->as_of);
    for (size_t t = 0; t < NARRATIVE_TEXTS; t++)
        array_add_text(&c[N_TEXTS + t], rejected ? NULL : n->texts[t]);
    array_add_int(&c[N_VERDICT], verdict_number(n->verdict, n->reason));
    array_add_text(&c[N_TOLD], n->text);
}

static void add_submission(struct array *c, size_t ord, const struct stored_submission *s)
{
    array_add_uuid(&c[S_ID], s->id);
    array_add_int(&c[S_AGENT], s->agent);
    array_add_label(&c[S_DOOR], door_label(s->door));
    array_add_text(&c[S_AUTHOR], s->author);
    array_add_time(&c[S_COMPOSED], s->composed_us);
    array_add_bytes(&c[S_SHA256], s->sha256, sizeof s->sha256);
    for (size_t i = 0; i < s->n_figures; i++)
        add_figure(c, ord, i + 1, &s->figures[i]);
    for (size_t i = 0; i < s->n_narratives; i++)
        add_narrative(c, ord, i + 1, &s->narratives[i]);
}

bool ingest_fill(struct ingest *in, const struct group *g, int64_t now_us, struct pg_call *ret)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        array_clear(&in->columns[i]);
    for (size_t i = 0; i < g->n_members; i++)
        add_submission(in->columns, i + 1, group_submission(g, i));
    *ret = (struct pg_call){.statement = &ingest_statements[0], .n_params = COLUMN_COUNT + 1};
    ret->params[0] = clock_format(now_us, in->now);
    return array_bind(in->columns, COLUMN_COUNT, ret, 1);
}

/* --- and back --- */

static bool reserve_verdicts(struct verdicts *v, size_t n)
{
    struct figure_verdict *list;

    if (n <= v->room)
        return true;
    list = reallocarray(v->list, n, sizeof *list);
    if (!list)
        return false;
    v->list = list;
    v->room = n;
    return true;
}

/* "100,650,200": as many as the submission has figures, or narratives. */
static bool read_numbers(struct verdicts *v, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *end;
        long number = strtol(text, &end, 10);

        if (end == text || number < 0 || (*end != ',' && *end != '\0'))
            return false;
        v->list[i] = (struct figure_verdict){
            .verdict = (enum verdict)(number / VERDICT_UNIT),
            .reason = (enum reason)(number % VERDICT_UNIT),
        };
        text = *end == ',' ? end + 1 : end;
    }
    return *text == '\0';
}

/* Cuts the texts apart where they are. */
static void cut_texts(struct verdicts *v, size_t n)
{
    char *text = v->texts;

    for (size_t i = 0; text && i < n; i++) {
        char *end = strchr(text, TEXT_DIVIDER);

        if (end)
            *end = '\0';
        v->list[i].text = *text ? text : NULL;
        text = end ? end + 1 : NULL;
    }
}

static bool read_verdicts(struct verdicts *v, size_t n, const PGresult *rows, int row,
                          enum row_field numbers, enum row_field texts)
{
    bool told = !PQgetisnull(rows, row, (int)texts);

    free(v->texts);
    v->texts = told ? strdup(PQgetvalue(rows, row, (int)texts)) : NULL;
    if ((told && !v->texts) || !reserve_verdicts(v, n) ||
        !read_numbers(v, PQgetvalue(rows, row, (int)numbers), n))
        return false;
    cut_texts(v, n);
    return true;
}

static int64_t number_at(const PGresult *rows, int row, enum row_field field)
{
    return strtoll(PQgetvalue(rows, row, (int)field), NULL, 10);
}

/* A daemon of the version before knew no narratives: what it stored has no verdicts on them, and a
 * repeat of it is told so again. */
static void answer_with_receipt(struct ingest *in, struct group *g, size_t member,
                                enum store_outcome outcome, const PGresult *rows, int row)
{
    const struct stored_submission *s = group_submission(g, member);
    bool judged = !PQgetisnull(rows, row, ROW_NARRATIVE_VERDICTS);
    struct receipt receipt = {
        .id = s->id,
        .number = (uint64_t)number_at(rows, row, ROW_NUMBER),
        .received_us = number_at(rows, row, ROW_RECEIVED),
        .n_figures = s->n_figures,
        .n_narratives = judged ? s->n_narratives : 0,
    };

    if (!read_verdicts(&in->figures, receipt.n_figures, rows, row, ROW_VERDICTS, ROW_TEXTS) ||
        !read_verdicts(&in->narratives, receipt.n_narratives, rows, row, ROW_NARRATIVE_VERDICTS,
                       ROW_NARRATIVE_TEXTS)) {
        log_error("store: receipt %llu cannot be read", (unsigned long long)receipt.number);
        return;
    }
    receipt.figures = in->figures.list;
    receipt.narratives = in->narratives.list;
    group_answer(g, member, outcome, &receipt);
}

void ingest_answer(struct ingest *in, struct group *g, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        const char *outcome = PQgetvalue(rows, row, ROW_OUTCOME);
        int64_t ord = number_at(rows, row, ROW_ORD);

        if (ord < 1 || (size_t)ord > g->n_members)
            log_error("store: an answer for submission %lld of %zu", (long long)ord, g->n_members);
        else if (strcmp(outcome, "altered") == 0)
            group_answer(g, (size_t)ord - 1, STORE_ALTERED, NULL);
        else
            answer_with_receipt(in, g, (size_t)ord - 1,
                                strcmp(outcome, "repeat") == 0 ? STORE_REPEATED : STORE_STORED,
                                rows, row);
    }
}

/* --- the module --- */

struct ingest *ingest_new(void)
{
    struct ingest *in = calloc(1, sizeof *in);

    for (size_t i = 0; in && i < COLUMN_COUNT; i++)
        array_init(&in->columns[i], types[i]);
    return in;
}

static void finish_verdicts(struct verdicts *v)
{
    free(v->list);
    free(v->texts);
}

void ingest_free(struct ingest *in)
{
    if (!in)
        return;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        array_finish(&in->columns[i]);
    finish_verdicts(&in->figures);
    finish_verdicts(&in->narratives);
    free(in);
}

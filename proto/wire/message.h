/* message: what travels between a school and the centre, as plain structs.
 *
 * protobuf-c stays inside this library: programs fill a struct message and pack it, or unpack bytes
 * into one. Every text in an unpacked message is clean UTF-8 without NUL or control characters and
 * within limits.h, every enum is known, every decimal valid in form; what is wrong with a single
 * figure or narrative is kept as a `flaw`, so that its neighbours still count. */
#ifndef VEKHA_WIRE_MESSAGE_H
#define VEKHA_WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/lang.h"
#include "base/period.h"
#include "base/uuid.h"
#include "wire/keys.h"
#include "wire/limits.h"

/* The numbers of the enums are those of vekha.proto. */
enum figure_state {
    FIGURE_VALUE = 1,
    FIGURE_NOT_APPLICABLE,
    FIGURE_NO_DATA,
    FIGURE_WITHDRAWN,
    FIGURE_NOT_DONE,
    FIGURE_IN_PROGRESS,
    FIGURE_DONE,
};

enum verdict {
    VERDICT_ACCEPTED = 1,
    VERDICT_WARNING,
    VERDICT_UNCHANGED,
    VERDICT_REPLACED,
    VERDICT_OUTDATED,
    VERDICT_REJECTED,
};

enum reason {
    REASON_NONE,
    REASON_UNKNOWN_ORGANISATION,
    REASON_NOT_YOURS,
    REASON_ORGANISATION_CLOSED,
    REASON_UNKNOWN_INDICATOR,
    REASON_BAD_PERIOD,
    REASON_PERIOD_OUT_OF_RANGE,
    REASON_PERIOD_NOT_BEGUN,
    REASON_BAD_AS_OF,
    REASON_AS_OF_IN_FUTURE,
    REASON_AS_OF_OUTSIDE_PERIOD,
    REASON_BAD_STATE,
    REASON_VALUE_MISSING,
    REASON_VALUE_UNEXPECTED,
    REASON_BAD_VALUE,
    REASON_NEGATIVE,
    REASON_NOT_WHOLE,
    REASON_OF_MISSING,
    REASON_OF_UNEXPECTED,
    REASON_MORE_THAN_ALL,
    REASON_TWICE_IN_SUBMISSION,
    REASON_BAD_TEXT,
    REASON_BAD_EXPECTED,
    REASON_PERIOD_CLOSED,
    REASON_UNKNOWN_PROJECT = 30,
    REASON_TEXT_MISSING,
    REASON_TEXT_UNEXPECTED,
    REASON_UNKNOWN_QUESTION = 40,
    REASON_QUESTION_SETTLED,
    REASON_CLOCK_AHEAD = 50,
    REASON_LONG_AGO,
};

enum later_reason { LATER_CREDITS = 1, LATER_DATABASE_AWAY, LATER_STOPPING };

enum refusal_reason {
    REFUSAL_MALFORMED = 1,
    REFUSAL_VERSION,
    REFUSAL_REVOKED,
    REFUSAL_BAD_ID,
    REFUSAL_ALTERED,
    REFUSAL_EMPTY,
    REFUSAL_TOO_MANY_FIGURES,
    REFUSAL_POISONED,
    REFUSAL_BAD_POSITION,
    REFUSAL_INVITED,
    REFUSAL_INVITATION_USED,
    REFUSAL_INVITATION_OVER,
    REFUSAL_KEY_TAKEN,
    REFUSAL_TOO_MANY_KEYS,
};

enum message_kind {
    MESSAGE_HELLO = 2, /* the field numbers of Envelope.body */
    MESSAGE_WELCOME,
    MESSAGE_SUBMISSION,
    MESSAGE_RECEIPT,
    MESSAGE_LATER,
    MESSAGE_REFUSAL,
    MESSAGE_STANDING,
    MESSAGE_PING,
    MESSAGE_PONG,
    MESSAGE_WATCH,
    MESSAGE_STEPS,
    MESSAGE_CONSULT,
    MESSAGE_PART,
    MESSAGE_HEAR,
    MESSAGE_QUESTIONS,
    MESSAGE_REPLY,
    MESSAGE_ENROL = 20,
    MESSAGE_ENROLLED,
};

/* One figure of a submission.  Absent texts are NULL, absent dates DATE_NONE. */
struct figure {
    const char *organisation; /* NULL: the agent's own */
    const char *indicator; /* never NULL once unpacked; "" where the flaw is that there is none */
    period_t period;       /* PERIOD_NONE if flawed */
    date_t as_of;
    date_t expected;
    enum figure_state state;
    bool has_value, has_of;
    struct decimal value, of;
    const char *method;
    const char *note;
    enum reason flaw; /* REASON_NONE, or what unpacking found wrong with this figure alone */
};

/* The texts of a narrative, in the order in which they are read. */
enum narrative_text {
    NARRATIVE_TEXT, /* how things stand */
    NARRATIVE_CAUSE,
    NARRATIVE_MEASURE,
    NARRATIVE_NEXT_STEP,
    NARRATIVE_ANSWERABLE, /* a post, not a name */
    NARRATIVE_TEXTS,
};

/* One narrative of a submission: how a project stands, in prose.  Absent texts are NULL. */
struct narrative {
    const char *organisation; /* NULL: the agent's own */
    const char *project; /* never NULL once unpacked; "" where the flaw is that there is none */
    period_t period;     /* PERIOD_NONE if flawed */
    bool withdrawn;
    const char *texts[NARRATIVE_TEXTS];
    enum reason flaw;           /* REASON_NONE, or what unpacking found wrong with it alone */
    enum narrative_text flawed; /* the text, where the flaw is REASON_BAD_TEXT */
};

struct hello {
    const char *software;
    enum lang language;
};

struct welcome {
    const char *organisation, *organisation_name;
    uint32_t max_message_bytes, max_figures, credits;
    int64_t time_us;
    bool replay;
    uint32_t max_narratives; /* 0: the centre knows no narratives and would lose them */
    uint32_t max_steps;      /* 0: the centre has no feed */
    uint32_t max_part_lines; /* 0: the centre gives no part of the catalogue */
    uint32_t max_questions;  /* 0: the centre asks nothing, and would not understand a reply */
};

struct submission {
    struct uuid id;
    int64_t composed_us;
    const char *author; /* NULL if absent */
    enum lang language;
    size_t n_figures;
    struct figure *figures;
    size_t n_narratives;
    struct narrative *narratives;
};

/* On a figure, on a narrative, or on a reply. */
struct figure_verdict {
    enum verdict verdict;
    enum reason reason;
    const char *text; /* NULL if absent */
};

struct receipt {
    struct uuid id;
    uint64_t number;
    int64_t received_us;
    size_t n_figures;
    struct figure_verdict *figures;
    size_t n_narratives;
    struct figure_verdict *narratives;
    bool has_reply; /* the receipt of a reply, with neither of the above */
    struct figure_verdict reply;
};

struct later {
    bool has_id; /* else it answers a watch, a consult or a hear */
    struct uuid id;
    enum later_reason reason;
    uint32_t retry_after_ms;
};

struct refusal {
    bool has_id;
    struct uuid id;
    enum refusal_reason reason;
    const char *text;
};

struct standing {
    const char *organisation, *indicator, *status, *text;
    date_t as_of;
    bool has_fact, has_target;
    struct decimal fact, target;
};

struct ping {
    uint64_t token;
};

struct watch {
    bool from_now;
    int64_t after;    /* >= 0; unless from_now */
    int64_t after_us; /* when the step there was made; 0: not known */
    uint32_t max;     /* 0: as many as fit */
    bool one_language;
    enum lang language; /* if one_language: the other explanation is left out */
};

/* One step of an alert, as the feed has it.  Absent texts are NULL. */
struct alert_step {
    int64_t position, id, alert;
    int64_t at_us, opened_us, closed_us; /* closed_us if it closes */
    const char *event, *kind;            /* never NULL: "opens", "lag" */
    const char *from_level, *to_level;   /* NULL: not open before, not open any more */
    const char *organisation;            /* never NULL; codes */
    const char *indicator, *project, *status;
    const char *organisation_name[LANG_COUNT], *indicator_name[LANG_COUNT];
    const char *explanation[LANG_COUNT];
    struct decimal fact, plan_at;
    date_t as_of; /* DATE_NONE: none */
    bool closes, has_fact, has_plan_at, has_submission;
    struct uuid submission;
};

struct steps {
    size_t n_steps;
    struct alert_step *steps;
    int64_t position;    /* everything up to it was given */
    int64_t position_us; /* when the step there was made; 0: not known */
    bool more;
};

struct enrol {
    char public_key[KEY_TEXT_MAX]; /* Z85 */
    enum lang language;
};

struct enrolled {
    const char *organisation, *organisation_name;
};

/* Asks for a page of the part. */
struct consult {
    const char *after; /* NULL: the first */
    bool has_tag;
    uint8_t tag[WIRE_TAG];
};

/* A page of the part. */
struct part_page {
    const char *after; /* NULL: the first */
    const char *next;  /* NULL: the last */
    uint8_t tag[WIRE_TAG];
    bool unchanged; /* no lines then */
    size_t n_lines;
    const char **lines;
};

/* Asks for the open questions. */
struct hear {
    int64_t after; /* >= 0; 0: from the first */
};

/* What the centre wants to be made clear about a figure.  Absent texts are NULL. */
struct question {
    int64_t number; /* > 0 */
    int64_t asked_us;
    const char *text;   /* never NULL */
    const char *author; /* who asks */
    const char *indicator_name[LANG_COUNT];
    bool reported;        /* else there is no figure in force */
    struct figure figure; /* organisation, indicator, period; state and value if reported */
};

struct questions {
    size_t n_questions;
    struct question *questions;
    bool more;
};

/* A note that answers a question. */
struct reply {
    struct uuid id;
    int64_t composed_us;
    const char *author; /* NULL if absent */
    enum lang language;
    int64_t question; /* > 0 */
    const char *text; /* never NULL */
};

struct message {
    enum message_kind kind;
    union {
        struct hello hello;
        struct welcome welcome;
        struct submission submission;
        struct receipt receipt;
        struct later later;
        struct refusal refusal;
        struct standing standing;
        struct ping ping; /* ping and pong */
        struct watch watch;
        struct steps steps;
        struct enrol enrol;
        struct enrolled enrolled;
        struct consult consult;
        struct part_page part;
        struct hear hear;
        struct questions questions;
        struct reply reply;
    } u;
};

#endif

/* unpack: bytes from a stranger.  Each defect is found, is blamed on the message or on one figure
 * alone, and costs a bounded amount of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vekha.pb-c.h"
#include "wire/wire.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { VARINT = 0, BITS64 = 1, CONTENTS = 2, GROUP = 3, BITS32 = 5 };
enum { DEPTH_MAX = 4, UNKNOWN_MAX = 8, NUL_MAX = 16 };

static const uint8_t id_v7[UUID_BYTES] = {1,    0x74, 0xc2, 0, 0, 0, 0x70, 1,
                                          0x80, 2,    3,    4, 5, 6, 7,    8};
static const uint8_t id_v4[UUID_BYTES] = {1,    0x74, 0xc2, 0, 0, 0, 0x40, 1,
                                          0x80, 2,    3,    4, 5, 6, 7,    8};

/* Raw protobuf, written field by field; roomier than a message may be, to go beyond the limit. */
struct raw {
    size_t len;
    uint8_t bytes[2 * WIRE_MAX_MESSAGE];
};

static struct raw envelope, body, figure, narrative; /* the parts most tests put together */

static void put_byte(struct raw *r, unsigned byte)
{
    assert_true(r->len < sizeof r->bytes);
    r->bytes[r->len++] = (uint8_t)byte;
}

static void put_varint(struct raw *r, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_byte(r, (unsigned)(value & 0x7f) | 0x80);
    put_byte(r, (unsigned)value);
}

static void put_number(struct raw *r, uint64_t field, uint64_t value)
{
    put_varint(r, field << 3 | VARINT);
    put_varint(r, value);
}

static void put_bytes(struct raw *r, uint64_t field, const void *bytes, size_t len)
{
    put_varint(r, field << 3 | CONTENTS);
    put_varint(r, len);
    for (size_t i = 0; i < len; i++)
        put_byte(r, ((const uint8_t *)bytes)[i]);
}

static void put_string(struct raw *r, uint64_t field, const char *text)
{
    put_bytes(r, field, text, strlen(text));
}

static int set_up(void **state)
{
    envelope.len = body.len = figure.len = narrative.len = 0;
    *state = arena_new(WIRE_MAX_UNPACKED);
    return *state == NULL;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

/* An Envelope of our version with `body` in field `kind`; malloc'd to its exact size, so that
 * reading past it shows. */
static enum wire_error unpack_body(struct arena *a, unsigned kind, struct message *ret)
{
    envelope.len = 0;
    put_number(&envelope, 1, WIRE_VERSION);
    put_bytes(&envelope, kind, body.bytes, body.len);
    uint8_t *exact = malloc(envelope.len);
    assert_non_null(exact);
    memcpy(exact, envelope.bytes, envelope.len);
    arena_reset(a);
    enum wire_error error = wire_unpack(exact, envelope.len, a, ret);
    free(exact);
    return error;
}

static void begin_submission(const uint8_t id[UUID_BYTES])
{
    body.len = 0;
    put_bytes(&body, 1, id, UUID_BYTES);
    put_number(&body, 2, 1601002800000000);
}

/* A submission of `figure` and a sound neighbour. */
static enum wire_error unpack_figure(struct arena *a, struct message *ret)
{
    static struct raw sound;
    sound.len = 0;
    put_string(&sound, 2, "sound");
    put_string(&sound, 3, "2020-09");
    begin_submission(id_v7);
    put_bytes(&body, 5, figure.bytes, figure.len);
    put_bytes(&body, 5, sound.bytes, sound.len);
    enum wire_error error = unpack_body(a, MESSAGE_SUBMISSION, ret);
    if (error == WIRE_OK) {
        assert_int_equal(ret->u.submission.n_figures, 2);
        assert_int_equal(ret->u.submission.figures[1].flaw, REASON_NONE);
        assert_string_equal(ret->u.submission.figures[1].indicator, "sound");
        assert_int_equal(ret->u.submission.figures[1].period, 2020009);
    }
    return error;
}

/* A submission of `narrative` and a sound neighbour, without figures. */
static enum wire_error unpack_narrative(struct arena *a, struct message *ret)
{
    static struct raw sound;
    sound.len = 0;
    put_string(&sound, 2, "sound");
    put_string(&sound, 3, "2020-09");
    put_string(&sound, 5, "text");
    begin_submission(id_v7);
    put_bytes(&body, 6, narrative.bytes, narrative.len);
    put_bytes(&body, 6, sound.bytes, sound.len);
    enum wire_error error = unpack_body(a, MESSAGE_SUBMISSION, ret);
    if (error == WIRE_OK) {
        assert_int_equal(ret->u.submission.n_figures, 0);
        assert_int_equal(ret->u.submission.n_narratives, 2);
        assert_int_equal(ret->u.submission.narratives[1].flaw, REASON_NONE);
        assert_string_equal(ret->u.submission.narratives[1].texts[NARRATIVE_TEXT], "text");
    }
    return error;
}

static void bytes_that_are_no_envelope(void **state)
{
    static const struct {
        enum wire_error error;
        size_t len;
        uint8_t bytes[24];
    } cases[] = {
        {WIRE_MALFORMED, 0, {0}},
        {WIRE_MALFORMED, 1, {0}},
        {WIRE_MALFORMED, 2, {0x08, 0x01}},      /* no body */
        {WIRE_MALFORMED, 2, {0x4a, 0x00}},      /* a ping without version */
        {WIRE_OK, 4, {0x08, 0x01, 0x4a, 0x00}}, /* a ping */
        {WIRE_OK, 4, {0x4a, 0x00, 0x08, 0x01}}, /* in another order */
        {WIRE_OTHER_VERSION, 4, {0x08, 0x02, 0x4a, 0x00}},
        {WIRE_OTHER_VERSION, 4, {0x08, 0x00, 0x4a, 0x00}},
        {WIRE_OTHER_VERSION,
         12,
         {0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01,
          0x4a}},                                                      /* 1 only in its low bits */
        {WIRE_OTHER_VERSION, 6, {0x08, 0x02, 0x4a, 0x00, 0x4a, 0x00}}, /* its own business */
        {WIRE_MALFORMED, 6, {0x08, 0x01, 0x4a, 0x00, 0x4a, 0x00}},     /* a body twice */
        {WIRE_MALFORMED, 6, {0x08, 0x01, 0x4a, 0x00, 0x52, 0x00}},     /* two bodies */
        {WIRE_MALFORMED, 6, {0x08, 0x01, 0x08, 0x01, 0x4a, 0x00}},     /* the version twice */
        {WIRE_MALFORMED, 5, {0x08, 0x01, 0x92, 0x01, 0x00}},           /* a body unknown here */
        {WIRE_MALFORMED, 4, {0x08, 0x01, 0x48, 0x00}},                 /* a body that is a number */
        {WIRE_MALFORMED, 4, {0x08, 0x01, 0x4a, 0x01}},                 /* cut off */
        {WIRE_MALFORMED, 4, {0x08, 0x01, 0x4a, 0xff}},
        {WIRE_MALFORMED, 5, {0x08, 0x01, 0x4a, 0x00, 0x80}},
        {WIRE_MALFORMED, 6, {0x08, 0x01, 0x4a, 0x00, 0x00, 0x00}},          /* field number 0 */
        {WIRE_MALFORMED, 6, {0x08, 0x01, 0x4a, 0x00, 0x7b, 0x7c}},          /* a group */
        {WIRE_MALFORMED, 5, {0x08, 0x01, 0x4a, 0x00, 0x7e}},                /* wire type 6 */
        {WIRE_MALFORMED, 9, {0x08, 0x01, 0x4a, 0x00, 0x95, 0x01, 0, 0, 0}}, /* 3 of 4 bytes */
        {WIRE_OK, 10, {0x08, 0x01, 0x4a, 0x00, 0x95, 0x01, 0, 0, 0, 0}},
        {WIRE_MALFORMED, 13, {0x08, 0x01, 0x4a, 0x00, 0x91, 0x01, 0, 0, 0, 0, 0, 0, 0}},
        {WIRE_OK, 14, {0x08, 0x01, 0x4a, 0x00, 0x91, 0x01, 0, 0, 0, 0, 0, 0, 0, 0}},
        {WIRE_MALFORMED,
         16,
         {0x08, 0x01, 0x4a, 0x00, 0x78, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
          0x00}}, /* 11 bytes of varint */
        {WIRE_MALFORMED, 10, {0x08, 0x01, 0xca, 0x80, 0x80, 0x80, 0x10, 0x00, 0x4a, 0x00}},
        /* field 2^29 + 9: no alias */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message m = {.kind = (enum message_kind)77};
        uint8_t *exact = malloc(cases[i].len + 1);
        assert_non_null(exact);
        memcpy(exact + 1, cases[i].bytes, cases[i].len);
        assert_int_equal(wire_unpack(exact + 1, cases[i].len, *state, &m), cases[i].error);
        assert_int_equal(m.kind, cases[i].error == WIRE_OK ? MESSAGE_PING : 77);
        free(exact);
    }
}

static void a_message_over_the_limit_is_not_looked_at(void **state)
{
    struct message m;
    put_number(&envelope, 1, WIRE_VERSION);
    put_bytes(&envelope, MESSAGE_PING, "", 0);
    static const uint8_t padding[WIRE_MAX_MESSAGE];
    put_bytes(&envelope, 100, padding, WIRE_MAX_MESSAGE - envelope.len - 5);
    assert_int_equal(envelope.len, WIRE_MAX_MESSAGE);
    assert_int_equal(wire_unpack(envelope.bytes, envelope.len, *state, &m), WIRE_OK);
    put_byte(&envelope, 0);
    assert_int_equal(wire_unpack(envelope.bytes, envelope.len, *state, &m), WIRE_TOO_LARGE);
}

static void unknown_fields_are_tolerated_up_to_a_number(void **state)
{
    struct message m;
    put_string(&figure, 2, "x");
    put_string(&figure, 3, "2020-09");
    for (int i = 0; i < UNKNOWN_MAX; i++)
        put_number(&figure, 100, 7);
    assert_int_equal(unpack_figure(*state, &m), WIRE_OK);
    assert_int_equal(m.u.submission.figures[0].flaw, REASON_NONE);
    put_number(&figure, 100, 7);
    assert_int_equal(unpack_figure(*state, &m), WIRE_MALFORMED);
}

static void a_submission_needs_id_moment_and_figures(void **state)
{
    struct message m = {.kind = MESSAGE_PING};
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_BAD_ID);
    put_bytes(&body, 1, id_v7, UUID_BYTES - 1);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_BAD_ID);
    assert_int_equal(m.kind, MESSAGE_PING); /* no id to tell */
    begin_submission(id_v4);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_BAD_ID);
    assert_int_equal(m.kind, MESSAGE_SUBMISSION);
    assert_memory_equal(m.u.submission.id.bytes, id_v4, UUID_BYTES);
    begin_submission(id_v7);
    m.kind = MESSAGE_PING;
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_EMPTY);
    assert_int_equal(m.kind, MESSAGE_SUBMISSION);
    assert_memory_equal(m.u.submission.id.bytes, id_v7, UUID_BYTES);
    body.len = 0;
    put_bytes(&body, 1, id_v7, UUID_BYTES);
    put_bytes(&body, 5, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_MALFORMED);
    put_number(&body, 2, UINT64_MAX); /* -1: before 1970 */
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_MALFORMED);
}

static void the_number_of_figures_is_limited(void **state)
{
    struct message m = {.kind = MESSAGE_PING};
    begin_submission(id_v7);
    for (int i = 0; i < WIRE_MAX_FIGURES; i++)
        put_bytes(&body, 5, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_OK);
    assert_int_equal(m.u.submission.n_figures, WIRE_MAX_FIGURES);
    assert_int_equal(m.u.submission.figures[499].flaw, REASON_UNKNOWN_INDICATOR);
    put_bytes(&body, 5, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_TOO_MANY_FIGURES);
    assert_memory_equal(m.u.submission.id.bytes, id_v7, UUID_BYTES);
}

static void the_number_of_narratives_is_limited(void **state)
{
    struct message m = {.kind = MESSAGE_PING};
    begin_submission(id_v7);
    for (int i = 0; i < WIRE_MAX_NARRATIVES; i++)
        put_bytes(&body, 6, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_OK);
    assert_int_equal(m.u.submission.n_narratives, WIRE_MAX_NARRATIVES);
    assert_int_equal(m.u.submission.narratives[WIRE_MAX_NARRATIVES - 1].flaw,
                     REASON_UNKNOWN_PROJECT);
    put_bytes(&body, 5, "", 0); /* with figures beside them, too */
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_OK);
    put_bytes(&body, 6, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_TOO_MANY_FIGURES);
    assert_memory_equal(m.u.submission.id.bytes, id_v7, UUID_BYTES);
}

/* 64 KiB of what unpacks to the most: the answer may be an error, the memory stays within the cap.
 */
static void amplification_stays_within_the_cap(void **state)
{
    struct message m;
    begin_submission(id_v7);
    while (body.len < WIRE_MAX_MESSAGE - 16)
        put_bytes(&body, 5, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_TOO_MANY_FIGURES);
    assert_int_equal(arena_used(*state), 0);
    begin_submission(id_v7);
    while (body.len < WIRE_MAX_MESSAGE - 16)
        put_bytes(&body, 6, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_TOO_MANY_FIGURES);
    assert_int_equal(arena_used(*state), 0);
    for (unsigned field = 4; field <= 5; field++) {
        body.len = 0;
        while (body.len < WIRE_MAX_MESSAGE - 16)
            put_bytes(&body, field, "", 0);
        assert_int_equal(unpack_body(*state, MESSAGE_RECEIPT, &m), WIRE_MALFORMED);
        assert_int_equal(arena_used(*state), 0);
    }
    body.len = 0;
    while (body.len < WIRE_MAX_MESSAGE - 16)
        put_bytes(&body, 1, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_STEPS, &m), WIRE_MALFORMED);
    assert_int_equal(arena_used(*state), 0);
    body.len = 0;
    while (body.len < WIRE_MAX_MESSAGE - 16)
        put_bytes(&body, 4, "", 0);
    assert_int_equal(unpack_body(*state, MESSAGE_PART, &m), WIRE_MALFORMED);
    assert_int_equal(arena_used(*state), 0);
    for (int kind = MESSAGE_HELLO; kind <= MESSAGE_PART; kind++) {
        body.len = 0;
        while (body.len < WIRE_MAX_MESSAGE - 16)
            put_number(&body, 15, 0);
        assert_int_equal(unpack_body(*state, (unsigned)kind, &m), WIRE_MALFORMED);
        assert_int_equal(arena_used(*state), 0);
    }
}

/* As many figures, narratives and unknown fields as are allowed, filling 64 KiB: an honest message
 * always has room. */
static void the_dearest_honest_message_fits_the_arena(void **state)
{
    struct message m;
    put_string(&figure, 1, "s");
    put_string(&figure, 2, "i");
    put_string(&figure, 3, "2020");
    put_string(&figure, 4, "2020-09-25");
    put_bytes(&figure, 6, "\x08\x01\x10\x00", 4);
    put_bytes(&figure, 7, "\x08\x01\x10\x00", 4);
    put_string(&figure, 8, "2020-09-25");
    put_string(&figure, 9, "m");
    put_number(&figure, 5, FIGURE_VALUE);
    for (int i = 0; i < UNKNOWN_MAX; i++)
        put_bytes(&figure, 15, "", 0);
    char note[WIRE_MAX_NOTE];
    memset(note, 'n', sizeof note);
    put_string(&narrative, 2, "p");
    for (int i = 0; i < UNKNOWN_MAX; i++)
        put_bytes(&narrative, 15, "", 0);
    const size_t left = WIRE_MAX_MESSAGE - WIRE_MAX_NARRATIVES * (narrative.len + 2);
    put_bytes(&figure, 10, note, left / WIRE_MAX_FIGURES - figure.len - 5);
    const struct raw sound = figure;
    figure.bytes[figure.len - 1] = '\0'; /* so that a copy is needed, too */
    begin_submission(id_v7);
    put_bytes(&body, 5, figure.bytes, figure.len);
    for (int i = 1; i < WIRE_MAX_FIGURES; i++)
        put_bytes(&body, 5, sound.bytes, sound.len);
    for (int i = 0; i < WIRE_MAX_NARRATIVES; i++)
        put_bytes(&body, 6, narrative.bytes, narrative.len);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_OK);
    assert_true(envelope.len > WIRE_MAX_MESSAGE - 1024);
    assert_int_equal(m.u.submission.figures[0].flaw, REASON_BAD_TEXT);
    assert_int_equal(m.u.submission.figures[1].flaw, REASON_NONE);
    assert_true(arena_used(*state) <= WIRE_MAX_UNPACKED);
}

static unsigned depth_of(const ProtobufCMessageDescriptor *type, unsigned limit)
{
    unsigned deepest = 0;
    assert_true(limit > 0); /* else a message contains itself */
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE) {
            unsigned depth = depth_of(type->fields[i].descriptor, limit - 1);
            deepest = depth > deepest ? depth : deepest;
        }
    }
    return deepest + 1;
}

static void no_message_contains_itself(void **state)
{
    (void)state;
    assert_int_equal(depth_of(&vekha__envelope__descriptor, 16), DEPTH_MAX);
}

static void deep_nesting_is_only_an_unknown_field(void **state)
{
    struct message m;
    static struct raw outer;
    body.len = 0;
    for (int i = 0; i < 200; i++) { /* each level wraps the one before as field 2 of itself */
        outer.len = 0;
        put_bytes(&outer, 2, body.bytes, body.len);
        memcpy(body.bytes, outer.bytes, outer.len);
        body.len = outer.len;
    }
    assert_int_equal(unpack_body(*state, MESSAGE_PING, &m), WIRE_OK);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_BAD_ID);
}

/* Every string field of every message, by its path: what an embedded NUL, a control character,
 * broken UTF-8, and one byte over the limit lead to. */
struct text_case {
    unsigned kind, field;
    size_t max;       /* 0: a date or period, whose form is its limit */
    enum reason flaw; /* REASON_NONE: the whole message is malformed */
};

static const struct text_case text_cases[] = {
    {MESSAGE_HELLO, 1, WIRE_MAX_NAME, REASON_NONE},
    {MESSAGE_WELCOME, 1, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_WELCOME, 2, WIRE_MAX_NAME, REASON_NONE},
    {MESSAGE_SUBMISSION, 3, WIRE_MAX_NAME, REASON_NONE},
    {MESSAGE_REFUSAL, 3, WIRE_MAX_NOTE, REASON_NONE},
    {MESSAGE_STANDING, 1, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STANDING, 2, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STANDING, 3, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STANDING, 4, 0, REASON_NONE},
    {MESSAGE_STANDING, 7, WIRE_MAX_NOTE, REASON_NONE},
    {MESSAGE_ENROLLED, 1, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_ENROLLED, 2, WIRE_MAX_NAME, REASON_NONE},
    {MESSAGE_CONSULT, 1, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_PART, 1, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_PART, 4, WIRE_MAX_FACT, REASON_NONE},
    {MESSAGE_PART, 5, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_REPLY, 3, WIRE_MAX_NAME, REASON_NONE},
    {MESSAGE_REPLY, 6, WIRE_MAX_NOTE, REASON_NONE},
    /* fields of a figure, and of its verdict, have 100 added; of a narrative, 200; of a step,
     * 300; of a reply's verdict and of a question, 400 */
    {MESSAGE_SUBMISSION, 101, WIRE_MAX_CODE, REASON_UNKNOWN_ORGANISATION},
    {MESSAGE_SUBMISSION, 102, WIRE_MAX_CODE, REASON_UNKNOWN_INDICATOR},
    {MESSAGE_SUBMISSION, 103, 0, REASON_BAD_PERIOD},
    {MESSAGE_SUBMISSION, 104, 0, REASON_BAD_AS_OF},
    {MESSAGE_SUBMISSION, 108, 0, REASON_BAD_EXPECTED},
    {MESSAGE_SUBMISSION, 109, WIRE_MAX_CODE, REASON_BAD_TEXT},
    {MESSAGE_SUBMISSION, 110, WIRE_MAX_NOTE, REASON_BAD_TEXT},
    {MESSAGE_SUBMISSION, 201, WIRE_MAX_CODE, REASON_UNKNOWN_ORGANISATION},
    {MESSAGE_SUBMISSION, 202, WIRE_MAX_CODE, REASON_UNKNOWN_PROJECT},
    {MESSAGE_SUBMISSION, 203, 0, REASON_BAD_PERIOD},
    {MESSAGE_SUBMISSION, 205, WIRE_MAX_PROSE, REASON_BAD_TEXT},
    {MESSAGE_SUBMISSION, 206, WIRE_MAX_REMARK, REASON_BAD_TEXT},
    {MESSAGE_SUBMISSION, 207, WIRE_MAX_REMARK, REASON_BAD_TEXT},
    {MESSAGE_SUBMISSION, 208, WIRE_MAX_REMARK, REASON_BAD_TEXT},
    {MESSAGE_SUBMISSION, 209, WIRE_MAX_NAME, REASON_BAD_TEXT},
    {MESSAGE_RECEIPT, 103, WIRE_MAX_NOTE, REASON_NONE},
    {MESSAGE_RECEIPT, 203, WIRE_MAX_NOTE, REASON_NONE},
    {MESSAGE_RECEIPT, 403, WIRE_MAX_NOTE, REASON_NONE},
    {MESSAGE_QUESTIONS, 402, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_QUESTIONS, 403, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_QUESTIONS, 404, WIRE_MAX_TITLE, REASON_NONE},
    {MESSAGE_QUESTIONS, 405, WIRE_MAX_TITLE, REASON_NONE},
    {MESSAGE_QUESTIONS, 406, 0, REASON_NONE},
    {MESSAGE_QUESTIONS, 407, WIRE_MAX_NOTE, REASON_NONE},
    {MESSAGE_QUESTIONS, 408, WIRE_MAX_NAME, REASON_NONE},
    {MESSAGE_STEPS, 304, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 306, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 307, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 308, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 311, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 312, WIRE_MAX_TITLE, REASON_NONE},
    {MESSAGE_STEPS, 313, WIRE_MAX_TITLE, REASON_NONE},
    {MESSAGE_STEPS, 314, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 315, WIRE_MAX_TITLE, REASON_NONE},
    {MESSAGE_STEPS, 316, WIRE_MAX_TITLE, REASON_NONE},
    {MESSAGE_STEPS, 317, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 318, WIRE_MAX_CODE, REASON_NONE},
    {MESSAGE_STEPS, 319, 0, REASON_NONE},
    {MESSAGE_STEPS, 322, WIRE_MAX_EXPLANATION, REASON_NONE},
    {MESSAGE_STEPS, 323, WIRE_MAX_EXPLANATION, REASON_NONE},
};

static unsigned count_strings(const ProtobufCMessageDescriptor *type)
{
    unsigned n = 0;
    for (unsigned i = 0; i < type->n_fields; i++) {
        n += type->fields[i].type == PROTOBUF_C_TYPE_STRING;
        n += type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE
                 ? count_strings(type->fields[i].descriptor)
                 : 0;
    }
    return n;
}

static void every_string_of_the_protocol_is_in_the_table(void **state)
{
    (void)state;
    assert_int_equal(count_strings(&vekha__envelope__descriptor), COUNT(text_cases));
}

/* Fields besides the one under test that the message cannot do without. */
static void put_other_fields(struct raw *r, unsigned kind, unsigned field)
{
    if (kind == MESSAGE_WELCOME)
        for (unsigned i = 3; i <= 6; i++)
            put_number(r, i, 1);
    if (kind == MESSAGE_REPLY) {
        put_bytes(r, 1, id_v7, UUID_BYTES);
        put_number(r, 2, 1);
        put_number(r, 5, 1);
        if (field != 6)
            put_string(r, 6, "x");
    }
    if (kind == MESSAGE_PART)
        put_bytes(r, 2, (const uint8_t[WIRE_TAG]){0}, WIRE_TAG);
    for (unsigned i = 1; i <= (kind == MESSAGE_STANDING                              ? 3U
                               : kind == MESSAGE_WELCOME || kind == MESSAGE_ENROLLED ? 1U
                                                                                     : 0U);
         i++)
        if (i != field)
            put_string(r, i, "x");
}

static void put_figure(const struct text_case *c, const char *text, size_t len)
{
    figure.len = 0;
    put_bytes(&figure, c->field - 100, text, len);
    if (c->field != 102)
        put_string(&figure, 2, "x");
    if (c->field != 103)
        put_string(&figure, 3, "2020-09");
}

static void put_narrative(const struct text_case *c, const char *text, size_t len)
{
    narrative.len = 0;
    put_bytes(&narrative, c->field - 200, text, len);
    if (c->field != 202)
        put_string(&narrative, 2, "x");
    if (c->field != 203)
        put_string(&narrative, 3, "2020-09");
}

static void put_step(const struct text_case *c, const char *text, size_t len)
{
    static const unsigned numbers[] = {1, 2, 3, 5, 9}, codes[] = {4, 6, 11};
    figure.len = 0;
    for (size_t i = 0; i < COUNT(numbers); i++)
        put_number(&figure, numbers[i], 1);
    put_bytes(&figure, c->field - 300, text, len);
    for (size_t i = 0; i < COUNT(codes); i++)
        if (c->field - 300 != codes[i])
            put_string(&figure, codes[i], "x");
}

static void put_question(const struct text_case *c, const char *text, size_t len)
{
    static const struct {
        unsigned field;
        const char *text;
    } needed[] = {{2, "x"}, {3, "x"}, {6, "2020-09"}, {7, "x"}};
    figure.len = 0;
    put_number(&figure, 1, 1);
    put_number(&figure, 9, 1);
    put_bytes(&figure, c->field - 400, text, len);
    for (size_t i = 0; i < COUNT(needed); i++)
        if (c->field - 400 != needed[i].field)
            put_string(&figure, needed[i].field, needed[i].text);
}

static enum wire_error unpack_text(const struct text_case *c, const char *text, size_t len,
                                   struct arena *a, struct message *ret)
{
    begin_submission(id_v7);
    if (c->kind == MESSAGE_RECEIPT) {
        body.len = figure.len = 0;
        put_bytes(&body, 1, id_v7, UUID_BYTES);
        put_number(&body, 2, 1);
        put_number(&body, 3, 1);
        put_number(&figure, 1, VERDICT_ACCEPTED);
        put_bytes(&figure, 3, text, len);
        put_bytes(&body, c->field > 400 ? 6 : c->field > 200 ? 5 : 4, figure.bytes, figure.len);
    } else if (c->kind == MESSAGE_QUESTIONS) {
        put_question(c, text, len);
        body.len = 0;
        put_bytes(&body, 1, figure.bytes, figure.len);
    } else if (c->kind == MESSAGE_STEPS) {
        put_step(c, text, len);
        body.len = 0;
        put_bytes(&body, 1, figure.bytes, figure.len);
        put_number(&body, 2, 1);
    } else if (c->kind != MESSAGE_SUBMISSION) {
        body.len = 0;
        put_bytes(&body, c->field, text, len);
        put_other_fields(&body, c->kind, c->field);
    } else if (c->field > 200) {
        put_narrative(c, text, len);
        put_bytes(&body, 6, narrative.bytes, narrative.len);
    } else if (c->field > 100) {
        put_figure(c, text, len);
        put_bytes(&body, 5, figure.bytes, figure.len);
    } else {
        put_bytes(&body, c->field, text, len);
        put_bytes(&body, 5, "", 0);
    }
    return unpack_body(a, c->kind, ret);
}

static void expect_text(const struct text_case *c, const char *text, size_t len, bool sound,
                        struct arena *a)
{
    struct message m = {.kind = MESSAGE_PING};
    enum wire_error error = unpack_text(c, text, len, a, &m);
    if (c->flaw == REASON_NONE) {
        assert_int_equal(error, sound ? WIRE_OK : WIRE_MALFORMED);
        return;
    }
    assert_int_equal(error, WIRE_OK);
    if (c->field > 200) {
        const struct narrative *n = &m.u.submission.narratives[0];
        assert_int_equal(n->flaw, sound ? REASON_NONE : c->flaw);
        assert_true(n->flaw != REASON_BAD_TEXT || n->flawed + 205U == c->field);
        assert_non_null(n->project);
        return;
    }
    assert_int_equal(m.u.submission.figures[0].flaw, sound ? REASON_NONE : c->flaw);
    assert_non_null(m.u.submission.figures[0].indicator);
}

static bool may_have(const struct text_case *c, char wanted)
{
    bool asked = c->kind == MESSAGE_QUESTIONS || c->kind == MESSAGE_REPLY;
    return (c->max == WIRE_MAX_NOTE && (wanted == '\n' || !asked)) ||
           (wanted == '\t' && c->max == WIRE_MAX_FACT) ||
           (wanted == '\n' && (c->max == WIRE_MAX_PROSE || c->max == WIRE_MAX_REMARK ||
                               c->max == WIRE_MAX_EXPLANATION));
}

static void texts_are_clean_and_within_limits(void **state)
{
    static const char *const broken[] = {
        "a\x01", "a\x7f", "a\xc2\x85", "\xff", "\xd0", "\xc0\x80", "\xed\xa0\x80", "a\xe2\x80\xae",
    };
    static char text[WIRE_MAX_EXPLANATION + 1];
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < COUNT(text_cases); i++) {
        const struct text_case *c = &text_cases[i];
        if (c->max > 0) {
            expect_text(c, text, 1, true, *state);
            expect_text(c, text, c->max, true, *state);
            expect_text(c, text, c->max + 1, false, *state);
            expect_text(c, "a\nb", 3, may_have(c, '\n'), *state);
            expect_text(c, "a\tb", 3, may_have(c, '\t'), *state);
        } else {
            expect_text(c, "2020-09-25", 10, true, *state);
            expect_text(c, "2020-09-31", 10, false, *state);
            expect_text(c, "", 0, false, *state);
        }
        if (c->max == WIRE_MAX_CODE)
            expect_text(c, "", 0, false, *state);
        for (size_t k = 0; k < COUNT(broken); k++)
            expect_text(c, broken[k], strlen(broken[k]), false, *state);
    }
}

static void a_nul_spoils_the_text_it_is_in(void **state)
{
    for (size_t i = 0; i < COUNT(text_cases); i++) {
        expect_text(&text_cases[i], "2020-09-25\0x", 12, false, *state);
        expect_text(&text_cases[i], "2020-09-25\0", 11, false, *state);
        expect_text(&text_cases[i], "\0", 1, false, *state);
        expect_text(&text_cases[i], "\0\0a\0", 4, false, *state);
    }
}

static void too_many_nuls_spoil_the_message(void **state)
{
    struct message m;
    put_bytes(&figure, 2, "a\0b", 3);
    begin_submission(id_v7);
    for (int i = 0; i < NUL_MAX; i++)
        put_bytes(&body, 5, figure.bytes, figure.len);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_OK);
    for (int i = 0; i < NUL_MAX; i++)
        assert_int_equal(m.u.submission.figures[i].flaw, REASON_UNKNOWN_INDICATOR);
    put_bytes(&body, 5, figure.bytes, figure.len);
    assert_int_equal(unpack_body(*state, MESSAGE_SUBMISSION, &m), WIRE_MALFORMED);
}

static void a_flawed_figure_leaves_the_others_alone(void **state)
{
    static const struct {
        enum reason flaw;
        unsigned field;
        size_t len;
        const char *decimal; /* NULL: a number */
        uint64_t number;
    } cases[] = {
        {REASON_NONE, 6, 2, "\x08\x02", 0}, /* a scale of 0 may be left out */
        {REASON_NONE, 6, 4, "\x08\x02\x10\x06", 0},
        {REASON_BAD_VALUE, 6, 4, "\x08\x02\x10\x07", 0},     /* a scale of 7 */
        {REASON_BAD_VALUE, 6, 5, "\x08\x02\x10\x80\x02", 0}, /* of 256, which is no 0 */
        {REASON_BAD_VALUE, 6, 2, "\x10\x00", 0},             /* no mantissa */
        {REASON_BAD_VALUE, 6, 0, "", 0},
        {REASON_BAD_VALUE, 7, 2, "\x10\x00", 0},
        {REASON_BAD_VALUE, 6, 11, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
         0}, /* INT64_MIN */
        {REASON_BAD_VALUE, 6, 11, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01",
         0}, /* INT64_MAX */
        {REASON_NONE, 5, 0, NULL, FIGURE_DONE},
        {REASON_BAD_STATE, 5, 0, NULL, 0},
        {REASON_BAD_STATE, 5, 0, NULL, FIGURE_DONE + 1},
        {REASON_BAD_STATE, 5, 0, NULL, UINT64_MAX},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message m;
        figure.len = 0;
        put_string(&figure, 2, "x");
        put_string(&figure, 3, "2020-09");
        if (cases[i].decimal != NULL)
            put_bytes(&figure, cases[i].field, cases[i].decimal, cases[i].len);
        else
            put_number(&figure, cases[i].field, cases[i].number);
        assert_int_equal(unpack_figure(*state, &m), WIRE_OK);
        const struct figure *f = &m.u.submission.figures[0];
        assert_int_equal(f->flaw, cases[i].flaw);
        assert_int_equal(f->has_value, cases[i].flaw == REASON_NONE && cases[i].field == 6);
        assert_string_equal(f->indicator, "x");
        assert_int_equal(f->period, 2020009);
        assert_true(f->state >= FIGURE_VALUE && f->state <= FIGURE_DONE);
    }
}

static void a_figure_of_nothing_is_unknown_but_safe(void **state)
{
    struct message m;
    assert_int_equal(unpack_figure(*state, &m), WIRE_OK);
    const struct figure *f = &m.u.submission.figures[0];
    assert_int_equal(f->flaw, REASON_UNKNOWN_INDICATOR);
    assert_string_equal(f->indicator, "");
    assert_null(f->organisation);
    assert_int_equal(f->period, PERIOD_NONE);
    assert_int_equal(f->as_of, DATE_NONE);
    assert_int_equal(f->expected, DATE_NONE);
    assert_int_equal(f->state, FIGURE_VALUE);
    assert_false(f->has_value || f->has_of);
}

static void a_figure_without_period_is_flawed(void **state)
{
    struct message m;
    put_string(&figure, 2, "x");
    assert_int_equal(unpack_figure(*state, &m), WIRE_OK);
    assert_int_equal(m.u.submission.figures[0].flaw, REASON_BAD_PERIOD);
}

static void a_narrative_may_be_withdrawn_or_lack_all_but_its_key(void **state)
{
    struct message m;
    assert_int_equal(unpack_narrative(*state, &m), WIRE_OK);
    assert_int_equal(m.u.submission.narratives[0].flaw, REASON_UNKNOWN_PROJECT);
    assert_string_equal(m.u.submission.narratives[0].project, "");
    put_string(&narrative, 2, "x");
    assert_int_equal(unpack_narrative(*state, &m), WIRE_OK);
    assert_int_equal(m.u.submission.narratives[0].flaw, REASON_BAD_PERIOD);
    put_string(&narrative, 3, "2020-9M");
    put_number(&narrative, 4, 1);
    assert_int_equal(unpack_narrative(*state, &m), WIRE_OK);
    const struct narrative *n = &m.u.submission.narratives[0];
    assert_int_equal(n->flaw, REASON_NONE);
    assert_true(n->withdrawn);
    assert_int_equal(n->period, 2020039);
    assert_null(n->organisation);
    for (int i = 0; i < NARRATIVE_TEXTS; i++)
        assert_null(n->texts[i]);
}

/* Numbers that a newer peer may know: what can be done without them is done. */
static void unknown_enums_of_answers(void **state)
{
    struct message m;
    put_bytes(&body, 1, id_v7, UUID_BYTES);
    put_number(&body, 2, 99);
    put_number(&body, 3, 1000);
    assert_int_equal(unpack_body(*state, MESSAGE_LATER, &m), WIRE_OK);
    assert_int_equal(m.u.later.reason, LATER_DATABASE_AWAY);
    body.len = 0;
    put_number(&body, 2, 99);
    assert_int_equal(unpack_body(*state, MESSAGE_REFUSAL, &m), WIRE_OK);
    assert_int_equal(m.u.refusal.reason, REFUSAL_MALFORMED);
    assert_false(m.u.refusal.has_id);
    body.len = 0;
    put_number(&body, 2, 99);
    assert_int_equal(unpack_body(*state, MESSAGE_HELLO, &m), WIRE_OK);
    assert_int_equal(m.u.hello.language, LANG_EN);
}

static void a_receipt_needs_known_verdicts(void **state)
{
    static const struct {
        uint64_t verdict, reason;
        enum wire_error error;
        enum reason read;
    } cases[] = {
        {VERDICT_WARNING, REASON_LONG_AGO, WIRE_OK, REASON_LONG_AGO},
        {VERDICT_WARNING, 99, WIRE_OK, REASON_NONE},
        {0, REASON_LONG_AGO, WIRE_MALFORMED, REASON_NONE},
        {VERDICT_REJECTED + 1, REASON_LONG_AGO, WIRE_MALFORMED, REASON_NONE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message m;
        body.len = figure.len = 0;
        put_number(&figure, 1, cases[i].verdict);
        put_number(&figure, 2, cases[i].reason);
        put_bytes(&body, 1, id_v7, UUID_BYTES);
        put_number(&body, 2, 1);
        put_number(&body, 3, 1);
        put_bytes(&body, 4, figure.bytes, figure.len);
        assert_int_equal(unpack_body(*state, MESSAGE_RECEIPT, &m), cases[i].error);
        if (cases[i].error == WIRE_OK)
            assert_int_equal(m.u.receipt.figures[0].reason, cases[i].read);
    }
}

static void answers_need_their_fields(void **state)
{
    static const unsigned kinds[] = {MESSAGE_WELCOME, MESSAGE_RECEIPT, MESSAGE_LATER,
                                     MESSAGE_STANDING, MESSAGE_STEPS};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct message m;
        assert_int_equal(unpack_body(*state, kinds[i], &m), WIRE_MALFORMED);
    }
}

static void a_refusal_may_name_an_id_of_any_kind(void **state)
{
    struct message m;
    put_bytes(&body, 1, id_v4, UUID_BYTES);
    assert_int_equal(unpack_body(*state, MESSAGE_REFUSAL, &m), WIRE_OK);
    assert_true(m.u.refusal.has_id);
    body.len = 0;
    put_bytes(&body, 1, id_v4, 3);
    assert_int_equal(unpack_body(*state, MESSAGE_REFUSAL, &m), WIRE_MALFORMED);
}

static void a_watch_names_a_position_that_the_database_can_hold(void **state)
{
    struct message m;
    assert_int_equal(unpack_body(*state, MESSAGE_WATCH, &m), WIRE_OK);
    assert_true(m.u.watch.from_now);
    put_number(&body, 1, INT64_MAX);
    assert_int_equal(unpack_body(*state, MESSAGE_WATCH, &m), WIRE_OK);
    assert_int_equal(m.u.watch.after, INT64_MAX);
    body.len = 0;
    put_number(&body, 1, (uint64_t)INT64_MAX + 1);
    assert_int_equal(unpack_body(*state, MESSAGE_WATCH, &m), WIRE_MALFORMED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bytes_that_are_no_envelope),
        TEST(a_message_over_the_limit_is_not_looked_at),
        TEST(unknown_fields_are_tolerated_up_to_a_number),
        TEST(a_submission_needs_id_moment_and_figures),
        TEST(the_number_of_figures_is_limited),
        TEST(the_number_of_narratives_is_limited),
        TEST(amplification_stays_within_the_cap),
        TEST(the_dearest_honest_message_fits_the_arena),
        TEST(no_message_contains_itself),
        TEST(deep_nesting_is_only_an_unknown_field),
        TEST(every_string_of_the_protocol_is_in_the_table),
        TEST(texts_are_clean_and_within_limits),
        TEST(a_nul_spoils_the_text_it_is_in),
        TEST(too_many_nuls_spoil_the_message),
        TEST(a_flawed_figure_leaves_the_others_alone),
        TEST(a_figure_of_nothing_is_unknown_but_safe),
        TEST(a_figure_without_period_is_flawed),
        TEST(a_narrative_may_be_withdrawn_or_lack_all_but_its_key),
        TEST(unknown_enums_of_answers),
        TEST(a_receipt_needs_known_verdicts),
        TEST(answers_need_their_fields),
        TEST(a_refusal_may_name_an_id_of_any_kind),
        TEST(a_watch_names_a_position_that_the_database_can_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

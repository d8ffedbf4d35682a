/* scan: walks the raw fields of a message by the descriptors that protoc-c generated.
 *
 *     field  = tag value                  tag    = varint: number << 3 | wire type
 *     value  = wire type 0: varint        varint = 1..10 bytes, low 7 bits first, 0x80: more follow
 *              wire type 1: 8 bytes
 *              wire type 2: varint length, then as many bytes: text, bytes, or a message, again
 *                           fields
 *              wire type 5: 4 bytes       (3 and 4, groups, are refused)
 */
#include "wire/scan.h"

#include <string.h>

#include "vekha.pb-c.h"

enum {
    VARINT_MAX = 10,              /* bytes */
    FIELD_NUMBER_MAX = 536870911, /* protobuf's own limit, 2^29 - 1 */
    FIELDS_MAX = 63,   /* of one message; the bits of walk()'s `seen`, less the one for its oneof */
    VERSION_FIELD = 1, /* Envelope.version */
    ID_FIELD = 1,      /* Submission.id, Reply.id */
    SUBMISSION_FIGURES_FIELD = 5,
    SUBMISSION_NARRATIVES_FIELD = 6,
    RECEIPT_FIGURES_FIELD = 4,
    RECEIPT_NARRATIVES_FIELD = 5,
    STEPS_STEPS_FIELD = 1,
    PART_LINES_FIELD = 4,
    QUESTIONS_QUESTIONS_FIELD = 1,
};

struct span {
    const uint8_t *bytes;
    size_t len;
};

struct field {
    uint32_t number;
    unsigned wire_type;
    uint64_t varint;      /* of wire type 0 */
    struct span contents; /* of wire type 2 */
};

static bool skip(struct span *rest, size_t len)
{
    if (len > rest->len)
        return false;
    rest->bytes += len;
    rest->len -= len;
    return true;
}

static bool next_varint(struct span *rest, uint64_t *ret)
{
    uint64_t value = 0;
    for (size_t i = 0; i < rest->len && i < VARINT_MAX; i++) {
        value |= (uint64_t)(rest->bytes[i] & 0x7f) << (7 * i);
        if (rest->bytes[i] < 0x80) {
            *ret = value;
            return skip(rest, i + 1);
        }
    }
    return false;
}

static bool next_contents(struct span *rest, struct span *ret)
{
    uint64_t len;
    if (!next_varint(rest, &len) || len > rest->len)
        return false;
    *ret = (struct span){rest->bytes, (size_t)len};
    return skip(rest, (size_t)len);
}

static bool next_field(struct span *rest, struct field *ret)
{
    uint64_t tag;
    if (!next_varint(rest, &tag) || tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX)
        return false;
    ret->number = (uint32_t)(tag >> 3);
    ret->wire_type = (unsigned)(tag & 7);
    switch (ret->wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return next_varint(rest, &ret->varint);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return skip(rest, sizeof(uint64_t));
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return next_contents(rest, &ret->contents);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return skip(rest, sizeof(uint32_t));
    default:
        return false;
    }
}

/* The first field of that number and wire type; *ret_count, if not NULL, is how many there are. */
static bool find(struct span s, uint32_t number, unsigned wire_type, struct field *ret,
                 size_t *ret_count)
{
    struct field f;
    size_t count = 0;
    while (s.len > 0 && next_field(&s, &f))
        if (f.number == number && f.wire_type == wire_type && count++ == 0)
            *ret = f;
    if (ret_count != NULL)
        *ret_count = count;
    return count > 0;
}

static size_t count(struct span s, uint32_t number)
{
    struct field f;
    size_t n;
    find(s, number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, &n);
    return n;
}

/* What `seen` remembers of a field that may come once; all members of a oneof share a bit. */
static uint64_t bit_of(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *d)
{
    bool in_oneof = (d->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    return UINT64_C(1) << (in_oneof ? FIELDS_MAX : (unsigned)(d - type->fields));
}

/* NOLINTBEGIN(misc-no-recursion): no message of vekha.proto contains itself, and SCAN_MAX_DEPTH
 * holds even if one should. */
static bool walk(struct span s, const ProtobufCMessageDescriptor *type, unsigned depth,
                 struct scan *ret);

/* Takes note of a NUL; false if there are too many. */
static bool text_ok(struct span text, struct scan *ret)
{
    const uint8_t *nul = text.len > 0 ? memchr(text.bytes, '\0', text.len) : NULL;
    if (nul == NULL)
        return true;
    if (ret->n_nul == SCAN_MAX_NUL)
        return false;
    ret->nul[ret->n_nul++] = nul;
    return true;
}

static bool field_ok(const struct field *f, const ProtobufCFieldDescriptor *d, unsigned depth,
                     struct scan *ret)
{
    bool with_contents = f->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    switch (d->type) {
    case PROTOBUF_C_TYPE_STRING:
        return with_contents && text_ok(f->contents, ret);
    case PROTOBUF_C_TYPE_MESSAGE:
        return with_contents && walk(f->contents, d->descriptor, depth + 1, ret);
    default:
        return true; /* protobuf-c checks numbers and bytes well enough */
    }
}

static bool walk(struct span s, const ProtobufCMessageDescriptor *type, unsigned depth,
                 struct scan *ret)
{
    uint64_t seen = 0;
    unsigned n_unknown = 0;
    struct field f;
    if (depth > SCAN_MAX_DEPTH || type->n_fields > FIELDS_MAX)
        return false;
    while (s.len > 0) {
        if (!next_field(&s, &f))
            return false;
        const ProtobufCFieldDescriptor *d = protobuf_c_message_descriptor_get_field(type, f.number);
        if (d == NULL) {
            if (++n_unknown > SCAN_MAX_UNKNOWN)
                return false;
            continue;
        }
        uint64_t bit = d->label == PROTOBUF_C_LABEL_REPEATED ? 0 : bit_of(type, d);
        if ((seen & bit) != 0 || !field_ok(&f, d, depth, ret))
            return false;
        seen |= bit;
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */

static enum wire_error check_id(struct span body, struct scan *ret)
{
    struct field f;
    if (find(body, ID_FIELD, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL) &&
        f.contents.len == UUID_BYTES) {
        memcpy(ret->id.bytes, f.contents.bytes, UUID_BYTES);
        ret->has_id = true;
    }
    return ret->has_id && uuid_is_v7(ret->id) ? WIRE_OK : WIRE_BAD_ID;
}

static enum wire_error check_submission(struct span body, struct scan *ret)
{
    enum wire_error error = check_id(body, ret);
    if (error != WIRE_OK)
        return error;
    ret->n_figures = count(body, SUBMISSION_FIGURES_FIELD);
    ret->n_narratives = count(body, SUBMISSION_NARRATIVES_FIELD);
    if (ret->n_figures + ret->n_narratives == 0)
        return WIRE_EMPTY;
    return ret->n_figures > WIRE_MAX_FIGURES || ret->n_narratives > WIRE_MAX_NARRATIVES
               ? WIRE_TOO_MANY_FIGURES
               : WIRE_OK;
}

static enum wire_error check_receipt(struct span body)
{
    bool too_many = count(body, RECEIPT_FIGURES_FIELD) > WIRE_MAX_FIGURES ||
                    count(body, RECEIPT_NARRATIVES_FIELD) > WIRE_MAX_NARRATIVES;
    return too_many ? WIRE_MALFORMED : WIRE_OK;
}

static enum wire_error check_steps(struct span body)
{
    return count(body, STEPS_STEPS_FIELD) > WIRE_MAX_STEPS ? WIRE_MALFORMED : WIRE_OK;
}

static enum wire_error check_part(struct span body)
{
    return count(body, PART_LINES_FIELD) > WIRE_MAX_LINES ? WIRE_MALFORMED : WIRE_OK;
}

static enum wire_error check_questions(struct span body)
{
    return count(body, QUESTIONS_QUESTIONS_FIELD) > WIRE_MAX_QUESTIONS ? WIRE_MALFORMED : WIRE_OK;
}

static enum wire_error check_reply(struct span body, struct scan *ret)
{
    ret->is_reply = true;
    return check_id(body, ret);
}

/* The version is read first and by itself: what another version calls well formed is not ours to
 * judge. */
enum wire_error scan_envelope(const uint8_t *bytes, size_t len, struct scan *ret)
{
    struct span envelope = {bytes, len};
    struct field f;
    *ret = (struct scan){.has_id = false};
    if (!find(envelope, VERSION_FIELD, PROTOBUF_C_WIRE_TYPE_VARINT, &f, NULL))
        return WIRE_MALFORMED;
    if (f.varint != WIRE_VERSION)
        return WIRE_OTHER_VERSION;
    if (!walk(envelope, &vekha__envelope__descriptor, 1, ret))
        return WIRE_MALFORMED;
    if (find(envelope, MESSAGE_SUBMISSION, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL))
        return check_submission(f.contents, ret);
    if (find(envelope, MESSAGE_RECEIPT, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL))
        return check_receipt(f.contents);
    if (find(envelope, MESSAGE_STEPS, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL))
        return check_steps(f.contents);
    if (find(envelope, MESSAGE_PART, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL))
        return check_part(f.contents);
    if (find(envelope, MESSAGE_QUESTIONS, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL))
        return check_questions(f.contents);
    if (find(envelope, MESSAGE_REPLY, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, &f, NULL))
        return check_reply(f.contents, ret);
    return WIRE_OK;
}

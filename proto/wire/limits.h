/* limits: what both ends of the wire agree never to exceed. */
#ifndef VEKHA_WIRE_LIMITS_H
#define VEKHA_WIRE_LIMITS_H

enum {
    WIRE_VERSION = 1,
    WIRE_MAX_MESSAGE = 64 * 1024,           /* bytes of one packed envelope */
    WIRE_MAX_FRAME = WIRE_MAX_MESSAGE + 64, /* ZMQ_MAXMSGSIZE: it counts CURVE's own bytes */
    WIRE_MAX_UNPACKED = 1024 * 1024,        /* memory one unpacked envelope may take */
    WIRE_MAX_FIGURES = 500,                 /* in one submission */
    WIRE_MAX_NARRATIVES = 50,               /* in one submission */
    WIRE_MAX_CODE = 64,                     /* bytes of an organisation, indicator or method code */
    WIRE_MAX_NOTE = 1000,                   /* bytes of a note, or of a text in an answer */
    WIRE_MAX_PROSE = 8000,                  /* bytes of how things stand, in a narrative */
    WIRE_MAX_REMARK = 4000,                 /* bytes of its cause, measure or next step */
    WIRE_MAX_NAME = 200,                    /* bytes of an author, a name, a post, a version */
    WIRE_MAX_TITLE = 800,                   /* bytes of a name in a step: 200 characters */
    WIRE_MAX_EXPLANATION = 16000,           /* bytes of a step's explanation in one language */
    WIRE_MAX_STEPS = 100,                   /* in one answer to a watch */
    WIRE_MAX_QUESTIONS = 20, /* in one answer to a hear: with all texts at their limits */
    WIRE_MAX_FACT = 4096,    /* bytes of one line of a part */
    WIRE_MAX_LINES = 1000,   /* in one page of a part */
    WIRE_TAG = 32,           /* bytes that tell pages of a part apart */
};

#endif

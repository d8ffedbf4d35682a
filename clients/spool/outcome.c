/* outcome: "no answer" has a dozen reasons, and each of them is somebody else's to mend. */
#include "spool/outcome.h"

#include "fault.h"
#include "school/texts.h"

/* Why there was no answer, by what became of the connection. */
static const enum say no_answer[CONNECTION_STATES] = {
    [CONNECTION_SILENT] = SAY_NO_REPLY,     [CONNECTION_UNREACHABLE] = SAY_UNREACHABLE,
    [CONNECTION_REACHED] = SAY_NOT_READY,   [CONNECTION_NO_CENTRE] = SAY_NO_CENTRE,
    [CONNECTION_NOT_READY] = SAY_NOT_READY, [CONNECTION_KEY_REFUSED] = SAY_KEY_REFUSED,
    [CONNECTION_READY] = SAY_NO_RECEIPT,    [CONNECTION_LOST] = SAY_CONNECTION_LOST,
};

enum say outcome_of_connection(enum connection_state state)
{
    return no_answer[state];
}

static const enum say later_texts[] = {
    [LATER_CREDITS] = SAY_LATER_CREDITS,
    [LATER_DATABASE_AWAY] = SAY_LATER_DATABASE,
    [LATER_STOPPING] = SAY_LATER_STOPPING,
};

enum say outcome_say(const struct sender_outcome *o)
{
    switch (o->end) {
    case SENDER_NO_ANSWER:
        return o->later != 0 ? later_texts[o->later] : no_answer[o->connection];
    case SENDER_HELD:
        return SAY_NO_NARRATIVES;
    case SENDER_KEY_REFUSED:
        return SAY_KEY_REFUSED;
    case SENDER_REVOKED:
        return SAY_REVOKED;
    case SENDER_VERSION:
        return SAY_OTHER_VERSION;
    case SENDER_REFUSED:
        return SAY_REFUSED_ALL;
    case SENDER_OCCUPIED:
        return SAY_OCCUPIED;
    case SENDER_FAILED:
        return SAY_SENDER_FAILED;
    case SENDER_INTERRUPTED:
    case SENDER_DONE:
        break;
    }
    return SAY_NOTHING;
}

const char *outcome_what(const struct sender_outcome *o, enum lang lang)
{
    if (o->end == SENDER_FAILED)
        return fault_text(o->error, lang);
    return *o->text != '\0' ? o->text : o->endpoint;
}

void outcome_print(const struct sender_outcome *o, enum lang lang)
{
    enum say why = outcome_say(o);
    if (why == SAY_NOTHING)
        return;
    say_to(stderr, lang, why, outcome_what(o, lang));
    say_to(stderr, lang, SAY_KEPT);
}

/* commands: what vekha-submit can be asked to do; each returns the exit code. */
#ifndef VEKHA_SUBMIT_COMMANDS_H
#define VEKHA_SUBMIT_COMMANDS_H

#include "submit/answer.h"
#include "agent/conf.h"
#include "agent/part.h"
#include "submit/options.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1, /* some of it */
    EXIT_USAGE = 2,
    EXIT_KEPT = 75, /* for later: EX_TEMPFAIL */
};

struct work {
    const struct options *options;
    const struct conf *conf; /* NULL only for --dry-run without any configuration */
    struct spool *spool;     /* NULL with --dry-run */
    struct answer *answer;
    enum lang lang;
};

/* Says why nothing was queued (or read), by errno for SPOOL_DISK; the exit code. */
int commands_complain_spool(const struct work *w, enum spool_error e);

/* The part as it is now if the centre answers within --wait, else as it was; NULL if nothing is known. */
struct part *commands_part(const struct work *w);

int command_figure(struct work *w);
int command_narrative(struct work *w);
int command_sheet(struct work *w);
int command_send(struct work *w);

/* Sends what the centre receipted since a moment once more, under the same ids: for a centre that lost it. */
int command_resend(struct work *w);

int command_list(struct work *w);
int command_receipt(struct work *w);

/* Sends the spool, of which these parcels were queued now.  EXIT_KEPT if one of them, or, if there are
 * none, anything still waits. */
int commands_send_spool(struct work *w, const struct parcel *parcels, size_t n);

/* Whether --author may travel; said if not. */
bool commands_check_author(const struct work *w);

/* What the department asks about figures; and a note that answers one of its questions, by the spool as a figure. */
int command_questions(struct work *w); /* needs conf */
int command_answer(struct work *w);

/* Shows some of what is asked, over a connection that is there anyway; nothing if nothing is. */
void questions_beside(const struct work *w, struct connection *c);

/* What is owed and when, by the part of the catalogue, fetched anew if the centre answers. */
int command_due(struct work *w);

/* Makes this computer's own key and has it let in, by an invitation or in the place of the one it has. */
int command_enrol(struct work *w);
int command_new_key(struct work *w); /* needs conf */

/* A table to fill in, with what this school owes; without a file to write, as CSV on stdout. */
int command_template(struct work *w);

#endif

/* commands: what vekha-submit can be asked to do; each returns the exit code. */
#ifndef VEKHA_SUBMIT_COMMANDS_H
#define VEKHA_SUBMIT_COMMANDS_H

#include "submit/work.h"

int command_figure(struct work *w);
int command_narrative(struct work *w);
int command_sheet(struct work *w);
int command_send(struct work *w);

/* Sends what the centre receipted since a moment once more, under the same ids: for a centre that lost it. */
int command_resend(struct work *w);

int command_list(struct work *w);
int command_receipt(struct work *w);

/* What the department asks about figures; and a note that answers one of its questions, by the spool as a figure. */
int command_questions(struct work *w); /* needs conf */
int command_answer(struct work *w);

/* What is owed and when, by the part of the catalogue, fetched anew if the centre answers. */
int command_due(struct work *w);

/* Makes this computer's own key and has it let in, by an invitation or in the place of the one it has. */
int command_enrol(struct work *w);
int command_new_key(struct work *w); /* needs conf */

/* A table to fill in, with what this school owes; without a file to write, as CSV on stdout. */
int command_template(struct work *w);

#endif

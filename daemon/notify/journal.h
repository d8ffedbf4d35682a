/* journal: the channel that writes each step of an alert into systemd's journal, with fields that
 * journalctl and log shippers can select by. */
#ifndef VEKHA_NOTIFY_JOURNAL_H
#define VEKHA_NOTIFY_JOURNAL_H

#include "notify/channel.h"

/* MESSAGE_ID of all entries. */
#define JOURNAL_MESSAGE_ID "5c1f6d0e7a3b4c2f9d8e6b7a01c4e2f3"

void journal_open(struct channel *ret);

#endif

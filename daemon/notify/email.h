/* email: the channel of letters, by SMTP. */
#ifndef VEKHA_NOTIFY_EMAIL_H
#define VEKHA_NOTIFY_EMAIL_H

#include "conf.h"
#include "notify/channel.h"
#include "notify/transfer.h"

/* The channel "email" by the mail section of the configuration, whose texts must outlive it.  False
 * with a logged reason: out of memory, or the file of the password cannot be read. */
bool email_open(const struct conf *conf, struct transfers *transfers, struct channel *ret);

#endif

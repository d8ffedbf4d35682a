/* webhook: channels that POST a message to a URL, in a format of a table: our own JSON, what the
 * Alertmanager takes, or a text of the operator's with places to fill. */
#ifndef VEKHA_NOTIFY_WEBHOOK_H
#define VEKHA_NOTIFY_WEBHOOK_H

#include "base/str.h"
#include "conf.h"
#include "notify/channel.h"
#include "notify/transfer.h"

enum { WEBHOOK_BODY_MAX = 256 * 1024 };

/* The channel of one webhook section, which must outlive it.  False with a logged reason. */
bool webhook_open(const struct conf_webhook *conf, struct transfers *transfers,
                  struct channel *ret);

/* Appends what is sent; false if the message cannot be said in this format, or memory is out (shortage.h),
 * never with a part of it left out.  For tests and the channel itself. */
bool webhook_write(const struct conf_webhook *conf, const struct dispatch *m, struct str *out)
    __attribute__((warn_unused_result));

#endif

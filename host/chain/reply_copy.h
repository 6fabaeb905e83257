/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/reply_copy.h: what an engine answers is borrowed for the call; these
 * copy it.
 */
#ifndef HOST_CHAIN_REPLY_COPY_H
#define HOST_CHAIN_REPLY_COPY_H

#include "host/chain/reply.h"

/* Copies a record as far as its giver knew it; what it did not know is 0. */
void reply_copy_record(void *to, gsize room, const void *from, guint32 size);
/* Each NULL when there is nothing. */
GBytes *reply_copy_slice(bsn_slice slice);
char *reply_copy_text(bsn_slice text);

/* Makes what is borrowed in the reply's status its own, but for the detail. */
void reply_own_status(bsn_reply *reply);

ReplyEvent *reply_event_copy(const bsn_event *event);
void reply_event_free(gpointer data);

#endif

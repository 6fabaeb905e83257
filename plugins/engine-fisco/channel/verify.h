/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/channel/verify.h: private topics as FISCO's SDKs agree
 * on them: the node tells a publisher's SDK of a receiver (FRAME_TOPIC_VERIFY),
 * that SDK has the receiver's sign a number, by a message to a topic which only
 * the receiver has, and tells the node what it found (FRAME_TOPIC_VERDICT).
 *
 * A receiver is verified for the publishers that found it good, not for others.
 *
 * Source: FISCO BCOS 2.x documentation, "AMOP", private topics. All functions:
 * [strand].
 */
#ifndef FISCO_CHANNEL_VERIFY_H
#define FISCO_CHANNEL_VERIFY_H

#include "plugins/engine-fisco/channel/clients.h"

/* The client has new topics: publishers are told of new receivers. */
void verify_topics(Ledger *ledger, Client *client);
/* FRAME_TOPIC_VERDICT. */
gboolean verify_verdict(Ledger *ledger, Client *client, const Frame *frame);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/message_ask.h: what questions about messages have in common.
 */
#ifndef HOST_GATEWAY_MESSAGE_ASK_H
#define HOST_GATEWAY_MESSAGE_ASK_H

#include <bsn/ext/messages.h>

#include "host/gateway/ask.h"

/* The caller as an engine is told of it; valid as long as the caller. Any
 * thread. */
bsn_client message_client(const Caller *caller);
/* The chain "{c}" whose engine carries messages, borrowed. Answers 404 or 501
 * and returns NULL otherwise. */
Chain *message_chain(Exchange *exchange);
/* The key that the query proves, besides that of the certificate; NULL for
 * none. Answers and returns FALSE when the proof is wrong. */
gboolean message_proven_key(Exchange *exchange, const Chain *chain,
			    GBytes **key);

#endif

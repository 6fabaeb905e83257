/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/amop/topics.h: topics as the host's clients name them,
 * and who may use which. All functions: [strand].
 */
#ifndef FISCO_AMOP_TOPICS_H
#define FISCO_AMOP_TOPICS_H

#include <bsn/ext/messages.h>

#include "plugins/engine-fisco/amop/hub.h"

/* A topic's name in the hub; g_free it.
 *
 * Returns: NULL when it is none.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE in *status. */
char *topics_name(bsn_slice name, gboolean is_private, int32_t *status,
		  bsn_err *err);
/* The name that clients know: without what makes it private. */
const char *topics_shown(const char *topic, gboolean *is_private);

/* Whether somebody who has both keys (either may be empty) may use the topic.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_FOUND, BSN_DENIED. */
int32_t topics_judge(const AmopHub *hub, const char *topic, bsn_slice key,
		     bsn_slice other_key, bsn_err *err);

/* Members of bsn_engine_messages. */
int32_t topics_declare(bsn_ledger *ledger, const bsn_client *owner,
		       bsn_slice topic, const bsn_slice *keys, uint64_t n,
		       bsn_reply *reply, bsn_err *err);
int32_t topics_withdraw(bsn_ledger *ledger, const bsn_client *who,
			bsn_slice topic, bsn_reply *reply, bsn_err *err);
int32_t topics_list(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);

#endif

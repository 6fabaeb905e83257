/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/protocol.h: the consensus that the chain names, and
 * that it changes: when a final block leaves another protocol, or another config
 * of it, the one that runs ends there and a new one begins. All functions:
 * [strand], unless they say otherwise.
 */
#ifndef XUPER_CHAIN_PROTOCOL_H
#define XUPER_CHAIN_PROTOCOL_H

#include "plugins/engine-xuper/chain/chain.h"

/* Finds a protocol that can run a chain of this engine.
 *
 * Returns: BSN_OK.
 * In:      config, JSON object; n_members, who take part in it.
 * Errors:  BSN_E_VERSION: no plugin offers it; BSN_BAD_REQUEST: it does not
 *          grow a tree of blocks, the reason names those that do; or it refuses
 *          the config. [any] */
int32_t protocol_find(const char *name, bsn_slice config, guint n_members,
		      const bsn_consensus **consensus, bsn_err *err);

/* Joins the one that the agreement names. Returns as bsn_consensus.create. */
int32_t protocol_open(bsn_ledger *ledger, bsn_err *err);
void protocol_close(bsn_ledger *ledger);

/* The newest final block has changed who agrees, or how: reads it anew. */
void protocol_agreement_changed(bsn_ledger *ledger);
/* No block can be agreed on any more; says so in the log and the status. */
void protocol_stop(bsn_ledger *ledger, const char *what, const bsn_err *err);

/* The protocol was told to wait: it is asked again when the store takes more,
 * or a little later. */
int32_t protocol_not_now(bsn_ledger *ledger, int32_t status);
void protocol_retry_later(bsn_ledger *ledger);
/* There is something to put into a block. */
void protocol_pending(bsn_ledger *ledger);
/* What was put off is tried again. */
void protocol_retry(bsn_ledger *ledger);

/* As bsn_chain_ops, of what is the protocol's; TIMER_PROTOCOL and TIMER_RETRY,
 * too. */
void protocol_durable(bsn_ledger *ledger, guint64 cookie);
void protocol_timer(bsn_ledger *ledger, guint64 id);
void protocol_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message);
void protocol_peer(bsn_ledger *ledger, bsn_slice public_key,
		   guint32 reachable);
/* Its table for blocks that came by other ways; NULL while it is changing. */
const bsn_tree_consensus *protocol_tree(const bsn_ledger *ledger);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/query.h: what the chain has, for people: status,
 * ledger, blocks, transactions, events. Only what is final and durable
 * (bsn_ledger.durable, .totals) is told; the status' detail has the trunk, too.
 * All functions: [strand].
 */
#ifndef XUPER_QUERY_QUERY_H
#define XUPER_QUERY_QUERY_H

#include "plugins/engine-xuper/chain/chain.h"

/* As the functions of the engine's tables. */
int32_t query_status(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);
int32_t query_ledger(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);
int32_t query_block(bsn_ledger *ledger, const bsn_block_query *query,
		    bsn_reply *reply, bsn_err *err);
int32_t query_tx(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply,
		 bsn_err *err);
int32_t query_events(bsn_ledger *ledger, uint64_t from, uint64_t to,
		     bsn_reply *reply, bsn_err *err);
int32_t query_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
		     bsn_slice block, bsn_sink *json, bsn_err *err); /* [any] */

/* The final answer (bsn_tx_result) to who has submitted a transaction that is
 * in a final block on disk; note: as verify_state made it, or NULL. */
void query_answer_tx(bsn_ledger *ledger, bsn_reply *reply, const Tx *tx,
		     guint64 height, guint32 index, GBytes *note);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/query/query.h: what is on disk, for people: status,
 * ledger, blocks, transactions, events.
 *
 *	status.c ledger.c   bsn_status_ops, bsn_ledger_ops
 *	block.c tx.c        bsn_block_ops, bsn_tx_ops.get
 *	stored.c            a block as it is on disk, opened
 *	json.c              bytes, certificates and identities as JSON
 *	envelope.c          an envelope's content: headers, what was called
 *	results.c           a read-write set
 *	config.c            a config transaction
 *	events.c            bsn_event_ops
 *	proof.c             bsn_block_ops.verify
 *
 * Only what is durable is told. All functions: [strand].
 */
#ifndef FABRIC_QUERY_QUERY_H
#define FABRIC_QUERY_QUERY_H

#include "plugins/engine-fabric/engine.h"

int32_t query_status(Channel *channel, bsn_reply *reply, bsn_err *err);
int32_t query_ledger(Channel *channel, bsn_reply *reply, bsn_err *err);
int32_t query_block(Channel *channel, const bsn_block_query *query,
		    bsn_reply *reply, bsn_err *err);
int32_t query_tx(Channel *channel, bsn_slice tx_id, bsn_reply *reply,
		 bsn_err *err);
int32_t query_events(Channel *channel, uint64_t from, uint64_t to,
		     bsn_reply *reply, bsn_err *err);
int32_t proof_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
		     bsn_slice block, bsn_sink *json, bsn_err *err); /* [any] */

/* A final answer for a committed transaction (bsn_tx_result): stage, status,
 * native is TxValidationCode, detail {"code": "MVCC_READ_CONFLICT", ...}. Used
 * by order/commit.c as well. */
void query_answer_tx(Channel *channel, bsn_reply *reply, guint64 block,
		     guint64 index, const char *tx_id, guint8 code,
		     const Transaction *opened);
/* Forgets what was kept for answers. */
void query_close(Channel *channel);

#endif
